"""What people decide about an ask: its position, its outcome, its deadline, a note; close, withdraw, open again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue import clocks
from wayhome.dialogue.actions.steps import NewDeadline, append
from wayhome.dialogue.deadlines import ClockValue
from wayhome.dialogue.models import Ask, AskEvent, AskPassage, Communication, Deadline, Passage
from wayhome.dialogue.queries.ladder import calendar_of
from wayhome.dialogue.states import ANSWERED_POSITIONS, Axis, Basis, Outcome, Position


@transaction.atomic
def move(
    *,
    ask: Ask,
    position: str,
    actor: Actor,
    on: date | None = None,
    communication: Communication | None = None,
    passage: Passage | None = None,
    note: str = "",
    due_on: date | None = None,
    basis_text: str = "",
    seen: str | None = None,
    permission: Permission = Permission.DECIDE,
) -> AskEvent:
    """Take one step of position: what the other side answered, or that the asker clarified.

    `due_on` is the new date that a deferral gives (basis: its promise), or the date by which an accepted ask is to be done.
    The passage is linked to the ask as answering it.
    """
    require_actor(actor, ask.process, permission)
    if position in {Position.CLOSED, Position.DRAFTED}:
        raise InvalidInput(_("Closing and opening again have steps of their own."), field="position")
    promised = None
    if due_on is not None:
        promised = NewDeadline(due_on=due_on, basis=Basis.PROMISE, basis_text=basis_text, passage=passage)
    event = append(
        ask,
        Axis.POSITION,
        position,
        actor=actor,
        on=on,
        communication=communication,
        passage=passage,
        note=note,
        deadline=promised if position == Position.DEFERRED else None,
        seen=seen,
    )
    if promised is not None and position in {Position.ACCEPTED, Position.PARTLY_ACCEPTED}:
        append(ask, Axis.DEADLINE, actor=actor, on=on, communication=communication, passage=passage, deadline=promised)
    if passage is not None and position != Position.MADE:
        AskPassage.objects.get_or_create(ask=ask, passage=passage, use=AskPassage.Use.ANSWERS)
    return event


@transaction.atomic
def set_outcome(
    *,
    ask: Ask,
    outcome: str,
    actor: Actor,
    on: date | None = None,
    communication: Communication | None = None,
    passage: Passage | None = None,
    note: str = "",
    seen: str | None = None,
) -> AskEvent:
    """Say what came of an ask. Taking an outcome back needs a reason."""
    require_actor(actor, ask.process, Permission.DECIDE)
    if outcome == Outcome.NONE and not note.strip():
        raise InvalidInput(_("Taking an outcome back needs a reason."), field="note")
    return append(
        ask,
        Axis.OUTCOME,
        outcome,
        actor=actor,
        on=on,
        communication=communication,
        passage=passage,
        note=note,
        seen=seen,
    )


@transaction.atomic
def set_deadline(
    *,
    ask: Ask,
    actor: Actor,
    basis: str,
    due_on: date | None = None,
    working_days: int | None = None,
    counted_from: date | None = None,
    basis_text: str = "",
    passage: Passage | None = None,
) -> Deadline:
    """Set the date by which an answer, or what was accepted, is due: a date, or working days counted from a day.

    The date that stood before stays in the list of deadlines. A deadline by law needs the law's name.
    """
    require_actor(actor, ask.process, Permission.DECIDE)
    if (due_on is None) == (working_days is None):
        raise InvalidInput(_("Give either a date or a number of working days."), field="due_on")
    if basis == Basis.LAW and not basis_text.strip():
        raise InvalidInput(_("A deadline by law needs the law and its article."), field="basis_text")
    calendar = ""
    if working_days is not None:
        counted_from = counted_from or ask.asked_on
        if counted_from is None:
            raise InvalidInput(_("There is no day to count from."), _("Give the date itself."), field="working_days")
        calendar = calendar_of(ask)
        due_on = clocks.add_working_days(counted_from, working_days, calendar)
    else:
        counted_from = None
    assert due_on is not None
    append(
        ask,
        Axis.DEADLINE,
        actor=actor,
        passage=passage,
        deadline=NewDeadline(due_on, basis, basis_text, passage, working_days, counted_from, calendar),
    )
    return Deadline.objects.filter(ask=ask).latest("id")


@transaction.atomic
def add_note(
    *,
    ask: Ask,
    actor: Actor,
    note: str,
    on: date | None = None,
    communication: Communication | None = None,
    passage: Passage | None = None,
    permission: Permission = Permission.REVIEW,
) -> AskEvent:
    """Write something into an ask's history that changes no state."""
    require_actor(actor, ask.process, permission)
    return append(ask, Axis.NOTE, actor=actor, on=on, communication=communication, passage=passage, note=note)


