"""Dates in a text: where they stand and what they mean, as ISO 8601 and as precise as the text.

Month names of many languages are read in every text, so that a document in a language without further rules still yields its
dates. Which number of "11/03/2023" is the month: the one that can be, else the one that the document's other dates show, else
the day comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from wayhome.engines.reading import calendar, date_words, relative_dates
from wayhome.engines.reading.taken import Taken

Basis = Literal["written", "year_inferred", "relative"]
WINDOW = 48
_WORD = re.compile(r"[^\W\d_]{3,}")
_ISO = re.compile(r"(?<![\w/\-])(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?|(?![\w\-]|/\d))")
_NUMERIC = re.compile(r"(?<![\w/.\-])(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/\-]|\.\d)")
_ROMAN = re.compile(r"(?<![\w/.\-])(\d{1,2})[./\s]\s?(I{1,3}|IV|VI{0,3}|IX|XI{0,2})[./\s]\s?(\d{4})(?!\d)")
_ROMANS = dict(zip(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), range(1, 13), strict=True))
_YEAR = re.compile(rf"(?<![\w/.,\-–:])({date_words.YEAR})(?![\d/%]|[.,:]\d|[-–]\w\w)")
_YEARS = re.compile(rf"(?<![\w/.,\-–:])({date_words.YEAR})(?:\s?[-–—]\s?| to | and | à | et | au )(\d{{4}}|\d{{2}})(?![\w/%])")
_REFERENCE_BEFORE = re.compile(date_words.role("not_a_date") + r"\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at `text[start:end]`. `iso` is None where the year is nowhere told; `until` is the last day or year of a range."""

    start: int
    end: int
    iso: str | None
    until: str | None = None
    basis: Basis = "written"


@dataclass(frozen=True, slots=True)
class _Found:
    """A date before its year is known: `turn` is the word about the year that followed it."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    last_year: int | None = None
    last_day: int | None = None
    turn: str | None = None


@lru_cache(maxsize=2048)
def find_dates(text: str, language: str = "en", document_date: str | None = None) -> tuple[DateMention, ...]:
    """Every date of a text in order of place, none inside another.

    `document_date` (ISO, any precision) is what "yesterday" and a day without year are reckoned from. Without it a day without
    year takes the year of the date written before it, or the first after it; words like "yesterday" are then left out.
    """
    anchor = calendar.first_day(document_date) if document_date else None
    found = _without_overlaps([*_named(text, language), *_in_figures(text, anchor), *_years(text, language)])
    mentions = [mention for item, mention in zip(found, _settle(found, anchor), strict=True) if mention is not None]
    if document_date and anchor:
        taken = Taken((mention.start, mention.end) for mention in mentions)
        for hit in relative_dates.find(text, language, document_date):
            if taken.free(hit.start, hit.end):
                mentions.append(DateMention(hit.start, hit.end, hit.iso, basis="relative"))
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def _settle(found: list[_Found], anchor: date | None) -> Iterator[DateMention | None]:
    """Gives each find its year: its own, the one reckoned from the anchor, or that of a neighbour."""
    known = [(index, item) for index, item in enumerate(found) if item.year is not None]
    for index, item in enumerate(found):
        if item.year is not None:
            yield _mention(item, item.year, "written")
            continue
        near = anchor
        if near is None and known:
            before = [other for place, other in known if place < index]
            other = before[-1] if before else known[0][1]
            value = calendar.iso(other.year or 0, other.month, other.day) or f"{other.year:04d}"
            near = calendar.first_day(value)
        if near is None or item.month is None:
            yield DateMention(item.start, item.end, None)
            continue
        year = {
            "past_year": near.year - 1,
            "future_year": near.year + 1,
            "current": near.year,
            "past": calendar.nearest_year(near, item.month, item.day, -1),
            "future": calendar.nearest_year(near, item.month, item.day, 1),
        }.get(item.turn or "", calendar.nearest_year(near, item.month, item.day))
        yield _mention(item, year, "year_inferred")


def _mention(item: _Found, year: int, basis: Basis) -> DateMention | None:
    value = calendar.iso(year, item.month, item.day)
    if value is None:
        return None
    until = None
    if item.last_day is not None:
        until = calendar.iso(year, item.month, item.last_day)
    elif item.last_year is not None:
        until = calendar.iso(item.last_year)
    if until is not None and until <= value:
        until = None
    return DateMention(item.start, item.end, value, until, basis)


def _named(text: str, language: str) -> Iterator[_Found]:
    """Dates with a month's name."""
    names = date_words.months()
    skip = 0
    for word in _WORD.finditer(text):
        name = names.get(word.group().lower())
        if name is None or word.start() < skip:
            continue
        end = word.end()
        twin = _WORD.match(text, end + 1) if text[end : end + 1] == "/" else None
        if twin and (other := names.get(twin.group().lower())) and other.number == name.number:
            end = twin.end()
        item = _around(text, word.start(), end, name, language)
        if item is not None:
            skip = item.end
            yield item


