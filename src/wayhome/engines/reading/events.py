"""What a text dates: for every date in it the clause that the date belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wayhome.engines.reading.dates import DateMention, find_dates
from wayhome.engines.reading.types import Event
from wayhome.engines.reading.zones import Block

LONGEST, WINDOW = 170, 600
_APART = frozenset({"boilerplate", "letterhead", "salutation", "signature"})
# A line that is a sentence all the same, whatever part of the sheet the zones took it for.
_SENTENCE = re.compile(r"^(?=(?:.*?(?<!\w)[a-zà-ÿ]{2,}){5}).*[.!?]\W*$", re.DOTALL)
# Where a clause ends. A comma parts clauses only before a word that opens one; else it may part a list or a date.
_BREAK = re.compile(
    r"[.!?;:](?=\s|$|[\"'])|\n|\s[–—-]\s"
    r"|,(?=\s+(?:and|but|which|who|where|when|while|as|that|although|because|so|for|et|mais|qui|que|dont|où|lorsque|alors|puis|car|ce qui)\b)"
    r"|\b(?:that|whether|lest|que|qu')(?=\s)"
    r"|,(?=\s+(?:the|we|he|she|they|it|i|le|la|les|il|elle|nous|ils|l')\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s(?:and|et)\s", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:to|until|till|and|-|–|au|à|jusqu'au|et)\s*(?:the\s|le\s)?", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|but|et|mais|or|that|which|who|as|qui|que|où|then|,|\s|\"|')+(?=\w)", re.IGNORECASE)
_CONTENT = re.compile(r"[^\W\d_]{5,}")


def find_events(
    blocks: Sequence[Block], language: str, document_date: DateMention | None = None, read: Sequence[int] | None = None
) -> tuple[Event, ...]:
    """The dated clauses of a document in order of place; one for each date and matter.

    The dateline, letterhead, signature and boilerplate are left out, so are "today" and the like, which date no event of their own.
    *read* limits the blocks by number.
    """
    found: list[Event] = []
    day = document_date.iso if document_date else None
    for number, block in enumerate(blocks):
        if not block.clean or (block.role in _APART and not _SENTENCE.search(block.clean)):
            continue
        if read is not None and number not in read:
            continue
        if document_date and document_date.end and block.start <= document_date.start < block.end and len(block.clean) < 110:
            continue
        mentions = [mention for mention in find_dates(block.clean, language, day) if mention.iso]
        for place, mention in enumerate(mentions):
            if place and _RANGE.fullmatch(block.clean[mentions[place - 1].end : mention.start]):
                continue
            if mention.iso is None or (mention.basis == "relative" and mention.iso in {day, (day or "")[:4], (day or "")[:7]}):
                continue
            neighbours = [other for other in mentions[max(0, place - 8) : place + 9] if other is not mention]
            start, end = _clause(block.clean, mention, neighbours)
            what = block.clean[start:end]
            if len(what) - (mention.end - mention.start) < 8 or _repeats(found, mention.iso, what):
                continue
            found.append(Event(mention.iso, what, block.where[start], block.where[end - 1] + 1))
    return tuple(found)


def _clause(clean: str, mention: DateMention, others: Sequence[DateMention]) -> tuple[int, int]:
    """The clause around a date, parted from another date's at "and", shortened to what lies nearest where it is long."""
    low, high = max(0, mention.start - WINDOW), min(len(clean), mention.end + WINDOW)
    breaks = [match.span() for match in _BREAK.finditer(clean, low, high)]
    near = [other for other in others if other.end > low and other.start < high]
    if near:
        breaks += [
            match.span()
            for match in _AND.finditer(clean, low, high)
            if not any(other.start <= match.start() < other.end for other in [mention, *near])
            and any((other.start < match.start()) != (mention.start < match.start()) for other in near)
        ]
    start = max((b for _, b in breaks if b <= mention.start), default=low)
    end = min((a for a, _ in breaks if a >= mention.end), default=high)
    if mention.start - start < 12 and (comma := re.match(r",\s*", clean[mention.end : mention.end + 8])):
        after = mention.end + comma.end()
        end = min((a for a, _ in breaks if a >= after), default=high)
    if end - start > LONGEST:
        if mention.start - start > LONGEST - 40:
            cut = clean.find(" ", mention.start - (LONGEST - 40))
            start = cut + 1 if 0 <= cut < mention.start else start
        if end - start > LONGEST:
            cut = clean.rfind(" ", mention.end, start + LONGEST)
            end = cut if cut > 0 else mention.end
    lead = _LEAD.match(clean[start : mention.start])
    start += lead.end() if lead else 0
    while end > mention.end and clean[end - 1] in " ,":
        end -= 1
    while start < mention.start and clean[start] == " ":
        start += 1
    return start, end


def _repeats(found: Sequence[Event], date: str, what: str) -> bool:
    """Whether an event of that date is already there and shares a word of its matter."""
    words = {word.lower() for word in _CONTENT.findall(what)}
    return any(words & {w.lower() for w in _CONTENT.findall(event.what)} for event in found if event.date == date)
