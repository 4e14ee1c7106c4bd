"""Commitments: what a party promised, agreed or is bound to; linked to asks, withdrawn when it is taken back."""

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
from wayhome.dialogue.models import Ask, Commitment, CommitmentPassage, Communication, Instrument, Party, Passage

EDITABLE = ("kind", "who", "toward", "what", "instrument", "instrument_text", "due_on", "made_on")


def _check_process(process: Process, **rows: Any) -> None:
    for field, row in rows.items():
        if row is not None and row.process_id != process.pk:
            raise InvalidInput(_("This record belongs to another process."), field=field)


@transaction.atomic
def create_commitment(
    *,
    process: Process,
    actor: Actor,
    what: str,
    who: Party | None,
    kind: str = Commitment.Kind.PROMISE,
    toward: Party | None = None,
    instrument: Instrument | None = None,
    instrument_text: str = "",
    due_on: date | None = None,
    made_on: date | None = None,
    communication: Communication | None = None,
    passages: Iterable[Passage] = (),
    asks: Iterable[Ask] = (),
) -> Commitment:
    """Write down a commitment: from a confirmed proposal, or by hand."""
    require_actor(actor, process, Permission.REVIEW)
    if not what.strip():
        raise InvalidInput(_("A commitment needs words: what was promised or is owed."), field="what")
    if kind not in Commitment.Kind.values:
        raise InvalidInput(_("A commitment is a promise, an agreement or an obligation."), field="kind")
    passages, asks = list(passages), list(asks)
    _check_process(process, who=who, toward=toward, communication=communication)
    for row in (*asks, *(passage.document for passage in passages)):
        _check_process(process, passage=row)
    commitment = Commitment.objects.create(
        process=process,
        number=next_number(Commitment, process),
        kind=kind,
        who=who,
        toward=toward,
        what=what.strip()[:500],
        instrument=instrument,
        instrument_text=instrument_text[:250],
        due_on=due_on,
        made_on=made_on or (communication.day if communication is not None else None),
        communication=communication,
        added_by_id=actor.user_id,
    )
    for passage in passages:
        CommitmentPassage.objects.create(commitment=commitment, passage=passage)
    commitment.asks.set(asks)
    audit.record(
        "commitment.created",
        actor=actor,
        subject=commitment,
        process_id=process.pk,
        detail={"number": commitment.number, "what": commitment.what},
    )
    return commitment


@transaction.atomic
def correct(*, commitment: Commitment, actor: Actor, **changes: Any) -> Commitment:
    """Change fields of a commitment (`EDITABLE`); before and after go to the audit log."""
    require_actor(actor, commitment.process, Permission.REVIEW)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    _check_process(commitment.process, who=changes.get("who"), toward=changes.get("toward"))
    if "what" in changes and not str(changes["what"]).strip():
        raise InvalidInput(_("A commitment needs words: what was promised or is owed."), field="what")
    before = {name: str(getattr(commitment, name) or "") for name in changes}
    for name, value in changes.items():
        setattr(commitment, name, value)
    after = {name: str(getattr(commitment, name) or "") for name in changes}
    if before != after:
        commitment.save(update_fields=list(changes))
        audit.record(
            "commitment.corrected",
            actor=actor,
            subject=commitment,
            process_id=commitment.process_id,
            detail={"before": before, "after": after},
        )
    return commitment


@transaction.atomic
def link_asks(*, commitment: Commitment, asks: Iterable[Ask], actor: Actor) -> None:
    """Say which asks a commitment answers or concerns."""
    require_actor(actor, commitment.process, Permission.REVIEW)
    asks = list(asks)
    for ask in asks:
        _check_process(commitment.process, ask=ask)
    commitment.asks.set(asks)
    audit.record(
        "commitment.asks_linked",
        actor=actor,
        subject=commitment,
        process_id=commitment.process_id,
        detail={"asks": [ask.number for ask in asks]},
    )


@transaction.atomic
def link_passage(*, commitment: Commitment, passage: Passage, actor: Actor, use: str = "states") -> CommitmentPassage:
    """Tie words of a document to a commitment."""
    require_actor(actor, commitment.process, Permission.REVIEW)
    _check_process(commitment.process, passage=passage.document)
    link, made = CommitmentPassage.objects.get_or_create(commitment=commitment, passage=passage, use=use)
    if made:
        audit.record(
            "commitment.passage_linked",
            actor=actor,
            subject=commitment,
            process_id=commitment.process_id,
            detail={"passage": passage.pk, "use": use},
        )
    return link


@transaction.atomic
def withdraw(*, commitment: Commitment, actor: Actor, on: date | None = None, note: str = "") -> None:
    """The party that committed itself took it back on a day. The commitment stays on file with its evidence and grades."""
    require_actor(actor, commitment.process, Permission.DECIDE)
    on = on or timezone.localdate()
    if commitment.withdrawn_on is not None:
        raise Conflict(_("This commitment is withdrawn already."), code="unchanged")
    if on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), field="on")
    commitment.withdrawn_on = on
    commitment.save(update_fields=["withdrawn_on"])
    audit.record(
        "commitment.withdrawn",
        actor=actor,
        subject=commitment,
        process_id=commitment.process_id,
        detail={"on": on.isoformat(), "note": note},
    )


@transaction.atomic
def reinstate(*, commitment: Commitment, actor: Actor, note: str) -> None:
    """A withdrawal found to be wrong is taken back, with a reason."""
    require_actor(actor, commitment.process, Permission.DECIDE)
    if commitment.withdrawn_on is None:
        raise Conflict(_("This commitment is not withdrawn."), code="unchanged")
    if not note.strip():
        raise InvalidInput(_("Taking a withdrawal back needs a reason."), field="note")
    commitment.withdrawn_on = None
    commitment.save(update_fields=["withdrawn_on"])
    audit.record(
        "commitment.reinstated",
        actor=actor,
        subject=commitment,
        process_id=commitment.process_id,
        detail={"note": note},
    )
