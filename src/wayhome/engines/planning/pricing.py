"""The Lagrangian bound and its slope, in compiled loops.

Prices, all >= 0, stand for the rules that couple areas and units: places[a, r, t], money[t], crews[k, t], transport[h, t], groups[g]
(fairness), once[c] (that a unit returns only once). With suffix sums L of `places` and Pi of `money`, and
    fair[g] = groups[g] - phi * sum_j groups[j] * willing[j] / sum(willing),
a return of unit i to area a in t is worth
    v = weight * discount^t + persons * (fair[g] - transport[h, t]) - sum_r use[r] * L[a, r, t] - once[i].
What remains falls into trees of areas: for every period an area may open, its works are a dynamic programme over `link`, its units
take their best v from then on. Bound = sum of the trees' optima + transport, money, crews at their prices + sum once + 14 sum groups. It holds
for any prices, so nothing needs to converge. One vector x holds all prices in the order of `Layout`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wayhome.engines.planning.compiled import clear, compiled, inner, put
from wayhome.engines.planning.model import Crowd, Works
from wayhome.engines.planning.types import FAIRNESS_SLACK, Doubles, Ints, Prices

_LOW = -1e18
_SLACK = FAIRNESS_SLACK


class Layout(NamedTuple):
    """Where each kind of price stands in the vector: from `places` 0, then money, crews, transport, groups, once."""

    areas: int
    periods: int
    crews: int
    hubs: int
    groups: int
    rows: int
    money: int
    crew: int
    transport: int
    group: int
    once: int
    size: int


def layout_of(works: Works, crowd: Crowd) -> Layout:
    areas, periods = len(works.places), len(works.money)
    crews, hubs, groups = len(works.capacity), len(works.transport), len(works.willing)
    money = areas * 4 * periods
    crew = money + periods
    transport = crew + crews * periods
    group = transport + hubs * periods
    once = group + groups
    return Layout(areas, periods, crews, hubs, groups, crowd.rows, money, crew, transport, group, once, once + crowd.rows)


def prices_of(layout: Layout, x: Doubles, once: Doubles) -> Prices:
    """The vector as prices by kind; `once` (N,) is given by household."""
    T = layout.periods
    return Prices(
        places=x[: layout.money].reshape(layout.areas, 4, T).copy(),
        money=x[layout.money : layout.crew].copy(),
        crews=x[layout.crew : layout.transport].reshape(layout.crews, T).copy(),
        transport=x[layout.transport : layout.group].reshape(layout.hubs, T).copy(),
        groups=x[layout.group : layout.once].copy(),
        once=once,
    )


class Space(NamedTuple):
    """Room the loops work in, made once."""

    homes: Doubles
    """(A, 4, T) suffix sums of the prices of places."""
    gain: Doubles
    """(A, T + 1) profit of an area's units where it opens in t."""
    price: Doubles
    """(P, T) money and crews of a start in t."""
    value: Doubles
    best: Doubles
    none: Doubles
    whole: Doubles
    """(P, T + 2) best of an area that hangs on another, its root starting in t or later."""
    at: Doubles
    """(A, T + 1, T + 1) an area by opening and by start of its root."""
    line: Doubles
    """(T,) one unit's profits by period."""
    load: Doubles
    """(A, 4, T) arrivals in the chosen solution."""
    top: Doubles
    """(X,) best profit of each wish, zero where it never pays."""


def space_of(works: Works, crowd: Crowd) -> Space:
    A, P, T = len(works.places), len(works.area), len(works.money)
    return Space(
        np.zeros((A, 4, T)),
        np.zeros((A, T + 1)),
        np.zeros((P, T)),
        np.zeros((P, T + 1)),
        np.zeros((P, T + 1)),
        np.zeros(P),
        np.zeros((P, T + 2)),
        np.zeros((A, T + 1, T + 1)),
        np.zeros(T),
        np.zeros((A, 4, T)),
        np.zeros(len(crowd.wish_area)),
    )


