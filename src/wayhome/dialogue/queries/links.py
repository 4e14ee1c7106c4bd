"""Outside links as their makers see them, and what one of them shows outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Answer, Ask, AskPassage, OutsideLink, OutsideVisit, Party
from wayhome.dialogue.states import Position
from wayhome.dialogue.visits import ANSWERED, LIMITED, OPENED


@dataclass(frozen=True, slots=True)
class Shown:
    """One ask as the outside page shows it: nothing of it that the party was not told in our letter."""

    ask: Ask
    quotes: tuple[str, ...]
    hidden: bool
    letter_day: date | None
    letter_reference: str
    due_on: date | None
    due_basis: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether an answer can still be given."""
        return self.ask.position != Position.CLOSED


def addressed_to(party: Party) -> QuerySet[Ask]:
    """Asks put to a party, alone or among others, drafts left out."""
    also = Ask.also_addressed.through.objects.filter(ask_id=OuterRef("pk"), party_id=party.pk)
    return (
        Ask.objects.filter(process_id=party.process_id)
        .filter(Q(addressee=party) | Exists(also))
        .exclude(position=Position.DRAFTED)
    )


def shown_asks(link: OutsideLink) -> list[Shown]:
    """What the link shows: its asks that are still put to its party, with their words unless these stand in a restricted document.

    Six queries, however many asks.
    """
    states = Prefetch(
        "passages",
        AskPassage.objects.filter(use=AskPassage.Use.STATES)
        .select_related("passage__document")
        .defer("passage__document__text", "passage__document__zones"),
        to_attr="stated",
    )
    given = Prefetch(
        "answers",
        Answer.objects.filter(link=link).select_related("passage", "redirected_to", "communication").order_by("-id"),
        to_attr="given",
    )
    asks = (
        addressed_to(link.party)
        .filter(links=link)
        .select_related("communication")
        .prefetch_related(states, given)
        .order_by("number")
    )
    return [_shown(ask) for ask in asks]


def _shown(ask: Any) -> Shown:
    open_ones = tuple(row.passage.exact for row in ask.stated if not row.passage.document.restricted)
    letter = ask.communication
    return Shown(
        ask,
        open_ones,
        bool(ask.stated) and not open_ones,
        letter.day if letter else ask.asked_on,
        letter.reference if letter else "",
        ask.due_on,
        ask.due_basis,
        list(ask.given),
    )


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with its uses, for the list."""

    link: OutsideLink
    state: str  # holds, expired, revoked
    asks: int
    opened: int
    answered: int
    last: datetime | None


def links_of(process: Process) -> QuerySet[Any]:
    """Links of a process with counts of asks, visits and answers; one query."""
    return (
        OutsideLink.objects.of(process)
        .select_related("party", "made_by")
        .annotate(
            ask_count=Count("asks", distinct=True),
            opened=Count("visits", filter=Q(visits__act=OPENED), distinct=True),
            answered=Count("visits", filter=Q(visits__act=ANSWERED), distinct=True),
            last=Max("visits__at", filter=~Q(visits__act=LIMITED)),
        )
        .order_by("-created_at", "-pk")
    )


def row_of(link: Any, now: datetime) -> LinkRow:
    """An annotated link as a row."""
    state = "revoked" if link.revoked_at else "expired" if link.expires_at <= now else "holds"
    return LinkRow(link, state, link.ask_count, link.opened, link.answered, link.last)


def visits_of(link: OutsideLink) -> list[dict[str, Any]]:
    """The last hundred visits; visitors are told apart by number, not by address."""
    numbers: dict[str, int] = {}
    rows = []
    for visit in reversed(OutsideVisit.objects.filter(link=link).order_by("-at", "-pk")[:100]):
        number = numbers.setdefault(visit.address_hash, len(numbers) + 1)
        rows.append({"at": visit.at, "act": visit.act, "visitor": number})
    return list(reversed(rows))
