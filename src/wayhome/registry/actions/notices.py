"""Papers on their way: to whom, how, when they went, when they arrived or came back, and by what that is known."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.actions.claim_steps import event
from wayhome.registry.claim_states import NOTICE_STEPS, NoticeChannel, NoticeKind, NoticeState
from wayhome.registry.models import Claim, Claimant, ClaimEvent, ClaimNotice, Occupant


@transaction.atomic
def prepare(
    *,
    claim: Claim,
    kind: str,
    actor: Actor,
    claimant: Claimant | None = None,
    occupant: Occupant | None = None,
    to_text: str = "",
    channel: str = NoticeChannel.POST,
    checked: bool = False,
) -> ClaimNotice:
    """Prepare a paper for a claimant, an occupant or somebody else named in words. `checked`: the caller asked for permission."""
    if not checked:
        require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if kind not in NoticeKind.values:
        raise InvalidInput(_("Say which paper it is."), field="kind")
    if channel not in NoticeChannel.values:
        raise InvalidInput(_("Say how it goes."), field="channel")
    if claimant is not None and claimant.claim_id != claim.pk:
        raise InvalidInput(_("This claimant is not one of the claim's."), field="claimant")
    if occupant is not None and occupant.holding_id != claim.holding_id:
        raise InvalidInput(_("This occupant lives on another property."), field="occupant")
    if not to_text.strip():
        if claimant is not None:
            to_text = claimant.name or str(claimant.person or "")
        elif occupant is not None:
            to_text = occupant.name
    if not to_text.strip():
        raise InvalidInput(_("Say to whom it goes."), field="to_text")
    row = ClaimNotice.objects.create(
        process_id=claim.process_id,
        number=next_number(ClaimNotice, claim.process),
        claim=claim,
        kind=kind,
        claimant=claimant,
        occupant=occupant,
        to_text=to_text.strip()[:250],
        channel=channel,
    )
    audit.record(
        "claim.notice_prepared",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "notice": row.ref, "kind": kind},
    )
    return row


@transaction.atomic
def mark(
    *, notice: ClaimNotice, state: str, actor: Actor, on: date | None = None, proof: str = "", channel: str = ""
) -> ClaimNotice:
    """Say that a paper was sent, received, or came back. Received needs what shows it: a signature, a receipt, a call."""
    require_actor(actor, notice.claim.process, Permission.WORK_ON_CLAIMS)
    locked = ClaimNotice.objects.select_for_update().get(pk=notice.pk)
    before = NoticeState(locked.state)
    if state not in NoticeState.values or NoticeState(state) not in NOTICE_STEPS[before]:
        raise Conflict(
            _("A notice that is “%(before)s” can't become “%(after)s”.")
            % {"before": before.label, "after": NoticeState(state).label if state in NoticeState.values else state},
            code="no_such_step",
        )
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), field="on")
    if state != NoticeState.SENT and notice.sent_on is not None and on < notice.sent_on:
        raise InvalidInput(_("The day lies before the notice was sent."), field="on")
    if state == NoticeState.RECEIVED and not proof.strip():
        raise InvalidInput(_("Say by what it is known: a signature, a receipt, a call."), field="proof")
    if channel and channel not in NoticeChannel.values:
        raise InvalidInput(_("Say how it goes."), field="channel")
    notice.state, notice.proof = state, proof.strip()[:250]
    if channel:
        notice.channel = channel
    if state == NoticeState.SENT:
        notice.sent_on, notice.returned_on = on, None
    elif state == NoticeState.RECEIVED:
        notice.received_on = on
    else:
        notice.returned_on = on
    notice.save(update_fields=["state", "proof", "channel", "sent_on", "received_on", "returned_on"])
    event(
        notice.claim,
        ClaimEvent.Kind.NOTICE,
        actor,
        on=on,
        note=f"{notice.ref} {notice.get_kind_display()}: {NoticeState(state).label}"
        + (f". {notice.proof}" if notice.proof else ""),
    )
    audit.record(
        "claim.notice_step",
        actor=actor,
        subject=notice.claim,
        process_id=notice.process_id,
        detail={"claim": notice.claim.ref, "notice": notice.ref, "before": before, "after": state},
    )
    return notice