@inner
def _fill_homes(layout: Layout, x: Doubles, homes: Doubles) -> None:
    T = layout.periods
    for a in range(layout.areas):
        for r in range(4):
            base = (a * 4 + r) * T
            total = 0.0
            for t in range(T - 1, -1, -1):
                total += x[base + t]
                homes[a, r, t] = total


@compiled
def _standing(layout: Layout, works: Works, x: Doubles) -> Doubles:
    """(G,) what one person of each group adds to the floors."""
    out = np.empty(layout.groups)
    total = 0.0
    weighted = 0.0
    for g in range(layout.groups):
        total += works.willing[g]
        weighted += x[layout.group + g] * works.willing[g]
    less = works.floor[0] * weighted / total if total > 0 else 0.0
    for g in range(layout.groups):
        out[g] = x[layout.group + g] - less
    return out


@inner
def _line(
    layout: Layout, works: Works, crowd: Crowd, x: Doubles, homes: Doubles, fair: float, i: int, j: int, line: Doubles, start: int
) -> float:
    """Profits of unit row i with wish row j from `start` on into `line`; the best of them."""
    T = layout.periods
    a = crowd.wish_area[j]
    u0, u1, u2, u3 = crowd.use[i, 0], crowd.use[i, 1], crowd.use[i, 2], crowd.use[i, 3]
    flat = fair - x[layout.once + i]
    w = crowd.wish_weight[j]
    h0, h1, h2, h3 = homes[a, 0], homes[a, 1], homes[a, 2], homes[a, 3]
    for t in range(start, T):
        line[t] = w * works.discounts[t] + flat - u0 * h0[t] - u1 * h1[t] - u2 * h2[t] - u3 * h3[t]
    for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):
        base = layout.transport + crowd.hub[y] * T
        n = crowd.hub_persons[y]
        for t in range(start, T):
            line[t] -= n * x[base + t]
    top = 0.0
    for t in range(start, T):
        top = max(top, line[t])
    return top


@inner
def _fair_of(crowd: Crowd, standing: Doubles, i: int) -> float:
    out = 0.0
    for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
        out += crowd.group_persons[y] * standing[crowd.group[y]]
    return out


@inner
def profits(layout: Layout, works: Works, crowd: Crowd, x: Doubles, space: Space) -> None:
    """`space.gain[a, t]`: what the units of area a are worth at these prices where it opens in t (T: never)."""
    T = layout.periods
    gain, line = space.gain, space.line
    clear(gain)
    standing = _standing(layout, works, x)
    for i in range(layout.rows):
        fair = _fair_of(crowd, standing, i)
        n = crowd.number[i]
        e = crowd.earliest[i]
        for j in range(crowd.wish_ptr[i], crowd.wish_ptr[i + 1]):
            space.top[j] = _line(layout, works, crowd, x, space.homes, fair, i, j, line, e)
            if space.top[j] <= 0.0:
                continue
            a = crowd.wish_area[j]
            best = 0.0
            for t in range(T - 1, e - 1, -1):
                best = max(best, line[t])
                gain[a, t] += n * best
            # Opening before the first period it can come changes nothing: told once, at e - 1, and summed below.
            for t in range(e):
                gain[a, t] += n * best


