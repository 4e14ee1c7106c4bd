"""Sending an approved letter, and filing it: document, communication, and the clocks of its asks, in one transaction.

By e-mail the letter leaves when the transaction is committed; when the mail server refuses it, the delivery is written down as
bounced, so the clocks stop, and it can be sent again. By post or by hand a person says on which day and with what proof.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import date
from email.utils import make_msgid
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.actions.asks import put
from wayhome.dialogue.actions.delivery import log_delivery
from wayhome.dialogue.actions.moves import add_note
from wayhome.dialogue.actions.steps import NewDeadline, append
from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Document, Letter, LetterVersion, Passage
from wayhome.dialogue.states import Axis, Basis, Delivery, LetterState, Position
from wayhome.outputs.actions.letters import current, write_step
from wayhome.outputs.composing import text
from wayhome.outputs.rendering.pdf import pdf
from wayhome.outputs.rendering.plain import plain
from wayhome.outputs.rendering.sheet import sheet

log = logging.getLogger(__name__)
_PART = CommunicationParty.Part


class Means(models.TextChoices):
    """How a letter leaves the house."""

    EMAIL = "email", _("By e-mail from here")
    POST = "post", _("By post")
    HAND = "hand", _("By hand")
    OTHER = "other", _("By other means")


@dataclass(frozen=True, slots=True)
class Sending:
    """How, when, and with what proof: a receipt number, a stamp, the name of who took it."""

    means: str
    on: date
    proof: str = ""


def _check(letter: Letter, version: LetterVersion, sending: Sending) -> None:
    today = timezone.localdate()
    if sending.means not in Means.values:
        raise InvalidInput(_("Say how the letter is sent."), field="means")
    if sending.on > today:
        raise InvalidInput(_("The day lies in the future."), _("Give the day on which it left."), field="on")
    if sending.means == Means.EMAIL and sending.on != today:
        raise InvalidInput(_("An e-mail from here leaves today."), _("For one sent before, choose “By other means”."), field="on")
    if sending.means == Means.EMAIL and not letter.addressee.email:
        raise InvalidInput(
            _("No e-mail address is on file for %(party)s.") % {"party": letter.addressee.name},
            _("Add it to the party, or send the letter by post or by hand."),
            field="means",
        )
    if sending.means != Means.EMAIL and not text.line(sending.proof):
        raise InvalidInput(
            _("A letter sent outside needs its proof: a posting receipt, a stamp, the name of who took it."), field="proof"
        )
    dated = version.head["dated"]
    if dated and date.fromisoformat(dated) > sending.on:
        raise Conflict(
            _("The letter is dated %(day)s, after the day of sending.") % {"day": dated},
            _("Send it from that day on, or take it back to draft and change its date."),
            code="dated_later",
        )
    if letter.answer_by is not None and letter.answer_by <= sending.on:
        raise Conflict(
            _("The day by which an answer is asked for has passed."),
            _("Take the letter back to draft and give a later day."),
            code="answer_day_passed",
        )


def send(*, letter: Letter, actor: Actor, seen: int, sending: Sending) -> Letter:
    """Send and file an approved letter.

    Every ask to the addressee becomes made, or is put again, with the deadline that the letter names; an own request never
    replaces a deadline by law or by promise. Asks to others get a note that they were enclosed for information.

    Raises:
        Conflict: not approved, a version that is not the approved one, a date that has passed.
        InvalidInput: no proof, no e-mail address, characters that the PDF cannot show.
    """
    version = current(letter)
    paper = sheet(version, unsent=False)
    _check(letter, version, sending)
    data = pdf(paper)  # before the transaction: it takes a while and changes nothing
    message_id = make_msgid("wayhome", settings.PUBLIC_URL.split("://")[-1].split(":")[0].split("/")[0] or "localhost")
    with transaction.atomic():
        locked = Letter.objects.select_for_update(of=("self",)).select_related("process", "sender", "addressee").get(pk=letter.pk)
        write_step(locked, LetterState.SENT, actor=actor, seen=seen, note=_said(sending))
        if current(locked).pk != version.pk:
            raise Conflict(_("The letter was changed meanwhile."), _("Read the page again."), code="changed_meanwhile")
        body = plain(paper)
        document = _file(locked, version, data, body, sending, actor, message_id)
        communication = _communicate(locked, version, document, sending, actor)
        _start_clocks(locked, communication, document, sending, actor)
        locked.communication = communication
        locked.save(update_fields=["communication"])
        audit.record(
            "letter.sent",
            actor=actor,
            subject=locked,
            process_id=locked.process_id,
            detail={
                "number": locked.number,
                "version": version.version,
                "means": sending.means,
                "on": sending.on.isoformat(),
                "communication": communication.number,
                "document": document.number,
                "sha256": document.sha256,
            },
        )
        if sending.means == Means.EMAIL:
            transaction.on_commit(partial(_deliver, locked.pk))
    letter.refresh_from_db()
    return letter


def _said(sending: Sending) -> str:
    return " · ".join(filter(None, [str(Means(sending.means).label), sending.on.isoformat(), text.line(sending.proof)]))


def file_name(letter: Letter, version: LetterVersion, suffix: str) -> str:
    """A file name that every system takes: the letter's number, its date, its subject in plain letters."""
    subject = slugify(version.subject)[:60] or "letter"
    return "-".join(filter(None, [letter.ref, version.head.get("dated", ""), subject])) + suffix


