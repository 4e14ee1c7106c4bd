"""One step on many asks. Each is done or refused by itself, with the reason; what is done stays done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from wayhome.accounts.models import User
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue.actions import escalation, moves, reminders
from wayhome.dialogue.models import Ask, Party

MOST = 500


@dataclass(slots=True)
class Outcomes:
    """What a bulk step did: the asks done, and those refused with the error of each."""

    done: list[Ask] = field(default_factory=list)
    refused: list[tuple[Ask, WayhomeError]] = field(default_factory=list)


def each(asks: Iterable[Ask], step: Callable[[Ask], Any]) -> Outcomes:
    """Do `step` for each ask in a transaction of its own. Lacking the permission stops the whole."""
    outcomes = Outcomes()
    for ask in asks:
        try:
            with transaction.atomic():
                step(ask)
        except Forbidden:
            raise
        except WayhomeError as error:
            outcomes.refused.append((ask, error))
        else:
            outcomes.done.append(ask)
    return outcomes


def remind_many(*, asks: Iterable[Ask], user: User, on: date, actor: Actor, note: str = "") -> Outcomes:
    return each(asks, lambda ask: reminders.remind(subject=ask, user=user, on=on, actor=actor, note=note))


def escalate_many(*, asks: Iterable[Ask], actor: Actor, party: Party | None = None, reason: str = "") -> Outcomes:
    return each(asks, lambda ask: escalation.escalate(ask=ask, actor=actor, party=party, reason=reason))


def set_deadline_many(
    *,
    asks: Iterable[Ask],
    actor: Actor,
    basis: str,
    due_on: date | None = None,
    working_days: int | None = None,
    counted_from: date | None = None,
    basis_text: str = "",
) -> Outcomes:
    return each(
        asks,
        lambda ask: moves.set_deadline(
            ask=ask,
            actor=actor,
            basis=basis,
            due_on=due_on,
            working_days=working_days,
            counted_from=counted_from,
            basis_text=basis_text,
        ),
    )


def note_many(*, asks: Iterable[Ask], actor: Actor, note: str) -> Outcomes:
    return each(asks, lambda ask: moves.add_note(ask=ask, actor=actor, note=note))


def close_many(*, asks: Iterable[Ask], actor: Actor, note: str = "") -> Outcomes:
    return each(asks, lambda ask: moves.close(ask=ask, actor=actor, note=note))


def move_many(*, asks: Iterable[Ask], position: str, actor: Actor, **words: Any) -> Outcomes:
    """One answer that covers several asks: the same position, day, communication and passage for each."""
    return each(asks, lambda ask: moves.move(ask=ask, position=position, actor=actor, **words))
