"""Birth dates as people give them: a day, a month, a year, an age. Kept as the first and the last day they can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import get_month_names
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.core.text import fold
from wayhome.registry.states import Precision

ADULT = 18
OLDEST = 125
ABOUT = 2  # years either side of "about"
_LANGUAGES = ("en", "fr", "ru", "az", "hy", "ar")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?")
_EUROPEAN = re.compile(r"(?:(\d{1,2})[-./ ])?(\d{1,2})[-./ ](\d{4})")
_WORDED = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d]+)\.?,?\s+(\d{4})")
_YEAR = re.compile(r"\d{4}")
_AGE = re.compile(r"(\d{1,3})(?:\s*[^\W\d]+\.?)*")
_APPROXIMATE = re.compile(
    r"^(?:~|≈|c\.|ca\.?|circa|about|around|approx\w*\.?|env\w*\.?|vers|около|примерно|ок\.|təxminən|մոտ|մոտավորապես|حوالي|نحو)\s*"
)


@dataclass(frozen=True, slots=True)
class Birth:
    """`first` and `last` day that it can be, how exactly it is known, and the words it was given in. Empty: not known."""

    first: date | None = None
    last: date | None = None
    precision: str = ""
    text: str = ""

    def fields(self) -> dict[str, Any]:
        """The four fields of a person."""
        return {
            "birth_from": self.first,
            "birth_to": self.last,
            "birth_precision": self.precision,
            "birth_text": self.text,
        }


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    found[fold(name).strip(".")] = number
    return found


def _refuse(text: str) -> InvalidInput:
    return InvalidInput(
        _("“%(text)s” was not understood as a date of birth.") % {"text": text[:60]},
        _("Write it as 31.12.1989, 12.1989, 1989, or as an age: about 60."),
        field="birth",
    )


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _month(text: str, year: int, month: int) -> Birth:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return Birth(first, following - timedelta(days=1), Precision.MONTH, text)


def parse(text: str, *, on: date | None = None) -> Birth:
    """Understand what somebody wrote; an age counts from `on` (today by default). Day before month, as in the six languages.

    Raises:
        InvalidInput: not understood, in the future, or more than 125 years ago.
    """
    on = on or timezone.localdate()
    text = " ".join(text.split())[:60]
    if not text:
        return Birth()
    plain = text.translate(_DIGITS).casefold()
    stripped = _APPROXIMATE.sub("", plain)
    try:
        found = _exact(text, stripped, on) if stripped == plain else _about(text, stripped, on)
    except ValueError:  # a 31 February
        raise _refuse(text) from None
    if found is None or found.first is None or found.last is None:
        raise _refuse(text)
    if found.first > on:
        raise InvalidInput(_("“%(text)s” lies in the future.") % {"text": text}, _("Check the year."), field="birth")
    if found.last < years_before(on, OLDEST):
        raise InvalidInput(_("“%(text)s” is more than 125 years ago.") % {"text": text}, _("Check the year."), field="birth")
    return found


def _exact(text: str, plain: str, on: date) -> Birth | None:
    if hit := _ISO.fullmatch(plain):
        year, month, day = int(hit[1]), int(hit[2]), hit[3]
        return _day(text, year, month, int(day)) if day else _month(text, year, month)
    if hit := _EUROPEAN.fullmatch(plain):
        year, month = int(hit[3]), int(hit[2])
        return _day(text, year, month, int(hit[1])) if hit[1] else _month(text, year, month)
    if hit := _WORDED.fullmatch(plain):
        number = _months().get(fold(hit[2]))
        if number:
            return _day(text, int(hit[3]), number, int(hit[1])) if hit[1] else _month(text, int(hit[3]), number)
    if _YEAR.fullmatch(plain):
        year = int(plain)
        return Birth(date(year, 1, 1), date(year, 12, 31), Precision.YEAR, text)
    if (hit := _AGE.fullmatch(plain)) and int(hit[1]) <= OLDEST:
        return _age(text, int(hit[1]), on, 0)
    return None


def _about(text: str, plain: str, on: date) -> Birth | None:
    if _YEAR.fullmatch(plain):
        year = int(plain)
        return Birth(date(year - ABOUT, 1, 1), min(date(year + ABOUT, 12, 31), on), Precision.RANGE, text)
    if (hit := _AGE.fullmatch(plain)) and int(hit[1]) <= OLDEST:
        return _age(text, int(hit[1]), on, ABOUT)
    return None


def _day(text: str, year: int, month: int, day: int) -> Birth:
    exact = date(year, month, day)
    return Birth(exact, exact, Precision.DAY, text)


def _age(text: str, age: int, on: date, margin: int) -> Birth:
    first = years_before(on, age + margin + 1) + timedelta(days=1)
    return Birth(first, years_before(on, max(age - margin, 0)), Precision.AGE, text)


def words(record: Any) -> str:
    """When a person was born, as precisely as it is known: 12 Mar 1961, Mar 1961, 1961, about 1958."""
    return span_words(record.birth_from, record.birth_to, record.birth_precision)


def span_words(first: date | None, last: date | None, precision: str) -> str:
    """A day that is known more or less exactly, in words."""
    if first is None or last is None:
        return ""
    if precision == Precision.DAY or first == last:
        return str(date_format(first, "j M Y"))
    if precision == Precision.MONTH:
        return str(date_format(first, "M Y"))
    if precision == Precision.YEAR:
        return str(first.year)
    middle = first + (last - first) / 2
    if last.year - first.year <= 2 * ABOUT + 2:
        return _("about %(year)s") % {"year": middle.year}
    return _("%(first)s to %(last)s") % {"first": first.year, "last": last.year}


def is_child(record: Any, on: date | None = None) -> bool | None:
    """Under 18 on a day: yes, no, or None where the dates leave both open or none is on file."""
    limit = years_before(on or timezone.localdate(), ADULT)
    if record.birth_from is None or record.birth_to is None:
        return None
    if record.birth_from > limit:
        return True
    return False if record.birth_to <= limit else None
