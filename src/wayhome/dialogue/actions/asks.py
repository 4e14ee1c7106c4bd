"""An ask from the first word on: made from a communication or drafted, corrected, put again, joined with the same ask.

What happens to it later is next door: `moves` (position, outcome, deadline), `delivery`, `evidence`, `escalation`, `reminders`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

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
from wayhome.dialogue.actions.steps import NewDeadline, append
from wayhome.dialogue.models import Ask, AskPassage, Communication, Instrument, LadderStep, Party, Passage
from wayhome.dialogue.queries import silence
from wayhome.dialogue.queries.ladder import calendar_of
from wayhome.dialogue.states import Axis, Basis, Delivery, Outcome, Position

EDITABLE = ("action", "act", "asker", "addressee", "beneficiary", "place")


def day_of(communication: Communication) -> tuple[date, bool]:
    """The day from which an ask in this communication counts, and whether the communication itself says so."""
    if communication.delivered_on:
        return communication.delivered_on, True
    if communication.day:
        return communication.day, True
    document = communication.document
    if document is not None and document.received_on:
        return document.received_on, False
    return timezone.localdate(communication.created_at), False


def own_request(ask: Ask, start: date, days: int | None = None) -> NewDeadline:
    """The deadline that the asker's own request sets: the ladder step's days if it was escalated, else the process's."""
    calendar = calendar_of(ask)
    if days is None:
        escalation = getattr(ask, "escalation", None)
        days = escalation.step.answer_days if escalation is not None and escalation.step else ask.process.answer_days
    return NewDeadline(
        due_on=clocks.add_working_days(start, days, calendar),
        basis=Basis.REQUEST,
        working_days=days,
        counted_from=start,
        calendar=calendar,
    )


def _check_process(process: Process, **rows: Any) -> None:
    """Every row given must be of the same process: a reference across processes would leak."""
    for field, row in rows.items():
        if row is not None and row.process_id != process.pk:
            raise InvalidInput(_("This record belongs to another process."), field=field)


def make(
    ask: Ask,
    *,
    actor: Actor,
    on: date,
    delivery: str = Delivery.RECEIVED,
    communication: Communication | None = None,
    passage: Passage | None = None,
    deadline: NewDeadline | None = None,
    note: str = "",
) -> None:
    """Drafted becomes made: delivery, position and the clock. For use cases in this package; checks no permission."""
    words: dict[str, Any] = {"actor": actor, "on": on, "communication": communication, "passage": passage}
    if ask.delivery == Delivery.UNSENT:
        append(ask, Axis.DELIVERY, Delivery.SENT, **words)
    if ask.delivery == Delivery.SENT and delivery in {Delivery.RECEIVED, Delivery.BOUNCED}:
        append(ask, Axis.DELIVERY, delivery, **words)
    append(ask, Axis.POSITION, Position.MADE, note=note, **words)
    if ask.delivery != Delivery.BOUNCED:
        append(ask, Axis.DEADLINE, deadline=deadline or own_request(ask, on), **words)
    silence.refresh_ask(ask)


