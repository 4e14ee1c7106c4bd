from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.references import find_references, reference_numbers, same_number

CASES = [
    ("en", "refer to the Ministry's note No. AF/203 of 11 January 1974", [("AF/203", "note", "1974-01-11", None)]),
    ("en", "our letter of 4 March 1999 stands", [(None, "letter", "1999-03-04", "first")]),
    ("en", "Your savingram No. 9 is here", [("9", "cable", None, "second")]),
    ("en", "RefO.JAJ401, O.JA1403", [("O.JAJ401", None, None, None), ("O.JA1403", None, None, None)]),
    (
        "en",
        "resolution 194 (III) and S/RES/1244 (1999)",
        [("194 (III)", "resolution", None, None), ("S/RES/1244", None, None, None)],
    ),
    ("fr", "Suite à mon télégramme n° 199.", [("199", "cable", None, "first")]),
    ("fr", "votre lettre du 3 mai 1998", [(None, "letter", "1998-05-03", "second")]),
    ("fr", "Réf. TCH/06/0231", [("TCH/06/0231", None, None, None)]),
    ("fr", "Doc. n° 180-20231117-ORD-01-00-FR", [("180-20231117-ORD-01-00-FR", None, None, None)]),
    ("en", "there is no 3 of them and a letter in 2 months", []),
    ("en", "He gave 1992-1994 as the years and 11/03/2023 as the day.", []),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES, ids=[case[1][:36] for case in CASES])
def test_finds_references(
    language: str, text: str, expected: list[tuple[str | None, str | None, str | None, str | None]]
) -> None:
    assert [(r.number, r.kind, r.date, r.whose) for r in find_references(text, language)] == expected


@pytest.mark.parametrize(("one", "other", "same"), [("AF/203", "af 203", True), ("AF/203", "AF/204", False), ("", "", False)])
def test_the_same_number_in_another_hand(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=120) | st.lists(st.sampled_from(["No.", "letter", "of", "AF/203", "3", "May", "1999", "n°", "12", "A/RES/61", "(III)", "Ref", "O.JA1", "/", "-", "your"])).map(" ".join),
    st.sampled_from(["en", "fr", "hy"]),
)  # fmt: skip
def test_places_lie_in_the_text(text: str, language: str) -> None:
    for start, end, number in reference_numbers(text):
        assert text[start:end] == number
    for found in find_references(text, language, "2000-01-01"):
        assert 0 <= found.start < found.end <= len(text)
