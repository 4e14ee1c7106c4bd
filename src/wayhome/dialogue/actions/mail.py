"""A mail comes in: kept once, told apart (a person's, a machine's, a bounce, a receipt), filed in its thread or left in the inbox.

Taking a mail in moves no ask's position. A bounce or a receipt that names one of our messages sets its delivery, which is what
a mail system reports and not what a person says. Everything else is decided by a person (`actions.answers`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, InvalidInput, WayhomeError
from wayhome.dialogue import bridge
from wayhome.dialogue.actions.delivery import log_delivery
from wayhome.dialogue.actions.documents import add_file
from wayhome.dialogue.actions.replies import make_communication, our_party
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.filenames import safe_name
from wayhome.dialogue.models import Communication, CommunicationParty, Document, Incoming, Party
from wayhome.dialogue.queries.threads import Earlier, find_earlier
from wayhome.dialogue.states import DELIVERY_STEPS, Delivery
from wayhome.engines.reading.envelope import Envelope, Report

Kind = Communication.Kind
Match = Incoming.Match
State = Incoming.State


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a mail; `new` is False when it was taken in before, and nothing was changed."""

    incoming: Incoming
    new: bool


def key_of(envelope: Envelope, digest: str) -> str:
    """What makes a mail the same mail: its Message-ID, or its bytes where it has none."""
    return envelope.message_id if 0 < len(envelope.message_id) <= 300 else f"sha256:{digest}"


def take_in(*, process: Process, data: bytes, source: str, actor: Actor = SYSTEM, name: str = "") -> Taken:
    """Take one mail into a process. Called by the fetch and import commands, whose user holds the database.

    The mail is kept whole and queued for reading; its attachments become enclosures when it is read.

    Raises:
        InvalidInput: no mail. TooLarge: over the upload limit. Nothing is kept then.
    """
    digest = hashlib.sha256(data).hexdigest()
    facts = bridge.envelope(data)
    key = key_of(facts, digest)
    known = Incoming.objects.of(process).filter(key=key).first()
    if known is not None:
        return Taken(known, False)
    received = timezone.localdate()
    with transaction.atomic():
        Process.objects.select_for_update().only("pk").get(pk=process.pk)  # two fetches at once take a mail in once
        known = Incoming.objects.of(process).filter(key=key).first()
        if known is not None:
            return Taken(known, False)
        # The row comes before the document, so that the reading of it finds it known.
        arrival = Incoming.objects.create(process=process, source=source, key=key, **_facts(facts, digest, len(data)))
        added = add_file(
            process=process,
            name=safe_name(name or facts.subject or "mail", "mail").removesuffix(".eml") + ".eml",
            data=data,
            actor=actor,
            origin=Document.Origin.MAIL,
            received_on=received,
        )
        arrival.document = added.document
        _keep_ids(added.document, facts)
        if facts.reports:
            _take_report(arrival, facts, actor)
        else:
            _place(arrival, facts, actor)
    return Taken(arrival, True)


def refuse(
    *, process: Process, key: str, envelope: Envelope | None, size: int, error: WayhomeError, actor: Actor = SYSTEM
) -> None:
    """Note a mail that was not taken in, once, so that a person learns of it and the next fetch does not try again."""
    with transaction.atomic():
        facts = _facts(envelope, "", size) if envelope else {"size": size}
        row, new = Incoming.objects.get_or_create(
            process=process,
            key=key[:320],
            defaults={
                **facts,
                "source": Incoming.Source.IMAP,
                "state": State.REFUSED,
                "problem": str(error.problem)[:400],
                "remedy": str(error.remedy)[:400],
            },
        )
        if new:
            audit.record("mail.refused", actor=actor, subject=row, process_id=process.pk, detail={"problem": row.problem})


def _facts(facts: Envelope, digest: str, size: int) -> dict[str, Any]:
    return {
        "subject": facts.subject[:300],
        "sender_name": facts.sender_name[:200],
        "sender": facts.sender[:320],
        "sent_on": facts.sent_on if first_day(facts.sent_on) else "",
        "automatic": facts.automatic[:120],
        "sha256": digest,
        "size": size,
    }


def _keep_ids(document: Document, facts: Envelope) -> None:
    """Threads work before the worker has read the mail."""
    if document.message_id:
        return
    document.message_id = facts.message_id[:300]
    document.references = [ref for ref in dict.fromkeys((facts.in_reply_to, *facts.references)) if ref]
    document.save(update_fields=["message_id", "references"])


def message_ids(facts: Envelope) -> list[str]:
    """The earlier messages a mail names, the nearest first."""
    return [ref for ref in dict.fromkeys((facts.in_reply_to, *reversed(facts.references))) if ref]


