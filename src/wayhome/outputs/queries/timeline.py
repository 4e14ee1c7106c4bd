"""The timeline as the public reads it, and the desk where it is prepared. Constant numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from wayhome.accounts.models import Process
from wayhome.core.text import fold
from wayhome.dialogue.models import (
    Account,
    Ask,
    Communication,
    CommunicationParty,
    Document,
    Event,
    Passage,
    Redaction,
    TimelineItem,
)
from wayhome.dialogue.queries import asks as ask_queries
from wayhome.outputs.timeline.redacting import Piece, pieces, plain
from wayhome.outputs.timeline.wording import sentence


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as they were used, what is withheld left out; where they stand; whether the whole text is public."""

    parts: list[Piece]
    ref: str
    paragraph: int
    language: str
    document: str = ""  # uid, when the whole text is public
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        return plain(self.parts)


@dataclass(frozen=True, slots=True)
class Told:
    """One speaker's account of an event."""

    speaker: str
    quote: Quote
    said_on: str = ""


@dataclass(slots=True)
class Entry:
    """One line of the timeline. `kind` is communication, event or silence."""

    kind: str
    uid: str
    day: date
    dated: str
    sentence: str
    until: str = ""
    ref: str = ""
    speakers: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    accounts: list[Told] = field(default_factory=list)
    changed_at: datetime | None = None

    @property
    def words(self) -> str:
        said = [quote.text for quote in self.quotes] + [told.quote.text for told in self.accounts]
        return fold(" ".join([self.sentence, *self.speakers, *self.to, *said, *[t.speaker for t in self.accounts]]))


def public_items(process: Process, now: datetime) -> QuerySet[TimelineItem]:
    """Items that the public may see at `now`. A restricted document, and an event that only such tell of, never becomes public."""
    return (
        TimelineItem.objects.filter(process=process, published=True)
        .filter(Q(embargo_until=None) | Q(embargo_until__lte=now))
        .exclude(communication__document__restricted=True)
        .filter(Q(event=None) | Q(event__in=Event.objects.of(process).readable(restricted=False)))
    )


def _with_everything(items: QuerySet[TimelineItem]) -> QuerySet[TimelineItem]:
    redactions = Prefetch("document__redactions", Redaction.objects.order_by("start"))
    told = Account.objects.select_related("speaker", "passage__document").exclude(passage__document__restricted=True)
    return items.select_related("communication__document", "event").prefetch_related(
        Prefetch("passages", Passage.objects.select_related("document").prefetch_related(redactions).order_by("start")),
        Prefetch("communication__parts", CommunicationParty.objects.select_related("party")),
        Prefetch(
            "event__accounts",
            told.prefetch_related(
                Prefetch("passage__document__redactions", Redaction.objects.order_by("start")),
                Prefetch("passage__document__communications", Communication.objects.only("pk", "number", "dated", "document")),
            ),
        ),
    )


def quote_of(passage: Passage, ref: str, public_documents: set[int]) -> Quote:
    """A passage as the public may read it."""
    document = passage.document
    spans = [(redaction.start, redaction.end) for redaction in document.redactions.all()]
    return Quote(
        pieces(document.text, passage.start, passage.end, spans),
        ref,
        passage.paragraph,
        document.language,
        str(document.uid) if document.pk in public_documents else "",
        passage.start,
        passage.end,
    )


def entries(process: Process, now: datetime) -> list[Entry]:
    """Every public entry, newest first."""
    found: list[Entry] = []
    items = list(_with_everything(public_items(process, now)))
    public_documents = {
        item.communication.document_id
        for item in items
        if item.show_document and item.communication and item.communication.document_id
    }
    for item in items:
        if item.communication is not None and item.communication.day:
            found.append(_communication_entry(item, public_documents))
        elif item.event is not None:
            found.append(_event_entry(item, public_documents))
    found.sort(key=lambda entry: (entry.day, entry.ref or entry.uid), reverse=True)
    return found


