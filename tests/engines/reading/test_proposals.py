"""Proposals from outside are believed only as far as the text shows them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.proposals import MAX_CONFIDENCE, Merged, merge
from wayhome.engines.reading.types import Ask, Reading

TEXT = (
    "The Lirva Valley Community calls on\r\nthe Ministry of Return to open the road by 1 May 2024.\n"
    "It undertakes to “assist” the families – all of them. No reply came. No reply came."
)


def reading(*asks: Ask) -> Reading:
    return Reading(TEXT, "en", True, None, None, None, None, asks=asks)


def merged(kind: str, *rows: object, base: Reading | None = None) -> Merged:
    return merge(base or reading(), {kind: list(rows)}, origin="m at h")


def counts(found: Merged) -> tuple[int, int, int, int]:
    return found.added, found.known, found.not_in_text, found.malformed


def test_a_proposal_with_its_passage_is_added_and_marked() -> None:
    row = {
        "quote": "calls on the Ministry of Return to open the road",
        "asker": "the Lirva Valley Community",
        "addressees": ["Ministry of Return", "Ministry of Return"],
        "action": "open  the road",
        "due": "2024-05-01",
        "confidence": 0.99,
        "start": 3,
    }
    found = merged("asks", row)
    assert counts(found) == (1, 0, 0, 0)
    (ask,) = found.reading.asks
    assert TEXT[ask.start : ask.end] == "calls on\r\nthe Ministry of Return to open the road"
    assert (ask.asker, ask.addressees, ask.action, ask.due) == (
        "the Lirva Valley Community", ("Ministry of Return",), "open the road", "2024-05-01",
    )  # fmt: skip
    assert ask.explanation == "proposed by m at h" and ask.confidence == MAX_CONFIDENCE


@pytest.mark.parametrize("quote", ["to close the road", "", "road", "open the road by 1 May 2025", "x" * 3_000])
def test_a_quote_that_is_not_in_the_text_is_dropped(quote: str) -> None:
    assert counts(merged("asks", {"quote": quote})) == (0, 0, 1, 0)


def test_other_quotation_marks_and_dashes_are_found() -> None:
    found = merged("commitments", {"quote": 'undertakes to "assist" the families - all of them', "kind": "promise"})
    (one,) = found.reading.commitments
    assert TEXT[one.start : one.end] == "undertakes to “assist” the families – all of them"


def test_parties_and_dates_that_the_text_does_not_give_are_left_out() -> None:
    row = {
        "quote": "to open the road by 1 May 2024",
        "asker": "Nobody",
        "addressees": ["Min", "Ministry of Return"],
        "due": "2031-05-01",
    }
    (ask,) = merged("asks", row).reading.asks
    assert (ask.asker, ask.addressees, ask.due) == (None, ("Ministry of Return",), None)


def test_what_is_already_found_is_not_added_again() -> None:
    start = TEXT.index("calls on")
    own = Ask("c", (), "a", None, None, None, None, (), start, TEXT.index(" by 1 May"), 0.9)
    found = merged("asks", {"quote": "the Ministry of Return to open the road by 1 May 2024"}, base=reading(own))
    assert counts(found) == (0, 1, 0, 0) and found.reading.asks == (own,)


def test_a_second_occurrence_is_another_finding_and_a_third_is_none() -> None:
    row = {"quote": "No reply came", "kind": "no_reply"}
    found = merged("silences", row, row, row)
    assert counts(found) == (2, 1, 0, 0)
    assert [TEXT[one.start : one.end] for one in found.reading.silences] == ["No reply came"] * 2
    assert found.reading.silences[0].end < found.reading.silences[1].start


@pytest.mark.parametrize(
    "row", [None, 3, "x", [], {}, {"quote": 3}, {"quote": "No reply came", "kind": "rumour"}, {"quote": "No reply came"}]
)
def test_malformed_rows_are_counted(row: object) -> None:
    assert counts(merged("silences", row)) == (0, 0, 0, 1)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["No reply came", "promise", "to open the road"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["quote", "kind", "who", "addressees", "due", "asks", "silences", "confidence", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["asks", "commitments", "silences", "other"]), JSON, max_size=4))
def test_whatever_is_proposed_findings_have_passages(proposals: dict[str, object]) -> None:
    found = merge(reading(), proposals, origin="m")
    rows = [
        row for kind in ("asks", "commitments", "silences") if isinstance(proposals.get(kind), list) for row in proposals[kind]
    ]
    assert found.given == len(rows)
    for one in (*found.reading.asks, *found.reading.commitments, *found.reading.silences):
        assert 0 <= one.start < one.end <= len(TEXT) and 0 <= one.confidence <= MAX_CONFIDENCE
