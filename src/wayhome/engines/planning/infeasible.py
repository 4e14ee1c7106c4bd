"""What a planner insists on, and the smallest set of it to give up where no plan can meet it all.

Rules are never given up; the empty plan keeps them, so only demands can clash. Each demand becomes rows that one binary variable may
lift; HiGHS minimises the number lifted. What it proves is said: `at_least` demands must go in any plan, `give_up` are the ones given up
in the plan found, and where both numbers agree the set is a smallest one. A clash, some demands that cannot be met together although
they can without any one of them, is found by leaving out one after the other (deletion filter).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.check import check
from wayhome.engines.planning.errors import PlanError
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.program import Program, build
from wayhome.engines.planning.settle import settle
from wayhome.engines.planning.types import Doubles, Instance, Ints, Names, Plan

EXACT = 6_000
"""Wishes times periods up to which the exact programme is solved."""
TICKS = 5
"""Periods at which larger problems count arrivals, besides those that demands name."""


@dataclass(frozen=True, slots=True)
class HomeBy:
    """At least `households` are home by the end of period `by`; those of one group or in one area alone, where one is named."""

    households: int
    by: int
    group_id: str = ""
    area_id: str = ""


@dataclass(frozen=True, slots=True)
class AreaOpen:
    """All gates of the area are passed by period `by`."""

    area_id: str
    by: int


@dataclass(frozen=True, slots=True)
class GroupShare:
    """At least `share` (0 to 1) of the willing persons of the group are home by the end of period `by`; None: of the plan."""

    group_id: str
    share: float
    by: int | None = None


@dataclass(frozen=True, slots=True)
class HouseholdHome:
    """The household is home by the end of period `by`."""

    household_id: str
    by: int


@dataclass(frozen=True, slots=True)
class SpendAtMost:
    """Works started by the end of period `by` cost at most `amount` together."""

    amount: float
    by: int


@dataclass(frozen=True, slots=True)
class WorkStarts:
    """The work starts in period `by` or sooner."""

    project_id: str
    by: int


Demand = HomeBy | AreaOpen | GroupShare | HouseholdHome | SpendAtMost | WorkStarts


@dataclass(frozen=True)
class Core:
    """The outcome. `give_up`: demands not met by `plan`, which keeps all rules and meets all others. `at_least`: no plan gives up
    fewer. `clash`: demands that cannot be met together; each but one of them can (`clash_proven`: shown for every one of them)."""

    give_up: tuple[Demand, ...]
    at_least: int
    plan: Plan
    clash: tuple[Demand, ...]
    clash_proven: bool
    seconds: float

    @property
    def feasible(self) -> bool:
        """All demands can be met together: `plan` does."""
        return not self.give_up

    @property
    def proven(self) -> bool:
        """No plan gives up fewer; else there may be one that time did not suffice to find or rule out."""
        return len(self.give_up) == self.at_least


def meets(instance: Instance, plan: Plan, demand: Demand) -> bool:
    """Whether a plan meets a demand. Raises `PlanError` for an unknown id or a period outside the plan."""
    i, home = instance, plan.area >= 0
    match demand:
        case HomeBy(households, by, group_id, area_id):
            _period(i, by)
            mine = home & (plan.period <= by)
            if group_id:
                mine &= i.group == _find(i.group_ids, group_id, "group")
            if area_id:
                mine &= plan.area == _find(i.area_ids, area_id, "area")
            return int(mine.sum()) >= households
        case AreaOpen(area_id, by):
            return bool(Ledger(i, plan).opens[_find(i.area_ids, area_id, "area")] <= _period(i, by))
        case GroupShare(group_id, share, until):
            group = _find(i.group_ids, group_id, "group")
            mine = home & (i.group == group) & (plan.period <= _period(i, i.periods - 1 if until is None else until))
            return float(i.persons[mine].sum()) >= share * float(i.willing_persons[group]) - 1e-6
        case HouseholdHome(household_id, by):
            household = _find(i.household_ids, household_id, "household")
            return bool(home[household] and plan.period[household] <= _period(i, by))
        case SpendAtMost(amount, by):
            spent = float(i.cost[(plan.starts >= 0) & (plan.starts <= _period(i, by))].sum())
            return spent <= amount + 1e-6 * (1 + abs(amount))
        case WorkStarts(project_id, by):
            return bool(0 <= plan.starts[_find(i.project_ids, project_id, "work")] <= _period(i, by))


def infeasible_core(
    instance: Instance,
    demands: Sequence[Demand],
    *,
    seconds: float = 30.0,
    seed: int = 0,
    known: Sequence[Plan] = (),
    stop: Callable[[], bool] | None = None,
) -> Core:
    """Which demands to give up, as few as can be, and which clash.

    `known`: plans at hand, an approved one for instance: one that meets everything saves the search. More than half of `seconds` go to the
    smallest set and half to the clash. Raises `PlanError` for a demand that names nothing known."""
    began = time.perf_counter()
    asked = tuple(dict.fromkeys(demands))
    plans = [plan for plan in (*known, Plan.empty(instance)) if not check(instance, plan)]
    broken = [_broken(instance, plan, asked) for plan in plans]
    best = min(range(len(plans)), key=lambda k: len(broken[k]))
    plan, give_up = plans[best], broken[best]
    at_least = 0
    if give_up:
        found, at_least = _fewest(instance, asked, 0.6 * seconds, seed, stop)
        if found is not None and len(_broken(instance, found, asked)) <= len(give_up):
            plan, give_up = found, _broken(instance, found, asked)
            plans.append(found)
    clash: tuple[Demand, ...] = ()
    proven = True
    if give_up:
        left = max(1.0, seconds - (time.perf_counter() - began))
        clash, proven = _clash(instance, asked, plans, left, seed, at_least > 0, stop)
    return Core(give_up, min(at_least, len(give_up)), plan, clash, proven, time.perf_counter() - began)


def _broken(instance: Instance, plan: Plan, demands: Sequence[Demand]) -> tuple[Demand, ...]:
    return tuple(d for d in demands if not meets(instance, plan, d))


def _fewest(
    instance: Instance, demands: Sequence[Demand], seconds: float, seed: int, stop: Callable[[], bool] | None
) -> tuple[Plan | None, int]:
    """A plan that gives up few demands, and a number that every plan gives up at least.

    Small problems exactly. Of large ones a programme that asks less (arrivals in parts, and counted at a few periods only) gives the
    number and the schedule of works; the plan is that schedule with households settled into it."""
    ticks = np.arange(_horizon(instance, demands))
    exact = len(instance.wish_area) * len(ticks) <= EXACT
    if not exact:
        ticks = _ticks(instance, demands, int(ticks[-1]))
    program = build(instance, ticks=ticks, value=False, whole=exact)
    lifts = program.more(-1.0, 1.0, True, len(demands))
    for demand, lift in zip(demands, lifts.tolist(), strict=True):
        _require(program, demand, lift)
    solved = program.solve(seconds=seconds, seed=seed, integral_gain=True, stop=stop)
    at_least = max(0, -math.floor(solved.bound + 1e-6))
    if solved.x is None:
        return None, at_least
    plan = program.plan(solved.x) if exact else settle(instance, program.starts(solved.x), *program.likeliest(solved.x))
    return (plan if not check(instance, plan) else None), at_least


def _ticks(instance: Instance, demands: Sequence[Demand], last: int) -> Ints:
    """The periods demands name, the last one, and a few between."""
    named = {last, *(d.by for d in demands if d.by is not None and d.by <= last)}
    return np.array(sorted(named | set(np.linspace(0, last, TICKS).astype(int).tolist())), dtype=np.int64)


def _clash(
    instance: Instance,
    demands: Sequence[Demand],
    plans: Sequence[Plan],
    seconds: float,
    seed: int,
    impossible: bool,
    stop: Callable[[], bool] | None,
) -> tuple[tuple[Demand, ...], bool]:
    """Demands that cannot be met together, none of which can be spared; and whether that is proven. Nothing where it is not even proven
    that all together are `impossible`."""
    if not impossible:
        return (), False
    kept, certain = list(demands), True
    end = time.perf_counter() + seconds
    known = list(plans)
    for turn, demand in enumerate(demands):
        rest = [d for d in kept if d != demand]
        if any(not _broken(instance, plan, rest) for plan in known):
            continue
        allowed = max(0.5, (end - time.perf_counter()) / max(1, len(demands) - turn))
        if (stop is not None and stop()) or time.perf_counter() > end:
            certain = False
            break
        plan, at_least = _fewest(instance, rest, allowed, seed, stop)
        if at_least > 0:
            kept = rest
        elif plan is not None and not _broken(instance, plan, rest):
            known.append(plan)
        else:
            certain = False
    return tuple(kept), certain


def _horizon(instance: Instance, demands: Sequence[Demand]) -> int:
    """Arrivals later than all demands need no columns, unless they mend the fairness of earlier ones."""
    if instance.fairness_floor and len(instance.group_ids) > 1:
        return instance.periods
    last = [instance.periods - 1 if d.by is None else d.by for d in demands]
    return min(instance.periods, max(last, default=0) + 1)


def _require(program: Program, demand: Demand, lift: int) -> None:
    """The rows of a demand, void where the column `lift` is 1."""
    i, units = program.instance, program.units
    every = np.arange(len(units.wish_unit))
    match demand:
        case HomeBy(households, by, group_id, area_id):
            size = units.size.astype(np.float64)
            if group_id:
                group = _find(i.group_ids, group_id, "group")
                size = np.bincount(units.of[i.willing & (i.group == group)], minlength=units.count).astype(np.float64)
            wishes = every[units.wish_area == _find(i.area_ids, area_id, "area")] if area_id else every
            _at_least(program, wishes, size, _period(i, by), float(households), lift)
        case GroupShare(group_id, share, until):
            group = _find(i.group_ids, group_id, "group")
            persons = np.zeros(units.count)
            rows = units.group == group
            persons[units.group_unit[rows]] = units.group_persons[rows]
            by = _period(i, i.periods - 1 if until is None else until)
            _at_least(program, every, persons, by, share * float(i.willing_persons[group]) - 1e-6, lift)
        case HouseholdHome(household_id, by):
            unit = units.of[_find(i.household_ids, household_id, "household")]
            _at_least(program, every[units.wish_unit == unit], np.ones(units.count), _period(i, by), 1.0, lift)
        case AreaOpen(area_id, by):
            area = _find(i.area_ids, area_id, "area")
            for work in np.flatnonzero(i.gate & (i.project_area == area)).tolist():
                done = program.finished(work, _period(i, by))
                program.rows.add(0, [lift] if done is None else [done, lift], 1.0, 1.0, np.inf)
        case WorkStarts(project_id, by):
            work = _find(i.project_ids, project_id, "work")
            program.rows.add(0, [int(program.begun[work, _period(i, by)]), lift], 1.0, 1.0, np.inf)
        case SpendAtMost(amount, by):
            total = float(i.cost.sum())
            columns = np.r_[program.begun[:, _period(i, by)], lift]
            program.rows.add(0, columns, np.r_[i.cost, min(0.0, amount - total)], -np.inf, amount)


def _at_least(program: Program, wishes: Ints, weight: Doubles, by: int, least: float, lift: int) -> None:
    columns, rows = program.arrived(wishes, by)
    values = weight[program.units.wish_unit[wishes[rows]]]
    used = values > 0
    program.rows.add(0, np.r_[columns[used], lift], np.r_[values[used], max(0.0, least)], least, np.inf)


def _find(ids: Names, wanted: str, what: str) -> int:
    at = np.flatnonzero(ids == wanted)
    if not len(at):
        raise PlanError(f"There is no {what} “{wanted}”.", "Choose one of the plan's own.")
    return int(at[0])


def _period(instance: Instance, period: int) -> int:
    if not 0 <= period < instance.periods:
        raise PlanError(f"Period {period} is outside the plan.", f"Choose one from 0 to {instance.periods - 1}.")
    return period
