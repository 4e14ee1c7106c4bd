"""Taking an answer back: the log is continued until the ask stands where it stood before. Nothing in it is changed or erased."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict
from wayhome.dialogue import clocks
from wayhome.dialogue.actions.steps import NewDeadline, append, calendar_of
from wayhome.dialogue.models import Answer, Ask, AskEvent, AskPassage, Deadline
from wayhome.dialogue.states import POSITION_STEPS, Axis, Position


def restore(answer: Answer, *, actor: Actor) -> None:
    """Bring `answer.ask` back to `answer.before`. Call inside a transaction.

    Raises:
        Conflict: the ask took another step of position since.
    """
    ask = answer.ask
    words = _("What %(ref)s was taken to say is taken back.") % {"ref": answer.communication.ref}
    _unlink(answer)
    if answer.effect == Answer.Effect.NONE:
        append(ask, Axis.NOTE, actor=actor, communication=answer.communication, note=words)
        return
    latest = ask.events.filter(axis=Axis.POSITION).order_by("-id").first()
    if latest is None or latest.pk != answer.event_id:
        raise Conflict(_("Another step was taken on this ask since."), _("Correct it on the ask's own page."), code="moved_since")
    _position(ask, answer, words, actor)
    _clock(ask, answer.before, actor)


def _unlink(answer: Answer) -> None:
    """The words no longer count as an answer to this ask, unless another answer rests on them."""
    if answer.passage_id is None:
        return
    others = Answer.objects.filter(ask=answer.ask_id, passage=answer.passage_id, state=Answer.State.CONFIRMED)
    if not others.exclude(pk=answer.pk).exists():
        use = AskPassage.Use.EVIDENCE if answer.effect == Answer.Effect.NONE else AskPassage.Use.ANSWERS
        AskPassage.objects.filter(ask=answer.ask_id, passage=answer.passage_id, use=use).delete()


def _position(ask: Ask, answer: Answer, words: str, actor: Actor) -> None:
    before: str = answer.before["position"]
    first = answer.event
    assert first is not None  # compared above
    earlier = ask.events.filter(axis=Axis.POSITION, after=before, pk__lt=first.pk).order_by("-id").first()
    if before == ask.position == Position.CLARIFICATION_ASKED and ask.paused_days_left == answer.before["paused_days_left"]:
        append(ask, Axis.NOTE, actor=actor, communication=answer.communication, note=words)  # the question before still stands
        return
    if Position(before) not in POSITION_STEPS[Position(ask.position)] or before == Position.MADE:
        # Nothing goes back to "made" but by way of "closed": an answer that never was leaves the ask as it was asked.
        if before in {Position.MADE, Position.ACKNOWLEDGED} and ask.position != Position.CLARIFICATION_ASKED:
            append(ask, Axis.POSITION, Position.CLOSED, actor=actor, note=words)
        append(ask, Axis.POSITION, Position.MADE, actor=actor, communication=answer.communication, note=words)
        if before == Position.MADE:
            return
    _again(ask, earlier, answer.before, words=words, actor=actor)


def _again(ask: Ask, earlier: AskEvent | None, stood: dict[str, Any], *, words: str, actor: Actor) -> None:
    """Take the step to where the ask stood once more, on the day and with the words it was first taken."""
    deadline = None
    before = stood["position"]
    on = earlier.on if earlier else timezone.localdate()
    if before == Position.DEFERRED and stood["due_on"]:
        deadline = _stood(ask, stood)
    if before == Position.CLARIFICATION_ASKED and stood["paused_days_left"] is not None:
        due = clocks.add_working_days(on, stood["paused_days_left"], calendar_of(ask))
        if ask.due_on != due:
            append(ask, Axis.DEADLINE, actor=actor, deadline=NewDeadline(due, stood["due_basis"], stood["due_basis_text"]))
    append(
        ask,
        Axis.POSITION,
        before,
        actor=actor,
        on=on,
        communication=earlier.communication if earlier else None,
        passage=earlier.passage if earlier else None,
        note=words,
        deadline=deadline,
    )


def _stood(ask: Ask, stood: dict[str, Any]) -> NewDeadline:
    due = date.fromisoformat(stood["due_on"])
    row = Deadline.objects.filter(ask=ask, due_on=due, basis=stood["due_basis"]).order_by("-id").first()
    if row is None:
        return NewDeadline(due, stood["due_basis"], stood["due_basis_text"])
    return NewDeadline(due, row.basis, row.basis_text, row.passage, row.working_days, row.counted_from, row.calendar)


def _clock(ask: Ask, stood: dict[str, Any], actor: Actor) -> None:
    if not stood["due_on"]:
        return
    same = ask.due_on is not None and ask.due_on.isoformat() == stood["due_on"] and ask.due_basis == stood["due_basis"]
    if not same:
        append(ask, Axis.DEADLINE, actor=actor, deadline=_stood(ask, stood))
