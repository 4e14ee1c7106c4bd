"""How one column writes its dates: which of day and month comes first, whether numbers are a spreadsheet's serials, which calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from wayhome.engines.tabular.folding import ascii_digits
from wayhome.engines.tabular.types import Cell, DateHabit

_PAIR = re.compile(r"(\d{1,2})\s*([./\-])\s*(\d{1,2})\s*\2\s*(\d{2}|\d{4})\b")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Habit:
    """The habit found and how it was decided.

    `reason` is proved (days above 12 stand in one place only), mixed (in both), separator (nothing proves it; points and dashes
    are written day first, slashes too unless told otherwise) or none (no date of three numbers). The counts are the evidence.
    """

    habit: DateHabit
    reason: str
    day_first: int = 0
    month_first: int = 0
    unclear: int = 0


class Evidence:
    """Counts over the cells of one column; `add` every cell, then `habit`."""

    def __init__(self) -> None:
        self.day_first = self.month_first = self.unclear = 0
        self.serials = self.years = self.texts = self.hijri = self.typed = 0

    def add(self, value: Cell) -> None:
        if isinstance(value, (date, datetime)):
            self.typed += 1
            return
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, (int, float)):
            self._number(float(value))
            return
        text = ascii_digits(str(value)).strip()
        if text.isdecimal():
            self._number(float(text))
            return
        found = _PAIR.match(text)
        if found is None:
            first = _YEAR_FIRST.match(text)
            if first is not None:
                self.texts += 1
                self.hijri += 1300 <= int(first[1]) <= 1460
            return
        self.texts += 1
        a, b = int(found[1]), int(found[3])
        self.hijri += len(found[4]) == 4 and 1300 <= int(found[4]) <= 1460
        if a > 12 >= b:
            self.day_first += 1
        elif b > 12 >= a:
            self.month_first += 1
        elif a != b:
            self.unclear += 1

    def _number(self, value: float) -> None:
        if 1300 <= value <= 2100:
            self.years += 1
            self.hijri += value <= 1460
        elif 2100 < value <= 73_050:
            self.serials += 1

    def habit(self, calendar: str = "gregorian") -> Habit:
        """The habit that the evidence gives, in the given calendar."""
        reason = "none"
        order = "dmy"
        if self.day_first or self.month_first:
            order = "dmy" if self.day_first >= self.month_first else "mdy"
            reason = "mixed" if self.day_first and self.month_first else "proved"
        elif self.unclear:
            reason = "separator"
        serials = self.serials > 0 and self.serials >= 5 * (self.day_first + self.month_first + self.unclear) // 10
        return Habit(DateHabit(order, calendar, serials), reason, self.day_first, self.month_first, self.unclear)


def find_habit(values: Iterable[Cell], calendar: str = "gregorian") -> Habit:
    """The habit of a column from its cells."""
    evidence = Evidence()
    for value in values:
        evidence.add(value)
    return evidence.habit(calendar)
