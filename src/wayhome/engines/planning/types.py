"""What goes into the planning engine and what comes out. Periods are 0 .. T-1, indices count from 0, money has no unit of its own.

Letters used for shapes: T periods, A areas, P projects, K crews, H hubs, G groups, N households, W wishes, U returning units.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

RESOURCES = ("dwelling", "water", "school", "clinic")
"""The four kinds of places, in the order of every axis of length 4."""
FAIRNESS_SLACK = 14.0
"""Persons by which a group may fall short of its floor: one large household."""
NEVER = -1
"""Not started, not returned, 'not now', no crew, no predecessor, no resource, no family."""


def summed(index: npt.NDArray[Any], weights: npt.NDArray[Any], size: int) -> Doubles:
    """Sums of `weights` by `index`, (size,)."""
    return np.asarray(np.bincount(index, weights=weights, minlength=size), dtype=np.float64)


Table = Mapping[str, Any]
"""Columns by name: sequences or arrays of equal length, cells as text or numbers; None, nan and "" are empty."""


class Families(enum.StrEnum):
    """Whether the willing households of a family go home as one."""

    FREE = "free"
    TOGETHER = "together"


@dataclass(frozen=True)
class Instance:
    """A return-plan problem, columnar. Made by `wayhome.engines.planning.tables.from_tables`, which checks it; arrays are not to be
    changed. Ids are as given, in the order of the tables."""

    periods: int
    discount: float
    fairness_floor: float
    families: Families
    currency: str
    """As given in the tables; empty when they name none."""

    area_ids: Names
    district_ids: Names
    places: Doubles
    """(A, 4) places there once the area is open."""

    project_ids: Names
    project_area: Ints
    kind: Names
    duration: Ints
    cost: Doubles
    crew: Ints
    """(P,) index of the crew, or NEVER."""
    crew_units: Doubles
    resource: Ints
    adds: Doubles
    after: Ints
    gate: Flags

    budget: Doubles
    """(T,) money that comes in each period; unspent money carries over."""
    crew_ids: Names
    crew_capacity: Doubles
    hub_ids: Names
    transport: Doubles
    """(H, T) persons who can leave each hub."""

    household_ids: Names
    family: Ints
    family_ids: Names
    hub: Ints
    group: Ints
    group_ids: Names
    persons: Ints
    children: Ints
    clinic: Ints
    earliest: Ints
    """(N,) first period, NEVER for 'not now'; may be T or later."""

    wish_start: Ints
    """(N + 1,) household i wishes `wish_area[wish_start[i]:wish_start[i + 1]]`, areas ascending."""
    wish_area: Ints
    wish_weight: Doubles

    @property
    def areas(self) -> int:
        return len(self.area_ids)

    @property
    def projects(self) -> int:
        return len(self.project_ids)

    @property
    def households(self) -> int:
        return len(self.household_ids)

    @cached_property
    def wish_household(self) -> Ints:
        """(W,) whose wish each row is."""
        return np.repeat(np.arange(self.households), np.diff(self.wish_start))

    @cached_property
    def willing(self) -> Flags:
        """(N,) an earliest period is given and at least one area is wished."""
        out: Flags = (self.earliest >= 0) & (np.diff(self.wish_start) > 0)
        return out

    @cached_property
    def willing_persons(self) -> Doubles:
        """(G,) persons of the willing households of each group."""
        who = self.willing
        return summed(self.group[who], self.persons[who].astype(np.float64), len(self.group_ids))

    @cached_property
    def needs(self) -> Doubles:
        """(N, 4) what each household uses of the four kinds of places."""
        return np.stack([np.ones(self.households), self.persons, self.children, self.clinic], 1).astype(np.float64)

    @cached_property
    def discounts(self) -> Doubles:
        """(T,) value of a return of weight 1 in each period."""
        out: Doubles = self.discount ** np.arange(self.periods, dtype=np.float64)
        return out

    @classmethod
    def from_tables(cls, settings: Mapping[str, Any], tables: Mapping[str, Table]) -> Instance:
        """The instance in the tables of the contract (`areas`, `projects`, `budget`, `crews`, `transport`, `households`, `wishes`) and
        its settings. Raises `InstanceError` with everything that is wrong."""
        from wayhome.engines.planning import tables as reading

        return reading.from_tables(settings, tables)

    def to_tables(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Settings and tables that `from_tables` reads back to the same instance."""
        from wayhome.engines.planning import tables as reading

        return reading.to_tables(self)


