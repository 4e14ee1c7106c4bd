"""Counts of homes and services, crews, and seats to travel. Counts are added and retired, never overwritten."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.places.models import Area, Crew, CrewCapacity, HomeStock, HubSeats, ServiceCapacity, TransportHub
from wayhome.places.models.homes import Service
from wayhome.places.work_states import Damage

CLASSES = tuple(str(damage) for damage in Damage)


def _check(process: Process, area: Area, as_of: date, source: str) -> None:
    if area.process_id != process.pk:
        raise InvalidInput(_("The area belongs to another process."), _("Choose one of this process."), field="area")
    if as_of > timezone.localdate():
        raise InvalidInput(_("The day of the count lies in the future."), _("Write the day it was counted."), field="as_of")
    if not source.strip():
        raise InvalidInput(_("A count needs its source."), _("Say who counted."), field="source")


@transaction.atomic
def count_homes(
    *,
    process: Process,
    actor: Actor,
    area: Area,
    as_of: date,
    source: str,
    none: int | None = None,
    minor: int | None = None,
    major: int | None = None,
    destroyed: int | None = None,
    occupied: int = 0,
) -> HomeStock:
    """A count of homes by damage. The same area, day and source again retires the earlier record; the same numbers change nothing.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    _check(process, area, as_of, source)
    said = {"none": none, "minor": minor, "major": major, "destroyed": destroyed, "occupied": occupied}
    if all(said[name] is None for name in CLASSES):
        raise InvalidInput(
            _("No class of damage was counted."), _("Give at least one number; 0 where there are none."), field="none"
        )
    if occupied > (none or 0) + (minor or 0):
        raise InvalidInput(
            _("More homes are lived in than can be lived in."),
            _("Homes lived in are counted among those with no or minor damage."),
            field="occupied",
        )
    known = HomeStock.objects.of(process).filter(area=area, as_of=as_of, source=source.strip()[:300], retired_at=None).first()
    if known is not None:
        if all(getattr(known, name) == value for name, value in said.items()):
            return known
        _retire(known, _("counted anew"))
    row = HomeStock.objects.create(
        process=process, area=area, as_of=as_of, source=source.strip()[:300], recorded_by_id=actor.user_id, **said
    )
    detail = {"area": str(area), "on": as_of.isoformat(), **said}
    audit.record("homes.counted", actor=actor, subject=row, process_id=process.pk, detail=detail)
    return row


@transaction.atomic
def set_capacity(
    *, process: Process, actor: Actor, area: Area, service: str, as_of: date, places: int, source: str, used: int = 0
) -> ServiceCapacity:
    """Places of a service on a day and how many are in use; the same area, service, day and source again replaces it.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    _check(process, area, as_of, source)
    if service not in Service.values:
        raise InvalidInput(_("“%(word)s” is no service.") % {"word": service}, field="service")
    said = {"places": places, "used": used}
    rows = ServiceCapacity.objects.of(process)
    known = rows.filter(area=area, service=service, as_of=as_of, source=source.strip()[:300], retired_at=None).first()
    if known is not None:
        if all(getattr(known, name) == value for name, value in said.items()):
            return known
        _retire(known, _("counted anew"))
    row = ServiceCapacity.objects.create(
        process=process,
        area=area,
        service=service,
        as_of=as_of,
        source=source.strip()[:300],
        recorded_by_id=actor.user_id,
        **said,
    )
    detail = {"area": str(area), "service": service, "on": as_of.isoformat(), **said}
    audit.record("capacity.counted", actor=actor, subject=row, process_id=process.pk, detail=detail)
    return row


def _retire(row: HomeStock | ServiceCapacity, reason: str) -> None:
    row.retired_at, row.retired_reason = timezone.now(), reason[:300]
    row.save(update_fields=["retired_at", "retired_reason"])


@transaction.atomic
def retire_count(*, row: HomeStock | ServiceCapacity, reason: str, actor: Actor) -> None:
    """A count that was wrong: it no longer counts and stays on file with the reason.

    Raises: Forbidden, InvalidInput without a reason.
    """
    require_actor(actor, row.process, Permission.EDIT_PLACES)
    if not reason.strip():
        raise InvalidInput(_("This step needs a reason."), _("Say why, in a sentence."), field="reason")
    _retire(row, reason.strip())
    action = "homes.retired" if isinstance(row, HomeStock) else "capacity.retired"
    detail = {"area": str(row.area), "on": row.as_of.isoformat(), "reason": reason.strip()[:300]}
    audit.record(action, actor=actor, subject=row, process_id=row.process_id, detail=detail)


@transaction.atomic
def set_crew(*, process: Process, actor: Actor, code: str, starts_on: date, units: int, name: str = "", source: str = "") -> Crew:
    """From a month on there are so many units of a crew. The crew is made where it is new.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if not code:
        raise InvalidInput(_("A crew needs a code."), _("Write a short word: builders."), field="crew")
    crew, _new = Crew.objects.get_or_create(process=process, code=code, defaults={"name": (name or code)[:150]})
    starts_on = starts_on.replace(day=1)
    known = CrewCapacity.objects.filter(crew=crew, starts_on=starts_on).first()
    if known is not None and (known.units, known.source) == (units, source[:300]):
        return crew
    before = known.units if known is not None else None
    CrewCapacity.objects.update_or_create(crew=crew, starts_on=starts_on, defaults={"units": units, "source": source[:300]})
    detail = {"crew": code, "from": starts_on.isoformat(), "before": before, "after": units}
    audit.record("crew.set", actor=actor, subject=crew, process_id=process.pk, detail=detail)
    return crew


@transaction.atomic
def set_seats(
    *, process: Process, actor: Actor, area: Area, code: str, starts_on: date, persons: int, source: str = ""
) -> TransportHub:
    """From a month on so many persons a month can travel from an area. The place of departure is made where it is new.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if area.process_id != process.pk:
        raise InvalidInput(_("The area belongs to another process."), _("Choose one of this process."), field="area")
    hub = TransportHub.objects.of(process).filter(area=area).first()
    if hub is None:
        if not code or TransportHub.objects.of(process).filter(code=code).exists():
            raise InvalidInput(
                _("A place of departure needs a code of its own."), _("Write a short word that no other has."), field="hub"
            )
        hub = TransportHub.objects.create(process=process, area=area, code=code)
    starts_on = starts_on.replace(day=1)
    known = HubSeats.objects.filter(hub=hub, starts_on=starts_on).first()
    if known is not None and (known.persons, known.source) == (persons, source[:300]):
        return hub
    before = known.persons if known is not None else None
    HubSeats.objects.update_or_create(hub=hub, starts_on=starts_on, defaults={"persons": persons, "source": source[:300]})
    detail = {"hub": hub.code, "from": starts_on.isoformat(), "before": before, "after": persons}
    audit.record("seats.set", actor=actor, subject=hub, process_id=process.pk, detail=detail)
    return hub
