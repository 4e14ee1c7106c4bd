"""Periods of keeping: what is due, and what the process decided is done with it. Also the process's other choices about data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry import changes
from wayhome.registry.actions import erasing
from wayhome.registry.models import Erasure, Person, RegistrySettings
from wayhome.registry.queries.retention import due

SETTINGS = ("photographs", "retention_months", "retention_deletes", "two_judges")


def settings_of(process: Process) -> RegistrySettings:
    """The process's choices, or the defaults where none were made."""
    return RegistrySettings.objects.filter(process=process).first() or RegistrySettings(process=process)


@transaction.atomic
def choose(*, process: Process, actor: Actor, **values: Any) -> RegistrySettings:
    """Change the process's choices: photographs, period, what happens at its end, two judges."""
    require_actor(actor, process, Permission.PRIVACY)
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise ValueError(f"no such setting: {sorted(unknown)}")
    if values.get("retention_months", 0) > 1200:
        raise InvalidInput(_("A period of more than a hundred years."), _("Write months; 0 for none."), field="retention_months")
    row, _made = RegistrySettings.objects.select_for_update().get_or_create(process=process)
    changed = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if changed:
        for name, (_before, value) in changed.items():
            setattr(row, name, value)
        row.save()
        audit.record("registry.settings_changed", actor=actor, subject=row, process_id=process.pk, detail=changed)
    return row


@transaction.atomic
def keep(*, person: Person, actor: Actor, until: date, reason: str) -> Person:
    """Keep a record until a day that was decided for it, for a reason."""
    require_actor(actor, person.process, Permission.PRIVACY)
    if until <= timezone.localdate():
        raise InvalidInput(_("The day has passed."), _("Choose a later one, or erase the record."), field="until")
    if len(reason.strip()) < 4:
        raise InvalidInput(_("Say why the record is kept longer."), field="reason")
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changes.apply(row, {"retain_until": until}, actor=actor, reason=reason)
    audit.record(
        "retention.kept",
        actor=actor,
        subject=row,
        process_id=row.process_id,
        detail={"person": row.ref, "until": until.isoformat(), "reason": reason.strip()[:200]},
    )
    return row


@dataclass(slots=True)
class Ran:
    """What one run did: how many were due, which were erased, and which wait for a decision with the words why."""

    due: int = 0
    erased: list[str] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)


def run(*, process: Process, actor: Actor, delete: bool | None = None, on: date | None = None, most: int | None = None) -> Ran:
    """Erase what is due, or only count it, by the process's setting; each record in a transaction of its own.

    Args:
        delete: overrides the setting; a person who may erase says so by hand.
        most: stop after so many.
    """
    require_actor(actor, process, Permission.PRIVACY)
    on = on or timezone.localdate()
    rows = due(process, on)
    ran = Ran(due=rows.count())
    if not (settings_of(process).retention_deletes if delete is None else delete):
        return ran
    for pk in list(rows.values_list("pk", flat=True)[:most]):
        # Somebody may have confirmed the household since the list was made.
        person = due(process, on).filter(pk=pk).select_related("process").first()
        if person is None:
            continue
        ref = person.ref
        try:
            erasing.erase(person=person, actor=actor, ground=Erasure.Ground.RETENTION)
        except Conflict as error:
            ran.waiting.append((ref, str(error.problem)))
        else:
            ran.erased.append(ref)
    with transaction.atomic():
        audit.record(
            "retention.run",
            actor=actor,
            process_id=process.pk,
            detail={"due": ran.due, "erased": len(ran.erased), "waiting": [ref for ref, _words in ran.waiting]},
        )
    return ran
