"""The plan as a mixed-integer programme for HiGHS: small instances to the end, and questions that need a proof (`infeasible`).

Variables, all cumulative in time and hence sparse: `begun[p, t]` work p has started by t; `open[a, t]` area a is open in t; one column for
each wish of a unit and each period from its first on, "has arrived there by t". The same model as the contract's reference, built of
whole arrays. Measured: 300 households x 10 areas x 12 periods close in 1 to 73 s; 1,000 x 20 x 24 do not in two minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from wayhome.engines.planning.ledger import Units, units_of
from wayhome.engines.planning.types import FAIRNESS_SLACK, NEVER, Doubles, Flags, Instance, Ints, Plan, summed

Columns = npt.NDArray[np.int64]


class Rows:
    """Rows of a programme, collected as coordinates."""

    def __init__(self) -> None:
        self.count = 0
        self._at: list[Ints] = []
        self._columns: list[Columns] = []
        self._values: list[Doubles] = []
        self._low: list[Doubles] = []
        self._high: list[Doubles] = []

    def add(self, at: Any, columns: Any, values: Any, low: Any, high: Any, rows: int = 1) -> None:
        """`rows` new rows; entry k stands in row `at[k]` of them. Entries of one row and column are summed by HiGHS's caller here."""
        columns = np.atleast_1d(np.asarray(columns, np.int64))
        self._at.append(np.broadcast_to(np.asarray(at, np.int64), columns.shape) + self.count)
        self._columns.append(columns)
        self._values.append(np.broadcast_to(np.asarray(values, np.float64), columns.shape).copy())
        self._low.append(np.broadcast_to(np.asarray(low, np.float64), (rows,)).copy())
        self._high.append(np.broadcast_to(np.asarray(high, np.float64), (rows,)).copy())
        self.count += rows

    def matrix(self, columns: int) -> tuple[Ints, Columns, Doubles, Doubles, Doubles]:
        """Row starts, column indices, values, lower and upper limits; entries of one place summed."""
        at, col, value = np.concatenate(self._at), np.concatenate(self._columns), np.concatenate(self._values)
        key, back = np.unique(at * np.int64(columns) + col, return_inverse=True)
        value = summed(back, value, len(key))
        start = np.searchsorted(key // columns, np.arange(self.count + 1))
        return start, key % columns, value, np.concatenate(self._low), np.concatenate(self._high)


@dataclass(frozen=True)
class Solved:
    """What HiGHS found: `optimal` and `infeasible` are proofs; `bound` is valid in any case; `x` is None where no solution was found."""

    optimal: bool
    infeasible: bool
    value: float
    bound: float
    x: Doubles | None


@dataclass
class Program:
    """A programme to maximise `gain`; columns are added by `more`, rows in `rows`."""

    instance: Instance
    units: Units
    ticks: Ints
    """(K,) the periods, ascending, by which arrivals are counted: all, or fewer for a relaxation; later arrivals are left out"""
    begun: Columns
    """(P, T) column of each work and period"""
    opened: Columns
    """(A, K) column of each gated area and tick, NEVER without a gate"""
    wish: Ints
    """(V,) first arrival column of each wish, NEVER for none"""
    first: Ints
    """(V,) tick of that column"""
    rows: Rows
    gain: Doubles
    high: Doubles
    integer: Flags
    _more: list[tuple[Doubles, Doubles, Flags]] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return len(self.gain)

    def more(self, gain: Any, high: Any, integer: bool, count: int) -> Columns:
        """New columns from 0 to `high`."""
        begin = len(self.gain)
        self.gain = np.concatenate([self.gain, np.broadcast_to(np.asarray(gain, np.float64), (count,))])
        self.high = np.concatenate([self.high, np.broadcast_to(np.asarray(high, np.float64), (count,))])
        self.integer = np.concatenate([self.integer, np.full(count, integer)])
        return np.arange(begin, begin + count)

    def arrived(self, wishes: Ints, by: int) -> tuple[Columns, Ints]:
        """The columns "has arrived by" of some wishes, and which of the wishes have one. `by` must be a tick, or later than all."""
        tick = int(np.searchsorted(self.ticks, by, side="right")) - 1
        rows = np.flatnonzero((self.wish[wishes] >= 0) & (self.first[wishes] <= tick))
        return self.wish[wishes[rows]] + tick - self.first[wishes[rows]], rows

    def finished(self, work: int, by: int) -> int | None:
        """The column "work is finished by", None where it cannot be."""
        start = by - int(self.instance.duration[work])
        return None if start < 0 else int(self.begun[work, min(start, self.instance.periods - 1)])

    def starts(self, x: Doubles) -> Ints:
        """(P,) the starts in a solution."""
        begun = np.round(x[self.begun]) >= 1
        out = np.where(begun.any(1), begun.argmax(1), NEVER) if self.instance.projects else np.zeros(0)
        return out.astype(np.int64)

    def likeliest(self, x: Doubles) -> tuple[Ints, Ints]:
        """(U,) the area and tick's period that hold most of each unit in a solution with parts; NEVER where less than half returns."""
        area, period = np.full(self.units.count, NEVER), np.full(self.units.count, NEVER)
        most, whole = np.zeros(self.units.count), np.zeros(self.units.count)
        for v in np.flatnonzero(self.wish >= 0).tolist():
            own = x[self.wish[v] : self.wish[v] + len(self.ticks) - self.first[v]]
            unit = self.units.wish_unit[v]
            whole[unit] += own[-1]
            if own[-1] > most[unit] + 1e-9:
                most[unit], area[unit] = own[-1], self.units.wish_area[v]
                period[unit] = self.ticks[self.first[v] + int((own >= own[-1] / 2).argmax())]
        return np.where(whole >= 0.5, area, NEVER), np.where(whole >= 0.5, period, NEVER)

    def plan(self, x: Doubles) -> Plan:
        """The plan in a solution, where every period is a tick and arrivals are whole."""
        i, on = self.instance, np.round(x) >= 1
        starts = self.starts(x)
        area, period = np.full(self.units.count, NEVER), np.full(self.units.count, NEVER)
        for v in np.flatnonzero(self.wish >= 0).tolist():
            own = on[self.wish[v] : self.wish[v] + len(self.ticks) - self.first[v]]
            if own[-1]:
                area[self.units.wish_unit[v]] = self.units.wish_area[v]
                period[self.units.wish_unit[v]] = self.first[v] + int(own.argmax())
        of = self.units.of
        safe = np.maximum(of, 0)
        if not self.units.count:
            return Plan(starts.astype(np.int64), np.full(i.households, NEVER), np.full(i.households, NEVER))
        return Plan(starts.astype(np.int64), np.where(of >= 0, area[safe], NEVER), np.where(of >= 0, period[safe], NEVER))

    def solve(
        self,
        *,
        seconds: float,
        gap: float = 0.0,
        seed: int = 0,
        integral_gain: bool = False,
        stop: Callable[[], bool] | None = None,
    ) -> Solved:
        """Maximise. `integral_gain`: the value is a whole number, so that a bound may be rounded down."""
        import highspy

        start, col, value, low, high = self.rows.matrix(self.columns)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows.count
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.gain, np.zeros(self.columns), self.high
        lp.row_lower_, lp.row_upper_ = low, high
        lp.sense_ = highspy.ObjSense.kMaximize
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(x)] for x in self.integer]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = start.astype(np.int32), col.astype(np.int32)
        lp.a_matrix_.value_ = value
        solver: Any = highspy.Highs()
        for key, setting in {
            "output_flag": False, "threads": 1, "random_seed": seed, "time_limit": seconds, "mip_rel_gap": gap,
            "mip_abs_gap": 0.5 if integral_gain else 1e-9, "mip_feasibility_tolerance": 1e-7,
        }.items():  # fmt: skip
            solver.setOptionValue(key, setting)
        if solver.passModel(lp) == highspy.HighsStatus.kError:
            raise ValueError("HiGHS refuses the model")
        if stop is not None:
            solver.HandleUserInterrupt = True
            solver.cbMipInterrupt.subscribe(lambda event: event.interrupt() if stop() else None)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        found = info.primal_solution_status == 2
        bound = float(info.mip_dual_bound) if self.integer.any() else float(info.objective_function_value)
        if not math.isfinite(bound):
            bound = float((np.maximum(self.gain, 0) * np.where(self.gain > 0, self.high, 0)).sum())
        if integral_gain:
            bound = math.floor(bound + 1e-6)
        return Solved(
            status == highspy.HighsModelStatus.kOptimal,
            status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible),
            float(info.objective_function_value) if found else -math.inf,
            bound,
            np.asarray(solver.getSolution().col_value) if found else None,
        )


