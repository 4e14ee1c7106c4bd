"""Clocks: working days by holiday calendar, and the time state of an ask, derived when read.

Everything here is a pure function of dates; the database and the templates come in elsewhere. A calendar is an ISO 3166 code of
a country, with a subdivision where holidays differ (`CH`, `CH-GE`); an empty code counts Saturdays and Sundays alone as free.
Whole working days are counted: the day a clock starts is not counted, the day it ends is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from wayhome.core.errors import InvalidInput
from wayhome.dialogue.states import ANSWERED_POSITIONS, Basis, Outcome, Position, TimeState

LONGEST = 2_000  # working days; eight years is longer than any deadline meant seriously
_WEEKEND = frozenset({5, 6})
CLOSING_OUTCOMES = frozenset({Outcome.FULFILLED, Outcome.LAPSED, Outcome.WITHDRAWN, Outcome.SUPERSEDED})


def _split(code: str) -> tuple[str, str | None]:
    country, _dash, part = code.partition("-")
    return country.upper(), part.upper() or None


@lru_cache(maxsize=1)
def supported() -> dict[str, tuple[str, ...]]:
    """Every country code with its subdivision codes that a calendar is known for."""
    import holidays

    return {country: tuple(parts) for country, parts in sorted(holidays.list_supported_countries(include_aliases=False).items())}


def _known(code: str) -> bool:
    country, part = _split(code)
    parts = supported().get(country)
    return parts is not None and (part is None or part in parts)


def check_calendar(code: str) -> str:
    """The code in its normal form, or `InvalidInput` naming it. Empty is allowed: weekends alone."""
    cleaned = code.strip().replace("_", "-")
    if not cleaned:
        return ""
    if not _known(cleaned):
        raise InvalidInput(
            _("No holiday calendar is known for “%(code)s”.") % {"code": code.strip()[:20]},
            _("Give an ISO country code, with subdivision where needed: CH or CH-GE. Leave it empty to count weekends alone."),
            field="calendar",
        )
    return cleaned.upper()


@lru_cache(maxsize=512)
def holidays_of(code: str, year: int) -> frozenset[date]:
    """Public holidays of a calendar in a year. Unknown codes have none; `check_calendar` refuses them on entry."""
    if not code or not _known(code):
        return frozenset()
    import holidays

    country, part = _split(code)
    return frozenset(holidays.country_holidays(country, subdiv=part, years=year))


@lru_cache(maxsize=128)
def weekend_of(code: str) -> frozenset[int]:
    """Weekdays (Monday 0) that are free in a calendar's country."""
    if not code or not _known(code):
        return _WEEKEND
    import holidays

    country, part = _split(code)
    return frozenset(holidays.country_holidays(country, subdiv=part).weekend)


def is_working_day(day: date, calendar: str = "") -> bool:
    """Whether offices of this calendar work on that day."""
    return day.weekday() not in weekend_of(calendar) and day not in holidays_of(calendar, day.year)


def add_working_days(start: date, days: int, calendar: str = "") -> date:
    """The day on which `days` working days after `start` have passed. 0 gives `start` itself, free or not.

    Raises:
        InvalidInput: for a negative or absurdly long count.
    """
    if not 0 <= days <= LONGEST:
        raise InvalidInput(_("A clock runs for 0 to %(most)d working days.") % {"most": LONGEST}, field="days")
    day = start
    left = days
    while left:
        day += timedelta(days=1)
        if is_working_day(day, calendar):
            left -= 1
    return day


def working_days_between(start: date, end: date, calendar: str = "") -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not after `start`."""
    count = 0
    day = start
    while day < end:
        day += timedelta(days=1)
        if is_working_day(day, calendar):
            count += 1
    return count


def calendar_for(process_calendar: str, addressee_calendar: str) -> str:
    """The addressee's calendar wins: it is their offices that answer."""
    return addressee_calendar or process_calendar


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows on a day. `days` counts calendar days: left, overdue, or taken to answer; working days when kept."""

    state: TimeState
    days: int | None = None
    due_on: date | None = None
    basis: str = ""
    today: date | None = None

    @property
    def tone(self) -> str:
        """The design's tone: late, soon, ok or none."""
        return {
            TimeState.OVERDUE: "late",
            TimeState.LONG_OVERDUE: "late",
            TimeState.DUE_SOON: "soon",
            TimeState.CLOSED: "ok",
        }.get(self.state, "")


def read_clock(
    *,
    today: date,
    position: str,
    outcome: str,
    asked_on: date | None,
    due_on: date | None,
    basis: str = "",
    answered_on: date | None = None,
    kept: int | None = None,
    soon_days: int = 7,
    long_overdue_days: int = 90,
) -> Clock:
    """The clock of an ask on `today`. The same cases in the same order as `queries.asks.time_state_case`, which filters in SQL.

    Args:
        kept: working days left when a question for clarification paused the clock.
        soon_days: calendar days before the deadline from which it counts as due soon.
        long_overdue_days: calendar days after it from which it counts as long overdue.
    """
    answered = (answered_on - asked_on).days if answered_on and asked_on else None
    if position == Position.CLOSED or outcome in CLOSING_OUTCOMES:
        return Clock(TimeState.CLOSED, answered, due_on, basis, today)
    if position == Position.CLARIFICATION_ASKED:
        return Clock(TimeState.PAUSED, kept, None, basis, today)
    if due_on is not None:
        left = (due_on - today).days
        if left < -long_overdue_days:
            return Clock(TimeState.LONG_OVERDUE, -left, due_on, basis, today)
        if left < 0:
            return Clock(TimeState.OVERDUE, -left, due_on, basis, today)
        if left <= soon_days:
            return Clock(TimeState.DUE_SOON, left, due_on, basis, today)
        return Clock(TimeState.NOT_DUE, left, due_on, basis, today)
    if position in ANSWERED_POSITIONS:
        return Clock(TimeState.ANSWERED, answered, None, "", today)
    return Clock(TimeState.NO_CLOCK, None, None, "", today)


def basis_words(basis: str, text: str = "") -> Any:
    """On whose word a deadline stands. An own request never reads as law, whatever its text says."""
    if basis == Basis.LAW:
        return _("law: %(text)s") % {"text": text} if text else _("law")
    if basis == Basis.PROMISE:
        return text or _("its promise")
    if basis == Basis.REQUEST:
        return _("own request")
    return ""
