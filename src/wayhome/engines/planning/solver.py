"""How a run is put together: ascent and search side by side, households placed, the result gathered."""

from __future__ import annotations

import importlib.metadata
import platform
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning import exact, pricing, replanning
from wayhome.engines.planning.board import Board, Guide
from wayhome.engines.planning.bound import Ascent, transfer
from wayhome.engines.planning.filling import Filling
from wayhome.engines.planning.model import Units, Works, classes, sample, units_of, works_of
from wayhome.engines.planning.search import Field, Searcher
from wayhome.engines.planning.types import Doubles, Instance, Ints, Params, Plan, Progress, Report, Result, Stage, Stop
from wayhome.engines.planning.warming import warm

_COUNTED = 150
"""Columns up to which the mixed-integer solver is used where steps are counted: it ends by itself, so that the result is repeated."""
_LEGS = ((0.002, 0.45), (0.0008, 0.7), (0.0005, 0.9), (0.0003, 1.0))
"""Legs of the search: heat at the start of each, as a share of the value, and where in the time it ends."""
_LEGS_SMALL = ((0.01, 0.25), (0.004, 0.4), (0.002, 0.5), (0.012, 0.65), (0.004, 0.8), (0.002, 0.9), (0.001, 1.0))
"""Few households weigh more each: hotter, and households placed exactly after each leg."""
_PROOF = 15.0
"""Seconds below which the mixed-integer solver has no hope of more than the search finds."""
_FEW = 3500
"""Rows the works are searched with; more are more exact and slower."""
_SAMPLE = 5000
"""Above four times this many classes the ascent starts on a sample of this size."""
_SOLVER = "mixed-integer programme (HiGHS)"
_METHOD = "Lagrangian: prices on places, money, crews, transport, fairness and single return; area trees by dynamic programming"


@dataclass
class _Ready:
    """The ascent has prices that a search can start from."""

    event: threading.Event
    guide: Guide | None = None


