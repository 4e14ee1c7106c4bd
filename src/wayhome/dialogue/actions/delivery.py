"""Delivery of a communication, and with it of every ask that it made."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.actions.asks import own_request
from wayhome.dialogue.actions.steps import append
from wayhome.dialogue.models import Ask, Communication
from wayhome.dialogue.states import ANSWERED_POSITIONS, DELIVERY_STEPS, Axis, Basis, Delivery, Position


@transaction.atomic
def log_delivery(
    *,
    communication: Communication,
    delivery: str,
    actor: Actor,
    on: date,
    proof: str = "",
    permission: Permission = Permission.ADD_DOCUMENT,
) -> None:
    """Write down that a communication was sent, bounced or was received (with proof), for itself and for its asks.

    Received later than sent, a clock of own request that was counted from the day of sending is counted again from the day of
    receipt; the earlier date stays visible. Bounced, the clocks stop: nothing was delivered.

    Raises:
        Conflict: a step that is not possible. InvalidInput: a receipt without proof.
    """
    require_actor(actor, communication.process, permission)
    before = Delivery(communication.delivery)
    if delivery not in Delivery.values or Delivery(delivery) not in DELIVERY_STEPS[before]:
        raise Conflict(
            _("“%(before)s” cannot be followed by “%(after)s”.") % {"before": before.label, "after": delivery},
            code="no_such_step",
        )
    if delivery == Delivery.RECEIVED and not proof.strip():
        raise InvalidInput(_("A receipt needs its proof: a stamp, a register number, a read receipt, a name."), field="proof")
    communication.delivery = delivery
    communication.delivery_proof = proof[:200]
    communication.delivered_on = on if delivery == Delivery.RECEIVED else None
    communication.save(update_fields=["delivery", "delivery_proof", "delivered_on"])
    audit.record(
        "communication.delivery",
        actor=actor,
        subject=communication,
        process_id=communication.process_id,
        detail={"before": before, "after": delivery, "on": on.isoformat(), "proof": proof[:200]},
    )
    for ask in Ask.objects.filter(communication=communication).select_related("process", "addressee").order_by("pk"):
        _move(ask, delivery, actor, on, communication)


def _move(ask: Ask, delivery: str, actor: Actor, on: date, communication: Communication) -> None:
    if Delivery(delivery) not in DELIVERY_STEPS[Delivery(ask.delivery)]:
        return  # its own log says otherwise already, e.g. put again by another communication
    append(ask, Axis.DELIVERY, delivery, actor=actor, on=on, communication=communication)
    running = ask.position not in ANSWERED_POSITIONS | {Position.CLOSED, Position.DRAFTED, Position.CLARIFICATION_ASKED}
    if not running:
        return
    if delivery == Delivery.SENT and ask.due_on is None:
        append(ask, Axis.DEADLINE, actor=actor, on=on, communication=communication, deadline=own_request(ask, on))
    elif delivery == Delivery.RECEIVED and ask.due_on is not None:
        latest = ask.deadlines.order_by("-id").first()
        counted = latest is not None and latest.working_days is not None and latest.counted_from is not None
        if counted and latest.basis == Basis.REQUEST and latest.counted_from < on and latest.due_on == ask.due_on:
            again = own_request(ask, on, latest.working_days)
            if again.due_on != ask.due_on:
                append(ask, Axis.DEADLINE, actor=actor, on=on, communication=communication, deadline=again)