def _communication_entry(item: TimelineItem, public_documents: set[int]) -> Entry:
    communication = item.communication
    assert communication is not None and communication.day is not None
    parts = sorted(communication.parts.all(), key=lambda part: part.pk)
    senders = [part.party.name for part in parts if part.part == CommunicationParty.Part.FROM]
    to = [part.party.name for part in parts if part.part == CommunicationParty.Part.TO]
    return Entry(
        "communication",
        str(item.uid),
        communication.day,
        communication.dated or communication.day.isoformat(),
        item.summary or sentence(communication.kind, senders, to),
        ref=communication.ref,
        speakers=senders,
        to=to,
        # Only passages of the communication's own document may stand under it: another's words are another's entry.
        quotes=[
            quote_of(passage, communication.ref, public_documents)
            for passage in item.passages.all()
            if passage.document_id == communication.document_id
        ],
        changed_at=item.changed_at,
    )


def _event_entry(item: TimelineItem, public_documents: set[int]) -> Entry:
    event = item.event
    assert event is not None
    accounts = []
    for account in event.accounts.all():
        told_in = next(iter(account.passage.document.communications.all()), None)
        quote = quote_of(account.passage, told_in.ref if told_in else account.passage.document.ref, public_documents)
        accounts.append(Told(account.speaker.name if account.speaker else "", quote, told_in.dated if told_in else ""))
    return Entry(
        "event",
        str(item.uid),
        event.day,
        event.dated,
        item.summary or event.title,
        until=event.until,
        speakers=sorted({told.speaker for told in accounts if told.speaker}),
        accounts=sorted(accounts, key=lambda told: (told.said_on, told.speaker)),
        changed_at=item.changed_at,
    )


def narrowed(found: list[Entry], *, words: str = "", speaker: str = "", year: str = "") -> list[Entry]:
    """Entries that hold all the words (any language, any marks), of a speaker, of a year."""
    wanted = fold(words).split()
    return [
        entry
        for entry in found
        if all(word in entry.words for word in wanted)
        and (not speaker or speaker in entry.speakers)
        and (not year or entry.dated.startswith(year))
    ]


def silences(process: Process, now: datetime, today: date) -> list[Ask]:
    """Asks with no reply on file whose letter is public; said as a fact about the file, not about the addressee."""
    shown = public_items(process, now).filter(communication__isnull=False).values("communication_id")
    return list(
        ask_queries.of_process(process, restricted=False)
        .filter(ask_queries.silent(), communication__in=shown)
        .select_related("addressee", "communication")
        .order_by("asked_on", "number")
    )


def public_document(process: Process, uid: Any, now: datetime) -> tuple[Document, list[Piece]] | None:
    """A document whose whole text is public, with what is withheld left out; None for any other."""
    item = (
        public_items(process, now)
        .filter(show_document=True, communication__document__uid=uid)
        .select_related("communication__document")
        .first()
    )
    if item is None or item.communication is None or item.communication.document is None:
        return None
    document = item.communication.document
    spans = list(document.redactions.values_list("start", "end"))
    return document, pieces(document.text, 0, len(document.text), spans)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing that may be published, with what the public sees of it now."""

    kind: str
    pk: int
    day: date | None
    title: str
    item: TimelineItem | None
    restricted: bool


def desk(process: Process) -> list[DeskRow]:
    """Communications and events of a process, newest first, each with its publication. Six queries."""
    rows = []
    communications = (
        Communication.objects.of(process)
        .exclude(day=None)
        .select_related("document", "timeline_item")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
    )
    for one in communications:
        parts = sorted(one.parts.all(), key=lambda part: part.pk)
        senders = [part.party.name for part in parts if part.part == CommunicationParty.Part.FROM]
        to = [part.party.name for part in parts if part.part == CommunicationParty.Part.TO]
        title = f"{one.ref} {sentence(one.kind, senders, to)}"
        restricted = bool(one.document and one.document.restricted)
        rows.append(DeskRow("communication", one.pk, one.day, title, getattr(one, "timeline_item", None), restricted))
    for event in Event.objects.of(process).select_related("timeline_item"):
        rows.append(DeskRow("event", event.pk, event.day, event.title, getattr(event, "timeline_item", None), False))
    rows.sort(key=lambda row: (row.day or date.min, row.kind, row.pk), reverse=True)
    return rows
