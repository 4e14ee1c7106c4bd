"""Who goes where and when under a schedule that is given: by prices, then as early as possible, then fair."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning import pricing, scheduling
from wayhome.engines.planning.compiled import compiled, inner
from wayhome.engines.planning.model import Crowd, Works, fair, groups_due
from wayhome.engines.planning.pricing import Layout
from wayhome.engines.planning.scheduling import Queue
from wayhome.engines.planning.types import FAIRNESS_SLACK, Doubles, Flags, Ints

_SLACK = FAIRNESS_SLACK
_STAGES = ((1.0, -0.02), (0.6, 0.0), (0.3, 0.0), (0.0, 0.0))
"""Share of the prices charged in one pass after the other, and what a return must be worth: first who pays, last whoever fits."""
_LIFTS, _LIFT, _LIFTING = 12, 0.03, 0.5
"""How often, by how much value a person and for how many seconds, groups short of their floor are put further to the front."""


@dataclass
class Filling:
    """`area`, `period` (U,) of each unit, -1 where it stays; all rules hold."""

    area: Ints
    period: Ints
    value: float


def queue_of(crowd: Crowd, discounts: Doubles, homes: Doubles | None, transport: Doubles | None) -> Queue:
    """Wishes by value per priced place, dearest first. `homes` (A, 4, T) and `transport` (H, T) are prices; None: all alike."""
    of = np.repeat(np.arange(crowd.rows), np.diff(crowd.wish_ptr))
    use = crowd.use[of]
    if homes is None or transport is None:
        cost = use.sum(1)
    else:
        level = homes.mean(2)
        level = level + 0.15 * level.mean(0) + 1e-3
        cost = (use * level[crowd.wish_area]).sum(1) + use[:, 1] * transport.mean(1)[crowd.hub[crowd.hub_ptr[of]]]
    rank = crowd.wish_weight * discounts[crowd.earliest[of]] / np.maximum(cost, 1e-12)
    return _sorted(crowd, of, rank)


def priced_queue(layout: Layout, works: Works, crowd: Crowd, x: Doubles, opening: Ints | None) -> Queue:
    """Wishes by value per price at the earliest arrival the schedule allows, dearest first."""
    of = np.repeat(np.arange(crowd.rows), np.diff(crowd.wish_ptr))
    T = layout.periods
    homes = np.cumsum(x[: layout.money].reshape(layout.areas, 4, T)[..., ::-1], -1)[..., ::-1]
    seats = x[layout.transport : layout.group].reshape(layout.hubs, T)
    when = crowd.earliest[of] if opening is None else np.minimum(T - 1, np.maximum(crowd.earliest[of], opening[crowd.wish_area]))
    use = crowd.use[of]
    cost = use[:, 1] * (seats[crowd.hub[crowd.hub_ptr[of]], when] + 1e-4) + 1e-4
    for r in range(4):
        cost += use[:, r] * homes[crowd.wish_area, r, when]
    standing = np.asarray(pricing._standing(layout, works, x))
    lead = standing[crowd.group[crowd.group_ptr[of]]]
    return _sorted(crowd, of, (crowd.wish_weight * works.discounts[when] + use[:, 1] * lead) / cost)


def _sorted(crowd: Crowd, of: Ints, rank: Doubles) -> Queue:
    order = np.argsort(-rank, kind="stable")
    return Queue(of[order].astype(np.int64), crowd.wish_area[order], crowd.wish_weight[order])


@compiled
def _worth(
    layout: Layout, works: Works, crowd: Crowd, x: Doubles, homes: Doubles, opening: Ints, gain: Doubles, ratio: Doubles
) -> None:
    """(U,) best profit of each unit, and value per price there; -1e9 where no wished area opens."""
    T = layout.periods
    standing = pricing._standing(layout, works, x)
    line = np.zeros(T)
    for i in range(len(crowd.number)):
        lead = pricing._fair_of(crowd, standing, i) + x[layout.once + i]
        gain[i] = -1e9
        ratio[i] = 0.0
        for j in range(crowd.wish_ptr[i], crowd.wish_ptr[i + 1]):
            start = max(crowd.earliest[i], opening[crowd.wish_area[j]])
            if start >= T:
                continue
            pricing._line(layout, works, crowd, x, homes, lead, i, j, line, start)
            for t in range(start, T):
                if line[t] > gain[i]:
                    gain[i] = line[t]
                    worth = crowd.wish_weight[j] * works.discounts[t]
                    ratio[i] = worth / max(worth - line[t], 1e-6)


@compiled
def _place(
    layout: Layout,
    works: Works,
    crowd: Crowd,
    x: Doubles,
    homes: Doubles,
    opening: Ints,
    order: Ints,
    share: float,
    least: float,
    room: Doubles,
    seats: Doubles,
    back: Doubles,
    area: Ints,
    period: Ints,
) -> float:
    """Each unit not yet placed, in order, takes the return that fits and pays best with `share` of the prices, if more than `least`."""
    T = layout.periods
    value = 0.0
    standing = pricing._standing(layout, works, x)
    last = T - 1
    for at in range(len(order)):
        i = order[at]
        if area[i] >= 0:
            continue
        top, to, when, weight = least, -1, -1, 0.0
        lead = share * pricing._fair_of(crowd, standing, i)
        u0, u1, u2, u3 = crowd.use[i, 0], crowd.use[i, 1], crowd.use[i, 2], crowd.use[i, 3]
        for j in range(crowd.wish_ptr[i], crowd.wish_ptr[i + 1]):
            a = crowd.wish_area[j]
            if room[a, 0, last] < u0 or room[a, 1, last] < u1 or room[a, 2, last] < u2 or room[a, 3, last] < u3:
                continue
            w = crowd.wish_weight[j]
            for t in range(max(crowd.earliest[i], opening[a]), T):
                v = w * works.discounts[t] + lead
                if v <= top:
                    if share == 0.0:
                        break
                    continue
                if share > 0.0:
                    v -= share * (u0 * homes[a, 0, t] + u1 * homes[a, 1, t] + u2 * homes[a, 2, t] + u3 * homes[a, 3, t])
                    for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):
                        v -= share * crowd.hub_persons[y] * x[layout.transport + crowd.hub[y] * T + t]
                if v > top and scheduling.fits(crowd, i, a, t, room, seats):
                    top, to, when, weight = v, a, t, w
        if to >= 0:
            scheduling.take(crowd, i, 1.0, to, when, room, seats, back)
            area[i] = to
            period[i] = when
            value += weight * works.discounts[when]
    return value


@inner
def _weight(crowd: Crowd, i: int, a: int) -> float:
    for j in range(crowd.wish_ptr[i], crowd.wish_ptr[i + 1]):
        if crowd.wish_area[j] == a:
            return float(crowd.wish_weight[j])
    return 0.0


@compiled
def _trim(works: Works, crowd: Crowd, order: Ints, strict: bool, back: Doubles, area: Ints, period: Ints) -> bool:
    """Take returns back in `order` until every group reaches its floor (fewer returns break no other rule); did they? `strict`: only
    from groups that stay at their floor without it."""
    groups = len(back)
    willing = 0.0
    for g in range(groups):
        willing += works.willing[g]
    if willing <= 0:
        return True
    for at in range(len(order) + 1):
        total = 0.0
        for g in range(groups):
            total += back[g]
        short = False
        for g in range(groups):
            if back[g] < works.floor[0] * works.willing[g] / willing * total - _SLACK - 1e-9:
                short = True
        if not short:
            return True
        if at == len(order):
            break
        i = order[at]
        if area[i] < 0:
            continue
        if strict:
            keep = False
            less = 0.0
            for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
                less += crowd.group_persons[y]
            for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
                g = crowd.group[y]
                if back[g] - crowd.group_persons[y] < works.floor[0] * works.willing[g] / willing * (total - less) - _SLACK:
                    keep = True
            if keep:
                continue
        for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
            back[crowd.group[y]] -= crowd.group_persons[y]
        area[i] = -1
        period[i] = -1
    return False


@compiled
def _values(works: Works, crowd: Crowd, area: Ints, period: Ints, out: Doubles) -> float:
    total = 0.0
    for i in range(len(crowd.number)):
        out[i] = 0.0
        if area[i] >= 0:
            out[i] = _weight(crowd, i, area[i]) * works.discounts[period[i]]
            total += out[i]
    return total


def trimmed(works: Works, crowd: Crowd, area: Ints, period: Ints, locked: Flags | None = None) -> Filling | None:
    """The returns with the least valuable taken back until all groups reach their floors. None where that cannot be (only with
    `locked` returns, which stay)."""
    area, period = area.copy(), period.copy()
    value = np.zeros(crowd.rows)
    _values(works, crowd, area, period, value)
    persons = crowd.use[:, 1]
    for strict in (True, True, True, False):
        back = _back(works, crowd, area)
        if fair(works, back):
            break
        who = np.flatnonzero((area >= 0) & ~locked) if locked is not None else np.flatnonzero(area >= 0)
        order = who[np.argsort(value[who] / persons[who], kind="stable")].astype(np.int64)
        _trim(works, crowd, order, strict, back, area, period)
    if not fair(works, _back(works, crowd, area)):
        return None
    return Filling(area, period, float(_values(works, crowd, area, period, value)))


def _back(works: Works, crowd: Crowd, area: Ints) -> Doubles:
    of = np.repeat(area >= 0, np.diff(crowd.group_ptr))
    return np.asarray(
        np.bincount(crowd.group[of], weights=crowd.group_persons[of], minlength=len(works.willing)), dtype=np.float64
    )


def fill(
    works: Works,
    crowd: Crowd,
    layout: Layout,
    x: Doubles,
    starts: Ints,
    rng: np.random.Generator,
    more: Callable[[int, float], bool],
    kept: tuple[Ints, Ints] | None = None,
) -> Filling:
    """The best of several fillings of the schedule `starts` guided by prices `x`, as long as `more(tries, seconds of one)` says so.
    `kept`: area and period of units that are placed already (-1: not) and stay where they are; `works` has their places and seats
    taken off."""
    T = layout.periods
    opening = np.zeros(layout.areas, dtype=np.int64)
    whole = np.zeros((layout.areas, 4, T))
    scheduling.provide(works, starts, opening, whole)
    homes = np.ascontiguousarray(np.cumsum(x[: layout.money].reshape(layout.areas, 4, T)[..., ::-1], -1)[..., ::-1])
    gain, ratio = np.empty(crowd.rows), np.empty(crowd.rows)
    _worth(layout, works, crowd, x, homes, opening, gain, ratio)
    able = gain > -1e8
    none = np.full(crowd.rows, -1, dtype=np.int64)
    placed = kept if kept is not None else (none, none)
    locked = placed[0] >= 0 if kept is not None else None
    room0 = np.ascontiguousarray(np.minimum.accumulate(whole[..., ::-1], -1)[..., ::-1])
    back0 = _back(works, crowd, placed[0])
    best: Filling | None = None
    best_by, best_share = 0, 0.9
    tries = lifts = 0
    took = 0.0
    x = x.copy()
    short: Flags = np.zeros(layout.groups, dtype=bool)
    while tries == 0 or more(tries, took) or (short.any() and lifts < _LIFTS and lifts * took < _LIFTING):
        began = time.perf_counter()
        if short.any() and lifts < _LIFTS:
            # The prices of the bound hardly tell groups apart: those that were short of their floor go further to the front.
            x[layout.group : layout.once] += np.where(short, _LIFT, 0.0)
            _worth(layout, works, crowd, x, homes, opening, gain, ratio)
            lifts += 1
        if tries < 8:
            by, share, noise = tries % 2, (0.9, 1.0, 0.7, 0.5)[tries // 2], 0.0
        else:
            by, share, noise = best_by, best_share * rng.choice([1.0, 1.0, 0.95, 1.05]), float(rng.choice([0.02, 0.05, 0.1]))
        key = gain if by == 0 else np.log(np.maximum(ratio, 1e-9))
        if noise:
            key = key + rng.normal(0, noise * float(np.std(key[able])) if able.any() else 0.0, len(key))
        order = np.argsort(-key, kind="stable")
        order = order[able[order]].astype(np.int64)
        room, seats, back = room0.copy(), works.transport.copy(), back0.copy()
        area, period = placed[0].copy(), placed[1].copy()
        for part, least in _STAGES:
            _place(layout, works, crowd, x, homes, opening, order, share * part, least, room, seats, back, area, period)
        back = _back(works, crowd, area)
        short = back < groups_due(works, back) - 1e-9
        found = trimmed(works, crowd, area, period, locked)
        if found is not None and (best is None or found.value > best.value):
            best, best_by, best_share = found, by, share
        tries += 1
        took = time.perf_counter() - began
    if best is None and (found := trimmed(works, crowd, placed[0], placed[1])) is not None:
        best = found
    if best is None:
        value = np.zeros(crowd.rows)
        best = Filling(placed[0].copy(), placed[1].copy(), float(_values(works, crowd, placed[0], placed[1], value)))
    return best
