"""Deadlines: the day by which something is asked for, and the words that say so. The words are rows of `data/due_phrases.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import calendar, date_words, tables
from wayhome.engines.reading.dates import DateMention, find_dates

BEHIND, BEFORE = 140, 90
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n\s*\n")
_STAND_IN = "\ue004"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: its last day or period (ISO; None where the words give no date) and the words at `text[start:end]`."""

    iso: str | None
    phrase: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    rule: str
    unit: str
    pattern: re.Pattern[str]


@cache
def _rules(language: str) -> tuple[_Rule, ...]:
    number = date_words.number_pattern(language)
    found = []
    for row in tables.rows("due_phrases"):
        if row["language"] == language:
            pattern = row["pattern"].replace("{n}", f"(?P<n>{number})").replace("{date}", f"{_STAND_IN}+").replace(" ", r"\s+")
            found.append(_Rule(row["rule"], row["unit"], re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)))
    return tuple(found)


def due_within(text: str, start: int, end: int, document_date: str | None, language: str = "en") -> Due | None:
    """The deadline of what is asked at `text[start:end]`: inside the clause, else behind it or before it in its sentence.

    Counts run from *document_date* (ISO); without one, or with a coarser one than the count needs, `iso` is None and the words stay.
    """
    stop = _SENTENCE_END.search(text, end, min(len(text), end + BEHIND))
    high = stop.start() if stop else min(len(text), end + BEHIND)
    low = max(0, start - BEFORE)
    for match in _SENTENCE_END.finditer(text, low, start):
        low = match.end()
    for first, last in ((start, end), (end, high), (low, start)):
        found = _find(text, first, last, document_date, language)
        if found is not None:
            return found
    return None


def _find(text: str, first: int, last: int, document_date: str | None, language: str) -> Due | None:
    """The first deadline in a stretch of text; one with a date before one without."""
    part = text[first:last].replace("’", "'")
    dates = [d for d in find_dates(part, language, document_date) if d.iso and (d.basis != "relative" or len(d.iso) == 10)]
    shown = list(part)
    for date in dates:
        shown[date.start : date.end] = [_STAND_IN] * (date.end - date.start)
    masked = "".join(shown)
    hits: list[tuple[bool, int, Due]] = []
    for rule in _rules(language):
        target = masked if rule.rule == "date" else part
        for match in rule.pattern.finditer(target):
            iso = _value(rule, match, dates, document_date, language)
            begin, stop = first + match.start(), first + match.end()
            hits.append((iso is None, begin, Due(iso, text[begin:stop], begin, stop)))
    return min(hits, key=lambda hit: (hit[0], hit[1]))[2] if hits else None


def _value(rule: _Rule, match: re.Match[str], dates: list[DateMention], document_date: str | None, language: str) -> str | None:
    if rule.rule == "date":
        found = next((date for date in dates if match.start() <= date.start < match.end()), None)
        return (found.until or found.iso) if found else None
    if document_date is None or rule.rule in {"soon", "event"}:
        return None
    anchor = calendar.first_day(document_date)
    if rule.rule == "within":
        count = date_words.number(language, match["n"])
        if count is None or len(document_date) < 10:
            return None
        if rule.unit in {"hour", "day", "week"}:
            days = {"hour": -(-count // 24), "day": count, "week": 7 * count}[rule.unit]
            moved = calendar.add_days(anchor, days)
        else:
            moved = calendar.add_months(anchor, count * (12 if rule.unit == "year" else 1))
        return calendar.iso(moved.year, moved.month, moved.day) if moved else None
    unit, _, which = rule.unit.partition(":")
    ahead = 1 if which == "next" else 0
    if unit == "year":
        return calendar.iso(anchor.year + ahead, 12, 31)
    if unit == "month" and len(document_date) >= 7:
        month = calendar.add_months(anchor.replace(day=1), ahead)
        return calendar.last_day(f"{month.year:04d}-{month.month:02d}").isoformat() if month else None
    if unit == "week" and len(document_date) == 10:
        moved = calendar.add_days(anchor, 6 - anchor.weekday() + 7 * ahead)
        return moved.isoformat() if moved else None
    return None
