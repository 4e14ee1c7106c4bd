"""Ladders of escalation: which step comes next, from when, and by whose calendar the days are counted."""

from __future__ import annotations

from datetime import date

from wayhome.dialogue import clocks
from wayhome.dialogue.models import Ask, LadderStep


def calendar_of(ask: Ask) -> str:
    """The holiday calendar that an ask's clock counts by."""
    return clocks.calendar_for(ask.process.calendar, ask.addressee.calendar if ask.addressee else "")


def may_be_asked_from(ask: Ask, step: LadderStep) -> date | None:
    """The first day on which the ladder lets this step be asked: so many working days after the ask was made."""
    if ask.asked_on is None:
        return None
    return clocks.add_working_days(ask.asked_on, step.after_working_days, calendar_of(ask))


def next_step(ask: Ask) -> LadderStep | None:
    """The lowest step of the ask's ladder whose party was not asked yet."""
    asked = {ask.addressee_id, *chain_parties(ask)}
    return next((step for step in ask.ladder.select_related("party").order_by("rank") if step.party_id not in asked), None)


def chain_parties(ask: Ask) -> set[int | None]:
    """Addressees of the asks above and below this one by escalation."""
    found: set[int | None] = set(ask.escalated_to.values_list("addressee_id", flat=True))
    above = ask.escalated_from
    while above is not None and above.addressee_id not in found:
        found.add(above.addressee_id)
        above = above.escalated_from
    return found
