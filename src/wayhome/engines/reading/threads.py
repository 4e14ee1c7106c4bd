"""Which communications on file an incoming document belongs to, with the reasons: by its mail headers, and by what its text refers to.

    links = earlier(Incoming(...), [OnFile(key=7, message_id="<a@b>", kind="letter", date="2023-04-07", ...), ...])

Nothing here decides: the caller shows the links to a person or, for a match by Message-ID, may file at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from wayhome.engines.reading import calendar
from wayhome.engines.reading.parties import name_words, proper_of
from wayhome.engines.reading.party_words import party_words
from wayhome.engines.reading.references import find_references, reference_numbers, same_number
from wayhome.engines.reading.types import Communication

Code = Literal["in_reply_to", "references", "quoted_id", "number", "mention", "date", "parties", "reply_of_parties", "subject"]

LEAST = 0.3
_REPLY_MARK = re.compile(r"^(?:\s*(?:re|rép|réf|tr|fw|fwd|aw|wg|sv|отв|на)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)
_BARE_ID = re.compile(r"[<>\s]")
_WRITTEN = frozenset(
    {"letter", "note", "note verbale", "e-mail", "reply", "communication", "message", "cable", "telegram", "memorandum"}
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document that has just come in. `date` is ISO 8601; `communications` those that its reading found (the document itself too)."""

    text: str
    language: str = "en"
    date: str | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    communications: tuple[Communication, ...] = ()


