"""Field-level history: the one way to change fields of a person or household.

A whole-row history (django-simple-history was tried) stores every column of a million rows again, sealed ones too, and has to
be searched for what an erased person left in it; see docs/decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from wayhome.core.actors import Actor
from wayhome.registry.models import FieldChange, Household, Person


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value.pk) if hasattr(value, "pk") else str(value)


def apply(record: Person | Household, values: Mapping[str, Any], *, actor: Actor, reason: str = "") -> list[FieldChange]:
    """Set fields of a record and write what each was before. Inside the caller's transaction, with the caller's audit entry.

    Args:
        values: field name to new value; equal values change nothing and leave no trace.

    Returns:
        The changes written, one a field; empty when nothing differed, and then nothing is saved.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("changes.apply needs a transaction: wrap the change and its audit entry in transaction.atomic()")
    target = {"person": record} if isinstance(record, Person) else {"household": record}
    written = []
    for name, value in values.items():
        before, after = _text(getattr(record, name)), _text(value)
        if before == after:
            continue
        setattr(record, name, value)
        written.append(
            FieldChange(
                process_id=record.process_id,
                field=name,
                before=before,
                after=after,
                reason=reason[:250],
                by_id=actor.user_id,
                by_label=actor.label[:200],
                **target,
            )
        )
    if written:
        record.save(
            update_fields=[*(change.field for change in written), *(["changed_at"] if isinstance(record, Person) else [])]
        )
        FieldChange.objects.bulk_create(written)
    return written
