"""The table of specific needs (data/specific_needs.csv): codes, categories, who should see them, source, whether confirmed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Need:
    """One code. `restricted`: best left to those who need it; `confirmed`: read in its source, not only pointed to by it."""

    code: str
    parent: str
    category: str
    meaning: str
    restricted: bool
    note: str
    source: str
    confirmed: bool


@lru_cache(maxsize=1)
def table() -> dict[str, Need]:
    """Every code that can be recorded, in the order of the file."""
    text = resources.files("wayhome.registry").joinpath("data/specific_needs.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Need(
            row["code"],
            row["parent"],
            row["category"],
            row["meaning"],
            row["access"] == "restricted",
            row["note"],
            row["source"],
            row["confirmed"] == "true",
        )
        for row in csv.DictReader(text.splitlines())
    }


def words(code: str) -> str:
    """Code and meaning, or the code alone where the table has none."""
    need = table().get(code)
    return f"{code} {need.meaning}" if need else code
