"""What a reply says to each ask: proposed, decided, taken back. Every ask moves through the one writer (`actions.steps`).

A batch is decided in one transaction: all of it is written or none. Taking a batch back appends to the log, it erases nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, WayhomeError
from wayhome.dialogue.actions.moves import add_note, move
from wayhome.dialogue.actions.restoring import restore
from wayhome.dialogue.models import Answer, Ask, AskPassage, Communication, Document, Incoming, Party, Passage
from wayhome.dialogue.passages import passage_at, whole_text
from wayhome.dialogue.queries.replay import PROJECTED
from wayhome.dialogue.states import POSITION_STEPS, Position

Effect = Answer.Effect
State = Answer.State


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person read in a reply about one ask. `span` are offsets into the reply's document, `quote` the words they saw there.

    Without a span the whole reply is meant: where it was written down by hand (a call, pasted words) it is cited as a whole, a
    file is not. A quote alone is looked up in the text.
    """

    ask: Ask
    effect: str
    span: tuple[int, int] | None = None
    quote: str = ""
    note: str = ""
    due_on: date | None = None
    redirected_to: Party | None = None
    redirected_name: str = ""


class ChoiceError(WayhomeError):
    """A choice that cannot be written, with the ask that it is about; nothing of its batch was written."""

    def __init__(self, ask: Ask, cause: WayhomeError) -> None:
        super().__init__(f"{ask.ref}: {cause.problem}", cause.remedy, code=cause.code, field=cause.field)
        self.ask = ask
        self.status = cause.status


def possible_effects(ask: Ask, communication: Communication) -> list[str]:
    """The effects that this communication may have on the ask where it stands now; "no effect" always."""
    if communication.kind == Communication.Kind.AUTOMATIC_REPLY:
        return [Effect.NONE]
    try:
        steps = POSITION_STEPS[Position(ask.position)]
    except ValueError:
        return [Effect.NONE]
    if ask.position in {Position.CLOSED, Position.DRAFTED}:
        return [Effect.NONE]
    return [effect for effect in Effect.values if effect == Effect.NONE or Position(effect) in steps]


def decide(
    *, communication: Communication, choices: Sequence[Choice], user: Any, seen: dict[int, str] | None = None
) -> uuid.UUID:
    """Write what the reply says to each of these asks; the batch's key, for `take_back`.

    Args:
        seen: position of each ask (by its key) as the person had it on the screen.

    Raises:
        ChoiceError: one that cannot be written; then none is. InvalidInput: no choice at all.
    """
    process = communication.process
    require(user, process, Permission.REVIEW)
    if any(choice.effect != Effect.NONE for choice in choices):
        require(user, process, Permission.DECIDE)
    if not choices:
        raise InvalidInput(_("Nothing was chosen for any ask."), _("Say for at least one ask what the reply means to it."))
    actor, batch = Actor.of(user), uuid.uuid4()
    with transaction.atomic():
        for choice in choices:
            try:
                _decide_one(communication, choice, actor, batch, (seen or {}).get(choice.ask.pk))
            except WayhomeError as error:
                raise ChoiceError(choice.ask, error) from error
        _settle_arrivals(communication, actor)
        audit.record(
            "reply.linked",
            actor=actor,
            subject=communication,
            process_id=process.pk,
            detail={
                "ref": communication.ref,
                "batch": str(batch),
                "asks": [{"ask": choice.ask.ref, "effect": choice.effect} for choice in choices],
            },
        )
    return batch


