"""What if: a changed problem planned again, from the approved plan and with the same seed; and what would bring one household forward.

The effect of a change is the difference between two runs of the same length from the same start: one of the changed problem and one
of the unchanged. What the second gains over the approved plan is the merit of planning longer, not of the change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.changes import Budget, Change, Crew, Floor, OpenGate, Places, Seats, StartWork, apply, carried, cut
from wayhome.engines.planning.check import check
from wayhome.engines.planning.compare import Comparison, compare
from wayhome.engines.planning.explain import blocked, plan_of
from wayhome.engines.planning.ledger import TOLERANCE, Ledger
from wayhome.engines.planning.resolving import resolver
from wayhome.engines.planning.run import run
from wayhome.engines.planning.types import FAIRNESS_SLACK, RESOURCES, Flags, Instance, Ints, Params, Plan, Result
from wayhome.engines.planning.verify import priced_bound

Resolve = Callable[[Instance, Params, int], Result]
"""Plans a problem: `run` with its parameters and seed."""


def resolve_from(plan: Plan | Result, params: Params) -> Resolve:
    """How to plan again: from the plan's order of works and its prices; with a frozen past, or without prices, by the engine's run."""
    if isinstance(plan, Result) and not params.frozen_until:
        return resolver(plan.plan, plan.prices)
    return lambda instance, params, seed: run(instance, params=params, seed=seed)


@dataclass(frozen=True)
class Effect:
    """What a change does. `before` is the unchanged problem planned again, `after` the changed one (plans without works that the change
    added); `comparison` sets the second against the first."""

    changes: tuple[Change, ...]
    instance: Instance
    before: Result
    after: Result
    comparison: Comparison
    kept: bool
    """What the change insists on (a start) holds in `after`; else no plan with it was found and `after` is without."""

    @property
    def value(self) -> float:
        """Value gained, as found."""
        return self.after.value - self.before.value

    @property
    def least(self) -> float:
        """The best plan with the change is worth at least this much more than the best without, whatever either is."""
        return self.after.value - self.before.bound

    @property
    def most(self) -> float:
        """... and at most this much more."""
        return self.after.bound - self.before.value


def what_if(
    instance: Instance,
    plan: Plan | Result,
    changes: Change | Sequence[Change],
    *,
    params: Params | None = None,
    seed: int | None = None,
    before: Result | None = None,
    solver: Resolve | None = None,
) -> Effect:
    """Plan the changed problem again and say what the change does.

    `plan` is the approved plan or its result; `params` say how long to plan (2 seconds each) and what is past; `seed` is by default the
    result's; `before` saves planning the unchanged problem again when several changes are asked about. Raises `PlanError` for a change
    that names nothing known."""
    asked = tuple(changes) if isinstance(changes, Sequence) else (changes,)
    params = Params(time_limit=2.0) if params is None else params
    seed = (plan.seed if isinstance(plan, Result) else 0) if seed is None else seed
    solver = resolve_from(plan, params) if solver is None else solver
    approved = plan_of(plan)
    changed, demands = apply(instance, asked)
    if before is None:
        before = again(instance, approved, params, seed, solver)
    start = carried(before.plan, changed)
    after = again(changed, start, dataclasses.replace(params, demands=demands if demands.works else None), seed, solver)
    before, after = _bounded(instance, before, plan), _bounded(changed, after, plan)
    kept = all(0 <= after.plan.starts[work] <= by for work, by in demands.works.items())
    shown = dataclasses.replace(after, plan=cut(after.plan, instance.projects))
    if after.value > before.value and not check(instance, shown.plan, facts_until=params.frozen_until):
        # What was found with the change is allowed without it: the change has no part in it.
        before = dataclasses.replace(before, plan=shown.plan, value=after.value, bound=max(before.bound, after.value))
    return Effect(asked, changed, before, shown, compare(instance, before.plan, changed, after.plan), kept)


def _bounded(instance: Instance, result: Result, plan: Plan | Result) -> Result:
    """The result with the lower of its own bound and the one that the approved plan's prices prove: those had more time."""
    if not isinstance(plan, Result):
        return result
    return dataclasses.replace(result, bound=min(result.bound, priced_bound(instance, plan.prices)))


def again(instance: Instance, plan: Plan, params: Params, seed: int, solver: Resolve) -> Result:
    """Plan again from a plan, which is kept where it is allowed and better than what was found."""
    frozen = params.frozen_until
    result = solver(instance, dataclasses.replace(params, previous=plan, stability=params.stability if frozen else 1.0), seed)
    allowed = not check(instance, plan, facts_until=frozen)
    demanded = params.demands.works.items() if params.demands else ()
    if allowed and plan.value(instance) > result.value and all(0 <= plan.starts[w] <= by for w, by in demanded):
        result = dataclasses.replace(result, plan=plan, value=plan.value(instance))
    return result


