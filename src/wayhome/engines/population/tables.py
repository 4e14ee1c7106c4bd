"""Rewriting tables: letters to sounds, sounds to letters, letters to letters. Data in `data/`, one file a table.

A file holds `: key value` headers and entries `from=to` separated by blanks; `to` may offer several spellings, the usual one first
(`a=a|e`). In a key `^` binds to a word's start, a final `$` to its end, `°` to the place after a vowel; `_` is a space.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files
from random import Random

VOWELS = frozenset("aeiouäöüıəåāēīōūâîûêéèïëаеёиоуыэюяәөұүіїєѫъაეიოუաեէըիոօառ")
BREAKS = frozenset(" -\u200c")
USUAL = 0.72
"""Share of keys that a drawn scheme writes in the usual way; the others take one of the further spellings."""

# A sound that a table does not list is written as its nearest neighbour.
NEAREST = {
    "ṗ": "p", "ṫ": "t", "ḳ": "k", "ʦ": "c", "ʧ": "č", "ṙ": "r", "ḥ": "h", "ṣ": "s", "ṭ": "t", "ḍ": "d", "ẓ": "z", "θ": "t", "δ": "d",
    "ñ": "n", "ľ": "l", "ŋ": "n", "ā": "a", "ī": "i", "ū": "u", "ē": "e", "ō": "o", "å": "o", "ä": "a", "ı": "i", "ö": "o", "ü": "u",
    "ə": "e", "w": "v", "q": "k", "ğ": "g", "x": "h", "ž": "z", "ʒ": "z", "ǰ": "j", "c": "s", "ʿ": "", "ʾ": "", "ʹ": "", "ṇ": "n", "ṛ": "r",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One table as read: `rows` maps a key (with its anchors) to its spellings, usual one first; `headers` hold source, script, kind."""

    name: str
    headers: dict[str, str]
    rows: dict[str, tuple[str, ...]]

    @property
    def syllabic(self) -> bool:
        return "syllabic" in self.headers.get("flags", "")

    @property
    def degeminate(self) -> bool:
        return "degeminate" in self.headers.get("flags", "")


def data_text(*parts: str) -> str:
    """Text of a file under `data/`."""
    return files("wayhome.engines.population").joinpath("data", *parts).read_text(encoding="utf-8")


def data_names(folder: str) -> list[str]:
    """Names (without ending) of the files of one folder under `data/`, sorted."""
    return sorted(
        p.name.rsplit(".", 1)[0]
        for p in files("wayhome.engines.population").joinpath("data", folder).iterdir()
        if p.name.endswith(".txt")
    )


@functools.cache
def data_rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `data/NAME.csv`."""
    return tuple(csv.DictReader(data_text(f"{name}.csv").splitlines()))


@functools.cache
def load(folder: str, name: str) -> Table:
    """Table `data/FOLDER/NAME.txt`; `: base OTHER` takes over the other table's entries first. Raises FileNotFoundError."""
    headers: dict[str, str] = {}
    rows: dict[str, tuple[str, ...]] = {}
    for line in data_text(folder, f"{name}.txt").splitlines():
        if line.startswith(": "):
            key, _, value = line[2:].partition(" ")
            headers[key] = value.strip()
            if key == "base":
                base = load(folder, value.strip())
                headers = base.headers | headers
                rows = dict(base.rows)
        elif line and not line.startswith("#"):
            for entry in line.split():
                key, mark, value = entry.partition("=")
                if not mark or not key:
                    raise ValueError(f"data/{folder}/{name}.txt: {entry!r} is not of the form from=to")
                rows[key.replace("_", " ")] = tuple(value.replace("_", " ").split("|"))
    return Table(name, headers, rows)


def single(text: str) -> str:
    """Doubled consonants written once."""
    return "".join(c for i, c in enumerate(text) if not i or c != text[i - 1] or c in VOWELS)


class Rewriter:
    """One way of applying a table: every key has one spelling. Longest match first; what no key matches is copied."""

    def __init__(self, rows: dict[str, str], degeminate: bool = False) -> None:
        self.rows = {single(k): v for k, v in rows.items()} if degeminate else rows
        self.degeminate = degeminate
        self.longest = max((len(k.strip("^°$")) or 1 for k in rows), default=1)

    def __call__(self, text: str) -> str:
        if self.degeminate:
            text = single(text)
        rows, out, i, n = self.rows, [], 0, len(text)
        while i < n:
            start = i == 0 or text[i - 1] in BREAKS
            after = not start and text[i - 1] in VOWELS
            for size in range(min(self.longest, n - i), 0, -1):
                piece = text[i : i + size]
                end = i + size == n or text[i + size] in BREAKS
                found = None
                if start:
                    found = rows.get(f"^{piece}$") if end else None
                    found = rows.get(f"^{piece}") if found is None else found
                elif after:
                    found = rows.get(f"°{piece}")
                if found is None and end:
                    found = rows.get(f"{piece}$")
                if found is None:
                    found = rows.get(piece)
                if found is not None:
                    out.append(found)
                    i += size
                    break
            else:
                out.append(text[i])
                i += 1
        return "".join(out)


def usual(table: Table) -> Rewriter:
    """The table applied with its usual spellings only."""
    return Rewriter(_complete({k: v[0] for k, v in table.rows.items()}, table), table.degeminate)


def drawn(table: Table, rng: Random, usual_share: float = USUAL) -> Rewriter:
    """The table with one spelling drawn for each key: one office's habit."""
    rows = {}
    for key, values in table.rows.items():
        rows[key] = values[0] if len(values) == 1 or rng.random() < usual_share else rng.choice(values[1:])
    return Rewriter(_complete(rows, table), table.degeminate)


def redrawn(table: Table, habit: Rewriter, rng: Random, share: float = 0.25) -> Rewriter:
    """The table written with an office's habits, but for a share of the keys, drawn anew; where `habit` has no say, likewise."""
    rows = {}
    for key, values in table.rows.items():
        kept = habit.rows.get(key)
        if len(values) == 1:
            rows[key] = values[0]
        elif kept in values and rng.random() >= share:
            rows[key] = kept
        else:
            rows[key] = values[0] if rng.random() < USUAL else rng.choice(values[1:])
    return Rewriter(_complete(rows, table), table.degeminate)


def _complete(rows: dict[str, str], table: Table) -> dict[str, str]:
    if "script" in table.headers or table.headers.get("from") == "sounds":
        for sound, neighbour in NEAREST.items():
            near = neighbour
            while near and near not in rows:
                near = NEAREST.get(near, "")
            rows.setdefault(sound, rows.get(near, ""))
    return rows
