"""Asks as the docket and the pages of an ask read them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from wayhome.accounts.models import Process, User
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import access
from wayhome.dialogue import clocks
from wayhome.dialogue.models import Ask, Commitment
from wayhome.dialogue.states import ANSWERED_POSITIONS, OPEN_POSITIONS, Outcome, Position, TimeState


def clock(ask: Ask, today: date, process: Process | None = None) -> clocks.Clock:
    """The clock of an ask, by its process's settings."""
    process = process or ask.process
    return clocks.read_clock(
        today=today,
        position=ask.position,
        outcome=ask.outcome,
        asked_on=ask.asked_on,
        due_on=ask.due_on,
        basis=ask.due_basis,
        answered_on=ask.answered_on,
        kept=ask.paused_days_left,
        soon_days=process.soon_days,
        long_overdue_days=process.long_overdue_days,
    )


def time_state_case(process: Process, today: date) -> Case:
    """`clocks.read_clock`'s state as SQL; the same cases in the same order, held equal by a test."""
    return Case(
        When(Q(position=Position.CLOSED) | Q(outcome__in=sorted(clocks.CLOSING_OUTCOMES)), then=Value(TimeState.CLOSED.value)),
        When(position=Position.CLARIFICATION_ASKED, then=Value(TimeState.PAUSED.value)),
        When(due_on__lt=today - timedelta(days=process.long_overdue_days), then=Value(TimeState.LONG_OVERDUE.value)),
        When(due_on__lt=today, then=Value(TimeState.OVERDUE.value)),
        When(due_on__lte=today + timedelta(days=process.soon_days), then=Value(TimeState.DUE_SOON.value)),
        When(due_on__isnull=False, then=Value(TimeState.NOT_DUE.value)),
        When(position__in=sorted(ANSWERED_POSITIONS), then=Value(TimeState.ANSWERED.value)),
        default=Value(TimeState.NO_CLOCK.value),
        output_field=CharField(),
    )


def in_time_state(state: str, process: Process, today: date) -> Q:
    """Asks in one time state as a condition on columns that have an index."""
    running = ~Q(position=Position.CLOSED) & ~Q(outcome__in=sorted(clocks.CLOSING_OUTCOMES))
    long_ago = today - timedelta(days=process.long_overdue_days)
    soon = today + timedelta(days=process.soon_days)
    match state:
        case TimeState.CLOSED:
            return Q(position=Position.CLOSED) | Q(outcome__in=sorted(clocks.CLOSING_OUTCOMES))
        case TimeState.PAUSED:
            return running & Q(position=Position.CLARIFICATION_ASKED)
        case TimeState.LONG_OVERDUE:
            return running & Q(due_on__lt=long_ago)
        case TimeState.OVERDUE:
            return running & Q(due_on__lt=today, due_on__gte=long_ago)
        case TimeState.DUE_SOON:
            return running & Q(due_on__gte=today, due_on__lte=soon)
        case TimeState.NOT_DUE:
            return running & Q(due_on__gt=soon)
        case TimeState.ANSWERED:
            return running & Q(due_on=None, position__in=sorted(ANSWERED_POSITIONS))
        case TimeState.NO_CLOCK:
            return running & Q(
                due_on=None, position__in=sorted((OPEN_POSITIONS | {Position.DRAFTED}) - {Position.CLARIFICATION_ASKED})
            )
    return Q(pk__in=[])


def silent() -> Q:
    """`words.is_silent` as SQL; held equal by a test."""
    from django.db.models import F

    asked = Q(asked_on__isnull=False, outcome=Outcome.NONE) & ~Q(delivery="bounced")
    return asked & (
        Q(position=Position.MADE, last_reply_on=None)
        | Q(position=Position.ACKNOWLEDGED, last_reply_on=None)
        | Q(position=Position.ACKNOWLEDGED, last_reply_on__lte=F("acknowledged_on"))
    )


def still_open() -> Q:
    """Asks on which the other side has the next word, or which wait for what was accepted."""
    return Q(outcome__in=[Outcome.NONE, Outcome.PARTLY]) & ~Q(position__in=[Position.CLOSED, Position.DRAFTED])


def of_process(process: Process, *, restricted: bool) -> QuerySet[Ask]:
    """Asks of a process that the caller fetched through its scoped query, those that this reader may read."""
    return Ask.objects.of(process).readable(restricted=restricted)


def reads(user: User, subject: Ask | Commitment) -> bool:
    """Whether a person who gets a mail or a calendar entry about it may read it there."""
    allowed = access(user, subject.process)
    if not allowed.may(Permission.VIEW):
        return False
    rows: QuerySet[Any] = type(subject).objects.readable(restricted=allowed.may(Permission.VIEW_RESTRICTED))
    return bool(rows.filter(pk=subject.pk).exists())
