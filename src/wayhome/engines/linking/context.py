"""What the other pairs say of a pair: matches between the two households, rivals of the two records, spellings met elsewhere."""

from __future__ import annotations

import numpy as np

from wayhome.engines.linking import groups
from wayhome.engines.linking.records import Records
from wayhome.engines.linking.types import Codes, Doubles, Flags, Floats

CONTEXT = (
    "first",
    "first_odds",
    "household_others",
    "household_rival_left",
    "household_rival_right",
    "household_members",
    "household_least",
    "rival_high",
    "rival_low",
    "rivals_sum",
    "rank_low",
)
SPELLINGS = (
    "given_met",
    "given_met_number",
    "family_met",
    "family_met_number",
    "given_classes_met",
    "given_classes_met_number",
    "family_classes_met",
    "family_classes_met_number",
)


def context(records: Records, left: Codes, right: Codes, probability: Floats) -> Floats:
    """Columns `CONTEXT`, from the first scoring's probabilities."""
    p = probability.astype(np.float64)
    clipped = np.clip(p, 1e-7, 1 - 1e-7)
    others, rival_l, rival_r, members, least = _households(records, left, right, p)
    high, low, summed, rank = _rivals(records.count, left, right, p)
    columns = [
        p,
        np.log(clipped / (1 - clipped)),
        others,
        rival_l,
        rival_r,
        members,
        least,
        high,
        low,
        summed,
        rank,
    ]
    return np.column_stack(columns).astype(np.float32)


def _households(records: Records, left: Codes, right: Codes, p: Doubles) -> tuple[Doubles, ...]:
    """Sum of the best matches of the *other* members of the two households (-1 where there is no second household); how much better
    another match of either record within them is; members that match at all; size of the smaller household."""
    count = len(p)
    house_l, house_r = records.household[left], records.household[right]
    rows = np.flatnonzero((house_l > 0) & (house_r > 0) & (house_l != house_r))
    others = np.full(count, -1.0)
    rival_l, rival_r, members, least = np.zeros(count), np.zeros(count), np.zeros(count), np.full(count, -1.0)
    if len(rows):
        swap = house_l[rows] > house_r[rows]
        low, high = np.where(swap, house_r[rows], house_l[rows]), np.where(swap, house_l[rows], house_r[rows])
        one, other = np.where(swap, right[rows], left[rows]), np.where(swap, left[rows], right[rows])
        value = p[rows]
        pair, pairs = groups.number(low, high)
        own, owns = groups.number(pair, one)
        best_one = groups.largest(own, owns, value)
        theirs, their_count = groups.number(pair, other)
        best_other = groups.largest(theirs, their_count, value)
        first = np.zeros(owns, dtype=np.int64)
        first[own] = pair
        sums = groups.total(first, pairs, best_one)
        numbers = np.bincount(first, minlength=pairs)
        others[rows] = sums[pair] - best_one[own]
        rival_l[rows] = best_one[own] - value
        rival_r[rows] = best_other[theirs] - value
        members[rows] = numbers[pair]
        size = np.bincount(records.household)
        least[rows] = np.minimum(size[low], size[high])
    return others, rival_l, rival_r, members, least


def _rivals(count: int, left: Codes, right: Codes, p: Doubles) -> tuple[Doubles, ...]:
    """The best other match of each of the two records: the higher and the lower; the larger sum of all others; the worse rank."""
    record = np.concatenate([left, right]).astype(np.int64)
    value = np.concatenate([p, p])
    rank = groups.rank(record, value)
    best = np.zeros(count)
    second = np.zeros(count)
    best[record[rank == 0]] = value[rank == 0]
    second[record[rank == 1]] = value[rank == 1]
    rival = np.where(rank == 0, second[record], best[record])
    rest = groups.total(record, count, value)[record] - value
    pairs = len(p)
    return (
        np.maximum(rival[:pairs], rival[pairs:]),
        np.minimum(rival[:pairs], rival[pairs:]),
        np.maximum(rest[:pairs], rest[pairs:]),
        np.maximum(rank[:pairs], rank[pairs:]).astype(np.float64),
    )


def spellings(records: Records, left: Codes, right: Codes, probability: Floats) -> Floats:
    """Columns `SPELLINGS`: how often two spellings are met together in *other* likely pairs, as a share of the rarer one's, and log times."""
    p = probability.astype(np.float64)
    class_id = records.sounds.class_id
    given, father, family = records.name["given_name"], records.name["patronymic"], records.name["family_name"]
    out: list[Doubles] = []
    for sources in ((given, father), (family,), (class_id[given], class_id[father]), (class_id[family],)):
        out += _met(sources, left, right, p)
    return np.column_stack(out).astype(np.float32)


def _met(sources: tuple[Codes, ...], left: Codes, right: Codes, p: Doubles) -> list[Doubles]:
    pairs = len(p)
    one = np.concatenate([source[left] for source in sources]).astype(np.int64)
    other = np.concatenate([source[right] for source in sources]).astype(np.int64)
    weight = np.tile(p, len(sources))
    known: Flags = (one > 0) & (other > 0)
    rows = np.flatnonzero(known)
    share, times = np.full(pairs, np.nan), np.full(pairs, np.nan)
    if not len(rows):
        return [share, times]
    low, high, value = np.minimum(one, other)[rows], np.maximum(one, other)[rows], weight[rows]
    both, count = groups.number(low, high)
    together = groups.total(both, count, value)[both] - value
    width = int(high.max()) + 1
    # A pair of equal spellings counts for that spelling once at each side, as any other does.
    alone = groups.total(low, width, value) + groups.total(high, width, value)
    found = together / (np.minimum(alone[low], alone[high]) - value + 2)
    first = rows < pairs
    share[rows[first]] = found[first]
    times[rows[first]] = np.log1p(together[first])
    return [share, times]
