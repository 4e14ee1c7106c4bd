"""Data of the reading engine. Offsets are Python `str` offsets into `Reading.text`, end exclusive.

The JSON form is the reading contract (`wayhome read --json`): see `wayhome.engines.reading.contract`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Zone = Literal["letterhead", "wrapper", "salutation", "body", "quoted", "signature", "enclosures", "boilerplate"]
CommitmentKind = Literal["promise", "obligation", "agreement"]
SilenceKind = Literal["no_reply", "refusal", "denial", "failure", "objection"]
Answered = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class ZoneSpan:
    """A stretch of the text that plays one role in the document."""

    zone: Zone
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file's plain text and what its container says about it; the output of the `extract` package.

    `zones` are those that the format itself proves (an e-mail's quoted part, an HTML page's wrapper); the text rules
    refine the rest. `attachments` are files found inside (name, bytes), to be read as documents of their own.
    """

    text: str
    media_type: str
    title: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sent_on: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    zones: tuple[ZoneSpan, ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Communication:
    """One act of parties towards others: a letter, note, call, meeting. `date` is ISO 8601, as precise as the text."""

    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    date: str | None
    kind: str
    this_document: bool
    in_reply_to: str | None
    answered: Answered
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One requested action with the smallest clause that states it.

    `act` is a PLOVER-like code; `explanation` says which rules spoke.
    """

    asker: str | None
    addressees: tuple[str, ...]
    action: str
    act: str | None
    beneficiary: str | None
    place: str | None
    due: str | None
    basis: tuple[str, ...]
    start: int
    end: int
    confidence: float
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a party promised, agreed or is bound to, with the instrument it names."""

    who: str | None
    what: str
    kind: CommitmentKind
    instrument: str | None
    start: int
    end: int
    confidence: float
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """No reply, a refusal, a denial, a failure or an objection, as the document states it."""

    who: str | None
    toward: str | None
    kind: SilenceKind
    start: int
    end: int
    confidence: float
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """Words attributed to a speaker."""

    speaker: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something the text dates."""

    date: str
    what: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one document."""

    text: str
    language: str
    language_supported: bool
    title: str | None
    publisher: str | None
    published_on: str | None
    kind: str | None
    zones: tuple[ZoneSpan, ...] = ()
    communications: tuple[Communication, ...] = ()
    asks: tuple[Ask, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    silences: tuple[Silence, ...] = ()
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    warnings: tuple[str, ...] = field(default=())