@transaction.atomic
def create_ask(
    *,
    process: Process,
    actor: Actor,
    action: str,
    addressee: Party | None,
    asker: Party | None = None,
    act: str = "",
    communication: Communication | None = None,
    passages: Iterable[Passage] = (),
    also_addressed: Iterable[Party] = (),
    instruments: Iterable[Instrument] = (),
    beneficiary: str = "",
    place: str = "",
    asked_on: date | None = None,
    deadline: NewDeadline | None = None,
    permission: Permission = Permission.REVIEW,
) -> Ask:
    """Write down an ask: from a confirmed proposal, or by hand.

    With a communication (or `asked_on`) it counts as made on that day and its clock starts: by `deadline` if one is stated,
    else the process's working days to answer by own request, counted by the addressee's calendar. Without one it is a draft
    that the next letter sends (`put`).

    Raises:
        InvalidInput: no words, a record of another process, a day in the future.
    """
    require_actor(actor, process, permission)
    if not action.strip():
        raise InvalidInput(_("An ask needs words: what is asked."), field="action")
    _check_process(process, addressee=addressee, asker=asker, communication=communication)
    passages = list(passages)
    for passage in passages:
        _check_process(process, passage=passage.document)
    ask = Ask.objects.create(
        process=process,
        number=next_number(Ask, process),
        action=action.strip()[:500],
        act=act,
        asker=asker,
        addressee=addressee,
        communication=communication,
        beneficiary=beneficiary[:250],
        place=place[:250],
        added_by_id=actor.user_id,
    )
    ask.also_addressed.set(also_addressed)
    ask.instruments.set(instruments)
    for passage in passages:
        AskPassage.objects.get_or_create(ask=ask, passage=passage, use=AskPassage.Use.STATES)
    copy_ladder(ask)
    audit.record(
        "ask.created", actor=actor, subject=ask, process_id=process.pk, detail={"number": ask.number, "action": ask.action}
    )
    if communication is not None or asked_on is not None:
        known = True
        if asked_on is None:
            assert communication is not None
            asked_on, known = day_of(communication)
        make(
            ask,
            actor=actor,
            on=asked_on,
            delivery=communication.delivery if communication is not None else Delivery.RECEIVED,
            communication=communication,
            passage=passages[0] if passages else None,
            deadline=deadline,
            note="" if known else str(_("The communication bears no date; the day on which it was filed is used.")),
        )
    return ask


@transaction.atomic
def put(
    *,
    ask: Ask,
    communication: Communication,
    actor: Actor,
    on: date | None = None,
    passage: Passage | None = None,
    deadline: NewDeadline | None = None,
    permission: Permission = Permission.DECIDE,
) -> None:
    """A communication that contains the ask was sent. A draft becomes made and its clock starts; an ask made before is put again.

    Put again, a clock starts anew only where `deadline` says so; an answer given before stays the answer.
    """
    require_actor(actor, ask.process, permission)
    _check_process(ask.process, communication=communication)
    day = on or day_of(communication)[0]
    if ask.position == Position.DRAFTED:
        Ask.objects.filter(pk=ask.pk).update(communication=communication)
        ask.communication = communication
        delivery = communication.delivery
        make(ask, actor=actor, on=day, delivery=delivery, communication=communication, passage=passage, deadline=deadline)
        if passage is not None:
            AskPassage.objects.get_or_create(ask=ask, passage=passage, use=AskPassage.Use.STATES)
        return
    if ask.delivery == Delivery.BOUNCED:
        append(ask, Axis.DELIVERY, Delivery.SENT, actor=actor, on=day, communication=communication)
        deadline = deadline or own_request(ask, day)
    append(
        ask,
        Axis.NOTE,
        actor=actor,
        on=day,
        communication=communication,
        passage=passage,
        note=str(_("Put again in %(ref)s.")) % {"ref": communication.ref},
    )
    if passage is not None:
        AskPassage.objects.get_or_create(ask=ask, passage=passage, use=AskPassage.Use.REPEATS)
    paused = ask.position in {Position.CLOSED, Position.CLARIFICATION_ASKED} or ask.outcome in clocks.CLOSING_OUTCOMES
    if deadline is not None and not paused and deadline.due_on != ask.due_on:
        append(ask, Axis.DEADLINE, deadline=deadline, actor=actor, on=day, communication=communication)


@transaction.atomic
def correct(*, ask: Ask, actor: Actor, **changes: Any) -> Ask:
    """Change the words or the parties of an ask (`EDITABLE`); before and after go to the audit log."""
    require_actor(actor, ask.process, Permission.REVIEW)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    _check_process(ask.process, asker=changes.get("asker"), addressee=changes.get("addressee"))
    if "action" in changes and not str(changes["action"]).strip():
        raise InvalidInput(_("An ask needs words: what is asked."), field="action")
    before = {name: str(getattr(ask, name) or "") for name in changes}
    for name, value in changes.items():
        setattr(ask, name, value)
    after = {name: str(getattr(ask, name) or "") for name in changes}
    if before == after:
        return ask
    ask.save(update_fields=list(changes))
    audit.record("ask.corrected", actor=actor, subject=ask, process_id=ask.process_id, detail={"before": before, "after": after})
    if "addressee" in changes:
        silence.refresh_ask(ask)
    return ask