@dataclass(frozen=True, slots=True)
class OnFile:
    """A communication on file. `key` is the caller's own; `numbers` are the reference numbers it bears."""

    key: int
    message_id: str = ""
    kind: str = ""
    date: str | None = None
    numbers: tuple[str, ...] = ()
    subject: str = ""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two belong together: a code for the caller to translate, and the words of the document or header that say so."""

    code: Code
    words: str

    def __str__(self) -> str:
        said = {
            "in_reply_to": "answers the message {}",
            "references": "belongs to the mail thread of {}",
            "quoted_id": "quotes the message {}",
            "number": "names the reference number {}",
            "mention": "speaks of “{}”",
            "date": "names its date, {}",
            "parties": "is between the same parties, {}",
            "reply_of_parties": "goes back from its addressee to its sender, {}",
            "subject": "has the same subject, “{}”",
        }[self.code]
        return said.format(self.words)


@dataclass(frozen=True, slots=True)
class Link:
    """A communication on file that the incoming document belongs to. `score` (0 to 1) ranks, it is no probability."""

    key: int
    score: float
    reasons: tuple[Reason, ...]
    certain: bool = field(default=False)


def earlier(incoming: Incoming, on_file: Sequence[OnFile]) -> tuple[Link, ...]:
    """The communications on file that *incoming* answers, continues or refers to, the surest first, each with its reasons.

    A later communication than the document itself is never one. `certain` says that the mail headers name it.
    """
    links = []
    named = _named_numbers(incoming)
    for item in on_file:
        if item.message_id and _bare(item.message_id) == _bare(incoming.message_id):
            continue
        if incoming.date and item.date and calendar.first_day(item.date) > calendar.last_day(incoming.date):
            continue
        score, reasons = _by_header(incoming, item)
        certain = score >= 0.95
        for part in (
            _by_number(named, item),
            _by_mention(incoming, item),
            _by_date_and_parties(incoming, item),
            _by_subject(incoming, item),
        ):
            score = _joined(score, part[0])
            reasons += part[1]
        if score >= LEAST and reasons:
            links.append(Link(item.key, round(score, 3), tuple(reasons), certain))
    return tuple(sorted(links, key=lambda link: (-link.score, link.key)))


def _joined(one: float, other: float) -> float:
    """Two grounds together: as if each left its share of doubt."""
    return 1 - (1 - one) * (1 - other)


def _bare(message_id: str) -> str:
    return _BARE_ID.sub("", message_id).lower()


def _by_header(incoming: Incoming, item: OnFile) -> tuple[float, list[Reason]]:
    wanted = _bare(item.message_id)
    if not wanted:
        return 0.0, []
    if wanted in {_bare(part) for part in incoming.in_reply_to.split()} or wanted == _bare(incoming.in_reply_to):
        return 0.99, [Reason("in_reply_to", item.message_id)]
    if wanted in {_bare(reference) for reference in incoming.references}:
        return 0.95, [Reason("references", item.message_id)]
    if len(wanted) > 8 and wanted in incoming.text.lower():
        return 0.9, [Reason("quoted_id", item.message_id)]
    return 0.0, []


def _named_numbers(incoming: Incoming) -> list[str]:
    """Reference numbers in the text and the subject, long or told apart enough to mean something."""
    found = [number for _, _, number in reference_numbers(f"{incoming.subject}\n{incoming.text}")]
    found += [ref.number for ref in find_references(incoming.text, incoming.language, incoming.date) if ref.number]
    return list(dict.fromkeys(found))


def _by_number(named: Sequence[str], item: OnFile) -> tuple[float, list[Reason]]:
    for number in item.numbers:
        for other in named:
            if same_number(number, other):
                plain = re.sub(r"[\W_]", "", number)
                return (0.9 if len(plain) >= 4 else 0.5), [Reason("number", other)]
    return 0.0, []


def _by_mention(incoming: Incoming, item: OnFile) -> tuple[float, list[Reason]]:
    """A communication that the document mentions with the date and the parties of the one on file."""
    best: tuple[float, list[Reason]] = (0.0, [])
    for mention in incoming.communications:
        if mention.this_document or not mention.date or not item.date or not calendar.compatible(mention.date, item.date):
            continue
        exact = len(mention.date) == 10 and mention.date == item.date
        kinds = mention.kind == item.kind or (mention.kind in _WRITTEN and item.kind in _WRITTEN) or not item.kind
        if not kinds:
            continue
        agree = (
            _shared(mention.senders, item.senders, incoming.language),
            _shared(mention.recipients, item.recipients, incoming.language),
        )
        against = (mention.senders and item.senders and not agree[0]) or (mention.recipients and item.recipients and not agree[1])
        if against:
            continue
        score = (0.6 if exact else 0.3) + 0.15 * bool(agree[0]) + 0.15 * bool(agree[1])
        words = incoming.text[mention.start : mention.end].strip()
        reasons = [Reason("mention", " ".join(words.split()))]
        if parties := ", ".join(dict.fromkeys(filter(None, agree))):
            reasons.append(Reason("parties", parties))
        if score > best[0]:
            best = (min(score, 0.9), reasons)
    return best


def _by_date_and_parties(incoming: Incoming, item: OnFile) -> tuple[float, list[Reason]]:
    """The document goes back from the other's addressee to its sender; or its text names the other's day."""
    back = _shared(incoming.senders, item.recipients, incoming.language)
    to = _shared(incoming.recipients, item.senders, incoming.language)
    score, reasons = 0.0, []
    if back and to:
        score, reasons = 0.25, [Reason("reply_of_parties", f"{back}, {to}")]
    if item.date and len(item.date) == 10:
        for ref in find_references(incoming.text, incoming.language, incoming.date):
            if ref.date == item.date and not any(m.date == item.date for m in incoming.communications):
                score = _joined(score, 0.5 if back or to else 0.35)
                reasons.append(Reason("date", item.date))
                break
    return score, reasons


def _by_subject(incoming: Incoming, item: OnFile) -> tuple[float, list[Reason]]:
    """The same subject once "Re:" is left out; a subject of one short word says nothing."""
    mine, other = (" ".join(_REPLY_MARK.sub("", text).casefold().split()) for text in (incoming.subject, item.subject))
    if mine and mine == other and len(mine) >= 8:
        marked = bool(_REPLY_MARK.match(incoming.subject))
        return (0.5 if marked else 0.35), [Reason("subject", item.subject.strip())]
    return 0.0, []


def _shared(one: Sequence[str], other: Sequence[str], language: str) -> str:
    """The name that two groups of parties share: the same words, or the same proper words beside offices; empty when none."""
    heads = {part for head in party_words(language).heads for part in head.replace("-", " ").split()}
    for name in one:
        mine = name_words(name, language)
        for second in other:
            theirs = name_words(second, language)
            if mine and set(mine) == set(theirs):
                return name
            if set(proper_of(mine, heads)) & set(proper_of(theirs, heads)):
                return name
    return ""
