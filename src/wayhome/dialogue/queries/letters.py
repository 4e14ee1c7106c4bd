"""Scoped reads of communications: the list with filters and words, one communication with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.dialogue import search
from wayhome.dialogue.models import (
    Ask,
    Commitment,
    Communication,
    CommunicationParty,
    Document,
    Mention,
    Party,
    Proposal,
    Silence,
    Statement,
)
from wayhome.dialogue.rendering import Block, Mark, blocks
from wayhome.dialogue.states import ProposalState

Part = CommunicationParty.Part


def communications(process: Process, access: Access) -> ScopedQuerySet[Communication]:
    """Communications this access may see; those whose document is restricted need the permission."""
    rows = Communication.objects.of(process)
    return rows if access.may(Permission.VIEW_RESTRICTED) else rows.exclude(document__restricted=True)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every field may be empty."""

    words: str = ""
    kind: str = ""
    party: str = ""
    direction: str = ""  # "ours": from the community; "theirs": to it or from others
    year: str = ""
    review: str = ""  # "open": its document has open proposals; "done"; "none": only mentioned

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        """Taken from the address; what is no valid choice is dropped."""

        def one_of(name: str, allowed: Iterable[str]) -> str:
            value = query.get(name, "")
            return value if value in allowed else ""

        def digits(name: str) -> str:
            value = query.get(name, "")
            return value if value.isdigit() and len(value) < 10 else ""

        return cls(
            query.get("q", "").strip()[:200],
            one_of("kind", Communication.Kind.values),
            digits("party"),
            one_of("direction", ("ours", "theirs")),
            digits("year"),
            one_of("review", ("open", "done", "none")),
        )

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.words or self.kind or self.party or self.direction or self.year or self.review)


def _filtered(process: Process, access: Access, filters: Filters) -> ScopedQuerySet[Communication]:
    rows = communications(process, access)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.party:
        rows = rows.filter(Exists(CommunicationParty.objects.filter(communication=OuterRef("pk"), party=int(filters.party))))
    if filters.direction:
        ours = Exists(CommunicationParty.objects.filter(communication=OuterRef("pk"), part=Part.FROM, party__ours=True))
        rows = rows.filter(ours) if filters.direction == "ours" else rows.exclude(ours)
    if filters.year:
        rows = rows.filter(day__year=int(filters.year))
    waiting = Exists(Proposal.objects.filter(document=OuterRef("document"), state=ProposalState.OPEN))
    if filters.review == "open":
        rows = rows.filter(waiting)
    elif filters.review == "done":
        rows = rows.filter(document__isnull=False).exclude(waiting)
    elif filters.review == "none":
        rows = rows.filter(document=None)
    for term in search.parse(filters.words):
        rows = rows.filter(_holds(process, term, access.may(Permission.VIEW_RESTRICTED)))
    return rows


def count(process: Process, access: Access, filters: Filters) -> int:
    """How many the list holds."""
    return _filtered(process, access, filters).count()


def letters(process: Process, access: Access, filters: Filters) -> ScopedQuerySet[Communication]:
    """The list, newest first, with parties, the number of asks and the open proposals of its document."""
    readable = Ask.objects.of(process).readable(restricted=access.may(Permission.VIEW_RESTRICTED))
    asks = readable.filter(communication=OuterRef("pk")).order_by().values("communication").annotate(n=Count("pk")).values("n")
    waiting = (
        Proposal.objects.filter(document=OuterRef("document"), state=ProposalState.OPEN)
        .order_by()
        .values("document")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        _filtered(process, access, filters)
        .annotate(
            ask_count=Coalesce(Subquery(asks, output_field=IntegerField()), 0),
            open_count=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
        )
        .select_related("document")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
        .defer("document__text", "document__zones")
        .order_by("-day", "-number")
    )


def _holds(process: Process, term: search.Term, restricted: bool) -> Q:
    """A term stands in the communication's own words, in its document's text, or in a name of one of its parties."""
    documents = Document.objects.filter(search.matching(process, "document", [term], restricted=restricted))
    named = CommunicationParty.objects.filter(communication=OuterRef("pk"), party__names__key__contains=" ".join(term.words))
    return (
        search.matching(process, "communication", [term], restricted=restricted)
        | Q(document__in=documents.values("pk"))
        | Q(Exists(named))
    )


def with_sides(rows: list[Communication]) -> None:
    """Give each row the lists `senders` and `recipients`, from the parts fetched with it."""
    for row in rows:
        parts = list(row.parts.all())
        row.senders = [part.party for part in parts if part.part == Part.FROM]  # type: ignore[attr-defined]
        row.recipients = [part.party for part in parts if part.part == Part.TO]  # type: ignore[attr-defined]


