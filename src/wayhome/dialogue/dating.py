"""Dates as precise as their source: `2023`, `2023-04`, `2023-04-07`."""

from __future__ import annotations

import re
from datetime import date

from wayhome.core.days import written

_PRECISE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


def first_day(dated: str | None) -> date | None:
    """The first day that `dated` may mean; None when it names none."""
    match = _PRECISE.match((dated or "").strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_whole(dated: str | None) -> bool:
    """Whether `dated` names a day and not only a month or a year."""
    return len((dated or "").strip()) == 10 and first_day(dated) is not None


def shown(dated: str | None) -> str:
    """14 May 2027, May 2027 or 2027, in the active language; what is no date is shown as it is."""
    day = first_day(dated)
    if day is None:
        return dated or ""
    form = {10: "j E Y", 7: "F Y", 4: "Y"}[len((dated or "").strip())]
    return written(day, form)
