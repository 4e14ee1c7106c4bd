"""A sheet as the readers give it: numbered rows of cells from the top, not yet knowing which of them is the heading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from wayhome.engines.tabular.types import Row, SheetFacts


class Sheet(Protocol):
    """Rows from the file, each time from the start."""

    @property
    def facts(self) -> SheetFacts: ...

    def rows(self) -> Iterator[Row]:
        """Every row that holds something, in order. Raises `TabularError` where the file ends in the middle."""


def letter(index: int) -> str:
    """A spreadsheet's name of a column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(letters: str) -> int:
    """The index of a column by its letters: A is 0."""
    index = 0
    for character in letters:
        index = index * 26 + ord(character) - 64
    return index - 1