@dataclass(frozen=True)
class Forward:
    """Something that brings a household home sooner with nobody else moved, checked against all rules: `changes` and, for a work that is
    to start sooner, the money needed sooner than the plan has it. `months` sooner; None where the plan does not bring it home."""

    changes: tuple[Change, ...]
    area_id: str
    period: int
    months: int | None
    money_sooner: float
    plan: Plan
    """The plan with the change: a proof"""


def bring_forward(instance: Instance, plan: Plan | Result, household_id: str, *, most: int = 6) -> tuple[Forward, ...]:
    """What would bring one household home sooner, or at all, the most months first: one work started sooner, places or seats added, or,
    where no single thing is enough, all that is missing. Each is proved by a plan that `check` accepts. Raises KeyError for an unknown
    id; empty for a household that is home at its first period, or not willing. Where nothing is in the way at
    all, the one answer has no changes: the plan can be improved as it is."""
    found = np.flatnonzero(instance.household_ids == household_id)
    if not len(found):
        raise KeyError(household_id)
    ledger = Ledger(instance, plan_of(plan))
    unit = int(ledger.units.of[found[0]])
    if unit < 0:
        return ()
    rows = np.flatnonzero(ledger.units.wish_unit == unit)
    wanted, blocks = _sooner(ledger, unit, rows)
    open_now = _best(wanted, np.asarray(~blocks[:6].any(0)), ledger, rows)
    if open_now is not None:
        area = int(ledger.units.wish_area[rows[open_now[0]]])
        return tuple(_proved(ledger, unit, area, open_now[1], (), ledger.plan.starts))
    out = [*_by_works(ledger, unit, rows), *_by_places(ledger, unit, rows)]
    if not out:
        out = _by_all(ledger, unit, rows)
    best = list({f.changes: f for f in out}.values())
    best.sort(key=lambda f: (f.period, len(f.changes), f.money_sooner))
    return tuple(best[:most])


def _sooner(ledger: Ledger, unit: int, rows: Ints) -> tuple[Flags, Flags]:
    """Where and when a unit would rather be, and sooner than it is home by the plan; and what blocks it."""
    wanted, blocks, _ = blocked(ledger, rows)
    now = int(ledger.plan.period[ledger.units.first[unit]])
    if now >= 0:
        wanted &= np.arange(ledger.instance.periods) < now
    return wanted, blocks


def _proved(
    ledger: Ledger, unit: int, area: int, period: int, changes: tuple[Change, ...], starts: Ints, money: float = 0.0
) -> list[Forward]:
    """The change as a plan, if the rules allow it; with a lower floor of fairness where one more return of the group needs that."""
    i = ledger.instance
    changes += _fair_enough(ledger, unit)
    moved = ledger.units.spread(Plan(starts, ledger.plan.area, ledger.plan.period), unit, area, period)
    if check(apply(i, changes)[0], moved):
        return []
    now = int(ledger.plan.period[ledger.units.first[unit]])
    return [Forward(changes, str(i.area_ids[area]), period, now - period if now >= 0 else None, money, moved)]


def _fair_enough(ledger: Ledger, unit: int) -> tuple[Change, ...]:
    """The highest floor at which one more return of the unit is fair to all groups; nothing where it is already."""
    i, units = ledger.instance, ledger.units
    total = float(i.willing_persons.sum())
    if not i.fairness_floor or ledger.plan.area[units.first[unit]] >= 0 or not total:
        return ()
    returned = ledger.group_returned.copy()
    rows = units.group_unit == unit
    returned[units.group[rows]] += units.group_persons[rows]
    due = i.willing_persons * returned.sum() / total
    most = float(((returned + FAIRNESS_SLACK)[due > 0] / due[due > 0]).min(initial=1.0))
    return () if i.fairness_floor <= most * (1 + TOLERANCE) else (Floor(most),)


def _best(wanted: Flags, clear: Flags, ledger: Ledger, rows: Ints) -> tuple[int, int] | None:
    """The wish and period worth most among those that are wanted and clear."""
    worth = np.where(wanted & clear, ledger.units.wish_weight[rows][:, None] * ledger.instance.discounts, -1.0)
    # Of equal worth the sooner.
    at = int(worth.argmax())
    row, period = divmod(at, ledger.instance.periods)
    return (row, period) if worth.flat[at] > 0 else None


