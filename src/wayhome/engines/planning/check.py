"""Does a plan keep the eight rules of the contract? Written apart from the solver and sharing nothing with it but the types."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from wayhome.engines.planning.types import (
    FAIRNESS_SLACK,
    RESOURCES,
    Doubles,
    Families,
    Flags,
    Instance,
    Ints,
    Plan,
    Violation,
    summed,
)

_TOLERANCE = 1e-6
_SHOWN = 50
"""Violations told of one rule and kind; a plan that breaks a rule a million times need not say so a million times."""
_FAR = np.int64(1) << 40


def check(instance: Instance, plan: Plan, *, facts_until: int = 0) -> list[Violation]:
    """Everything in `plan` that breaks a rule, at most 50 of a kind; empty where the plan keeps them all.

    `facts_until`: what happened before this period is past. Arrivals of the past are not held against rules 1, 2 and 6 and starts of
    the past not against rules 4 and 5, for nobody can change them; what is asked of later periods is asked with the past counted in."""
    return _Check(instance, plan, facts_until).all()


class _Check:
    def __init__(self, instance: Instance, plan: Plan, facts_until: int) -> None:
        self.instance = instance
        self.plan = plan
        self.facts = facts_until
        self.found: list[Violation] = []
        self.started: Flags = (plan.starts >= 0) & (plan.starts < instance.periods)
        self.end: Ints = np.where(self.started, plan.starts + instance.duration, _FAR)
        self.who: Ints = np.flatnonzero(plan.area >= 0)
        self.to: Ints = plan.area[self.who]
        self.when: Ints = plan.period[self.who]

    def all(self) -> list[Violation]:
        if not self._shapes():
            return self.found
        self._voluntary()
        self._safe()
        self._dignified()
        self._order()
        self._money_and_crews()
        self._transport()
        self._fair()
        if self.instance.families is Families.TOGETHER:
            self._together()
        return self.found

    def _tell(
        self, rule: int, code: str, wrong: npt.NDArray[np.intp], say: Callable[[int], tuple[str, int | None, float, float, str]]
    ) -> None:
        for at in wrong[:_SHOWN].tolist():
            self.found.append(Violation(rule, code, *say(at)))

    def _shapes(self) -> bool:
        made, plan = self.instance, self.plan
        sizes = (len(plan.starts), len(plan.area), len(plan.period)) == (made.projects, made.households, made.households)
        if not sizes:
            self.found.append(
                Violation(0, "other_instance", "", None, 0, 0, "The plan has other projects or households than the instance.")
            )
            return False
        bad = (plan.starts >= made.periods) | (plan.starts < -1)
        self._tell(
            4,
            "start_outside",
            np.flatnonzero(bad),
            lambda p: (
                str(made.project_ids[p]),
                int(plan.starts[p]),
                float(plan.starts[p]),
                made.periods - 1.0,
                f"{made.project_ids[p]} starts in {plan.starts[p]}, not within 0 .. {made.periods - 1}.",
            ),
        )
        outside = (self.when < 0) | (self.when >= made.periods) | (self.to >= made.areas)
        self._tell(
            1,
            "period_outside",
            np.flatnonzero(outside),
            lambda i: (
                str(made.household_ids[self.who[i]]),
                int(self.when[i]),
                float(self.when[i]),
                made.periods - 1.0,
                f"{made.household_ids[self.who[i]]} returns in {self.when[i]}, not within 0 .. {made.periods - 1}.",
            ),
        )
        self.who, self.to, self.when = self.who[~outside], self.to[~outside], self.when[~outside]
        return True

    def _voluntary(self) -> None:
        made, who, to, when = self.instance, self.who, self.to, self.when
        later = when >= self.facts
        earliest = made.earliest[who]
        self._tell(
            1,
            "not_now",
            np.flatnonzero(later & (earliest < 0)),
            lambda i: (
                str(made.household_ids[who[i]]),
                int(when[i]),
                float(when[i]),
                np.inf,
                f"{made.household_ids[who[i]]} said “not now” and returns in {when[i]}.",
            ),
        )
        self._tell(
            1,
            "too_early",
            np.flatnonzero(later & (earliest >= 0) & (when < earliest)),
            lambda i: (
                str(made.household_ids[who[i]]),
                int(when[i]),
                float(when[i]),
                float(earliest[i]),
                f"{made.household_ids[who[i]]} returns in {when[i]}, before its earliest {earliest[i]}.",
            ),
        )
        wide = np.int64(made.areas)
        wished = np.isin(who * wide + to, made.wish_household * wide + made.wish_area)
        self._tell(
            1,
            "not_wished",
            np.flatnonzero(later & ~wished),
            lambda i: (
                str(made.household_ids[who[i]]),
                int(when[i]),
                0.0,
                0.0,
                f"{made.household_ids[who[i]]} returns to {made.area_ids[to[i]]}, which is not on its list.",
            ),
        )

    def _safe(self) -> None:
        made, when, to = self.instance, self.when, self.to
        opens = np.zeros(made.areas, dtype=np.int64)
        gates = np.flatnonzero(made.gate)
        np.maximum.at(opens, made.project_area[gates], self.end[gates])

        def say(i: int) -> tuple[str, int | None, float, float, str]:
            gate = int(gates[(made.project_area[gates] == to[i]) & (self.end[gates] > when[i])][0])
            until = f"finished only in {self.end[gate]}" if self.started[gate] else "never started"
            return (
                str(made.area_ids[to[i]]),
                int(when[i]),
                float(when[i]),
                float(opens[to[i]]),
                f"{made.household_ids[self.who[i]]} arrives in {made.area_ids[to[i]]} in {when[i]}, which is closed: "
                f"{made.project_ids[gate]} is {until}.",
            )

        self._tell(2, "closed_area", np.flatnonzero((when >= self.facts) & (when < opens[to])), say)

    def _dignified(self) -> None:
        made, wide = self.instance, self.instance.periods
        cell = self.to * wide + self.when
        done = self.started & (self.end < wide) & (made.resource >= 0)
        for at, kind in enumerate(RESOURCES):
            lived = _summed(cell, made.needs[self.who, at], made.areas, wide)
            mine = done & (made.resource == at)
            built = _summed(made.project_area[mine] * wide + self.end[mine], made.adds[mine], made.areas, wide)
            places = made.places[:, at, None] + built
            wrong = np.flatnonzero(_over(lived, places))
            wrong = wrong[wrong % wide >= self.facts]
            self._tell(
                3,
                f"{kind}_short",
                wrong,
                lambda i, kind=kind, lived=lived, places=places: (  # type: ignore[misc]
                    str(made.area_ids[i // wide]),
                    i % wide,
                    float(lived.flat[i]),
                    float(places.flat[i]),
                    f"{made.area_ids[i // wide]} in {i % wide}: {kind} used {lived.flat[i]:g}, there are {places.flat[i]:g}.",
                ),
            )

    def _order(self) -> None:
        made, plan = self.instance, self.plan
        bound = self.started & (made.after >= 0) & (plan.starts >= self.facts)
        wrong = bound & (plan.starts < self.end[np.maximum(made.after, 0)]) if made.projects else bound
        self._tell(
            4,
            "before_its_predecessor",
            np.flatnonzero(wrong),
            lambda p: (
                str(made.project_ids[p]),
                int(plan.starts[p]),
                float(plan.starts[p]),
                float(self.end[made.after[p]]),
                f"{made.project_ids[p]} starts in {plan.starts[p]}, before {made.project_ids[made.after[p]]} is finished.",
            ),
        )

    def _money_and_crews(self) -> None:
        made, plan, wide = self.instance, self.plan, self.instance.periods
        spent = summed(plan.starts[self.started], made.cost[self.started], wide).cumsum()
        have = made.budget.cumsum()
        periods = np.arange(wide) >= self.facts
        self._tell(
            5,
            "money_short",
            np.flatnonzero(_over(spent, have) & periods),
            lambda t: (
                "",
                t,
                float(spent[t]),
                float(have[t]),
                f"Costs of works started up to {t} are {spent[t]:.2f}, the budget up to then is {have[t]:.2f}.",
            ),
        )
        busy = self.started & (made.crew >= 0) & (made.duration > 0)
        change = np.zeros((len(made.crew_ids), wide + 1))
        np.add.at(change, (made.crew[busy], plan.starts[busy]), made.crew_units[busy])
        np.add.at(change, (made.crew[busy], np.minimum(self.end[busy], wide)), -made.crew_units[busy])
        work = change.cumsum(1)[:, :wide]
        limit = np.broadcast_to(made.crew_capacity[:, None], work.shape)
        self._tell(
            5,
            "crew_short",
            np.flatnonzero(_over(work, limit) & periods),
            lambda i: (
                str(made.crew_ids[i // wide]),
                i % wide,
                float(work.flat[i]),
                float(made.crew_capacity[i // wide]),
                f"Crew {made.crew_ids[i // wide]} in {i % wide}: {work.flat[i]:g} units at work, there are {made.crew_capacity[i // wide]:g}.",
            ),
        )

    def _transport(self) -> None:
        made, wide = self.instance, self.instance.periods
        leave = summed(made.hub[self.who] * wide + self.when, made.persons[self.who], len(made.hub_ids) * wide).reshape(-1, wide)
        wrong = _over(leave, made.transport) & (np.arange(wide) >= self.facts)
        self._tell(
            6,
            "transport_short",
            np.flatnonzero(wrong),
            lambda i: (
                str(made.hub_ids[i // wide]),
                i % wide,
                float(leave.flat[i]),
                float(made.transport.flat[i]),
                f"Hub {made.hub_ids[i // wide]} in {i % wide}: {leave.flat[i]:g} persons leave, there is transport for {made.transport.flat[i]:g}.",
            ),
        )

    def _fair(self) -> None:
        made = self.instance
        back = summed(made.group[self.who], made.persons[self.who], len(made.group_ids))
        willing = made.willing_persons
        share = back.sum() / willing.sum() if willing.sum() else 0.0
        floor = made.fairness_floor * share * willing - FAIRNESS_SLACK
        self._tell(
            7,
            "group_behind",
            np.flatnonzero(_over(floor, back)),
            lambda g: (
                str(made.group_ids[g]),
                None,
                float(back[g]),
                float(floor[g]),
                f"Group {made.group_ids[g]}: {back[g]:g} of {willing[g]:g} willing persons return, at least {floor[g]:.1f} are due.",
            ),
        )

    def _together(self) -> None:
        made, wide = self.instance, np.int64(self.instance.areas)
        kin = np.where(made.willing, made.family, -1)
        size = np.bincount(kin[kin >= 0], minlength=len(made.family_ids))
        rows = kin[made.wish_household] >= 0
        pair, count = np.unique(kin[made.wish_household][rows] * wide + made.wish_area[rows], return_counts=True)
        common = np.zeros(len(made.family_ids), dtype=np.int64)
        np.maximum.at(common, pair // wide, count)
        bound = (size > 1) & (common == size)
        mine = np.flatnonzero((kin[self.who] >= 0) & (self.when >= self.facts))
        mine = mine[bound[kin[self.who[mine]]]]
        of = kin[self.who[mine]]
        back = np.bincount(of, minlength=len(size))
        code = self.to[mine] * np.int64(made.periods) + self.when[mine]
        low, high = np.full(len(size), _FAR), np.full(len(size), -1)
        np.minimum.at(low, of, code)
        np.maximum.at(high, of, code)
        self._tell(
            8,
            "family_partly",
            np.flatnonzero((back > 0) & (back != size)),
            lambda f: (
                str(made.family_ids[f]),
                None,
                float(back[f]),
                float(size[f]),
                f"Family {made.family_ids[f]}: {back[f]} of its {size[f]} willing households return.",
            ),
        )
        self._tell(
            8,
            "family_apart",
            np.flatnonzero((back > 0) & (low != high)),
            lambda f: (
                str(made.family_ids[f]),
                None,
                float(low[f]),
                float(high[f]),
                f"Family {made.family_ids[f]} returns to different areas or in different periods.",
            ),
        )


def _summed(cell: Ints, weights: Doubles, rows: int, wide: int) -> Doubles:
    return np.asarray(summed(cell, weights, rows * wide).reshape(rows, wide).cumsum(1), dtype=np.float64)


def _over(used: Doubles, limit: Doubles) -> Flags:
    out: Flags = used > limit + _TOLERANCE * (1 + np.abs(limit))
    return out
