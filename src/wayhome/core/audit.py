"""The hash-chained audit log.

`record` appends one entry inside the caller's transaction, so a change and its entry are committed together or not at all.
Every entry's digest is SHA-256 over a canonical JSON of its fields and the digest before it; `verify` walks the chain and
names the first entry that was altered, removed or moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from wayhome.core.actors import Actor
from wayhome.core.models import AuditEntry, AuditHead

ZERO = "0" * 64
_LOCK = 0x57A1_40E5  # an arbitrary constant: the PostgreSQL advisory lock that orders appends


def _digest(fields: dict[str, Any]) -> str:
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _fields(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor_id": entry.actor_id,
        "actor_label": entry.actor_label,
        "via": entry.via,
        "action": entry.action,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "process_id": entry.process_id,
        "detail": entry.detail,
        "previous": entry.previous,
    }


def record(
    action: str,
    *,
    actor: Actor,
    subject: models.Model | None = None,
    process_id: int | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append one entry.

    Args:
        action: what was done, as `room.verb`, e.g. `ask.confirmed`, `document.read`.
        detail: plain JSON values; never the content of a sealed field.

    Raises:
        RuntimeError: outside a transaction, where the change could be committed without its entry.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record needs a transaction: wrap the change and its entry in transaction.atomic()")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    entry = AuditEntry(
        seq=head.seq + 1,
        at=at or timezone.now(),
        actor_id=actor.user_id,
        actor_label=actor.label[:200],
        via=actor.via,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        process_id=process_id,
        detail=json.loads(json.dumps(detail or {}, default=str)),
        previous=head.digest,
    )
    entry.digest = _digest(_fields(entry))
    entry.save(force_insert=True)
    head.seq, head.digest = entry.seq, entry.digest
    head.save(update_fields=["seq", "digest"])
    return entry


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the chain, at entry number `seq`."""

    seq: int
    problem: str


def verify(start: int = 1) -> Iterator[Fault]:
    """Yield every fault from entry `start` on: altered, removed, moved, or cut off at the end. Reads in batches."""
    expected = start
    previous = ZERO
    if start > 1:
        before = AuditEntry.objects.filter(seq=start - 1).first()
        previous = before.digest if before else ZERO
    with transaction.atomic():
        head = AuditHead.objects.filter(id=1).first()
        for entry in AuditEntry.objects.filter(seq__gte=start).order_by("seq").iterator(chunk_size=2000):
            while expected < entry.seq:
                yield Fault(expected, "removed: no entry with this number")
                expected += 1
                previous = entry.previous  # the gap is named once; the next entry is judged by its own content
            if entry.previous != previous:
                yield Fault(entry.seq, "moved or replaced: does not continue the entry before it")
            if _digest(_fields(entry)) != entry.digest:
                yield Fault(entry.seq, "altered: its content does not give its digest")
            previous = entry.digest
            expected = entry.seq + 1
        if head is not None and head.seq >= expected:
            for seq in range(expected, head.seq + 1):
                yield Fault(seq, "removed: cut off at the end of the log")
        elif head is not None and head.digest != previous:
            yield Fault(head.seq, "altered: the end of the log is not the one last written")
