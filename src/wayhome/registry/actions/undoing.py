"""Taking back a whole import: its records go, those that people changed or built on since stay and are named."""

from __future__ import annotations

import logging

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.registry import naming
from wayhome.registry.actions.import_work import Tell
from wayhome.registry.models import (
    CandidatePair,
    Contact,
    Displacement,
    Erasure,
    Household,
    IdentityDocument,
    Import,
    Person,
    PersonName,
    PersonWord,
    SealedValue,
    SourceCells,
    SpecificNeed,
    StatusRecord,
)

logger = logging.getLogger(__name__)
S = Import.State
BATCH = 2_000
OWN = (PersonWord, PersonName, StatusRecord, Contact, IdentityDocument, SpecificNeed, SealedValue, SourceCells, Displacement)
"""Tables that an import fills for a person, in the order in which they can be emptied."""
_DERIVED = (CandidatePair,)
"""Tables that the machine fills: they go with the person."""


def changed_since(source: Import) -> set[int]:
    """Persons of an import that somebody changed, judged, or built on: an intention, a claim, a consent, another's head.

    Every table that points to a person and that neither the import nor the machine fills says that somebody built on it.
    """
    own = Person.objects.filter(source=source)
    if source.done_at is not None:
        changed = set(own.filter(changed_at__gt=source.done_at).values_list("pk", flat=True))
    else:
        changed = set()
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if model in OWN or model in _DERIVED or model is Person:
            continue
        field = relation.field.name
        rows = model._default_manager.filter(**{f"{field}__source": source})
        if model is Household:
            rows = rows.exclude(source=source)  # the head of a household that this import did not make
        changed.update(rows.values_list(f"{field}_id", flat=True))
    others = Person.objects.filter(identity__source=source).exclude(source=source)
    changed.update(others.values_list("identity_id", flat=True))
    changed.update(own.filter(identity__isnull=False).values_list("pk", flat=True))
    changed.discard(None)  # type: ignore[arg-type]
    return changed


def undo_now(source_id: int, actor: Actor = SYSTEM, tell: Tell | None = None) -> str:
    """Take back what is left of an import. Interrupted, it goes on where it was. Returns the state."""
    source = Import.objects.select_related("process", "undone_by").get(pk=source_id)
    if source.state != S.UNDOING:
        return source.state
    kept = changed_since(source)
    total = Person.objects.filter(source=source).count()
    gone = 0
    last = 0
    while True:
        rows = Person.objects.filter(source=source, pk__gt=last)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        last = ids[-1]
        ids = [pk for pk in ids if pk not in kept]
        with transaction.atomic():
            _remove(ids)
            Import.objects.filter(pk=source.pk).update(progress=gone + len(ids), total=total, touched_at=timezone.now())
        gone += len(ids)
        if tell:
            tell(gone, total)
    with transaction.atomic():
        households = _remove_households(source)
        naming.forget(source.process)
        left = [
            f"{Person.prefix}-{number:03d}"
            for number in Person.objects.filter(source=source).values_list("number", flat=True)[:200]
        ]
        locked = Import.objects.select_for_update().get(pk=source.pk)
        locked.state, locked.undone_at, locked.rows_done = S.UNDONE, timezone.now(), 0
        locked.counts = {**locked.counts, "removed": gone, "removed_households": households, "kept": len(kept)}
        locked.save()
        Erasure.objects.create(
            process=source.process,
            record=source.ref,
            record_uid=source.uid,
            ground=Erasure.Ground.IMPORT_UNDONE,
            by=source.undone_by,
        )
        audit.record(
            "import.undone",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "persons": gone, "households": households, "kept": left},
        )
    return S.UNDONE


def _remove(ids: list[int]) -> None:
    """Delete persons and what their import wrote for them; nothing else points to them (`changed_since`)."""
    if not ids:
        return
    Household.objects.filter(head__in=ids).update(head=None)
    CandidatePair.objects.filter(Q(left__in=ids) | Q(right__in=ids)).delete()
    Person.objects.filter(identity__in=ids).update(identity=None)
    for model in OWN:
        _delete(model, "person_id", ids)
    _delete(Person, "id", ids)


def _remove_households(source: Import) -> int:
    """Households of the import in which nobody is left and on which nobody built."""
    empty = Household.objects.filter(source=source, persons__isnull=True)
    for relation in Household._meta.related_objects:
        model = relation.related_model
        if model in {Person, Displacement}:
            continue
        empty = empty.exclude(
            pk__in=model._default_manager.filter(**{f"{relation.field.name}__isnull": False}).values(f"{relation.field.name}_id")
        )
    ids = list(empty.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        _delete(Displacement, "household_id", part)
        _delete(Household, "id", part)
    return len(ids)


def _delete(model: type[models.Model], column: str, ids: list[int]) -> None:
    """Delete by a list of keys without reading the rows first."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", part)  # noqa: S608 - names come from the models
