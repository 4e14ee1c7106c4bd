"""What a plan takes from this room: places in areas, works, crews, money by month and seats. A constant number of queries each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.places.models import (
    Area,
    Crew,
    CrewCapacity,
    Funding,
    HomeStock,
    HubSeats,
    ServiceCapacity,
    TransportHub,
    Work,
)
from wayhome.places.work_states import OPEN, SECURED, WorkState

DISTRICT = 2  # the level of areas that count as districts
RESOURCES = ("dwelling", "water", "school", "clinic")


@dataclass(frozen=True, slots=True)
class AreaSupply:
    """Places free in an area on a day: counted ones, and what works finished since the count have added."""

    area_id: int
    district_id: int
    dwelling: int = 0
    water: int = 0
    school: int = 0
    clinic: int = 0


@dataclass(frozen=True, slots=True)
class PlannableWork:
    """An open work with all that a plan has to know. `after_id` is None once the work before it is finished.

    `code` is the one of its source, else its number (W-012). `resource` is empty for a work that adds no places.
    """

    id: int
    code: str
    title: str
    area_id: int
    kind: str
    duration_months: int
    cost: Decimal
    currency: str
    price_date: date | None
    crew: str
    crew_units: int
    resource: str
    adds: int
    after_id: int | None
    gate_ids: tuple[int, ...]
    state: str
    started_on: date | None
    finished_on: date | None


@dataclass(frozen=True, slots=True)
class UnplannableWork:
    """An open work that no plan may use, and why: `lacks` names `cost`, `duration`, `after_cancelled` or `after_unplannable`."""

    id: int
    code: str
    title: str
    area_id: int
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HubSupply:
    """A place of departure and the seats of each month asked for."""

    hub_id: int
    code: str
    area_id: int
    seats: tuple[int, ...]


def area_supply(process: Process, on: date) -> list[AreaSupply]:
    """The places of every area that has a count, a capacity or a work, by area."""
    homes = standing_homes(process, on)
    services = standing_capacities(process, on)
    works = list(
        Work.objects.of(process)
        .exclude(state=WorkState.CANCELLED)
        .values_list("area_id", "resource", "adds", "state", "finished_on")
    )
    places: dict[int, dict[str, int]] = {}
    counted: dict[tuple[int, str], date] = {}
    for stock in homes.values():
        places.setdefault(stock.area_id, {})["dwelling"] = stock.free
        counted[stock.area_id, "dwelling"] = stock.as_of
    for one in services.values():
        places.setdefault(one.area_id, {})[one.service] = one.free
        counted[one.area_id, one.service] = one.as_of
    for area_id, resource, adds, state, finished in works:
        here = places.setdefault(area_id, {})
        if state != WorkState.FINISHED or not resource or finished is None or finished > on:
            continue
        if counted.get((area_id, resource), date.min) < finished:  # a later count has seen what the work added
            here[resource] = here.get(resource, 0) + adds
    districts = districts_of(process, places)
    return [
        AreaSupply(area_id, districts[area_id], *(here.get(name, 0) for name in RESOURCES))
        for area_id, here in sorted(places.items())
    ]


def standing_homes(process: Process, on: date) -> dict[int, HomeStock]:
    """The count of homes that counts on a day, by area: the latest that is not retired. One query."""
    rows = HomeStock.objects.of(process).filter(retired_at=None, as_of__lte=on).order_by("as_of", "pk")
    return {row.area_id: row for row in rows}


def standing_capacities(process: Process, on: date) -> dict[tuple[int, str], ServiceCapacity]:
    """The capacity that counts on a day, by area and service. One query."""
    rows = ServiceCapacity.objects.of(process).filter(retired_at=None, as_of__lte=on).order_by("as_of", "pk")
    return {(row.area_id, row.service): row for row in rows}


def districts_of(process: Process, ids: Iterable[int]) -> dict[int, int]:
    """The district in which each area lies: the nearest area above it (or itself) of a level up to two. A query a level."""
    wanted = set(ids)
    known: dict[int, tuple[int | None, int]] = {}
    missing = set(wanted)
    while missing:
        rows = Area.objects.of(process).filter(pk__in=missing).values_list("pk", "parent_id", "level")
        found = {pk: (parent, level) for pk, parent, level in rows}
        known |= found
        missing = {parent for parent, level in found.values() if parent and level > DISTRICT} - known.keys()

    def district(pk: int) -> int:
        at, seen = pk, set()
        while at in known and at not in seen:
            seen.add(at)
            parent, level = known[at]
            if level <= DISTRICT or parent is None:
                return at
            at = parent
        return at

    return {pk: district(pk) for pk in wanted}


def _open_works(process: Process) -> list[Work]:
    return list(Work.objects.of(process).filter(state__in=OPEN).select_related("crew", "after").order_by("number"))


def code_of(work: Work) -> str:
    """What a work is called in tables: the code of its source, else its number."""
    return work.code or work.ref


def _lacking(works: list[Work]) -> dict[int, tuple[str, ...]]:
    """What keeps each open work out of plans, for those that are kept out."""
    lacks: dict[int, tuple[str, ...]] = {}
    for work in works:
        missing = [name for name, value in (("cost", work.cost), ("duration", work.duration_months)) if value is None]
        if work.after is not None and work.after.state == WorkState.CANCELLED:
            missing.append("after_cancelled")
        if missing:
            lacks[work.pk] = tuple(missing)
    again = True
    while again:
        more = {w.pk: ("after_unplannable",) for w in works if w.pk not in lacks and w.after_id in lacks}
        lacks |= more
        again = bool(more)
    return lacks


def plannable_works(process: Process, on: date) -> list[PlannableWork]:
    """Open works (planned to suspended) that a plan may start or that are under way; finished ones are in `area_supply`.

    `on` is the day of the plan: a work finished after it is still open then.
    """
    works = _open_works(process)
    later = list(Work.objects.of(process).filter(state=WorkState.FINISHED, finished_on__gt=on).select_related("crew", "after"))
    works += later
    lacks = _lacking(works)
    gates = gate_ids(work.pk for work in works)
    closed = {work.pk for work in works}
    return [
        PlannableWork(
            id=work.pk,
            code=code_of(work),
            title=work.title,
            area_id=work.area_id,
            kind=work.kind,
            duration_months=work.duration_months or 0,
            cost=work.cost if work.cost is not None else Decimal(0),
            currency=work.currency,
            price_date=work.price_date,
            crew=work.crew.code if work.crew is not None else "",
            crew_units=work.crew_units if work.crew is not None else 0,
            resource=work.resource,
            adds=work.adds,
            after_id=work.after_id if work.after_id in closed else None,
            gate_ids=gates.get(work.pk, ()),
            state=work.state,
            started_on=work.started_on,
            finished_on=work.finished_on,
        )
        for work in works
        if work.pk not in lacks
    ]


def unplannable_works(process: Process) -> list[UnplannableWork]:
    """Open works that no plan may use; a page names them with what is missing, so that somebody can say it."""
    works = _open_works(process)
    lacks = _lacking(works)
    return [
        UnplannableWork(work.pk, code_of(work), work.title, work.area_id, lacks[work.pk]) for work in works if work.pk in lacks
    ]


def gate_ids(work_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Gates that each of these works opens once it is finished. One query."""
    relation: Any = getattr(Work, "opens", None)
    if relation is None:
        return {}
    found: dict[int, list[int]] = {}
    rows = relation.through.objects.filter(work_id__in=list(work_ids)).order_by("gate_id").values_list("work_id", "gate_id")
    for work_id, gate_id in rows:
        found.setdefault(work_id, []).append(gate_id)
    return {pk: tuple(gates) for pk, gates in found.items()}


