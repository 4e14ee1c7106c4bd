"""Dates as people write them -> first and last possible day, how exact, and what was assumed to read them.

    read_date("31.12.1989", DateHabit(), at=date(2026, 6, 1))      -> 1989-12-31, day
    read_date("около 60", DateHabit(), at=date(2026, 6, 1))        -> 1960-06-02 .. 1971-..., age, notes about, age

The order of day and month is a habit of a column, found by `habits.find_habit`; a date that the habit forbids (12/31/1989 in a
column of 31/12/1989) is read the only way it can be and says so. `at` is the day the list speaks of: ages count back from it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from wayhome.engines.tabular import data
from wayhome.engines.tabular.calendars import plausible, to_gregorian, year_span
from wayhome.engines.tabular.folding import ascii_digits
from wayhome.engines.tabular.types import Cell, Dated, DateHabit

ABOUT_YEARS = 2  # how far "about 1960" reaches to either side
ABOUT_AGE = 3  # and "about 60 years old"
_FAST = re.compile(r"(\d{1,2})([./\-])(\d{1,2})\2(\d{4})\Z")
_ISO = re.compile(r"(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?\Z")
_NUMBERS = re.compile(r"\d+")
_SPAN = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})\Z|(\d{4})\s*[-–—/]\s*(\d{2})\Z")
_UNKNOWN_PART = re.compile(
    r"(?<![^\W\d_])[xXхХ?_*-]{2,4}(?![^\W\d_])|(?<!\d)0{1,2}(?=[./\-])|(?<=\d{4}[./\-])0{1,2}(?!\d)|(?<=\d{4}[./\-]00[./\-])0{1,2}(?!\d)"
)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?(?:Z|[+-]\d{2}:?\d{2})?\Z", re.IGNORECASE)
_MARKS = str.maketrans({"\u200e": "", "\u200f": "", "\u00a0": " ", "،": " ", ",": " ", "’": "'", "٫": ".", "․": "."})
_EXCEL_ZERO = date(1899, 12, 30)

Unread = str
"""A code that says why a date could not be read: no_such_day, ambiguous_number, not_a_date, out_of_range, calendar_unclear."""


def read_date(value: Cell, habit: DateHabit, at: date) -> Dated | Unread:
    """Read one cell of a date column. Never raises."""
    if isinstance(value, datetime):
        return Dated(value.date(), value.date(), "day")
    if isinstance(value, date):
        return Dated(value, value, "day")
    if isinstance(value, bool) or value is None:
        return "not_a_date"
    if isinstance(value, (int, float)):
        return _of_number(value, habit, at)
    text = ascii_digits(str(value)).translate(_MARKS).strip()
    fast = _FAST.match(text)
    if fast and habit.calendar == "gregorian" and habit.order != "ymd" and fast[4] > "1500":
        return _three(int(fast[1]), int(fast[3]), int(fast[4]), habit, ())
    if len(text) > 80:
        return "not_a_date"
    return _of_text(text, habit, at)


def read_age(value: Cell, at: date) -> Dated | Unread:
    """Read one cell of an age column: years, or months with a word that says so."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _aged(float(value), at, ())
    if not isinstance(value, str):
        return "not_an_age"
    text = ascii_digits(value).translate(_MARKS).strip().casefold()
    notes: tuple[str, ...] = ()
    text, about = _without(text, "about")
    text, months = _without(text, "months")
    text, _years = _without(text, "years")
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text)
    if about:
        notes = ("about",)
    if len(numbers) == 1 and not re.sub(r"[\d.,+\s]", "", text):
        number = float(numbers[0].replace(",", "."))
        return _aged_months(int(number), at, notes) if months else _aged(number, at, notes)
    if len(numbers) == 2 and re.fullmatch(r"\d+\s*[-–—]\s*\d+", text) and not months:
        low, high = sorted(int(number) for number in numbers)
        oldest, youngest = _aged(float(high), at, notes), _aged(float(low), at, notes)
        if isinstance(oldest, Dated) and isinstance(youngest, Dated):
            return Dated(oldest.first, youngest.last, "age", (*notes, "range"))
    return "not_an_age"


def _of_number(value: int | float, habit: DateHabit, at: date) -> Dated | Unread:
    if habit.serials and 1 <= value <= 73_050 and not (habit.calendar == "gregorian" and 1900 <= value <= at.year):
        day = _EXCEL_ZERO + timedelta(days=int(value))
        return Dated(day, day, "day", ("excel_serial",))
    if value != int(value):
        return _of_text(str(value), habit, at)  # 5.1989: a month that a spreadsheet took for a number
    return _of_text(str(int(value)), habit, at)


