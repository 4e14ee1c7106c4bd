"""How a plan fares when works take longer, cost more, or families decide otherwise: many draws, the same ones for every plan compared.

In each draw the plan is carried out, not made anew: works start in the planned order, none before its planned period, each as soon as its
predecessor is finished and money and crew are there; households keep their place in the planned order of their area and their hub and
go as soon as there is room. Places of a family that withdraws stay empty. What comes out is therefore rather too bad than too good:
planning again each month does better.

Draws belong to ids: the work P7 has the same luck in draw 12 in whichever plan and problem it stands, so that differences between plans
are differences of the plans (common random numbers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wayhome.engines.planning.explain import plan_of
from wayhome.engines.planning.ledger import TOLERANCE, Units, units_of
from wayhome.engines.planning.types import NEVER, Doubles, Flags, Instance, Ints, Names, Plan, Result, summed
from wayhome.engines.planning.verify import topological

_Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How much may go otherwise. `duration` and `cost`: standard deviation of the logarithm of a work's factor (0.25: two of three works
    within a quarter of what was said), the median stays what was said; `withdraw`: share of households that decide otherwise;
    `postpone`: share that is ready later, by 1 to `postpone_periods` periods."""

    duration: float = 0.25
    cost: float = 0.2
    withdraw: float = 0.1
    postpone: float = 0.1
    postpone_periods: int = 3

    def __post_init__(self) -> None:
        if (
            min(self.duration, self.cost, self.withdraw, self.postpone) < 0
            or max(self.withdraw, self.postpone) > 1
            or self.postpone_periods < 1
        ):
            raise ValueError("spreads are 0 or more, shares at most 1, and a postponement lasts a period or more")


