"""The sentence patterns: the same keys and fields in each language, every plural form that the language needs, dates, quotes."""

from __future__ import annotations

import string
from datetime import date

import pytest

from wayhome.outputs.composing.language import codes, language

LANGUAGES = ["ar", "az", "en", "fr", "hy", "ru"]
OPTIONAL = {("date", "first_of_month")}


def forms(code):
    """Every pattern: (table, name, plural form or "") to its text."""
    found = {}
    for table, names in language(code).tables.items():
        for name, text in names.items():
            for form, pattern in text.items() if isinstance(text, dict) else [("", text)]:
                found[table, name, form] = pattern
    return found


def fields(pattern):
    return {field for _text, field, _spec, _conversion in string.Formatter().parse(pattern) if field}


def test_letters_are_written_in_six_languages():
    assert list(codes()) == LANGUAGES


def test_translations_await_review_until_a_speaker_has_read_them():
    assert [code for code in codes() if not language(code).awaiting_review] == ["en"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_the_same_things(code):
    own = {(table, name) for table, name, _form in forms(code)} - OPTIONAL
    assert own == {(table, name) for table, name, _form in forms("en")}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_pattern_takes_in_what_the_english_one_takes_in(code):
    english: dict = {}
    for (table, name, _form), pattern in forms("en").items():
        if table != "date":
            english.setdefault((table, name), set()).update(fields(pattern))
    for (table, name, form), pattern in forms(code).items():
        if table == "date":
            continue
        allowed = english[table, name]
        assert fields(pattern) <= allowed, (name, form)
        assert fields(pattern) >= allowed - {"n", "action"}, (name, form)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_number_is_never_lost(code):
    """Where the sentence does not write the number, its words must say it: one or two."""
    words = language(code)
    for name, text in words.tables["sentences"].items():
        if not isinstance(text, dict) or not any("{n}" in pattern for pattern in text.values()):
            continue
        for n in range(1, 131):
            chosen = words.pick(text, n)
            assert "{n}" in chosen or n <= 2, (name, n)
            category = words.locale.plural_form(n)
            assert str(n) in text or category in text, f"{name} lacks the plural form {category!r}"


@pytest.mark.parametrize(
    ("code", "n", "expected"),
    [
        ("ru", 1, "Вновь обращаемся к Вам по просьбе"),
        ("ru", 2, "по 2 просьбам"),
        ("ru", 5, "по 5 просьбам"),
        ("ru", 21, "по 21 просьбе"),
        ("ar", 1, "الطلب المبين"),
        ("ar", 2, "الطلبين"),
        ("ar", 3, "3 طلبات"),
        ("ar", 11, "11 طلبًا"),
        ("hy", 4, "4 խնդրանքի"),
        ("az", 4, "4 xahişlə"),
        ("fr", 2, "des 2 demandes"),
        ("en", 1, "about the request"),
    ],
)
def test_plural_forms(code, n, expected):
    assert expected in language(code).say("opening_again", n)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", "1 April 2027"),
        ("fr", "1er avril 2027"),
        ("ru", "1 апреля 2027 года"),
        ("az", "1 aprel 2027"),
        ("hy", "2027 թ. ապրիլի 1"),
        ("ar", "1 أبريل 2027"),
    ],
)
def test_dates(code, expected):
    assert language(code).day(date(2027, 4, 1)) == expected


@pytest.mark.parametrize(
    ("code", "iso", "expected"),
    [
        ("en", "2027-04-03", "On 3 April 2027"),
        ("en", "2027-04", "In April 2027"),
        ("en", "2027", "In 2027"),
        ("ru", "2027-04", "Ранее (апрель 2027 года)"),
        ("hy", "2027-04-03", "2027 թ. ապրիլի 3-ին"),
        ("fr", "2027-04", "En avril 2027"),
    ],
)
def test_dates_as_precise_as_they_are_known(code, iso, expected):
    assert language(code).when(iso) == expected


def test_no_language_speaks_of_ignoring():
    for code in codes():
        text = " ".join(forms(code).values()).lower()
        for word in ("ignor", "failed to", "refusé de répondre", "проигнор", "անտես", "məhəl qoyma", "تجاهل"):
            assert word not in text, (code, word)


def test_requests_are_listed_shortly():
    words = language("en")
    assert words.about([1, 2, 3, 5, 7, 8], 9) == " (requests 1–3, 5, 7 and 8)"
    assert words.about([4], 9) == " (request 4)"
    assert words.about([1, 2], 2) == ""


def test_what_is_filled_in_is_never_a_pattern():
    assert "{n} {0} {x!r}" in language("en").say("recall_elsewhere", when="On", name="{n} {0} {x!r}", ref="", about="")


def test_names_against_the_direction_are_held_together():
    assert language("ar").isolate("Regional Envoy") == "\u2068Regional Envoy\u2069"
    assert language("ar").isolate("وزارة") == "وزارة"
    assert language("en").isolate("وزارة") == "\u2068وزارة\u2069"
    assert language("en").isolate("Envoyé, Բանտ") == "Envoyé, Բանտ"
