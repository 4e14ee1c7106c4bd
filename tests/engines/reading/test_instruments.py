from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import tables
from wayhome.engines.reading.instruments import find_instruments, instrument_near, provisions

CASES = [
    ("under article 12(4) of the International Covenant on Civil and Political Rights", "ICCPR", ("12(4)",), ("ICCPR_12_4",)),
    ("contrary to the ICCPR, article 12", "ICCPR", ("12",), ("ICCPR_12_4",)),
    ("en vertu de l’article 13 de la Déclaration universelle des droits de l’homme", "UDHR", ("13",), ("UDHR_13_2",)),
    ("the Fourth Geneva Convention", "GCIV", (), ("GCIV_49_2", "GCIV_49_1_6")),
    (
        "la Convention internationale sur l'élimination de toutes les formes de discrimination raciale",
        "ICERD",
        (),
        ("ICERD_5_d_ii",),
    ),
    ("the 1951 Convention", "REF51", (), ("REF51_1C", "REF51_33")),
    ("Article 33 of the 1951 Refugee Convention", "REF51", ("33",), ("REF51_33",)),
    ("the Guiding Principles on Internal Displacement", "GPID", (), ("GPID",)),
    ("General Assembly resolution 194 (III)", "UNGA_194_11", (), ("UNGA_194_11",)),
    ("its obligations under international law", "INTERNATIONAL_LAW", (), ()),
    ("As a member of the United Nations, it has duties", "UN_MEMBERSHIP", (), ()),
    ("under the Ferry Agreement of 1958 the meadows are open", None, (), ()),
    ("le Protocole d’Ostrel", None, (), ()),
]


@pytest.mark.parametrize(("text", "family", "articles", "keys"), CASES, ids=[case[0][:40] for case in CASES])
def test_knows_the_instrument(text: str, family: str | None, articles: tuple[str, ...], keys: tuple[str, ...]) -> None:
    (found,) = find_instruments(text)
    assert (found.family, found.articles, found.keys) == (family, articles, keys)


def test_membership_is_named_as_such() -> None:
    (found,) = find_instruments("As a member of the United Nations, it has duties")
    assert found.label == "membership of the United Nations"


def test_one_in_no_table_keeps_its_name() -> None:
    (found,) = find_instruments("by the Ferry Agreement of 1958 Zeruland bound itself")
    assert found.name == "Ferry Agreement of 1958"


@pytest.mark.parametrize(
    "text", ["We reached agreement at last.", "The bridge is open by law of nature.", "Our letter is long.", ""]
)
def test_ordinary_words_are_no_instruments(text: str) -> None:
    assert find_instruments(text) == ()


def test_a_passage_takes_the_instrument_of_its_own_sentence() -> None:
    text = "The Minister came. By the Protocol of Ostrel, the Government is bound to let them pass. The Charter of the United Nations is old."
    start = text.index("the Government is")
    found = instrument_near(text, start, text.index(" The Charter"))
    assert found is not None
    assert found.name == "Protocol of Ostrel"


def test_what_is_unconfirmed_is_marked() -> None:
    marks = {row.key: row.confirmed for row in provisions()}
    assert marks["ICCPR_12_4"] is True
    assert marks["REF51_1C"] is False
    assert 0 < sum(marks.values()) < len(marks)
    for row in provisions():
        assert row.confirmed is False or row.source != "memory", row.key


def test_every_family_of_the_table_has_a_name_that_texts_use() -> None:
    named = {row["family"] for row in tables.rows("instrument_aliases")}
    missing = {row.family for row in provisions()} - named
    assert missing <= {"DECL_1994", "UNGA_GEO_63", "UNGA_GEO_LATER", "CIS_1993", "CIS_HR_1995", "CIS_CONF_1996", "OSCE_PA_2019"}
    for row in tables.rows("instrument_aliases"):
        re.compile(row["pattern"])


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=150) | st.lists(st.sampled_from(["article", "12", "(4)", "of", "the", "Convention", "ICCPR", "resolution", "194", "(III)", "Protocole", "d'", "accord", "de", "1958"])).map(" ".join))  # fmt: skip  # noqa: E501
def test_places_lie_in_the_text(text: str) -> None:
    end = 0
    for found in find_instruments(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