@inner
def _tree(layout: Layout, works: Works, space: Space, a: int, tau: int) -> float:
    """Best works of area a where it opens in tau (T: never), its root (if any) free; fills value, best and none of its projects."""
    T = layout.periods
    value, best, none, homes = space.value, space.best, space.none, space.homes
    total = 0.0
    if tau < T:
        total = space.gain[a, tau]
        for r in range(4):
            total += works.places[a, r] * homes[a, r, tau]
    for i in range(works.of_ptr[a + 1] - 1, works.of_ptr[a] - 1, -1):
        p = works.of[i]
        d = works.duration[p]
        must = works.gate[p] == 1 and tau < T
        if works.fixed[p] >= 0:
            low = works.fixed[p]
            high = low + 1
        else:
            low, high = works.least[p], T
        if must:
            high = min(high, tau - d + 1)
        for t in range(T):
            value[p, t] = _LOW
        r = works.resource[p]
        for t in range(low, high):
            v = -space.price[p, t]
            f = max(t + d, tau)
            if r >= 0 and f < T:
                v += works.adds[p] * homes[a, r, f]
            value[p, t] = v
        idle = _LOW if (must or works.fixed[p] >= 0) else 0.0
        for i2 in range(i + 1, works.of_ptr[a + 1]):
            c = works.of[i2]
            if works.link[c] == p:
                idle += none[c]
                for t in range(low, high):
                    value[p, t] += best[c, min(T, t + d)]
        c = works.first[p]
        while c >= 0:
            idle += space.whole[c, T]
            for t in range(low, high):
                value[p, t] += space.whole[c, min(T, t + d)]
            c = works.next[c]
        none[p] = idle
        top = idle
        best[p, T] = idle
        for t in range(T - 1, -1, -1):
            top = max(top, value[p, t])
            best[p, t] = top
        if works.link[p] < 0:
            total += best[p, 0]
    return total


@inner
def trees(layout: Layout, works: Works, space: Space, opening: Ints, starts: Ints) -> float:
    """The trees' optimum; the opening period of each area (T: never) and the start of each project (-1: none) that reach it."""
    T = layout.periods
    total = 0.0
    at, whole, none, value, best = space.at, space.whole, space.none, space.value, space.best
    for ai in range(layout.areas - 1, -1, -1):
        a = works.area_order[ai]
        gated = False
        for i in range(works.of_ptr[a], works.of_ptr[a + 1]):
            if works.gate[works.of[i]] == 1:
                gated = True
        root = works.root[a]
        for tau in range(T + 1):
            if (gated and tau < works.opens[a]) or (not gated and tau > 0):
                for t in range(T + 1):
                    at[a, tau, t] = _LOW
                continue
            o = _tree(layout, works, space, a, tau)
            if root < 0:
                at[a, tau, 0] = o
            else:
                for t in range(T):
                    at[a, tau, t] = o + value[root, t]
                at[a, tau, T] = o + none[root]
        if root < 0:
            top = _LOW
            for tau in range(T + 1):
                top = max(top, at[a, tau, 0])
            total += top
        else:
            top = _LOW
            for t in range(T, -1, -1):
                for tau in range(T + 1):
                    top = max(top, at[a, tau, t])
                whole[root, t] = top
    for ai in range(layout.areas):
        a = works.area_order[ai]
        root = works.root[a]
        tau_best, root_best, top = T, T, _LOW * 2
        if root < 0:
            for tau in range(T + 1):
                if at[a, tau, 0] > top:
                    top, tau_best = at[a, tau, 0], tau
        else:
            q = works.link[root]
            free = T if starts[q] < 0 else min(T, starts[q] + works.duration[q])
            for t in range(free, T + 1):
                for tau in range(T + 1):
                    if at[a, tau, t] > top:
                        top, tau_best, root_best = at[a, tau, t], tau, t
        opening[a] = tau_best
        _tree(layout, works, space, a, tau_best)
        for i in range(works.of_ptr[a], works.of_ptr[a + 1]):
            p = works.of[i]
            starts[p] = -1
            if p == root:
                starts[p] = root_best if root_best < T else -1
                continue
            q = works.link[p]
            if q >= 0 and starts[q] < 0:
                continue
            s = 0 if q < 0 else min(T, starts[q] + works.duration[q])
            if s >= T or best[p, s] <= none[p]:
                continue
            for t in range(s, T):
                if value[p, t] == best[p, s]:
                    starts[p] = t
                    break
    return total


