"""The one writer of an ask's log.

`append` checks a step against the table of its axis, writes the event, keeps the ask's repeated fields equal to the log, and
writes the audit entry, all in one transaction with the ask's row locked. It asks for no permission: use cases do
(`actions.asks.move` and its neighbours).

What a step does to the clock, and nothing else does:

- an acknowledgement leaves it running; an automatic reply is neither an acknowledgement nor an answer and takes no step;
- a question for clarification pauses it and keeps the working days left; made again, it goes on with them;
- a deferral needs the words that defer and a new date; the old date stays in the list of deadlines;
- an answer, a close and a bounced delivery stop it; a deadline set after an answer starts one for what is still owed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue import clocks
from wayhome.dialogue.deadlines import ClockValue
from wayhome.dialogue.models import Ask, AskEvent, Communication, Deadline, Passage
from wayhome.dialogue.queries.ladder import calendar_of
from wayhome.dialogue.queries.replay import PROJECTED, replay, takes_back
from wayhome.dialogue.states import (
    ANSWERED_POSITIONS,
    DELIVERY_STEPS,
    OUTCOME_STEPS,
    POSITION_STEPS,
    Axis,
    Basis,
    Delivery,
    Outcome,
    Position,
)

_TABLES: dict[str, tuple[Any, dict[Any, frozenset[Any]]]] = {
    Axis.POSITION: (Position, POSITION_STEPS),
    Axis.OUTCOME: (Outcome, OUTCOME_STEPS),
    Axis.DELIVERY: (Delivery, DELIVERY_STEPS),
}
_STOPS = ANSWERED_POSITIONS | {Position.CLOSED, Position.DRAFTED}


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A date by which an answer is due, on whose word, and how it was counted where it was counted."""

    due_on: date
    basis: str = Basis.REQUEST
    basis_text: str = ""
    passage: Passage | None = None
    working_days: int | None = None
    counted_from: date | None = None
    calendar: str = ""


@dataclass(slots=True)
class _Step:
    """What one call writes: the same words, communication and passage for the step and for what it does to the clock."""

    ask: Ask
    actor: Actor
    on: date
    communication: Communication | None
    passage: Passage | None
    events: list[AskEvent] = field(default_factory=list)

    def write(self, axis: str, before: str, after: str, note: str = "") -> AskEvent:
        event = AskEvent.objects.create(
            ask=self.ask,
            axis=axis,
            before=before,
            after=after,
            on=self.on,
            communication=self.communication,
            passage=self.passage,
            note=note,
            by_id=self.actor.user_id,
            by_label=self.actor.label[:200],
        )
        self.events.append(event)
        return event


def _value(ask: Ask) -> ClockValue:
    return ClockValue(ask.due_on, ask.paused_days_left, ask.due_basis if ask.due_on or ask.paused_days_left is not None else "")


def _set_clock(step: _Step, value: ClockValue, text: str = "") -> None:
    """Write the clock's new value as an event and repeat it on the ask; nothing when it stays as it is."""
    ask = step.ask
    before = _value(ask)
    if value == before and text == ask.due_basis_text:
        return
    step.write(Axis.DEADLINE, before.written(), value.written(), text)
    ask.due_on, ask.paused_days_left = value.due_on, value.kept
    ask.due_basis, ask.due_basis_text = value.basis, text


def _set_deadline(step: _Step, new: NewDeadline) -> None:
    ask = step.ask
    Deadline.objects.create(
        ask=ask,
        due_on=new.due_on,
        basis=new.basis,
        basis_text=new.basis_text[:250],
        passage=new.passage,
        working_days=new.working_days,
        counted_from=new.counted_from,
        calendar=new.calendar,
        by_id=step.actor.user_id,
    )
    _set_clock(step, ClockValue(new.due_on, None, new.basis), new.basis_text[:250])


