from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import calendar, tables
from wayhome.engines.reading.dates import document_date, find_dates

# text, language, the document's date, [(written, iso, until)]
CASES = [
    ("On March 11, 2023, we wrote.", "en", None, [("March 11, 2023", "2023-03-11", None)]),
    ("I wrote on the 18th October, 1961 to you", "en", None, [("18th October, 1961", "1961-10-18", None)]),
    ("dated the 14th of September, 1943, we", "en", None, [("14th of September, 1943", "1943-09-14", None)]),
    ("on 11 March", "en", "2023-05-02", [("11 March", "2023-03-11", None)]),
    ("on 11 March", "en", None, [("11 March", None, None)]),
    ("on 2 May 2001 and again on 11 March", "en", None, [("2 May 2001", "2001-05-02", None), ("11 March", "2001-03-11", None)]),
    ("your note of 5 November", "en", "1975-11-04", [("5 November", "1975-11-05", None)]),
    ("by 10 January", "en", "1999-12-20", [("10 January", "2000-01-10", None)]),
    ("met on 1 and 2 November", "en", "1975-11-04", [("1 and 2 November", "1975-11-01", "1975-11-02")]),
    ("from 3-5 May 2020", "en", None, [("3-5 May 2020", "2020-05-03", "2020-05-05")]),
    ("December 1 1948 to May 3 1949", "en", None, [("December 1 1948", "1948-12-01", None), ("May 3 1949", "1949-05-03", None)]),
    ("the first of March 1970", "en", None, [("first of March 1970", "1970-03-01", None)]),
    ("on 3 March '96", "en", None, [("3 March '96", "1996-03-03", None)]),
    ("in March of this year", "en", "1967-08-18", [("March of this year", "1967-03", None)]),
    ("in October of last year", "en", "1967-11-18", [("October of last year", "1966-10", None)]),
    ("before the month of October", "en", "1949-06-01", [("October", "1949-10", None)]),
    ("last December", "en", "1996-03-14", [("December", "1995-12", None)]),
    ("In March 12 families came", "en", "1996-05-01", [("March", "1996-03", None)]),
    ("You may march on; it may, in the end, be so.", "en", "1996-05-01", []),
    ("in the autumn of the year 1947", "en", None, [("1947", "1947", None)]),
    ("between 1992 and 1994 and in 1992-94", "en", None, [("1992 and 1994", "1992", "1994"), ("1992-94", "1992", "1994")]),
    ("the 1951 Convention; 2000 people; S/RES/1244 (1999); AR/2004/12", "en", None, []),
    ("Ref. 12/03/96 of 12/03/96", "en", None, [("12/03/96", "1996-03-12", None)]),
    ("11/03/2023", "en", None, [("11/03/2023", "2023-03-11", None)]),
    ("11/03/2023 and 03/25/2023", "en", None, [("11/03/2023", "2023-11-03", None), ("03/25/2023", "2023-03-25", None)]),
    ("25.3.2023", "fr", None, [("25.3.2023", "2023-03-25", None)]),
    ("30/02/2023", "fr", None, []),
    ("2023-04-07T10:00Z", "en", None, [("2023-04-07T10:00Z", "2023-04-07", None)]),
    ("11.III.1998", "fr", None, [("11.III.1998", "1998-03-11", None)]),
    ("le 1er mars 1998", "fr", None, [("1er mars 1998", "1998-03-01", None)]),
    ("Le 17\u00a0novembre 2023, la Cour", "fr", None, [("17\u00a0novembre 2023", "2023-11-17", None)]),
    ("le quinze mai 1998", "fr", None, [("quinze mai 1998", "1998-05-15", None)]),
    ("sa note du 3 février dernier", "fr", "1974-06-22", [("3 février dernier", "1974-02-03", None)]),
    ("le 3 novembre dernier", "fr", "1974-06-22", [("3 novembre dernier", "1973-11-03", None)]),
    ("avant le 3 février prochain", "fr", "1974-06-22", [("3 février prochain", "1975-02-03", None)]),
    ("du 3 au 5 mai 1998", "fr", None, [("3 au 5 mai 1998", "1998-05-03", "1998-05-05")]),
    ("en juin 2024, à Genève", "fr", None, [("juin 2024", "2024-06", None)]),
    ("en août", "fr", "1998-10-01", [("août", "1998-08", None)]),
    ("perpétré en 1915", "fr", None, [("1915", "1915", None)]),
    ("la planète Mars", "fr", "1998-10-01", []),
    ("11 марта 2023 г.", "ru", None, [("11 марта 2023", "2023-03-11", None)]),
    ("в марте 2023 года", "ru", None, [("марте 2023", "2023-03", None)]),
    ("11 mart 2023-cü il tarixində", "az", None, [("11 mart 2023", "2023-03-11", None)]),
    ("2023-cü il martın 11-də", "az", None, [("2023-cü il martın 11-də", "2023-03-11", None)]),
    ("11 апрел 1989", "az", None, [("11 апрел 1989", "1989-04-11", None)]),
    ("2020 թվականի նոյեմբերի 9-ի", "hy", None, [("2020 թվականի նոյեմբերի 9-ի", "2020-11-09", None)]),
    ("15 նոյեմբերի 2022-ին", "hy", None, [("15 նոյեմբերի 2022", "2022-11-15", None)]),
    ("في 11 آذار/مارس 2023", "ar", None, [("11 آذار/مارس 2023", "2023-03-11", None)]),
    ("في ٧ أبريل ٢٠٢٣", "ar", None, [("٧ أبريل ٢٠٢٣", "2023-04-07", None)]),
    ("el 3 de mayo de 1999", "es", None, [("3 de mayo de 1999", "1999-05-03", None)]),
    ("am 3. März 1999", "de", None, [("3. März 1999", "1999-03-03", None)]),
    # relative to the document's date: 24 August 1975 was a Sunday
    ("He told me today.", "en", "1975-08-24", [("today", "1975-08-24", None)]),
    ("two days ago", "en", "1975-08-24", [("two days ago", "1975-08-22", None)]),
    ("the day before yesterday", "en", "1975-08-24", [("the day before yesterday", "1975-08-22", None)]),
    ("last Monday", "en", "1975-08-24", [("last Monday", "1975-08-18", None)]),
    ("on Monday", "en", "1975-08-24", [("on Monday", "1975-08-25", None)]),
    ("three weeks ago", "en", "1975-08-24", [("three weeks ago", "1975-08", None)]),
    ("last month and last year", "en", "1975-01-24", [("last month", "1974-12", None), ("last year", "1974", None)]),
    ("your letter of the 3rd inst.", "en", "1961-03-10", [("3rd inst.", "1961-03-03", None)]),
    ("your letter of the 28th ult.", "en", "1961-03-10", [("28th ult.", "1961-02-28", None)]),
    ("il y a dix jours", "fr", "1998-03-05", [("il y a dix jours", "1998-02-23", None)]),
    ("lundi dernier", "fr", "1975-08-24", [("lundi dernier", "1975-08-18", None)]),
    ("avant-hier", "fr", "1975-08-24", [("avant-hier", "1975-08-22", None)]),
    ("votre lettre du 3 courant", "fr", "1975-08-24", [("3 courant", "1975-08-03", None)]),
    ("yesterday", "en", None, []),
    ("yesterday", "en", "1975-08", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language", "today", "expected"), CASES, ids=[case[0][:40] for case in CASES])
def test_finds_the_dates(text: str, language: str, today: str | None, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = find_dates(text, language, today)
    assert [(text[m.start : m.end], m.iso, m.until) for m in found] == expected


DATELINES = [
    ("Canberra, 8 February 1963\n\nI wrote to you on the 18th October, 1961 about it.", "en", "1963-02-08"),
    ("Cablegram 96, PARIS, [20 October 1948], 3.30 p.m.\n\nThe debate was interrupted.", "en", "1948-10-20"),
    ("The Embassy presents its compliments.\n\nGeneva, 29 March 1996\n\nEnclosures: 2", "en", "1996-03-29"),
    ("Nº 418\n\nL’Ambassade se réfère à la note du 3 février 1974.\n\nPort-Amelin, le 22 juin 1974", "fr", "1974-06-22"),
    ("Date: Tue, 14 Mar 2023 10:00:00 +0000\nFrom: a\n\nText of 1 May 2020.", "en", "2023-03-14"),
    ("We met the Minister on 3 May 1999 and he promised to write to every family by June.", "en", None),
]


@pytest.mark.parametrize(("text", "language", "expected"), DATELINES)
def test_the_date_that_a_document_bears(text: str, language: str, expected: str | None) -> None:
    found = document_date(text, language)
    assert (found.iso if found else None) == expected


def test_the_container_knows_the_date_better() -> None:
    found = document_date("Canberra, 8 February 1963", "en", "1963-02-09T10:00:00+00:00")
    assert found is not None
    assert found.iso == "1963-02-09"


def test_no_spelling_is_two_months() -> None:
    seen: dict[str, str] = {}
    for row in tables.rows("months"):
        for form in tables.words(row["forms"]):
            assert seen.setdefault(form.rstrip("*"), row["month"]) == row["month"], form


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("2023", "2023-04-07", True), ("2023-04", "2023-05-07", False), (None, "2023", True)]
)
def test_compatible_dates(one: str | None, other: str | None, expected: bool) -> None:
    assert calendar.compatible(one, other) is expected


PIECES = st.sampled_from(
    [
        "March",
        "1er",
        "2023",
        "11",
        "/",
        "-",
        " ",
        ",",
        "mai",
        "d'",
        "the",
        "of",
        "last",
        "il y a",
        "deux",
        "jours",
        "марта",
        "նոյեմբերի",
        "آذار",
        "99",
        "0",
        ".",
        "\n",
        "31",
        "février",
        "ago",
        "III",
        "թ.",
        "٢٠٢٣",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join)),
    st.sampled_from(["en", "fr", "ru", "und"]),
    st.sampled_from([None, "1975", "1975-02", "1975-02-28", "1500-01-01", "2199-12-31"]),
)
def test_every_date_is_a_date_and_has_its_place(text: str, language: str, today: str | None) -> None:
    end = 0
    for mention in find_dates(text, language, today):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        for value in (mention.iso, mention.until):
            if value is not None:
                assert calendar.first_day(value) <= calendar.last_day(value)
    document_date(text, language)
