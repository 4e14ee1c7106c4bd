"""Whether a plan still fits the gates: worked out when read, from what the plan counted on and what stands today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum
from django.utils import timezone

from wayhome.plans.bridge.places import GATE_KIND, Ground, ground
from wayhome.plans.models import Run

BEYOND = 10_000  # a period that no plan reaches


@dataclass(frozen=True, slots=True)
class Affected:
    """A place to which the plan sends people before it opens as things stand: whom that concerns, which gates hold it."""

    area_id: int
    households: int
    persons: int
    gates: tuple[str, ...]
    opens: int | None
    """The period in which it opens as things stand; None when nothing says that it ever does."""


def affected(run: Run, *, today: date | None = None) -> list[Affected]:
    """Places whose gates no longer fit the plan, the most households first. Nothing is written; constant queries."""
    today = today or timezone.localdate()
    now = max(run.period(today), 0)
    coming = defaultdict(list)
    rows = (
        run.returns.filter(period__gte=now)
        .exclude(area=None)
        .values("area_id", "period")
        .annotate(households=Count("pk"), people=Sum("persons"))
        .order_by()
    )
    for row in rows:
        coming[row["area_id"]].append((row["period"], row["households"], row["people"]))
    if not coming:
        return []
    opens = _openings(run, ground(run.process, run.scenario, today=today))
    found = []
    for area_id, months in coming.items():
        period, gates = opens.get(area_id, (0, ()))
        early = [(households, people) for month, households, people in months if month < period]
        if early:
            found.append(
                Affected(
                    area_id,
                    sum(households for households, _people in early),
                    sum(people for _households, people in early),
                    gates,
                    period if period < BEYOND else None,
                )
            )
    return sorted(found, key=lambda one: (-one.households, one.area_id))


def _openings(run: Run, land: Ground) -> dict[int, tuple[int, tuple[str, ...]]]:
    """From which period each area is open if works go as the plan has them, and the gates that it waits for."""
    ends = {row.key: row.end for row in run.works.all() if row.end is not None}
    projects = {one.key: one for one in land.projects}

    def end(key: str, depth: int = 0) -> int:
        one = projects[key]
        if one.expected or one.fixed_start is not None:
            return (one.fixed_start or 0) + one.duration
        if one.kind == GATE_KIND and one.after in projects and depth < 100:
            return end(one.after, depth + 1)
        found = ends.get(key)
        return BEYOND if found is None else found

    opens: dict[int, tuple[int, tuple[str, ...]]] = {area: (BEYOND, gates) for area, gates in land.closed.items()}
    for one in land.projects:
        if not one.gate or one.area_id in land.closed:
            continue
        before, gates = opens.get(one.area_id, (0, ()))
        period = end(one.key)
        opens[one.area_id] = (max(before, period), tuple(dict.fromkeys([*gates, one.gate_kind or one.kind])))
    return opens
