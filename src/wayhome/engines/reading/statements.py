"""Words that a text attributes to a speaker: reported ("the Minister stated that ...") and quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.document_parties import DocumentParties
from wayhome.engines.reading.marked import Marked, compiled
from wayhome.engines.reading.taken import Taken
from wayhome.engines.reading.types import Statement
from wayhome.engines.reading.zones import READ_ROLES, Block

SHORTEST, LONGEST = 12, 700
_END = re.compile(r"[.!?](?=\s|$|[\"')])|;(?=\s)|\n")
_QUOTE = re.compile(r'"([^"]{12,700})"')


@cache
def _rules(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    mine = [row for row in tables.rows("statement_phrases") if row["language"] == language]
    return tuple((row["side"], compiled(row["pattern"])) for row in mine)


def find_statements(blocks: Sequence[Block], parties: DocumentParties, language: str) -> tuple[Statement, ...]:
    """Every attributed passage with its speaker's fullest name, in order of place; the passage is what was said."""
    found: list[Statement] = []
    taken = Taken()
    for number, block in enumerate(blocks):
        if block.role not in READ_ROLES or number not in parties.mentions or not block.clean:
            continue
        marked = Marked(block.clean, parties.mentions[number])
        quotes = [match.span(1) for match in _QUOTE.finditer(block.clean)]
        for side, rule in _rules(language):
            for match in rule.finditer(marked.text):
                mark = marked.mark(match.start("speaker"))
                speakers = parties.resolve(mark.value) if mark else ()
                span = _words(block.clean, marked.clean_span(match.start(), match.end()), side, quotes)
                if not speakers or span is None:
                    continue
                start, end = block.where[span[0]], block.where[span[1] - 1] + 1
                if taken.take(start, end):
                    found.append(Statement(speakers[0], start, end))
    return tuple(sorted(found, key=lambda statement: statement.start))


def _words(clean: str, said: tuple[int, int], side: str, quotes: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The span of the words that an attribution at *said* speaks of."""
    if side == "before":
        before = [quote for quote in quotes if quote[1] <= said[0] + 2 and said[0] - quote[1] < 4]
        if before:
            return _trimmed(clean, *before[-1])
        starts = [match.end() for match in _END.finditer(clean, 0, said[0])]
        start, end = (starts[-1] if starts else 0), said[0]
    else:
        start = said[1]
        stop = _END.search(clean, start)
        end = stop.start() if stop else len(clean)
        inside = [quote for quote in quotes if start <= quote[0] < end]
        if inside and inside[0][0] - start < 12:
            return _trimmed(clean, *inside[0])
    return _trimmed(clean, start, end)


def _trimmed(clean: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without the spaces, commas and quotation marks at its ends; None where too little or too much is left."""
    while start < end and (clean[start].isspace() or clean[start] in '",'):
        start += 1
    while start < end and (clean[end - 1].isspace() or clean[end - 1] in '",'):
        end -= 1
    return (start, end) if SHORTEST <= end - start <= LONGEST else None
