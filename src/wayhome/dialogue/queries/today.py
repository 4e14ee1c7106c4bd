"""What the first page of a process shows: where it stands, what needs attention today, what came last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Min, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue import words
from wayhome.dialogue.models import Commitment, Communication, CommunicationParty, Document, Letter, Mention
from wayhome.dialogue.queries import asks as ask_queries
from wayhome.dialogue.queries.documents import documents
from wayhome.dialogue.queries.letters import communications
from wayhome.dialogue.states import LetterState, Outcome, Position, ProposalState, TimeState

MOST = 12  # rows of the attention list
RECENT = 5


@dataclass(frozen=True, slots=True)
class Attention:
    """One row of the attention list. `route` and `key` lead to the thing; `count` is what stands at the end of the row."""

    tone: str
    label: str
    title: str
    why: str
    count: str
    route: str
    key: Any = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The key figures; `median_days` is None while no ask has been answered."""

    open: int
    asks: int
    silent: int
    answered: int
    median_days: int | None
    promises: int
    promises_graded: int
    promises_past: int
    fulfilled: int
    partly: int
    communications: int


def standing(process: Process, access: Access, today: date) -> Standing:
    """Where the process stands. Four queries."""
    restricted = access.may(Permission.VIEW_RESTRICTED)
    asks = ask_queries.of_process(process, restricted=restricted)
    figures = asks.aggregate(
        asks=Count("pk"),
        open=Count("pk", filter=ask_queries.still_open()),
        silent=Count("pk", filter=ask_queries.silent()),
        fulfilled=Count("pk", filter=Q(outcome=Outcome.FULFILLED)),
        partly=Count("pk", filter=Q(outcome=Outcome.PARTLY)),
    )
    year = today - timedelta(days=365)
    answered = asks.filter(answered_on__gte=year, asked_on__isnull=False).values_list("asked_on", "answered_on")
    days = [(answer - asked).days for asked, answer in answered]
    commitments = (
        Commitment.objects.of(process)
        .readable(restricted=restricted)
        .aggregate(
            promises=Count("pk", distinct=True),
            graded=Count("pk", filter=Q(assessments__isnull=False), distinct=True),
            past=Count("pk", filter=Q(due_on__lt=today, withdrawn_on=None), distinct=True),
        )
    )
    return Standing(
        open=figures["open"],
        asks=figures["asks"],
        silent=figures["silent"],
        answered=len(days),
        median_days=round(median(days)) if days else None,
        promises=commitments["promises"],
        promises_graded=commitments["graded"],
        promises_past=commitments["past"],
        fulfilled=figures["fulfilled"],
        partly=figures["partly"],
        communications=communications(process, access).count(),
    )


def _clocks(process: Process, access: Access, today: date) -> list[Attention]:
    late = Q()
    for state in (TimeState.OVERDUE, TimeState.LONG_OVERDUE, TimeState.DUE_SOON):
        late |= ask_queries.in_time_state(state, process, today)
    rows = []
    asks = ask_queries.of_process(process, restricted=access.may(Permission.VIEW_RESTRICTED))
    for ask in asks.filter(late).select_related("addressee", "process").order_by("due_on")[:MOST]:
        clock = ask_queries.clock(ask, today, process)
        head, foot = words.clock_words(clock)
        whose = ask.addressee.name if ask.addressee else _("nobody named")
        silence = _("no reply on file as of %(date)s") % {"date": words.long_date(today)} if words.is_silent(ask) else ""
        rows.append(
            Attention(
                clock.tone or "wait",
                str(clock.state.label),
                ask.action,
                " · ".join(part for part in (whose, foot, silence) if part),
                head,
                "ask",
                ask.number,
            )
        )
    return rows


def _reviews(process: Process, access: Access) -> list[Attention]:
    found = documents(process, access).annotate(
        waiting=Count("proposals", filter=Q(proposals__state=ProposalState.OPEN)), first=Min("proposals__id")
    )
    return [
        Attention(
            "wait",
            _("To review"),
            str(document),
            _("What the machine found; nothing counts until a person has confirmed it."),
            ngettext("%(n)d proposal", "%(n)d proposals", document.waiting) % {"n": document.waiting},
            "review",
            document.number,
        )
        for document in found.filter(waiting__gt=0).order_by("number")[:3]
    ]


def _unread(process: Process, access: Access) -> list[Attention]:
    failed = documents(process, access).filter(state=Document.State.FAILED).order_by("-number")[:2]
    return [
        Attention("late", _("Could not be read"), document.name, document.problem, document.ref, "document", document.number)
        for document in failed
    ]


def _letters(process: Process, access: Access) -> list[Attention]:
    waiting = (
        Letter.objects.of(process)
        .readable(restricted=access.may(Permission.VIEW_RESTRICTED))
        .filter(state=LetterState.IN_REVIEW)
        .select_related("addressee", "written_by")[:3]
    )
    return [
        Attention(
            "draft",
            _("To approve"),
            _("Letter to %(party)s") % {"party": letter.addressee.name},
            _("Written by %(who)s; needs a second person.") % {"who": letter.written_by or ""},
            letter.ref,
            "letter",
            letter.number,
        )
        for letter in waiting
    ]


def _promises(process: Process, access: Access, today: date) -> list[Attention]:
    rows = []
    promises = Commitment.objects.of(process).readable(restricted=access.may(Permission.VIEW_RESTRICTED))
    past = promises.filter(due_on__lt=today, withdrawn_on=None).select_related("who").order_by("due_on")[:3]
    for commitment in past:
        days = (today - commitment.due_on).days
        rows.append(
            Attention(
                "soon",
                _("Date passed"),
                commitment.what,
                _("%(who)s, %(kind)s, by %(date)s")
                % {
                    "who": commitment.who or "",
                    "kind": commitment.get_kind_display().lower(),
                    "date": words.long_date(commitment.due_on),
                },
                ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
                "commitment",
                commitment.number,
            )
        )
    return rows


def attention(process: Process, access: Access, today: date) -> list[Attention]:
    """What needs a person, most pressing first. Five queries whatever the size of the process."""
    rows = _reviews(process, access) + _letters(process, access) + _unread(process, access)
    clocks = _clocks(process, access, today)
    return clocks[:5] + rows + _promises(process, access, today) + clocks[5:MOST]


def recent(process: Process, access: Access) -> list[Communication]:
    """The latest communications with who wrote and one passage of each. Three queries."""
    rows = communications(process, access).filter(day__isnull=False).select_related("document")
    asks = ask_queries.of_process(process, restricted=access.may(Permission.VIEW_RESTRICTED))
    return list(
        rows.prefetch_related(
            Prefetch(
                "parts",
                CommunicationParty.objects.select_related("party").filter(part__in=["from", "to"]),
                to_attr="shown_parts",
            ),
            Prefetch("asks", asks.exclude(position=Position.DRAFTED).order_by("number"), to_attr="shown_asks"),
            Prefetch("mentions", Mention.objects.select_related("passage__document"), to_attr="shown_mentions"),
        ).order_by("-day", "-number")[:RECENT]
    )
