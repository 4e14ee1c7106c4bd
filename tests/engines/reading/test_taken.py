from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wayhome.engines.reading.taken import Taken

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=30)


@given(SPANS)
def test_takes_what_a_plain_search_would(spans: list[tuple[int, int]]) -> None:
    taken, plain = Taken(), list[tuple[int, int]]()
    for start, end in spans:
        free = end > start and not any(start < other_end and other_start < end for other_start, other_end in plain)
        assert taken.take(start, end) is free
        if free:
            plain.append((start, end))
