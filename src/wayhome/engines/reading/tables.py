"""The reading engine's rules that are data: CSV files in the package's `data` folder, one row a rule."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `data/<name>.csv` as dictionaries by column, in file order; lines that begin with `#` are comments."""
    text = (DATA / f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple({key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(lines))


def words(cell: str) -> tuple[str, ...]:
    """The entries of a cell that lists several, separated by `|`."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())
