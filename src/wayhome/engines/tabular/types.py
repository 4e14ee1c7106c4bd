"""What the tabular engine takes and gives. All plain and frozen, so that it passes between processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

Cell = str | int | float | bool | date | datetime | time | None


class Level(StrEnum):
    """What an issue means for its row: set apart, taken without this value, or taken with a remark."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing about one cell or row. `row` is the number a spreadsheet shows, `column` its heading; `code` and `params` give the words."""

    row: int
    code: str
    level: Level
    field: str = ""
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `index` counts from 0, `letter` is its name in a spreadsheet, `group` a heading above it, `tag` its HXL tag."""

    index: int
    letter: str
    heading: str
    group: str = ""
    tag: str = ""

    @property
    def title(self) -> str:
        """The heading with what stands above it, or the letter where there is none."""
        if not self.heading:
            return self.letter
        return f"{self.group} / {self.heading}" if self.group else self.heading


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data: its number in the file, its cells, and what is special about single cells (index to mark, see `MARKS`)."""

    number: int
    cells: tuple[Cell, ...]
    marks: Mapping[int, str] | None = None


MARKS = ("formula", "formula_empty", "merged", "quote", "error")
"""A stored result of a formula; a formula without one; a value from a merged cell; a row whose quotation marks don't close; #N/A and the like."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in a sheet. Row numbers count from 1; 0: there is none. `first` is the first row of data."""

    header: int
    tags: int
    first: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet before it is chosen: its name, size as far as known without reading it all, and whether it is hidden."""

    name: str
    rows: int | None
    columns: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DateHabit:
    """How the dates of one column are written. `order` dmy, mdy or ymd; `calendar` gregorian, hijri, solar_hijri or ethiopian."""

    order: str = "dmy"
    calendar: str = "gregorian"
    serials: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as far as it is known: first and last possible day, how exact, and what was done to read it.

    `precision` is day, month, year, age or range; `notes` are codes such as two_digit_year, hijri, excel_serial.
    """

    first: date
    last: date
    precision: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may hold: target field, confidence 0 to 1, and why (codes: heading, tag, content, remembered, with params)."""

    field: str
    confidence: float
    reason: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