def years(process: Process) -> list[int]:
    """Years in which something was written, the newest first."""
    return [day.year for day in Communication.objects.of(process).filter(day__isnull=False).dates("day", "year", order="DESC")]


def party_choices(process: Process) -> list[tuple[int, str]]:
    """Parties for the filter."""
    return list(Party.objects.of(process).filter(merged_into=None).order_by("name").values_list("pk", "name")[:500])


@dataclass(slots=True)
class Letter:
    """A communication with everything on its page."""

    row: Communication
    senders: list[Party]
    recipients: list[Party]
    copies: list[Party]
    text: list[Block]
    asks: list[Ask]
    commitments: list[Commitment]
    silences: list[Silence]
    statements: list[Statement]
    thread: list[Communication]
    mentions: list[Mention]
    enclosures: list[Document]
    later_version: Document | None
    open_count: int
    hidden_mentions: int = 0
    versions: list[Document] = field(default_factory=list)


def letter(process: Process, access: Access, number: int) -> Letter:
    """One communication by its number, or 404. A constant number of queries."""
    row = (
        communications(process, access)
        .filter(number=number)
        .select_related("process", "document__enclosed_in", "document__earlier_version", "in_reply_to", "added_by")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
        .first()
    )
    if row is None:
        raise Http404
    document = row.document
    seen = communications(process, access)
    restricted = access.may(Permission.VIEW_RESTRICTED)
    of_it = row.asks.readable(restricted=restricted)
    promised = row.commitments.readable(restricted=restricted)
    asks = list(of_it.select_related("addressee", "asker").prefetch_related("passages__passage").order_by("number"))
    commitments = list(promised.select_related("who").prefetch_related("passages__passage").order_by("number"))
    # An open letter that is only mentioned in a restricted document: what that one says of it stays with it.
    told = Q() if restricted else Q(passage__document__restricted=False)
    silences = list(row.silences.filter(told).select_related("who", "passage", "about").order_by("passage__start"))
    statements = list(row.statements.filter(told).select_related("speaker", "passage").order_by("passage__start"))
    thread = list(
        seen.filter(Q(thread=row.thread) if row.thread else Q(pk=row.pk) | Q(in_reply_to=row) | Q(pk=row.in_reply_to_id))
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
        .order_by("day", "number")[:200]
    )
    mentions = list(
        Mention.objects.filter(communication=row)
        .exclude(passage__document=document)
        .select_related("passage__document")
        .order_by("passage__document__number")
    )
    visible = [one for one in mentions if access.may(Permission.VIEW_RESTRICTED) or not one.passage.document.restricted]
    enclosures = later = None
    open_count = 0
    if document is not None:
        enclosures = list(document.enclosures.order_by("number").defer("text", "zones"))
        later = document.later_versions.order_by("-number").only("number", "process_id").first()
        open_count = document.proposals.filter(state=ProposalState.OPEN).count()
    parts = list(row.parts.all())
    return Letter(
        row=row,
        senders=[part.party for part in parts if part.part == Part.FROM],
        recipients=[part.party for part in parts if part.part == Part.TO],
        copies=[part.party for part in parts if part.part == Part.COPY],
        text=blocks(document.text, document.zones, _marks(document, asks, commitments, silences)) if document else [],
        asks=asks,
        commitments=commitments,
        silences=silences,
        statements=statements,
        thread=thread if len(thread) > 1 else [],
        mentions=visible,
        enclosures=enclosures or [],
        later_version=later,
        open_count=open_count,
        hidden_mentions=len(mentions) - len(visible),
    )


def _marks(document: Document, asks: list[Ask], commitments: list[Commitment], silences: list[Silence]) -> list[Mark]:
    """Passages of confirmed rows in the letter's own text, numbered as they are listed beside it."""
    found: list[tuple[int, int, str, Any]] = []
    for ask in asks:
        found.extend(
            (p.start, p.end, "ask", ask) for link in ask.passages.all() if (p := link.passage).document_id == document.pk
        )
    for one in commitments:
        found.extend(
            (p.start, p.end, "commitment", one) for link in one.passages.all() if (p := link.passage).document_id == document.pk
        )
    for silent in silences:
        if silent.passage.document_id == document.pk:
            found.append((silent.passage.start, silent.passage.end, "silence", silent))
    found.sort(key=lambda one: (one[0], one[1]))
    marks = []
    for number, (start, end, kind, row) in enumerate(found, 1):
        row.shown_numbers = [*getattr(row, "shown_numbers", ()), number]
        marks.append(Mark(number, number, kind, start, end, done=True))
    return marks
