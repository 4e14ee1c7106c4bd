from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.dates import document_date
from wayhome.engines.reading.document_parties import document_parties
from wayhome.engines.reading.events import find_events
from wayhome.engines.reading.statements import find_statements
from wayhome.engines.reading.zones import find_blocks

STATEMENTS = [
    ("en", "President Orlan stated that the bridge would be opened in May.", "President Orlan", "the bridge would be opened in May"),
    ("en", "The Minister of Return has repeatedly told them so; Mr Dubois told the Mayor that nobody would be sent back.", "Mr Dubois", "nobody would be sent back"),
    ("en", 'On Monday Mayor Lena Brask said: it was late. "The tap is paid for and will run," said Mayor Lena Brask.', "Mayor Lena Brask", "The tap is paid for and will run"),
    ("en", "According to the Kestrian Embassy, the road was mined by the retreating army.", "Kestrian Embassy", "the road was mined by the retreating army"),
    ("fr", "Le Ministère des Affaires étrangères du Velmar a déclaré que le pont serait rouvert au printemps.", "Ministère des Affaires étrangères du Velmar", "le pont serait rouvert au printemps"),
    ("fr", "Selon le Gouvernement velmarien, les familles sont parties de leur plein gré.", "Gouvernement velmarien", "les familles sont parties de leur plein gré"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "speaker", "words"), STATEMENTS, ids=[s[1][:36] for s in STATEMENTS])
def test_who_said_what(language: str, text: str, speaker: str, words: str) -> None:
    blocks = find_blocks(text)
    found = find_statements(blocks, document_parties(blocks, language), language)
    assert (speaker, words) in [(s.speaker, text[s.start : s.end]) for s in found]


EVENTS = [
    ("en", "On 11 March 1999 the army burned the mill, and in 2001 the families came back.", [("1999-03-11", "On 11 March 1999 the army burned the mill"), ("2001", "in 2001 the families came back")]),
    ("en", "They met on 1 and 2 November 1975 and signed a protocol on 3 November.", [("1975-11-01", "They met on 1 and 2 November 1975"), ("1975-11-03", "signed a protocol on 3 November")]),
    ("fr", "Le 12 mars 2024, le Parlement a adopté une résolution sur les puits.", [("2024-03-12", "Le 12 mars 2024, le Parlement a adopté une résolution sur les puits")]),
    ("en", "Relief was needed from 1 December 1948 to 30 August 1949 in the valley.", [("1948-12-01", "Relief was needed from 1 December 1948 to 30 August 1949 in the valley")]),
    ("en", "The mill was burned on 11 March 1999. Nobody saw who burned the mill on 11 March 1999.", [("1999-03-11", "The mill was burned on 11 March 1999")]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), EVENTS, ids=[e[1][:36] for e in EVENTS])
def test_what_a_date_dates(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(event.date, event.what) for event in find_events(find_blocks(text), language)] == expected


def test_the_dateline_is_no_event() -> None:
    text = "Geneva, 29 March 1996\n\nThe bridge was burned two days ago by persons unknown to the guard of the valley."
    date = document_date(text)
    assert [event.date for event in find_events(find_blocks(text), "en", date)] == ["1996-03-27"]


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=150)
    | st.lists(
        st.sampled_from(
            [
                "On",
                "3",
                "May",
                "1999",
                ",",
                "the",
                "Minister",
                "of",
                "Velmar",
                "said",
                "that",
                '"',
                "and",
                "in",
                "2001",
                ".",
                "they",
                "to",
            ]
        )
    ).map(" ".join)
)
def test_passages_lie_in_the_text(text: str) -> None:
    blocks = find_blocks(text)
    for event in find_events(blocks, "en"):
        assert 0 <= event.start < event.end <= len(text)
    for statement in find_statements(blocks, document_parties(blocks, "en"), "en"):
        assert 0 <= statement.start < statement.end <= len(text)
