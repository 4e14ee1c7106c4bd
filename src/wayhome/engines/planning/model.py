"""An instance as the solver sees it: returning units, and works as trees within and across areas.

A unit is a household, or under `families = together` the willing households of a family that share an area they all accept. Units that
cannot return at all (not now, no wish, earliest after the end) are left out. A class is a number of units with equal needs, wishes,
hub, group and earliest period: the bound counts them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wayhome.engines.planning.types import FAIRNESS_SLACK, Doubles, Families, Flags, Instance, Ints, summed


class Crowd(NamedTuple):
    """Units, or classes of them, in arrays for compiled loops (C rows, X wishes, Y parts)."""

    number: Doubles
    """(C,) units in each row."""
    use: Doubles
    """(C, 4) places one unit uses; the second is its persons."""
    earliest: Ints
    hub_ptr: Ints
    """(C + 1,) rows of `hub` and `hub_persons` by unit; one each where families are free."""
    hub: Ints
    hub_persons: Doubles
    group_ptr: Ints
    group: Ints
    group_persons: Doubles
    wish_ptr: Ints
    wish_area: Ints
    wish_weight: Doubles

    @property
    def rows(self) -> int:
        return len(self.number)


class Works(NamedTuple):
    """Everything but the units, in arrays for compiled loops."""

    area: Ints
    duration: Ints
    cost: Doubles
    units: Doubles
    crew: Ints
    resource: Ints
    adds: Doubles
    gate: Ints
    after: Ints
    urgent: Ints
    """Projects that are put before all others, in order."""
    fixed: Ints
    """(P,) start that is a fact, or -1."""
    least: Ints
    """(P,) earliest start by what is known: order, money of everything before it, the frozen past."""
    opens: Ints
    """(A,) no area opens earlier than this."""
    places: Doubles
    money: Doubles
    """(T,) money up to each period."""
    capacity: Doubles
    transport: Doubles
    used: Doubles
    """(A, 4, T) places already given to others in each period."""
    discounts: Doubles
    willing: Doubles
    floor: Doubles
    """(1,) fairness floor phi."""
    # Trees for the bound: an area's projects, parents first; at most one of them hangs on another area.
    link: Ints
    """(P,) `after` as far as the trees follow it; what they cannot follow is left out of the bound, which stays valid."""
    of_ptr: Ints
    of: Ints
    area_order: Ints
    """Areas, those that others hang on first."""
    root: Ints
    """(A,) the project of the area that hangs on another area, or -1."""
    first: Ints
    """(P,) first root of another area that hangs on this project, or -1."""
    next: Ints
    """(P,) next root on the same project, or -1."""


@dataclass(frozen=True)
class Units:
    """Units of the instance and which households they are."""

    crowd: Crowd
    member_ptr: Ints
    member: Ints
    """Households of unit u: `member[member_ptr[u]:member_ptr[u + 1]]`."""

    @property
    def count(self) -> int:
        return self.crowd.rows

    def households(self, units: Ints, values: Ints, size: int) -> Ints:
        """(size,) `values` of `units` spread to their households, -1 for all others."""
        out = np.full(size, -1, dtype=np.int64)
        length = np.diff(self.member_ptr)[units]
        rows = _ranges(self.member_ptr[units], length)
        out[self.member[rows]] = np.repeat(values, length)
        return out


def units_of(instance: Instance) -> Units:
    """The returning units of `instance`."""
    made = instance
    unit = np.where(made.willing, np.arange(made.households), -1)
    if made.families is Families.TOGETHER and len(made.family_ids):
        unit = _together(made, unit)
    late = np.flatnonzero((unit >= 0) & (made.earliest >= made.periods))
    unit[np.isin(unit, unit[late]) & (unit >= 0)] = -1
    ids, index = np.unique(unit[unit >= 0], return_inverse=True)
    count = len(ids)
    who = np.flatnonzero(unit >= 0)
    of = np.full(made.households, -1, dtype=np.int64)
    of[who] = index
    size = np.bincount(index, minlength=count)
    use = np.stack([summed(index, made.needs[who, r], count) for r in range(4)], 1)
    earliest = np.zeros(count, dtype=np.int64)
    np.maximum.at(earliest, index, made.earliest[who])
    hub = _parts(index, made.hub[who], made.persons[who].astype(np.float64), count, len(made.hub_ids))
    group = _parts(index, made.group[who], made.persons[who].astype(np.float64), count, len(made.group_ids))
    wish_of = of[made.wish_household]
    kept = wish_of >= 0
    wide = np.int64(max(1, made.areas))
    pair, back, times = np.unique(wish_of[kept] * wide + made.wish_area[kept], return_inverse=True, return_counts=True)
    weight = summed(back, made.wish_weight[kept], len(pair))
    shared = times == size[pair // wide]
    pair, weight = pair[shared], weight[shared]
    crowd = Crowd(
        np.ones(count),
        np.ascontiguousarray(use),
        earliest,
        *hub,
        *group,
        _pointers(pair // wide, count),
        np.ascontiguousarray(pair % wide),
        weight,
    )
    order = np.argsort(index, kind="stable")
    return Units(crowd, np.concatenate([[0], np.cumsum(size)]).astype(np.int64), who[order])


def _together(made: Instance, unit: Ints) -> Ints:
    kin = np.where(made.willing, made.family, -1)
    families = len(made.family_ids)
    size = np.bincount(kin[kin >= 0], minlength=families)
    wisher = kin[made.wish_household]
    rows = wisher >= 0
    wide = np.int64(max(1, made.areas))
    pair, times = np.unique(wisher[rows] * wide + made.wish_area[rows], return_counts=True)
    common = np.zeros(families, dtype=np.int64)
    np.maximum.at(common, pair // wide, times)
    bound = (size > 1) & (common == size)
    tied = (kin >= 0) & bound[np.maximum(kin, 0)]
    return np.where(tied, made.households + kin, unit)


def _parts(index: Ints, of: Ints, persons: Doubles, count: int, wide: int) -> tuple[Ints, Ints, Doubles]:
    pair, back = np.unique(index * np.int64(max(1, wide)) + of, return_inverse=True)
    return _pointers(pair // max(1, wide), count), np.ascontiguousarray(pair % max(1, wide)), summed(back, persons, len(pair))


def _pointers(sorted_rows: Ints, count: int) -> Ints:
    return np.searchsorted(sorted_rows, np.arange(count + 1)).astype(np.int64)


def _ranges(start: Ints, length: Ints) -> Ints:
    """start[0] .. start[0] + length[0] - 1, then those of the next."""
    total = int(length.sum())
    offset = (
        np.repeat(start - np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64), length)
        if total
        else np.zeros(0, np.int64)
    )
    return np.asarray(offset + np.arange(total), dtype=np.int64)


def taken(crowd: Crowd, rows: Ints, count: Doubles) -> Crowd:
    """Those rows of `crowd`, each standing for `count` units."""
    hub_ptr, hubs = _cut(crowd.hub_ptr, rows)
    group_ptr, groups = _cut(crowd.group_ptr, rows)
    wish_ptr, wishes = _cut(crowd.wish_ptr, rows)
    return Crowd(
        count.astype(np.float64),
        np.ascontiguousarray(crowd.use[rows]),
        crowd.earliest[rows],
        hub_ptr,
        crowd.hub[hubs],
        crowd.hub_persons[hubs],
        group_ptr,
        crowd.group[groups],
        crowd.group_persons[groups],
        wish_ptr,
        crowd.wish_area[wishes],
        crowd.wish_weight[wishes],
    )


def _cut(ptr: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Pointers of the chosen rows, and where their entries stand in the old columns."""
    length = np.diff(ptr)[rows]
    return np.concatenate([[0], np.cumsum(length)]).astype(np.int64), _ranges(ptr[rows], length)


