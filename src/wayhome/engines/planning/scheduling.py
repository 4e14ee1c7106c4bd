"""Works in an order become a schedule, a schedule becomes places, places are filled by units in an order: compiled loops.

Each project of an order starts as early as order, money and crews allow (serial schedule generation), pulling what it waits for
before it. A unit takes the earliest period in which its area is open and has room for it from then on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wayhome.engines.planning.compiled import clear, compiled, inner, put
from wayhome.engines.planning.model import Crowd, Works
from wayhome.engines.planning.types import FAIRNESS_SLACK, Doubles, Flags, Ints

_SLACK = FAIRNESS_SLACK


class Queue(NamedTuple):
    """Wishes of units in the order in which places are given (Q rows)."""

    unit: Ints
    area: Ints
    weight: Doubles


class Bench(NamedTuple):
    """Room for one evaluation, made once."""

    starts: Ints
    money: Doubles
    crews: Doubles
    opening: Ints
    room: Doubles
    """(A, 4, T) places free for whoever arrives in t (and stays)."""
    seats: Doubles
    """(H, T) transport left."""
    left: Doubles
    """(C,) units of each row not yet returned."""
    back: Doubles
    """(G,) persons returned."""


def bench_of(works: Works, crowd: Crowd) -> Bench:
    A, P, T = len(works.places), len(works.area), len(works.money)
    return Bench(
        np.full(P, -1, dtype=np.int64),
        np.zeros(T),
        np.zeros((len(works.capacity), T)),
        np.zeros(A, dtype=np.int64),
        np.zeros((A, 4, T)),
        np.zeros(works.transport.shape),
        np.zeros(crowd.rows),
        np.zeros(len(works.willing)),
    )


@inner
def _start(works: Works, bench: Bench, p: int, t: int) -> None:
    """Project p starts in t: money and crews are taken."""
    T = len(bench.money)
    bench.starts[p] = t
    cost = works.cost[p]
    for s in range(t, T):
        bench.money[s] -= cost
    for s in range(t - 1, -1, -1):
        if bench.money[s] > bench.money[s + 1]:
            bench.money[s] = bench.money[s + 1]
        else:
            break
    k = works.crew[p]
    if k >= 0:
        for s in range(t, min(T, t + works.duration[p])):
            bench.crews[k, s] -= works.units[p]


@compiled
def schedule(works: Works, order: Ints, dropped: Flags, least: Ints, bench: Bench) -> None:
    """`bench.starts` for works in `order`; dropped ones start only where another waits for them. None starts before `least` (P,)."""
    P, T = len(works.area), len(bench.money)
    for p in range(P):
        bench.starts[p] = -1
    put(bench.money, works.money)
    # Money for a start in t is what stays unspent in every later period.
    for t in range(T - 2, -1, -1):
        bench.money[t] = min(bench.money[t], bench.money[t + 1])
    for k in range(len(works.capacity)):
        for t in range(T):
            bench.crews[k, t] = works.capacity[k]
    chain = np.empty(P, np.int64)
    tried = np.zeros(P, np.bool_)
    for p in range(P):
        if works.fixed[p] >= 0:
            tried[p] = True
            _start(works, bench, p, works.fixed[p])
    early = len(works.urgent)
    for at in range(early + P):
        q = works.urgent[at] if at < early else order[at - early]
        if tried[q] or (at >= early and dropped[q]):
            continue
        depth = 0
        while q >= 0 and bench.starts[q] < 0:
            chain[depth] = q
            depth += 1
            q = works.after[q]
        for i in range(depth - 1, -1, -1):
            p = chain[i]
            if tried[p]:
                break
            tried[p] = True
            d = works.duration[p]
            q = works.after[p]
            t = max(least[p], works.least[p])
            if q >= 0:
                t = max(t, bench.starts[q] + works.duration[q])
            k = works.crew[p]
            found = False
            while t + d < T:
                if bench.money[t] + 1e-9 < works.cost[p]:
                    t += 1
                    continue
                clash = -1
                if k >= 0:
                    for s in range(t + d - 1, t - 1, -1):
                        if bench.crews[k, s] + 1e-9 < works.units[p]:
                            clash = s
                            break
                if clash >= 0:
                    t = clash + 1
                    continue
                found = True
                break
            if not found:
                break
            _start(works, bench, p, t)


@compiled
def provide(works: Works, starts: Ints, opening: Ints, room: Doubles) -> None:
    """When each area opens (T: never) and the places it has in each period under `starts`."""
    P, T = len(works.area), len(works.money)
    clear(opening)
    for p in range(P):
        if works.gate[p] == 1:
            f = T if starts[p] < 0 else min(T, starts[p] + works.duration[p])
            opening[works.area[p]] = max(opening[works.area[p]], f)
    for a in range(len(works.places)):
        for r in range(4):
            for t in range(T):
                room[a, r, t] = (works.places[a, r] if t >= opening[a] else 0.0) - works.used[a, r, t]
    for p in range(P):
        r = works.resource[p]
        if r >= 0 and starts[p] >= 0:
            a = works.area[p]
            for t in range(max(starts[p] + works.duration[p], opening[a]), T):
                room[a, r, t] += works.adds[p]


@compiled
def take(crowd: Crowd, i: int, n: float, a: int, t: int, room: Doubles, seats: Doubles, back: Doubles) -> None:
    """n units of row i arrive in area a in period t."""
    T = room.shape[2]
    for r in range(4):
        u = n * crowd.use[i, r]
        if u > 0:
            for s in range(t, T):
                room[a, r, s] -= u
            for s in range(t - 1, -1, -1):
                if room[a, r, s] > room[a, r, s + 1]:
                    room[a, r, s] = room[a, r, s + 1]
                else:
                    break
    for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):
        seats[crowd.hub[y], t] -= n * crowd.hub_persons[y]
    for y in range(crowd.group_ptr[i], crowd.group_ptr[i + 1]):
        back[crowd.group[y]] += n * crowd.group_persons[y]


@compiled
def fits(crowd: Crowd, i: int, a: int, t: int, room: Doubles, seats: Doubles) -> bool:
    """May one unit of row i arrive in area a in t?"""
    if (
        room[a, 0, t] < crowd.use[i, 0]
        or room[a, 1, t] < crowd.use[i, 1]
        or room[a, 2, t] < crowd.use[i, 2]
        or room[a, 3, t] < crowd.use[i, 3]
    ):
        return False
    for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):  # noqa: SIM110 - numba knows no generators
        if seats[crowd.hub[y], t] < crowd.hub_persons[y]:
            return False
    return True


@inner
def serve(works: Works, crowd: Crowd, queue: Queue, bench: Bench) -> float:
    """Fill `bench.room` by the queue, each as early as possible, rows of several units as far as they fit; the value reached."""
    T = len(works.money)
    room, seats, left, back = bench.room, bench.seats, bench.left, bench.back
    for h in range(len(seats)):
        put(seats[h], works.transport[h])
    put(left, crowd.number)
    clear(back)
    # Room for an arrival in t is the least from t on.
    for a in range(len(works.places)):
        for r in range(4):
            for t in range(T - 2, -1, -1):
                room[a, r, t] = min(room[a, r, t], room[a, r, t + 1])
    value = 0.0
    last = T - 1
    for at in range(len(queue.unit)):
        i = queue.unit[at]
        if left[i] < 0.5:
            continue
        a = queue.area[at]
        u0, u1, u2, u3 = crowd.use[i, 0], crowd.use[i, 1], crowd.use[i, 2], crowd.use[i, 3]
        if room[a, 0, last] < u0 or room[a, 1, last] < u1 or room[a, 2, last] < u2 or room[a, 3, last] < u3:
            continue
        for t in range(max(crowd.earliest[i], bench.opening[a]), T):
            if not fits(crowd, i, a, t, room, seats):
                continue
            n = left[i]
            if n > 1.5:
                for r in range(4):
                    if crowd.use[i, r] > 0:
                        n = min(n, np.floor(room[a, r, t] / crowd.use[i, r]))
                for y in range(crowd.hub_ptr[i], crowd.hub_ptr[i + 1]):
                    n = min(n, np.floor(seats[crowd.hub[y], t] / crowd.hub_persons[y]))
            take(crowd, i, n, a, t, room, seats, back)
            left[i] -= n
            value += n * queue.weight[at] * works.discounts[t]
            if left[i] < 0.5:
                break
    return value


@inner
def surplus(works: Works, back: Doubles) -> float:
    """Persons that would have to be taken back, from other groups, until the group furthest below its floor reaches it: a floor falls
    with all who return, slowly for a small group, so that one person short of it costs many."""
    total = 0.0
    willing = 0.0
    for g in range(len(back)):
        total += back[g]
        willing += works.willing[g]
    most = total
    for g in range(len(back)):
        share = works.floor[0] * works.willing[g]
        if share > 0.0:
            most = min(most, (back[g] + _SLACK) * willing / share)
    return total - most


@compiled
def judge(works: Works, crowd: Crowd, queue: Queue, bench: Bench, penalty: float) -> float:
    """The value of `bench.starts`, less `penalty` for each person who would have to be taken back for the sake of fairness."""
    provide(works, bench.starts, bench.opening, bench.room)
    value = serve(works, crowd, queue, bench)
    return value - penalty * surplus(works, bench.back)


@inner
def _random(state: Ints) -> float:
    """Next of a stream in [0, 1): xorshift on `state` (1,), the same on every machine."""
    s = state[0]
    s ^= (s << 13) & 0x7FFFFFFFFFFFFFFF
    s ^= s >> 7
    s ^= (s << 17) & 0x7FFFFFFFFFFFFFFF
    state[0] = s
    return float(s >> 10) / 9007199254740992.0


@inner
def _below(state: Ints, n: int) -> int:
    return min(n - 1, int(_random(state) * n))


@inner
def _place_block(order: Ints, block: Ints, size: int, rest: Ints, count: int, at: int) -> None:
    """`rest` with `block` put in before its place `at`, into `order`."""
    for x in range(at):
        order[x] = rest[x]
    for x in range(size):
        order[at + x] = block[x]
    for x in range(at, count):
        order[size + x] = rest[x]


@inner
def _neighbour(
    works: Works, state: Ints, order: Ints, dropped: Flags, new: Ints, new_dropped: Flags, block: Ints, rest: Ints
) -> None:
    """A random change of an order: a project, an area's projects, two areas moved; projects dropped and taken up again."""
    P = len(order)
    put(new, order)
    put(new_dropped, dropped)
    kind = _random(state)
    if kind < 0.22:
        i = _below(state, P)
        j = _below(state, P) if kind < 0.12 else max(0, min(P - 1, i + _below(state, 25) - 12))
        p = new[i]
        step = 1 if j > i else -1
        for x in range(i, j, step):
            new[x] = new[x + step]
        new[j] = p
        new_dropped[p] = False
    elif kind < 0.52:
        a = works.area[_below(state, P)]
        share = 1.0 if _random(state) < 0.5 else _random(state)
        size, count = 0, 0
        for x in range(P):
            p = order[x]
            if works.area[p] == a and _random(state) <= share:
                block[size] = p
                size += 1
                new_dropped[p] = False
            else:
                rest[count] = p
                count += 1
        _place_block(new, block, size, rest, count, min(_below(state, P), count))
    elif kind < 0.64:
        i, j = _below(state, P), _below(state, P)
        new[i], new[j] = order[j], order[i]
    elif kind < 0.78:
        p = _below(state, P)
        new_dropped[p] = not new_dropped[p]
    elif kind < 0.88:
        a, b = works.area[_below(state, P)], works.area[_below(state, P)]
        for p in range(P):
            if works.area[p] == a:
                new_dropped[p] = True
            if works.area[p] == b and a != b:
                new_dropped[p] = False
    else:
        a, b = works.area[_below(state, P)], works.area[_below(state, P)]
        if a != b:
            size = 0
            for x in range(P):
                if works.area[order[x]] == b:
                    block[size] = order[x]
                    size += 1
            for x in range(P):
                if works.area[order[x]] == a:
                    block[size] = order[x]
                    size += 1
            y = 0
            for x in range(P):
                if works.area[order[x]] == a or works.area[order[x]] == b:
                    new[x] = block[y]
                    if _random(state) < 0.5:
                        new_dropped[block[y]] = False
                    y += 1


