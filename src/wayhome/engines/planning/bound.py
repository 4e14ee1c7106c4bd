"""A bound that no plan exceeds, by ascent on prices; and what the prices say about works and units."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning import pricing
from wayhome.engines.planning.compiled import compiled
from wayhome.engines.planning.model import Crowd, Works
from wayhome.engines.planning.pricing import Layout, Space
from wayhome.engines.planning.types import Doubles, Ints

_ROUNDING = 1e-9
"""Relative room for the rounding of sums, so that the bound stays one."""


@dataclass
class Ascent:
    """Prices on their way down to a bound, on one crowd (all units, or a sample that only prepares the way)."""

    works: Works
    crowd: Crowd
    layout: Layout
    space: Space
    x: Doubles
    scale: Doubles
    best_x: Doubles
    opening: Ints
    starts: Ints
    often: Doubles
    """(P, T) how often each start is part of the trees' solution, lately."""
    mean: Doubles
    square: Doubles
    best: float = np.inf
    steps: int = 0
    since: int = 0
    """Steps since the moments were forgotten."""

    @classmethod
    def new(cls, works: Works, crowd: Crowd, x: Doubles | None = None) -> Ascent:
        layout = pricing.layout_of(works, crowd)
        start = np.zeros(layout.size) if x is None else x
        P, T = len(works.area), layout.periods
        return cls(
            works,
            crowd,
            layout,
            pricing.space_of(works, crowd),
            start,
            _scales(works, crowd, layout),
            start.copy(),
            np.zeros(layout.areas, dtype=np.int64),
            np.full(P, -1, dtype=np.int64),
            np.zeros((P, T)),
            np.zeros(layout.size),
            np.zeros(layout.size),
        )

    @property
    def bound(self) -> float:
        return self.best * (1 + _ROUNDING) + _ROUNDING if np.isfinite(self.best) else np.inf

    def restart(self) -> None:
        """Go on from the best prices, with new moments."""
        self.x[:] = self.best_x
        self.mean[:] = 0.0
        self.square[:] = 0.0
        self.since = 0

    def run(self, steps: int, rate: float) -> None:
        """`steps` steps at `rate`."""
        nothing = np.zeros((1, 1, 1))
        self.best = pricing.ascend(
            self.layout, self.works, self.crowd, self.x, self.scale, self.mean, self.square, self.best_x, self.best, self.since, steps, rate,
            self.space, nothing, self.opening, self.starts, self.often, False,
        )  # fmt: skip
        self.since += steps
        self.steps += steps

    def descend(self, high: float, low: float, share: Callable[[], float], slice_seconds: float = 0.1) -> None:
        """Steps at a rate that falls from `high` to `low` while `share` goes from 0 to 1; `share` is asked about every
        `slice_seconds`."""
        steps = 1
        while (done := share()) < 1:
            began = time.perf_counter()
            self.run(steps, high * (low / high) ** done)
            took = time.perf_counter() - began
            steps = max(1, min(4 * steps, int(steps * slice_seconds / max(took, 1e-6)), 400))

    def count(self, steps: int, high: float, low: float, stop: Callable[[], bool] | None = None) -> None:
        """Exactly `steps` steps, for results that can be repeated."""
        slices = min(steps, 60)
        done = 0
        for at in range(slices):
            if stop is not None and stop():
                return
            now = steps * (at + 1) // slices - done
            self.run(now, high * (low / high) ** (at / slices))
            done += now

    def urgency(self) -> Doubles:
        """(P,) works that the prices start often and early come first."""
        left = self.layout.periods - np.arange(self.layout.periods)
        return np.asarray((self.often * left).sum(1), dtype=np.float64)


def fixed_prices(
    works: Works,
    crowd: Crowd,
    x: Doubles,
    room: Doubles,
    opening: Ints,
    steps: int,
    high: float,
    low: float,
    stop: Callable[[], bool],
) -> tuple[float, Doubles]:
    """Prices of places, transport and fairness for a schedule that is given, and the bound on what its units can reach."""
    ascent = Ascent.new(works, crowd, x.copy())
    best = np.inf
    done = 0
    slices = min(steps, 40)
    opening = opening.astype(np.int64)
    for at in range(slices):
        if stop():
            break
        now = steps * (at + 1) // slices - done
        best = pricing.ascend(
            ascent.layout, works, crowd, ascent.x, ascent.scale, ascent.mean, ascent.square, ascent.best_x, best, done, now,
            high * (low / high) ** (at / slices), ascent.space, room, opening, ascent.starts, ascent.often, True,
        )  # fmt: skip
        done += now
    return best, ascent.best_x


def transfer(source: Ascent, works: Works, crowd: Crowd) -> Ascent:
    """An ascent on `crowd` from the prices found on a sample of it: `once` becomes what the second-best area is worth."""
    layout = pricing.layout_of(works, crowd)
    x = np.zeros(layout.size)
    x[: layout.once] = source.best_x[: source.layout.once]
    target = Ascent.new(works, crowd, x)
    slope = np.empty(source.layout.size)
    pricing.evaluate(source.layout, works, source.crowd, source.best_x.copy(), source.space, source.opening, source.starts, slope)
    _second_best(layout, works, crowd, target.x, target.space, source.opening)
    target.best_x[:] = target.x
    target.often[:] = source.often
    return target


@compiled
def _second_best(layout: Layout, works: Works, crowd: Crowd, x: Doubles, space: Space, opening: Ints) -> None:
    """`once` of each row: the profit of its second-best area at the other prices."""
    pricing._fill_homes(layout, x, space.homes)
    standing = pricing._standing(layout, works, x)
    for i in range(layout.rows):
        x[layout.once + i] = 0.0
        first, second = 0.0, 0.0
        if crowd.wish_ptr[i + 1] - crowd.wish_ptr[i] > 1:
            fair = pricing._fair_of(crowd, standing, i)
            for j in range(crowd.wish_ptr[i], crowd.wish_ptr[i + 1]):
                start = max(crowd.earliest[i], opening[crowd.wish_area[j]])
                if start < layout.periods:
                    top = pricing._line(layout, works, crowd, x, space.homes, fair, i, j, space.line, start)
                    if top > first:
                        first, second = top, first
                    elif top > second:
                        second = top
            x[layout.once + i] = second


def _scales(works: Works, crowd: Crowd, layout: Layout) -> Doubles:
    """How far each price may plausibly be from zero: the length of a step."""
    T = layout.periods
    value = 0.3 * float(crowd.number.sum())
    scale = np.empty(layout.size)
    scale[: layout.money] = 0.3 / T
    scale[layout.money : layout.crew] = 2 * value / max(float(works.money[-1]) if T else 1.0, 1.0) / T
    crews = np.maximum(works.capacity, 1.0) * T * max(1, layout.crews)
    scale[layout.crew : layout.transport] = np.repeat(value / crews, T)
    scale[layout.transport : layout.group] = 0.3
    scale[layout.group : layout.once] = 0.05
    scale[layout.once :] = np.where(np.diff(crowd.wish_ptr) > 1, 0.5, 0.0)
    return scale