def classes(crowd: Crowd) -> tuple[Crowd, Ints]:
    """Equal units as one row, and the row of each unit. Units with several hubs or groups stay alone."""
    rows = crowd.rows
    wishes = np.diff(crowd.wish_ptr)
    simple = (np.diff(crowd.hub_ptr) == 1) & (np.diff(crowd.group_ptr) == 1)
    if not simple.all() or rows < 2:
        return crowd, np.arange(rows)
    most = int(wishes.max(initial=0))
    key = np.full((rows, 7 + 2 * most), -1.0)
    key[:, 0:4] = crowd.use
    key[:, 4], key[:, 5], key[:, 6] = crowd.earliest, crowd.hub, crowd.group
    at = np.arange(len(crowd.wish_area)) - np.repeat(crowd.wish_ptr[:-1], wishes)
    of = np.repeat(np.arange(rows), wishes)
    key[of, 7 + at] = crowd.wish_area
    key[of, 7 + most + at] = crowd.wish_weight
    whole = np.ascontiguousarray(key).view(np.dtype((np.void, key.dtype.itemsize * key.shape[1]))).ravel()
    _, first, back = np.unique(whole, return_index=True, return_inverse=True)
    return taken(crowd, first.astype(np.int64), np.bincount(back).astype(np.float64)), back.astype(np.int64)


def sample(crowd: Crowd, size: int, seed: int) -> Crowd:
    """About `size` rows that stand for all: by the first wished area at least a few, drawn in proportion to the units they stand for."""
    if crowd.rows <= size:
        return crowd
    rng = np.random.default_rng(seed)
    area = crowd.wish_area[np.minimum(crowd.wish_ptr[:-1], len(crowd.wish_area) - 1)]
    order = np.lexsort((rng.random(crowd.rows), crowd.earliest, area))
    count = crowd.number[order]
    of = area[order]
    total = summed(of, count, int(of.max()) + 1)
    step = np.maximum(1.0, np.minimum(crowd.number.sum() / size, total / 6.0))
    before = np.cumsum(count) - count
    first = np.full(len(total), np.inf)
    np.minimum.at(first, of, before)
    chunk = np.floor((before - first[of]) / step[of]).astype(np.int64)
    head = np.flatnonzero(np.concatenate([[True], (np.diff(of) != 0) | (np.diff(chunk) != 0)]))
    mass = np.add.reduceat(count, head)
    # One row of each chunk, drawn by weight.
    ends = np.cumsum(mass)
    pick = np.searchsorted(np.cumsum(count), ends - mass + rng.random(len(head)) * mass, side="right")
    pick = np.clip(pick, head, np.concatenate([head[1:], [crowd.rows]]) - 1)
    return taken(crowd, order[pick], mass)


