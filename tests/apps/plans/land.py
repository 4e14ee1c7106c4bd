"""A small valley to plan for: two villages and one across the river, a camp and a hostel, works, money, and households with wishes.

Meshul stands with homes; Kul needs its water and its roofs; Old Tavrek is closed by its clearance gate.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.apps.places.conftest import Valley
from tests.apps.places.gate_records import all_open, closed, opened
from tests.registry_factories import Register
from wayhome.places.models import (
    Crew,
    CrewCapacity,
    Funding,
    GateKind,
    HomeStock,
    HubSeats,
    Organisation,
    ServiceCapacity,
    TransportHub,
    Work,
)
from wayhome.plans.months import first_of, month_at
from wayhome.registry.models import Household, Intention, Wave, WaveHousehold

TODAY = timezone.localdate()
START = month_at(TODAY, 1)
LONG_AGO = date(TODAY.year - 1, 1, 1)


class Land:
    """Records of one process; `households` wish to return, half to Meshul, half to Kul."""

    def __init__(self, process: Any, editor: Any, lead: Any, *, households: int = 12, gates: bool = True) -> None:
        self.process, self.editor, self.lead = process, editor, lead
        self.valley = Valley(process)
        self.meshul = self.valley.add("VM0102", "settlement", 5, self.valley.meshul_district, ("Meshul", "en"))
        self.kul, self.tavrek = self.valley.kul, self.valley.tavrek
        self.camp = self.valley.add("VM0901", "camp", 5, self.valley.velmar, ("Orchard Camp", "en"))
        self.hostel = self.valley.add("VM0902", "camp", 5, self.valley.velmar, ("Linden Hostel", "en"))
        self._places()
        self._works()
        if gates:
            self._gates()
        self.wave = Wave.objects.create(
            process=process, number=1, name="Survey 1", starts_on=LONG_AGO, ends_on=LONG_AGO, language="en"
        )
        self.register = Register(process)
        self.homes = [
            self.household(self.meshul if n % 2 else self.kul, self.camp if n % 3 else self.hostel) for n in range(households)
        ]

    def _places(self) -> None:
        for area, none in ((self.meshul, 6), (self.kul, 1), (self.tavrek, 4)):
            HomeStock.objects.create(process=self.process, area=area, as_of=LONG_AGO, none=none, source="Survey")
            for service, places in (("water", 200), ("school", 40), ("clinic", 20)):
                ServiceCapacity.objects.create(
                    process=self.process, area=area, service=service, as_of=LONG_AGO, places=places, source="Survey"
                )
        hub = TransportHub.objects.create(process=self.process, area=self.camp, code="camp")
        HubSeats.objects.create(hub=hub, starts_on=LONG_AGO, persons=12)

    def _works(self) -> None:
        self.builders = Crew.objects.create(process=self.process, code="builders", name="Builders")
        CrewCapacity.objects.create(crew=self.builders, starts_on=LONG_AGO, units=1)
        self.water = self.work("KUL-WAT", self.kul, kind="water", cost=Decimal(20_000), duration_months=2)
        self.roofs = self.work(
            "KUL-HOM",
            self.kul,
            kind="housing",
            cost=Decimal(60_000),
            duration_months=3,
            after=self.water,
            resource="dwelling",
            adds=8,
        )
        self.clearance = self.work("TAV-CLR", self.tavrek, kind="demining", cost=Decimal(30_000), duration_months=4, crew=None)
        funder = Organisation.objects.create(process=self.process, name="Valley Return Fund", key="valley return fund")
        self.funding = Funding.objects.create(
            process=self.process,
            funder=funder,
            amount=Decimal(100_000),
            currency="EUR",
            stage="committed",
            on=LONG_AGO,
            available_from=START,
            source="Letter",
        )

    def work(self, code: str, area: Any, **said: Any) -> Work:
        said = {"title": code, "currency": "EUR", "price_date": LONG_AGO, "crew": self.builders, "crew_units": 1, **said}
        if said["crew"] is None:
            said["crew_units"] = 0
        number = Work.objects.filter(process=self.process).count() + 1
        return Work.objects.create(process=self.process, number=number, area=area, code=code, **said)

    def _gates(self) -> None:
        """All open but the clearance of Old Tavrek."""
        all_open(self.valley.velmar, self.editor, self.lead)
        self.shut = closed(self.tavrek, "clearance", self.editor)

    def household(self, area: Any, present: Any, *, wish: str = "return", **said: Any) -> Household:
        made = self.register.household([{"given_name": "Tamar", "family_name": f"Ayvelin{Household.objects.count()}"}])
        Household.objects.filter(pk=made.pk).update(
            present=present, origin=said.pop("origin", area or self.meshul), size_stated=3
        )
        WaveHousehold.objects.create(wave=self.wave, household=made)
        if wish:
            Intention.objects.create(process=self.process, wave=self.wave, household=made, wish=wish, area=area, **said)
        made.refresh_from_db()
        return made

    def close(self, area: Any) -> Any:
        return closed(area, "clearance", self.editor)

    def open(self, area: Any) -> Any:
        return opened(area, "clearance", self.editor, self.lead)


__all__ = ["LONG_AGO", "START", "TODAY", "GateKind", "Land", "first_of"]
