"""Scored pairs to persons."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from wayhome.engines.linking.types import Codes, Floats, Ints

_LEAST_AVERAGE = 0.35
_SURE = 0.98
_KNOWN = 0.005


def cluster(
    count: int,
    left: Codes,
    right: Codes,
    probability: Floats,
    household: Codes,
    threshold: float,
    *,
    same: Iterable[tuple[int, int]] = (),
    different: Iterable[tuple[int, int]] = (),
) -> Ints:
    """Each record's person: the smallest record number of its cluster.

    Pairs at or over the threshold are taken likeliest first. Two clusters grow together only if the known pairs between them average
    well enough, and no two records of one household of one list meet unless their pair is nearly sure. What people judged the same is
    joined first, what they judged different is never joined."""
    parent = list(range(count))
    members: dict[int, list[int]] = {}
    apart: dict[int, set[int]] = {}
    for one, other in different:
        apart.setdefault(one, set()).add(other)
        apart.setdefault(other, set()).add(one)

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(one: int, other: int) -> None:
        one, other = min(one, other), max(one, other)
        parent[other] = one
        members[one] = members.pop(one, [one]) + members.pop(other, [other])

    def forbidden(one: list[int], other: list[int]) -> bool:
        return bool(apart) and any(not apart.get(record, set()).isdisjoint(other) for record in one)

    for a, b in sorted((min(pair), max(pair)) for pair in same):
        x, y = find(a), find(b)
        if x != y and not forbidden(members.get(x, [x]), members.get(y, [y])):
            join(x, y)
    over = np.flatnonzero(probability >= threshold)
    order = over[np.lexsort((right[over], left[over], -probability[over]))]
    active = np.zeros(count, dtype=bool)
    active[left[over]] = True
    active[right[over]] = True
    near = np.flatnonzero(active[left] & active[right] & (probability >= _KNOWN))
    known = dict(zip(zip(left[near].tolist(), right[near].tolist(), strict=True), probability[near].tolist(), strict=True))
    house = household.tolist()
    for a, b, p in zip(left[order].tolist(), right[order].tolist(), probability[order].tolist(), strict=True):
        x, y = find(a), find(b)
        if x == y:
            continue
        mine, theirs = members.get(x, [x]), members.get(y, [y])
        if forbidden(mine, theirs):
            continue
        if len(mine) + len(theirs) > 2:
            summed = sum(known.get((i, j) if i < j else (j, i), 0.0) for i in mine for j in theirs)
            if summed < _LEAST_AVERAGE * len(mine) * len(theirs):
                continue
            homes = {house[i] for i in mine if house[i]}
            if p < _SURE and any(house[j] in homes for j in theirs):
                continue
        join(x, y)
    return np.array([find(node) for node in range(count)], dtype=np.int64)
