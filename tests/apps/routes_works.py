"""Works, money, homes and presence in the table of routes: records of one process, and what each route answers to each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from wayhome.accounts.roles import Permission as P


class WorkRecords:
    """Records that paths name; numbers differ between the two processes of the walk."""

    process: Any

    @cached_property
    def works_area(self) -> Any:
        from wayhome.places.models import Area

        return Area.objects.create(process=self.process, code=f"WA-{self.process.slug}")

    @cached_property
    def planned_work(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions import works
        from wayhome.places.models import Work

        if self.process.slug != "lirva":  # numbers go on after this one
            Work.objects.create(process=self.process, number=700, area=self.works_area, kind="road", title="Another")
        return works.add(
            process=self.process, actor=SYSTEM, area=self.works_area, kind="water", title="Intake", cost=Decimal(10),
            currency="EUR", price_date=date(2026, 1, 1), duration_months=2,
        )  # fmt: skip

    @cached_property
    def begun_work(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions import works

        works.move(work=self.planned_work, after="under_way", actor=SYSTEM, on=date(2026, 2, 1))
        return self.planned_work

    @cached_property
    def work_money(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions import funding

        funder = funding.organisation(process=self.process, actor=SYSTEM, name="A fund")
        return funding.add(
            process=self.process, actor=SYSTEM, funder=funder, work=self.planned_work, amount=Decimal(5), currency="EUR",
            stage="pledged", on=date(2026, 1, 1),
        )  # fmt: skip

    @cached_property
    def work_picture(self) -> Any:
        from tests.apps.places.test_works import picture
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions import work_photos

        return work_photos.add(work=self.planned_work, actor=SYSTEM, data=picture(), caption="The intake")

    @cached_property
    def home_count(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions import homes

        return homes.count_homes(
            process=self.process, actor=SYSTEM, area=self.works_area, as_of=date(2026, 1, 1), source="Survey", none=4
        )

    @cached_property
    def presence_table(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions.presence import bring_in
        from wayhome.places.models import PresenceImport

        if self.process.slug != "lirva":
            PresenceImport.objects.create(process=self.process, number=700, file_name="a.csv", sha256="0" * 64)
        data = b"Organisation,Cluster,Region\nA fund,WASH,Kul\n"
        return bring_in(process=self.process, actor=SYSTEM, file_name="3w.csv", data=data).source


def routes(in_process_with: Callable[..., Any]) -> dict[str, Any]:
    def work(at: Any) -> dict[str, Any]:
        return {"number": at.planned_work.number}

    def area(at: Any) -> dict[str, Any]:
        return {"pk": at.works_area.pk}

    return {
        "works": in_process_with(P.VIEW),
        "works_months": in_process_with(P.VIEW),
        "work": in_process_with(P.VIEW).made_with(work),
        "work_add": in_process_with(P.EDIT_PLACES),
        "work_edit": in_process_with(P.EDIT_PLACES).made_with(work),
        "work_step": in_process_with(P.EDIT_PLACES).made_with(work).posts({"after": "no such state"}, does=422),
        "work_progress": in_process_with(P.EDIT_PLACES)
        .made_with(lambda at: {"number": at.begun_work.number})
        .posts({"progress": "20"}),
        "work_money": in_process_with(P.EDIT_PLACES)
        .made_with(work)
        .posts({"funder": "A fund", "amount": "5", "currency": "EUR", "stage": "pledged", "on": "2026-01-01"}),
        "work_photo": in_process_with(P.EDIT_PLACES).made_with(work).posts({"caption": "No picture"}, does=422),
        "work_picture": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.work_picture.pk}),
        "work_photo_remove": in_process_with(P.EDIT_PLACES).made_with(lambda at: {"pk": at.work_picture.pk}).posts(),
        "funding": in_process_with(P.VIEW),
        "funding_one": in_process_with(P.EDIT_PLACES)
        .made_with(lambda at: {"pk": at.work_money.pk})
        .posts({"stage": "committed"}),
        "supply_tables": in_process_with(P.EDIT_PLACES),
        "supply_export": replace(in_process_with(P.EXPORT), parts=lambda at: {"name": "works.csv"}, other_parts=False),
        "iati_activities": in_process_with(P.EXPORT).asked_with("?org=XM-EXAMPLE-1"),
        "homes": in_process_with(P.VIEW),
        "area_homes": in_process_with(P.VIEW).made_with(area),
        "presence": in_process_with(P.VIEW),
        "presence_bring": in_process_with(P.EDIT_PLACES),
        "presence_undo": in_process_with(P.EDIT_PLACES).made_with(lambda at: {"number": at.presence_table.number}).posts(),
        "count_retire": in_process_with(P.EDIT_PLACES)
        .made_with(lambda at: {"kind": "homes", "pk": at.home_count.pk})
        .posts({"reason": "Counted twice"}),
    }