def _place(arrival: Incoming, facts: Envelope, actor: Actor) -> None:
    """File the mail where its own references and its sender leave no doubt; else leave it in the inbox with what is known."""
    process = arrival.process
    earlier = find_earlier(process, message_ids=message_ids(facts), text=facts.subject, exclude=arrival.document)
    party = party_of(process, facts.sender, earlier)
    arrival.party = party
    if earlier is not None:
        arrival.earlier, arrival.match = earlier.communication, earlier.match
    if earlier is not None and earlier.match == Match.MESSAGE and party is not None and not party.ours:
        _file(arrival, party=party, recipient=None, earlier=earlier.communication, kind="", actor=actor)
    arrival.save()
    audit.record(
        "mail.taken_in",
        actor=actor,
        subject=arrival,
        process_id=process.pk,
        detail={"state": arrival.state, "match": arrival.match, "automatic": bool(arrival.automatic), "size": arrival.size},
    )


def party_of(process: Process, address: str, earlier: Earlier | None = None) -> Party | None:
    """Whose address this is; else, for an answer to one of our letters, its only addressee when its address is not on file."""
    known = list(Party.objects.of(process).filter(email__iexact=address, merged_into=None)[:2]) if address else []
    if known:
        return known[0] if len(known) == 1 else None
    if earlier is None or earlier.match != Match.MESSAGE:
        return None
    to = [
        part.party
        for part in earlier.communication.parts.filter(part=CommunicationParty.Part.TO).select_related("party")
        if not part.party.ours
    ]
    if len(to) == 1 and (not to[0].email or same_domain(to[0].email, address)):
        return to[0]
    return None


def same_domain(one: str, other: str) -> bool:
    """Whether two addresses are of one mail domain."""
    return one.rpartition("@")[2].lower() == other.rpartition("@")[2].lower() != ""


def kind_of(arrival: Incoming) -> str:
    """What a filed mail is called before a person has read it."""
    return Kind.AUTOMATIC_REPLY if arrival.automatic else Kind.REPLY if arrival.earlier_id else Kind.EMAIL


def _file(
    arrival: Incoming, *, party: Party, recipient: Party | None, earlier: Communication | None, kind: str, actor: Actor
) -> Communication:
    process = arrival.process
    document = arrival.document
    existing = document.communications.order_by("pk").first() if document is not None else None
    on = first_day(arrival.sent_on) or timezone.localdate(arrival.created_at)
    row = existing or make_communication(
        process=process,
        actor=actor,
        kind=kind or kind_of(arrival),
        sender=party,
        recipient=recipient or (None if party.ours else our_party(process)),
        on=min(on, timezone.localdate()),  # a sender's clock may run ahead of ours
        document=document,
        title=arrival.subject,
        earlier=earlier,
        delivery=Delivery.SENT if party.ours else Delivery.RECEIVED,
    )
    arrival.communication, arrival.party = row, party
    arrival.state = State.DONE if row.kind == Kind.AUTOMATIC_REPLY or party.ours else State.FILED
    return row


def _take_report(arrival: Incoming, facts: Envelope, actor: Actor) -> None:
    """A bounce or a receipt: what it reports is written to the letter it names; the report itself is kept as a document."""
    arrival.state = State.REPORT
    earlier = find_earlier(arrival.process, message_ids=[report.original for report in facts.reports])
    if earlier is None:
        arrival.problem = _("It names no message that is on file.")
    else:
        arrival.earlier, arrival.match = earlier.communication, earlier.match
        arrival.problem = _apply(earlier.communication, facts.reports, facts.sent_on, actor)
    arrival.save()
    audit.record(
        "mail.report",
        actor=actor,
        subject=arrival,
        process_id=arrival.process_id,
        detail={"fates": [report.fate for report in facts.reports], "about": earlier.communication.ref if earlier else ""},
    )


def _apply(communication: Communication, reports: Iterable[Report], sent_on: str, actor: Actor) -> str:
    """Set the delivery that the reports prove; what they say, for the inbox. A bounce counts more than a receipt beside it."""
    reports = list(reports)
    on = min(first_day(sent_on) or timezone.localdate(), timezone.localdate())
    failed = next((one for one in reports if one.fate == "failed"), None)
    arrived = next((one for one in reports if one.fate in ("read", "deleted", "delivered")), None)
    if failed is not None and arrived is None:
        wanted, words = Delivery.BOUNCED, _failure_words(failed)
    elif arrived is not None:
        wanted, words = Delivery.RECEIVED, _receipt_words(arrived, on)
    else:
        return _("Not delivered yet; the mail system goes on trying.")
    before = Delivery(communication.delivery)
    if wanted in DELIVERY_STEPS[before]:
        log_delivery(communication=communication, delivery=wanted, actor=actor, on=on, proof=words[:200])
        return words[:400]
    if before == wanted:
        return words[:400]
    return _("%(words)s The letter's delivery stays “%(state)s”.") % {"words": words, "state": before.label}