@transaction.atomic
def link_passage(*, ask: Ask, passage: Passage, actor: Actor, use: str = AskPassage.Use.STATES) -> AskPassage:
    """Tie words of a document to an ask, saying what they are to it."""
    require_actor(actor, ask.process, Permission.REVIEW)
    _check_process(ask.process, passage=passage.document)
    link, made = AskPassage.objects.get_or_create(ask=ask, passage=passage, use=use)
    if made:
        audit.record(
            "ask.passage_linked",
            actor=actor,
            subject=ask,
            process_id=ask.process_id,
            detail={"passage": passage.pk, "document": passage.document.ref, "paragraph": passage.paragraph, "use": use},
        )
    return link


@transaction.atomic
def set_instruments(*, ask: Ask, instruments: Iterable[Instrument], actor: Actor) -> None:
    """The provisions under which something is asked."""
    require_actor(actor, ask.process, Permission.REVIEW)
    ask.instruments.set(instruments)
    keys = list(ask.instruments.values_list("key", flat=True))
    audit.record("ask.instruments_set", actor=actor, subject=ask, process_id=ask.process_id, detail={"instruments": keys})


@transaction.atomic
def merge_same(*, ask: Ask, into: Ask, actor: Actor, note: str = "") -> None:
    """Two records of one ask become one: `ask` is superseded and closed, its passages and commitments pass to `into`.

    Raises:
        Conflict: an ask with itself, with one that is superseded itself, or with one to another addressee (escalate instead).
    """
    require_actor(actor, ask.process, Permission.DECIDE)
    _check_process(ask.process, into=into)
    if ask.pk in {into.pk, into.same_as_id} or into.outcome == Outcome.SUPERSEDED:
        raise Conflict(_("An ask is joined with another one that still stands."), code="merge_target")
    if ask.addressee_id != into.addressee_id:
        raise Conflict(
            _("These asks go to different addressees: each keeps its own clock and answer."),
            _("Link them by escalation instead."),
            code="merge_addressee",
        )
    for link in ask.passages.select_related("passage"):
        use = AskPassage.Use.REPEATS if link.use == AskPassage.Use.STATES else link.use
        AskPassage.objects.get_or_create(ask=into, passage=link.passage, use=use)
    for commitment in ask.commitments.all():
        commitment.asks.add(into)
    words = str(_("Same ask as %(ref)s.")) % {"ref": into.ref}
    append(ask, Axis.OUTCOME, Outcome.SUPERSEDED, actor=actor, note=f"{words} {note}".strip())
    if ask.position != Position.CLOSED:
        append(ask, Axis.POSITION, Position.CLOSED, actor=actor, note=words)
    Ask.objects.filter(pk=ask.pk).update(same_as=into)
    ask.same_as = into
    append(
        into,
        Axis.NOTE,
        actor=actor,
        on=timezone.localdate(),
        communication=ask.communication,
        note=str(_("Put again as %(ref)s, which is joined with this ask.")) % {"ref": ask.ref},
    )


def copy_ladder(ask: Ask) -> None:
    """Copy the process's escalation ladder to an ask: the steps above its addressee, all of them if it is not on the ladder."""
    steps = list(LadderStep.objects.filter(process=ask.process, ask=None).order_by("rank"))
    at = next((n for n, step in enumerate(steps) if step.party_id == ask.addressee_id), -1)
    LadderStep.objects.bulk_create(
        LadderStep(
            process=ask.process,
            ask=ask,
            rank=rank,
            party_id=step.party_id,
            after_working_days=step.after_working_days,
            answer_days=step.answer_days,
            note=step.note,
        )
        for rank, step in enumerate(steps[at + 1 :], start=1)
    )
