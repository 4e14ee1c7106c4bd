"""What the page that links a reply to asks shows: the reply, the asks it may answer, and what its words suggest for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue import bridge
from wayhome.dialogue.actions.answers import possible_effects
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.models import Answer, Ask, AskPassage, Communication, CommunicationParty, Document, Party
from wayhome.dialogue.queries.asks import clock, still_open
from wayhome.dialogue.queries.letters import communications
from wayhome.dialogue.words import clock_words
from wayhome.engines.reading.replies import AskWords, ReplyReading, Suggestion

MOST_ASKS = 40  # on one page; the rest is reached by picking them in the docket
Part = CommunicationParty.Part


@dataclass(frozen=True, slots=True)
class Row:
    """One ask beside the reply. `why` says how it comes to be here: picked, thread, party; `answer` is open or confirmed."""

    ask: Ask
    why: str
    effects: tuple[tuple[str, str], ...]
    answer: Answer | None
    suggestion: Suggestion | None
    suggested_effect: str
    suggested_words: str
    suggested_due: date | None
    head: str
    tail: str
    tone: str

    @property
    def decided(self) -> bool:
        return self.answer is not None and self.answer.state == Answer.State.CONFIRMED

    @property
    def waiting(self) -> bool:
        return self.answer is not None and self.answer.state == Answer.State.OPEN


@dataclass(frozen=True, slots=True)
class Page:
    """The reply with its rows. `more` counts asks to the same party that are not shown."""

    communication: Communication
    document: Document | None
    senders: tuple[Party, ...]
    rows: list[Row]
    reading: ReplyReading | None
    more: int


def communication(process: Process, access: Access, number: int) -> Communication:
    """One communication by its number, or 404."""
    found = (
        communications(process, access)
        .filter(number=number)
        .select_related("process", "document", "in_reply_to")
        .prefetch_related(Prefetch("parts", CommunicationParty.objects.select_related("party")))
        .first()
    )
    if found is None:
        raise Http404
    return found


def picked(process: Process, access: Access, numbers: Iterable[str]) -> list[Ask]:
    """Asks by the numbers of a query string, those that exist in the process and may be read, in order."""
    wanted = {int(number) for number in numbers if number.isdigit() and len(number) < 9}
    asks = Ask.objects.of(process).readable(restricted=access.may(Permission.VIEW_RESTRICTED))
    return list(asks.filter(number__in=wanted).select_related("addressee", "asker", "communication", "process"))


def page(process: Process, access: Access, row: Communication, *, chosen: Iterable[int] = (), today: date) -> Page:
    """The page of one reply. A constant number of queries, however many asks."""
    senders = tuple(part.party for part in row.parts.all() if part.part == Part.FROM)
    keys = {party.pk for party in senders} | {party.of_id for party in senders if party.of_id}
    own = Q(answers__communication=row, answers__state__in=[Answer.State.OPEN, Answer.State.CONFIRMED]) | Q(pk__in=list(chosen))
    thread = Q(pk__in=[])
    if row.in_reply_to_id:
        thread = Q(communication=row.in_reply_to_id) | Q(events__communication=row.in_reply_to_id)
    theirs = still_open() & (Q(addressee__in=keys) | Q(addressee__of__in=keys) | Q(also_addressed__in=keys))
    asks = Ask.objects.of(process).readable(restricted=access.may(Permission.VIEW_RESTRICTED))
    first = set(asks.filter(own).values_list("pk", flat=True))
    second = set(asks.filter(thread).filter(theirs | Q(addressee=None)).values_list("pk", flat=True)) - first
    third = list(asks.filter(theirs).exclude(pk__in=first | second).order_by("-number").values_list("pk", flat=True).distinct())
    room = max(0, MOST_ASKS - len(first) - len(second))
    shown = [*first, *second, *third[:room]]
    stated = Prefetch(
        "passages", AskPassage.objects.filter(use=AskPassage.Use.STATES).select_related("passage"), to_attr="stated"
    )
    given = Prefetch(
        "answers",
        Answer.objects.filter(communication=row, state__in=[Answer.State.OPEN, Answer.State.CONFIRMED])
        .select_related("passage", "redirected_to", "proposed_by", "decided_by", "link__party")
        .order_by("id"),
        to_attr="given",
    )
    found = list(
        asks.filter(pk__in=shown).select_related("addressee", "process").prefetch_related(stated, given).order_by("number")
    )
    reading = _reading(row, found)
    decided = {ask.pk for ask in found for one in ask.given if one.state == Answer.State.CONFIRMED}
    suggestions = {one.key: one for one in reading.suggestions if one.key not in decided} if reading else {}
    rows = []
    for ask in found:
        why = "picked" if ask.pk in first else "thread" if ask.pk in second else "party"
        rows.append(_row(process, row, ask, why=why, suggestion=suggestions.get(ask.pk), today=today))
    order = {"picked": 0, "thread": 1, "party": 2}
    rows.sort(key=lambda one: (order[one.why], one.ask.number))
    return Page(row, row.document, senders, rows, reading, len(third) - len(third[:room]))


def _reading(row: Communication, asks: list[Any]) -> ReplyReading | None:
    document = row.document
    if document is None or not document.text:
        return None
    # Those decided already count too: a sentence that speaks of one of them is not said about another.
    words = [AskWords(ask.pk, ask.action, tuple(one.passage.exact for one in ask.stated), ask.place) for ask in asks]
    return bridge.reply(document, words, subject=row.title, dated=row.dated)


def _row(process: Process, row: Communication, ask: Any, *, why: str, suggestion: Suggestion | None, today: date) -> Row:
    labels = dict(Answer.Effect.choices)
    effects = possible_effects(ask, row)
    running = clock(ask, today, process)
    head, tail = clock_words(running, ask.due_basis_text)
    usable = suggestion if suggestion is not None and suggestion.effect in effects else None
    words = row.document.text[usable.start : usable.end] if usable is not None and row.document is not None else ""
    return Row(
        ask,
        why,
        tuple((effect, str(labels[effect])) for effect in effects),
        next(iter(ask.given), None),
        usable,
        str(labels[usable.effect]) if usable is not None else "",
        words,
        first_day(usable.due) if usable is not None else None,
        head,
        tail,
        running.tone,
    )