def _failure_words(report: Report) -> str:
    return _("Not delivered to %(who)s: %(why)s") % {
        "who": report.recipient or _("the addressee"),
        "why": f"{report.status} {report.diagnostic}".strip() or _("no reason given"),
    }


def _receipt_words(report: Report, on: date) -> str:
    word = _("Delivery receipt") if report.fate == "delivered" else _("Read receipt")
    return f"{word}, {report.recipient or '?'}, {on.isoformat()}"


def assign(
    *,
    arrival: Incoming,
    user: Any,
    sender: Party,
    recipient: Party | None = None,
    earlier: Communication | None = None,
    kind: str = "",
) -> Communication:
    """A person says whose mail it is and what it answers; it becomes a communication.

    Raises:
        Conflict: somebody else did so already. InvalidInput: a record of another process.
    """
    process = arrival.process
    require(user, process, Permission.ADD_DOCUMENT)
    for row in (sender, recipient, earlier):
        if row is not None and row.process_id != process.pk:
            raise InvalidInput(_("This record belongs to another process."), field="sender")
    actor = Actor.of(user)
    with transaction.atomic():
        locked = Incoming.objects.select_for_update(of=("self",)).select_related("process", "document").get(pk=arrival.pk)
        if locked.state not in {State.INBOX, State.ASIDE}:
            raise Conflict(_("This was assigned already."), _("Load the inbox again."), code="assigned_already")
        locked.earlier = earlier
        locked.match = (locked.match if earlier and arrival.earlier_id == earlier.pk else Match.PERSON) if earlier else ""
        row = _file(locked, party=sender, recipient=recipient, earlier=earlier, kind=kind, actor=actor)
        locked.decided_by_id, locked.decided_at = actor.user_id, timezone.now()
        locked.save()
        _remember_address(sender, locked.sender, actor)
        audit.record(
            "mail.assigned",
            actor=actor,
            subject=locked,
            process_id=process.pk,
            detail={"communication": row.ref, "from": sender.name, "answers": earlier.ref if earlier else ""},
        )
    return row


def _remember_address(party: Party, address: str, actor: Actor) -> None:
    """The next mail from this address is known."""
    if party.email or not address:
        return
    party.email = address[:254]
    party.save(update_fields=["email"])
    audit.record("party.address", actor=actor, subject=party, process_id=party.process_id, detail={"email": party.email})


def put_aside(*, arrival: Incoming, user: Any) -> None:
    """Take something out of the inbox without filing it; the document stays on file and it can be assigned later."""
    require(user, arrival.process, Permission.ADD_DOCUMENT)
    actor = Actor.of(user)
    with transaction.atomic():
        locked = Incoming.objects.select_for_update(of=("self",)).get(pk=arrival.pk)
        if locked.state not in {State.INBOX, State.REFUSED, State.REPORT}:
            raise Conflict(_("This is not in the inbox any more."), _("Load the inbox again."), code="not_in_inbox")
        locked.state, locked.decided_by_id, locked.decided_at = State.ASIDE, actor.user_id, timezone.now()
        locked.save(update_fields=["state", "decided_by", "decided_at"])
        audit.record("mail.set_aside", actor=actor, subject=locked, process_id=locked.process_id)


def take_document(document_id: int) -> None:
    """A mail file that somebody uploaded goes the way of a mail that was fetched. Called after it was read (`arrivals`)."""
    from wayhome.core import files

    document = Document.objects.filter(pk=document_id, enclosed_in=None).select_related("process").first()
    if document is None or document.arrivals.exists():
        return
    try:
        data = files.load(document.sha256)
        facts = bridge.envelope(data)
    except (FileNotFoundError, WayhomeError):
        return
    process, key = document.process, key_of(facts, document.sha256)
    with transaction.atomic():
        if Incoming.objects.of(process).filter(key=key).exists():
            return
        arrival = Incoming(
            process=process, source=Incoming.Source.FILE, key=key, document=document, **_facts(facts, document.sha256, len(data))
        )
        known = document.communications.order_by("pk").first()
        if facts.reports:
            arrival.save()
            _take_report(arrival, facts, SYSTEM)
        elif known is not None:
            arrival.communication, arrival.state = known, State.DONE
            arrival.save()
        else:
            arrival.save()
            _place(arrival, facts, SYSTEM)


def too_large(size: int) -> WayhomeError:
    """The error for a mail that is not even downloaded."""
    return InvalidInput(
        _("The mail has %(size)s; the limit is %(limit)s.")
        % {"size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        _("It stays in the mail box. Save the attachments that matter and upload them."),
    )
