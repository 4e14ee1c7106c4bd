"""Gates: what may be decided, what a gate is on a day, and the one table of steps between the two."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ruling(models.TextChoices):
    """What a decision says. Kept as it was made; whether it has run out is worked out when read."""

    OPEN = "open", pgettext_lazy("gate", "Open")
    CLOSED = "closed", pgettext_lazy("gate", "Closed")
    UNDECIDED = "undecided", pgettext_lazy("gate", "Not decided")


class State(models.TextChoices):
    """What a gate is on a day."""

    OPEN = "open", pgettext_lazy("gate", "Open")
    EXPIRED = "expired", pgettext_lazy("gate", "Expired")
    CLOSED = "closed", pgettext_lazy("gate", "Closed")
    UNDECIDED = "undecided", pgettext_lazy("gate", "Not decided")


LAMPS = {State.OPEN: "open", State.EXPIRED: "expired", State.CLOSED: "closed", State.UNDECIDED: "unknown"}
"""The class of a gate's lamp; its shape says the state, its colour repeats it."""


class Step(models.TextChoices):
    OPEN = "open", _("Open the gate")
    RENEW = "renew", _("Record a newer certificate")
    CLOSE = "close", _("Close the gate")
    WITHDRAW = "withdraw", _("Withdraw the decision")
    EXPECT = "expect", _("Record when a decision is expected")


STEPS: dict[tuple[State, Step], Ruling] = {
    (State.UNDECIDED, Step.OPEN): Ruling.OPEN,
    (State.UNDECIDED, Step.CLOSE): Ruling.CLOSED,
    (State.UNDECIDED, Step.EXPECT): Ruling.UNDECIDED,
    (State.CLOSED, Step.OPEN): Ruling.OPEN,
    (State.CLOSED, Step.WITHDRAW): Ruling.UNDECIDED,
    (State.CLOSED, Step.EXPECT): Ruling.CLOSED,
    (State.OPEN, Step.RENEW): Ruling.OPEN,
    (State.OPEN, Step.CLOSE): Ruling.CLOSED,
    (State.OPEN, Step.WITHDRAW): Ruling.UNDECIDED,
    (State.EXPIRED, Step.OPEN): Ruling.OPEN,
    (State.EXPIRED, Step.CLOSE): Ruling.CLOSED,
    (State.EXPIRED, Step.WITHDRAW): Ruling.UNDECIDED,
}
"""The ruling of a step from a state. What is not here is no step."""

SECOND_PERSON = frozenset({Ruling.OPEN})
"""Rulings that count only once another person has confirmed them. Whatever shuts a gate counts at once."""


def steps_from(state: State) -> list[Step]:
    """The steps that lead on from a state, in the order in which a page offers them."""
    return [step for step in Step if (state, step) in STEPS]
