"""A list opened in a worker process and read chunk by chunk: one list per process, its state kept here between calls.

Called by name through `wayhome.core.sandbox`. What comes back is plain (tuples, dicts, texts) or the engine's frozen dataclasses;
an error of the file comes back as `("refused", code, problem, remedy, params)` and never as an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from wayhome.engines.tabular.crosschecks import CrossChecks
from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.forms import JoinedSheet
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.lists import Choice, PeopleList
from wayhome.engines.tabular.plan import Plan
from wayhome.engines.tabular.records import Preparer
from wayhome.engines.tabular.types import Issue, Row


@dataclass(slots=True)
class _Open:
    people: PeopleList
    rows: Iterator[Row]
    preparer: Preparer
    together: CrossChecks | None
    skipped: frozenset[int]


_now: list[_Open] = []

Answer = tuple[Any, ...]


def survey(path: str, choice: Choice, today: str, limits: Limits) -> Answer:
    """`("survey", Survey)` of a file."""
    try:
        with PeopleList(Path(path), choice, limits) as people:
            return "survey", people.survey(date.fromisoformat(today))
    except TabularError as error:
        return _refused(error)


def begin(
    path: str,
    choice: Choice,
    plan: dict[str, Any],
    list_name: str,
    after: int,
    skipped: list[int],
    together: bool,
    limits: Limits,
) -> Answer:
    """Open a list to read its rows behind row `after`, without those in `skipped`; `("open",)`.

    With `together`, rows are also compared with each other, which `finish` reports.
    """
    end()
    try:
        people = PeopleList(Path(path), choice, limits)
        rows = (row for row in people.rows() if row.number > after)
        if skipped:
            gone = frozenset(skipped)
            rows = (row for row in rows if row.number not in gone)
        read = Plan.from_json(plan)
        titles = {column.field: column.title for column in reversed(read.columns) if column.field}
        checks = CrossChecks(titles) if together else None
        _now.append(_Open(people, rows, Preparer(read, list_name), checks, frozenset(skipped)))
    except TabularError as error:
        return _refused(error)
    return ("open",)


def chunk(most: int) -> Answer:
    """The next rows: `("chunk", rows read, last row, records, rows set apart, issues, notes, passed over)`; no rows: the end.

    Where rows are compared with each other (`begin(together=True)`) the records are only (row, digest, key in the list).
    """
    now = _now[0]
    try:
        rows = list(islice(now.rows, most))
    except TabularError as error:
        return _refused(error)
    if not rows:
        return "chunk", 0, 0, [], [], [], {}, 0
    done = now.preparer.chunk(rows)
    if now.together is not None:
        now.together.add(done.records)
    records = done.records if now.together is None else [record[:3] for record in done.records]
    apart = [number for number, _cells in done.apart]
    return "chunk", done.rows, rows[-1].number, records, apart, _plain(done.issues), done.notes, done.passed_over


def finish() -> Answer:
    """What showed when all rows were seen together: `("together", issues, rows that stand twice, households without people)`."""
    now = _now[0]
    assert now.together is not None
    issues = _plain(now.together.finish())
    alone = now.people.sheet.without_people() if isinstance(now.people.sheet, JoinedSheet) else []
    same = sorted(now.together.same_rows)
    end()
    return "together", issues, same, alone


def cells(path: str, choice: Choice, wanted: list[int], limits: Limits) -> Answer:
    """`("cells", titles, [(row, cells), ...])` of the rows asked for, as they stand in the file; for a report to correct."""
    from wayhome.engines.tabular.guessing import shown

    try:
        with PeopleList(Path(path), choice, limits) as people:
            found = []
            rest = set(wanted)
            for row in people.rows():
                if row.number in rest:
                    found.append((row.number, [shown(cell) for cell in row.cells]))
                    rest.discard(row.number)
                    if not rest:
                        break
            return "cells", [column.heading or column.letter for column in people.layout.columns], found
    except TabularError as error:
        return _refused(error)


def end() -> None:
    """Close what is open."""
    while _now:
        _now.pop().people.close()


def _plain(issues: list[Issue]) -> list[tuple[Any, ...]]:
    return [(i.row, i.code, str(i.level), i.field, i.column, i.value, dict(i.params)) for i in issues]


def _refused(error: TabularError) -> Answer:
    end()
    return "refused", error.code, error.problem, error.remedy, dict(error.params)
