"""Documents come in: a file, pasted words, what is attached to a mail; they are read, read again, marked restricted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, TooLarge
from wayhome.dialogue import search
from wayhome.dialogue.filenames import safe_name
from wayhome.dialogue.models import Document

LONGEST_PASTE = 1_000_000  # characters


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a file: its document, and whether it is new or was on file already (then nothing was changed)."""

    document: Document
    new: bool


def add_file(
    *,
    process: Process,
    name: str,
    data: bytes,
    user: Any = None,
    actor: Actor | None = None,
    origin: str = Document.Origin.UPLOAD,
    received_on: date | None = None,
    restricted: bool = False,
    earlier: Document | None = None,
    enclosed_in: Document | None = None,
    read: bool = True,
) -> Added:
    """Keep a file and queue it for reading.

    Args:
        user: who adds it, checked for the permission; None only for jobs and commands, which give an `actor`.
        earlier: the document of which this is a newer version; its decisions are carried over when this one is read.
        read: False keeps the file without queueing it (an import, a test).

    Raises:
        InvalidInput: the file is empty. TooLarge: it is over the limit.
    """
    if user is not None:
        require(user, process, Permission.ADD_DOCUMENT)
        actor = actor or Actor.of(user)
    if actor is None:
        raise ValueError("a user or an actor is needed")
    name = safe_name(name)
    if not data:
        raise InvalidInput(
            _("%(name)s is empty (0 bytes).") % {"name": name}, _("Check that it was saved completely, then add it again.")
        )
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            _("%(name)s has %(size)s; the limit is %(limit)s.")
            % {"name": name, "size": filesizeformat(len(data)), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
            _("Split it, or save it without its pictures."),
        )
    digest = hashlib.sha256(data).hexdigest()
    known = Document.objects.of(process).filter(sha256=digest, enclosed_in=enclosed_in).first()
    if known is not None:
        return Added(known, False)
    files.store(data)
    try:
        with transaction.atomic():
            document = Document.objects.create(
                process=process,
                number=next_number(Document, process),
                sha256=digest,
                name=name,
                size=len(data),
                origin=origin,
                received_on=received_on,
                restricted=restricted or bool(enclosed_in and enclosed_in.restricted) or bool(earlier and earlier.restricted),
                earlier_version=earlier,
                enclosed_in=enclosed_in,
                added_by=user,
            )
            audit.record(
                "document.added",
                actor=actor,
                subject=document,
                process_id=process.pk,
                detail={"ref": document.ref, "name": name, "sha256": digest, "size": len(data), "origin": str(origin)},
            )
            if read:
                queue(document)
    except IntegrityError:
        # Somebody else added the same file between the look and the write.
        known = Document.objects.of(process).filter(sha256=digest, enclosed_in=enclosed_in).first()
        if known is None:
            raise
        return Added(known, False)
    return Added(document, True)


def add_text(
    *, process: Process, text: str, user: Any, title: str = "", received_on: date | None = None, restricted: bool = False
) -> Added:
    """Keep pasted words as a document."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidInput(_("There are no words to add."), _("Paste the text of the letter into the field."), field="text")
    if len(text) > LONGEST_PASTE:
        raise TooLarge(
            _("The text has %(n)s characters; the limit is %(most)s.") % {"n": len(text), "most": LONGEST_PASTE},
            _("Save it as a file and add the file."),
            field="text",
        )
    name = safe_name((title or text.split("\n", 1)[0])[:80]) + ".txt"
    return add_file(
        process=process,
        name=name,
        data=(text + "\n").encode(),
        user=user,
        origin=Document.Origin.TYPED,
        received_on=received_on,
        restricted=restricted,
    )


def queue(document: Document) -> None:
    """Have the document read by a worker as soon as the transaction is committed."""
    from wayhome.dialogue import jobs

    pk = document.pk
    transaction.on_commit(lambda: jobs.read.enqueue(pk))


def read_again(*, user: Any, document: Document) -> None:
    """Queue a document once more; what people decided about it stays (see `actions.reading`)."""
    require(user, document.process, Permission.REVIEW)
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.state == Document.State.WAITING:
            raise Conflict(_("%(ref)s already waits to be read.") % {"ref": locked.ref}, _("Look again in a minute."))
        locked.state = Document.State.WAITING
        locked.save(update_fields=["state"])
        audit.record("document.queued", actor=Actor.of(user), subject=locked, process_id=locked.process_id)
        queue(locked)
    document.state = locked.state


def set_restricted(*, user: Any, document: Document, restricted: bool) -> None:
    """Mark a document, with what is enclosed in it, as seen only by roles that may see restricted ones; or take that back."""
    require(user, document.process, Permission.VIEW_RESTRICTED)
    require(user, document.process, Permission.REVIEW)
    with transaction.atomic():
        changed = Document.objects.filter(pk=document.pk) | Document.objects.filter(enclosed_in=document)
        ids = list(changed.values_list("pk", flat=True))
        Document.objects.filter(pk__in=ids).update(restricted=restricted)
        search.restriction_changed(ids)
        audit.record(
            "document.restricted" if restricted else "document.unrestricted",
            actor=Actor.of(user),
            subject=document,
            process_id=document.process_id,
            detail={"ref": document.ref},
        )
    document.restricted = restricted


def record_reading_by(*, user: Any, document: Document, how: str) -> None:
    """Log that a person read or took out a restricted document; for others nothing is written."""
    if not document.restricted:
        return
    with transaction.atomic():
        audit.record(
            "document.read",
            actor=Actor.of(user),
            subject=document,
            process_id=document.process_id,
            detail={"ref": document.ref, "how": how},
        )
