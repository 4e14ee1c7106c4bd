"""What a reading says beside its asks, commitments and silences: the document's kind, title and language, its communications, statements
and events; and what belongs to each ask and commitment: deadline, act, place, whom it serves, instrument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayhome.engines.reading import communications, language
from wayhome.engines.reading.acts import act_of, beneficiary_in, place_in
from wayhome.engines.reading.dates import DateMention, document_date
from wayhome.engines.reading.document_parties import document_parties
from wayhome.engines.reading.due import due_within
from wayhome.engines.reading.events import find_events
from wayhome.engines.reading.instruments import find_instruments, instrument_near
from wayhome.engines.reading.kind import DocumentKind, document_kind
from wayhome.engines.reading.parse import Parsed
from wayhome.engines.reading.statements import find_statements
from wayhome.engines.reading.types import Ask, Commitment, Communication, Event, Extracted, Statement
from wayhome.engines.reading.zones import Block


@dataclass(frozen=True, slots=True)
class Details:
    """The document-wide part of a reading. `language` is ISO 639-1 or `und`; `date` is the one that the document bears."""

    language: str
    kind: DocumentKind
    date: DateMention | None
    blocks: list[Block]
    communications: tuple[Communication, ...]
    statements: tuple[Statement, ...]
    events: tuple[Event, ...]


def details(parsed: Parsed, extracted: Extracted) -> Details:
    """Reads a parsed document's details; in a language without rules of its own what language-independent rules find."""
    code = parsed.language if parsed.supported else language.detect(parsed.text).code
    blocks = parsed.blocks if parsed.supported else _readable(parsed.blocks)
    kind = document_kind(parsed.text, blocks, code, extracted)
    date = document_date(parsed.text, code, extracted.sent_on)
    if date is None and kind.published_on:
        date = DateMention(0, 0, kind.published_on)
    senders = extracted.senders or ((kind.publisher,) if kind.kind == "news" and kind.publisher else ())
    parties = document_parties(blocks, code, kind.kind, senders, extracted.recipients)
    return Details(
        language=code,
        kind=kind,
        date=date,
        blocks=blocks,
        communications=communications.find(blocks, parties, code, kind.kind, date),
        statements=find_statements(blocks, parties, code),
        events=find_events(blocks, code, date),
    )


def _readable(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a document whose language has no rules: what those for Latin text set aside, and every sentence, is body text."""
    return [replace(block, role="body") if block.role != "quoted" and _is_prose(block) else block for block in blocks]


def _is_prose(block: Block) -> bool:
    letters = sum(char.isalpha() for char in block.clean)
    return letters > 3 and (
        block.role == "boilerplate" or len(block.clean) > 60 or block.clean.endswith((".", "!", "?", "։", "؟"))
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a passage."""
    low = max((match.end() for match in re.finditer(r"[.!?;](?=\s)|\n\s*\n", text[max(0, start - 400) : start])), default=0)
    stop = re.search(r"[.!?;](?=\s)|\n\s*\n", text[end : end + 400])
    return max(0, start - 400) + low, end + (stop.start() if stop else len(text[end : end + 400]))


def complete_ask(ask: Ask, text: str, found: Details) -> Ask:
    """The ask with its deadline, act, place, beneficiary and basis, each only where the ask lacks it and the text says it."""
    code, day = found.language, found.date.iso if found.date else None
    quote = text[ask.start : ask.end]
    parties = [name for name in (ask.asker, *ask.addressees) if name]
    due = due_within(text, ask.start, ask.end, day, code)
    act = act_of(quote, code)
    low, high = _sentence(text, ask.start, ask.end)
    instruments = [mention.label for mention in find_instruments(text[low:high])]
    basis = [*ask.basis, *instruments, *([due.phrase] if due else [])]
    return replace(
        ask,
        act=ask.act or (str(act) if act else None),
        due=ask.due or (due.iso if due else None),
        place=ask.place or place_in(quote, code, parties),
        beneficiary=ask.beneficiary or beneficiary_in(quote, code, parties),
        basis=tuple(dict.fromkeys(basis)),
    )


def complete_commitment(commitment: Commitment, text: str) -> Commitment:
    """The commitment with the instrument that its passage or sentence names, where it has none."""
    if commitment.instrument is not None:
        return commitment
    found = instrument_near(text, commitment.start, commitment.end)
    return replace(commitment, instrument=found.label) if found else commitment
