"""A file as a list of people: the sheet chosen, its heading found, its columns guessed, its rows of data given one after the other.

with PeopleList(path) as people:
    survey = people.survey(today)         # sheets, heading, columns with samples and guesses: what the mapping page shows
    for row in people.rows(): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from wayhome.engines.tabular import names
from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.files import TableFile
from wayhome.engines.tabular.forms import JoinedSheet, Tie, find_ties
from wayhome.engines.tabular.guessing import PROPOSED, ColumnGuess, guess_columns, shown
from wayhome.engines.tabular.headings import read_heading
from wayhome.engines.tabular.layout import find_layout
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.plan import IGNORE, KEEP, KEPT_FIELDS, ColumnPlan, Plan
from wayhome.engines.tabular.records import REPORT_PREFIX
from wayhome.engines.tabular.sheet import Sheet
from wayhome.engines.tabular.types import Layout, Row

SAMPLE_ROWS = 3_000
_EVIDENCE_ROWS = 60_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose about a file; empty and None mean: find it."""

    sheet: str = ""
    header: int | None = None
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A list before it is read: where things are, what the columns may hold, and the first rows as they stand."""

    kind: str
    sheet: str
    sheets: tuple[str, ...]
    encoding: str
    encoding_certain: bool
    delimiter: str
    layout: Layout
    columns: tuple[ColumnGuess, ...]
    top: tuple[tuple[int, tuple[str, ...]], ...]
    rows_at_least: int
    rows_all: bool
    joined_with: str
    name_order: str

    def plan(self, at: date, *, needs: frozenset[str] = frozenset()) -> Plan:
        """The plan that the guesses make."""
        columns = []
        for guess in self.columns:
            first = guess.guesses[0] if guess.guesses else None
            field = first.field if first and first.confidence >= PROPOSED else IGNORE
            if guess.column.heading.casefold().startswith(REPORT_PREFIX):
                field = IGNORE
            columns.append(ColumnPlan(guess.column.index, guess.column.title, field, guess.habit.habit))
        return Plan(tuple(columns), at, name_order=self.name_order, needs=needs)


class PeopleList:
    """An opened list. Raises `TabularError` where the file, the sheet or its size does not do."""

    def __init__(self, path: Path, choice: Choice | None = None, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.choice = choice or Choice()
        self.file = TableFile(path, limits=self.limits, encoding=self.choice.encoding, delimiter=self.choice.delimiter)
        self._sheets: dict[str, Sheet] = {}
        try:
            self._open()
        except BaseException:
            self.file.close()
            raise

    def rows(self) -> Iterator[Row]:
        """Rows of data with their numbers in the file."""
        first = self.layout.first
        for row in self.sheet.rows():
            if row.number >= first:
                yield row

    def survey(self, today: date) -> Survey:
        """Look at the first rows and say what the columns may hold."""
        sample: list[Row] = []
        every = True
        source = self.rows()
        for row in source:
            sample.append(row)
            if len(sample) >= SAMPLE_ROWS:
                every = False
                break
        guesses = guess_columns(self.layout.columns, sample, today)
        if not every:
            guesses = self._more_evidence(guesses, source)
        known = self.sheet.facts.rows
        full = next((guess for guess in guesses if guess.guesses and guess.guesses[0].field == "full_name"), None)
        order = (
            names.guess_order([shown(row.cells[full.column.index]) for row in sample[:500] if full.column.index < len(row.cells)])
            if full
            else "whole"
        )
        return Survey(
            self.file.kind,
            self.name,
            tuple(self.file.names()),
            self.file.encoding,
            self.file.encoding_certain,
            self.file.delimiter,
            self.layout,
            tuple(guesses),
            tuple(self._top()),
            max(len(sample), (known or 0) - self.layout.first + 1),
            every,
            self.joined_with,
            order,
        )

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> PeopleList:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _open(self) -> None:
        sheet_names = self.file.names()
        self.joined_with = ""
        chosen = self.choice.sheet
        if len(sheet_names) == 1:
            self.name = sheet_names[0]
            self.sheet = self.file.sheet(self.name)
            self.layout = find_layout(self.sheet, self.limits, self.choice.header)
            return
        layouts: dict[str, Layout] = {}
        for name in sheet_names:
            try:
                self._sheets[name] = self.file.sheet(name)
                layouts[name] = find_layout(self._sheets[name], self.limits, self.choice.header if name == chosen else None)
            except TabularError:
                if name == chosen:
                    raise
        if not layouts:
            raise TabularError("empty_sheet", "No sheet of the file holds a table.", "Check that it is the right file.")
        ties = find_ties(layouts, self._parent_named(layouts))
        self.name = chosen or _likeliest(layouts, self._sheets, ties, self.file.hidden())
        if self.name not in layouts:
            raise TabularError(
                "no_such_sheet", f"The file has no sheet called {self.name}.", "Choose one of its sheets.", name=self.name
            )
        tie = next((tie for tie in ties if tie.child == self.name), None)
        if tie is None:
            self.sheet, self.layout = self._sheets[self.name], layouts[self.name]
        else:
            joined = JoinedSheet(
                self._sheets[tie.child], self._sheets[tie.parent], tie, layouts[tie.child], layouts[tie.parent], self.limits
            )
            self.sheet, self.layout, self.joined_with = joined, joined.layout, tie.parent
        self._sheets = {}

    def _parent_named(self, layouts: dict[str, Layout]) -> Any:
        """Kobo writes the parent's sheet name into `_parent_table_name`."""

        def parent(child: str) -> str:
            column = next((c.index for c in layouts[child].columns if c.heading.casefold() == "_parent_table_name"), None)
            if column is None:
                return ""
            for row in self._sheets[child].rows():
                if row.number >= layouts[child].first:
                    name = shown(row.cells[column]) if column < len(row.cells) else ""
                    return next((each for each in layouts if each == name or each[:31] == name[:31]), "") if name else ""
            return ""

        return parent

    def _more_evidence(self, guesses: list[ColumnGuess], source: Iterator[Row]) -> list[ColumnGuess]:
        """Dates of more rows, for columns that hold dates whose order the sample did not prove."""
        from wayhome.engines.tabular.habits import Evidence

        open_columns = {guess.column.index: Evidence() for guess in guesses if guess.habit.reason == "separator"}
        if not open_columns:
            return guesses
        for count, row in enumerate(source):
            for index, evidence in open_columns.items():
                if index < len(row.cells):
                    evidence.add(row.cells[index])
            if count >= _EVIDENCE_ROWS:
                break
        found = []
        for guess in guesses:
            evidence_found = open_columns.get(guess.column.index)
            better = evidence_found.habit(guess.habit.habit.calendar) if evidence_found else None
            habit = better if better is not None and better.reason in {"proved", "mixed"} else guess.habit
            found.append(ColumnGuess(guess.column, guess.filled, guess.samples, guess.guesses, habit))
        return found

    def _top(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        for count, row in enumerate(self.sheet.rows()):
            if count >= 8:
                return
            yield row.number, tuple(shown(cell)[:60] for cell in row.cells[:60])


def _likeliest(layouts: dict[str, Layout], sheets: dict[str, Sheet], ties: list[Tie], hidden: set[str]) -> str:
    """The sheet that reads most like a list of people: names and births among its headings, then its length."""
    children = {tie.child for tie in ties}

    def worth(name: str) -> tuple[float, int]:
        fields = set()
        for column in layouts[name].columns:
            said = read_heading(column.heading) if column.heading else ()
            if said and said[0].confidence >= PROPOSED:
                fields.add(said[0].field)
        people = len(fields & {"given_name", "family_name", "full_name", "sex", "birth_date", "birth_year", "age", "relation"})
        return people + 0.2 * len(fields) + (0.5 if name in children else 0.0) - (5.0 if name in hidden else 0.0), (
            sheets[name].facts.rows or 0
        )

    return max(layouts, key=worth)


__all__ = ["KEEP", "KEPT_FIELDS", "Choice", "PeopleList", "Survey"]
