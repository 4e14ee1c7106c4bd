"""Candidates to probabilities, in stages; each stage sees what the one before let through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wayhome.engines.linking import context, features
from wayhome.engines.linking.blocking import DOCUMENT, Candidates
from wayhome.engines.linking.model import Model
from wayhome.engines.linking.records import Records
from wayhome.engines.linking.types import Codes, Flags, Floats, Ints

SIEVE_KEEPS = 0.001
FIRST_KEEPS = 0.002
_HOUSEHOLD_KEEPS = 0.0005
_HOUSEHOLD_SHARED = 0.5
_LARGEST_HOUSEHOLD = 12
_SAME_DOCUMENT = np.float32(0.9)
_MAYBE_TWINS = np.float32(0.45)
_UNLIKE = 0.6
_MOST_WITH_ONE_NUMBER = 12
_SIEVED_AT_ONCE = 400_000
_READ_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs that are left, their features and the last stage's probability."""

    left: Codes
    right: Codes
    features: Floats
    probability: Floats


def _slices(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def sieve(records: Records, found: Candidates, model: Model, threads: int, keeps: float = SIEVE_KEEPS) -> Ints:
    """Rows of the candidates worth reading: what numbers and frequencies alone do not rule out."""
    kept = []
    for part in _slices(len(found.left), _SIEVED_AT_ONCE):
        measured = features.cheap(records, found.left[part], found.right[part], found.rules[part], found.smallest[part], threads)
        passed = (model.predict("sieve", measured, threads) >= keeps) | (found.rules[part] & DOCUMENT > 0)
        kept.append(np.flatnonzero(passed) + part.start)
    return np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)


def measure(records: Records, left: Codes, right: Codes, rules: Codes, smallest: Codes, threads: int) -> Floats:
    """All features of single pairs: `CHEAP`, then `TEXT`."""
    return np.concatenate(
        [features.cheap(records, left, right, rules, smallest, threads), features.text(records, left, right, threads)], axis=1
    )


def first(records: Records, found: Candidates, rows: Ints, model: Model, threads: int, keeps: float) -> Scored:
    """Each pair on its own."""
    lefts, rights, measured, scores = [], [], [], []
    for part in _slices(len(rows), _READ_AT_ONCE):
        chosen = rows[part]
        left, right = found.left[chosen], found.right[chosen]
        seen = measure(records, left, right, found.rules[chosen], found.smallest[chosen], threads)
        p = model.predict("first", seen, threads)
        keep = (p >= keeps) | (found.rules[chosen] & DOCUMENT > 0)
        lefts.append(left[keep])
        rights.append(right[keep])
        measured.append(seen[keep])
        scores.append(p[keep])
    if not lefts:
        none = np.zeros(0, dtype=np.int32)
        return Scored(none, none, np.zeros((0, len(features.CHEAP) + len(features.TEXT)), np.float32), np.zeros(0, np.float32))
    return Scored(np.concatenate(lefts), np.concatenate(rights), np.concatenate(measured), np.concatenate(scores))


def household_candidates(records: Records, scored: Scored) -> Candidates:
    """All pairs between two households that already share a likely match, beyond those scored."""
    likely = scored.probability >= _HOUSEHOLD_SHARED
    one, other = records.household[scored.left[likely]], records.household[scored.right[likely]]
    both = (one > 0) & (other > 0) & (one != other)
    houses = np.unique(np.stack([np.minimum(one, other)[both], np.maximum(one, other)[both]], axis=1), axis=0)
    order = np.argsort(records.household, kind="stable").astype(np.int32)
    size = np.bincount(records.household)
    start = np.concatenate([[0], np.cumsum(size)])
    lefts, rights = [], []
    for low, high in houses.tolist():
        if size[low] > _LARGEST_HOUSEHOLD or size[high] > _LARGEST_HOUSEHOLD:
            continue
        mine, theirs = order[start[low] : start[low + 1]], order[start[high] : start[high + 1]]
        lefts.append(np.repeat(mine, len(theirs)))
        rights.append(np.tile(theirs, len(mine)))
    none = np.zeros(0, dtype=np.int32)
    if not lefts:
        return Candidates(none, none, none, none, {})
    left, right = np.concatenate(lefts), np.concatenate(rights)
    left, right = np.minimum(left, right), np.maximum(left, right)
    if records.focus is not None:
        wanted = records.focus[left] | records.focus[right]
        left, right = left[wanted], right[wanted]
    key = left.astype(np.int64) << 32 | right
    known = scored.left.astype(np.int64) << 32 | scored.right
    key = np.setdiff1d(key, known)
    left, right = (key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)
    empty = np.zeros(len(key), dtype=np.int32)
    # They share no key: no rule speaks for them, and the block is as large as can be told.
    return Candidates(left, right, empty, np.full(len(key), 99, dtype=np.int32), {"household": len(key)})


