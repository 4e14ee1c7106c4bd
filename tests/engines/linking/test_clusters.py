"""Scored pairs to persons, by hand and by property."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.linking.clusters import cluster


def of(count, pairs, household=None, threshold=0.5, **judged):
    left = np.array([pair[0] for pair in pairs], dtype=np.int32)
    right = np.array([pair[1] for pair in pairs], dtype=np.int32)
    p = np.array([pair[2] for pair in pairs], dtype=np.float32)
    house = np.array(household or [0] * count, dtype=np.int32)
    return cluster(count, left, right, p, house, threshold, **judged).tolist()


def test_a_chain_does_not_join_what_its_ends_deny():
    assert of(3, [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.8)]) == [0, 0, 0]
    assert of(4, [(0, 1, 0.9), (1, 2, 0.6), (2, 3, 0.9)]) == [0, 0, 2, 2]


def test_a_household_holds_a_person_once():
    twice = [(0, 1, 0.9), (0, 2, 0.85), (1, 2, 0.2)]
    assert of(3, twice, household=[0, 7, 7]) == [0, 0, 2]
    assert of(2, [(0, 1, 0.9)], household=[7, 7]) == [0, 0], "entered twice"


def test_judgements_come_first():
    pairs = [(0, 1, 0.99), (1, 2, 0.99), (0, 2, 0.99)]
    assert of(3, pairs, different=[(0, 2)]) == [0, 0, 2]
    assert of(3, [], same=[(2, 1)]) == [0, 1, 1]
    assert of(3, pairs, same=[(0, 1)], different=[(0, 1)]).count(0) < 3, "a contradiction keeps them apart"


PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0, 1, width=32)), max_size=20).map(
    lambda pairs: list({(min(a, b), max(a, b)): (min(a, b), max(a, b), p) for a, b, p in pairs if a != b}.values())
)


@settings(deadline=None, max_examples=60)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter_and_names_are_the_smallest(pairs, shuffled):
    found = of(8, pairs)
    mixed = list(pairs)
    shuffled.shuffle(mixed)
    assert of(8, mixed) == found
    assert all(found[person] == person <= record for record, person in enumerate(found))
    assert all(
        any(p >= 0.5 for a, b, p in pairs if record in (a, b)) for record, person in enumerate(found) if found.count(person) > 1
    )
