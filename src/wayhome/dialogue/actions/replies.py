"""A reply comes on file: a file, pasted words, a call or a meeting becomes a communication in the thread of what it answers.

What it says to each ask is decided afterwards (`actions.answers`); logging a reply moves no ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.actions.documents import add_file, add_text
from wayhome.dialogue.actions.threads import join_thread
from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Document, Incoming, Party
from wayhome.dialogue.states import Delivery

Kind = Communication.Kind
# What a reply can be called when it is written down, in the order in which it is offered.
REPLY_KINDS = (
    Kind.REPLY,
    Kind.ACKNOWLEDGEMENT,
    Kind.AUTOMATIC_REPLY,
    Kind.LETTER,
    Kind.EMAIL,
    Kind.NOTE_VERBALE,
    Kind.STATEMENT,
    Kind.OTHER,
)


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of logging: the communication, and whether it is new or the same file was on file as one already."""

    communication: Communication
    new: bool


def our_party(process: Process, asks: Iterable[Ask] = ()) -> Party | None:
    """Who speaks for the community: who put the asks, else the one marked so."""
    for ask in asks:
        if ask.asker_id is not None:
            return ask.asker
    return Party.objects.of(process).filter(ours=True, merged_into=None).order_by("pk").first()


def make_communication(
    *,
    process: Process,
    actor: Actor,
    kind: str,
    sender: Party,
    recipient: Party | None,
    on: date | None,
    document: Document | None = None,
    title: str = "",
    summary: str = "",
    reference: str = "",
    earlier: Communication | None = None,
    delivery: str = Delivery.RECEIVED,
) -> Communication:
    """Write a communication with its two parties and put it into its thread. Call inside a transaction; checks no permission."""
    row = Communication.objects.create(
        process=process,
        number=next_number(Communication, process),
        kind=kind,
        dated=on.isoformat() if on else "",
        day=on,
        title=" ".join(title.split())[:300],
        summary=summary,
        reference=reference.strip()[:100],
        document=document,
        delivery=delivery,
        delivered_on=on if delivery == Delivery.RECEIVED else None,
        added_by_id=actor.user_id,
    )
    row.thread = row.uid
    row.save(update_fields=["thread"])
    CommunicationParty.objects.create(communication=row, party=sender, part=CommunicationParty.Part.FROM)
    if recipient is not None and recipient.pk != sender.pk:
        CommunicationParty.objects.create(communication=row, party=recipient, part=CommunicationParty.Part.TO)
    audit.record(
        "communication.created",
        actor=actor,
        subject=row,
        process_id=process.pk,
        detail={"ref": row.ref, "dated": row.dated, "kind": str(kind), "from": sender.name},
    )
    if earlier is not None:
        join_thread(row, earlier, actor=actor)
    return row


def log_reply(
    *,
    process: Process,
    user: Any,
    sender: Party,
    on: date,
    kind: str = Kind.REPLY,
    file: tuple[str, bytes] | None = None,
    text: str = "",
    title: str = "",
    reference: str = "",
    earlier: Communication | None = None,
    asks: Iterable[Ask] = (),
    restricted: bool = False,
) -> Logged:
    """Write down that a party replied: by a file, or in words (pasted, or a note of a call or a meeting).

    Words become a document as well, so that what is said to an ask can be cited by its sentence. The same file logged again
    gives the communication that it became before.

    Raises:
        InvalidInput: no words and no file, a day in the future, a party of another process. TooLarge: over a limit.
    """
    require(user, process, Permission.ADD_DOCUMENT)
    asks = list(asks)
    if on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), _("Give the day on which it happened."), field="on")
    foreign = sender.process_id != process.pk or (earlier is not None and earlier.process_id != process.pk)
    if foreign or any(ask.process_id != process.pk for ask in asks):
        raise InvalidInput(_("This record belongs to another process."), field="sender")
    if file is None and not text.strip():
        raise InvalidInput(_("There are no words to keep."), _("Add a file, or write what was said."), field="text")
    with transaction.atomic():
        if file is not None:
            added = add_file(process=process, name=file[0], data=file[1], user=user, received_on=on, restricted=restricted)
        else:
            heading = title or f"{Kind(kind).label} {sender.name} {on.isoformat()}"
            added = add_text(process=process, text=text, user=user, title=heading, received_on=on, restricted=restricted)
        document = added.document
        known = None if added.new else Communication.objects.of(process).filter(document=document).order_by("pk").first()
        if known is not None:
            return Logged(known, False)
        if not document.text and file is None:
            # The words are known before any worker has looked: they can be cited at once.
            document.text = text.replace("\r\n", "\n").strip() + "\n"
            document.save(update_fields=["text"])
        actor = Actor.of(user)
        row = make_communication(
            process=process,
            actor=actor,
            kind=kind,
            sender=sender,
            recipient=our_party(process, asks),
            on=on,
            document=document,
            title=title or (str(Kind(kind).label) if kind in {Kind.PHONE, Kind.MEETING} else ""),
            summary=text.strip()[:2_000] if kind in {Kind.PHONE, Kind.MEETING} else "",
            reference=reference,
            earlier=earlier,
        )
        Incoming.objects.create(
            process=process,
            source=Incoming.Source.LOGGED,
            state=Incoming.State.DONE if kind == Kind.AUTOMATIC_REPLY else Incoming.State.FILED,
            key=f"logged:{row.uid}",
            subject=row.title or document.name,
            sender_name=sender.name[:200],
            sent_on=on.isoformat(),
            document=document,
            communication=row,
            party=sender,
            earlier=earlier,
            match=Incoming.Match.PERSON if earlier else "",
        )
        audit.record(
            "reply.logged",
            actor=actor,
            subject=row,
            process_id=process.pk,
            detail={"ref": row.ref, "document": document.ref, "asks": [ask.ref for ask in asks]},
        )
    return Logged(row, True)
