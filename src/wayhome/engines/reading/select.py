"""Choose the passages that stand, under uncertainty about where a finding begins and ends.

Every predicate lends its probability to its candidate passages. The passage kept is the one that the annotators' passage most
likely matches (overlap of one half, or containment within twice the length), not the single likeliest one: a moderate passage
that fits several readings beats an extreme one that fits one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

OVERLAP = 0.3
FAINT = 0.02


def fits(a_start: int, a_end: int, b_start: int, b_end: int) -> bool:
    """Whether two passages count as the same finding."""
    shared = min(a_end, b_end) - max(a_start, b_start)
    if shared <= 0:
        return False
    a, b = a_end - a_start, b_end - b_start
    return 2 * shared >= a + b - shared or (shared == min(a, b) and max(a, b) <= 2 * min(a, b))


def choose(
    hypotheses: Sequence[tuple[float, int, int, int]], threshold: float, apart: Collection[tuple[int, int]] = frozenset()
) -> list[tuple[float, int, int, int]]:
    """The kept among (probability, start, end, predicate), with the probability that each matches a finding, in text order.

    Hypotheses must be of one kind; those of different sentences do not interact. `apart` holds pairs of predicates that state two
    findings (coordinated actions): the one's passages do not speak for the other's.
    """
    pool = [h for h in hypotheses if h[0] >= FAINT]
    pool.sort(key=lambda h: (h[1], h[2], h[3]))
    out: list[tuple[float, int, int, int]] = []
    group: list[tuple[float, int, int, int]] = []
    reach = -1
    for h in pool:
        if h[1] >= reach and group:
            out += _choose(group, threshold, apart)
            group = []
        group.append(h)
        reach = max(reach, h[2])
    if group:
        out += _choose(group, threshold, apart)
    return sorted(out, key=lambda h: (h[1], h[2], h[3]))


def _choose(
    group: list[tuple[float, int, int, int]], threshold: float, apart: Collection[tuple[int, int]]
) -> list[tuple[float, int, int, int]]:
    if sum(h[0] for h in group) < threshold:
        return []
    near = [[j for j, b in enumerate(group) if (a[3], b[3]) not in apart and fits(a[1], a[2], b[1], b[2])] for a in group]
    weight = [h[0] for h in group]
    alive = set(range(len(group)))
    kept: list[tuple[float, int, int, int]] = []
    while alive:
        gain = {i: sum(weight[j] for j in near[i]) for i in alive}
        best = min(alive, key=lambda i: (-round(gain[i], 9), -group[i][0], group[i][1], group[i][2], group[i][3]))
        if gain[best] < threshold:
            break
        _, start, end, predicate = group[best]
        strongest = max(near[best], key=lambda j: (weight[j], -group[j][3]))
        kept.append((round(min(1.0, gain[best]), 6), start, end, group[strongest][3] if weight[strongest] > 0 else predicate))
        for j in near[best]:
            weight[j] = 0.0
        alive = {
            i
            for i in alive
            if min(end, group[i][2]) - max(start, group[i][1]) <= OVERLAP * min(end - start, group[i][2] - group[i][1])
        }
    return kept
