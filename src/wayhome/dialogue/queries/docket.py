"""The docket: all asks of a process, filtered, sorted and counted in the database by a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue import search
from wayhome.dialogue.clocks import CLOSING_OUTCOMES, Clock
from wayhome.dialogue.models import Ask, AskPassage, Evidence, Party
from wayhome.dialogue.queries.asks import clock, in_time_state, silent, still_open
from wayhome.dialogue.queries.passages import Citation, cite, speaking
from wayhome.dialogue.states import Basis, Outcome, Position, TimeState
from wayhome.dialogue.words import clock_words, outcome_words, table_date, tone

VIEWS: dict[str, Any] = {
    "all": _("All"),
    "open": _("Open"),
    "no_reply": _("No reply on file"),
    "due_soon": _("Due soon"),
    "overdue": _("Overdue"),
    "refused": _("Refused"),
    "fulfilled": _("Fulfilled"),
}
SORTS: dict[str, Any] = {
    "number": _("No."),
    "action": _("What is asked"),
    "party": _("Of whom"),
    "position": _("Position"),
    "outcome": _("Outcome"),
    "clock": _("Clock"),
    "asked": _("Asked on"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the page asks for. Anything it does not know, it does not filter by."""

    view: str = "all"
    words: str = ""
    party: int | None = None
    position: str = ""
    time: str = ""
    basis: str = ""
    outcome: str = ""
    sort: str = "clock"
    descending: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Filter:
        def one_of(name: str, known: Iterable[str], default: str = "") -> str:
            value = query.get(name, "")
            return value if value in set(known) else default

        party = query.get("party", "")
        sort = query.get("sort", "clock")
        return cls(
            view=one_of("view", VIEWS, "all"),
            words=query.get("q", "").replace("\x00", "")[:200],
            party=int(party) if party.isascii() and party.isdigit() and len(party) < 12 else None,
            position=one_of("position", Position.values),
            time=one_of("time", TimeState.values),
            basis=one_of("basis", Basis.values),
            outcome=one_of("outcome", Outcome.values),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "clock",
            descending=sort.startswith("-"),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the view narrows the list."""
        return bool(self.words.strip() or self.party or self.position or self.time or self.basis or self.outcome)


def view_condition(view: str, process: Process, today: date) -> Q:
    """The asks of one of the views."""
    match view:
        case "open":
            return still_open()
        case "no_reply":
            return silent()
        case "due_soon":
            return in_time_state(TimeState.DUE_SOON, process, today)
        case "overdue":
            return in_time_state(TimeState.OVERDUE, process, today) | in_time_state(TimeState.LONG_OVERDUE, process, today)
        case "refused":
            return Q(position=Position.REFUSED)
        case "fulfilled":
            return Q(outcome=Outcome.FULFILLED)
    return Q()


def counts(process: Process, today: date, *, restricted: bool) -> dict[str, int]:
    """How many asks each view has; one query."""
    found = (
        Ask.objects.of(process)
        .readable(restricted=restricted)
        .aggregate(
            **{view: Count("pk", filter=view_condition(view, process, today)) for view in VIEWS if view != "all"}, all=Count("pk")
        )
    )
    return dict(found)


def asks(process: Process, wanted: Filter, today: date, *, restricted: bool) -> QuerySet[Ask]:
    """The asks that the filter wants, in its order. `restricted`: whether the person may see restricted documents."""
    rows = Ask.objects.of(process).readable(restricted=restricted).filter(view_condition(wanted.view, process, today))
    if wanted.words.strip():
        rows = rows.filter(search.matching_asks(process, search.parse(wanted.words), restricted=restricted))
    if wanted.party:
        rows = rows.filter(addressee=wanted.party)
    if wanted.position:
        rows = rows.filter(position=wanted.position)
    if wanted.time:
        rows = rows.filter(in_time_state(wanted.time, process, today))
    if wanted.basis:
        rows = rows.filter(due_basis=wanted.basis)
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    return _ordered(rows, wanted)


def _ordered(rows: QuerySet[Ask], wanted: Filter) -> QuerySet[Ask]:
    down = wanted.descending

    def by(name: str, *, nulls_last: bool = False) -> Any:
        expression = F(name)
        return (
            expression.desc(nulls_last=True if nulls_last else None)
            if down
            else expression.asc(nulls_last=True if nulls_last else None)
        )

    match wanted.sort:
        case "clock":
            # What runs stands first, the longest overdue on top; then what is paused or answered; then what is closed.
            done = Q(position=Position.CLOSED) | Q(outcome__in=sorted(CLOSING_OUTCOMES))
            rows = rows.annotate(done=Case(When(done, then=Value(1)), default=Value(0), output_field=IntegerField()))
            return rows.order_by("done", by("due_on", nulls_last=True), by("asked_on", nulls_last=True), "number")
        case "party":
            return rows.order_by(by("addressee__name", nulls_last=True), "number")
        case "asked":
            return rows.order_by(by("asked_on", nulls_last=True), "number")
        case "position" | "outcome":
            states = Position if wanted.sort == "position" else Outcome
            whens = [When(**{wanted.sort: state}, then=Value(rank)) for rank, state in enumerate(states)]
            rows = rows.annotate(rank=Case(*whens, default=Value(99), output_field=IntegerField()))
            return rows.order_by(by("rank"), "number")
        case "action":
            return rows.order_by(by("action"), "number")
    return rows.order_by(by("number"))


def addressees(process: Process, *, restricted: bool) -> list[Party]:
    """Parties of whom something is asked, by name; one query."""
    asked = Ask.objects.of(process).readable(restricted=restricted).filter(addressee=OuterRef("pk"))
    return list(Party.objects.of(process).filter(Exists(asked)).only("pk", "name").order_by("name"))


@dataclass(slots=True)
class Row:
    """One ask as the docket shows it."""

    ask: Ask
    clock: Clock
    head: str
    tail: str
    outcome: str
    position: str
    position_tone: str
    clock_tone: str
    asked: str
    pick: str
    url: str
    citation: Citation | None = None


def present(found: list[Ask], process: Process, today: date, *, restricted: bool) -> list[Row]:
    """Rows for these asks, with the passage that states each and what the evidence says; four queries whatever their number."""
    ids = [ask.pk for ask in found]
    passages = list(
        AskPassage.objects.filter(ask__in=ids, use=AskPassage.Use.STATES)
        .select_related("passage__document")
        .defer("passage__document__text", "passage__document__zones")
        .order_by("id")
    )
    spoken = speaking(link.passage.document_id for link in passages)
    own = {ask.pk: ask.communication.document_id for ask in found if ask.communication is not None}
    links: dict[int, Citation] = {}
    # Its own letter's passage first; an ask that was escalated or joined carries those of others too.
    for link in sorted(passages, key=lambda row: row.passage.document_id != own.get(row.ask_id)):
        if link.ask_id not in links:
            links[link.ask_id] = cite(
                link.passage, spoken.get(link.passage.document_id), restricted=restricted, slug=process.slug
            )
    standing: dict[int, dict[str, int]] = {}
    evidence = Evidence.objects.filter(ask__in=ids).values("ask", "standing").annotate(n=Count("pk")).order_by()
    for row in evidence:
        standing.setdefault(row["ask"], {})[row["standing"]] = row["n"]
    escalated = set(Ask.objects.filter(escalated_from__in=ids).values_list("escalated_from_id", flat=True))
    # Words and addresses that are the same but for a number are worked out once, not for each row.
    labels = {state.value: str(state.label) for state in Position}
    pick = gettext("Pick %(ref)s")
    address = reverse("ask", args=[process.slug, 0]).removesuffix("0/")
    rows = []
    for ask in found:
        running = clock(ask, today, process)
        head, tail = clock_words(running, ask.due_basis_text)
        says = standing.get(ask.pk, {})
        rows.append(
            Row(
                ask,
                running,
                head,
                tail,
                outcome_words(
                    ask,
                    today=today,
                    claimed=says.get("claimed", 0),
                    verified=says.get("verified", 0),
                    escalated=ask.pk in escalated,
                ),
                labels[ask.position],
                tone(ask.position),
                running.tone,
                table_date(ask.asked_on),
                pick % {"ref": ask.ref},
                f"{address}{ask.number}/",
                links.get(ask.pk),
            )
        )
    return rows


def shown(rows: QuerySet[Ask]) -> QuerySet[Ask]:
    """With what a row shows of its addressee and its communication."""
    return rows.select_related("addressee", "communication").only(
        "number",
        "action",
        "position",
        "outcome",
        "delivery",
        "asked_on",
        "due_on",
        "due_basis",
        "due_basis_text",
        "acknowledged_on",
        "answered_on",
        "paused_days_left",
        "last_reply_on",
        "process_id",
        "addressee__name",
        "communication__number",
        "communication__document_id",
    )


def whole(process: Process, keys: list[int]) -> list[Ask]:
    """The asks with these keys, in this order; one query."""
    found = {ask.pk: ask for ask in shown(Ask.objects.of(process).filter(pk__in=keys))}
    return [found[pk] for pk in keys if pk in found]
