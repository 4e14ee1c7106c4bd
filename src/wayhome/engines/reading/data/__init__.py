"""Data of the reading engine: word groups, lexicons, models. Plain files read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def word_groups(name: str) -> dict[str, frozenset[str]]:
    """Groups of words in a file: `[group]` opens one, words follow, parted by white space; `#` opens a remark."""
    groups: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = groups.setdefault(line.strip("[] "), set())
        elif not line.startswith("#"):
            current.update(line.split())
    return {group: frozenset(words) for group, words in groups.items()}
