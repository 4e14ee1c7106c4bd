"""Search for a good order of works: annealing on units that stand for all, then households placed under the schedule found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning import filling, pricing, scheduling
from wayhome.engines.planning.board import Board, Guide
from wayhome.engines.planning.bound import fixed_prices
from wayhome.engines.planning.filling import Filling
from wayhome.engines.planning.model import Crowd, Works, groups_due
from wayhome.engines.planning.scheduling import Queue
from wayhome.engines.planning.types import Doubles, Flags, Ints

_PENALTY = 0.15
"""Value that a person costs in the search who would have to be taken back for the sake of fairness; in the end they are."""
_FAVOURS, _FAVOUR = 12, 0.03
"""How often, and by how much value a person, groups that are short are put further to the front."""
_SLICE = 0.15
_COOL = 0.01


@dataclass
class Field:
    """What is searched: works, all units, their classes, and the fewer rows that stand for them."""

    works: Works
    units: Crowd
    classes: Crowd
    class_of: Ints
    few: Crowd
    kept: tuple[Ints, Ints] | None = None
    """Area and period of units that stay where they are; they are in `units` but not in `classes` and `few`."""


class Searcher:
    """One thread's search. `score` is measured on the few rows; what counts is what `settle` reaches with all units."""

    def __init__(self, field: Field, board: Board, guide: Guide, seed: int) -> None:
        self.field, self.board, self.guide = field, board, guide
        self.rng = np.random.default_rng(seed)
        self.state = np.array([int(self.rng.integers(1 << 20, 1 << 62))], dtype=np.int64)
        works = field.works
        P = len(works.area)
        self.least = np.zeros(P, dtype=np.int64)
        self.bench = scheduling.bench_of(works, field.few)
        self.layout = pricing.layout_of(works, field.classes)
        self.order = np.argsort(-guide.urgency, kind="stable").astype(np.int64)
        self.dropped: Flags = np.zeros(P, dtype=bool)
        self.x = guide.x
        self.queue = self._queue()
        self.first: float = 0.0
        self.score: Doubles = np.zeros(2)
        self.best_order, self.best_dropped = self.order.copy(), self.dropped.copy()
        self._measure()
        self.first = float(self.score[1])
        self.settled: tuple[bytes, float] | None = None

    def _queue(self) -> Queue:
        few, layout = self.field.few, self.layout
        T = layout.periods
        homes = np.cumsum(self.x[: layout.money].reshape(layout.areas, 4, T)[..., ::-1], -1)[..., ::-1]
        return filling.queue_of(
            few, self.field.works.discounts, homes, self.x[layout.transport : layout.group].reshape(layout.hubs, T)
        )

    def _measure(self) -> None:
        self.score[:] = self._judge(self.best_order, self.best_dropped, self.queue)
        self.order[:], self.dropped[:] = self.best_order, self.best_dropped

    def _judge(self, order: Ints, dropped: Flags, queue: Queue) -> float:
        scheduling.schedule(self.field.works, order, dropped, self.least, self.bench)
        return float(scheduling.judge(self.field.works, self.field.few, queue, self.bench, _PENALTY))

    def starts(self) -> Ints:
        """The schedule of the best order."""
        scheduling.schedule(self.field.works, self.best_order, self.best_dropped, self.least, self.bench)
        return self.bench.starts.copy()

    def anneal(self, share: Callable[[], float], hot: float, rounds: int | None = None) -> None:
        """Change the order while `share` goes from 0 to 1 (or exactly `rounds` times), from temperature `hot` (relative) to 1 % of it,
        starting from the best order."""
        if len(self.order) == 0:
            return
        heat = hot * abs(float(self.score[1])) + 0.01
        self.order[:], self.dropped[:] = self.best_order, self.best_dropped
        self.score[0] = self.score[1]
        slices, done, step = 100, 0, 5
        while True:
            if rounds is None:
                part = share()
                now = step
            else:
                part = done / rounds if rounds else 1.0
                now = max(1, min(rounds // slices, rounds - done))
            if part >= 1 or self.board.stopped == "stop":
                break
            began = time.perf_counter()
            judged = scheduling.anneal(
                self.field.works, self.field.few, self.queue, self.least, _PENALTY, self.state, now, heat * _COOL**part,
                self.order, self.dropped, self.score, self.best_order, self.best_dropped, self.bench,
            )  # fmt: skip
            done += now
            self.board.count("schedules", int(judged))
            step = max(1, min(4 * step, int(step * _SLICE / max(time.perf_counter() - began, 1e-6)), 20_000))

    def settle(self, steps: int, tries: int, seconds: float = np.inf) -> Filling | None:
        """Price the best schedule, place all units under it and offer the plan; the queue becomes the one those prices suggest, where
        it is better. A schedule settled before is filled again only with more tries."""
        field, works = self.field, self.field.works
        starts = self.starts()
        opening = np.zeros(self.layout.areas, dtype=np.int64)
        room = np.zeros((self.layout.areas, 4, self.layout.periods))
        scheduling.provide(works, starts, opening, room)
        with self.board.timed("prices of the schedule"):
            _, x = fixed_prices(works, field.classes, self.guide.x, room, opening, steps, 0.1, 0.002, self._late)
        end = time.perf_counter() + seconds
        with self.board.timed("households"):
            found = filling.fill(
                works, field.units, self._wide(), self._widened(x), starts, self.rng,
                lambda done, took: done < tries and time.perf_counter() + took < end and self.board.stopped != "stop", field.kept,
            )  # fmt: skip
        self.board.offer(starts, found)
        for by in (opening, None):
            queue = filling.priced_queue(self.layout, works, field.few, self._narrowed(x), by)
            value = self._judge(self.best_order, self.best_dropped, queue)
            if value > self.score[1]:
                self.queue = queue
                self.score[:] = value
        self._favour(self._narrowed(x), opening)
        return found

    def _favour(self, x: Doubles, opening: Ints) -> None:
        """Put the groups that are short of their floor further to the front, step by step, as long as that is worth it: the prices of the
        ascent, which knows no whole households, hardly tell them apart."""
        works, few, layout = self.field.works, self.field.few, self.layout
        if works.floor[0] <= 0 or layout.groups < 2:
            return
        x = x.copy()
        self._judge(self.best_order, self.best_dropped, self.queue)
        for _ in range(_FAVOURS):
            short = groups_due(works, self.bench.back) - self.bench.back
            if (short <= 0).all():
                break
            x[layout.group : layout.once] += np.where(short > 0, _FAVOUR, 0.0)
            queue = filling.priced_queue(layout, works, few, x, opening)
            value = self._judge(self.best_order, self.best_dropped, queue)
            if value > self.score[1]:
                self.queue = queue
                self.score[:] = value

    def _late(self) -> bool:
        """No more time to price a schedule well: what is there must do."""
        return self.board.stopped == "stop" or self.board.left() < 0.015 * self.board.limit

    def _wide(self) -> pricing.Layout:
        return pricing.layout_of(self.field.works, self.field.units)

    def _widened(self, x: Doubles) -> Doubles:
        """Prices of classes as prices of units."""
        once = x[self.layout.once :]
        wide = np.zeros(self.field.units.rows)
        known = self.field.class_of >= 0
        wide[known] = once[self.field.class_of[known]]
        return np.concatenate([x[: self.layout.once], wide])

    def _narrowed(self, x: Doubles) -> Doubles:
        return np.concatenate([x[: self.layout.once], np.zeros(self.field.few.rows)])