@transaction.atomic
def close(*, ask: Ask, actor: Actor, note: str = "", seen: str | None = None) -> AskEvent:
    """End the work on an ask. What came of it is said by its outcome, not by the close."""
    require_actor(actor, ask.process, Permission.DECIDE)
    return append(ask, Axis.POSITION, Position.CLOSED, actor=actor, note=note, seen=seen)


@transaction.atomic
def withdraw(*, ask: Ask, actor: Actor, on: date | None = None, note: str = "") -> None:
    """The asker takes the ask back. No reason is asked. A draft is simply closed."""
    require_actor(actor, ask.process, Permission.DECIDE)
    if ask.position != Position.DRAFTED:
        append(ask, Axis.OUTCOME, Outcome.WITHDRAWN, actor=actor, on=on, note=note)
    if ask.position != Position.CLOSED:
        append(ask, Axis.POSITION, Position.CLOSED, actor=actor, on=on, note=note)


@transaction.atomic
def reopen(*, ask: Ask, actor: Actor, note: str) -> None:
    """Open a closed ask again as what it was: its position with the day of its answer, its outcome open, its clock as it stood.

    Days passed meanwhile are not given back: a deadline that ran out while the ask was closed is overdue.
    """
    require_actor(actor, ask.process, Permission.DECIDE)
    if not note.strip():
        raise InvalidInput(_("Opening an ask again needs a reason."), field="note")
    if ask.position != Position.CLOSED:
        raise Conflict(_("The ask is not closed."), code="not_closed")
    log = list(ask.events.order_by("id").select_related("communication", "passage"))
    closed_at = max(n for n, event in enumerate(log) if event.axis == Axis.POSITION and event.after == Position.CLOSED)
    was = log[closed_at].before
    stood = next(
        (ClockValue.read(e.before) for e in log[closed_at + 1 :] if e.axis == Axis.DEADLINE), ClockValue()
    )  # what the close stopped, if it stopped anything
    if ask.outcome != Outcome.NONE:
        append(ask, Axis.OUTCOME, Outcome.NONE, actor=actor, note=note)
    if ask.same_as_id:
        Ask.objects.filter(pk=ask.pk).update(same_as=None)
        ask.same_as = None
    if was == Position.DRAFTED:
        append(ask, Axis.POSITION, Position.DRAFTED, actor=actor, note=note)
        return
    append(ask, Axis.POSITION, Position.MADE, actor=actor, note=note)
    text = next((e.note for e in reversed(log[:closed_at]) if e.axis == Axis.DEADLINE and e.after == stood.written()), "")
    if stood.due_on is not None and was != Position.DEFERRED:
        if was not in ANSWERED_POSITIONS:
            append(ask, Axis.DEADLINE, actor=actor, deadline=NewDeadline(stood.due_on, stood.basis, text))
    elif stood.kept is not None:
        # The pause comes back with the days it had: a deadline that many working days from today, paused at once.
        due = clocks.add_working_days(timezone.localdate(), stood.kept, calendar_of(ask))
        append(ask, Axis.DEADLINE, actor=actor, deadline=NewDeadline(due, stood.basis, text))
    if was == Position.MADE:
        return
    last = next(e for e in reversed(log[:closed_at]) if e.axis == Axis.POSITION and e.after == was)
    promised = None
    if was == Position.DEFERRED and stood.due_on is not None:
        promised = NewDeadline(stood.due_on, stood.basis, text, last.passage)
    on = last.on if stood.kept is None else None
    append(
        ask,
        Axis.POSITION,
        was,
        actor=actor,
        on=on,
        communication=last.communication,
        passage=last.passage,
        note=note,
        deadline=promised,
    )
    if stood.due_on is not None and was in ANSWERED_POSITIONS:
        append(ask, Axis.DEADLINE, actor=actor, deadline=NewDeadline(stood.due_on, stood.basis, text))