@compiled
def anneal(
    works: Works,
    crowd: Crowd,
    queue: Queue,
    least: Ints,
    penalty: float,
    state: Ints,
    rounds: int,
    heat: float,
    order: Ints,
    dropped: Flags,
    score: Doubles,
    best_order: Ints,
    best_dropped: Flags,
    bench: Bench,
) -> int:
    """`rounds` changes of the order at temperature `heat`. `score` is (now, best), kept up to date as are the orders; gives how many
    schedules were judged (a change that leaves all starts as they are costs nothing)."""
    P = len(order)
    new = np.empty(P, np.int64)
    new_dropped = np.empty(P, np.bool_)
    block = np.empty(P, np.int64)
    rest = np.empty(P, np.int64)
    schedule(works, order, dropped, least, bench)
    starts = bench.starts.copy()
    judged = 0
    for _ in range(rounds):
        _neighbour(works, state, order, dropped, new, new_dropped, block, rest)
        schedule(works, new, new_dropped, least, bench)
        same = True
        for p in range(P):
            if bench.starts[p] != starts[p]:
                same = False
                break
        if same:
            put(order, new)
            put(dropped, new_dropped)
            continue
        judged += 1
        value = judge(works, crowd, queue, bench, penalty)
        if value >= score[0] or _random(state) < np.exp((value - score[0]) / heat):
            score[0] = value
            put(order, new)
            put(dropped, new_dropped)
            put(starts, bench.starts)
            if value > score[1]:
                score[1] = value
                put(best_order, new)
                put(best_dropped, new_dropped)
    return judged
