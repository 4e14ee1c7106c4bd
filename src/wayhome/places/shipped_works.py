"""Works, money, homes, services, crews and seats of the invented valley, brought in as anybody would bring in such tables."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

from wayhome.accounts.models import Process
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.places.actions import presence
from wayhome.places.actions.supply_imports import bring_in
from wayhome.places.models import Work
from wayhome.places.queries.supply import months_from

TABLES = ("crews", "works", "funding", "homes", "capacities", "seats")
_MONTH = re.compile(r"(?<=,)m([+-]\d+)(?=,)")
_DAY = re.compile(r"(?<=,)d-(\d+)(?=,)")


def dated(text: str, today: date) -> str:
    """A table with its days set: `d-40` is forty days before today, `m+3` the first of the third month from this one."""
    first = date(today.year - 1, today.month, 1)
    months = months_from(first, 60)
    text = _MONTH.sub(lambda found: months[12 + int(found[1])].isoformat(), text)
    return _DAY.sub(lambda found: (today - timedelta(days=int(found[1]))).isoformat(), text)


def bring_in_lirva_works(*, process: Process, actor: Actor, today: date) -> int:
    """Bring the tables in once; works that are there already stay as people left them. Says how many works are on file."""
    if not Work.objects.of(process).exists():
        folder = resources.files("wayhome.places.data").joinpath("works")
        for name in TABLES:
            text = dated(folder.joinpath(f"{name}.csv").read_text(encoding="utf-8"), today)
            report = bring_in(process=process, actor=actor, file_name=f"{name}.csv", data=text.encode())
            if report.faults:
                raise InvalidInput("; ".join(str(fault) for fault in report.faults))
        presence.bring_in(
            process=process,
            actor=actor,
            file_name="presence.csv",
            data=folder.joinpath("presence.csv").read_bytes(),
            made_by="Coordination office; invented",
        )
    return Work.objects.of(process).count()
