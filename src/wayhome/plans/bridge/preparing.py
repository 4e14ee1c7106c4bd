"""A process under the assumptions of a scenario, as settings and tables of the planning contract."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.places.queries import supply
from wayhome.plans.bridge.households import Wishing, wishing
from wayhome.plans.bridge.places import GATE_KIND, Ground, ground
from wayhome.plans.bridge.types import Prepared, Project, columns
from wayhome.plans.models import Scenario
from wayhome.plans.states import DemandKind

UNKNOWN = "unknown"
PROJECT_COLUMNS = (
    *("project_id", "area_id", "kind", "duration", "cost", "currency", "crew", "crew_units"),
    *("resource", "adds", "after", "gate"),
)


def prepare(process: Process, scenario: Scenario, *, today: date | None = None) -> Prepared:
    """The instance of a scenario, with every household, work and area that is left out counted. Constant queries."""
    today = today or timezone.localdate()
    land = ground(process, scenario, today=today)
    who = wishing(process, scenario, on=scenario.start, placing=land.placing)
    _without_closed(land)
    rates = {row.currency: float(row.rate) for row in scenario.rates.all()} | {scenario.currency: 1.0}
    hubs = sorted({one.hub_id for one in who.members})
    areas = sorted(
        ({one.area_id for one in who.members} | {one.area_id for one in land.projects} | land.supply.keys()) - land.closed.keys()
    )
    prepared = Prepared(
        settings={
            "periods": scenario.months,
            "discount": float(scenario.discount),
            "fairness_floor": float(scenario.fairness_floor),
            "families": scenario.families,
            "currency": scenario.currency,
        },
        tables={
            "areas": _areas(land, areas),
            "projects": _projects(land, rates, scenario.currency),
            "budget": _budget(scenario, rates),
            "crews": _crews(process, scenario, land),
            "transport": _transport(process, scenario, hubs, land),
            "households": _households(who, land),
            "wishes": columns(
                ("household_id", "area_id", "weight"), ((one.key, land.key(one.area_id), 1.0) for one in who.members)
            ),
        },
        projects=land.projects,
        members=who.members,
        keys={
            "areas": {land.key(pk): pk for pk in areas},
            "projects": {one.key: one.work_id for one in land.projects if one.work_id is not None},
            "hubs": {land.key(pk): pk for pk in hubs},
            "groups": {land.key(pk): pk for pk in {one.group_id for one in who.members} if pk is not None},
        },
    )
    _demands(scenario, land, prepared)
    prepared.counts = _counts(scenario, who, land)
    return prepared


def _without_closed(land: Ground) -> None:
    """Works in areas that stay closed are still done when another area needs them; the areas come back as homeless ones."""
    needed = {one.after for one in land.projects if one.after and one.area_id not in land.closed}
    by_key = {one.key: one for one in land.projects}
    queue = list(needed)
    while queue:
        one = by_key.get(queue.pop())
        if one is not None and one.after and one.after not in needed:
            needed.add(one.after)
            queue.append(one.after)
    land.projects = [one for one in land.projects if one.area_id not in land.closed or one.key in needed]
    for one in land.projects:
        if one.area_id in land.closed:
            one.resource, one.adds = "", 0.0


def _areas(land: Ground, areas: list[int]) -> dict[str, list[Any]]:
    names = ("area_id", "district_id", "dwelling", "water", "school", "clinic")
    rows = []
    building = {one.area_id for one in land.projects if one.area_id in land.closed}
    for pk in [*areas, *sorted(building)]:
        here = land.supply.get(pk)
        if here is None or pk in building:
            rows.append((land.key(pk), "", 0, 0, 0, 0))
        else:
            rows.append((land.key(pk), land.key(here.district_id), here.dwelling, here.water, here.school, here.clinic))
    return columns(names, rows)


def _money(amount: float, currency: str, rates: dict[str, float], own: str) -> tuple[float, str]:
    """An amount in the scenario's currency where a rate is given; else as it is, so that the engine names the mixture."""
    rate = rates.get(currency)
    return (amount, currency) if rate is None else (round(amount * rate, 2), own)


def _projects(land: Ground, rates: dict[str, float], own: str) -> dict[str, list[Any]]:
    rows = []
    for one in land.projects:
        cost, currency = _money(one.cost, one.currency, rates, own) if one.cost else (0.0, own)
        one.cost = cost
        rows.append(
            (
                *(one.key, land.key(one.area_id), one.kind, one.duration, cost, currency, one.crew),
                *(one.crew_units if one.crew else 0.0, one.resource, one.adds if one.resource else 0.0, one.after, int(one.gate)),
            )
        )
    return columns(PROJECT_COLUMNS, rows)