def month_of(day: date) -> date:
    """The first of the month of a day."""
    return day.replace(day=1)


def months_from(start: date, months: int) -> list[date]:
    """The firsts of so many months, from the month of `start` on."""
    first = start.year * 12 + start.month - 1
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(months)]


def crews(process: Process, on: date | None = None) -> dict[str, int]:
    """Units of each crew that stand on a day (today), by the crew's code; 0 where no number is on file."""
    return {code: units[0] for code, units in crews_by_month(process, on or timezone.localdate(), 1).items()}


def crews_by_month(process: Process, start: date, months: int) -> dict[str, list[int]]:
    """Units of each crew in each month, by the crew's code. Two queries."""
    names = dict(Crew.objects.of(process).values_list("pk", "code"))
    rows = CrewCapacity.objects.filter(crew__process=process).order_by("starts_on").values_list("crew_id", "starts_on", "units")
    steps: dict[int, list[tuple[date, int]]] = {}
    for crew_id, starts_on, units in rows:
        steps.setdefault(crew_id, []).append((month_of(starts_on), units))
    return {code: _by_month(steps.get(pk, []), start, months) for pk, code in sorted(names.items(), key=lambda one: one[1])}


def _by_month(steps: list[tuple[date, int]], start: date, months: int) -> list[int]:
    """The value of the last step not after each month; 0 before the first."""
    found, at, value = [], 0, 0
    for month in months_from(start, months):
        while at < len(steps) and steps[at][0] <= month:
            value = steps[at][1]
            at += 1
        found.append(value)
    return found


def hubs(process: Process, start: date, months: int) -> list[HubSupply]:
    """Places of departure with their seats by month. Two queries."""
    rows = list(TransportHub.objects.of(process).order_by("code"))
    seats = HubSeats.objects.filter(hub__process=process).order_by("starts_on").values_list("hub_id", "starts_on", "persons")
    steps: dict[int, list[tuple[date, int]]] = {}
    for hub_id, starts_on, persons in seats:
        steps.setdefault(hub_id, []).append((month_of(starts_on), persons))
    return [HubSupply(row.pk, row.code, row.area_id, tuple(_by_month(steps.get(row.pk, []), start, months))) for row in rows]


def funding_by_month(
    process: Process, start: date, months: int, *, stages: Iterable[str] = SECURED, tied: bool = True
) -> dict[str, list[Decimal]]:
    """Money that can be spent on works not yet begun, new in each month, by currency; currencies are never added here.

    Money available before `start` counts in the first month, later than the last month not at all. Money tied to a work that
    has begun is spent and left out. `tied=False` leaves out all money that its funder gave for one work.
    """
    rows = Funding.objects.of(process).filter(retired_at=None, stage__in=list(stages))
    waiting = OPEN - {WorkState.UNDER_WAY, WorkState.SUSPENDED}
    rows = rows.filter(Q(work=None) | Q(work__state__in=waiting)) if tied else rows.filter(work=None)
    firsts = months_from(start, months)
    found: dict[str, list[Decimal]] = {}
    for amount, currency, available, said in rows.values_list("amount", "currency", "available_from", "on"):
        month = month_of(available or said)
        if month > firsts[-1]:
            continue
        by_month = found.setdefault(currency, [Decimal(0)] * months)
        by_month[max((month.year - firsts[0].year) * 12 + month.month - firsts[0].month, 0)] += amount
    return found
