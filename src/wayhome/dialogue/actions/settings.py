"""A process's settings of the dialogue room: name, language, calendar, days."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue import clocks

EDITABLE = ("name", "language", "calendar", "answer_days", "soon_days", "long_overdue_days")


@transaction.atomic
def change_settings(*, process: Process, actor: Actor, **changes: Any) -> Process:
    """Change settings (`EDITABLE`). Deadlines that were set stay as they are; new ones follow the new settings."""
    require_actor(actor, process, Permission.MANAGE_PROCESS)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not a setting: {sorted(unknown)}")
    if "calendar" in changes:
        changes["calendar"] = clocks.check_calendar(changes["calendar"])
    if "name" in changes and not str(changes["name"]).strip():
        raise InvalidInput(_("A process needs a name."), field="name")
    if not 1 <= changes.get("answer_days", 1) <= clocks.LONGEST:
        raise InvalidInput(_("A clock runs for 0 to %(most)d working days.") % {"most": clocks.LONGEST}, field="answer_days")
    before = {name: getattr(process, name) for name in changes}
    for name, value in changes.items():
        setattr(process, name, value)
    if before != changes:
        process.save(update_fields=list(changes))
        audit.record(
            "process.settings", actor=actor, subject=process, process_id=process.pk, detail={"before": before, "after": changes}
        )
    return process