def build(instance: Instance, *, ticks: Ints | None = None, value: bool = True, whole: bool = True) -> Program:
    """The programme of an instance. `value`: maximise the value; else nothing yet.

    `ticks`: count arrivals by these periods alone: all from 0 to some horizon for the exact programme, fewer for one that asks less (places
    and gates at the ticks, seats between them together); whatever cannot be in it cannot be in a plan. `whole`: arrivals are whole;
    without it, too, the programme only asks less."""
    i, units = instance, units_of(instance)
    ticks = np.arange(i.periods) if ticks is None else ticks
    count_ticks = len(ticks)
    begun = np.arange(i.projects * i.periods).reshape(i.projects, i.periods)
    count = begun.size
    gated = np.unique(i.project_area[i.gate])
    opened = np.full((i.areas, count_ticks), NEVER)
    opened[gated] = count + np.arange(len(gated) * count_ticks).reshape(len(gated), count_ticks)
    count += len(gated) * count_ticks
    first = np.searchsorted(ticks, units.earliest[units.wish_unit]).astype(np.int64)
    length = np.maximum(0, count_ticks - first)
    wish = np.where(length > 0, count + np.r_[0, length.cumsum()[:-1]] if len(length) else first, NEVER)
    arrivals = int(length.sum())
    v, k = _spread(length, first)
    following = ticks[np.minimum(k + 1, count_ticks - 1)]
    worth = np.where(k + 1 < count_ticks, i.discounts[ticks[k]] - i.discounts[following], i.discounts[ticks[k]])
    gain = np.concatenate([np.zeros(count), units.wish_weight[v] * worth if value else np.zeros(arrivals)])
    integer = np.ones(count + arrivals, np.bool_)
    integer[opened[gated].ravel()] = False
    integer[count:] = whole
    high = np.ones(count + arrivals)
    made = Program(i, units, ticks, begun, opened, wish, first, Rows(), gain, high, integer)
    _works(made)
    _areas(made, gated)
    _arrivals(made, v, k)
    _places(made, v, k)
    _leaving(made, v, k)
    _fairness(made)
    return made