def _file(
    letter: Letter, version: LetterVersion, data: bytes, body: str, sending: Sending, actor: Actor, message_id: str
) -> Document:
    return Document.objects.create(
        process=letter.process,
        number=next_number(Document, letter.process),
        sha256=files.store(data),
        name=file_name(letter, version, ".pdf"),
        size=len(data),
        media_type="application/pdf",
        origin=Document.Origin.LETTER,
        state=Document.State.READ,
        title=version.subject,
        kind="letter",
        language=letter.language,
        text=body,
        dated=version.head["dated"] or sending.on.isoformat(),
        message_id=message_id if sending.means == Means.EMAIL else "",
        added_by_id=actor.user_id,
    )


def _answered(letter: Letter) -> Communication | None:
    """The latest communication from the addressee about these asks: what this letter replies to."""
    return (
        Communication.objects.of(letter.process)
        .filter(ask_events__ask__in=letter.asks.all(), parts__party=letter.addressee, parts__part=_PART.FROM)
        .order_by("-day", "-number")
        .first()
    )


def _communicate(letter: Letter, version: LetterVersion, document: Document, sending: Sending, actor: Actor) -> Communication:
    dated = version.head["dated"] or sending.on.isoformat()
    replied = _answered(letter)
    first = (
        Communication.objects.of(letter.process)
        .filter(asks__in=letter.asks.filter(addressee=letter.addressee))
        .order_by("day", "number")
        .first()
    )
    begun = replied or first
    received = sending.means == Means.HAND
    communication = Communication(
        process=letter.process,
        number=next_number(Communication, letter.process),
        kind=Communication.Kind.LETTER,
        dated=dated,
        day=date.fromisoformat(dated),
        title=version.subject,
        reference=version.head["reference"],
        document=document,
        in_reply_to=replied,
        delivery=Delivery.RECEIVED if received else Delivery.SENT,
        delivered_on=sending.on if received else None,
        delivery_proof=text.line(sending.proof)[:200],
        added_by_id=actor.user_id,
    )
    communication.thread = (begun.thread or begun.uid) if begun is not None else communication.uid
    communication.save()
    parts = [(letter.sender, _PART.FROM), (letter.addressee, _PART.TO), *((copy, _PART.COPY) for copy in letter.copies.all())]
    for party, part in parts:
        CommunicationParty.objects.create(communication=communication, party=party, part=part)
    audit.record(
        "communication.created",
        actor=actor,
        subject=communication,
        process_id=letter.process_id,
        detail={"number": communication.number, "letter": letter.number},
    )
    return communication


def _passage(document: Document, ask: Ask) -> Passage | None:
    """Where the letter states the ask: its own words in the text. A person may have put it otherwise; then there is none."""
    action = text.clean(ask.action)
    start = document.text.find(action) if action else -1
    if start < 0:
        return None
    end = start + len(action)
    paragraph = document.text.count("\n\n", 0, start) + 1
    return Passage.objects.get_or_create(
        document=document, start=start, end=end, defaults={"exact": action, "paragraph": paragraph}
    )[0]


def _deadline(letter: Letter, ask: Ask) -> NewDeadline | None:
    """The deadline that the letter sets for an ask. An own request leaves alone what law or the other side's word has set."""
    if letter.answer_by is None:
        return None
    stands = ask.due_on is not None and ask.due_basis in {Basis.LAW, Basis.PROMISE}
    if letter.answer_basis == Basis.REQUEST and (stands or ask.position in {Position.ACCEPTED, Position.DEFERRED}):
        return None
    # No count of working days goes with it: the letter names this very day, so a late receipt does not move it.
    return NewDeadline(letter.answer_by, letter.answer_basis, letter.answer_basis_text)