def _of_text(text: str, habit: DateHabit, at: date) -> Dated | Unread:
    text = _TIME.sub("", text).strip()
    calendar = habit.calendar
    notes: list[str] = []
    for other in ("hijri", "solar_hijri", "ethiopian"):
        stripped, said = _without(text, other)
        if said and any(ch.isdigit() for ch in stripped):
            text, calendar = stripped, other
    iso = _ISO.match(text)
    if iso:
        return _day_or_less(int(iso[1]), int(iso[2]), int(iso[3]), calendar, notes, at)
    doubted = text.endswith(("?", "؟"))
    text, about = _without(text.rstrip("?؟ "), "about")
    if about or doubted:
        notes.append("about")
    text, month, month_calendar = _without_month(text)
    if month_calendar not in {"", "gregorian"}:
        calendar = month_calendar
    if month is None and (aged := _as_age(text, at, notes)) is not None:
        return aged
    text, before = _without(text, "before")
    text, after = _without(text, "after")
    text, _ = _without(text, "drop")
    span = _span(text, calendar, notes, at)
    if span is not None:
        return span
    unknown = bool(_UNKNOWN_PART.search(text))
    if unknown:
        text = _UNKNOWN_PART.sub(" ", text)
        notes.append("part_unknown")
    if re.sub(r"[\d\s./\-–—()'\"]", "", text):
        return "not_a_date"
    numbers = [(int(each), len(each)) for each in _NUMBERS.findall(text)]
    found = _of_parts(numbers, month, habit, calendar, notes, at)
    if isinstance(found, Dated) and (before or after):
        if before:
            return Dated(date(found.first.year - 20, 1, 1), found.last, "range", (*found.notes, "before"))
        return Dated(found.first, min(date(found.last.year + 20, 12, 31), max(at, found.last)), "range", (*found.notes, "after"))
    return found


def _of_parts(
    numbers: list[tuple[int, int]], month: int | None, habit: DateHabit, calendar: str, notes: list[str], at: date
) -> Dated | Unread:
    values = [value for value, _ in numbers]
    if month is not None:
        if len(values) == 2:
            (a, a_long), (b, b_long) = numbers
            year, day = (a, b) if a_long > 2 or (a > 31 and b <= 31) else (b, a)
            if a_long <= 2 and b_long <= 2:
                year = _century(year, notes, at)
            return _day_or_less(year, month, day, calendar, notes, at)
        if len(values) == 1:
            year = values[0] if numbers[0][1] > 2 else _century(values[0], notes, at)
            return _day_or_less(year, month, 0, calendar, notes, at)
        return "not_a_date"
    if len(values) == 3:
        a, b, c = values
        if numbers[0][1] > 2:
            return _day_or_less(a, b, c, calendar, notes, at)
        year = c if numbers[2][1] > 2 else _century(c, notes, at)
        return _three(a, b, year, habit, tuple(notes), calendar, at)
    if len(values) == 2:
        (a, a_long), (b, b_long) = numbers
        if a_long == 4 and b <= 13:
            return _day_or_less(a, b, 0, calendar, notes, at)
        if b_long == 4 and a <= 13:
            return _day_or_less(b, a, 0, calendar, notes, at)
        return "not_a_date"
    if len(values) == 1:
        return _single(values[0], numbers[0][1], habit, calendar, notes, at)
    return "not_a_date"


def _single(value: int, length: int, habit: DateHabit, calendar: str, notes: list[str], at: date) -> Dated | Unread:
    if length == 4:
        return _day_or_less(value, 0, 0, calendar, notes, at)
    if length == 8:
        text = f"{value:08d}"
        for year, month, day in (
            (int(text[:4]), int(text[4:6]), int(text[6:])),
            (int(text[4:]), int(text[2:4]), int(text[:2])),
        ):
            if 1850 <= year <= at.year + 1 and to_gregorian("gregorian", year, month, day):
                return _day_or_less(year, month, day, calendar, [*notes, "run_together"], at)
        return "not_a_date"
    if length == 5 and (habit.serials or 3_653 <= value <= (at - _EXCEL_ZERO).days):
        day_found = _EXCEL_ZERO + timedelta(days=value)
        return Dated(day_found, day_found, "day", (*notes, "excel_serial"))
    return "ambiguous_number" if length <= 3 else "not_a_date"


def _three(
    a: int, b: int, year: int, habit: DateHabit, notes: tuple[str, ...], calendar: str = "gregorian", at: date | None = None
) -> Dated | Unread:
    """Two numbers of one or two digits and a year, in the order of the column, or in the only order that is possible."""
    day, month = (b, a) if habit.order == "mdy" else (a, b)
    most = 13 if calendar == "ethiopian" else 12
    if month > most >= day > 0:
        day, month = month, day
        notes = (*notes, "other_order")
    return _day_or_less(year, month, day, calendar, list(notes), at)