def _spread(length: Ints, first: Ints) -> tuple[Ints, Ints]:
    """The wish and the tick of every arrival column."""
    v = np.repeat(np.arange(len(length)), length)
    begin = np.r_[0, length.cumsum()[:-1]] if len(length) else length
    return v, np.arange(int(length.sum())) - begin[v] + first[v]


def _works(p: Program) -> None:
    i, rows, begun = p.instance, p.rows, p.begun
    if not i.projects:
        return
    if i.periods > 1:
        n = i.projects * (i.periods - 1)
        rows.add(
            np.tile(np.arange(n), 2), np.r_[begun[:, :-1].ravel(), begun[:, 1:].ravel()], np.repeat([1.0, -1.0], n), -np.inf, 0, n
        )
    for work in np.flatnonzero(i.after >= 0).tolist():
        before = int(i.after[work])
        lag = min(int(i.duration[before]), i.periods)
        rows.add(
            np.r_[np.arange(i.periods), np.arange(lag, i.periods)], np.r_[begun[work], begun[before, : i.periods - lag]],
            np.r_[np.ones(i.periods), -np.ones(i.periods - lag)], -np.inf, 0, i.periods,
        )  # fmt: skip
    every = np.repeat(np.arange(i.periods), i.projects)
    rows.add(every, begun.T.ravel(), np.tile(i.cost, i.periods), -np.inf, i.budget.cumsum(), i.periods)
    for crew in range(len(i.crew_ids)):
        busy = np.flatnonzero((i.crew == crew) & (i.duration > 0))
        at = [np.tile(np.arange(i.periods), len(busy))]
        col, value = [begun[busy].ravel()], [np.repeat(i.crew_units[busy], i.periods)]
        for w in busy.tolist():
            lag = min(int(i.duration[w]), i.periods)
            at.append(np.arange(lag, i.periods))
            col.append(begun[w, : i.periods - lag])
            value.append(np.full(i.periods - lag, -i.crew_units[w]))
        rows.add(np.concatenate(at), np.concatenate(col), np.concatenate(value), -np.inf, i.crew_capacity[crew], i.periods)


def _areas(p: Program, gated: Ints) -> None:
    i = p.instance
    for area in gated.tolist():
        for work in np.flatnonzero(i.gate & (i.project_area == area)).tolist():
            start = p.ticks - i.duration[work]
            p.high[p.opened[area, start < 0]] = 0.0
            can = np.flatnonzero(start >= 0)
            n = len(can)
            if n:
                columns = np.r_[p.opened[area, can], p.begun[work, start[can]]]
                p.rows.add(np.tile(np.arange(n), 2), columns, np.repeat([1.0, -1.0], n), -np.inf, 0, n)


