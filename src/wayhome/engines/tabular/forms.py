"""Exports of phone forms (Kobo, ODK): households on one sheet, their people on another, tied by numbers or keys.

Kobo ties by `_index` and `_parent_index`, ODK by `KEY` and `PARENT_KEY`. A joined sheet gives one row for each person with the
columns of their household beside theirs, and says which households have nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wayhome.engines.tabular.guessing import shown
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.sheet import Sheet, letter
from wayhome.engines.tabular.types import Cell, Column, Layout, Row, SheetFacts

_TIES = (("_index", "_parent_index"), ("key", "parent_key"), ("_id", "_submission__id"), ("_uuid", "_submission__uuid"))


@dataclass(frozen=True, slots=True)
class Tie:
    """A sheet of people (`child`) whose rows name a row of another sheet (`parent`): the columns by which they do."""

    child: str
    parent: str
    child_column: int
    parent_column: int


def find_ties(layouts: dict[str, Layout], parents: Callable[[str], str] | None = None) -> list[Tie]:
    """Which sheets repeat within which. `parents` names the sheet that a sheet says it belongs to, where it says so."""
    found = []
    for child, layout in layouts.items():
        headings = _headings(layout)
        for own, theirs in _TIES:
            if theirs not in headings:
                continue
            named = parents(child) if parents else ""
            candidates = [
                other
                for other, other_layout in layouts.items()
                if other != child and own in _headings(other_layout) and (not named or other == named)
            ]
            if candidates:
                parent = candidates[0]
                found.append(Tie(child, parent, headings[theirs], _headings(layouts[parent])[own]))
                break
    return found


class JoinedSheet:
    """People with their household's columns. Rows are numbered as on the people's sheet; the first row is the heading of both."""

    def __init__(
        self, child: Sheet, parent: Sheet, tie: Tie, child_layout: Layout, parent_layout: Layout, limits: Limits
    ) -> None:
        self._child, self._tie, self._layout = child, tie, child_layout
        self._width = len(child_layout.columns)
        self._households: dict[str, Row] = {}
        self._seen: set[str] = set()
        for row in parent.rows():
            if row.number >= parent_layout.first and tie.parent_column < len(row.cells):
                self._households.setdefault(shown(row.cells[tie.parent_column]), row)
        own = {_last(column.heading) for column in child_layout.columns}
        self._kept = [
            column
            for column in parent_layout.columns
            if column.heading and _last(column.heading) not in own and column.index != tie.parent_column
        ]
        columns = child_layout.columns + tuple(
            Column(self._width + place, f"{tie.parent}:{letter(column.index)}", column.heading, tie.parent, column.tag)
            for place, column in enumerate(self._kept)
        )
        self.layout = Layout(child_layout.header, child_layout.tags, child_layout.first, columns)
        self.facts = SheetFacts(child.facts.name, child.facts.rows, len(columns), child.facts.hidden)

    def rows(self) -> Iterator[Row]:
        """The people's rows, each with its household's cells after its own."""
        self._seen.clear()
        for row in self._child.rows():
            if row.number < self._layout.first:
                yield row
                continue
            identity = shown(row.cells[self._tie.child_column]) if self._tie.child_column < len(row.cells) else ""
            household = self._households.get(identity)
            cells: list[Cell] = [*row.cells[: self._width], *([None] * (self._width - len(row.cells)))]
            if household is not None:
                self._seen.add(identity)
                cells += [household.cells[c.index] if c.index < len(household.cells) else None for c in self._kept]
            yield Row(row.number, tuple(cells), row.marks)

    def without_people(self) -> list[int]:
        """Rows of the households' sheet that no person names; known once all rows were read."""
        return sorted(row.number for identity, row in self._households.items() if identity not in self._seen)


def _headings(layout: Layout) -> dict[str, int]:
    return {_last(column.heading): column.index for column in layout.columns if column.heading}


def _last(heading: str) -> str:
    return heading.rstrip("/").rsplit("/", 1)[-1].strip().casefold()
