"""A small table as it stands: titles of the columns and the rows of data as text. For tables that are not lists of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.folding import key
from wayhome.engines.tabular.lists import Choice, PeopleList
from wayhome.engines.tabular.types import Cell

_TOP = 30  # rows in which a heading is looked for
Answer = tuple[str, str, str, list[str], list[tuple[int, list[str]]]]


def written(cell: Cell) -> str:
    """A cell as text: days as YYYY-MM-DD, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def whole(path: str, sheet: str, most: int, headings: Sequence[str]) -> Answer:
    """The table of a file: "read" with titles and numbered rows, or the code, problem and remedy of what stops it.

    `headings` are keys (`folding.key`) of headings that the caller understands: the row among the first that has most of
    them is the heading; where none has two, the heading is found as in a list of people. Runs in a worker process; nothing
    is raised for what is wrong with the file. Rows without any text are passed over.
    """
    try:
        with PeopleList(Path(path), Choice(sheet=sheet, header=_heading(path, sheet, frozenset(headings)))) as table:
            columns = table.layout.columns
            rows: list[tuple[int, list[str]]] = []
            for row in table.rows():
                cells = [written(row.cells[column.index]) if column.index < len(row.cells) else "" for column in columns]
                if not any(cells):
                    continue
                if len(rows) >= most:
                    return "too_many_rows", f"The file has more than {most} rows.", "Split it into several files.", [], []
                rows.append((row.number, cells))
            return "read", "", "", [column.title for column in columns], rows
    except TabularError as error:
        return error.code, error.problem, error.remedy, [], []


def _heading(path: str, sheet: str, known: frozenset[str]) -> int | None:
    """The number of the row with most of the known headings, two at least; None where there is none."""
    best, most = None, 1
    with PeopleList(Path(path), Choice(sheet=sheet, header=0)) as table:
        for row in islice(table.rows(), _TOP):
            found = len({key(written(cell)) for cell in row.cells} & known)
            if found > most:
                best, most = row.number, found
    return best
