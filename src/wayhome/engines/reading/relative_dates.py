"""Dates told from the document's own: "yesterday", "two days ago", "lundi dernier"; rows of `data/relative_dates.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from wayhome.engines.reading import calendar, date_words, tables
from wayhome.engines.reading.taken import Taken


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """A date told relatively, and what it comes to."""

    start: int
    end: int
    iso: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    unit: str
    amount: str


@cache
def _rules(language: str) -> tuple[_Rule, ...]:
    number = date_words.number_pattern(language)
    names = "|".join(sorted(date_words.weekdays(language))) or r"(?!)"
    found = []
    for row in tables.rows("relative_dates"):
        if row["language"] != language:
            continue
        pattern, count = row["pattern"], 0
        while "{n}" in pattern:
            pattern, count = pattern.replace("{n}", f"(?P<n{count}>{number})", 1), count + 1
        pattern = pattern.replace("{weekday}", f"(?P<weekday>{names})").replace(" ", r"\s+")
        found.append(_Rule(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), row["unit"], row["amount"]))
    return tuple(found)


@cache
def _any(language: str) -> re.Pattern[str]:
    """Fits wherever some rule may: one search instead of one for each rule."""
    names = "|".join(sorted(date_words.weekdays(language))) or r"(?!)"
    mine = [row["pattern"] for row in tables.rows("relative_dates") if row["language"] == language]
    parts = [
        pattern.replace("{n}", r"[\w-]+(?: [\w-]+){0,2}").replace("{weekday}", f"(?:{names})").replace(" ", r"\s+")
        for pattern in mine
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts) or r'(?!)'})(?!\w)", re.IGNORECASE)


def find(text: str, language: str, document_date: str) -> list[RelativeDate]:
    """Every relative date of a text, longest first where two overlap; none finer than the document's date allows."""
    if not _any(language).search(text):
        return []
    anchor = calendar.first_day(document_date)
    hits: list[RelativeDate] = []
    for rule in _rules(language):
        for match in rule.pattern.finditer(text):
            value = _value(rule, match, language, anchor, document_date)
            if value is not None:
                hits.append(RelativeDate(match.start(), match.end(), value))
    taken = Taken()
    ranked = sorted(hits, key=lambda item: (item.start - item.end, item.start))
    return sorted((hit for hit in ranked if taken.take(hit.start, hit.end)), key=lambda item: item.start)


def _value(rule: _Rule, match: re.Match[str], language: str, anchor: date, document_date: str) -> str | None:
    amount = 0
    if rule.unit != "weekday":
        if "n" in rule.amount:
            written = next((value for key, value in match.groupdict().items() if key.startswith("n") and value), "")
            count = date_words.number(language, written)
            if count is None:
                return None
            amount = -count if rule.amount.startswith("-") else count
        else:
            amount = int(rule.amount)
    if rule.unit == "weekday":
        return _weekday(anchor, document_date, rule.amount, date_words.weekdays(language)[match["weekday"].lower()])
    if rule.unit == "day_of_month":
        day = date_words.number(language, match["n0"])
        month = calendar.add_months(anchor.replace(day=1), amount) if len(document_date) >= 7 else None
        return calendar.iso(month.year, month.month, day) if month and day else None
    return reckon(document_date, rule.unit, amount)


def reckon(document_date: str, unit: str, amount: int) -> str | None:
    """The ISO date so many units ("day", "week", "month", "year") from the document's, as precise as both allow, else None.

    A count of weeks says no more than a month, "two months ago" a month, "three years ago" a year.
    """
    anchor = calendar.first_day(document_date)
    if unit == "year":
        return calendar.iso(anchor.year + amount)
    if unit == "month":
        moved = calendar.add_months(anchor.replace(day=1), amount) if len(document_date) >= 7 else None
        return calendar.iso(moved.year, moved.month) if moved else None
    if len(document_date) < 10:
        return document_date if unit == "day" and amount == 0 else None
    moved = calendar.add_days(anchor, 7 * amount if unit == "week" else amount)
    if moved is None:
        return None
    return calendar.iso(moved.year, moved.month, None if unit == "week" else moved.day)


def _weekday(anchor: date, document_date: str, turn: str, wanted: int) -> str | None:
    """The day of that name before ("last") or after ("next") the document's date; for "this" the nearest, itself included."""
    if len(document_date) < 10:
        return None
    back, ahead = (anchor.weekday() - wanted) % 7, (wanted - anchor.weekday()) % 7
    amount = {"last": -(back or 7), "next": ahead or 7}.get(turn, -back if back <= 3 else ahead)
    moved = calendar.add_days(anchor, amount)
    return calendar.iso(moved.year, moved.month, moved.day) if moved else None
