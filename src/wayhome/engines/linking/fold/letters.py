"""The letter tables of `data/letters` (its README says where each comes from), read once."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

VOWELS = frozenset("aeiou")
ANY = "*"


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """The rows of one table, remarks left out; an empty last column is kept."""
    text = resources.files(__package__).parent.joinpath("data", "letters", name).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(line.split("\t"))


@dataclass(frozen=True, slots=True)
class Table:
    """Letters to sounds; the longest letters win, so `sh` is read before `s`."""

    sounds: dict[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, sounds: dict[str, str]) -> Table:
        longest = sorted(sounds, key=lambda letters: (-len(letters), letters))
        return cls(sounds, re.compile("|".join(map(re.escape, longest)) + "|."))

    def read(self, word: str) -> str:
        get = self.sounds.get
        return self.pattern.sub(lambda found: get(found[0], ""), word)


@functools.cache
def table(script: str) -> Table:
    """The table of a script other than Latin: `cyrillic`, `armenian`, `georgian`, `arabic`, `ethiopic`."""
    own = {row[0]: row[1] if len(row) > 1 else "" for row in rows(f"{script}.tsv")}
    # A Latin letter that strayed into the word and looks like none of its script is read as Latin.
    strayed = {letters: sound for letters, sound in latin_alphabets()[ANY].items() if len(letters) == 1 and letters.isascii()}
    return Table.of(strayed | own)


@functools.cache
def latin_alphabets() -> dict[str, dict[str, str]]:
    """Alphabet code to its own letters; `*` are the readings all share."""
    found: dict[str, dict[str, str]] = {}
    for alphabet, letters, *sound in rows("latin.tsv"):
        found.setdefault(alphabet, {})[letters] = sound[0] if sound else ""
    return found


@functools.cache
def latin(alphabet: str) -> Table:
    """The Latin table of one alphabet: its own readings over the shared ones."""
    known = latin_alphabets()
    return Table.of(known[ANY] | known.get(alphabet, {}))


@functools.cache
def homoglyphs() -> tuple[dict[int, str], dict[int, str]]:
    """Look-alike letters, as two translation tables: to Latin and to Cyrillic."""
    pairs = [(row[0], row[1]) for row in rows("homoglyphs.tsv")]
    return {ord(c): latin_ for latin_, c in pairs}, {ord(latin_): c for latin_, c in pairs}


@functools.cache
def particles() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns on romanised tokens: whole words to leave out, and endings of a patronymic."""
    found: dict[str, list[str]] = {"word": [], "end": []}
    for place, pattern in rows("particles.tsv"):
        found[place].append(pattern)
    return re.compile("|".join(found["word"])), re.compile("(?:" + "|".join(found["end"]) + ")$")
