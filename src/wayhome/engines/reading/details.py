"""What a reading says beside its asks, commitments and silences: the document's kind, title and language, its communications, statements
and events; and what belongs to each ask and commitment: deadline, act, place, whom it serves, instrument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayhome.engines.reading import communications, language
from wayhome.engines.reading.acts import act_of, beneficiary_in, place_in
from wayhome.engines.reading.dates import DateMention, document_date
from wayhome.engines.reading.document_parties import DocumentParties, document_parties
from wayhome.engines.reading.due import due_within
from wayhome.engines.reading.events import find_events
from wayhome.engines.reading.instruments import find_instruments, instrument_near
from wayhome.engines.reading.kind import DocumentKind, document_kind
from wayhome.engines.reading.parse import Parsed
from wayhome.engines.reading.party_words import party_words
from wayhome.engines.reading.statements import find_statements
from wayhome.engines.reading.types import Ask, Commitment, Communication, Event, Extracted, Silence, Statement
from wayhome.engines.reading.zones import Block

# Kinds of document in which whoever asks without being named is the sender.
_SPEAKING = frozenset({"letter", "note verbale", "petition", "e-mail", "resolution", "memorandum"})
_ARTICLE = re.compile(r"^(?:the|le|la|les)\s+|^l'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Details:
    """The document-wide part of a reading. `language` is ISO 639-1 or `und`; `date` is the one that the document bears."""

    language: str
    kind: DocumentKind
    date: DateMention | None
    blocks: list[Block]
    parties: DocumentParties
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
        parties=parties,
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


def _named(name: str, found: Details) -> tuple[str, ...]:
    """Who a participant is: pronouns and titles of address resolved, a short name replaced by the document's fullest."""
    words = party_words(found.language)
    bare = _ARTICLE.sub("", name.replace("’", "'")).strip(" ,.;:\"'*_")
    low = bare.lower()
    if low in words.first:
        return found.parties.senders
    if low in words.second or any(low.startswith(honorific) for honorific in words.honorific):
        return found.parties.addressees
    full = found.parties.book.fullest(bare) if bare else ""
    return (full if len(full) > len(bare) else bare,) if bare else ()


def _participants(ask: Ask, found: Details) -> tuple[str | None, tuple[str, ...]]:
    """Asker and addressees by their names in the document; who asks is not asked, then the reader of the document is."""
    asker = ask.asker
    if asker:
        named = _named(asker, found)
        asker = named[0] if named else None
    asked = tuple(dict.fromkeys(name for addressee in ask.addressees for name in _named(addressee, found)))
    others = tuple(name for name in asked if name != asker)
    if asked and not others and asker in found.parties.senders and found.parties.addressees:
        others = found.parties.addressees
    speaks = found.kind.kind in _SPEAKING and found.parties.senders
    if speaks and (asker is None or (asker in asked and asker not in found.parties.senders)):
        asker = found.parties.senders[0]
    return asker, others or asked


def complete_ask(ask: Ask, text: str, found: Details) -> Ask:
    """The ask with its deadline, act, place, beneficiary and basis, each only where the ask lacks it and the text says it."""
    code, day = found.language, found.date.iso if found.date else None
    quote = text[ask.start : ask.end]
    asker, addressees = _participants(ask, found)
    parties = [name for name in (asker, *addressees) if name]
    due = due_within(text, ask.start, ask.end, day, code)
    act = act_of(quote, code)
    low, high = _sentence(text, ask.start, ask.end)
    instruments = [mention.label for mention in find_instruments(text[low:high])]
    basis = [*ask.basis, *instruments, *([due.phrase] if due else [])]
    return replace(
        ask,
        asker=asker,
        addressees=addressees,
        act=ask.act or (str(act) if act else None),
        due=ask.due or (due.iso if due else None),
        place=ask.place or place_in(quote, code, parties),
        beneficiary=ask.beneficiary or beneficiary_in(quote, code, parties),
        basis=tuple(dict.fromkeys(basis)),
    )


def _one(name: str | None, found: Details) -> str | None:
    """One participant by the fullest name; several who share a pronoun are written with commas between."""
    return ", ".join(_named(name, found)) or None if name else None


def complete_commitment(commitment: Commitment, text: str, found: Details) -> Commitment:
    """The commitment with its party by the fullest name, and the instrument that its passage or sentence names."""
    near = instrument_near(text, commitment.start, commitment.end) if commitment.instrument is None else None
    return replace(commitment, who=_one(commitment.who, found), instrument=near.label if near else commitment.instrument)


def _unanswering(silence: Silence, found: Details) -> str | None:
    """Who left the author without a reply: whoever the nearest communication of the author before these words went to."""
    senders = set(found.parties.senders)
    before = [
        one for one in found.communications if not one.this_document and one.start < silence.end and senders & set(one.senders)
    ]
    nearest = max(before, key=lambda one: one.start, default=None)
    recipients = nearest.recipients if nearest is not None and nearest.recipients else found.parties.addressees
    return ", ".join(recipients) or None


def complete_silence(silence: Silence, found: Details) -> Silence:
    """The silence with both parties by their fullest names; a letter's sender where nobody else was left without an answer."""
    toward = _one(silence.toward, found)
    if toward is None and found.kind.kind in _SPEAKING and found.parties.senders and silence.who is not None:
        toward = found.parties.senders[0]
    who = _one(silence.who, found)
    if silence.kind == "no_reply" and who is not None and who in found.parties.senders:
        # "We have received no reply": the grammatical subject waits, and is not the one who is silent.
        who, toward = _unanswering(silence, found), who
    return replace(silence, who=who, toward=toward if toward != who else None)
