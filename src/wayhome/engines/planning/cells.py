"""Cells of tables to arrays, with every cell that cannot be used named by file, row and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy import ma

from wayhome.engines.planning.errors import InstanceError, Problem
from wayhome.engines.planning.types import Doubles, Flags, Ints, Names, Table

_SHOWN = 25
"""Problems told of one kind in one field; the rest is counted."""


class Problems:
    """What is wrong, gathered over all tables before anybody is told."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._told: list[Problem] = []
        self._kinds: Counter[tuple[str, str, str]] = Counter()

    def add(self, file: str, row: int, field: str, found: Any, code: str, problem: str, remedy: str) -> None:
        kind = (file, field, code)
        self._kinds[kind] += 1
        if self._kinds[kind] <= _SHOWN:
            shown = "" if found is None else str(found)
            self._told.append(Problem(self._names.get(file, file), row, field, shown[:120], code, problem, remedy))

    def rows(self, file: str, field: str, wrong: Flags, found: Any, code: str, problem: str, remedy: str) -> None:
        """One problem for each row where `wrong`; `found` is the column as given."""
        for at in np.flatnonzero(wrong).tolist():
            self.add(file, at + 1, field, found[at] if found is not None else None, code, problem, remedy)

    def raise_any(self) -> None:
        if self._told:
            raise InstanceError(self._told, sum(self._kinds.values()) - len(self._told))


class Columns:
    """The columns of one table that the contract asks for."""

    def __init__(self, file: str, table: Table | None, needed: Iterable[str], problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self._table: Table = table or {}
        self.complete = True
        if table is None:
            self.complete = False
            problems.add(
                file,
                0,
                "",
                None,
                "missing_file",
                "There is no such table.",
                f"Add {file}.csv or {file}.parquet with its columns.",
            )
        else:
            for name in needed:
                if name not in table:
                    self.complete = False
                    problems.add(file, 0, name, None, "missing_column", "The table lacks this column.", "Add the column.")
        self.rows = max((len(column) for column in self._table.values()), default=0)
        for name, column in self._table.items():
            if len(column) != self.rows:
                self.complete = False
                problems.add(file, 0, name, None, "ragged", "The column is shorter than others.", "Give every row all columns.")

    def has(self, name: str) -> bool:
        return name in self._table

    def raw(self, name: str) -> Any:
        return self._table.get(name, ())

    def text(self, name: str, *, required: bool = True) -> Names:
        """Words, None where empty."""
        column = self.raw(name)
        if isinstance(column, ma.MaskedArray):
            blank = ma.getmaskarray(column)
            column = ma.getdata(column).astype(object)
            column[blank] = None
        out = np.empty(len(column), dtype=object)
        cells = column.tolist() if isinstance(column, np.ndarray) else column
        out[:] = [_word(cell) for cell in cells]
        if required:
            empty = np.fromiter((cell is None for cell in out), dtype=bool, count=len(out))
            self.problems.rows(self.file, name, empty, None, "empty", "The cell is empty.", "Fill it in or take the row out.")
        return out

    def numbers(
        self,
        name: str,
        *,
        empty: float | None = None,
        whole: bool = False,
        least: float = 0.0,
        most: float = np.inf,
        range_says: tuple[str, str, str] | None = None,
    ) -> Doubles:
        """Numbers within `least` .. `most`. `empty` is what an empty cell means; None: it must not be empty. `range_says` is the
        code, problem and remedy for a number outside."""
        column = self.raw(name)
        values, blank, wrong = _parsed(column)
        say = self.problems.rows
        say(self.file, name, wrong, column, "not_a_number", "This is not a number.", "Write digits, with a point for decimals.")
        if empty is None:
            say(self.file, name, blank, None, "empty", "The cell is empty.", "Fill it in or take the row out.")
        values[blank | wrong] = empty if empty is not None else 0.0
        unusable = blank | wrong
        if whole:
            part = ~unusable & (values != np.floor(values))
            say(self.file, name, part, column, "not_whole", "This must be a whole number.", "Round it as the source says.")
            unusable |= part
        outside = ~unusable & ((values < least) | (values > most))
        if outside.any():
            code, problem, remedy = range_says or _range(least, most)
            say(self.file, name, outside, column, code, problem, remedy)
            values[outside] = least if np.isfinite(least) else 0.0
        return values

    def unique(self, name: str, what: str) -> tuple[Names, dict[str, int]]:
        """Ids and the row of each; an id given twice is a problem."""
        ids = self.text(name)
        place: dict[str, int] = {}
        for at, one in enumerate(ids.tolist()):
            if one is None:
                continue
            first = place.setdefault(one, at)
            if first != at:
                self.problems.add(
                    self.file,
                    at + 1,
                    name,
                    one,
                    "duplicate",
                    f"This {what} was already given in row {first + 1}.",
                    "Keep one of the rows or give the other its own id.",
                )
        return ids, place

    def codes(self, name: str, place: Mapping[str, int], *, where: str, required: bool = True) -> Ints:
        """Indices of ids that another table names; -1 where empty or unknown."""
        ids = self.text(name, required=required)
        out = np.fromiter((place.get(one, -1) for one in ids.tolist()), dtype=np.int64, count=len(ids))
        if (out < 0).any():
            unknown = (out < 0) & np.fromiter((one is not None for one in ids), dtype=bool, count=len(ids))
            self.problems.rows(
                self.file,
                name,
                unknown,
                ids,
                "unknown_id",
                f"There is no such id in {where}.",
                f"Add it to {where} or correct it.",
            )
        return out

    def named(self, name: str, first: Names | None = None, *, required: bool = True) -> tuple[Ints, Names]:
        """Indices of words in order of appearance, after those in `first`, and the words; -1 where empty."""
        place = {word: at for at, word in enumerate(first.tolist() if first is not None else ())}
        ids = self.text(name, required=required)
        out = np.fromiter(
            (-1 if one is None else place.setdefault(one, len(place)) for one in ids.tolist()), dtype=np.int64, count=len(ids)
        )
        words = np.empty(len(place), dtype=object)
        words[:] = list(place)
        return out, words


def _word(cell: Any) -> str | None:
    if type(cell) is str:
        return cell.strip() or None
    if cell is None or cell != cell:  # noqa: PLR0124 - not a number is empty
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _parsed(column: Any) -> tuple[Doubles, Flags, Flags]:
    """Numbers, which cells are empty, which hold something else."""
    if isinstance(column, ma.MaskedArray):
        blank = ma.getmaskarray(column).copy()
        values = ma.getdata(column).astype(np.float64)
        values[blank] = 0.0
    elif isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
        values = column.astype(np.float64)
        blank = np.isnan(values)
    else:
        cells = column.tolist() if isinstance(column, np.ndarray) else list(column)
        values = np.zeros(len(cells))
        blank = np.zeros(len(cells), dtype=bool)
        wrong = np.zeros(len(cells), dtype=bool)
        for at, cell in enumerate(cells):
            if cell is None or cell == "" or cell != cell:  # noqa: PLR0124 - not a number is empty
                blank[at] = True
                continue
            try:
                values[at] = float(cell)
            except (TypeError, ValueError):
                wrong[at] = not (isinstance(cell, str) and not cell.strip())
                blank[at] = not wrong[at]
        wrong |= ~np.isfinite(values)
        return values, blank, wrong
    wrong = ~blank & ~np.isfinite(values)
    return values, blank, wrong


def _range(least: float, most: float) -> tuple[str, str, str]:
    if least == 0 and most == np.inf:
        return "negative", "The number is negative.", "Give zero or more."
    return "outside", f"The number is outside {least:g} .. {most:g}.", "Correct it."
