"""A look into the ZIP of a workbook before anything unpacks it, and for what the reader of values leaves out.

The values come from calamine, which lays a sheet out as a grid. Here the XML of each sheet streams by once: how far it
reaches (a cell at XFD1048576 would make a grid of 17 thousand million), which cells hold formulas, whether a bomb is inside.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wayhome.engines.tabular.delimited import too_long, too_wide
from wayhome.engines.tabular.errors import TabularError, damaged
from wayhome.engines.tabular.limits import MEGABYTE, Limits
from wayhome.engines.tabular.sheet import number

_CHUNK = 4 * MEGABYTE
_TAIL = 4096
_COLUMNS = re.compile(rb'<(?:\w+:)?c\b[^>]{0,60}?\br="([A-Z]+)')
_ROWS = re.compile(rb'<(?:\w+:)?row\b[^>]{0,200}?\br="(\d+)"')
_ROW_ENDS = re.compile(rb"</(?:\w+:)?row>")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f\b')


@dataclass(slots=True)
class Scan:
    """What streamed by: the farthest row and column, and the cells with formulas as (row, column), both from 0."""

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    more_formulas: bool = False


def check_package(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """The parts of a ZIP whose declared sizes are within bounds. Raises `zip_bomb`, `encrypted`, `damaged`."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError, NotImplementedError, UnicodeDecodeError):
        raise damaged() from None
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.max_parts:
        raise bomb(f"it holds {len(entries):,} parts")
    if total > limits.max_unpacked_bytes or (
        total > 50 * MEGABYTE and total > limits.max_ratio * max(path.stat().st_size, 10_000)
    ):
        raise bomb(f"it would unpack to {total // MEGABYTE:,} MB")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise encrypted()
    return entries


def bomb(why: str) -> TabularError:
    """The error of an archive that would fill the machine."""
    return TabularError(
        "zip_bomb",
        f"The file was not unpacked: {why}.",
        "Open it in a spreadsheet program and save the sheet that holds the list as CSV.",
        why=why,
    )


def encrypted() -> TabularError:
    """The error of a workbook with a password."""
    return TabularError(
        "encrypted",
        "The file is protected by a password.",
        "Open it with its password, save it without one, and give it again.",
    )


def scan_sheet(path: Path, part: str, limits: Limits) -> Scan:
    """Stream one sheet's XML. Raises `too_many_columns`, `too_many_rows`, `too_sparse`, `zip_bomb`, `damaged`."""
    scan = Scan()
    names: set[bytes] = set()
    first_row = 0
    since_row_end = 0
    before = b""
    for chunk in stream(path, part, limits):
        text = before + chunk
        names.update(_COLUMNS.findall(text))
        rows = _ROWS.findall(text)
        if rows:
            first_row = first_row or int(rows[0])
            scan.rows = max(scan.rows, int(rows[-1]))
        last_end = None
        for last_end in _ROW_ENDS.finditer(text):  # noqa: B007 - the last one is what is wanted
            pass
        since_row_end = len(text) - last_end.end() if last_end else since_row_end + len(chunk)
        if since_row_end > limits.max_row_bytes and b"sheetData" not in text[-since_row_end:]:
            raise too_wide(limits.max_columns + 1, limits)
        if b"<f" in text or b":f" in text:
            _formulas(text, scan, limits)
        before = text[-_TAIL:]
    scan.columns = 1 + max((number(name.decode("ascii")) for name in names if len(name) <= 6), default=-1)
    if any(len(name) > 6 for name in names) or scan.columns > limits.max_columns:
        raise too_wide(scan.columns if scan.columns > limits.max_columns else 10**7, limits)
    if scan.rows > min(limits.max_rows, 1_048_576):
        raise too_long(limits)
    if scan.columns * (scan.rows - first_row + 1) > limits.max_cells:
        raise TabularError(
            "too_sparse",
            f"The sheet reaches to row {scan.rows:,} and over {scan.columns:,} columns; it is too large to be laid out.",
            "Delete the empty rows and columns at its end, or save the sheet as CSV.",
            rows=scan.rows,
            columns=scan.columns,
        )
    return scan


def _formulas(text: bytes, scan: Scan, limits: Limits) -> None:
    for found in _FORMULA.finditer(text):
        if len(scan.formulas) >= limits.max_marks:
            scan.more_formulas = True
            return
        scan.formulas.add((int(found[2]) - 1, number(found[1].decode("ascii"))))


def stream(path: Path, part: str, limits: Limits) -> Iterator[bytes]:
    """A part's content in pieces. The size that the archive declares is a ceiling, never trusted."""
    left = limits.max_unpacked_bytes
    try:
        with zipfile.ZipFile(path) as package, package.open(part) as content:
            while chunk := content.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise bomb("a part of it is larger than it says")
                yield chunk
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        raise damaged() from None