def _start_clocks(letter: Letter, communication: Communication, document: Document, sending: Sending, actor: Actor) -> None:
    for ask in letter.asks.select_related("process", "addressee").order_by("number"):
        if ask.position == Position.CLOSED:
            raise Conflict(
                _("%(ref)s was closed since the letter was written.") % {"ref": ask.ref},
                _("Take the letter back to draft and leave it out, or open the ask again."),
                code="closed",
            )
        if ask.addressee_id != letter.addressee_id:
            note = str(_("Enclosed for information in %(ref)s.")) % {"ref": communication.ref}
            add_note(ask=ask, actor=actor, note=note, communication=communication, permission=Permission.DECIDE)
            continue
        put(
            ask=ask,
            communication=communication,
            actor=actor,
            on=sending.on,
            passage=_passage(document, ask),
            deadline=_deadline(letter, ask),
        )


def message(letter: Letter) -> EmailMessage:
    """The e-mail that carries a sent letter: the same words, and the filed PDF."""
    communication = letter.communication
    assert communication is not None and communication.document is not None
    document = communication.document
    copies = [party.email for party in letter.copies.all() if party.email]
    headers = {"Message-ID": document.message_id} if document.message_id else {}
    replied = communication.in_reply_to
    if replied is not None and replied.document is not None and replied.document.message_id:
        headers["In-Reply-To"] = headers["References"] = replied.document.message_id
    mail = EmailMessage(
        subject=text.line(document.title),
        body=document.text,
        to=[letter.addressee.email],
        cc=copies,
        reply_to=[letter.sender.email] if letter.sender.email else None,
        headers=headers,
    )
    mail.attach(document.name, files.load(document.sha256), "application/pdf")
    return mail


def _deliver(letter_pk: int) -> bool:
    """Hand the letter to the mail server. A refusal is written down as bounced; True when it was taken."""
    letter = Letter.objects.select_related(
        "process", "sender", "addressee", "communication__document", "communication__in_reply_to__document"
    ).get(pk=letter_pk)
    try:
        message(letter).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        log.warning("letter %s of process %s was not taken by the mail server: %s", letter.ref, letter.process_id, error)
        _bounced(letter, error)
        return False
    return True


@transaction.atomic
def _bounced(letter: Letter, error: Exception) -> None:
    """Write down that the letter came back: the clocks that it started stop."""
    communication = letter.communication
    assert communication is not None
    log_delivery(
        communication=communication,
        delivery=Delivery.BOUNCED,
        actor=SYSTEM,
        on=timezone.localdate(),
        proof=f"{type(error).__name__}: {error}"[:200],
    )
    # Asks that were made in another communication keep its delivery; that this letter came back is told in their history.
    for ask in letter.asks.exclude(communication=communication).select_related("process", "addressee"):
        append(ask, Axis.NOTE, actor=SYSTEM, note=str(_("%(ref)s came back undelivered.")) % {"ref": communication.ref})


@transaction.atomic
def send_again(*, letter: Letter, actor: Actor) -> None:
    """Send a letter by e-mail once more after it bounced; its asks count as sent from today.

    Raises:
        Conflict: when it did not bounce.
    """
    require_actor(actor, letter.process, Permission.DECIDE)
    communication = letter.communication
    if letter.state != LetterState.SENT or communication is None or communication.delivery != Delivery.BOUNCED:
        raise Conflict(_("This letter did not come back."), code="not_bounced")
    if not letter.addressee.email:
        raise InvalidInput(_("No e-mail address is on file for %(party)s.") % {"party": letter.addressee.name}, field="means")
    log_delivery(
        communication=communication,
        delivery=Delivery.SENT,
        actor=actor,
        on=timezone.localdate(),
        proof=letter.addressee.email,
        permission=Permission.DECIDE,
    )
    for ask in letter.asks.filter(communication=communication).select_related("process", "addressee"):
        deadline = _deadline(letter, ask)
        if deadline is not None and deadline.due_on > timezone.localdate() and ask.due_on != deadline.due_on:
            append(ask, Axis.DEADLINE, actor=actor, communication=communication, deadline=deadline)
    transaction.on_commit(partial(_deliver, letter.pk))
