"""A block's clean text with every party, date and reference replaced by one mark, so that patterns speak of "a party wrote to a party".

Patterns are rows of data. In them `{P}` is a named or described party, `{I}` the writer, `{Y}` the reader, `{X}` any of the three,
`{D}` a date, `{R}` a reference number, `{N}` a noun for a communication; an article before a mark is part of it. Named groups are written `{from=X}`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wayhome.engines.reading.dates import DateMention
from wayhome.engines.reading.party_mentions import PartyMention
from wayhome.engines.reading.taken import Taken

PARTY, WRITER, READER, DATE, NUMBER, NOUN = "\ue001", "\ue002", "\ue003", "\ue004", "\ue005", "\ue006"
ANY_PARTY = PARTY + WRITER + READER
_FORM = {"named": PARTY, "described": PARTY, "first": WRITER, "second": READER}
_ARTICLE = (
    r"(?:(?:the|a|an|this|that|its|their|his|her|both|le|la|les|un|une|ce|cet|cette|son|sa|ses|leur|leurs|notre|votre|nos|vos) "
    r"|l'|d')*"
)

_CLASS = {"P": PARTY, "I": WRITER, "Y": READER, "X": f"[{PARTY}{WRITER}{READER}]", "D": DATE, "R": NUMBER, "N": NOUN}
_SLOT = re.compile(r"\{(?:(?P<name>[a-z_]+)=)?(?P<kind>[PIYXDRN])\}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one mark stands for, with its place in the clean text."""

    start: int
    end: int
    value: Any


class Marked:
    """A clean text and its marked form; `clean_place` leads from an offset in the one to the other."""

    def __init__(
        self,
        clean: str,
        mentions: list[PartyMention],
        dates: tuple[DateMention, ...] = (),
        others: Sequence[tuple[int, int, str, Any]] = (),
    ) -> None:
        self.clean = clean
        # Dates win over references and nouns, these over parties; among equals the first keeps its place.
        spans: list[tuple[int, int, str, Any]] = [(d.start, d.end, DATE, d) for d in dates]
        for group in (others, [(m.start, m.end, _FORM[m.form], m) for m in mentions]):
            taken = Taken((start, end) for start, end, _, _ in spans)
            spans += [span for span in group if taken.free(span[0], span[1])]
        spans.sort(key=lambda span: (span[0], span[1]))
        parts: list[str] = []
        self._marked_starts: list[int] = []
        self._clean_starts: list[int] = []
        self.marks: dict[int, Mark] = {}
        place = length = 0
        for start, end, char, value in spans:
            if start < place:
                continue
            parts.append(clean[place:start])
            self._note(length, place)
            length += start - place
            self.marks[length] = Mark(start, end, value)
            self._note(length, start)
            parts.append(char)
            length, place = length + 1, end
        parts.append(clean[place:])
        self._note(length, place)
        self.text = "".join(parts)

    def _note(self, marked: int, clean: int) -> None:
        self._marked_starts.append(marked)
        self._clean_starts.append(clean)

    def clean_place(self, offset: int) -> int:
        """Where an offset of the marked text stands in the clean text; inside a mark its beginning."""
        index = bisect_right(self._marked_starts, offset) - 1
        return self._clean_starts[index] + (offset - self._marked_starts[index])

    def clean_span(self, start: int, end: int) -> tuple[int, int]:
        """The clean text's span of a marked span."""
        last = self.clean_place(end - 1) if end > start else self.clean_place(start)
        mark = self.marks.get(end - 1)
        return self.clean_place(start), mark.end if mark else last + (1 if end > start else 0)

    def mark(self, offset: int) -> Mark | None:
        """The mark at an offset of the marked text."""
        return self.marks.get(offset)

    def marks_in(self, start: int, end: int, kinds: str) -> list[tuple[int, Mark]]:
        """The marks of some kinds (characters) in a marked span, in order."""
        return [(place, self.marks[place]) for place in range(start, end) if self.text[place] in kinds]


@cache
def compiled(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A data row's pattern as a regular expression; each slot becomes its mark with the articles before it."""

    def slot(match: re.Match[str]) -> str:
        kind = _CLASS[match["kind"]]
        core = f"(?P<{match['name']}>{kind})" if match["name"] else kind
        return core if match["kind"] in "DRN" else f"{_ARTICLE}{core}"

    # An article before a pattern's first mark would be tried at every letter of the text and adds nothing: leave it out.
    return re.compile(_SLOT.sub(slot, pattern).removeprefix(_ARTICLE), flags)
