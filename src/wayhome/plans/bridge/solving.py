"""A run through the engine: tables to an instance, live progress, the result written back as rows of a schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from wayhome.engines import planning
from wayhome.engines.planning import Demands, Instance, InstanceError, Params, Plan, Progress, Result
from wayhome.engines.planning.infeasible import AreaOpen, WorkStarts, infeasible_core
from wayhome.plans.bridge.types import Prepared, Project
from wayhome.plans.models import HouseholdReturn, Run, WorkStart

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with the tables of an instance, as the engine names it."""

    file: str
    row: int
    field: str
    found: str
    code: str
    problem: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Flawed(Exception):
    """The tables are no instance: nothing was solved. `flaws` lists what is wrong, `more` counts what is not listed."""

    def __init__(self, error: InstanceError) -> None:
        super().__init__(str(error))
        self.flaws = [
            Flaw(one.file, one.row, one.field, str(one.found), one.code, one.problem, one.remedy) for one in error.problems
        ]
        self.more = error.more


def instance_from(settings: dict[str, Any], tables: dict[str, Any], names: dict[str, str] | None = None) -> Instance:
    """The checked instance. Raises `Flawed` with everything that is wrong."""
    from wayhome.engines.planning.tables import from_tables

    try:
        return from_tables(settings, tables, names)
    except InstanceError as error:
        raise Flawed(error) from None


def demands_of(prepared: Prepared, instance: Instance) -> Demands | None:
    """What must start or be open by a period, by the instance's own numbers."""
    works = {key: at for at, key in enumerate(instance.project_ids)}
    areas = {key: at for at, key in enumerate(instance.area_ids)}
    last = instance.periods - 1
    starts = {works[key]: min(period, last) for key, period in prepared.latest_starts.items() if key in works}
    opens = {areas[key]: period for key, period in prepared.latest_openings.items() if key in areas and period <= last}
    return Demands(works=starts, areas=opens) if starts or opens else None


def previous_plan(run: Run, instance: Instance, fixed: dict[str, int]) -> Plan | None:
    """The plan that a new run starts from, by the new instance's numbers; works that really began start when they did.

    Households and places that are in one of the two alone are passed over: nothing is planned for who left since.
    """
    if run.previous is None:
        return None
    works = {key: at for at, key in enumerate(instance.project_ids)}
    areas = {key: at for at, key in enumerate(instance.area_ids)}
    people = {key: at for at, key in enumerate(instance.household_ids)}
    shift = run.previous.period(run.start)  # the new plan may begin in a later month than the one before
    plan = Plan.empty(instance)
    starts, where, when = plan.starts.copy(), plan.area.copy(), plan.period.copy()
    for key, period in run.previous.works.exclude(period=None).values_list("key", "period"):
        if key in works and 0 <= period - shift < instance.periods:
            starts[works[key]] = period - shift
    for key, period in fixed.items():
        if key in works:
            starts[works[key]] = period
    rows = run.previous.returns.values_list("key", "area_key", "period")
    for key, area, period in rows.iterator(chunk_size=5_000):
        if key in people and area in areas and 0 <= period - shift < instance.periods:
            where[people[key]], when[people[key]] = areas[area], period - shift
    return Plan(starts, where, when)


def params_of(run: Run, demands: Demands | None, previous: Plan | None) -> Params:
    """Limits and wishes of a run for the engine."""
    return Params(
        time_limit=float(run.time_limit),
        gap=run.gap_wanted,
        previous=previous,
        frozen_until=run.frozen_until if previous is not None else 0,
        stability=run.stability,
        demands=demands,
    )