def works_of(instance: Instance, *, frozen: Ints | None = None, frozen_until: int = 0) -> Works:
    """Works, money, crews, places and transport of `instance`. `frozen` (P,): starts that are facts; others start at
    `frozen_until` or later."""
    made = instance
    wide = made.periods
    fixed = np.full(made.projects, -1, dtype=np.int64) if frozen is None else frozen.astype(np.int64)
    topo = _topological(made.after)
    money = np.cumsum(made.budget)
    least = np.full(made.projects, frozen_until, dtype=np.int64)
    for p in topo.tolist():
        before, q = 0.0, p
        while q >= 0:
            before += made.cost[q]
            q = int(made.after[q])
        least[p] = max(least[p], int(np.searchsorted(money, before - 1e-9 * (1 + before))))
        q = int(made.after[p])
        if q >= 0:
            least[p] = max(least[p], least[q] + made.duration[q])
        if fixed[p] >= 0:
            least[p] = fixed[p]
    opens = np.zeros(made.areas, dtype=np.int64)
    for a in range(made.areas):
        gates = np.flatnonzero(made.gate & (made.project_area == a)).tolist()
        needed: set[int] = set()
        for p in gates:
            opens[a] = max(opens[a], least[p] + made.duration[p])
            q = p
            while q >= 0 and q not in needed:
                needed.add(q)
                q = int(made.after[q])
        if needed and frozen is None:
            cost = float(made.cost[list(needed)].sum())
            all_paid = int(np.searchsorted(money, cost - 1e-9 * (1 + cost)))
            opens[a] = max(opens[a], all_paid + min(int(made.duration[p]) for p in gates))
    link, order, root = _trees(made, topo)
    first = np.full(made.projects, -1, dtype=np.int64)
    following = np.full(made.projects, -1, dtype=np.int64)
    for p in root.tolist():
        if p >= 0:
            following[p] = first[link[p]]
            first[link[p]] = p
    rank = np.empty(made.projects, dtype=np.int64)
    rank[topo] = np.arange(made.projects)
    of = np.lexsort((rank, made.project_area)).astype(np.int64)
    willing = made.willing_persons
    return Works(
        made.project_area,
        made.duration,
        made.cost,
        made.crew_units,
        made.crew,
        made.resource,
        made.adds,
        made.gate.astype(np.int64),
        made.after,
        np.zeros(0, dtype=np.int64),
        fixed,
        np.minimum(least, wide).astype(np.int64),
        np.minimum(opens, wide).astype(np.int64),
        np.ascontiguousarray(made.places),
        money,
        made.crew_capacity,
        made.transport,
        np.zeros((made.areas, 4, wide)),
        made.discounts,
        willing,
        np.array([made.fairness_floor]),
        link,
        np.searchsorted(made.project_area[of], np.arange(made.areas + 1)).astype(np.int64),
        of,
        order,
        root,
        first,
        following,
    )


def _topological(after: Ints) -> Ints:
    """Projects, those that others wait for first."""
    depth = np.zeros(len(after), dtype=np.int64)
    for p in range(len(after)):
        q = int(after[p])
        while q >= 0:
            depth[p] += 1
            q = int(after[q])
    return np.argsort(depth, kind="stable").astype(np.int64)


def _trees(made: Instance, topo: Ints) -> tuple[Ints, Ints, Ints]:
    """Links the bound can follow: within areas all, across areas at most one into an area and never in a ring of areas."""
    link = made.after.copy()
    root = np.full(made.areas, -1, dtype=np.int64)
    hangs_on = np.full(made.areas, -1, dtype=np.int64)
    across = [p for p in topo.tolist() if link[p] >= 0 and made.project_area[link[p]] != made.project_area[p]]
    for p in sorted(across, key=lambda p: not made.gate[p]):
        a, b = int(made.project_area[p]), int(made.project_area[link[p]])
        up = b
        while up >= 0 and up != a:
            up = int(hangs_on[up])
        if root[a] >= 0 or up == a:
            link[p] = -1
        else:
            root[a], hangs_on[a] = p, b
    depth = np.zeros(made.areas, dtype=np.int64)
    for a in range(made.areas):
        up = int(hangs_on[a])
        while up >= 0:
            depth[a] += 1
            up = int(hangs_on[up])
    return link, np.argsort(depth, kind="stable").astype(np.int64), root


def groups_due(works: Works, returned: Doubles) -> Doubles:
    """(G,) persons of each group that must be back when `returned` are."""
    total = works.willing.sum()
    share = returned.sum() / total if total else 0.0
    return np.asarray(works.floor[0] * share * works.willing - FAIRNESS_SLACK, dtype=np.float64)


def fair(works: Works, returned: Doubles) -> bool:
    """Do all groups reach their floor?"""
    short: Flags = returned < groups_due(works, returned) - 1e-9
    return not bool(short.any())
