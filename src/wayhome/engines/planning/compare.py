"""What a plan brings month by month, and two plans side by side: who gains, who loses, what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.explain import plan_of
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.types import NEVER, Doubles, Flags, Instance, Ints, Names, Plan, Result, summed


@dataclass(frozen=True)
class Summary:
    """A plan in figures. Waits are periods from a household's earliest to its return; willing households that do not return within the
    plan count as waiting longer than all others."""

    value: float
    home: Ints
    """(T,) households home by the end of each period"""
    persons: Doubles
    """(T,) persons home by then"""
    group_persons: Doubles
    """(G, T)"""
    group_willing: Doubles
    """(G,) persons of willing households"""
    area_home: Ints
    """(A, T) households"""
    opens: Ints
    """(A,) first period open, NEVER within the plan"""
    spent: Doubles
    """(T,) costs of works started by the end of each period"""
    willing: int
    waiting: int
    """Willing households not home at the end"""
    median_wait: float | None
    """None where half or more of the willing are not home at the end"""
    longest_wait: int
    """Of those who return"""
    group_median_wait: tuple[float | None, ...]
    area_longest_wait: Ints
    """(A,) longest wait of those who return to each area, NEVER where nobody does"""

    @property
    def cost(self) -> float:
        return float(self.spent[-1]) if len(self.spent) else 0.0

    @property
    def group_share(self) -> Doubles:
        """(G,) share of each group's willing persons that is home at the end; nan for a group without any."""
        end = self.group_persons[:, -1]
        out: Doubles = np.divide(end, self.group_willing, out=np.full(len(end), np.nan), where=self.group_willing > 0)
        return out


def summary(instance: Instance, plan: Plan | Result) -> Summary:
    """The figures of a plan."""
    i, p = instance, plan_of(plan)
    T, groups = i.periods, len(i.group_ids)
    who = np.flatnonzero(p.area >= 0)
    when, to, group = p.period[who], p.area[who], i.group[who]
    persons = i.persons[who].astype(np.float64)
    begun = p.starts >= 0
    opens = Ledger(i, p).opens
    wait = np.full(i.households, np.inf)
    wait[who] = when - i.earliest[who]
    longest = np.full(i.areas, NEVER)
    np.maximum.at(longest, to, wait[who].astype(np.int64))
    return Summary(
        p.value(i),
        np.bincount(when, minlength=T)[:T].cumsum(),
        summed(when, persons, T).cumsum(),
        summed(group * T + when, persons, groups * T).reshape(groups, T).cumsum(1),
        i.willing_persons,
        np.bincount(to * T + when, minlength=i.areas * T).reshape(i.areas, T).cumsum(1),
        np.where(opens < T, opens, NEVER),
        summed(p.starts[begun], i.cost[begun], T).cumsum(),
        int(i.willing.sum()),
        int((i.willing & (p.area < 0)).sum()),
        _median(wait[i.willing]),
        int(wait[who].max(initial=0)),
        tuple(_median(wait[i.willing & (i.group == g)]) for g in range(groups)),
        longest,
    )


def _median(waits: Doubles) -> float | None:
    if not len(waits):
        return None
    low, high = np.sort(waits)[[(len(waits) - 1) // 2, len(waits) // 2]]
    return float(low + high) / 2 if np.isfinite(high) else None


@dataclass(frozen=True)
class Comparison:
    """Two plans, the second against the first. Household indices are those of the first instance; `months` are periods."""

    first: Summary
    second: Summary
    gained: Ints
    """Households home in the second alone"""
    lost: Ints
    """Households home in the first alone"""
    sooner: Ints
    sooner_months: Ints
    later: Ints
    later_months: Ints
    elsewhere: Ints
    """Households home in both, to different areas"""
    only_first: int
    """Households that the second problem does not know"""
    only_second: int
    started: tuple[str, ...]
    """Works started in the second alone"""
    dropped: tuple[str, ...]
    moved: tuple[tuple[str, int], ...]
    """Works started in both, with periods later (negative: sooner)"""

    @property
    def value(self) -> float:
        return self.second.value - self.first.value

    @property
    def cost(self) -> float:
        return self.second.cost - self.first.cost

    @property
    def same(self) -> bool:
        return not (len(self.gained) or len(self.lost) or len(self.sooner) or len(self.later) or len(self.elsewhere))

    def by_group(self, instance: Instance) -> dict[str, dict[str, int]]:
        """Households gained, lost, sooner and later by group of the first instance."""
        out: dict[str, dict[str, int]] = {str(g): {} for g in instance.group_ids}
        for name in ("gained", "lost", "sooner", "later"):
            counts = np.bincount(instance.group[getattr(self, name)], minlength=len(instance.group_ids))
            for g, n in zip(instance.group_ids, counts.tolist(), strict=True):
                out[str(g)][name] = n
        return out


def compare(first: Instance, plan: Plan | Result, second: Instance, other: Plan | Result) -> Comparison:
    """Two plans of two problems (or of one); households and works are matched by id."""
    a, b = plan_of(plan), plan_of(other)
    mate = match(first.household_ids, second.household_ids)
    known = mate >= 0
    there = np.where(known, b.area[mate] if len(b.area) else NEVER, NEVER)
    then = np.where(known, b.period[mate] if len(b.period) else NEVER, NEVER)
    home_a: Flags = known & (a.area >= 0)
    home_b: Flags = known & (there >= 0)
    both = home_a & home_b
    change = then - a.period
    sooner, later = np.flatnonzero(both & (change < 0)), np.flatnonzero(both & (change > 0))
    area = match(first.area_ids, second.area_ids)
    to = np.where(a.area >= 0, area[a.area], NEVER) if len(area) else a.area
    works = match(first.project_ids, second.project_ids)
    starts = np.where(works >= 0, b.starts[works] if len(b.starts) else NEVER, NEVER)
    begun = (a.starts >= 0) & (starts >= 0) & (a.starts != starts)
    new = np.ones(second.projects, np.bool_)
    new[works[(works >= 0) & (a.starts >= 0)]] = False
    return Comparison(
        summary(first, a),
        summary(second, b),
        np.flatnonzero(home_b & ~home_a),
        np.flatnonzero(home_a & ~home_b),
        sooner,
        -change[sooner],
        later,
        change[later],
        np.flatnonzero(both & (to != there)),
        int((~known).sum()),
        second.households - int(known.sum()),
        tuple(str(x) for x in second.project_ids[new & (b.starts >= 0)]),
        tuple(str(x) for x in first.project_ids[(a.starts >= 0) & (starts < 0)]),
        tuple((str(first.project_ids[p]), int(starts[p] - a.starts[p])) for p in np.flatnonzero(begun).tolist()),
    )


def match(ids: Names, others: Names) -> Ints:
    """(len(ids),) index of each id among the others, NEVER where it is unknown."""
    if len(ids) == len(others) and bool((ids == others).all()):
        return np.arange(len(ids))
    place = {str(x): at for at, x in enumerate(others.tolist())}
    return np.fromiter((place.get(str(x), NEVER) for x in ids.tolist()), np.int64, len(ids))
