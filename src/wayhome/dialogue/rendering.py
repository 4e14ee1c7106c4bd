"""A document's text as HTML: zones, paragraphs, passages that may nest and cross; every word carries its offset.

Nothing of the document reaches the page unescaped. Each stretch of text is a `<span data-s="OFFSET">`, so that a selection in
the browser can be turned back into offsets; characters that HTML would swallow are shown as one replacement character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wayhome.dialogue.passages import trimmed

_BETWEEN = re.compile(r"\n[^\S\n]*\n\s*")
_SWALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINES_KEPT = frozenset({"letterhead", "signature", "enclosures", "salutation"})

CSS = {"commitment": "promise"}  # the design's names of the lines under passages


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to show: the proposal's number on the page and key, the kind, whether it is decided."""

    number: int
    key: int
    kind: str
    start: int
    end: int
    done: bool = False
    current: bool = False


@dataclass(slots=True)
class Paragraph:
    """One paragraph: its offset, whether its line ends are kept, its HTML."""

    start: int
    lines: bool
    html: SafeString


@dataclass(slots=True)
class Block:
    """Paragraphs of one zone that follow each other."""

    zone: str
    paragraphs: list[Paragraph] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The heading of the zone, in the active language."""
        return _zone_words().get(self.zone, "")


def _zone_words() -> dict[str, str]:
    return {
        "wrapper": _("Around the letter"),
        "quoted": _("Quoted letter"),
        "enclosures": _("Enclosures"),
        "boilerplate": _("Boilerplate"),
    }


def blocks(text: str, zones: Sequence[dict[str, Any]], marks: Iterable[Mark] = ()) -> list[Block]:
    """The text cut into zones and paragraphs with its passages."""
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.number))
    spans = sorted((int(z["start"]), int(z["end"]), str(z["zone"])) for z in zones)
    found: list[Block] = []
    for start, end in _paragraph_spans(text):
        zone = next((name for first, last, name in spans if first <= start < last), "body")
        if not found or found[-1].zone != zone:
            found.append(Block(zone))
        here = [mark for mark in ordered if mark.start < end and mark.end > start]
        words = text[start:end]
        longest = max((len(line) for line in words.split("\n")), default=0)
        # Short lines are an address, a list, verse: their ends mean something. Long ones were only wrapped.
        lines = "\n" in words and (zone in _LINES_KEPT or longest < 55)
        found[-1].paragraphs.append(Paragraph(start, lines, _paragraph(text, start, end, here)))
    return found


def _paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in [*((m.start(), m.end()) for m in _BETWEEN.finditer(text)), (len(text), len(text))]:
        span = trimmed(text, at, gap[0])
        if span[0] < span[1]:
            yield span
        at = gap[1]


def _paragraph(text: str, start: int, end: int, marks: list[Mark]) -> SafeString:
    """Text between `start` and `end` with marks opened and closed at their ends; crossing marks are closed and opened again."""
    cuts = sorted({start, end, *(p for m in marks for p in (m.start, m.end) if start < p < end)})
    out: list[str] = []
    opened: list[Mark] = []
    for here, there in pairwise(cuts):
        if any(mark.end <= here for mark in opened):
            keep = next(index for index, mark in enumerate(opened) if mark.end <= here)
            out.extend("</mark>" for _mark in opened[keep:])
            again = [mark for mark in opened[keep:] if mark.end > here]
            opened = opened[:keep]
            for mark in again:
                out.append(_open(mark))
                opened.append(mark)
        for mark in marks:
            begins = mark.start == here or (here == start and mark.start < start)
            if begins and mark.end > here and mark not in opened:
                if mark.start == here:
                    out.append(_number(mark))
                out.append(_open(mark))
                opened.append(mark)
        out.append(format_html('<span data-s="{}">{}</span>', here, _shown(text[here:there])))
    out.extend("</mark>" for _mark in opened)
    return mark_safe("".join(out))  # noqa: S308 - every piece was escaped above


def _open(mark: Mark) -> str:
    current = mark_safe(' aria-current="true"') if mark.current else ""
    kind = CSS.get(mark.kind, mark.kind)
    return format_html('<mark class="passage {}" data-p="{}"{}>', kind, mark.key, current)


def _number(mark: Mark) -> str:
    state = "now" if mark.current else "done" if mark.done else ""
    return format_html(
        '<a class="pno {}" id="p{}" href="#r{}" data-p="{}" aria-label="{}">{}</a>',
        state,
        mark.key,
        mark.key,
        mark.key,
        _("Proposal %(n)d") % {"n": mark.number},
        mark.number,
    )


def _shown(words: str) -> SafeString:
    return escape(_SWALLOWED.sub("\ufffd", words.replace("\r", " ")))
