"""Publish, hold back, redact. Nothing becomes public by itself; every step is logged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.models import Communication, Document, Event, Passage, Redaction, TimelineItem

Subject = Communication | Event


def _item(subject: Subject) -> TimelineItem:
    key = "communication" if isinstance(subject, Communication) else "event"
    item, _new = TimelineItem.objects.select_for_update().get_or_create(**{key: subject}, defaults={"process": subject.process})
    return item


@transaction.atomic
def edit(
    *,
    subject: Subject,
    user: Any,
    published: bool,
    embargo_until: datetime | None = None,
    summary: str = "",
    passages: Iterable[Passage] = (),
    show_document: bool = False,
) -> TimelineItem:
    """Say what the public sees of a communication or an event.

    Raises:
        InvalidInput: a restricted document, or passages of another document.
    """
    require(user, subject.process, Permission.PUBLISH)
    chosen = list(passages)
    document = subject.document if isinstance(subject, Communication) else None
    if published and document is not None and document.restricted:
        raise InvalidInput(
            _("The document of this communication is restricted; it cannot be published."),
            _("Lift the restriction on the document's page first, or leave the entry unpublished."),
            field="published",
        )
    if any(document is None or passage.document_id != document.pk for passage in chosen):
        raise InvalidInput(_("A passage belongs to another document."), field="passages")
    item = _item(subject)
    before = {"published": item.published, "embargo_until": item.embargo_until, "show_document": item.show_document}
    item.published, item.embargo_until, item.summary = published, embargo_until, summary.strip()[:400]
    item.show_document = show_document and document is not None
    item.by = user
    item.save()
    item.passages.set(chosen)
    audit.record(
        "timeline.published" if published else "timeline.held_back",
        actor=Actor.of(user),
        subject=item,
        process_id=subject.process_id,
        detail={
            "of": subject.ref if isinstance(subject, Communication) else f"event {subject.pk}",
            "published": [before["published"], published],
            "embargo_until": [before["embargo_until"], embargo_until],
            "show_document": [before["show_document"], item.show_document],
            "passages": len(chosen),
        },
    )
    return item


@transaction.atomic
def publish_many(*, process: Process, subjects: Iterable[Subject], user: Any, published: bool) -> tuple[int, list[str]]:
    """Publish or hold back several as they stand; the number done, and why each other one was not."""
    done, problems = 0, []
    for subject in subjects:
        item = getattr(subject, "timeline_item", None)
        try:
            edit(
                subject=subject,
                user=user,
                published=published,
                embargo_until=item.embargo_until if item else None,
                summary=item.summary if item else "",
                passages=item.passages.all() if item else (),
                show_document=item.show_document if item else False,
            )
            done += 1
        except InvalidInput as error:
            problems.append(f"{subject}: {error}")
    return done, problems


@transaction.atomic
def redact(*, document: Document, start: int, end: int, quote: str, reason: str, user: Any) -> Redaction:
    """Withhold words of a document from the public, for good reason and until it is taken back."""
    require(user, document.process, Permission.PUBLISH)
    if not 0 <= start < end <= len(document.text) or " ".join(document.text[start:end].split()) != " ".join(quote.split()):
        raise InvalidInput(
            _("The selected words are not the ones that stand there; the document may have been read again."),
            _("Load the page again and select the words once more."),
            field="quote",
        )
    redaction = Redaction.objects.create(document=document, start=start, end=end, reason=reason.strip()[:200], by=user)
    audit.record(
        "timeline.redacted",
        actor=Actor.of(user),
        subject=document,
        process_id=document.process_id,
        detail={"start": start, "end": end, "reason": redaction.reason},
    )
    return redaction


@transaction.atomic
def unredact(*, redaction: Redaction, user: Any) -> None:
    """Show the words again."""
    require(user, redaction.document.process, Permission.PUBLISH)
    audit.record(
        "timeline.unredacted",
        actor=Actor.of(user),
        subject=redaction.document,
        process_id=redaction.document.process_id,
        detail={"start": redaction.start, "end": redaction.end},
    )
    redaction.delete()


@transaction.atomic
def open_timeline(*, process: Process, user: Any, public: bool, lede: str) -> None:
    """Put the public page of a process on or off."""
    require(user, process, Permission.PUBLISH)
    locked = Process.objects.select_for_update().get(pk=process.pk)
    locked.public, locked.public_lede = public, lede.strip()[:2000]
    locked.save(update_fields=["public", "public_lede"])
    audit.record("timeline.opened" if public else "timeline.closed", actor=Actor.of(user), subject=locked, process_id=locked.pk)