def _decide_one(communication: Communication, choice: Choice, actor: Actor, batch: uuid.UUID, seen: str | None) -> None:
    ask = choice.ask
    _check(communication, choice)
    passage = _passage(communication, choice)
    on = _day(communication, ask)
    before = {name: _plain(value) for name, value in Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get().items()}
    note = _note(communication, choice)
    if choice.effect == Effect.NONE:
        event = add_note(ask=ask, actor=actor, note=note, on=on, communication=communication, passage=passage)
        if passage is not None:
            AskPassage.objects.get_or_create(ask=ask, passage=passage, use=AskPassage.Use.EVIDENCE)
    else:
        event = move(
            ask=ask,
            position=choice.effect,
            actor=actor,
            on=on,
            communication=communication,
            passage=passage,
            note=note,
            due_on=choice.due_on,
            seen=seen,
        )
    answer = Answer.objects.filter(ask=ask, communication=communication, state__in=[State.OPEN, State.CONFIRMED]).first()
    if answer is not None and answer.state == State.CONFIRMED:
        raise Conflict(
            _("What %(ref)s says to this ask was confirmed already.") % {"ref": communication.ref},
            _("Take it back first, or log a later reply."),
            code="answered_already",
        )
    if answer is None:
        answer = Answer(process=communication.process, ask=ask, communication=communication)
    answer.effect, answer.passage, answer.words = choice.effect, passage, choice.note.strip() or answer.words
    answer.due_on, answer.redirected_to = choice.due_on, choice.redirected_to
    answer.redirected_name = (choice.redirected_name or (choice.redirected_to.name if choice.redirected_to else ""))[:250]
    answer.state, answer.batch, answer.event, answer.before = State.CONFIRMED, batch, event, before
    answer.decided_by_id, answer.decided_at = actor.user_id, timezone.now()
    answer.save()


def _check(communication: Communication, choice: Choice) -> None:
    if choice.ask.process_id != communication.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="ask")
    if choice.effect not in Effect.values:
        raise InvalidInput(_("Choose what the reply means to this ask."), field="effect")
    if choice.effect == Effect.REDIRECTED and choice.redirected_to is None and not choice.redirected_name.strip():
        raise InvalidInput(
            _("To whom does the reply redirect the ask?"), _("Choose the party that it names."), field="redirected_to"
        )
    if choice.redirected_to is not None and choice.redirected_to.process_id != communication.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="redirected_to")


