"""The state of an ask as its event log gives it. `Ask` repeats this state for the database's sake; this is what it must equal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wayhome.dialogue.deadlines import ClockValue
from wayhome.dialogue.models import AskEvent
from wayhome.dialogue.states import ANSWERED_POSITIONS, Axis, Delivery, Outcome, Position

PROJECTED: tuple[str, ...] = (
    "position",
    "outcome",
    "delivery",
    "asked_on",
    "due_on",
    "due_basis",
    "due_basis_text",
    "acknowledged_on",
    "answered_on",
    "paused_days_left",
)


def takes_back(event: AskEvent) -> bool:
    """Whether the step opens the ask again because its communication had been misread: no acknowledgement of that one counts.

    An ask that a person closed and opens again names no communication and keeps its first reply.
    """
    return event.after == Position.MADE and event.before == Position.CLOSED and event.communication_id is not None


def replay(events: Iterable[AskEvent]) -> dict[str, Any]:
    """Every projected field of an ask, from its events in the order in which they were written."""
    state: dict[str, Any] = {
        "position": Position.DRAFTED.value,
        "outcome": Outcome.NONE.value,
        "delivery": Delivery.UNSENT.value,
        "asked_on": None,
        "due_on": None,
        "due_basis": "",
        "due_basis_text": "",
        "acknowledged_on": None,
        "answered_on": None,
        "paused_days_left": None,
    }
    acknowledgements: list[AskEvent] = []
    for event in events:
        match event.axis:
            case Axis.POSITION:
                state["position"] = event.after
                if event.after == Position.MADE and state["asked_on"] is None:
                    state["asked_on"] = event.on
                if event.after == Position.ACKNOWLEDGED:
                    acknowledgements.append(event)
                elif takes_back(event):
                    taken = event.communication_id
                    acknowledgements = [one for one in acknowledgements if one.communication_id != taken]
                state["acknowledged_on"] = acknowledgements[-1].on if acknowledgements else None
                if event.after != Position.CLOSED:
                    state["answered_on"] = event.on if event.after in ANSWERED_POSITIONS else None
            case Axis.OUTCOME:
                state["outcome"] = event.after
            case Axis.DELIVERY:
                state["delivery"] = event.after
            case Axis.DEADLINE:
                value = ClockValue.read(event.after)
                state["due_on"], state["paused_days_left"] = value.due_on, value.kept
                state["due_basis"], state["due_basis_text"] = value.basis, event.note
    return state