def single(records: Records, found: Candidates, model: Model, threads: int) -> tuple[Scored, dict[str, int]]:
    """Sieve and first stage, then the same for the households that share a match. Also how many pairs each step let through."""
    rows = sieve(records, found, model, threads)
    scored = first(records, found, rows, model, threads, FIRST_KEEPS)
    more = household_candidates(records, scored)
    added = first(records, more, np.arange(len(more.left)), model, threads, _HOUSEHOLD_KEEPS)
    counts = {
        "candidates": len(found.left),
        "after_sieve": len(rows),
        "after_first": len(scored.left),
        "household_pairs": len(more.left),
    }
    left, right = np.concatenate([scored.left, added.left]), np.concatenate([scored.right, added.right])
    order = np.lexsort((right, left))
    return (
        Scored(
            left[order],
            right[order],
            np.concatenate([scored.features, added.features])[order],
            np.concatenate([scored.probability, added.probability])[order],
        ),
        counts,
    )


def together(records: Records, scored: Scored) -> Floats:
    """All features of the second stage."""
    return np.concatenate(
        [
            scored.features,
            context.context(records, scored.left, scored.right, scored.probability),
            context.spellings(records, scored.left, scored.right, scored.probability),
        ],
        axis=1,
    )


def score(records: Records, found: Candidates, model: Model, threads: int) -> tuple[Scored, dict[str, int]]:
    """Candidates to final probabilities."""
    scored, counts = single(records, found, model, threads)
    seen = together(records, scored)
    p = model.predict("second", seen, threads)
    p = np.maximum(p, np.where(same_document(records, scored.left, scored.right), _SAME_DOCUMENT, np.float32(0)))
    p = np.where(maybe_twins(records, scored.left, scored.right, seen), np.minimum(p, _MAYBE_TWINS), p)
    return Scored(scored.left, scored.right, seen, p), counts


def maybe_twins(records: Records, left: Codes, right: Codes, seen: Floats) -> Flags:
    """Pairs within one household of one list whose given names begin differently or are unlike, and who share no document: twins with
    names that rhyme, as like as slips of the pen. No figure settles that; a person must."""
    house, given = records.household, records.name["given_name"]
    begins = records.sounds.begins
    one, other = given[left], given[right]
    unlike = seen[:, features.CHEAP_AND_TEXT.index("classes_given_name")] < _UNLIKE
    document = (records.document[left] > 0) & (records.document[left] == records.document[right])
    different = (one > 0) & (other > 0) & ((begins[one] != begins[other]) | unlike)
    same: Flags = (house[left] > 0) & (house[left] == house[right]) & different & ~document
    return same


def same_document(records: Records, left: Codes, right: Codes) -> Flags:
    """Pairs with one document's number that is a person's: not one that several members of a household bear, nor one that many records have.

    No generator the model learnt from makes two people with one number, but few of its pairs have one and agree in nothing else, so the
    trees know less than the number says."""
    document, household = records.document, records.household
    housed = np.flatnonzero((document > 0) & (household > 0))
    pairs = np.stack([document[housed], household[housed]], axis=1)
    seen, times = np.unique(pairs, axis=0, return_counts=True)
    families = np.zeros(int(document.max(initial=0)) + 1, dtype=bool)
    families[seen[times > 1][:, 0]] = True
    families |= np.bincount(document, minlength=len(families)) > _MOST_WITH_ONE_NUMBER
    same: Flags = (document[left] > 0) & (document[left] == document[right]) & ~families[document[left]]
    return same
