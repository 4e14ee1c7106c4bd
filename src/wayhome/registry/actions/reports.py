"""The report a person is handed: everything on file about them, sealed values opened for that purpose and logged."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry.models import Person, SealedValue
from wayhome.registry.sealing import Sealer


@transaction.atomic
def open_everything(*, person: Person, actor: Actor, purpose: str) -> dict[int, str]:
    """The person's sealed values in plain, by key, for the report. Each opening is an entry of its own in the log.

    Raises:
        Forbidden: the role does not open sealed values. InvalidInput: no purpose was given.
    """
    require_actor(actor, person.process, Permission.OPEN_SEALED)
    purpose = " ".join(purpose.split())[:200]
    if len(purpose) < 4:
        raise InvalidInput(
            _("Say what the report is for."), _("A few words are enough; they are kept in the log."), field="purpose"
        )
    values = list(SealedValue.objects.filter(person=person))
    opened = {}
    sealer = Sealer(person.process) if values else None
    for value in values:
        assert sealer is not None
        opened[value.pk] = sealer.decrypt(value, person.uid)
        audit.record(
            "sealed.opened",
            actor=actor,
            subject=person,
            process_id=person.process_id,
            detail={"person": person.ref, "kind": value.kind, "value": value.pk, "purpose": purpose},
        )
    audit.record(
        "person.reported",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "purpose": purpose, "sealed": len(opened)},
    )
    return opened
