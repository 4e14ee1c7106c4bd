"""Months as periods of a plan: period 0 is the month a scenario starts in."""

from __future__ import annotations

from datetime import date


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_at(start: date, period: int) -> date:
    """First day of the month `period` months after the month of `start`."""
    count = start.year * 12 + start.month - 1 + period
    return date(count // 12, count % 12 + 1, 1)


def period_of(start: date, day: date) -> int:
    """How many months the month of `day` lies after the month of `start`; negative before."""
    return (day.year - start.year) * 12 + day.month - start.month
