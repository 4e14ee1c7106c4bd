"""Escalation: the same ask put to a higher addressee, with a clock of its own; the parent stays answerable. Ladders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue import clocks
from wayhome.dialogue.actions.asks import copy_ladder, make
from wayhome.dialogue.actions.steps import append
from wayhome.dialogue.models import Ask, AskPassage, Communication, Escalation, LadderStep, Party
from wayhome.dialogue.queries.ladder import chain_parties, may_be_asked_from, next_step
from wayhome.dialogue.states import Axis, Position

LONGEST_LADDER = 50


@transaction.atomic
def escalate(
    *,
    ask: Ask,
    actor: Actor,
    party: Party | None = None,
    step: LadderStep | None = None,
    reason: str = "",
    communication: Communication | None = None,
    on: date | None = None,
) -> Ask:
    """Put an ask to a higher addressee: the ladder's next step unless `step` or `party` says otherwise.

    The child is a draft until a letter sends it (`asks.put`), or made at once where `communication` already carries it. Before
    the ladder's day a reason is needed.

    Returns:
        The child, with passages, instruments and the rest of the ladder copied.

    Raises:
        Conflict: a draft, an addressee that was asked already, no step left. InvalidInput: too early without a reason.
    """
    require_actor(actor, ask.process, Permission.DECIDE)
    if ask.position == Position.DRAFTED:
        raise Conflict(_("An ask that was not made yet cannot be escalated."), _("Send it first."), code="still_drafted")
    if party is None and step is None:
        step = next_step(ask)
        if step is None:
            raise Conflict(
                _("No step is left on this ask's ladder."), _("Add a step, or choose an addressee."), code="no_step_left"
            )
    if step is not None:
        if step.ask_id != ask.pk:
            raise InvalidInput(_("This step belongs to another ask."), field="step")
        party = step.party
        from_day = may_be_asked_from(ask, step)
        if from_day is not None and from_day > timezone.localdate() and not reason.strip():
            raise InvalidInput(
                _("This step may be asked from %(day)s.") % {"day": from_day.isoformat()},
                _("To ask earlier, give the reason."),
                field="reason",
            )
    assert party is not None
    if party.process_id != ask.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="party")
    if party.pk in {ask.addressee_id, *chain_parties(ask)}:
        raise Conflict(_("%(party)s was asked already.") % {"party": party.name}, _("Put the ask again instead."), code="asked")
    child = Ask.objects.create(
        process=ask.process,
        number=next_number(Ask, ask.process),
        action=ask.action,
        act=ask.act,
        asker=ask.asker,
        addressee=party,
        communication=communication,
        beneficiary=ask.beneficiary,
        place=ask.place,
        escalated_from=ask,
        added_by_id=actor.user_id,
    )
    child.instruments.set(ask.instruments.all())
    for link in ask.passages.filter(use=AskPassage.Use.STATES):
        AskPassage.objects.create(ask=child, passage_id=link.passage_id, use=link.use)
    Escalation.objects.create(parent=ask, child=child, step=step, reason=reason[:300], by_id=actor.user_id)
    if step is not None:
        rest = ask.ladder.filter(rank__gt=step.rank).order_by("rank")
        LadderStep.objects.bulk_create(
            LadderStep(
                process=ask.process,
                ask=child,
                rank=rank,
                party_id=row.party_id,
                after_working_days=row.after_working_days,
                answer_days=row.answer_days,
                note=row.note,
            )
            for rank, row in enumerate(rest, start=1)
        )
    else:
        copy_ladder(child)
    audit.record(
        "ask.created",
        actor=actor,
        subject=child,
        process_id=ask.process_id,
        detail={"number": child.number, "action": child.action, "escalated_from": ask.number},
    )
    append(
        ask,
        Axis.NOTE,
        actor=actor,
        on=timezone.localdate(),
        note=f"{_('Put to %(party)s as %(ref)s.') % {'party': party.name, 'ref': child.ref}} {reason}".strip(),
    )
    if communication is not None:
        make(
            child,
            actor=actor,
            on=on or communication.delivered_on or communication.day or timezone.localdate(),
            delivery=communication.delivery,
            communication=communication,
        )
    return child


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder as a person writes it."""

    party: Party
    after_working_days: int = 30
    answer_days: int = 30
    note: str = ""


@transaction.atomic
def set_ladder(*, process: Process, actor: Actor, rungs: Sequence[Rung], ask: Ask | None = None) -> list[LadderStep]:
    """Write a ladder anew, from the lowest step up: the process's own (copied to every new ask), or that of one ask.

    Raises:
        InvalidInput: a party twice, the ask's own addressee, a party of another process, more than 50 steps.
    """
    require_actor(actor, process, Permission.DECIDE if ask is not None else Permission.MANAGE_PROCESS)
    parties = [rung.party.pk for rung in rungs]
    if len(rungs) > LONGEST_LADDER:
        raise InvalidInput(_("A ladder has at most %(n)d steps.") % {"n": LONGEST_LADDER})
    if len(set(parties)) != len(parties):
        raise InvalidInput(_("A party stands on a ladder once."), field="party")
    if any(rung.party.process_id != process.pk for rung in rungs) or (ask is not None and ask.process_id != process.pk):
        raise InvalidInput(_("This record belongs to another process."), field="party")
    if ask is not None and ask.addressee_id in parties:
        raise InvalidInput(_("The addressee of the ask is not a step above itself."), field="party")
    for rung in rungs:
        if not (0 <= rung.after_working_days <= clocks.LONGEST and 1 <= rung.answer_days <= clocks.LONGEST):
            raise InvalidInput(_("A clock runs for 0 to %(most)d working days.") % {"most": clocks.LONGEST}, field="days")
    LadderStep.objects.filter(process=process, ask=ask).delete()
    steps = LadderStep.objects.bulk_create(
        LadderStep(
            process=process,
            ask=ask,
            rank=rank,
            party=rung.party,
            after_working_days=rung.after_working_days,
            answer_days=rung.answer_days,
            note=rung.note[:250],
        )
        for rank, rung in enumerate(rungs, start=1)
    )
    audit.record(
        "ask.ladder_set" if ask is not None else "process.ladder_set",
        actor=actor,
        subject=ask if ask is not None else process,
        process_id=process.pk,
        detail={"steps": [[rung.party.name, rung.after_working_days, rung.answer_days] for rung in rungs]},
    )
    return list(steps)