@inner
def flows(layout: Layout, works: Works, crowd: Crowd, x: Doubles, space: Space, opening: Ints, slope: Doubles) -> float:
    """Every unit takes its best return in every wished area that opens: adds what that uses to `slope` (transport, groups, once) and
    to `space.load`; gives the profit. `space.top` tells which wishes can pay at all."""
    T = layout.periods
    line, load = space.line, space.load
    clear(load)
    standing = _standing(layout, works, x)
    back = np.zeros(layout.groups)
    profit = 0.0
    for i in range(layout.rows):
        n = crowd.number[i]
        e = crowd.earliest[i]
        first, last = crowd.wish_ptr[i], crowd.wish_ptr[i + 1]
        chosen = 0.0
        fair = 0.0
        known = False
        for j in range(first, last):
            a = crowd.wish_area[j]
            start = max(e, opening[a])
            if start >= T or space.top[j] <= 0.0:
                continue
            if not known:
                fair = _fair_of(crowd, standing, i)
                known = True
            top = _line(layout, works, crowd, x, space.homes, fair, i, j, line, start)
            if top <= 0.0:
                continue
            when = start
            while line[when] < top:
                when += 1
            profit += n * top
            chosen += 1.0
            for r in range(4):
                load[a, r, when] += n * crowd.use[i, r]
            for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):
                slope[layout.transport + crowd.hub[y] * T + when] -= n * crowd.hub_persons[y]
            for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
                back[crowd.group[y]] += n * crowd.group_persons[y]
        slope[layout.once + i] = n * (1.0 - chosen) if last - first > 1 else 0.0
    total = 0.0
    willing = 0.0
    for g in range(layout.groups):
        total += back[g]
        willing += works.willing[g]
    for g in range(layout.groups):
        due = works.floor[0] * works.willing[g] / willing * total if willing > 0 else 0.0
        slope[layout.group + g] = _SLACK + back[g] - due
    return profit


@inner
def constant(layout: Layout, works: Works, crowd: Crowd, x: Doubles) -> float:
    """What the slack resources are worth: the part of the bound outside the trees."""
    T = layout.periods
    out = 0.0
    for h in range(layout.hubs):
        for t in range(T):
            out += works.transport[h, t] * x[layout.transport + h * T + t]
    for g in range(layout.groups):
        out += _SLACK * x[layout.group + g]
    for i in range(layout.rows):
        out += crowd.number[i] * x[layout.once + i]
    return out


@compiled
def evaluate(
    layout: Layout, works: Works, crowd: Crowd, x: Doubles, space: Space, opening: Ints, starts: Ints, slope: Doubles
) -> float:
    """The bound at prices x; `slope` becomes its derivative by each price, `opening` and `starts` the trees' solution."""
    T = layout.periods
    _fill_homes(layout, x, space.homes)
    profits(layout, works, crowd, x, space)
    # What a start costs: money from then on, crews while it lasts.
    paid = np.zeros(T + 1)
    for t in range(T - 1, -1, -1):
        paid[t] = paid[t + 1] + x[layout.money + t]
    busy = np.zeros((layout.crews, T + 1))
    for k in range(layout.crews):
        for t in range(T):
            busy[k, t + 1] = busy[k, t] + x[layout.crew + k * T + t]
    for p in range(len(works.area)):
        k = works.crew[p]
        for t in range(T):
            c = paid[t] * works.cost[p]
            if k >= 0:
                c += works.units[p] * (busy[k, min(T, t + works.duration[p])] - busy[k, t])
            space.price[p, t] = c
    bound = trees(layout, works, space, opening, starts) + constant(layout, works, crowd, x)
    clear(slope)
    for h in range(layout.hubs):
        for t in range(T):
            slope[layout.transport + h * T + t] = works.transport[h, t]
    flows(layout, works, crowd, x, space, opening, slope)
    # Places: what stands and is built less who has arrived, both from then on.
    for a in range(layout.areas):
        base = a * 4 * T
        if opening[a] < T:
            for r in range(4):
                slope[base + r * T + opening[a]] += works.places[a, r]
        for r in range(4):
            for t in range(T):
                slope[base + r * T + t] -= space.load[a, r, t]
    spent = np.zeros(T)
    used = np.zeros((layout.crews, T + 1))
    for p in range(len(works.area)):
        s = starts[p]
        if s < 0:
            continue
        f = s + works.duration[p]
        spent[s] += works.cost[p]
        k = works.crew[p]
        if k >= 0:
            used[k, s] += works.units[p]
            used[k, min(T, f)] -= works.units[p]
        g = max(f, opening[works.area[p]])
        if works.resource[p] >= 0 and g < T:
            slope[(works.area[p] * 4 + works.resource[p]) * T + g] += works.adds[p]
    for row in range(layout.areas * 4):
        total = 0.0
        for t in range(T):
            total += slope[row * T + t]
            slope[row * T + t] = total
    total = 0.0
    for t in range(T):
        total += spent[t]
        slope[layout.money + t] = works.money[t] - total
        bound += works.money[t] * x[layout.money + t]
    for k in range(layout.crews):
        total = 0.0
        for t in range(T):
            total += used[k, t]
            slope[layout.crew + k * T + t] = works.capacity[k] - total
            bound += works.capacity[k] * x[layout.crew + k * T + t]
    return bound


