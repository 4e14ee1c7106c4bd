"""Text files with a delimiter: CSV of any common habit. Rows stream; a quotation mark that is never closed spoils one row, not the file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wayhome.engines.tabular import encodings
from wayhome.engines.tabular.encodings import Encoding
from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.types import Row, SheetFacts

DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES = 200  # physical lines of one record before its quotation mark counts as never closed
_SAMPLE_LINES = 200

csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written. `skip` counts leading lines that only name the delimiter (`sep=;`)."""

    encoding: Encoding
    delimiter: str
    skip: int = 0


class TextSheet:
    """A delimited text file, read anew at every call of `rows`."""

    def __init__(self, path: Path, dialect: Dialect, limits: Limits, name: str = "") -> None:
        self.path = path
        self.dialect = dialect
        self.limits = limits
        self.facts = SheetFacts(name or "", None, _width(path, dialect))
        if self.facts.columns > limits.max_columns:
            raise too_wide(self.facts.columns, limits)

    def rows(self) -> Iterator[Row]:
        """Rows that hold something. A record over several lines counts as one row, as in a spreadsheet."""
        most = self.limits.max_columns
        with self.path.open("rb") as handle:
            source = encodings.lines(handle, self.dialect.encoding.name)
            for _ in range(self.dialect.skip):
                next(source, None)
            number = self.dialect.skip
            for cells, broken in _records(source, self.dialect.delimiter):
                number += 1
                if not any(cells) or not any(cell.strip() for cell in cells):
                    continue
                if len(cells) > most:
                    raise too_wide(len(cells), self.limits, number)
                if number > self.limits.max_rows:
                    raise too_long(self.limits)
                yield Row(number, tuple(cells), {0: "quote"} if broken else None)


def sniff(path: Path, encoding: str = "", delimiter: str = "") -> Dialect:
    """Find encoding and delimiter, or take those that a person chose."""
    found = Encoding(encoding, True) if encoding else encodings.detect(path)
    with path.open("rb") as handle:
        sample = []
        for line in encodings.lines(handle, found.name):
            sample.append(line[:20_000])
            if len(sample) >= _SAMPLE_LINES:
                break
    first = sample[0].strip("\ufeff\r\n ").casefold() if sample else ""
    if first.startswith("sep=") and len(first) in {4, 5}:
        named = sample[0].strip("\ufeff\r\n")[4:5] or "\t"
        return Dialect(found, delimiter or named, 1)
    return Dialect(found, delimiter or _delimiter(sample))


def too_wide(columns: int, limits: Limits, row: int = 0) -> TabularError:
    """The error of a table with too many columns."""
    return TabularError(
        "too_many_columns",
        f"The sheet has {columns:,} columns{f' in row {row:,}' if row else ''}; at most {limits.max_columns:,} can be read.",
        "Copy the columns that hold people's data into a new sheet and give that.",
        columns=columns,
        limit=limits.max_columns,
        row=row,
    )


def too_long(limits: Limits) -> TabularError:
    """The error of a table with too many rows."""
    return TabularError(
        "too_many_rows",
        f"The file has more than {limits.max_rows:,} rows.",
        "Split it into several files and import them one after the other under the same list name.",
        limit=limits.max_rows,
    )


def _delimiter(sample: list[str]) -> str:
    """The delimiter that cuts the most lines into the same number of cells, more than one."""
    best, most = ",", 0.0
    for candidate in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=candidate) if any(cell.strip() for cell in row)]
        except csv.Error:
            continue
        if not widths:
            continue
        width, often = Counter(widths).most_common(1)[0]
        count = float(often)
        if width == 1:
            width, count = max(widths), sum(1 for each in widths if each > 1) * 0.5
        score = (count / len(widths)) * min(width - 1, 12) ** 0.5
        if width > 1 and score > most:
            best, most = candidate, score
    return best


def _width(path: Path, dialect: Dialect) -> int:
    with path.open("rb") as handle:
        source = encodings.lines(handle, dialect.encoding.name)
        widest = 0
        for place, (cells, _broken) in enumerate(_records(source, dialect.delimiter)):
            widest = max(widest, len(cells))
            if place >= _SAMPLE_LINES:
                break
    return widest


class _NeverClosed(Exception):
    """A record runs over too many lines."""


class _Counted:
    """Lines handed to the CSV reader, remembered until the record they belong to is complete."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.held) >= _MOST_LINES:
            raise _NeverClosed
        line = next(self._source)
        if len(line) > 8 * 1024 * 1024:
            raise TabularError(
                "line_too_long",
                "A line of the file is longer than 8 million characters: this is no table of people.",
                "Check that it is the right file; open it in a spreadsheet and save it anew as CSV.",
            )
        line = line.replace("\0", "")
        self.held.append(line)
        return line


def _records(source: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """Cells of each record and whether its quotation marks were broken."""
    first = next(source, None)
    if first is None:
        return
    counted = _Counted(_chain(first.removeprefix("\ufeff"), source))
    while True:
        reader = csv.reader(counted, delimiter=delimiter)
        try:
            for cells in reader:
                # A file that ends inside quotation marks gives all that is left as one cell.
                if len(counted.held) > 1 and cells and cells[-1].count("\n") > 20:
                    raise _NeverClosed
                counted.held.clear()
                yield cells, False
            return
        except (_NeverClosed, csv.Error):
            held, counted.held = counted.held, []
            for place, line in enumerate(held):
                cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
                yield [cell.strip('"') for cell in cells], place == 0


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
