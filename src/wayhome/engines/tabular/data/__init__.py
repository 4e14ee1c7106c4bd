"""Words of the tabular engine: headings, months, sexes, relations in six languages. Plain files read once."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file; lines that begin with `# ` are remarks."""
    lines = [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("# ")]
    return tuple(csv.DictReader(lines))


def forms(cell: str) -> list[str]:
    """The spellings in a cell, parted by `|`."""
    return [form for form in cell.split("|") if form]
