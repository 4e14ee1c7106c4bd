"""ISO 8601 dates as precise as a text gives them ("2023", "2023-04", "2023-04-07"): building, reckoning, comparing."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

EARLIEST_YEAR, LATEST_YEAR = 1500, 2199
HALF_YEAR = 183


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The ISO form, or None where there is no such day, month, or year between 1500 and 2199."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def first_day(value: str) -> date:
    """The first day that an ISO date of any precision covers. ValueError where the value is no such date."""
    parts = [int(part) for part in value.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last_day(value: str) -> date:
    """The last day that an ISO date of any precision covers. ValueError where the value is no such date."""
    first = first_day(value)
    if len(value) == 4:
        return date(first.year, 12, 31)
    if len(value) == 7:
        return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return first


def compatible(one: str | None, other: str | None) -> bool:
    """Whether two dates can be the same day: one covers the other, or one of them is unknown."""
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def add_days(day: date, amount: int) -> date | None:
    """The day so many days later, or None outside the calendar."""
    try:
        return day + timedelta(days=amount)
    except OverflowError:
        return None


def add_months(day: date, amount: int) -> date | None:
    """The same day so many months later, or the month's last where it is shorter; None outside the calendar."""
    index = day.year * 12 + day.month - 1 + amount
    year, month = divmod(index, 12)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def nearest_year(anchor: date, month: int, day: int | None, direction: int = 0) -> int:
    """The year that puts a day or month without year nearest to `anchor`.

    `direction` -1 takes the latest that is not after the anchor, +1 the earliest that is not before it.
    """
    middle = day or 15
    best = anchor.year
    options: list[tuple[int, int]] = []
    for year in (anchor.year - 1, anchor.year, anchor.year + 1):
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            continue
        candidate = date(year, month, min(middle, calendar.monthrange(year, month)[1]))
        distance = (candidate - anchor).days
        same_month = day is None and candidate.month == anchor.month and candidate.year == anchor.year
        if (direction < 0 and distance > 0 and not same_month) or (direction > 0 and distance < 0 and not same_month):
            continue
        options.append((abs(distance), year))
    if options:
        best = min(options)[1]
    return best


def century(two_digits: int, anchor: date | None) -> int:
    """The full year of "'74": the nearest to the anchor, or between 1950 and 2049 without one."""
    if anchor is None:
        return two_digits + (1900 if two_digits >= 50 else 2000)
    return min((base + two_digits for base in (1800, 1900, 2000, 2100)), key=lambda year: abs(year - anchor.year))
