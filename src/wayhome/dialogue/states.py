"""States of an ask and the one table of steps between them.

Four axes (design, "Stateful things"): position and outcome move by the steps below; delivery moves with the communication;
time is derived when read and has no steps. An acknowledgement never stops the answer clock; an automatic reply is neither.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Position(models.TextChoices):
    DRAFTED = "drafted", _("Drafted")
    MADE = "made", _("Made")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ACCEPTED = "accepted", _("Accepted")
    PARTLY_ACCEPTED = "partly_accepted", _("Partly accepted")
    REFUSED = "refused", _("Refused")
    REDIRECTED = "redirected", _("Redirected")
    CLARIFICATION_ASKED = "clarification_asked", _("Clarification asked")
    DEFERRED = "deferred", _("Deferred")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    NONE = "none", _("Open")
    FULFILLED = "fulfilled", _("Fulfilled")
    PARTLY = "partly", _("Partly fulfilled")
    LAPSED = "lapsed", _("Lapsed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Superseded")


class Delivery(models.TextChoices):
    UNSENT = "unsent", _("Not sent")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Bounced")
    RECEIVED = "received", _("Received")


class TimeState(models.TextChoices):
    """Derived when read from the deadline, today and the communications on file; never stored."""

    NO_CLOCK = "no_clock", _("No clock")
    PAUSED = "paused", _("Clock paused")
    NOT_DUE = "not_due", _("Not due")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    LONG_OVERDUE = "long_overdue", _("Long overdue")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class Basis(models.TextChoices):
    """On whose word a deadline stands. An own request is never printed as law."""

    LAW = "law", _("law")
    PROMISE = "promise", _("its promise")
    REQUEST = "request", _("own request")


class Axis(models.TextChoices):
    POSITION = "position", _("Position")
    OUTCOME = "outcome", _("Outcome")
    DELIVERY = "delivery", _("Delivery")
    DEADLINE = "deadline", _("Deadline")
    NOTE = "note", _("Note")


_P = Position
_ANSWERS = frozenset({_P.ACCEPTED, _P.PARTLY_ACCEPTED, _P.REFUSED, _P.REDIRECTED, _P.CLARIFICATION_ASKED, _P.DEFERRED})
# After an answer the other side may change its mind, so every answer can follow every other; nothing goes back to "made".
POSITION_STEPS: dict[Position, frozenset[Position]] = {
    _P.DRAFTED: frozenset({_P.MADE, _P.CLOSED}),
    _P.MADE: _ANSWERS | {_P.ACKNOWLEDGED, _P.CLOSED},
    _P.ACKNOWLEDGED: _ANSWERS | {_P.CLOSED},
    _P.ACCEPTED: (_ANSWERS - {_P.ACCEPTED}) | {_P.CLOSED},
    _P.PARTLY_ACCEPTED: _ANSWERS | {_P.CLOSED},
    _P.REFUSED: (_ANSWERS - {_P.REFUSED}) | {_P.CLOSED},
    _P.REDIRECTED: _ANSWERS | {_P.CLOSED},
    # The asker clarifies: the ask is made again and the clock goes on with the days left.
    _P.CLARIFICATION_ASKED: _ANSWERS | {_P.MADE, _P.CLOSED},
    _P.DEFERRED: _ANSWERS | {_P.CLOSED},
    # A closed ask is opened again as what it was: a draft that was never sent, or an ask made, from which `actions.asks.reopen`
    # takes it on to the answer it had.
    _P.CLOSED: frozenset({_P.DRAFTED, _P.MADE}),
}

_O = Outcome
OUTCOME_STEPS: dict[Outcome, frozenset[Outcome]] = {
    _O.NONE: frozenset({_O.FULFILLED, _O.PARTLY, _O.LAPSED, _O.WITHDRAWN, _O.SUPERSEDED}),
    _O.PARTLY: frozenset({_O.FULFILLED, _O.LAPSED, _O.WITHDRAWN, _O.SUPERSEDED, _O.NONE}),
    # An outcome found to be wrong is taken back to open, with a reason; it is never overwritten by another.
    _O.FULFILLED: frozenset({_O.NONE, _O.PARTLY}),
    _O.LAPSED: frozenset({_O.NONE}),
    _O.WITHDRAWN: frozenset({_O.NONE}),
    _O.SUPERSEDED: frozenset({_O.NONE}),
}

_D = Delivery
DELIVERY_STEPS: dict[Delivery, frozenset[Delivery]] = {
    _D.UNSENT: frozenset({_D.SENT}),
    _D.SENT: frozenset({_D.BOUNCED, _D.RECEIVED}),
    _D.BOUNCED: frozenset({_D.SENT}),
    _D.RECEIVED: frozenset(),
}

OPEN_POSITIONS = frozenset({_P.MADE, _P.ACKNOWLEDGED, _P.CLARIFICATION_ASKED, _P.DEFERRED})
ANSWERED_POSITIONS = frozenset({_P.ACCEPTED, _P.PARTLY_ACCEPTED, _P.REFUSED, _P.REDIRECTED})


class ProposalState(models.TextChoices):
    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
    MERGED = "merged", _("Merged")
    SPLIT = "split", pgettext_lazy("proposal", "Split")
    SUPERSEDED = "superseded", _("Not found again")


class LetterState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent")
    DISCARDED = "discarded", _("Discarded")


_L = LetterState
LETTER_STEPS: dict[LetterState, frozenset[LetterState]] = {
    _L.DRAFT: frozenset({_L.IN_REVIEW, _L.DISCARDED}),
    _L.IN_REVIEW: frozenset({_L.DRAFT, _L.APPROVED, _L.DISCARDED}),
    _L.APPROVED: frozenset({_L.DRAFT, _L.SENT, _L.DISCARDED}),
    _L.SENT: frozenset(),
    _L.DISCARDED: frozenset(),
}