def _around(text: str, start: int, end: int, name: date_words.MonthName, language: str) -> _Found | None:
    """The date around one month's name, or None where the word is no month here."""
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    offset = start - len(before)
    day: int | None = None
    last: int | None = None
    begin, stop = start, end
    left = date_words.day_before_month().search(before)
    written = None if left else date_words.written_day_before_month(language).search(before)
    if left:
        day, begin = int(left["day"]), offset + left.start("first" if left["first"] else "day")
        if left["first"]:
            day, last = int(left["first"]), day
    elif written:
        day, begin = date_words.number(language, written["day"]), offset + written.start("day")
    elif name.languages & date_words.MONTH_THEN_DAY and not re.search(r"\bin\s+$", before, re.IGNORECASE):
        right = date_words.day_after_month().match(after)
        if right and 1 <= int(right["day"]) <= 31:
            day, last, stop = int(right["day"]), int(right["last"]) if right["last"] else None, end + right.end()
    year, stop, short = _year_after(text, stop)
    if year is None and (earlier := date_words.year_before_day().search(text[max(0, begin - WINDOW) : begin])):
        year, begin = int(earlier["year"]), max(0, begin - WINDOW) + earlier.start("year")
    turn = date_words.which_year(language).match(text[stop : stop + WINDOW]) if year is None else None
    lead = date_words.lead("month_before", language).search(before)
    word = text[start:end]
    if day is None and year is None:
        alone = bool(turn or lead) and language in name.languages and (language != "en" or word[0].isupper())
        if not alone or (name.ambiguous and not ((lead and word[0].isupper()) or turn)):
            return None
    if day is not None and not 1 <= day <= 31:
        return None
    if name.ambiguous and day is None and not word[0].isupper() and year is None:
        return None
    if short:
        year = calendar.century(year or 0, None)
    role = turn.lastgroup if turn else None
    if role is None and day is None and lead and re.match(r"last\b", lead.group(), re.IGNORECASE):
        role = "past"
    elif role is None and day is None and lead and re.match(r"next\b", lead.group(), re.IGNORECASE):
        role = "future"
    if turn:
        stop += turn.end()
    return _Found(begin, stop, year, name.number, day, last_day=last, turn=role)


def _year_after(text: str, stop: int) -> tuple[int | None, int, bool]:
    """The year that follows a month or a day: year, where it ends, whether it had two figures."""
    match = date_words.year_after_month().match(text[stop : stop + WINDOW])
    if match is None:
        return None, stop, False
    figures = match["year"] or match["short"]
    end = stop + match.end("year" if match["year"] else "short")
    return int(figures), end, match["short"] is not None