def solve(
    instance: Instance, *, params: Params, seed: int, stop: Callable[[], bool], progress: Callable[[Progress], None]
) -> Result:
    """The best plan within the limits, checked by the engine's own checker before anybody sees it.

    Raises:
        RuntimeError: the plan breaks a rule of the contract: a fault of the engine, never shown as a plan.
    """
    result = planning.run(instance, params=params, seed=seed, stop=stop, progress=progress)
    broken = planning.check(instance, result.plan, facts_until=params.frozen_until)
    if broken:
        raise RuntimeError(f"the plan breaks rule {broken[0].rule}: {broken[0].text}")
    return result


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result, or the smallest set of demands that cannot be met together."""

    result: Result | None = None
    core: tuple[dict[str, Any], ...] = ()


def attempt(
    instance: Instance, *, params: Params, seed: int, stop: Callable[[], bool], progress: Callable[[Progress], None]
) -> Outcome:
    """Solve; where the demands are not met, say which of them cannot be met together."""
    result = solve(instance, params=params, seed=seed, stop=stop, progress=progress)
    missed = unmet(instance, result.plan, params.demands)
    if not missed or params.demands is None:
        return Outcome(result)
    core = infeasible_core(
        instance,
        [
            *(WorkStarts(str(instance.project_ids[at]), int(by)) for at, by in params.demands.works.items()),
            *(AreaOpen(str(instance.area_ids[at]), int(by)) for at, by in params.demands.areas.items()),
        ],
        seconds=max(params.time_limit / 2, 10.0),
        seed=seed,
        stop=stop,
    )
    clash = [
        {"code": "start_by", "key": one.project_id, "period": one.by}
        if isinstance(one, WorkStarts)
        else {"code": "open_by", "key": one.area_id, "period": one.by}
        for one in core.clash or core.give_up
        if isinstance(one, WorkStarts | AreaOpen)
    ]
    return Outcome(None, tuple(clash or missed))


def unmet(instance: Instance, plan: Plan, demands: Demands | None) -> list[dict[str, Any]]:
    """Demands that a plan does not meet."""
    if demands is None:
        return []
    missed: list[dict[str, Any]] = []
    for at, latest in demands.works.items():
        if not 0 <= plan.starts[at] <= latest:
            missed.append({"code": "start_by", "key": str(instance.project_ids[at]), "period": int(latest)})
    for at, latest in demands.areas.items():
        gates = np.flatnonzero(instance.gate & (instance.project_area == at))
        ends = [plan.starts[p] + instance.duration[p] if plan.starts[p] >= 0 else instance.periods + 1 for p in gates]
        if ends and max(ends) > latest:
            missed.append({"code": "open_by", "key": str(instance.area_ids[at]), "period": int(latest)})
    return missed


def write(run: Run, instance: Instance, result: Result, projects: list[Project], households: dict[str, int] | None) -> None:
    """The schedule as rows; the caller's transaction. `projects` and `households` say what the instance's keys mean.

    `households` None: the keys mean nobody on file. One that is missing there was erased since and is not written down.
    """
    known = {one.key: one for one in projects}
    areas: dict[str, int] = run.keys.get("areas", {})
    rows = []
    for at, key in enumerate(instance.project_ids):
        one = known.get(key)
        area_key = str(instance.area_ids[instance.project_area[at]])
        start = int(result.plan.starts[at])
        crew, after, resource = int(instance.crew[at]), int(instance.after[at]), int(instance.resource[at])
        rows.append(
            WorkStart(
                run=run,
                key=str(key)[:80],
                work_id=one.work_id if one else None,
                gate_kind=one.gate_kind if one else "",
                title=(one.title if one else str(key))[:250],
                kind=str(instance.kind[at] or "")[:40],
                area_id=areas.get(area_key),
                area_key=area_key[:80],
                period=start if start >= 0 else None,
                duration=int(instance.duration[at]),
                cost=round(float(instance.cost[at]), 2),
                crew=str(instance.crew_ids[crew])[:60] if crew >= 0 else "",
                crew_units=float(instance.crew_units[at]),
                resource=planning.RESOURCES[resource] if resource >= 0 else "",
                adds=float(instance.adds[at]),
                after_key=str(instance.project_ids[after])[:80] if after >= 0 else "",
                gate=bool(instance.gate[at]),
                expected=one.expected if one else False,
                underway=one.underway if one else False,
            )
        )
    WorkStart.objects.bulk_create(rows, batch_size=BATCH)
    home = np.flatnonzero(result.plan.area >= 0)
    wish = {}
    for at in home:
        first, last = int(instance.wish_start[at]), int(instance.wish_start[at + 1])
        here = np.flatnonzero(instance.wish_area[first:last] == result.plan.area[at])
        wish[int(at)] = float(instance.wish_weight[first + int(here[0])]) if len(here) else 0.0
    returns = []
    for at in home:
        key, area_key = str(instance.household_ids[at]), str(instance.area_ids[result.plan.area[at]])
        if households is not None and key not in households:
            continue
        returns.append(
            HouseholdReturn(
                run=run,
                key=key[:80],
                household_id=households[key] if households is not None else None,
                area_id=areas.get(area_key),
                area_key=area_key[:80],
                group_key=str(instance.group_ids[instance.group[at]])[:80],
                period=int(result.plan.period[at]),
                persons=int(instance.persons[at]),
                weight=wish[int(at)],
            )
        )
    HouseholdReturn.objects.bulk_create(returns, batch_size=BATCH)
    started = result.plan.starts >= 0
    run.households_home = len(returns)
    run.persons_home = sum(row.persons for row in returns)
    run.cost = round(float(instance.cost[started].sum()), 2)  # type: ignore[assignment]