def _arrivals(p: Program, v: Ints, k: Ints) -> None:
    units, col = p.units, p.wish[v] + k - p.first[v]
    later = np.flatnonzero(k > p.first[v])
    p.rows.add(
        np.tile(np.arange(len(later)), 2),
        np.r_[col[later] - 1, col[later]],
        np.repeat([1.0, -1.0], len(later)),
        -np.inf,
        0,
        len(later),
    )
    gate = p.opened[units.wish_area[v], k]
    held = np.flatnonzero(gate >= 0)
    p.rows.add(
        np.tile(np.arange(len(held)), 2), np.r_[col[held], gate[held]], np.repeat([1.0, -1.0], len(held)), -np.inf, 0, len(held)
    )
    last = np.flatnonzero(p.wish >= 0)
    unit = units.wish_unit[last]
    several = np.flatnonzero(np.bincount(unit, minlength=units.count) > 1)
    where = np.searchsorted(several, unit)
    mine = (
        (where < len(several)) & (several[np.minimum(where, max(0, len(several) - 1))] == unit)
        if len(several)
        else np.zeros(len(unit), bool)
    )
    if len(several):
        p.rows.add(where[mine], p.wish[last[mine]] + len(p.ticks) - 1 - p.first[last[mine]], 1.0, -np.inf, 1.0, len(several))


def _places(p: Program, v: Ints, k: Ints) -> None:
    i, units = p.instance, p.units
    col, area, ticks = p.wish[v] + k - p.first[v], units.wish_area[v], len(p.ticks)
    for r in range(4):
        need = units.needs[units.wish_unit[v], r]
        uses = need > 0
        high = np.repeat(i.places[:, r], ticks)
        at, cols, values = [area[uses] * ticks + k[uses]], [col[uses]], [need[uses]]
        for work in np.flatnonzero((i.resource == r) & (i.adds > 0)).tolist():
            start = p.ticks - i.duration[work]
            can = np.flatnonzero(start >= 0)
            at.append(i.project_area[work] * ticks + can)
            cols.append(p.begun[work, start[can]])
            values.append(np.full(len(can), -i.adds[work]))
        gated = p.opened.ravel() >= 0
        at.append(np.flatnonzero(gated))
        cols.append(p.opened.ravel()[gated])
        values.append(-high[gated])
        high[gated] = 0.0
        p.rows.add(np.concatenate(at), np.concatenate(cols), np.concatenate(values), -np.inf, high, i.areas * ticks)


def _leaving(p: Program, v: Ints, k: Ints) -> None:
    i, units = p.instance, p.units
    begin = np.searchsorted(units.hub_unit, units.wish_unit[v])
    end = np.searchsorted(units.hub_unit, units.wish_unit[v], side="right")
    col = p.wish[v] + k - p.first[v]
    ticks = len(p.ticks)
    seats = np.diff(i.transport.cumsum(1)[:, p.ticks], prepend=0.0, axis=1)
    at, cols, values = [], [], []
    for step in range(int((end - begin).max(initial=0))):
        has = np.flatnonzero(begin + step < end)
        pair = begin[has] + step
        cell, persons = units.hub[pair] * ticks + k[has], units.hub_persons[pair]
        later = k[has] > p.first[v[has]]
        at += [cell, cell[later]]
        cols += [col[has], col[has][later] - 1]
        values += [persons, -persons[later]]
    if at:
        p.rows.add(
            np.concatenate(at), np.concatenate(cols), np.concatenate(values), -np.inf, seats.ravel(), len(i.hub_ids) * ticks,
        )  # fmt: skip


def _fairness(p: Program) -> None:
    i, units = p.instance, p.units
    groups, willing = len(i.group_ids), i.willing_persons
    total = float(willing.sum())
    if not i.fairness_floor or not total:
        return
    back = p.more(0.0, np.inf, False, groups)
    wishes = np.flatnonzero(p.wish >= 0)
    begin = np.searchsorted(units.group_unit, units.wish_unit[wishes])
    end = np.searchsorted(units.group_unit, units.wish_unit[wishes], side="right")
    at, cols, values = [np.arange(groups)], [back], [-np.ones(groups)]
    for step in range(int((end - begin).max(initial=0))):
        has = np.flatnonzero(begin + step < end)
        pair, w = begin[has] + step, wishes[has]
        at.append(units.group[pair])
        cols.append(p.wish[w] + len(p.ticks) - 1 - p.first[w])
        values.append(units.group_persons[pair])
    p.rows.add(np.concatenate(at), np.concatenate(cols), np.concatenate(values), 0, 0, groups)
    share = i.fairness_floor * willing / total
    p.rows.add(
        np.r_[np.repeat(np.arange(groups), groups), np.arange(groups)], np.r_[np.tile(back, groups), back],
        np.r_[np.repeat(share, groups), -np.ones(groups)], -np.inf, FAIRNESS_SLACK, groups,
    )  # fmt: skip


def optimum(instance: Instance, *, seconds: float = 60.0, gap: float = 1e-6, seed: int = 0) -> tuple[Plan, Solved]:
    """The best plan of a small instance, and how far HiGHS got; the empty plan where it found none."""
    program = build(instance)
    solved = program.solve(seconds=seconds, gap=gap, seed=seed)
    return (program.plan(solved.x) if solved.x is not None else Plan.empty(instance)), solved