def _in_figures(text: str, anchor: date | None) -> Iterator[_Found]:
    """Dates in figures alone: 2023-03-11, 11/03/2023, 11.III.1998."""
    for match in _ISO.finditer(text):
        yield _Found(match.start(), match.end(), int(match[1]), int(match[2]), int(match[3]))
    for match in _ROMAN.finditer(text):
        yield _Found(match.start(), match.end(), int(match[3]), _ROMANS[match[2]], int(match[1]))
    matches = [m for m in _NUMERIC.finditer(text) if not _REFERENCE_BEFORE.search(text[max(0, m.start() - 12) : m.start()])]
    month_first = any(int(m[3]) > 12 >= int(m[1]) for m in matches) and not any(int(m[1]) > 12 >= int(m[3]) for m in matches)
    for match in matches:
        one, two = int(match[1]), int(match[3])
        day, month = (two, one) if (month_first and one <= 12) or two > 12 else (one, two)
        year = int(match[4]) if len(match[4]) == 4 else calendar.century(int(match[4]), anchor)
        if calendar.iso(year, month, day):
            yield _Found(match.start(), match.end(), year, month, day)


def _years(text: str, language: str) -> Iterator[_Found]:
    """Years alone, where a word says that the number is one; spans of years."""
    for match in _YEARS.finditer(text):
        first, last = int(match[1]), int(match[2])
        last = last if last >= 100 else first // 100 * 100 + last
        if first < last <= calendar.LATEST_YEAR and last - first < 150:
            yield _Found(match.start(), match.end(), first, None, None, last_year=last)
    for match in _YEAR.finditer(text):
        before = text[max(0, match.start() - WINDOW) : match.start()]
        if _REFERENCE_BEFORE.search(before[-8:]):
            continue
        after = re.match(rf"\s*{date_words.role('year_after')}", text[match.end() : match.end() + 16], re.IGNORECASE)
        if after or date_words.lead("year_before", language).search(before):
            yield _Found(match.start(), match.end(), int(match[1]), None, None)


def _without_overlaps(found: list[_Found]) -> list[_Found]:
    """Keeps of overlapping finds the more precise, then the longer."""
    ranked = sorted(found, key=lambda item: (item.day is None, item.month is None, item.start - item.end, item.start))
    taken = Taken()
    return sorted((item for item in ranked if taken.take(item.start, item.end)), key=lambda item: item.start)


_HEAD_LINES, _TAIL_LINES, _DATELINE = 14, 8, 110


def document_date(text: str, language: str = "en", sent_on: str | None = None) -> DateMention | None:
    """The date that the document bears: what its container says, else the dateline at its head, else the one at its foot.

    A dateline is a short line of its own ("Geneva, 29 March 1996"; "[20 October 1948]"; "Date: ..."), written to the day. Where
    the container says it, the mention has no place in the text (start and end are 0).
    """
    if sent_on:
        return DateMention(0, 0, sent_on[:10])
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text) if match.group().strip()]
    head, tail = lines[:_HEAD_LINES], lines[-_TAIL_LINES:][::-1]
    for place, group in ((0, head), (1, tail)):
        for start, end in group:
            if end - start > _DATELINE:
                continue
            for mention in find_dates(text[start:end], language):
                to_the_day = mention.iso is not None and len(mention.iso) == 10 and mention.basis == "written"
                if to_the_day and _is_dateline(text[start:end], mention, place):
                    return replace(mention, start=start + mention.start, end=start + mention.end)
    return None


# A line "Your letter of 3 May" bears another document's date.
_OTHERS = re.compile(r"\b(?:your|our|votre|notre|vos|nos|v/|n/)(?!\w)", re.IGNORECASE)
_ORDINARY_WORDS = re.compile(r"(?<![\w@.])[a-zà-ÿ]{2,}(?![@\w])")


def _is_dateline(line: str, mention: DateMention, place: int) -> bool:
    """Whether what stands around the date on its line is no sentence."""
    before, after = line[: mention.start], line[mention.end :]
    if _OTHERS.search(before):
        return False
    plain = len(_ORDINARY_WORDS.findall(before)) + len(_ORDINARY_WORDS.findall(after))
    limit = 2 if line.rstrip().endswith((".", ";", "?")) else 4 + place
    return plain <= limit and not re.search(r"[.!?;]\s+\w", before)
