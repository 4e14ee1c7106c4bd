"""Redaction: the public text of a document with some words withheld. What is withheld never reaches a public page or file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of public text; `withheld` stands for words that are not shown."""

    text: str
    withheld: bool = False


def merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching spans as one each, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def pieces(text: str, start: int, end: int, withheld: Iterable[tuple[int, int]]) -> list[Piece]:
    """`text[start:end]` cut at the withheld spans; the words in them are gone, only that there were some remains."""
    out: list[Piece] = []
    at = start
    for left, right in merge(withheld):
        if right <= start or left >= end:
            continue
        if left > at:
            out.append(Piece(text[at:left]))
        out.append(Piece("", withheld=True))
        at = min(right, end)
    if at < end:
        out.append(Piece(text[at:end]))
    return out


def plain(parts: Iterable[Piece], mark: str = "[…]") -> str:
    """The pieces as one string, `mark` for what is withheld."""
    return "".join(mark if piece.withheld else piece.text for piece in parts)