def _passage(communication: Communication, choice: Choice) -> Passage | None:
    document = communication.document
    if choice.span is None and not choice.quote.strip():
        if document is None or document.origin != Document.Origin.TYPED or choice.effect == Effect.NONE:
            return None  # a file of many pages is no citation; what moves nothing needs none
        return whole_text(document)
    if document is None or not document.text:
        raise InvalidInput(_("The reply has no text to cite from."), _("Wait until it is read, or cite nothing."), field="quote")
    if choice.span is not None:
        return passage_at(document, *choice.span, choice.quote or None)
    start = find_words(document.text, choice.quote)
    if start is None:
        raise InvalidInput(
            _("These words do not stand in the reply: “%(words)s”.") % {"words": choice.quote.strip()[:120]},
            _("Copy them exactly, or select them in the text."),
            field="quote",
        )
    return passage_at(document, *start)


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where `words` stand in `text`, white space apart; None when they do not."""
    import re

    parts = [re.escape(part) for part in words.split()]
    if not parts or len(words) > 20_000:
        return None
    match = re.search(r"\s+".join(parts), text)
    return match.span() if match else None


def _day(communication: Communication, ask: Ask) -> date:
    """The day of the reply; one known to the month or year alone, and lying before the ask, counts from the day of asking."""
    day = communication.day or timezone.localdate(communication.created_at)
    if ask.asked_on is not None and day < ask.asked_on and len(communication.dated) < 10:
        return ask.asked_on
    return day


def _note(communication: Communication, choice: Choice) -> str:
    note = choice.note.strip()
    if choice.effect == Effect.REDIRECTED:
        name = choice.redirected_to.name if choice.redirected_to else choice.redirected_name.strip()
        return f"{_('Redirected to %(party)s.') % {'party': name}} {note}".strip()
    if choice.effect == Effect.NONE and not note:
        if communication.kind == Communication.Kind.AUTOMATIC_REPLY:
            return _("%(ref)s is an automatic reply: neither an acknowledgement nor an answer.") % {"ref": communication.ref}
        return _("%(ref)s does not say anything that moves this ask.") % {"ref": communication.ref}
    return note


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _settle_arrivals(communication: Communication, actor: Actor) -> None:
    """What waited in the inbox for this decision is done."""
    if communication.answers.filter(state=State.OPEN).exists():
        return
    communication.arrivals.filter(state=Incoming.State.FILED).update(
        state=Incoming.State.DONE, decided_by_id=actor.user_id, decided_at=timezone.now()
    )


def propose(*, communication: Communication, choices: Iterable[Choice], user: Any) -> list[Answer]:
    """Keep what a case worker reads in a reply for somebody who may decide. Moves nothing.

    Raises:
        ChoiceError: a choice that could not be decided either.
    """
    require(user, communication.process, Permission.REVIEW)
    made: list[Answer] = []
    actor = Actor.of(user)
    with transaction.atomic():
        for choice in choices:
            try:
                _check(communication, choice)
                passage = _passage(communication, choice)
            except WayhomeError as error:
                raise ChoiceError(choice.ask, error) from error
            answer = Answer.objects.filter(ask=choice.ask, communication=communication, state=State.OPEN).first()
            if answer is not None and answer.origin == Answer.Origin.OUTSIDE:
                continue  # the party's own words wait already
            answer = answer or Answer(process=communication.process, ask=choice.ask, communication=communication)
            answer.effect, answer.passage, answer.words = choice.effect, passage, choice.note.strip()
            answer.due_on, answer.redirected_to = choice.due_on, choice.redirected_to
            answer.redirected_name = choice.redirected_name[:250]
            answer.proposed_by_id = actor.user_id
            answer.save()
            made.append(answer)
        audit.record(
            "reply.proposed",
            actor=actor,
            subject=communication,
            process_id=communication.process_id,
            detail={"ref": communication.ref, "asks": [{"ask": one.ask.ref, "effect": one.effect} for one in made]},
        )
    return made


def set_aside(*, communication: Communication, user: Any) -> None:
    """Say that the reply concerns no ask: open proposals are rejected and it leaves the inbox. It stays on file."""
    require(user, communication.process, Permission.REVIEW)
    actor = Actor.of(user)
    if communication.answers.filter(state=State.OPEN).exists():
        require(user, communication.process, Permission.DECIDE)
    with transaction.atomic():
        communication.answers.filter(state=State.OPEN).update(
            state=State.REJECTED, decided_by_id=actor.user_id, decided_at=timezone.now()
        )
        communication.arrivals.filter(state=Incoming.State.FILED).update(
            state=Incoming.State.DONE, decided_by_id=actor.user_id, decided_at=timezone.now()
        )
        audit.record(
            "reply.set_aside",
            actor=actor,
            subject=communication,
            process_id=communication.process_id,
            detail={"ref": communication.ref},
        )


def last_batch(process: Process, communication: Communication) -> list[Answer]:
    """The answers that were confirmed together last for this communication, as long as they stand."""
    latest = (
        Answer.objects.of(process)
        .filter(communication=communication, state=State.CONFIRMED)
        .order_by("-decided_at", "-id")
        .first()
    )
    if latest is None:
        return []
    return list(
        Answer.objects.of(process)
        .filter(batch=latest.batch, state=State.CONFIRMED)
        .select_related("ask__process", "ask__addressee")
    )


def take_back(*, communication: Communication, user: Any) -> int:
    """Take back the last batch of answers: each ask stands where it stood before. The communication stays on file.

    Raises:
        ChoiceError: something happened to an ask since; then nothing is taken back. Conflict: nothing to take back.
    """
    process = communication.process
    require(user, process, Permission.REVIEW)
    actor = Actor.of(user)
    with transaction.atomic():
        answers = last_batch(process, communication)
        if not answers:
            raise Conflict(_("There is nothing to take back."), code="nothing_to_undo")
        if any(answer.effect != Effect.NONE for answer in answers):
            require(user, process, Permission.DECIDE)
        for answer in answers:
            try:
                restore(answer, actor=actor)
            except WayhomeError as error:
                raise ChoiceError(answer.ask, error) from error
            outside = answer.origin == Answer.Origin.OUTSIDE
            answer.state = State.OPEN if outside else State.TAKEN_BACK
            answer.batch, answer.event = None, None
            answer.save(update_fields=["state", "batch", "event"])
        communication.arrivals.filter(state=Incoming.State.DONE).exclude(automatic__gt="").update(
            state=Incoming.State.FILED, decided_by=None, decided_at=None
        )
        audit.record(
            "reply.taken_back",
            actor=actor,
            subject=communication,
            process_id=process.pk,
            detail={"ref": communication.ref, "asks": [answer.ask.ref for answer in answers]},
        )
    return len(answers)
