"""Finding a passage again in another text of the same document: by its words, by the words around it, by its place.

Offsets are `str` offsets, end exclusive. Three tries, each only when the one before finds nothing: the same characters; the
same words with other white space, quotation marks or hyphens; words that differ a little, where most of them follow each other.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

CONTEXT = 80  # characters of context looked at on each side
_WORD = re.compile(r"\w+", re.UNICODE)
_QUOTES = "\"'“”‘’«»„`´"
_DASHES = "-‐‑‒–—"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the words stand now. `exact` is False when they differ by more than white space and marks."""

    start: int
    end: int
    exact: bool


def anchor(quote: str, text: str, *, before: str = "", after: str = "", place: float = 0.0, least: float = 0.75) -> Anchor | None:
    """The place of `quote` in `text`, or None.

    Args:
        before, after: the words around the quote where it was found first; they decide between equal quotes.
        place: where it stood, 0 at the start of its text to 1 at the end; decides when the context does not.
        least: how alike (0 to 1) the words must be in the third try.
    """
    if not quote.strip():
        return None
    spans = _exact(quote, text)
    if not spans:
        spans = _loose(quote, text)
    if spans:
        start, end = _best(spans, text, before, after, place)
        return Anchor(start, end, True)
    found = _alike(quote, text, (before, after, place), least)
    return Anchor(*found, False) if found else None


def context(text: str, start: int, end: int) -> tuple[str, str, float]:
    """What `anchor` wants to know of a passage: the words before, the words after, its place."""
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start / max(1, len(text))


def _exact(quote: str, text: str) -> list[tuple[int, int]]:
    spans, at = [], text.find(quote)
    while at >= 0 and len(spans) < 200:
        spans.append((at, at + len(quote)))
        at = text.find(quote, at + 1)
    return spans


def _loose(quote: str, text: str) -> list[tuple[int, int]]:
    """Equal but for white space, quotation marks and the kind of dash."""
    parts = []
    for piece in re.split(rf"(\s+|[{_QUOTES}]|[{_DASHES}])", quote.strip()):
        if not piece:
            continue
        if piece.isspace():
            parts.append(r"\s+")
        elif piece in _QUOTES:
            parts.append(f"[{_QUOTES}]{{1,2}}")
        elif piece in _DASHES:
            parts.append(rf"[{_DASHES}]\s*")
        else:
            parts.append(re.escape(piece))
    if sum(len(part) for part in parts) > 20_000:
        return []
    return [match.span() for match in re.finditer("".join(parts), text)][:200]


def _best(spans: list[tuple[int, int]], text: str, before: str, after: str, place: float) -> tuple[int, int]:
    def rank(span: tuple[int, int]) -> tuple[float, float]:
        here_before, here_after, here_place = context(text, *span)
        around = _common_tail(before, here_before) + _common_head(after, here_after)
        return (-around, abs(here_place - place))

    return min(spans, key=rank)


def _words(text: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(text)]


def _common_head(one: str, other: str) -> int:
    count = 0
    for a, b in zip(_words(one), _words(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _common_tail(one: str, other: str) -> int:
    count = 0
    for a, b in zip(reversed(_words(one)), reversed(_words(other)), strict=False):
        if a != b:
            break
        count += 1
    return count


def _alike(quote: str, text: str, around: tuple[str, str, float], least: float) -> tuple[int, int] | None:
    """Windows of the text that share pairs of words with the quote, the most alike one first; at most 40 are compared."""
    before, after, place = around
    wanted = _words(quote)
    if len(wanted) < 4:  # three words or fewer that differ are other words
        return None
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[start:end].casefold() for start, end in spans]
    pairs = set(pairwise(wanted))
    seats = {pair: index for index, pair in reversed(list(enumerate(pairwise(wanted))))}
    starts: Counter[int] = Counter()
    for index, pair in enumerate(pairwise(words)):
        if pair in pairs:
            starts[max(0, index - seats[pair])] += 1
    found: tuple[float, float, int, int] | None = None
    for first, _count in starts.most_common(40):
        for length in (len(wanted), len(wanted) - 2, len(wanted) + 2):
            window = words[first : first + max(1, length)]
            if not window:
                continue
            ratio = SequenceMatcher(None, wanted, window, autojunk=False).ratio()
            if ratio < least:
                continue
            start, end = spans[first][0], spans[first + len(window) - 1][1]
            here_before, here_after, here_place = context(text, start, end)
            common = _common_tail(before, here_before) + _common_head(after, here_after)
            score = ratio + min(common, 10) * 0.01
            if found is None or (score, -abs(here_place - place)) > (found[0], found[1]):
                found = (score, -abs(here_place - place), start, end)
    return (found[2], found[3]) if found else None
