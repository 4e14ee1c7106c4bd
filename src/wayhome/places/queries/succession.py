"""What areas were and became: which areas stand today where an old one stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.places.models import Area, AreaSuccession
from wayhome.places.periods import Period


@dataclass(frozen=True, slots=True)
class Heir:
    """An area that stands for an earlier one: which, by which statements (ids, the first first), which share of the earlier one.

    `share` is None where one of the statements tells none.
    """

    area_id: int
    path: tuple[int, ...]
    share: float | None


def statements(process: Process) -> ScopedQuerySet[AreaSuccession]:
    """The statements in force."""
    return AreaSuccession.objects.of(process).filter(retired_at=None)  # type: ignore[return-value]


def standing_for(process: Process, ids: Iterable[int], on: date | None = None) -> dict[int, list[Heir]]:
    """For each area the areas that stand for it on a day (today): itself while it exists, else what it became, through all steps.

    An area that ended without a statement of what became of it has an empty list: somebody has to choose. Where a list holds
    several, somebody has to choose among them. Two queries, however many areas.
    """
    day = on or date.today()
    edges: dict[int, list[AreaSuccession]] = {}
    for one in statements(process).exclude(kind=AreaSuccession.Kind.PART):
        if not one.moment or one.moment <= day.isoformat():
            edges.setdefault(one.before_id, []).append(one)
    wanted = list(dict.fromkeys(ids))
    periods: dict[int, Period] = {}
    known = {*wanted, *(one.after_id for rows in edges.values() for one in rows)}
    keys = sorted(known)
    for start in range(0, len(keys), 500):
        rows = Area.objects.of(process).filter(pk__in=keys[start : start + 500])
        periods |= {pk: Period(begin, end) for pk, begin, end in rows.values_list("pk", "valid_from", "valid_to")}
    return {pk: _heirs(pk, edges, periods, day) for pk in wanted}


def _heirs(pk: int, edges: dict[int, list[AreaSuccession]], periods: dict[int, Period], day: date) -> list[Heir]:
    found: dict[int, Heir] = {}
    queue: list[Heir] = [Heir(pk, (), 1.0)]
    seen: set[int] = set()
    while queue:
        at = queue.pop(0)
        if at.area_id in seen:
            continue
        seen.add(at.area_id)
        later = edges.get(at.area_id, [])
        if not later:
            if at.area_id in periods and not _over(periods[at.area_id], day):
                found[at.area_id] = at
            continue
        for one in later:
            share = one.share if one.share is not None else 1.0 if one.kind != AreaSuccession.Kind.SPLIT else None
            whole = at.share * share if at.share is not None and share is not None else None
            queue.append(Heir(one.after_id, (*at.path, one.pk), whole))
    return list(found.values())


def _over(period: Period, day: date) -> bool:
    return bool(period.end) and not Period("", period.end).holds(day)


@dataclass(frozen=True, slots=True)
class Story:
    """What an area's page tells: statements before and after it, and what stands for it today (where it has ended)."""

    earlier: list[AreaSuccession]
    later: list[AreaSuccession]
    retired: list[AreaSuccession]
    heirs: list[Heir]


def story(process: Process, area: Area) -> Story:
    """All statements about an area. Four queries."""
    rows = AreaSuccession.objects.of(process).select_related("before", "after", "by", "retired_by")
    later = list(rows.filter(before=area))
    earlier = list(rows.filter(after=area))
    standing = [one for one in later if one.retired_at is None]
    heirs = standing_for(process, [area.pk])[area.pk] if any(one.ends for one in standing) else []
    return Story(
        [one for one in earlier if one.retired_at is None],
        standing,
        [one for one in (*earlier, *later) if one.retired_at is not None],
        heirs,
    )