@dataclass(frozen=True)
class Sensitivity:
    """What became of the plan in D draws."""

    home: Ints
    """(D, T) households home by the end of each period"""
    persons: Doubles
    """(D, T)"""
    spent: Doubles
    """(D,) costs of the works started"""
    planned: Ints
    """(T,) households home by the plan"""
    early: int
    """Periods that count as the first months"""
    works: Ints
    """Works that the plan starts in the first months"""
    work_holds: Doubles
    """Share of draws in which each starts in its planned period"""
    households: Ints
    """Households that the plan brings home in the first months"""
    household_holds: Doubles
    """Share of draws in which each is home in its planned period, of those in which it does not decide otherwise; nan where it always does"""

    @property
    def draws(self) -> int:
        return len(self.home)

    @property
    def works_hold(self) -> float:
        """Average share of the first months' starts that hold; 1 where there are none."""
        return float(self.work_holds.mean()) if len(self.work_holds) else 1.0

    @property
    def households_hold(self) -> float:
        """Average share of the first months' returns that hold; 1 where there are none."""
        known = self.household_holds[~np.isnan(self.household_holds)]
        return float(known.mean()) if len(known) else 1.0

    def quantiles(self, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> Doubles:
        """(levels, T) households home by each period, by share of draws below."""
        return np.asarray(np.quantile(self.home, levels, axis=0), dtype=np.float64)


def difference(first: Sensitivity, second: Sensitivity, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> Doubles:
    """(levels, T) how many more households are home in the second plan, draw by draw. Both must have the same draws and seed."""
    if first.home.shape != second.home.shape:
        raise ValueError("compare sensitivities of equally many draws and periods")
    return np.asarray(np.quantile(second.home - first.home, levels, axis=0), dtype=np.float64)


def sensitivity(
    instance: Instance,
    plan: Plan | Result,
    spread: Spread | None = None,
    *,
    draws: int = 200,
    seed: int = 0,
    early: int = 6,
    stop: Callable[[], bool] | None = None,
) -> Sensitivity:
    """Carry the plan out `draws` times. `early`: how many periods count as the first months. Stopped early, the draws made so far are
    given (at least one)."""
    i, p, spread = instance, plan_of(plan), spread or Spread()
    starts, duration, cost = _works(i, p, spread, draws, seed)
    walk = _Walk.of(i, p)
    home, persons = np.zeros((draws, i.periods), np.int64), np.zeros((draws, i.periods))
    held, going = np.zeros(len(walk.unit)), np.zeros(len(walk.unit))
    made = 0
    for draw in range(draws):
        if made and stop is not None and stop():
            break
        when, stays = walk.carry_out(i, starts[draw], duration[draw], spread, draw, seed)
        back = when < i.periods
        home[draw] = summed(when[back], walk.size[back], i.periods).cumsum().round()
        persons[draw] = summed(when[back], walk.needs[back, 1], i.periods).cumsum()
        held += stays & (when == walk.period)
        going += stays
        made += 1
    soon = np.flatnonzero((p.starts >= 0) & (p.starts < early))
    holds = np.divide(held, going, out=np.full(len(held), np.nan), where=going > 0)
    households = np.flatnonzero((p.area >= 0) & (p.period < early))
    of_unit = np.full(walk.units.count, np.nan)
    of_unit[walk.unit] = holds
    begun = starts[:made] != NEVER
    return Sensitivity(
        home[:made],
        persons[:made],
        np.asarray((cost[:made] * begun).sum(1), dtype=np.float64),
        np.bincount(p.period[p.area >= 0], minlength=i.periods)[: i.periods].cumsum(),
        early,
        soon,
        np.asarray((starts[:made, soon] == p.starts[soon]).mean(0), dtype=np.float64),
        households,
        of_unit[walk.units.of[households]] if len(households) else np.zeros(0),
    )


def _works(i: Instance, plan: Plan, spread: Spread, draws: int, seed: int) -> tuple[Ints, Ints, Doubles]:
    """(D, P) starts, durations and costs of the works in each draw; all draws at once, one work after the other."""
    T, when = i.periods, np.arange(i.periods)
    words = _words(i.project_ids)
    luck = [np.stack([_normal(words, seed, d, purpose) for d in range(draws)]) for purpose in (1, 2)]
    cost = i.cost * np.exp(spread.cost * luck[0])
    duration = np.where(i.duration > 0, np.maximum(1, np.rint(i.duration * np.exp(spread.duration * luck[1]))), 0).astype(
        np.int64
    )
    starts = np.full((draws, i.projects), NEVER)
    ends = np.full((draws, i.projects), T + 1)
    have = i.budget.cumsum()
    money = np.broadcast_to(have + TOLERANCE * (1 + have), (draws, T)).copy()
    crews = np.broadcast_to(i.crew_capacity[:, None] * (1 + TOLERANCE) + TOLERANCE, (draws, len(i.crew_ids), T)).copy()
    order = topological(i.after)
    order = order[plan.starts[order] >= 0]
    order = order[np.argsort(plan.starts[order], kind="stable")]
    rows = np.arange(draws)
    for p in order.tolist():
        ready = np.maximum(plan.starts[p], ends[:, i.after[p]] if i.after[p] >= 0 else np.zeros(draws, np.int64))
        lasting = np.minimum.accumulate(money[:, ::-1], 1)[:, ::-1]
        can = (when >= ready[:, None]) & (lasting >= cost[:, p, None])
        k = int(i.crew[p])
        if k >= 0:
            busy = np.concatenate([np.zeros((draws, 1), np.int64), (crews[:, k] < i.crew_units[p]).cumsum(1)], 1)
            until = np.minimum(when + duration[:, p, None], T)
            can &= np.take_along_axis(busy, until, 1) == busy[:, :-1]
        begun = can.any(1)
        start = can.argmax(1)
        starts[begun, p] = start[begun]
        ends[begun, p] = start[begun] + duration[begun, p]
        money -= np.where(begun[:, None] & (when >= start[:, None]), cost[:, p, None], 0.0)
        if k >= 0:
            at_work = begun[:, None] & (when >= start[:, None]) & (when < (start + duration[rows, p])[:, None])
            crews[:, k] -= np.where(at_work, i.crew_units[p], 0.0)
    return starts, duration, cost


@dataclass(frozen=True)
class _Walk:
    """The returning units of a plan, in the order in which they are served: by area and planned period."""

    units: Units
    unit: Ints
    area: Ints
    period: Ints
    size: Doubles
    needs: Doubles
    earliest: Ints
    words: _Words
    pair_of: Ints
    """Position of the unit of each pair of unit and hub, pairs ordered by hub and planned period"""
    pair_hub: Ints
    pair_persons: Doubles

    @classmethod
    def of(cls, i: Instance, plan: Plan) -> _Walk:
        units = units_of(i)
        area, period = units.place(plan) if units.count else (np.zeros(0, np.int64), np.zeros(0, np.int64))
        unit = np.flatnonzero(area >= 0)
        unit = unit[np.lexsort((unit, period[unit], area[unit]))]
        place = np.full(units.count, NEVER)
        place[unit] = np.arange(len(unit))
        pairs = np.flatnonzero(place[units.hub_unit] >= 0)
        pairs = pairs[np.lexsort((units.hub_unit[pairs], period[units.hub_unit[pairs]], units.hub[pairs]))]
        return cls(
            units, unit, area[unit], period[unit], units.size[unit].astype(np.float64), units.needs[unit], units.earliest[unit],
            _words(i.household_ids[units.first[unit]]), place[units.hub_unit[pairs]], units.hub[pairs], units.hub_persons[pairs],
        )  # fmt: skip

    def carry_out(self, i: Instance, starts: Ints, duration: Ints, spread: Spread, draw: int, seed: int) -> tuple[Ints, Flags]:
        """The period in which each unit is home (T: not within the plan), and whether it still wants to be."""
        T = i.periods
        stays = _uniform(self.words, seed, draw, 3) >= spread.withdraw
        later = _uniform(self.words, seed, draw, 4) < spread.postpone
        longer = 1 + np.floor(_uniform(self.words, seed, draw, 5) * spread.postpone_periods).astype(np.int64)
        end = np.where(starts >= 0, starts + duration, T + 1)
        opens = np.zeros(i.areas, np.int64)
        np.maximum.at(opens, i.project_area[i.gate], end[i.gate])
        ready = np.maximum(np.maximum(self.period, opens[self.area]), np.where(later, self.earliest + longer, 0))
        done = np.flatnonzero((i.resource >= 0) & (end < T))
        cell = (i.project_area[done] * 4 + i.resource[done]) * T + end[done]
        places = i.places[:, :, None] + summed(cell, i.adds[done], i.areas * 4 * T).reshape(i.areas, 4, T).cumsum(2)
        places = places + TOLERANCE * (1 + places)
        head = np.searchsorted(self.area, self.area)
        for r in range(4):
            need = self.needs[:, r] * stays
            taken = need.cumsum()
            taken -= (taken - need)[head] if len(head) else 0.0
            # Places never shrink, so the number of periods that are too tight is the first that is not.
            tight = (places[self.area, r] < taken[:, None]).sum(1)
            ready = np.maximum(ready, np.where(need > 0, tight, 0))
        ready = np.where(stays, np.minimum(ready, T), T)
        return self._leave(i, ready), stays

    def _leave(self, i: Instance, ready: Ints) -> Ints:
        """First come, first served at every hub; a unit with several hubs leaves when all of them can take it."""
        T = i.periods
        when = np.full(len(ready), T)
        waiting = ready < T
        head = np.searchsorted(self.pair_hub, self.pair_hub)
        for t in range(T):
            here = waiting & (ready <= t)
            asks = here[self.pair_of]
            if not asks.any():
                continue
            persons = np.where(asks, self.pair_persons, 0.0)
            queue = persons.cumsum()
            queue -= (queue - persons)[head]
            seats = i.transport[self.pair_hub, t]
            refused = asks & (queue > seats + TOLERANCE * (1 + seats))
            goes = here
            if refused.any():
                goes = here.copy()
                goes[self.pair_of[refused]] = False
            when[goes] = t
            waiting &= ~goes
        return when


def _words(ids: Names) -> _Words:
    """A number for each id that depends on nothing but the id."""
    return np.array(
        [int.from_bytes(hashlib.blake2b(str(x).encode(), digest_size=8).digest(), "little") for x in ids.tolist()], np.uint64
    )


def _uniform(words: _Words, seed: int, draw: int, purpose: int) -> Doubles:
    """Numbers in [0, 1) by id, seed, draw and purpose (the finaliser of SplitMix64)."""
    key = hashlib.blake2b(f"{seed} {draw} {purpose}".encode(), digest_size=8).digest()
    x = words ^ np.uint64(int.from_bytes(key, "little"))
    for _ in range(2):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return np.asarray((x >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def _normal(words: _Words, seed: int, draw: int, purpose: int) -> Doubles:
    """Standard normal numbers by id (Box and Muller)."""
    radius = np.sqrt(-2.0 * np.log1p(-_uniform(words, seed, draw, 10 + purpose)))
    return np.asarray(radius * np.cos(2 * np.pi * _uniform(words, seed, draw, 20 + purpose)), dtype=np.float64)