@inner
def evaluate_fixed(
    layout: Layout, works: Works, crowd: Crowd, x: Doubles, space: Space, room: Doubles, opening: Ints, slope: Doubles
) -> float:
    """The same for a schedule that is given: `room` (A, 4, T) places open in each period, `opening` by area. Money and crews play no
    part."""
    T = layout.periods
    _fill_homes(layout, x, space.homes)
    clear(slope)
    for h in range(layout.hubs):
        for t in range(T):
            slope[layout.transport + h * T + t] = works.transport[h, t]
    for j in range(len(space.top)):
        space.top[j] = 1.0
    bound = flows(layout, works, crowd, x, space, opening, slope) + constant(layout, works, crowd, x)
    for a in range(layout.areas):
        for r in range(4):
            base = (a * 4 + r) * T
            total = 0.0
            for t in range(T):
                total += space.load[a, r, t]
                slope[base + t] = room[a, r, t] - total
                bound += room[a, r, t] * x[base + t]
    return bound


@compiled
def ascend(
    layout: Layout,
    works: Works,
    crowd: Crowd,
    x: Doubles,
    scale: Doubles,
    mean: Doubles,
    square: Doubles,
    best_x: Doubles,
    best: float,
    done: int,
    steps: int,
    rate: float,
    space: Space,
    room: Doubles,
    opening: Ints,
    starts: Ints,
    often: Doubles,
    fixed: bool,
) -> float:
    """`steps` projected Adam steps on the bound (on the fixed-schedule bound where `fixed`), after `done` steps before; keeps the best
    prices and returns the best bound. `often` (P, T) counts starts in the trees' solutions, older ones fading."""
    slope = np.empty(layout.size)
    T = layout.periods
    for step in range(done + 1, done + steps + 1):
        if fixed:
            b = evaluate_fixed(layout, works, crowd, x, space, room, opening, slope)
        else:
            b = evaluate(layout, works, crowd, x, space, opening, starts, slope)
            for p in range(len(works.area)):
                for t in range(T):
                    often[p, t] *= 0.998
                if starts[p] >= 0:
                    often[p, starts[p]] += 0.002
        if b < best:
            best = b
            put(best_x, x)
        one = 1.0 / (1.0 - 0.9**step)
        two = 1.0 / (1.0 - 0.99**step)
        for n in range(layout.size):
            g = slope[n] * scale[n]
            if g == 0.0 and mean[n] == 0.0:
                continue
            m = 0.9 * mean[n] + 0.1 * g
            v = 0.99 * square[n] + 0.01 * g * g
            mean[n] = m
            square[n] = v
            x[n] = max(0.0, x[n] - rate * scale[n] * m * one / (np.sqrt(v * two) + 1e-12))
    return best