def _by_works(ledger: Ledger, unit: int, rows: Ints) -> list[Forward]:
    """One work started sooner, as little sooner as brings the household home soonest."""
    i, plan = ledger.instance, ledger.plan
    areas = np.unique(ledger.units.wish_area[rows])
    out: list[Forward] = []
    for work in np.flatnonzero(np.isin(i.project_area, areas) & (i.gate | (i.resource >= 0))).tolist():
        before = int(i.after[work])
        first = int(ledger.end[before]) if before >= 0 else 0
        last = int(plan.starts[work]) if plan.starts[work] >= 0 else i.periods - int(i.duration[work])
        reached: tuple[float, int, int, int] | None = None
        for start in range(last - 1, first - 1, -1):
            starts = plan.starts.copy()
            starts[work] = start
            tried = ledger.restarted(starts)
            wanted, blocks = _sooner(tried, unit, rows)
            place = _best(wanted, np.asarray(~blocks[:6].any(0)), ledger, rows)
            if place is not None:
                worth = float(ledger.units.wish_weight[rows[place[0]]] * i.discounts[place[1]])
                if reached is None or worth > reached[0] + 1e-12:
                    reached = (worth, start, *place)
        if reached is None:
            continue
        _, start, row, period = reached
        starts = plan.starts.copy()
        starts[work] = start
        changes, money = _afforded(ledger.restarted(starts), work, start, int(plan.starts[work]))
        area = int(ledger.units.wish_area[rows[row]])
        out += _proved(ledger, unit, area, period, (StartWork(str(i.project_ids[work]), start), *changes), starts, money)
    return out


def _afforded(ledger: Ledger, work: int, start: int, planned: int) -> tuple[tuple[Change, ...], float]:
    """Money and crew that a work started sooner lacks: the money comes back where the plan would have spent it."""
    i = ledger.instance
    changes: list[Change] = []
    short = max(0.0, -float(ledger.money[start:].min()))
    if short > TOLERANCE * (1 + i.budget.sum()):
        changes.append(Budget(short, start))
        if planned >= 0 and i.budget[planned] >= short:
            changes.append(Budget(-short, planned))
    else:
        short = 0.0
    crew, span = int(i.crew[work]), int(i.duration[work])
    if crew >= 0 and span:
        lacking = -float(ledger.crews[crew, start : start + span].min())
        if lacking > TOLERANCE:
            changes.append(Crew(str(i.crew_ids[crew]), lacking))
    return tuple(changes), short


def _missing(ledger: Ledger, unit: int, row: int, period: int, kinds: Flags) -> tuple[Change, ...]:
    """What is missing for a unit to be in a wished area in a period, of the kinds that block (gate, four places, seats)."""
    i, units = ledger.instance, ledger.units
    area = int(units.wish_area[row])
    changes: list[Change] = []
    if kinds[0]:
        gates = np.flatnonzero(i.gate & (i.project_area == area) & (ledger.end > period))
        changes += [OpenGate(str(i.project_ids[g])) for g in gates.tolist()]
    now_area, now_period = int(ledger.plan.area[units.first[unit]]), int(ledger.plan.period[units.first[unit]])
    for r in range(4):
        if kinds[1 + r]:
            own = np.where((now_area == area) & (np.arange(i.periods) >= now_period), units.needs[unit, r], 0.0)
            room = float((ledger.places[area, r] - ledger.used[area, r] + own)[period:].min())
            changes.append(Places(str(i.area_ids[area]), RESOURCES[r], float(units.needs[unit, r] - max(0.0, room))))
    if kinds[5]:
        for at in np.flatnonzero(units.hub_unit == unit).tolist():
            hub = int(units.hub[at])
            mine = units.hub_persons[at] if period == now_period else 0.0
            lacking = float(units.hub_persons[at] - max(0.0, ledger.seats[hub, period] + mine))
            if lacking > 0:
                changes.append(Seats(str(i.hub_ids[hub]), float(np.ceil(lacking)), period))
    return tuple(changes)


def _by_places(ledger: Ledger, unit: int, rows: Ints) -> list[Forward]:
    """One kind of thing more: places of one kind in one area, or seats in one period."""
    wanted, blocks = _sooner(ledger, unit, rows)
    blocks = blocks[:6]
    out = []
    for k in range(1, 6):
        alone = blocks[k] & (blocks.sum(0) == 1)
        for row in range(len(rows)):
            place = _best(wanted[row : row + 1], alone[row : row + 1], ledger, rows[row : row + 1])
            if place is not None:
                changes = _missing(ledger, unit, int(rows[row]), place[1], blocks[:, row, place[1]])
                area = int(ledger.units.wish_area[rows[row]])
                out += _proved(ledger, unit, area, place[1], changes, ledger.plan.starts)
    return out


def _by_all(ledger: Ledger, unit: int, rows: Ints) -> list[Forward]:
    """Everything that is missing in the period with the fewest things missing, in the area the unit wants most."""
    wanted, blocks = _sooner(ledger, unit, rows)
    row = int(ledger.units.wish_weight[rows].argmax())
    periods = np.flatnonzero(wanted[row])
    if not len(periods):
        return []
    period = int(periods[blocks[:6, row, periods].sum(0).argmin()])
    changes = _missing(ledger, unit, int(rows[row]), period, blocks[:6, row, period])
    return _proved(ledger, unit, int(ledger.units.wish_area[rows[row]]), period, changes, ledger.plan.starts) if changes else []
