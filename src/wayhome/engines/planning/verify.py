"""Value and bound of a stored plan once more, from its prices, in plain numpy: no compiled loop, no code of the solver.

The bound is the Lagrangian one (docs/planning.md): at any prices >= 0 it holds for every plan, so recomputing it once is a proof. What
differs from the solver is everything but the formula: whole arrays over opening and start periods here, loops over units there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.check import check
from wayhome.engines.planning.errors import PlanError
from wayhome.engines.planning.ledger import Units, units_of
from wayhome.engines.planning.types import FAIRNESS_SLACK, NEVER, Doubles, Instance, Ints, Plan, Prices, Violation, summed

_LOW = -1e18
_CHUNK = 4_000_000
AGREE = 1e-6
"""Relative difference up to which two figures count as the same."""


@dataclass(frozen=True)
class Verdict:
    """What was recomputed and what the report says. `value_agrees` and `bound_agrees`: the report claims nothing better than what was
    found here. `bound_rests_on`: "prices"; "wishes" where every household at its best wish is a lower bound than theirs; or "solver" where
    the report's bound is lower than both and a mixed-integer solver's, then it is the prices' bound that is checked."""

    value: float
    bound: float
    gap: float
    reported_value: float
    reported_bound: float
    value_agrees: bool
    bound_agrees: bool
    bound_rests_on: str
    violations: tuple[Violation, ...]

    @property
    def holds(self) -> bool:
        return self.value_agrees and self.bound_agrees and not self.violations


def verify(
    instance: Instance,
    plan: Plan,
    prices: Prices,
    report: Mapping[str, float | str],
    *,
    fixed: Ints | None = None,
    frozen_until: int = 0,
) -> Verdict:
    """Check the plan against the rules, recompute its value, and recompute the bound from `prices`.

    `report` needs `value`, `bound` and, where a mixed-integer solver proved the bound, `price_bound`. `fixed` (P,) and `frozen_until`:
    starts that are facts, as the run had them. Raises `PlanError` where the prices do not belong to the instance or are negative."""
    found_value = value_of(instance, plan)
    bound = priced_bound(instance, prices, fixed=fixed, frozen_until=frozen_until)
    wishes = wished_bound(instance)
    proven = min(bound, wishes)
    said_value, said_bound = float(report["value"]), float(report["bound"])
    room = AGREE * (1 + abs(proven))
    by_solver = said_bound < proven - room
    claimed = float(report.get("price_bound", said_bound))
    return Verdict(
        found_value,
        proven,
        (proven - found_value) / proven if proven > 0 else 0.0,
        said_value,
        said_bound,
        abs(found_value - said_value) <= AGREE * (1 + abs(found_value)),
        said_bound >= found_value - room and (not by_solver or (claimed > said_bound + room and bound <= claimed + room)),
        "solver" if by_solver else "wishes" if wishes < bound else "prices",
        tuple(check(instance, plan, facts_until=frozen_until)),
    )


def wished_bound(instance: Instance) -> float:
    """The bound without any price: every unit in the area it wants most in its first period."""
    units = units_of(instance)
    most = np.zeros(units.count)
    np.maximum.at(most, units.wish_unit, units.wish_weight)
    on_time = units.earliest < instance.periods
    return float((most[on_time] * np.float64(instance.discount) ** units.earliest[on_time]).sum())


def value_of(instance: Instance, plan: Plan) -> float:
    """Sum of weight x discount^period over the wishes that the plan grants."""
    whose = instance.wish_household
    granted = (plan.area[whose] == instance.wish_area) & (plan.area[whose] >= 0)
    return float((instance.wish_weight[granted] * np.float64(instance.discount) ** plan.period[whose[granted]]).sum())


def priced_bound(instance: Instance, prices: Prices, *, fixed: Ints | None = None, frozen_until: int = 0) -> float:
    """The bound that the prices prove: no plan of the instance (with the fixed starts) is worth more."""
    units = units_of(instance)
    _belongs(instance, prices)
    homes = prices.homes()
    constant = float(
        (instance.transport * prices.transport).sum()
        + (instance.budget.cumsum() * prices.money).sum()
        + (instance.crew_capacity[:, None] * prices.crews).sum()
        + FAIRNESS_SLACK * prices.groups.sum()
        + prices.once[units.first[units.earliest < instance.periods]].sum()
    )
    gain = _gains(instance, units, prices, homes)
    return constant + _trees(instance, prices, homes, gain, fixed, frozen_until)