class Solver:
    """One run. Two threads: prices fall to a bound in one, works are searched in the other; the calling thread reports."""

    def __init__(self, instance: Instance, params: Params, seed: int, stop: Stop | None, progress: Report | None) -> None:
        self.instance, self.params, self.seed, self.progress = instance, params, seed, progress
        compiling = warm()
        limit = np.inf if params.iterations is not None else params.time_limit
        self.board = Board(time.perf_counter(), limit, params.gap, stop or (lambda: False))
        if compiling:
            self.board.seconds["loops made ready"] = compiling
        self.ready = _Ready(threading.Event())
        self.failed: list[BaseException] = []
        self.told: tuple[float, Plan] | None = None
        """Value and plan last reported: the plan is put together only when there is a better one."""
        self.stage = Stage.PREPARE
        with self.board.timed("prepare"):
            self.units: Units = units_of(instance)
            self.works: Works = works_of(instance)
            self.urgent = _urgent(instance, params)
            self.classes, self.class_of = classes(self.units.crowd)
            self.replan = replanning.prepare(instance, self.units, params) if params.previous is not None else None
            self.field = self._field()
        self.ascent = Ascent.new(self.works, self.classes)

    def _field(self) -> Field:
        if self.replan is None:
            return Field(
                self.works._replace(urgent=self.urgent),
                self.units.crowd,
                self.classes,
                self.class_of,
                sample(self.classes, _FEW, self.seed),
            )
        rest, rest_of = self.replan.rest()
        return Field(
            self.replan.works._replace(urgent=self.urgent),
            self.units.crowd,
            rest,
            rest_of,
            sample(rest, _FEW, self.seed),
            self.replan.kept,
        )

    def result(self) -> Result:
        board = self.board
        board.lower(self._trivial(), "each unit at its best wish as early as it wants")
        empty = Filling(np.full(self.units.count, -1), np.full(self.units.count, -1), 0.0)
        if self.replan is None:
            board.offer(np.full(self.instance.projects, -1), empty)
        else:
            board.offer(*self.replan.floor())
        if self.units.count and self.params.iterations is not None:
            self._counted(self.params.iterations)
        elif self.units.count:
            self._timed()
        self.stage = Stage.FINISH
        self._tell()
        return self._result()

    # ---- by the clock: the ascent on one thread, the search on another

    def _timed(self) -> None:
        threads = [threading.Thread(target=self._guarded, args=(part,), daemon=True) for part in (self._ascend, self._search)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(0.25)
            self.board.over()
            self._tell()
        if self.failed:
            raise self.failed[0]

    def _guarded(self, part: Callable[[], None]) -> None:
        try:
            part()
        except BaseException as error:
            self.failed.append(error)
            self.board.stopped = self.board.stopped or "error"
            self.ready.event.set()

    def _share(self, until: float, since: float | None = None) -> Callable[[], float]:
        """How much of the time from now (or `since`) to second `until` of the run has passed; 1 when there is a reason to stop."""
        begin = self.board.elapsed() if since is None else since
        return lambda: 1.0 if self.board.over() else min(1.0, (self.board.elapsed() - begin) / max(1e-9, until - begin))

    def _ascend(self) -> None:
        """The bound; when it no longer falls, a second search."""
        limit = self.board.limit
        self.stage = Stage.BOUND
        with self.board.timed("bound"):
            first = 0.12 * limit
            if self.classes.rows > 4 * _SAMPLE:
                small = Ascent.new(self.works, sample(self.classes, _SAMPLE, self.seed + 1))
                small.descend(0.3, 0.003, self._share(first))
                self._publish(small)
                self.ascent = transfer(small, self.works, self.classes)
                self.ascent.descend(0.03, 0.0005, self._lowering(self._share(0.93 * limit)))
                self._lowered()
                return
            self.ascent.descend(0.3, 0.02, self._lowering(self._share(first)))
            self._publish(self.ascent)
            self.ascent.descend(
                0.02,
                0.0004,
                self._lowering(
                    self._share((0.35 if self._exact(exact.WHOLE) else min(0.6, 0.4 + self.classes.rows / 40_000)) * limit)
                ),
            )
            self._lowered()
        if self._exact(exact.WHOLE) and not len(self.urgent) and self.board.left() > _PROOF:
            self._whole(0.9 * limit - self.board.elapsed())
        elif self._exact(exact.WHOLE) and not len(self.urgent):
            self._neighbourhoods(0.93 * limit)
        elif not self.board.over():
            self._improve(
                Searcher(self.field, self.board, Guide(self._guide_x(self.ascent), self.ascent.urgency()), self.seed + 7919)
            )

    def _lowering(self, share: Callable[[], float]) -> Callable[[], float]:
        def told() -> float:
            self._lowered()
            return share()

        return told

    def _lowered(self) -> None:
        self.board.lower(self.ascent.bound, _METHOD)

    def _guide_x(self, ascent: Ascent) -> Doubles:
        """Prices for the search's classes: those of the ascent, `once` where the classes are the same."""
        same = self.replan is None and ascent.crowd is self.classes
        once = ascent.best_x[ascent.layout.once :] if same else np.zeros(self.field.classes.rows)
        return np.concatenate([ascent.best_x[: ascent.layout.once], once])

    def _publish(self, ascent: Ascent) -> None:
        self.ready.guide = Guide(self._guide_x(ascent), ascent.urgency())
        self.ready.event.set()

    def _search(self) -> None:
        while not self.ready.event.wait(0.1):
            if self.board.over():
                return
        if self.ready.guide is not None:
            self.stage = Stage.SEARCH
            self._improve(Searcher(self.field, self.board, self.ready.guide, self.seed))

    def _improve(self, search: Searcher) -> None:
        """A plan at once; then legs of annealing, each shorter on heat, each followed by households placed on its schedule."""
        large = self.units.count > 20_000
        steps = 60 if large else 150
        search.settle(steps // 2, 2)
        begin, limit = self.board.elapsed(), self.board.limit
        last = 0.0
        small = self._exact(exact.WHOLE)
        if self._exact(exact.HOUSEHOLDS):
            limit -= min(0.15 * limit, 0.3 + exact.columns(self.units, self.instance.periods) / 8_000)
        for hot, end in _LEGS_SMALL if small else _LEGS:
            if self.board.over():
                return
            reserve = last * 1.5 if end == 1.0 else 0.0
            until = begin + (0.96 * limit - begin) * end - reserve
            with self.board.timed("search"):
                search.anneal(self._share(until), hot)
            began = self.board.elapsed()
            if self.board.stopped == "stop":
                return
            room = max(0.0, limit - began)
            search.settle(steps, 8 if end < 1.0 else 400, min(room * 0.6, 0.04 * limit))
            if small:
                self._exactly_placed(search.starts(), min(0.08 * limit, limit - self.board.elapsed()))
            last = self.board.elapsed() - began
        if self._exact(exact.HOUSEHOLDS) and self.board.starts is not None:
            self._exactly_placed(self.board.starts, 0.97 * self.board.limit - self.board.elapsed())

    # ---- with the mixed-integer solver

    def _exact(self, most: int) -> bool:
        return self.params.exact and self.replan is None and exact.columns(self.units, self.instance.periods) <= most

    def _whole(self, seconds: float, *, proven: bool = False) -> None:
        """`proven`: take the result only where it is the optimum, which is the same however fast the machine is."""
        if seconds < 0.5 or self.board.over():
            return
        with self.board.timed("exact"):
            found, bound, optimal = exact.solve(
                self.instance, self.units, starts=None, seconds=seconds, seed=self.seed, stop=self.board.over
            )
        if proven and not optimal:
            return
        self.board.lower(bound, _SOLVER)
        if found is not None:
            self.board.offer(*found)

    def _neighbourhoods(self, until: float) -> None:
        """Works of a few areas are free, all others start as in the best plan or not earlier, all households are free: exactly, again
        and again with other areas."""
        board, rng = self.board, np.random.default_rng(self.seed + 1)
        share = 0.35
        while not board.over() and (left := until - board.elapsed()) > 0.1:
            if board.starts is None or not board.starts.max(initial=-1) >= 0:
                time.sleep(0.05)
                continue
            starts = board.starts
            areas = rng.random(self.instance.areas) < share
            with board.timed("neighbourhoods"):
                found, _, optimal = exact.solve(
                    self.instance, self.units, starts=starts, free=areas[self.instance.project_area], seconds=min(left, 0.15 * until),
                    seed=self.seed, stop=board.over,
                )  # fmt: skip
            board.count("neighbourhoods", 1)
            share = min(0.9, share + 0.05) if optimal else max(0.15, share - 0.08)
            if found is not None:
                board.offer(*found)

    def _exactly_placed(self, starts: Ints, seconds: float) -> None:
        board = self.board
        if seconds < 0.05 or board.over():
            return
        with board.timed("households exactly"):
            found, _, _ = exact.solve(self.instance, self.units, starts=starts, seconds=seconds, seed=self.seed, stop=board.over)
        if found is not None:
            board.offer(*found)

    # ---- by count: everything in one thread, in one order

    def _counted(self, iterations: int) -> None:
        board = self.board
        self.stage = Stage.BOUND
        with board.timed("bound"):
            self.ascent.count(iterations, 0.3, 0.003, board.over)
            self._lowered()
        self._tell()
        self.stage = Stage.SEARCH
        search = Searcher(self.field, board, Guide(self._guide_x(self.ascent), self.ascent.urgency()), self.seed)
        search.settle(60, 2)
        for hot, part in ((0.002, 0.6), (0.0005, 0.4)):
            if board.over():
                break
            with board.timed("search"):
                search.anneal(lambda: 0.0, hot, max(1, int(iterations * part)))
            search.settle(60, 12)
            self._tell()
        if self._exact(_COUNTED) and not len(self.urgent):
            self._whole(20.0, proven=True)

    # ---- what is told

    def _trivial(self) -> float:
        crowd = self.units.crowd
        best = np.zeros(crowd.rows)
        np.maximum.at(best, np.repeat(np.arange(crowd.rows), np.diff(crowd.wish_ptr)), crowd.wish_weight)
        return float((best * self.instance.discounts[crowd.earliest]).sum()) * (1 + 1e-9) + 1e-9

    def _tell(self) -> None:
        if self.progress is not None:
            board = self.board
            if self.told is None or board.value > self.told[0]:
                self.told = (board.value, self._plan())
            value, plan = self.told
            self.progress(Progress(board.elapsed(), self.stage, max(0.0, value), board.bound, plan))

    def _plan(self) -> Plan:
        board, made = self.board, self.instance
        with board._lock:
            starts, filling = board.starts, board.filling
        if starts is None or filling is None:
            return Plan.empty(made)
        back = np.flatnonzero(filling.area >= 0)
        area = self.units.households(back, filling.area[back], made.households)
        period = self.units.households(back, filling.period[back], made.households)
        if self.replan is not None:
            area, period = self.replan.with_facts(area, period)
        return Plan(starts.copy(), area, period)

    def _result(self) -> Result:
        board, ascent = self.board, self.ascent
        board.count("prices", ascent.steps)
        plan = self._plan()
        value = plan.value(self.instance)
        x = ascent.best_x
        price_bound = ascent.bound if np.isfinite(ascent.best) else self._price_free()
        bound = max(min(board.bound, price_bound), value)
        return Result(
            plan=plan,
            value=value,
            bound=bound,
            price_bound=price_bound,
            prices=pricing.prices_of(ascent.layout, x, self._once(x[ascent.layout.once :])),
            seconds={**{name: round(seconds, 3) for name, seconds in board.seconds.items()}, "all": round(board.elapsed(), 3)},
            stopped_by=board.stopped or "finished",
            bound_method=board.method,
            seed=self.seed,
            versions=versions(),
            peak_gib=round(peak_gib(), 3),
            iterations=dict(board.counts),
            moved=self.replan.moved(plan) if self.replan is not None else 0,
        )

    def _price_free(self) -> float:
        """The bound of prices that are all zero, where the ascent has not taken a step."""
        ascent = self.ascent
        slope = np.empty(ascent.layout.size)
        ascent.best_x[:] = 0.0
        ascent.best = pricing.evaluate(
            ascent.layout, self.works, self.classes, ascent.best_x, ascent.space, ascent.opening, ascent.starts, slope
        )
        return ascent.bound

    def _once(self, by_class: Doubles) -> Doubles:
        out = np.zeros(self.instance.households)
        if self.units.count:
            first: Ints = self.units.member[self.units.member_ptr[:-1]]
            out[first] = by_class[self.class_of]
        return out


def _urgent(instance: Instance, params: Params) -> Ints:
    """Works that are demanded, by themselves or because an area must open, the first due first."""
    if params.demands is None:
        return np.zeros(0, dtype=np.int64)
    due = dict(params.demands.works)
    for area, by in params.demands.areas.items():
        for p in np.flatnonzero(instance.gate & (instance.project_area == area)).tolist():
            due[p] = min(due.get(p, instance.periods), by - int(instance.duration[p]))
    return np.array(sorted(due, key=lambda p: (due[p], p)), dtype=np.int64)


def peak_gib() -> float:
    """Most memory this process had, in GiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform != "darwin" else most / 2**30


def versions() -> dict[str, str]:
    """Versions of what the figures depend on."""
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("wayhome", "numpy", "numba", "highspy")},
    }
