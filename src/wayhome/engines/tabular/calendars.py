"""Days of other calendars as days of the Gregorian one."""

from __future__ import annotations

from datetime import date, timedelta

_ETHIOPIAN_EPOCH = date(8, 8, 27)  # 1 Meskerem 1 in the proleptic Gregorian calendar (29 August 8 Julian)
_JALALI_BREAKS = (-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394, 2456, 3178)


def to_gregorian(calendar: str, year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day or its years are out of range."""
    try:
        if calendar == "hijri":
            return _from_hijri(year, month, day)
        if calendar == "solar_hijri":
            return _from_solar_hijri(year, month, day)
        if calendar == "ethiopian":
            return _from_ethiopian(year, month, day)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def year_span(calendar: str, year: int, month: int | None = None) -> tuple[date, date] | None:
    """First and last day of a year or a month."""
    first = to_gregorian(calendar, year, month or 1, 1)
    if month is None:
        after = to_gregorian(calendar, year + 1, 1, 1)
    else:
        last_month = 13 if calendar == "ethiopian" else 12
        after = to_gregorian(calendar, year + (month == last_month), 1 if month == last_month else month + 1, 1)
    return (first, after - timedelta(days=1)) if first and after else None


def plausible(calendar: str, year: int, today: date) -> bool:
    """Whether a person alive today may have been born, or a displacement have happened, in this year of the calendar."""
    age = {"hijri": 579, "solar_hijri": -621, "ethiopian": -8}.get(calendar, 0)
    if calendar == "hijri":
        return 1318 <= year <= int((today.year - 622) * 33 / 32) + 1
    return 1900 + age <= year <= today.year + age + 1


def _from_hijri(year: int, month: int, day: int) -> date:
    from hijridate import Hijri

    if 1343 <= year <= 1500:
        gregorian = Hijri(year, month, day).to_gregorian()
        return date(gregorian.year, gregorian.month, gregorian.day)
    # Outside the table of Umm al-Qura: the arithmetical calendar, within a day or two of what was seen.
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError("no such day")
    days = day + -(-59 * (month - 1) // 2) + (year - 1) * 354 + (3 + 11 * year) // 30 - 1
    return date(622, 7, 19) + timedelta(days=days)


def _from_ethiopian(year: int, month: int, day: int) -> date:
    leap = year % 4 == 3
    longest = (6 if leap else 5) if month == 13 else 30
    if not (1 <= month <= 13 and 1 <= day <= longest and year >= 1):
        raise ValueError("no such day")
    return _ETHIOPIAN_EPOCH + timedelta(days=365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)


def _from_solar_hijri(year: int, month: int, day: int) -> date:
    """By Borkowski's breaks of the 33-year cycle (Astronomical Computations, The Persian calendar for 3000 years, 1996)."""
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        raise ValueError("no such day")
    start, leap = _nowruz(year)
    if month == 12 and day == 30 and not leap:
        raise ValueError("no such day")
    return start + timedelta(days=(month - 1) * 31 - max(0, month - 7) + day - 1)


def _nowruz(year: int) -> tuple[date, bool]:
    """The first day of a year and whether it has 366 days."""
    leaps, previous, jump = -14, _JALALI_BREAKS[0], 0
    for current in _JALALI_BREAKS[1:]:
        jump = current - previous
        if year < current:
            break
        leaps += jump // 33 * 8 + jump % 33 // 4
        previous = current
    else:
        raise ValueError("out of range")
    gone = year - previous
    leaps += gone // 33 * 8 + (gone % 33 + 3) // 4
    if jump % 33 == 4 and jump - gone == 4:
        leaps += 1
    gregorian = year + 621
    march = 20 + leaps - (gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150)
    if jump - gone < 6:
        gone = gone - jump + (jump + 4) // 33 * 33
    return date(gregorian, 3, march), ((gone + 1) % 33 - 1) % 4 == 0