def _belongs(instance: Instance, prices: Prices) -> None:
    shapes = {
        "places": (instance.areas, 4, instance.periods), "money": (instance.periods,), "crews": (len(instance.crew_ids), instance.periods),
        "transport": (len(instance.hub_ids), instance.periods), "groups": (len(instance.group_ids),), "once": (instance.households,),
    }  # fmt: skip
    for name, shape in shapes.items():
        values = getattr(prices, name)
        if values.shape != shape:
            raise PlanError(f"The prices of {name} are of another instance.", f"{shape} are needed, {values.shape} were given.")
        if not np.isfinite(values).all() or (values < 0).any():
            raise PlanError(f"A price of {name} is negative or no number.", "A bound needs prices of zero or more; plan again.")


def _gains(instance: Instance, units: Units, prices: Prices, homes: Doubles) -> Doubles:
    """(A, T + 1) profit of the units of each area by the period it opens; the last column (never) is 0."""
    periods, total = instance.periods, float(instance.willing_persons.sum())
    burden = instance.fairness_floor * (prices.groups * instance.willing_persons).sum() / total if total else 0.0
    standing = summed(units.group_unit, units.group_persons * (prices.groups - burden)[units.group], units.count)
    out = np.zeros((instance.areas, periods + 1))
    begin, end = (
        np.searchsorted(units.hub_unit, np.arange(units.count)),
        np.searchsorted(units.hub_unit, np.arange(units.count), side="right"),
    )
    size = max(1, _CHUNK // max(1, periods))
    for low in range(0, len(units.wish_unit), size):
        rows = np.arange(low, min(low + size, len(units.wish_unit)))
        unit, area = units.wish_unit[rows], units.wish_area[rows]
        profit = units.wish_weight[rows][:, None] * np.float64(instance.discount) ** np.arange(periods)
        profit += (standing[unit] - prices.once[units.first[unit]])[:, None]
        for r in range(4):
            profit -= units.needs[unit, r][:, None] * homes[area, r]
        for step in range(int((end - begin)[unit].max(initial=0))):
            at = np.minimum(begin[unit] + step, max(0, len(units.hub) - 1))
            has = begin[unit] + step < end[unit]
            profit -= np.where(has, units.hub_persons[at], 0.0)[:, None] * prices.transport[units.hub[at]]
        profit[np.arange(periods) < units.earliest[unit][:, None]] = -np.inf
        best = np.maximum(0.0, np.maximum.accumulate(profit[:, ::-1], 1)[:, ::-1])
        for t in range(periods):
            out[:, t] += summed(area, best[:, t], instance.areas)
    return out


def _trees(instance: Instance, prices: Prices, homes: Doubles, gain: Doubles, fixed: Ints | None, frozen_until: int) -> float:
    """Best works of all areas at the prices: by area, for every opening period and every start at once."""
    i, T = instance, instance.periods
    order = topological(i.after)
    link, hangs, roots = links(i, order)
    least, opens = windows(i, order, fixed, frozen_until)
    held = np.full(i.projects, NEVER) if fixed is None else fixed
    later = np.concatenate([homes, np.zeros((i.areas, 4, 1))], 2)
    money = np.concatenate([prices.budget(), [0.0]])
    crews = np.concatenate([np.zeros((len(i.crew_ids), 1)), prices.crews.cumsum(1)], 1)
    when, opening = np.arange(T), np.arange(T + 1)[:, None]
    value, best, none = (dict[int, Doubles]() for _ in range(3))
    whole: dict[int, Doubles] = {}
    children: dict[int, list[int]] = {}
    for p in range(i.projects):
        if link[p] >= 0:
            children.setdefault(int(link[p]), []).append(p)
    depth = np.zeros(i.areas, np.int64)
    for a in range(i.areas):
        up = int(hangs[a])
        while up >= 0:
            depth[a] += 1
            up = int(hangs[up])
    backwards = order[::-1]
    total = 0.0
    for a in np.argsort(-depth, kind="stable").tolist():
        mine = list(backwards[i.project_area[backwards] == a].tolist())
        gated = any(i.gate[p] for p in mine)
        worth = gain[a] + (i.places[a][:, None] * later[a]).sum(0)
        for p in mine:
            lasts, r = int(i.duration[p]), int(i.resource[p])
            done = when + lasts
            v = np.broadcast_to(-money[:T] * i.cost[p], (T + 1, T)).copy()
            if i.crew[p] >= 0:
                v -= i.crew_units[p] * (crews[i.crew[p], np.minimum(T, done)] - crews[i.crew[p], when])
            if r >= 0:
                v += i.adds[p] * later[a, r, np.minimum(T, np.maximum(done, opening))]
            idle = np.zeros(T + 1)
            for c in children.get(p, []):
                if int(i.project_area[c]) == a:
                    v += best[c][:, np.minimum(T, done)]
                    idle += none[c]
                else:
                    v += whole[c][np.minimum(T, done)]
                    idle += whole[c][T]
            v[:, (when != held[p]) if held[p] >= 0 else (when < least[p])] = _LOW
            if held[p] >= 0:
                idle[:] = _LOW
            if i.gate[p]:
                v[:T][done > opening[:T]] = _LOW
                idle[:T] = _LOW
            value[p], none[p] = v, idle
            best[p] = np.maximum(
                idle[:, None], np.concatenate([np.maximum.accumulate(v[:, ::-1], 1)[:, ::-1], np.full((T + 1, 1), _LOW)], 1)
            )
            if link[p] < 0:
                worth = worth + best[p][:, 0]
        allowed = (opening[:, 0] >= opens[a]) if gated else (opening[:, 0] == 0)
        worth = np.where(allowed, worth, _LOW)
        root = int(roots[a])
        if root < 0:
            total += float(worth.max())
        else:
            by_start = (worth[:, None] + value[root]).max(0)
            never = float((worth + none[root]).max())
            whole[root] = np.maximum(never, np.concatenate([np.maximum.accumulate(by_start[::-1])[::-1], [_LOW]]))
    return total


def topological(after: Ints) -> Ints:
    """Works, those that others wait for first."""
    depth = np.zeros(len(after), np.int64)
    up = after.copy()
    while (up >= 0).any():
        depth += up >= 0
        up = np.where(up >= 0, after[np.maximum(up, 0)], NEVER)
    return np.argsort(depth, kind="stable").astype(np.int64)


def links(instance: Instance, order: Ints) -> tuple[Ints, Ints, Ints]:
    """The predecessors the trees follow: all within an area; into an area at most one from another, works that are gates first, never in
    a ring of areas. What is not followed is a rule less, which leaves a bound a bound. Returns the predecessor of each work, the area
    each area hangs on, and the work by which it does."""
    i = instance
    link, hangs, roots = i.after.copy(), np.full(i.areas, NEVER), np.full(i.areas, NEVER)
    across = [p for p in order.tolist() if link[p] >= 0 and i.project_area[link[p]] != i.project_area[p]]
    for p in [p for p in across if i.gate[p]] + [p for p in across if not i.gate[p]]:
        a, b = int(i.project_area[p]), int(i.project_area[link[p]])
        above = b
        while above >= 0 and above != a:
            above = int(hangs[above])
        if roots[a] >= 0 or above == a:
            link[p] = NEVER
        else:
            roots[a], hangs[a] = p, b
    return link, hangs, roots


def windows(instance: Instance, order: Ints, fixed: Ints | None, frozen_until: int) -> tuple[Ints, Ints]:
    """(P,) no work starts earlier, for the money of all it waits for and their durations; (A,) no area opens earlier."""
    i = instance
    money = i.budget.cumsum()

    def paid(cost: float) -> int:
        return int(np.searchsorted(money, cost - 1e-9 * (1 + cost)))

    before = np.zeros(i.projects)
    least = np.full(i.projects, frozen_until, np.int64)
    for p in order.tolist():
        q = int(i.after[p])
        before[p] = i.cost[p] + (before[q] if q >= 0 else 0.0)
        least[p] = max(int(least[p]), paid(float(before[p])), int(least[q] + i.duration[q]) if q >= 0 else 0)
        if fixed is not None and fixed[p] >= 0:
            least[p] = fixed[p]
    opens = np.zeros(i.areas, np.int64)
    gates = np.flatnonzero(i.gate)
    np.maximum.at(opens, i.project_area[gates], least[gates] + i.duration[gates])
    if fixed is None:
        for a in np.unique(i.project_area[gates]).tolist():
            mine = gates[i.project_area[gates] == a]
            needed = np.zeros(i.projects, np.bool_)
            up = mine
            while len(up):
                needed[up] = True
                up = i.after[up]
                up = up[up >= 0]
            opens[a] = max(int(opens[a]), paid(float(i.cost[needed].sum())) + int(i.duration[mine].min()))
    return np.minimum(least, i.periods), np.minimum(opens, i.periods)