def _move_clock(step: _Step, before: str, after: str, deadline: NewDeadline | None) -> None:
    """What a change of position does to the clock."""
    ask = step.ask
    if after == Position.CLARIFICATION_ASKED:
        if ask.due_on is not None:
            left = clocks.working_days_between(step.on, ask.due_on, calendar_of(ask))
            _set_clock(step, ClockValue(None, left, ask.due_basis), ask.due_basis_text)
    elif after in _STOPS:
        _set_clock(step, ClockValue())
    elif before == Position.CLARIFICATION_ASKED and after == Position.MADE and ask.paused_days_left is not None:
        calendar = calendar_of(ask)
        left = ask.paused_days_left
        _set_deadline(
            step,
            NewDeadline(
                due_on=clocks.add_working_days(step.on, left, calendar),
                basis=ask.due_basis,
                basis_text=ask.due_basis_text,
                working_days=left,
                counted_from=step.on,
                calendar=calendar,
            ),
        )
    if after == Position.DEFERRED:
        assert deadline is not None
        _set_deadline(step, deadline)


def _check_deferral(passage: Passage | None, deadline: NewDeadline | None, on: date) -> None:
    if passage is None:
        raise InvalidInput(
            _("A deferral needs the sentence in which the other side defers."),
            _("Mark the sentence in its letter, or log the reply with its words first."),
            field="passage",
        )
    if deadline is None or deadline.due_on <= on:
        raise InvalidInput(
            _("A deferral needs the new date that the other side gives, after the day on which it gives it."),
            _("Without a date, log a note; the deadline that runs stays as it is."),
            field="due_on",
        )


def _check_day(ask: Ask, axis: str, on: date) -> None:
    if on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), _("Give the day on which it happened."), field="on")
    if axis == Axis.POSITION and ask.asked_on is not None and on < ask.asked_on:
        raise InvalidInput(
            _("The day lies before the day of asking, %(day)s.") % {"day": ask.asked_on.isoformat()},
            _("Correct the day, or choose the ask that was made earlier."),
            field="on",
        )


def _check_position(ask: Ask, after: str, communication: Communication | None) -> None:
    if communication is not None and communication.kind == Communication.Kind.AUTOMATIC_REPLY and after != Position.MADE:
        raise Conflict(
            _("An automatic reply is neither an acknowledgement nor an answer."),
            _("Keep it in the thread as a note; the clock goes on."),
            code="automatic_reply",
        )
    if ask.position == Position.CLOSED:
        once_made = ask.asked_on is not None
        if (after == Position.MADE) != once_made:
            raise Conflict(
                _("A closed ask is opened again only as what it was before."),
                _("Use “Open again”."),
                code="reopen_as_before",
            )


def _check_outcome(ask: Ask, after: str) -> None:
    if ask.asked_on is None and after not in {Outcome.NONE, Outcome.SUPERSEDED}:
        raise Conflict(
            _("Nothing can have come of an ask that was not made."), _("Close the draft, or send it first."), code="still_drafted"
        )


@transaction.atomic
def append(
    ask: Ask,
    axis: str,
    after: str = "",
    *,
    actor: Actor,
    on: date | None = None,
    communication: Communication | None = None,
    passage: Passage | None = None,
    note: str = "",
    deadline: NewDeadline | None = None,
    seen: str | None = None,
) -> AskEvent:
    """Append one step to an ask's log and keep the ask equal to it. The instance passed in carries the new state afterwards.

    Args:
        axis: one of `Axis`. NOTE takes no `after`; DEADLINE takes `deadline` instead.
        on: the day it happened, today by default; never in the future, and for a position never before the ask was made.
        communication, passage: where it can be read. A deferral must have its passage.
        deadline: for DEADLINE and for a deferral.
        seen: the state the person had on the screen; another one in the database is a `Conflict`.

    Returns:
        The event of the step itself; what the step did to the clock is written as a DEADLINE event after it.

    Raises:
        Conflict: a step that the table forbids, a stale page, an automatic reply taken as an answer.
        InvalidInput: a day in the future, a deferral without words or date.
    """
    ask = _lock(ask)
    on = on or timezone.localdate()
    _check_day(ask, axis, on)
    step = _Step(ask, actor, on, communication, passage)
    if axis == Axis.NOTE:
        if not note.strip():
            raise InvalidInput(_("A note needs words."), field="note")
        event = step.write(axis, "", "", note)
    elif axis == Axis.DEADLINE:
        event = _append_deadline(step, deadline)
    else:
        event = _append_state(step, axis, after, note=note, deadline=deadline, seen=seen)
    ask.save(update_fields=list(PROJECTED))
    for written in step.events:
        audit.record(
            f"ask.{'noted' if written.axis == Axis.NOTE else written.axis}",
            actor=actor,
            subject=ask,
            process_id=ask.process_id,
            detail={"event": written.pk, "before": written.before, "after": written.after, "on": on.isoformat()},
        )
    return event


