"""Documents people hold or held. The number is sealed and can be found by its keyed hash alone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry.actions import checks
from wayhome.registry.models import IdentityDocument, Person
from wayhome.registry.sealing import Sealer
from wayhome.registry.states import SealedKind

FIELDS = ("kind", "issuer", "issued_on", "expires_on", "lost")


@transaction.atomic
def add(*, person: Person, actor: Actor, number: str = "", **fields: Any) -> IdentityDocument:
    """Record a document; its number, where it is known, is sealed.

    Raises:
        InvalidInput: neither a kind nor a number, or an end before the issue.
    """
    checks.may_register(actor, person.process)
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"not a field of a document: {sorted(unknown)}")
    values = {**fields, "kind": checks.clean(fields.get("kind"), 60), "issuer": checks.clean(fields.get("issuer"), 120)}
    number = checks.clean(number, 80)
    if not values["kind"] and not number:
        raise InvalidInput(_("Which document is it?"), _("Write its kind, its number, or both."), field="kind")
    checks.not_in_future(values.get("issued_on"), "issued_on")
    if values.get("issued_on") and values.get("expires_on") and values["expires_on"] < values["issued_on"]:
        raise InvalidInput(_("It would end before it was issued."), _("Check both dates."), field="expires_on")
    sealed = Sealer(person.process).seal(person, SealedKind.DOCUMENT_NUMBER, number) if number else None
    document = IdentityDocument.objects.create(person=person, number=sealed, **values)
    audit.record(
        "person.document_added",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "kind": document.kind},
    )
    return document


@transaction.atomic
def mark_lost(*, document: IdentityDocument, actor: Actor, lost: bool = True) -> IdentityDocument:
    """The document was lost or left behind; or it was found."""
    person = document.person
    checks.may_register(actor, person.process)
    document.lost = lost
    document.save(update_fields=["lost"])
    audit.record(
        "person.document_changed",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "kind": document.kind, "lost": lost},
    )
    return document


@transaction.atomic
def remove(*, document: IdentityDocument, actor: Actor) -> None:
    """Recorded in error: the document and its sealed number go."""
    person, kind = document.person, document.kind
    checks.may_register(actor, person.process)
    number = document.number
    document.delete()
    if number is not None:
        number.delete()
    audit.record(
        "person.document_removed",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "kind": kind},
    )
