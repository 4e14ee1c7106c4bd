"""Tables that leave the house as CSV: no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

_FORMULA = ("=", "+", "-", "@")
_LEADING = ("\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; nothing for None."""
    text = "" if value is None else str(value)
    # Spreadsheets pass over white space before a formula, of whatever kind.
    return "'" + text if text.lstrip().startswith(_FORMULA) or text.startswith(_LEADING) else text


def csv_line(row: Iterable[Any]) -> str:
    """One row, guarded, with its line end: for a table too long to hold."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in row])
    return buffer.getvalue()


def csv_text(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    """A whole table with a byte order mark, so that spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()
