"""The words of dates as regular expressions, built once from the tables `months`, `weekdays`, `number_words`, `date_words`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables

# European, Arabic and Persian figures: Python's \d and int() read all three.
YEAR = r"(?:1[5-9]|20|١[٥-٩]|٢٠|۱[۵-۹]|۲۰)\d\d"
MONTH_THEN_DAY = frozenset({"en", "hy", "az"})
_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class MonthName:
    """What a word can mean as a month: its number, the languages that spell it so, and whether it is another common word too."""

    number: int
    languages: frozenset[str]
    ambiguous: bool


@cache
def months() -> dict[str, MonthName]:
    """Month by lower-case spelling, all languages together. Where two languages disagree the first row of the table wins."""
    found: dict[str, MonthName] = {}
    for row in tables.rows("months"):
        for form in tables.words(row["forms"]):
            key, ambiguous = form.rstrip("*").lower(), form.endswith("*")
            known = found.get(key)
            if known is None:
                found[key] = MonthName(int(row["month"]), frozenset({row["language"]}), ambiguous)
            elif known.number == int(row["month"]):
                found[key] = MonthName(known.number, known.languages | {row["language"]}, known.ambiguous or ambiguous)
    return found


@cache
def numbers(language: str) -> dict[str, int]:
    """Value by written number ("two", "une quinzaine de") of a language."""
    return {row["word"]: int(row["value"]) for row in tables.rows("number_words") if row["language"] == language}


@cache
def number_pattern(language: str) -> str:
    """A regular expression for a count in figures or words."""
    written = sorted(numbers(language), key=lambda word: (-len(word), word))
    return r"(?:\d{1,3}" + "".join(f"|{re.escape(word)}" for word in written) + ")"


def number(language: str, found: str) -> int | None:
    """The value of what `number_pattern` matched."""
    found = " ".join(found.lower().split())
    return int(found) if found.isdigit() else numbers(language).get(found)


@cache
def weekdays(language: str) -> dict[str, int]:
    """Day of the week (0 is Monday) by lower-case name."""
    mine = [row for row in tables.rows("weekdays") if row["language"] == language]
    return {form: int(row["weekday"]) for row in mine for form in tables.words(row["forms"])}


@cache
def role(name: str, language: str | None = None) -> str:
    """A regular expression for the words of one role, in one language and those of every language, or in all languages."""
    wanted = None if language is None else {language, "*"}
    mine = [row for row in tables.rows("date_words") if row["role"] == name and (wanted is None or row["language"] in wanted)]
    parts = [form for row in mine for form in row["forms"].split("|")]
    return "(?:" + "|".join(dict.fromkeys(parts)) + ")" if parts else _NEVER


@cache
def day_before_month() -> re.Pattern[str]:
    """ "1 and 2", "le 1er", "the 18th day of" at the end of what stands before a month's name."""
    ordinal, join, between = role("ordinal"), role("join"), role("range")
    return re.compile(
        rf"(?<![\d.,/:\-])(?:(?P<first>\d{{1,2}}){ordinal}?\s*{between}\s*(?:the\s+|le\s+)?)?(?<!\d)(?P<day>\d{{1,2}}){ordinal}?\s*\.?\s*(?:{join}\s*)?$",
        re.IGNORECASE,
    )


@cache
def written_day_before_month(language: str) -> re.Pattern[str]:
    """ "the first of", "le premier" at the end of what stands before a month's name."""
    words_ = "|".join(sorted((re.escape(w) for w in numbers(language) if len(w) > 2), key=lambda w: (-len(w), w)))
    if not words_:
        return re.compile(_NEVER)
    lead, tail = (r"(?:the\s+)?", r"\s+(?:day\s+)?of\s+") if language == "en" else (r"(?:le|du|au|ce)\s+", r"\s+")
    return re.compile(rf"\b{lead}(?P<day>{words_}){tail}$", re.IGNORECASE)


@cache
def day_after_month() -> re.Pattern[str]:
    """ " 7", " 1st and 2nd" at the beginning of what follows a month's name."""
    ordinal, between, whole = role("ordinal"), role("range"), r"(?![\d:/%])(?!\.\d)"
    last = rf"\s*{between}\s*(?P<last>\d{{1,2}}){whole}(?!\s+[^\W\d_]*\.?\s*{YEAR}){ordinal}?"
    return re.compile(rf"\.?\s+(?:the\s+)?(?P<day>\d{{1,2}}){whole}{ordinal}?(?:{last})?", re.IGNORECASE)


@cache
def year_after_month() -> re.Pattern[str]:
    """ ", 2023", " de 1998", " '96" at the beginning of what follows a month or a day."""
    between = rf"\.?\s*(?:,\s*|(?:{role('join')}|{role('year_before', 'ar')})\s+)?(?:the\s+year\s+|l[’']an(?:née)?\s+)?"
    figures = rf"(?P<year>{YEAR})(?![\d/])|[’'](?P<short>\d\d)(?!\d)"
    return re.compile(rf"{between}(?:{figures})", re.IGNORECASE)


@cache
def year_before_day() -> re.Pattern[str]:
    """ "2020 թվականի " at the end of what stands before a day or month: a year followed by the word that says so."""
    return re.compile(rf"(?<!\d)(?P<year>{YEAR})\s*{role('year_after')}[\s,]*$", re.IGNORECASE)


@cache
def which_year(language: str) -> re.Pattern[str]:
    """The word after a date without year that tells the year; the group's name is the role."""
    parts = "|".join(f"(?P<{name}>{role(name, language)})" for name in ("past_year", "future_year", "past", "future", "current"))
    return re.compile(rf"[\s,]*(?:{parts})(?!\w)", re.IGNORECASE)


@cache
def lead(name: str, language: str) -> re.Pattern[str]:
    """The words of a role at the end of what stands before a month or year."""
    return re.compile(rf"(?<!\w){role(name, language)}[\s]*(?:the\s+)?$", re.IGNORECASE)
