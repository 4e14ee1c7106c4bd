"""Which letters of two spellings differ, for a page that marks them.

Spellings of one script are compared letter by letter. Across scripts a letter is compared by what it sounds like (its letters in
anyascii's table), so that only the letters that make a difference stand out, not the whole word.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from anyascii import anyascii


@dataclass(frozen=True, slots=True)
class Run:
    """A run of letters; `differs` when the other spelling has something else, or nothing, there."""

    text: str
    differs: bool


def letters(text: str) -> list[str]:
    """Letters of NFC text, each with the combining marks that follow it."""
    found: list[str] = []
    for ch in unicodedata.normalize("NFC", text):
        if found and unicodedata.combining(ch):
            found[-1] += ch
        else:
            found.append(ch)
    return found


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter[0], "").split(" ")[0] if letter[0].isalpha() else ""


def _scripts(found: list[str]) -> set[str]:
    return {script for letter in found if (script := _script(letter))}


@lru_cache(maxsize=4096)
def _sound(letter: str) -> str:
    return "".join(ch for ch in anyascii(letter).casefold() if ch.isalnum()) or letter


def marked(left: str, right: str) -> tuple[list[Run], list[Run]]:
    """Both spellings cut into runs that agree and runs that differ; upper and lower case agree.

    A spelling that has nothing beside it is not marked: that something is missing is no difference.
    """
    a, b = letters(left), letters(right)
    if not a or not b:
        return [Run("".join(a), False)] if a else [], [Run("".join(b), False)] if b else []
    one_script = bool(_scripts(a) & _scripts(b)) or not (_scripts(a) and _scripts(b))
    form = str.casefold if one_script else _sound
    flat_a = [(ch, at) for at, letter in enumerate(a) for ch in ([form(letter)] if one_script else form(letter))]
    flat_b = [(ch, at) for at, letter in enumerate(b) for ch in ([form(letter)] if one_script else form(letter))]
    differ_a, differ_b = set(), set()
    matcher = SequenceMatcher(None, [ch for ch, _at in flat_a], [ch for ch, _at in flat_b], autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "equal":
            differ_a.update(at for _ch, at in flat_a[a1:a2])
            differ_b.update(at for _ch, at in flat_b[b1:b2])
    return _runs(a, differ_a), _runs(b, differ_b)


def _runs(found: list[str], differing: set[int]) -> list[Run]:
    runs: list[Run] = []
    for at, letter in enumerate(found):
        differs = at in differing
        if runs and runs[-1].differs == differs:
            runs[-1] = Run(runs[-1].text + letter, differs)
        else:
            runs.append(Run(letter, differs))
    return runs
