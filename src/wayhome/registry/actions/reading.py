"""Reading a person's or a household's page is logged, like every opening of a sensitive record."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.registry.models import Household, Person


@transaction.atomic
def log_person(person: Person, *, actor: Actor, page: str = "page") -> None:
    """Somebody read what is on file about a person."""
    audit.record(
        "person.read", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref, "page": page}
    )


@transaction.atomic
def log_household(household: Household, *, actor: Actor, page: str = "page") -> None:
    """Somebody read what is on file about a household and its people."""
    audit.record(
        "household.read",
        actor=actor,
        subject=household,
        process_id=household.process_id,
        detail={"household": household.ref, "page": page},
    )


@transaction.atomic
def log_found(process: Any, *, actor: Actor, found: int) -> None:
    """Somebody looked for a person by a document number and found one. The number is not written down."""
    audit.record("sealed.found", actor=actor, process_id=process.pk, detail={"kind": "document", "found": found})
