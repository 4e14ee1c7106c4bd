"""Checks that several use cases share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput

PHONE_DIGITS = 8  # the last ones, which stay the same with and without the codes before them


def may_register(actor: Actor, process: Process) -> None:
    """Raise `Forbidden` unless the actor may add and change records."""
    require_actor(actor, process, Permission.REGISTER)


def clean(text: Any, most: int = 250) -> str:
    """One line without surplus spaces, cut to what the field holds."""
    return " ".join(str(text or "").replace("\x00", "").split())[:most]


def phone_key(text: str) -> str:
    """The last eight digits of a telephone number; empty when there are fewer than five."""
    digits = "".join(filter(str.isdecimal, text)) if text.isascii() else "".join(str(int(ch)) for ch in text if ch.isdecimal())
    return digits[-PHONE_DIGITS:] if len(digits) >= 5 else ""


def not_in_future(day: date | None, field: str) -> None:
    """Raise `InvalidInput` for a day that has not come yet."""
    if day is not None and day > timezone.localdate():
        raise InvalidInput(_("The date %(day)s has not come yet.") % {"day": day.isoformat()}, _("Check the year."), field=field)


def same_process(process: Process, *records: Any) -> None:
    """Raise `InvalidInput` for a record of another process."""
    if any(record is not None and record.process_id != process.pk for record in records):
        raise InvalidInput(_("This record belongs to another process."), _("Choose one of this process."))


def is_open(household: Any) -> None:
    """Raise `Conflict` for a household that was merged or closed."""
    if household.closed_on is not None:
        raise Conflict(
            _("Household %(ref)s was closed on %(day)s.") % {"ref": household.ref, "day": household.closed_on.isoformat()},
            _("Take the step that closed it back first, or use the household it was merged into."),
        )
