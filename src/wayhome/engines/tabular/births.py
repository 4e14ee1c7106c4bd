"""The birth date of one row, from whichever columns the list has: a date, parts of it, a year, or an age."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from wayhome.engines.tabular.dates import read_age, read_date
from wayhome.engines.tabular.guessing import shown
from wayhome.engines.tabular.plan import ColumnPlan, Plan
from wayhome.engines.tabular.types import Cell, Dated, Level, Row
from wayhome.engines.tabular.vocabulary import is_empty

_YEARS_APART = 3
OLDEST = 120  # years before the list
Birth = tuple[str, str, str, str]
"""First day, last day, precision, words as given; four empty texts where nothing is said."""
_NONE: Birth = ("", "", "", "")


class Told(Protocol):
    """Where problems and remarks go."""

    def problem(self, code: str, level: Level, name: str, title: str, value: str, **params: object) -> None: ...

    def note(self, code: str, title: str, value: str) -> None: ...


class BirthReader:
    """Reads births by a plan; equal cells of a column are read once."""

    def __init__(self, plan: Plan, by_field: dict[str, list[ColumnPlan]]) -> None:
        self._at = plan.at
        self._years_back = date(plan.at.year - OLDEST, 1, 1)
        self._dates = [*by_field.get("birth_date", ()), *by_field.get("birth_year", ())]
        self._parts = [by_field[name][0] if name in by_field else None for name in ("birth_day", "birth_month")]
        self._year = next(iter(by_field.get("birth_year", ())), None)
        self._age = next(iter(by_field.get("age", ())), None)
        self._ages: dict[Cell, tuple[Dated | str, str]] = {}
        self._seen: dict[tuple[int, Cell], tuple[Dated | str, str]] = {}

    def read(self, row: Row, told: Told) -> Birth:
        """The birth of one row; what is wrong is said to `told`."""
        if self._year is not None and any(self._parts):
            joined = self._joined(row)
            if joined is not None:
                return self._checked(*joined, self._year, told)
        for column in self._dates:
            cell = row.cells[column.index] if column.index < len(row.cells) else None
            if cell is None or cell == "":
                continue
            found, words = self._cell(column, cell)
            if words:
                birth = self._checked(found, words, column, told)
                if self._age is not None and birth[0]:
                    self._compare(birth, row, self._age, told)
                return birth
        if self._age is not None:
            cell = row.cells[self._age.index] if self._age.index < len(row.cells) else None
            if cell is not None and (words := shown(cell)) and not is_empty(words):
                return self._checked(read_age(cell, self._at), words, self._age, told)
        return _NONE

    def _cell(self, column: ColumnPlan, cell: Cell) -> tuple[Dated | str, str]:
        place = (column.index, cell)
        seen = self._seen.get(place)
        if seen is None:
            words = shown(cell)
            if len(words) <= 40 and is_empty(words):
                words = ""
            seen = (read_date(cell, column.habit, self._at) if words else "", words)
            if len(self._seen) > 200_000:
                self._seen.clear()
            self._seen[place] = seen
        return seen

    def _compare(self, birth: Birth, row: Row, column: ColumnPlan, told: Told) -> None:
        """An age beside a birth date must not be another one; lists are often a year or two old."""
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        if cell is None or not (words := shown(cell)) or is_empty(words):
            return
        found, _words = self._ages.get(cell) or self._ages.setdefault(cell, (read_age(cell, self._at), words))
        if not isinstance(found, Dated):
            told.problem(found, Level.WARNING, column.field, column.title, words)
        elif int(birth[0][:4]) - found.last.year > _YEARS_APART or found.first.year - int(birth[1][:4]) > _YEARS_APART:
            told.problem("age_differs", Level.WARNING, column.field, column.title, words, born=birth[3])

    def _joined(self, row: Row) -> tuple[Dated | str, str] | None:
        """Day, month and year in three columns."""
        assert self._year is not None
        texts = []
        for column in (*self._parts, self._year):
            cell = row.cells[column.index] if column is not None and column.index < len(row.cells) else None
            text = shown(cell) if cell is not None else ""
            texts.append("" if is_empty(text) else text)
        if not texts[2] or not texts[1]:
            return None
        words = (
            " ".join(text for text in texts if text) if any(ch.isalpha() for ch in texts[1]) else ".".join(filter(None, texts))
        )
        return read_date(words, self._year.habit, self._at), words

    def _checked(self, found: Dated | str, words: str, column: ColumnPlan, told: Told) -> Birth:
        kept = words[:60]
        name = column.field
        if not isinstance(found, Dated):
            told.problem(found, Level.ERROR, name, column.title, words)
            return ("", "", "", kept)
        if found.first > self._at:
            told.problem("future_date", Level.ERROR, name, column.title, words, at=self._at.isoformat())
            return ("", "", "", kept)
        if found.last < self._years_back:
            told.problem("too_old", Level.ERROR, name, column.title, words, years=OLDEST)
            return ("", "", "", kept)
        for code in found.notes:
            told.note(f"date_{code}", column.title, words)
        last = found.last if found.last <= self._at else self._at
        return (found.first.isoformat(), last.isoformat(), found.precision, kept)