def _day_or_less(year: int, month: int, day: int, calendar: str, notes: list[str], at: date | None) -> Dated | Unread:
    if calendar == "gregorian" and 1300 <= year <= 1460:
        return "calendar_unclear"
    if at is not None and calendar != "gregorian" and not plausible(calendar, year, at):
        if 1900 <= year <= at.year + 1 and calendar != "ethiopian":
            calendar = "gregorian"
        else:
            return "out_of_range"
    if calendar == "gregorian" and not 1850 <= year <= 2200:
        return "out_of_range"
    if calendar != "gregorian":
        notes = [*notes, calendar]
    if month == 0 < day:
        return "no_such_day"  # 31.00.1989
    if month == 0 or day == 0:
        span = year_span(calendar, year, month or None)
        if span is None:
            return "no_such_day"
        first, last = span
        if "about" in notes:
            first, last = _moved(first, -ABOUT_YEARS), _moved(last, ABOUT_YEARS)
        return Dated(first, last, "range" if "about" in notes else "month" if month else "year", tuple(notes))
    found = to_gregorian(calendar, year, month, day)
    if found is None:
        return "no_such_day"
    if "about" in notes:
        return Dated(found - timedelta(days=183), found + timedelta(days=183), "range", tuple(notes))
    return Dated(found, found, "day", tuple(notes))


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _century(year: int, notes: list[str], at: date) -> int:
    """A year of two digits is the last one that is not to come."""
    notes.append("two_digit_year")
    full = at.year - at.year % 100 + year
    return full if full <= at.year else full - 100


def _span(text: str, calendar: str, notes: list[str], at: date) -> Dated | None:
    text, _ = _without(text, "range")
    text = re.sub(r"(?<=\d{4})\s+(?=\d{4}\Z)", "-", text.strip(" .-"))
    found = _SPAN.match(text)
    if found is None:
        return None
    first = int(found[1] or found[3])
    last = int(found[2]) if found[2] else first - first % 100 + int(found[4])
    if found[4] and int(found[4]) <= 12 and last != first + 1:
        return None  # 1989-05 is a month
    low, high = year_span(calendar, first), year_span(calendar, last)
    if low is None or high is None or last < first or last - first > 60 or not plausible(calendar, first, at):
        return None
    return Dated(low[0], high[1], "range", (*notes, "range"))


def _as_age(text: str, at: date, notes: list[str]) -> Dated | Unread | None:
    """ "about 60", "60 years old": an age in a column of dates."""
    rest, years = _without(text, "years")
    rest, months = _without(rest, "months") if not years else (rest, False)
    numbers = _NUMBERS.findall(rest)
    if len(numbers) != 1 or len(numbers[0]) > 3 or not (years or months or "about" in notes):
        return None
    if re.sub(r"[\d\s.+]", "", rest):
        return None
    number = int(numbers[0])
    said = (*notes, "age")
    return _aged_months(number, at, said) if months else _aged(float(number), at, said)


def _aged(years: float, at: date, notes: tuple[str, ...]) -> Dated | Unread:
    if not 0 <= years <= 130:
        return "age_out_of_range"
    slack = ABOUT_AGE if "about" in notes and years >= 15 else 1 if "about" in notes else 0
    first = _moved(at, -(int(years) + 1 + slack)) + timedelta(days=1)
    return Dated(first, min(at, _moved(at, -max(0, int(years) - slack))), "age", notes)


def _aged_months(months: int, at: date, notes: tuple[str, ...]) -> Dated | Unread:
    if not 0 <= months <= 240:
        return "age_out_of_range"
    last = at - timedelta(days=int(months * 30.44))
    return Dated(last - timedelta(days=31), last, "age", notes)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    forms: list[str] = []
    for row in data.table("date_words.csv"):
        if row["kind"] == kind:
            forms += data.forms(row["forms"])
    parts = sorted((re.escape(form.casefold()) for form in forms), key=len, reverse=True)
    # A word ends where letters end; the dot and hyphen of an abbreviation (г., -ci il) go with it.
    return re.compile(r"(?:(?<![^\W\d_])|(?<=\d))[-]?(?:" + "|".join(parts) + r")(?![^\W\d_])\.?", re.IGNORECASE)


def _without(text: str, kind: str) -> tuple[str, bool]:
    """The text without the words of a kind, and whether it held one."""
    if text.isascii() and not any(ch.isalpha() or ch in "~" for ch in text):
        return text, False
    rest, count = _pattern(kind).subn(" ", text.casefold())
    return (" ".join(rest.split()), True) if count else (text, False)


@cache
def _months() -> tuple[re.Pattern[str], dict[str, tuple[int, str]]]:
    by_form: dict[str, tuple[int, str]] = {}
    for row in data.table("months.csv"):
        for form in data.forms(row["forms"]):
            by_form.setdefault(form.casefold(), (int(row["month"]), row["calendar"]))
    parts = sorted((re.escape(form) for form in by_form), key=len, reverse=True)
    # Azerbaijani puts endings on the month (yanvarın 5-i, mayında): up to four letters are passed over for long forms only.
    return re.compile(r"(?<![^\W\d_])(" + "|".join(parts) + r")(?:[ıiuü]n(?:da|də)?)?\.?(?![^\W\d_])", re.IGNORECASE), by_form


def _without_month(text: str) -> tuple[str, int | None, str]:
    if not any(ch.isalpha() for ch in text):
        return text, None, ""
    pattern, by_form = _months()
    lowered = text.casefold()
    found = pattern.search(lowered)
    if found is None:
        return text, None, ""
    month, calendar = by_form[found[1]]
    rest = re.sub(r"(?<=\d)(?:st|nd|rd|th|er|-?[iıuü]|-?е|-?го)\b", "", lowered[: found.start()] + " " + lowered[found.end() :])
    return " ".join(rest.replace("'", " ").split()), month, calendar
