"""Threads: which earlier communication one belongs to, and all that belong together.

A mail names its thread by Message-ID, In-Reply-To and References; a letter by the reference number of the one it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.dialogue import bridge
from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Document, Incoming, Party
from wayhome.engines.reading.threads import OnFile

Part = CommunicationParty.Part
_TOKEN = re.compile(r"(?<![\w/])(?=[\w./-]*[^\W\d_])(?=[\w./-]*\d)\w[\w.-]*(?:[/-]\w[\w.-]*)+", re.U)
_MOST_TOKENS = 12
_HEAD = 1_500  # characters at the head of a letter among which its own reference stands


@dataclass(frozen=True, slots=True)
class Earlier:
    """The communication that something seems to answer, and how that is known (`Incoming.Match`)."""

    communication: Communication
    match: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One communication of a thread with its parties, as the thread shows it."""

    communication: Communication
    senders: tuple[Party, ...]
    recipients: tuple[Party, ...]
    ours: bool
    current: bool


def with_parties(rows: QuerySet[Communication]) -> QuerySet[Communication]:
    """The rows with parties and documents, in three queries however many there are; the document's text is left out."""
    return (
        rows.select_related("document")
        .defer("document__text", "document__zones", "document__references")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
    )


def find_earlier(
    process: Process, *, message_ids: Iterable[str] = (), text: str = "", exclude: Document | None = None
) -> Earlier | None:
    """The earlier communication named by a mail's references (the nearest first), else by a reference number in `text`."""
    return _by_message(process, list(message_ids), exclude) or _by_reference(process, text, exclude)


def _by_message(process: Process, ids: Sequence[str], exclude: Document | None) -> Earlier | None:
    wanted = [one[:300] for one in dict.fromkeys(ids) if one][:100]
    if not wanted:
        return None
    rows = Communication.objects.of(process).filter(
        Q(document__message_id__in=wanted) | Q(document__enclosures__message_id__in=wanted) | Q(arrivals__key__in=wanted)
    )
    if exclude is not None:
        rows = rows.exclude(document=exclude)
    found: dict[str, Communication] = {}
    for row, own, key in rows.select_related("document").values_list("pk", "document__message_id", "arrivals__key"):
        for name in (own, key):
            if name in wanted:
                found.setdefault(name, row)
    for name in wanted:
        if name in found:
            return Earlier(Communication.objects.get(pk=found[name]), Incoming.Match.MESSAGE)
    return None


def reference_tokens(text: str) -> list[str]:
    """Words that may be a letter's reference: letters and figures parted by strokes, LVC/11 or 41-07/AB."""
    return list(dict.fromkeys(token.rstrip(".-") for token in _TOKEN.findall(text[:20_000])))[:_MOST_TOKENS]


def _by_reference(process: Process, text: str, exclude: Document | None) -> Earlier | None:
    tokens = reference_tokens(text)
    if not tokens:
        return None
    rows = Communication.objects.of(process)
    if exclude is not None:
        rows = rows.exclude(document=exclude)
    named = Q()
    for token in tokens:
        named |= Q(reference__iexact=token)
    stated = list(rows.filter(named).order_by("-day", "-number")[:2])
    if len(stated) == 1:
        return Earlier(stated[0], Incoming.Match.REFERENCE)
    if stated:
        return None  # two letters bear it: a person chooses
    held = Q()
    for token in tokens:
        held |= Q(document__text__icontains=token)
    ours = rows.filter(parts__part=Part.FROM, parts__party__ours=True).filter(held).distinct()
    bearing = [
        pk
        for pk, head in ours.values_list("pk", "document__text")[:50]
        if any(token.casefold() in head[:_HEAD].casefold() for token in tokens)
    ]
    if len(bearing) == 1:
        return Earlier(Communication.objects.get(pk=bearing[0]), Incoming.Match.REFERENCE)
    return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A communication that a document may answer, and why, in words of the active language."""

    communication: Communication
    reasons: tuple[str, ...]


def candidates(process: Process, document: Document, *, subject: str = "", senders: Iterable[str] = ()) -> list[Candidate]:
    """Letters of ours that a document which was read may answer, at most three, the likeliest first. Five queries."""
    rows = list(
        Communication.objects.of(process)
        .filter(parts__part=Part.FROM, parts__party__ours=True)
        .exclude(document=document)
        .select_related("document")
        .annotate(head=Substr("document__text", 1, _HEAD))
        .defer("document__text", "document__zones")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
        .order_by("-day", "-number")
        .distinct()[:300]
    )
    on_file = [
        OnFile(
            key=row.pk,
            message_id=row.document.message_id if row.document else "",
            kind=row.kind,
            date=row.dated or None,
            numbers=tuple(number for number in (row.reference, *bridge.numbers_in(row.head or "")) if number),
            subject=row.title,
            senders=tuple(part.party.name for part in row.parts.all() if part.part == Part.FROM),
            recipients=tuple(part.party.name for part in row.parts.all() if part.part != Part.FROM),
        )
        for row in rows
    ]
    run = document.runs.first()
    found = run.result.get("communications") or [] if run is not None else []
    links = bridge.earlier(document, on_file, subject=subject, senders=list(senders), found=found)
    by_key = {row.pk: row for row in rows}
    return [Candidate(by_key[link.key], tuple(reason_words(one.code, one.words) for one in link.reasons)) for link in links[:3]]


def reason_words(code: str, words: str) -> str:
    """Why two communications belong together, in the active language."""
    said = {
        "in_reply_to": _("answers its message"),
        "references": _("belongs to its mail thread"),
        "quoted_id": _("quotes its message"),
        "number": _("names its reference number, %(words)s"),
        "mention": _("speaks of “%(words)s”"),
        "date": _("names its date, %(words)s"),
        "parties": _("is between the same parties"),
        "reply_of_parties": _("goes back from its addressee to its sender"),
        "subject": _("has its subject, “%(words)s”"),
    }.get(code, "%(words)s")
    return said % {"words": words}


def thread_of(communication: Communication) -> list[Entry]:
    """All communications of the thread, the newest first; at least this one."""
    root = communication.thread or communication.uid
    rows = Communication.objects.filter(process_id=communication.process_id).filter(
        Q(thread=root) | Q(uid=root) | Q(pk=communication.pk)
    )
    return [entry(row, communication) for row in with_parties(rows).order_by("-day", "-number")]


def thread_of_ask(ask: Ask) -> list[Entry]:
    """The communications that made, repeated or answered an ask, with those of their threads that went between the same parties."""
    own = Q(ask_events__ask=ask) | Q(answers__ask=ask)
    if ask.communication_id:
        own |= Q(pk=ask.communication_id) | Q(in_reply_to=ask.communication_id)
    keys = Communication.objects.filter(process_id=ask.process_id).filter(own).values("pk")
    rows = Communication.objects.filter(pk__in=keys)
    return [entry(row, None) for row in with_parties(rows).order_by("-day", "-number")]


def entry(row: Communication, current: Communication | None) -> Entry:
    """A row made by `with_parties` as a thread shows it."""
    parts: list[Any] = list(row.parts.all())
    senders = tuple(part.party for part in parts if part.part == Part.FROM)
    return Entry(
        row,
        senders,
        tuple(part.party for part in parts if part.part != Part.FROM),
        any(party.ours for party in senders),
        current is not None and row.pk == current.pk,
    )
