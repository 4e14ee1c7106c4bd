"""Scoped reads of documents: which a person may see, how far their reading is."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.dialogue.models import Document
from wayhome.dialogue.states import ProposalState

OPEN = Q(proposals__state=ProposalState.OPEN)
DECIDED = Q(proposals__state__in=[ProposalState.CONFIRMED, ProposalState.REJECTED, ProposalState.MERGED, ProposalState.SPLIT])


def documents(process: Process, access: Access) -> ScopedQuerySet[Document]:
    """Documents of the process that this access may see: restricted ones need their permission."""
    rows = Document.objects.of(process)
    return rows if access.may(Permission.VIEW_RESTRICTED) else rows.filter(restricted=False)


def document(process: Process, access: Access, number: int) -> Document:
    """One document by its number, or 404."""
    found = (
        documents(process, access)
        .filter(number=number)
        .select_related("process", "enclosed_in", "earlier_version", "added_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def with_counts(rows: ScopedQuerySet[Document]) -> ScopedQuerySet[Document]:
    """With `open_count` and `decided_count` of their proposals."""
    return rows.annotate(
        open_count=Count("proposals", filter=OPEN, distinct=True), decided_count=Count("proposals", filter=DECIDED, distinct=True)
    )


def waiting_before(row: Document) -> int:
    """How many documents are read before this one."""
    return Document.objects.filter(state__in=[Document.State.WAITING, Document.State.READING], pk__lt=row.pk).count()


def choices_of_earlier(process: Process, access: Access) -> list[tuple[int, str]]:
    """Documents of which a new file may be a newer version: number and title, the newest first."""
    rows = documents(process, access).filter(enclosed_in=None).order_by("-number")[:300]
    return [(row.number, f"{row.ref} {row}"[:120]) for row in rows.only("number", "title", "name", "process_id")]


def state_words(row: Document, open_count: int) -> dict[str, Any]:
    """What a row of the upload list shows: the chip's tone and whether to look again."""
    tones = {
        Document.State.WAITING: "wait",
        Document.State.READING: "wait",
        Document.State.READ: "ok",
        Document.State.FAILED: "late",
    }
    return {
        "tone": tones[Document.State(row.state)],
        "poll": row.state in (Document.State.WAITING, Document.State.READING),
        "open": open_count,
    }
