"""Which letters of two spellings differ, for a page that marks them. Letters are compared with their marks, not apart."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher


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


def marked(left: str, right: str) -> tuple[list[Run], list[Run]]:
    """Both spellings cut into runs that agree and runs that differ; upper and lower case agree."""
    a, b = letters(left), letters(right)
    matcher = SequenceMatcher(None, [x.casefold() for x in a], [x.casefold() for x in b], autojunk=False)
    first: list[Run] = []
    second: list[Run] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if a2 > a1:
            first.append(Run("".join(a[a1:a2]), tag != "equal"))
        if b2 > b1:
            second.append(Run("".join(b[b1:b2]), tag != "equal"))
    return first, second
