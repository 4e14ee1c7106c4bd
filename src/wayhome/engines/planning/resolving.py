"""Planning a slightly changed problem again in seconds: from the approved plan's order of works and its prices, nothing fixed but what
somebody insists on. `run` with a previous plan answers another question: there what can stay as approved stays."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from wayhome.engines.planning import pricing
from wayhome.engines.planning.board import Board, Guide
from wayhome.engines.planning.check import check
from wayhome.engines.planning.filling import Filling
from wayhome.engines.planning.ledger import TOLERANCE, Ledger, units_of
from wayhome.engines.planning.model import classes, sample, works_of
from wayhome.engines.planning.model import units_of as crowds_of
from wayhome.engines.planning.search import Field, Searcher
from wayhome.engines.planning.settle import settle
from wayhome.engines.planning.types import NEVER, Doubles, Instance, Ints, Params, Plan, Prices, Result
from wayhome.engines.planning.verify import priced_bound, topological
from wayhome.engines.planning.warming import warm

MERIT = 0.0025
"""A plan far from the one started from must be better by this share than one near it: less is the luck of the search, not the effect of
a change, and would only seem to move people about."""
_FEW = 3500
"""Rows the works are searched with, as in a run."""
_MANY = 20_000
"""Units beyond which a plan that is still allowed is not looked over for whoever fits besides."""


def from_plan(
    instance: Instance, params: Params, seed: int, plan: Plan, prices: Prices, stop: Callable[[], bool] | None = None
) -> Result:
    """The best plan found from `plan` on, within `params.time_limit` or `params.iterations`. `params.demands.works`: works and the latest
    periods in which they must start; where that cannot be, the result is without them. The bound is what `prices` prove."""
    warm()
    began = time.perf_counter()
    limit = np.inf if params.iterations is not None else params.time_limit
    board = Board(began, limit, params.gap, stop or (lambda: False))
    fixed = insisted(instance, plan, dict(params.demands.works) if params.demands else {})
    units = crowds_of(instance)
    works = works_of(instance) if fixed is None else works_of(instance, frozen=fixed)
    few, of = classes(units.crowd)
    board.offer(np.full(instance.projects, NEVER) if fixed is None else fixed, Filling(*(np.full(units.count, NEVER),) * 2, 0.0))
    bound = priced_bound(instance, prices, fixed=fixed)
    layout = pricing.layout_of(works, few)
    if units.count:
        x = np.concatenate([_vector(prices), _once(prices, units.member, units.member_ptr, of, layout.rows)])
        planned = np.where(plan.starts >= 0, instance.periods - plan.starts, 0).astype(np.float64)
        field = Field(works, units.crowd, few, of, sample(few, _FEW, seed))
        search = Searcher(field, board, Guide(x, planned), seed)
        search.dropped[:] = search.best_dropped[:] = (plan.starts < 0) & (works.fixed < 0)
        search._measure()
        search.first = float(search.score[1])
        _search(search, board, params)
    starts, filling = board.starts, board.filling
    assert starts is not None and filling is not None
    back = np.flatnonzero(filling.area >= 0)
    found = Plan(
        starts.copy(),
        units.households(back, filling.area[back], instance.households),
        units.households(back, filling.period[back], instance.households),
    )
    near = max(_near(instance, plan, fixed), key=lambda p: p.value(instance), default=None)
    if near is not None and found.value(instance) <= near.value(instance) * (1 + MERIT):
        found = near
    value = found.value(instance)
    return Result(
        found, value, max(bound, value), bound, prices, {"all": round(time.perf_counter() - began, 3)}, board.stopped or "finished",
        "Lagrangian, at the prices of the approved plan", seed, {}, 0.0, dict(board.counts),
    )  # fmt: skip


def _search(search: Searcher, board: Board, params: Params) -> None:
    """Households first, then legs of annealing from little heat, for the approved order is good already."""
    rounds = params.iterations
    search.settle(60, 4)
    limit = board.limit
    for hot, end in ((0.0008, 0.5), (0.0003, 0.85)):
        begin = board.elapsed()
        if board.over():
            return
        span = max(1e-9, end * limit - begin) if rounds is None else 1.0
        search.anneal(
            lambda begin=begin, span=span: 1.0 if board.over() else min(1.0, (board.elapsed() - begin) / span),  # type: ignore[misc]
            hot, None if rounds is None else max(1, rounds // 2),
        )  # fmt: skip
        search.settle(
            60,
            8 if rounds is not None or end < 0.8 else 200,
            np.inf if rounds is not None else max(0.05, 0.95 * limit - board.elapsed()),
        )


def _vector(prices: Prices) -> Doubles:
    return np.concatenate([prices.places.ravel(), prices.money, prices.crews.ravel(), prices.transport.ravel(), prices.groups])


def _once(prices: Prices, member: Ints, member_ptr: Ints, of: Ints, rows: int) -> Doubles:
    """`once` of each class: the average of its units."""
    by_unit = prices.once[member[member_ptr[:-1]]]
    count = np.bincount(of, minlength=rows)
    return np.asarray(np.bincount(of, weights=by_unit, minlength=rows) / np.maximum(1, count), dtype=np.float64)


def _near(instance: Instance, plan: Plan, fixed: Ints | None) -> list[Plan]:
    """Plans that differ little from `plan`: itself where it is still allowed, and its starts and returns as far as they still fit, with
    whoever fits besides."""
    allowed = [plan] if fixed is None and not check(instance, plan) else []
    units = units_of(instance)
    if (allowed and units.count > _MANY) or not units.count:
        return allowed
    starts = plan.starts if allowed else _around(instance, plan, np.full(instance.projects, NEVER) if fixed is None else fixed)
    area, period = units.place(plan)
    made = settle(instance, starts, area, np.where(area >= 0, period, 0))
    return [*allowed, made] if not check(instance, made) else allowed


def _around(instance: Instance, plan: Plan, fixed: Ints) -> Ints:
    """Fixed starts, and every other start of the plan in its order, as soon after its planned period as still fits."""
    starts = fixed.copy()
    order = topological(instance.after)
    order = order[(plan.starts[order] >= 0) & (fixed[order] < 0)]
    for p in order[np.argsort(plan.starts[order], kind="stable")].tolist():
        q = int(instance.after[p])
        if q >= 0 and starts[q] < 0:
            continue
        first = max(int(plan.starts[p]), int(starts[q] + instance.duration[q]) if q >= 0 else 0)
        ledger = Ledger(instance, Plan(starts, plan.area, plan.period))
        for t in range(first, instance.periods):
            if _affords(ledger, p, t):
                starts[p] = t
                break
    return starts


def _affords(ledger: Ledger, work: int, start: int) -> bool:
    """Whether money and crew are there for one more work."""
    i = ledger.instance
    crew, end = int(i.crew[work]), start + int(i.duration[work])
    paid = bool((ledger.money[start:] + TOLERANCE >= i.cost[work]).all())
    return paid and (crew < 0 or end == start or bool((ledger.crews[crew, start:end] + TOLERANCE >= i.crew_units[work]).all()))


def insisted(instance: Instance, plan: Plan, latest: dict[int, int]) -> Ints | None:
    """(P,) starts of works that must start by a period, and of all they wait for, NEVER for the others; None where nothing is insisted on
    or it cannot be: too long a chain, too little money or crew for them alone. A work that the plan starts in time stays where it is."""
    if not latest:
        return None
    fixed = np.full(instance.projects, NEVER)
    due = dict(latest)
    for work in topological(instance.after)[::-1].tolist():
        if work not in due:
            continue
        before = int(instance.after[work])
        if before >= 0:
            due[before] = min(due.get(before, instance.periods), due[work] - int(instance.duration[before]))
    for work in topological(instance.after).tolist():
        if work not in due:
            continue
        before = int(instance.after[work])
        first = int(fixed[before] + instance.duration[before]) if before >= 0 else 0
        planned = int(plan.starts[work]) if plan.starts[work] >= 0 else due[work]
        wanted = max(first, min(planned, due[work]))
        ledger = Ledger(instance, Plan(fixed, np.full(instance.households, NEVER), np.full(instance.households, NEVER)))
        can = [
            t
            for t in (*range(wanted, due[work] + 1), *range(wanted - 1, first - 1, -1))
            if t <= due[work] and _affords(ledger, work, t)
        ]
        if not can:
            return None
        fixed[work] = can[0]
    return fixed


def resolver(plan: Plan, prices: Prices) -> Callable[[Instance, Params, int], Result]:
    """`from_plan` as a way to plan again: from `params.previous`, or else from `plan`."""

    def again(instance: Instance, params: Params, seed: int) -> Result:
        start = params.previous if params.previous is not None else plan
        return from_plan(instance, dataclasses.replace(params, previous=None), seed, start, prices)

    return again
