"""Gates of the invented valley, decided step by step as an office would: by one person, openings agreed to by another."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from uuid import UUID

from django.db import transaction

from wayhome.accounts.models import Process
from wayhome.core.actors import Actor
from wayhome.places.actions.gates import Said, confirm, decide, set_works
from wayhome.places.models import Area, Gate, GateKind, Work


@transaction.atomic
def bring_in_lirva_gates(
    *, process: Process, first: Actor, second: Actor, today: date, grounds: Mapping[str, tuple[str, UUID]] | None = None
) -> int:
    """Bring the decisions in once; gates that are there stay as people left them. Says how many gates are on file.

    Days of the table are counted back from `today`, ends and expected days forward. `grounds` are the records of the dialogue on
    which decisions rest, by the table's word for each.
    """
    if not Gate.objects.of(process).exists():
        areas = {area.code: area for area in Area.objects.of(process).exclude(code="")}
        kinds = {kind.code: kind for kind in GateKind.objects.filter(process=None)}
        works = {work.code: work for work in Work.objects.of(process).exclude(code="")}
        file = resources.files("wayhome.places.data.gates").joinpath("gates.csv")
        with file.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                area, kind = areas[row["area"]], kinds[row["kind"]]
                on = today - timedelta(int(row["day"]))
                said = Said(
                    authority=row["authority"],
                    method=row["method"],
                    certificate=row["certificate"],
                    decided_on=on,
                    expires_on=today + timedelta(int(row["expires"])) if row["expires"] else None,
                    expected_on=today + timedelta(int(row["expected"])) if row["expected"] else None,
                    note=row["note"],
                    ground=(grounds or {}).get(row["ground"]),
                )
                decision = decide(area=area, kind=kind, step=row["step"], actor=first, said=said, today=on)
                if row["second"]:
                    confirm(decision=decision, actor=second, agreed=True, today=on)
                opening = [works[code] for code in row["works"].split() if code in works]
                if opening:
                    set_works(area=area, kind=kind, works=opening, actor=first)
    return Gate.objects.of(process).count()