def _lock(ask: Ask) -> Ask:
    """The ask's row, locked and fresh, read into the caller's own instance."""
    locked = Ask.objects.select_for_update(of=("self",)).only(*PROJECTED, "process_id", "addressee_id").get(pk=ask.pk)
    for name in PROJECTED:
        setattr(ask, name, getattr(locked, name))
    return ask


def _append_deadline(step: _Step, deadline: NewDeadline | None) -> AskEvent:
    ask = step.ask
    if deadline is None:
        raise InvalidInput(_("A deadline needs a date."), field="due_on")
    if deadline.basis not in Basis.values:
        raise InvalidInput(_("A deadline needs its basis: law, the other side's promise, or the own request."), field="basis")
    if ask.asked_on is not None and deadline.due_on < ask.asked_on:
        raise InvalidInput(_("The deadline lies before the day of asking."), field="due_on")
    if ask.position == Position.DRAFTED or ask.delivery == Delivery.BOUNCED:
        raise Conflict(
            _("No clock runs before the ask is delivered."), _("Send it, or log its delivery, first."), code="not_delivered"
        )
    if ask.position == Position.CLOSED or ask.outcome in clocks.CLOSING_OUTCOMES:
        raise Conflict(_("The ask is closed; no clock runs."), _("Open it again first."), code="closed")
    if ask.position == Position.CLARIFICATION_ASKED:
        raise Conflict(
            _("The clock is paused by a question for clarification."),
            _("Answer the question: the clock goes on with the days that it kept."),
            code="paused",
        )
    before = len(step.events)
    _set_deadline(step, deadline)
    if len(step.events) == before:
        raise Conflict(_("This deadline already stands."), code="unchanged")
    return step.events[-1]


def _append_state(step: _Step, axis: str, after: str, *, note: str, deadline: NewDeadline | None, seen: str | None) -> AskEvent:
    ask = step.ask
    kind, table = _TABLES[axis]
    before = getattr(ask, axis)
    if seen is not None and seen != before:
        raise Conflict(
            _("Somebody else changed this ask meanwhile: it is now “%(state)s”.") % {"state": kind(before).label},
            _("Read the page again and decide anew."),
            code="changed_meanwhile",
        )
    if after not in kind.values or kind(after) not in table[kind(before)]:
        raise Conflict(
            _("“%(before)s” cannot be followed by “%(after)s”.")
            % {"before": kind(before).label, "after": kind(after).label if after in kind.values else after},
            code="no_such_step",
        )
    if axis == Axis.POSITION:
        _check_position(ask, after, step.communication)
        if after == Position.DEFERRED:
            _check_deferral(step.passage, deadline, step.on)
    elif axis == Axis.OUTCOME:
        _check_outcome(ask, after)
    event = step.write(axis, before, after, note)
    if axis == Axis.POSITION:
        _move_clock(step, before, after, deadline)
        if after == Position.MADE and ask.asked_on is None:
            ask.asked_on = step.on
        if after == Position.ACKNOWLEDGED:
            ask.acknowledged_on = step.on
        elif takes_back(event):
            ask.acknowledged_on = replay(ask.events.order_by("id"))["acknowledged_on"]
        if after != Position.CLOSED:
            ask.answered_on = step.on if after in ANSWERED_POSITIONS else None
    elif after == Delivery.BOUNCED:
        _set_clock(step, ClockValue())
    setattr(ask, axis, after)
    return event
