"""The rows of the enclosed table: each ask as it stood on a day, as plain values. Words are put to them when they are set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Party
from wayhome.dialogue.states import ANSWERED_POSITIONS, Axis, Delivery, Outcome, Position
from wayhome.dialogue.words import is_silent

Row = dict[str, Any]
_PART = CommunicationParty.Part


def rows(asks: Iterable[Ask], *, addressee: Party, language: str, as_of: date) -> list[Row]:
    """One row for each ask from `queries.letters.for_composing`: those put to the addressee first, then those for information.

    Each row holds: `number` in the letter, `ask` (its number in the process), `action` and its `language`, `put` (to the
    addressee, or for information), `addressee`, `asked_on`, `earlier` communications, `position` with the day `since` when,
    `outcome`, and `clock`. Dates are ISO 8601.
    """
    put = [ask for ask in asks if ask.addressee_id == addressee.pk]
    others = [ask for ask in asks if ask.addressee_id != addressee.pk]
    return [
        row(ask, number, put=number <= len(put), language=language, as_of=as_of) for number, ask in enumerate(put + others, 1)
    ]


def row(ask: Ask, number: int, *, put: bool, language: str, as_of: date) -> Row:
    """One ask as it stands on `as_of`."""
    since = next(
        (event.on for event in reversed(list(ask.events.all())) if event.axis == Axis.POSITION and event.after == ask.position),
        None,
    )
    return {
        "number": number,
        "ask": ask.number,
        "action": ask.action,
        "language": language_of(ask),
        "put": put,
        "addressee": name_in(ask.addressee, language),
        "asked_on": ask.asked_on.isoformat() if ask.asked_on else "",
        "earlier": earlier(ask, language),
        "position": str(ask.position),
        "since": since.isoformat() if since else "",
        "outcome": str(ask.outcome),
        "clock": clock(ask, as_of),
    }


def language_of(ask: Ask) -> str:
    """The language of the ask's own words: that of the document that states it, else the process's."""
    for link in ask.passages.all():
        if link.use == link.Use.STATES and link.passage.document.language:
            return link.passage.document.language
    return ask.process.language


def name_in(party: Party | None, language: str) -> str:
    """The party's full name in this language where one is on file, else its name."""
    if party is None:
        return ""
    names = [name.text for name in party.names.all() if name.language == language and name.use == name.Use.FULL]
    return party.name if party.name in names or not names else names[0]


def earlier(ask: Ask, language: str) -> list[Row]:
    """The communications on file in which the ask was put or answered, oldest first; for an escalated ask also its parent's."""
    found: dict[int, tuple[Communication, Ask]] = {}
    for one in (ask, ask.escalated_from):
        if one is not None and one.communication is not None:
            found.setdefault(one.communication.pk, (one.communication, one))
    for event in ask.events.all():
        if event.communication is not None:
            found.setdefault(event.communication.pk, (event.communication, ask))
    ordered = sorted(found.values(), key=lambda pair: (pair[0].day or date.max, pair[0].number))
    return [_earlier(communication, of, ask, language) for communication, of in ordered]


def _earlier(communication: Communication, of: Ask, ask: Ask, language: str) -> Row:
    parts = list(communication.parts.all())
    senders = [part.party for part in parts if part.part == _PART.FROM]
    return {
        "communication": communication.number,
        "dated": communication.dated,
        "kind": str(communication.kind),
        "reference": communication.reference,
        "ours": any(party.ours or party.pk == of.asker_id for party in senders),
        "elsewhere": of.pk != ask.pk,
        "to": name_in(of.addressee, language) if of.pk != ask.pk else "",
    }


def clock(ask: Ask, as_of: date) -> Row:
    """What can be said of the time on `as_of`: a state of `[clock]` in the language data, the day it speaks of, the deadline."""
    state, since = _state(ask)
    found: Row = {"state": state, "since": since.isoformat() if since else "", "as_of": as_of.isoformat()}
    if ask.due_on is not None:
        found |= {"due": ask.due_on.isoformat(), "basis": str(ask.due_basis), "basis_text": ask.due_basis_text}
    return found


def _state(ask: Ask) -> tuple[str, date | None]:
    if ask.position == Position.DRAFTED:
        return "with_this_letter", None
    if ask.position == Position.CLOSED or ask.outcome not in {Outcome.NONE, Outcome.PARTLY}:
        return "closed", None
    if ask.delivery == Delivery.BOUNCED:
        return "not_delivered", None
    if ask.position == Position.CLARIFICATION_ASKED:
        return "paused", None
    if is_silent(ask):
        return ("silent_acknowledged", ask.acknowledged_on) if ask.position == Position.ACKNOWLEDGED else ("silent", None)
    if ask.position in ANSWERED_POSITIONS:
        return "answered", ask.answered_on
    return ("replied", ask.last_reply_on) if ask.last_reply_on else ("", None)


def changed(before: list[Row], now: list[Row]) -> list[int]:
    """Numbers of the asks whose state is no longer what the table says; a mere change of the day of looking is none."""

    def bare(row: Row) -> Row:
        return {**row, "number": 0, "clock": {key: value for key, value in row["clock"].items() if key != "as_of"}}

    then = {row["ask"]: bare(row) for row in before}
    today = {row["ask"]: bare(row) for row in now}
    return sorted(ask for ask in then.keys() | today.keys() if then.get(ask) != today.get(ask))
