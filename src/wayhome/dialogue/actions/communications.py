"""A communication is corrected: what kind it is, when, of whom to whom. Delivery has its own steps (`actions.delivery`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.models import Communication, CommunicationParty, Party

EDITABLE = ("kind", "dated", "title", "reference", "summary")


@transaction.atomic
def correct(
    *, user: Any, communication: Communication, parts: dict[str, Iterable[Party]] | None = None, **changes: str
) -> Communication:
    """Change fields (`EDITABLE`) and parties; before and after go to the log. Clocks that run are not moved by it."""
    require(user, communication.process, Permission.REVIEW)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    if changes.get("dated") and first_day(changes["dated"]) is None:
        raise InvalidInput(
            _("“%(given)s” is no date.") % {"given": changes["dated"][:20]},
            _("Write it as 2023-04-07; where the day is not known, 2023-04 or 2023."),
            field="dated",
        )
    row = Communication.objects.select_for_update(of=("self",)).get(pk=communication.pk)
    before: dict[str, Any] = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    if "dated" in changes:
        row.day = first_day(row.dated)
    row.save()
    after: dict[str, Any] = dict(changes)
    if parts is not None:
        before["parties"] = _names(row)
        _set_parts(row, parts)
        after["parties"] = _names(row)
    if before != after:
        audit.record(
            "communication.corrected",
            actor=Actor.of(user),
            subject=row,
            process_id=row.process_id,
            detail={"ref": row.ref, "before": before, "after": after},
        )
    return row


def _names(row: Communication) -> list[str]:
    return sorted(f"{part.part}: {part.party.name}" for part in row.parts.select_related("party"))


def _set_parts(row: Communication, parts: dict[str, Iterable[Party]]) -> None:
    wanted = {(part, party.pk) for part, parties in parts.items() for party in parties}
    for one in row.parts.all():
        if (one.part, one.party_id) not in wanted:
            one.delete()  # one by one: a signal keeps the asks' silence in step
    for part, party in wanted:
        CommunicationParty.objects.get_or_create(communication=row, party_id=party, part=part)