def _budget(scenario: Scenario, rates: dict[str, float]) -> dict[str, list[Any]]:
    share = float(scenario.budget_share) / 100
    added: dict[tuple[int, str], float] = {}
    for line in scenario.budget.all():
        amount, currency = _money(float(line.amount), line.currency, rates, scenario.currency)
        period = min(max(scenario.period(line.month), 0), scenario.months)
        if period < scenario.months:
            added[period, currency] = added.get((period, currency), 0.0) + amount * share
    rows = [(period, round(amount, 2), currency) for (period, currency), amount in sorted(added.items())]
    return columns(("period", "amount", "currency"), rows)


def _crews(process: Process, scenario: Scenario, land: Ground) -> dict[str, list[Any]]:
    """Units at work in every month: what the scenario says, else the fewest of any month of the plan."""
    units = {
        code: float(min(by_month)) for code, by_month in supply.crews_by_month(process, scenario.start, scenario.months).items()
    }
    units |= dict.fromkeys({one.crew for one in land.projects if one.crew} - units.keys(), 0.0)
    units |= {row.crew: float(row.units) for row in scenario.crews.all()}
    return columns(("crew", "units"), sorted(units.items()))


def _transport(process: Process, scenario: Scenario, hubs: list[int], land: Ground) -> dict[str, list[Any]]:
    seats = {one.area_id: list(one.seats) for one in supply.hubs(process, scenario.start, scenario.months)}
    every: dict[int, int] = {}
    single: dict[tuple[int, int], int] = {}
    for row in scenario.transport.all():
        if row.month is None:
            every[row.hub_id] = row.persons
        else:
            single[row.hub_id, scenario.period(row.month)] = row.persons
    rows = []
    for hub in hubs:
        filed = seats.get(hub)
        for period in range(scenario.months):
            persons = every.get(hub, filed[period] if filed is not None else scenario.transport_each)
            rows.append((land.key(hub), period, single.get((hub, period), persons)))
    return columns(("hub_id", "period", "persons"), rows)


def _households(who: Wishing, land: Ground) -> dict[str, list[Any]]:
    names = ("household_id", "family_id", "hub_id", "group_id", "persons", "children", "clinic", "earliest")
    return columns(
        names,
        (
            (
                *(one.key, one.family, land.key(one.hub_id)),
                *(
                    land.key(one.group_id) if one.group_id is not None else UNKNOWN,
                    one.persons,
                    one.children,
                    one.clinic,
                    one.earliest,
                ),
            )
            for one in who.members
        ),
    )


def _demands(scenario: Scenario, land: Ground, prepared: Prepared) -> None:
    by_work: dict[int, Project] = {one.work_id: one for one in land.projects if one.work_id is not None}
    for one in land.projects:
        if one.fixed_start is not None:
            prepared.latest_starts[one.key] = one.fixed_start
            prepared.fixed[one.key] = one.fixed_start
        elif one.expected and one.kind in {GATE_KIND, "wait"}:
            prepared.latest_starts[one.key] = 0  # a date comes by itself
    for demand in scenario.demands.all():
        period = scenario.period(demand.month)
        if demand.kind == DemandKind.START_BY:
            if demand.work_id not in by_work:
                prepared.impossible.append({"code": "work_not_in", "work": demand.work_id, "demand": demand.pk})
                continue
            key = by_work[demand.work_id].key
            prepared.latest_starts[key] = min(prepared.latest_starts.get(key, period), period)
        elif demand.area_id is not None:
            key = land.key(demand.area_id)
            if key not in prepared.keys["areas"]:
                gates = list(land.closed.get(demand.area_id, ()))
                prepared.impossible.append({"code": "stays_closed", "area": demand.area_id, "gates": gates, "demand": demand.pk})
                continue
            prepared.latest_openings[key] = min(prepared.latest_openings.get(key, period), period)


def _counts(scenario: Scenario, who: Wishing, land: Ground) -> dict[str, Any]:
    groups: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    for one in who.members:
        group = land.key(one.group_id) if one.group_id is not None else UNKNOWN
        groups[group] += 1
        persons[group] += one.persons
        areas[land.key(one.area_id)] += 1
    left = who.tally.rows()
    return {
        "households": who.households,
        "persons": who.persons,
        "planned": len(who.members),
        "planned_persons": sum(one.persons for one in who.members),
        "beyond": sum(one.earliest >= scenario.months for one in who.members),
        "not_after": who.not_after,
        "left": [row.as_json() for row in left],
        "works": sum(one.work_id is not None for one in land.projects),
        "works_left": [row.as_json() for row in land.left],
        "expected": [[one.area_id, one.gate_kind] for one in land.projects if one.expected and one.gate_kind],
        "closed": {str(pk): list(gates) for pk, gates in land.closed.items()},
        "notes": land.notes,
        "groups": {key: {"households": n, "persons": persons[key]} for key, n in sorted(groups.items())},
        "wished": dict(sorted(areas.items())),
    }
