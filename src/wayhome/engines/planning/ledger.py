"""What a plan leaves over: places, seats, money and crews by period, and when areas open. What the explanations are read from.

Letters for shapes as in `types`; plain numpy, and deliberately not the solver's own bookkeeping, so that each is a test of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wayhome.engines.planning.types import NEVER, Doubles, Families, Flags, Instance, Ints, Plan, summed

FAR = np.int64(1) << 40
"""The end of a work that is never started, the opening of an area that never opens."""
TOLERANCE = 1e-6
"""Relative, as in rule 3: places and money may be overdrawn by this much times (1 + what is there)."""


@dataclass(frozen=True)
class Units:
    """Who goes home as one: a willing household, or, where families go together, all willing households of a family that share at least
    one wished area. U units, V wishes of units."""

    of: Ints
    """(N,) unit of each household, NEVER for a household that is not willing."""
    first: Ints
    """(U,) first household of each unit."""
    size: Ints
    needs: Doubles
    """(U, 4)"""
    earliest: Ints
    """(U,) first period in which every member is ready."""
    last: Ints
    """(U,) the member that is ready last."""
    wish_unit: Ints
    """(V,) ascending"""
    wish_area: Ints
    wish_weight: Doubles
    """(V,) summed over the members"""
    hub_unit: Ints
    hub: Ints
    hub_persons: Doubles
    """Persons of each unit by hub, one row a pair, units ascending."""
    group_unit: Ints
    group: Ints
    group_persons: Doubles

    @property
    def count(self) -> int:
        return len(self.first)

    def place(self, plan: Plan) -> tuple[Ints, Ints]:
        """(U,) area and period of each unit in the plan, NEVER for none."""
        return plan.area[self.first], plan.period[self.first]

    def spread(self, plan: Plan, unit: int, area: int, period: int) -> Plan:
        """The plan with one unit in another area and period."""
        members = self.of == unit
        return Plan(plan.starts, np.where(members, area, plan.area), np.where(members, period, plan.period))


def units_of(instance: Instance) -> Units:
    """The returning units of an instance."""
    n, areas = instance.households, max(1, instance.areas)
    willing = instance.willing
    wish_household = instance.wish_household
    label = np.where(willing, np.arange(n), NEVER)
    if instance.families == Families.TOGETHER:
        family = np.where(willing, instance.family, NEVER)
        count = len(instance.family_ids)
        member = family >= 0
        size = np.bincount(family[member], minlength=count)
        mine = family[wish_household] >= 0
        key, agree = np.unique(family[wish_household[mine]] * areas + instance.wish_area[mine], return_counts=True)
        most = np.zeros(count, np.int64)
        np.maximum.at(most, key // areas, agree)
        tied = np.zeros(n, np.bool_)
        tied[member] = (most[family[member]] == size[family[member]]) & (size[family[member]] > 1)
        label = np.where(tied, n + family, label)
    _, inverse = np.unique(label[willing], return_inverse=True)
    count = int(inverse.max()) + 1 if len(inverse) else 0
    who = np.flatnonzero(willing)
    of = np.full(n, NEVER)
    of[who] = inverse
    first = np.full(count, n)
    np.minimum.at(first, inverse, who)
    earliest = np.zeros(count, np.int64)
    np.maximum.at(earliest, inverse, instance.earliest[who])
    last = np.full(count, n)
    late = instance.earliest[who] == earliest[inverse]
    np.minimum.at(last, inverse[late], who[late])
    size = np.bincount(inverse, minlength=count)
    needs = np.stack([summed(inverse, instance.needs[who, r], count) for r in range(4)], 1)
    rows = np.flatnonzero(of[wish_household] >= 0)
    key, position = np.unique(of[wish_household[rows]] * areas + instance.wish_area[rows], return_inverse=True)
    agree = np.bincount(position, minlength=len(key))
    weight = summed(position, instance.wish_weight[rows], len(key))
    shared = agree == size[key // areas]
    persons = instance.persons[who].astype(np.float64)

    def pairs(of_household: Ints, kinds: int) -> tuple[Ints, Ints, Doubles]:
        keys, at = np.unique(inverse * max(1, kinds) + of_household[who], return_inverse=True)
        return keys // max(1, kinds), keys % max(1, kinds), summed(at, persons, len(keys))

    hub_unit, hub, hub_persons = pairs(instance.hub, len(instance.hub_ids))
    group_unit, group, group_persons = pairs(instance.group, len(instance.group_ids))
    return Units(
        of, first, size, needs, earliest, last, (key // areas)[shared], (key % areas)[shared], weight[shared],
        hub_unit, hub, hub_persons, group_unit, group, group_persons,
    )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """An instance and a plan of it, and what the plan leaves over."""

    instance: Instance
    plan: Plan

    def restarted(self, starts: Ints) -> Ledger:
        """The same households with other starts of works; what depends on households alone is not counted again."""
        out = Ledger(self.instance, Plan(starts, self.plan.area, self.plan.period))
        for name in ("units", "used", "seats", "group_returned", "present"):
            out.__dict__[name] = getattr(self, name)
        return out

    @cached_property
    def units(self) -> Units:
        return units_of(self.instance)

    @cached_property
    def end(self) -> Ints:
        """(P,) period in which each work is finished, FAR if never."""
        out: Ints = np.where(self.plan.starts >= 0, self.plan.starts + self.instance.duration, FAR)
        return out

    @cached_property
    def opens(self) -> Ints:
        """(A,) period from which each area is open, FAR if never."""
        out = np.zeros(self.instance.areas, np.int64)
        gates = self.instance.gate
        np.maximum.at(out, self.instance.project_area[gates], self.end[gates])
        return out

    @cached_property
    def places(self) -> Doubles:
        """(A, 4, T) places of each kind, the area's own and what finished works have added."""
        i = self.instance
        done = np.flatnonzero((i.resource >= 0) & (self.end < i.periods))
        cell = (i.project_area[done] * 4 + i.resource[done]) * i.periods + self.end[done]
        added = np.bincount(cell, weights=i.adds[done], minlength=i.areas * 4 * i.periods).reshape(i.areas, 4, i.periods)
        return np.asarray(i.places[:, :, None] + added.cumsum(2), dtype=np.float64)

    @cached_property
    def used(self) -> Doubles:
        """(A, 4, T) places taken by all who have arrived so far."""
        i = self.instance
        who = np.flatnonzero(self.plan.area >= 0)
        cell = self.plan.area[who] * i.periods + self.plan.period[who]
        arrived = [np.bincount(cell, weights=i.needs[who, r], minlength=i.areas * i.periods) for r in range(4)]
        return np.asarray(np.stack(arrived).reshape(4, i.areas, i.periods).cumsum(2).transpose(1, 0, 2), dtype=np.float64)

    @cached_property
    def left(self) -> Doubles:
        """(A, 4, T) places free in each period, with the tolerance of rule 3."""
        return np.asarray(self.places + TOLERANCE * (1 + self.places) - self.used, dtype=np.float64)

    @cached_property
    def seats(self) -> Doubles:
        """(H, T) persons who could still leave each hub in each period."""
        i = self.instance
        who = np.flatnonzero(self.plan.area >= 0)
        cell = i.hub[who] * i.periods + self.plan.period[who]
        gone = np.bincount(cell, weights=i.persons[who], minlength=len(i.hub_ids) * i.periods).reshape(-1, i.periods)
        return np.asarray(i.transport + TOLERANCE * (1 + i.transport) - gone, dtype=np.float64)

    @cached_property
    def money(self) -> Doubles:
        """(T,) budget up to each period less the costs started up to then."""
        i = self.instance
        begun = self.plan.starts >= 0
        spent = np.bincount(self.plan.starts[begun], weights=i.cost[begun], minlength=i.periods).cumsum()
        return np.asarray(i.budget.cumsum() - spent, dtype=np.float64)

    @cached_property
    def crews(self) -> Doubles:
        """(K, T) units of each crew that are not at work."""
        i = self.instance
        busy = np.zeros((len(i.crew_ids), i.periods + 1))
        at = np.flatnonzero((self.plan.starts >= 0) & (i.crew >= 0))
        np.add.at(busy, (i.crew[at], self.plan.starts[at]), i.crew_units[at])
        np.add.at(busy, (i.crew[at], np.minimum(self.end[at], i.periods)), -i.crew_units[at])
        return np.asarray(i.crew_capacity[:, None] - busy.cumsum(1)[:, :-1], dtype=np.float64)

    @cached_property
    def group_returned(self) -> Doubles:
        """(G,) persons returned of each group."""
        i = self.instance
        who = self.plan.area >= 0
        return np.bincount(i.group[who], weights=i.persons[who], minlength=len(i.group_ids)).astype(np.float64)

    @cached_property
    def present(self) -> Doubles:
        """(U,) what the plan's return of each unit is worth, 0 for none."""
        i, units = self.instance, self.units
        area, period = units.place(self.plan)
        here = np.flatnonzero(units.wish_area == area[units.wish_unit])
        out = np.zeros(units.count)
        out[units.wish_unit[here]] = units.wish_weight[here] * i.discounts[period[units.wish_unit[here]]]
        return out

    @cached_property
    def spent(self) -> float:
        return float(self.instance.cost[self.plan.starts >= 0].sum())


def floors_hold(instance: Instance, returned: Doubles, slack: float) -> Flags:
    """Whether rule 7 holds for every group. `returned` (..., G) persons returned; the answer has the leading shape."""
    willing = instance.willing_persons
    total = float(willing.sum())
    share = returned.sum(-1, keepdims=True) / total if total else np.zeros((*returned.shape[:-1], 1))
    floor = instance.fairness_floor * share * willing - slack
    return np.asarray((returned >= floor - TOLERANCE * (1 + np.abs(floor))).all(-1), dtype=np.bool_)