@dataclass(frozen=True)
class Plan:
    """`starts` (P,): period each project starts, or NEVER. `area`, `period` (N,): where and when each household returns, or NEVER."""

    starts: Ints
    area: Ints
    period: Ints

    @classmethod
    def empty(cls, instance: Instance) -> Plan:
        """Nothing is built and nobody returns: always allowed."""
        n = instance.households
        return cls(np.full(instance.projects, NEVER), np.full(n, NEVER), np.full(n, NEVER))

    def returned(self) -> Flags:
        out: Flags = self.area >= 0
        return out

    def value(self, instance: Instance) -> float:
        """Sum of weight x discount^period over returned households; an area that is not wished counts nothing."""
        who = np.flatnonzero(self.area >= 0)
        key = instance.wish_household * np.int64(max(1, instance.areas)) + instance.wish_area
        wanted = who * np.int64(max(1, instance.areas)) + self.area[who]
        at = np.minimum(np.searchsorted(key, wanted), max(0, len(key) - 1))
        if not len(key):
            return 0.0
        weight = np.where(key[at] == wanted, instance.wish_weight[at], 0.0)
        return float((weight * instance.discounts[self.period[who]]).sum())


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the contract (1 to 8) that a plan breaks. `subject` names what it is about by id, `period` where one is concerned."""

    rule: int
    code: str
    subject: str
    period: int | None
    found: float
    allowed: float
    text: str


@dataclass(frozen=True)
class Demands:
    """What a planner insists on. `works`: project index to latest start. `areas`: area index to latest opening period."""

    works: Mapping[int, int] = field(default_factory=dict)
    areas: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Params:
    """`time_limit` seconds; `gap` at which to stop (0.01 is 1 %); `iterations` instead of the clock, for results that can be repeated
    (None: the clock decides). `previous`: the approved plan, by this instance's indices; starts and returns before period
    `frozen_until` are facts, and of the households that could go as planned at most the share `stability` is moved. `threads`: 1 or 2."""

    time_limit: float = 60.0
    gap: float = 0.0
    iterations: int | None = None
    previous: Plan | None = None
    frozen_until: int = 0
    stability: float = 0.05
    demands: Demands | None = None
    threads: int = 2
    exact: bool = True
    """Try the mixed-integer solver on small instances as well."""

    def __post_init__(self) -> None:
        if self.time_limit <= 0 or not 0 <= self.gap < 1 or not 0 <= self.stability <= 1 or self.frozen_until < 0:
            raise ValueError("time_limit > 0, 0 <= gap < 1, 0 <= stability <= 1 and frozen_until >= 0 must hold")
        if self.frozen_until and self.previous is None:
            raise ValueError("frozen_until needs the previous plan")


class Stage(enum.StrEnum):
    """What the engine is doing."""

    PREPARE = "prepare"
    BOUND = "bound"
    SEARCH = "search"
    FILL = "fill"
    EXACT = "exact"
    FINISH = "finish"


@dataclass(frozen=True)
class Progress:
    """How far a run is: the best value and the lowest valid bound so far (infinite before the first)."""

    seconds: float
    stage: Stage
    value: float
    bound: float
    best: Plan | None = None

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.bound if 0 < self.bound < np.inf else 1.0


@dataclass(frozen=True)
class Prices:
    """Dual prices, all >= 0, of which the bound is made (`wayhome.engines.planning.bound`). In units of value per unit of the thing.

    `places` (A, 4, T): one place more in that period alone. `money` (T,): one unit of money more up to that period, so that money that
    comes in at t is worth the sum from t on. `crews` (K, T), `transport` (H, T), `groups` (G,): one person of slack in the floor of
    fairness. `once` (N,): that a household returns only once; for a family that goes together it stands at its first household."""

    places: Doubles
    money: Doubles
    crews: Doubles
    transport: Doubles
    groups: Doubles
    once: Doubles

    def budget(self) -> Doubles:
        """(T,) worth of one unit of money that comes in at t."""
        return np.asarray(np.cumsum(self.money[::-1])[::-1], dtype=np.float64)

    def homes(self) -> Doubles:
        """(A, 4, T) worth of one place more from t on."""
        return np.asarray(np.cumsum(self.places[..., ::-1], -1)[..., ::-1], dtype=np.float64)


@dataclass(frozen=True)
class Result:
    """The best plan found, a bound that no plan of this instance exceeds, and where both come from.

    `price_bound` is the bound that `prices` prove (it can be recomputed from them); `bound` is the lowest known and differs only where
    `bound_method` says that a mixed-integer solver proved it."""

    plan: Plan
    value: float
    bound: float
    price_bound: float
    prices: Prices
    seconds: Mapping[str, float]
    stopped_by: str
    bound_method: str
    seed: int
    versions: Mapping[str, str]
    peak_gib: float
    iterations: Mapping[str, int]
    moved: int = 0
    """Households moved against the previous plan although they could have gone as planned."""

    @property
    def gap(self) -> float:
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0


Stop = Callable[[], bool]
"""Asked often; true means stop with the best plan so far."""
Report = Callable[[Progress], None]
"""Told of every improvement, from the calling thread, and at least once a second while the run lasts."""
