"""A confirmed proposal becomes rows: a communication, an ask with its clock, a commitment, a silence, a statement, an event.

`make` writes the rows and says what it wrote, as a list of `[model label, primary key]`; `unmake` takes them back as long as
nothing else rests on them; `settle` ties together what was confirmed in another order than it was said.
Called by `actions.proposals` inside its transaction; checks no permission itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.actions import asks as ask_actions
from wayhome.dialogue.actions import commitments as commitment_actions
from wayhome.dialogue.actions.steps import NewDeadline
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.desk import Desk, due_on
from wayhome.dialogue.models import (
    Account,
    Ask,
    AskPassage,
    Communication,
    CommunicationParty,
    Event,
    Mention,
    Party,
    PartyName,
    Proposal,
    Silence,
    Statement,
)
from wayhome.dialogue.names import analyse
from wayhome.dialogue.parties import Resolution
from wayhome.dialogue.payloads import Reference
from wayhome.dialogue.relations import is_used
from wayhome.dialogue.states import Basis, Delivery, Position, ProposalState

Made = list[list[Any]]
Part = CommunicationParty.Part
_BODIES = (Party.Kind.STATE, Party.Kind.ORGANISATION, Party.Kind.COMMUNITY)


def make(*, proposal: Proposal, desk: Desk, actor: Actor) -> Made:
    """Write the rows of a proposal and point it at them."""
    made: Made = []
    maker = {
        Proposal.Kind.COMMUNICATION: _communication,
        Proposal.Kind.ASK: _ask,
        Proposal.Kind.COMMITMENT: _commitment,
        Proposal.Kind.SILENCE: _silence,
        Proposal.Kind.STATEMENT: _statement,
        Proposal.Kind.EVENT: _event,
    }[Proposal.Kind(proposal.kind)]
    maker(proposal, desk, actor, made)
    return made


def party_for(ref: Reference | None, desk: Desk, actor: Actor, made: Made, *, field: str) -> Party | None:
    """The record a reference means; a new one when nothing on file fits.

    Raises:
        InvalidInput: several records fit, or "Your Excellency" where nobody is addressed: a person must choose.
    """
    if not ref:
        return None
    found = desk.resolve(ref)
    if found.party is not None:
        _remember(found, ref, desk)
        return found.party
    if not found.new_name:
        raise InvalidInput(
            _("It is not clear who is meant by “%(words)s”.") % {"words": ref["text"]},
            _("Correct the proposal and choose the party, or confirm first the communication that this document is."),
            field=field,
        )
    if found.unclear:
        names = ", ".join(one.party.name for one in found.candidates[:3])
        raise InvalidInput(
            _("“%(words)s” may mean several parties: %(names)s.") % {"words": ref["text"], "names": names},
            _("Correct the proposal and choose the party."),
            field=field,
        )
    return _new_party(found, ref, desk, actor, made)


def _new_party(found: Resolution, ref: Reference, desk: Desk, actor: Actor, made: Made) -> Party:
    name = analyse(found.new_name)
    of = None
    if name.title or name.government:
        fitting = [
            party
            for party in desk.index.parties.values()
            if party.kind in _BODIES and name.body and name.body == analyse(party.name).words
        ]
        of = fitting[0] if len(fitting) == 1 else None
    party = Party.objects.create(process=desk.document.process, name=found.new_name, kind=found.new_kind, of=of)
    made.append(["dialogue.Party", party.pk])
    PartyName.objects.create(party=party, text=party.name, language=desk.document.language, use=PartyName.Use.FULL)
    if ref["text"] and ref["text"] != party.name:
        PartyName.objects.get_or_create(
            party=party, text=ref["text"], language=desk.document.language, defaults={"use": PartyName.Use.MENTION}
        )
    audit.record("party.created", actor=actor, subject=party, process_id=party.process_id, detail={"name": party.name})
    if party.kind in _BODIES:
        _gather_members(party, desk, actor)
    desk.index.add(party)
    desk.setting.named.add(party.pk)
    desk.forget()
    return party


def _gather_members(body: Party, desk: Desk, actor: Actor) -> None:
    """Offices and persons on file whose title names this body belong to it from now on; a choice of a person is not changed."""
    words = analyse(body.name).words
    for party in desk.index.parties.values():
        name = analyse(party.name)
        if party.of_id is None and words and (name.title or name.government) and name.body == words:
            party.of = body
            party.save(update_fields=["of"])
            audit.record(
                "party.changed",
                actor=actor,
                subject=party,
                process_id=party.process_id,
                detail={"before": {"of": ""}, "after": {"of": body.name}},
            )


def _remember(found: Resolution, ref: Reference, desk: Desk) -> None:
    """A wording that a person tied to a record is tied to it from now on; "Your Excellency" and "we" never are."""
    words = ref["text"]
    party = found.party
    if party is None or not words or not (ref.get("party") or ref.get("name")):
        return
    if analyse(words).deictic or analyse(words).key == analyse(party.name).key:
        return
    _row, new = PartyName.objects.get_or_create(
        party=party, text=words, language=desk.document.language, defaults={"use": PartyName.Use.MENTION}
    )
    if new:
        desk.index.remember(party, words)


def _communication(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    payload, document = proposal.payload, desk.document
    senders = [party_for(ref, desk, actor, made, field="from") for ref in payload.get("from") or ()]
    recipients = [party_for(ref, desk, actor, made, field="to") for ref in payload.get("to") or ()]
    copies = [party_for(ref, desk, actor, made, field="copy") for ref in payload.get("copy") or ()]
    own = bool(payload.get("this_document"))
    if not senders and not recipients:
        raise InvalidInput(
            _("A communication needs at least one party: who wrote, or to whom."),
            _("Correct the proposal and name one."),
            field="from",
        )
    _speaks_for_us(senders, own, actor)  # before the row is made: what we wrote was sent, not received
    row = _chosen_communication(proposal, desk)
    if row is None:
        ours = _are_ours(senders, desk)
        dated = payload.get("date") or ""
        row = Communication.objects.create(
            process=document.process,
            number=next_number(Communication, document.process),
            kind=payload.get("kind") or Communication.Kind.LETTER,
            dated=dated,
            day=first_day(dated) or (document.received_on if own else None),
            title=payload.get("title") or (document.title if own else ""),
            document=document if own else None,
            delivery=Delivery.SENT if ours else Delivery.RECEIVED,
            added_by_id=actor.user_id,
        )
        row.thread = row.uid
        row.save(update_fields=["thread"])
        made.append(["dialogue.Communication", row.pk])
        audit.record(
            "communication.created", actor=actor, subject=row, process_id=row.process_id, detail={"ref": row.ref, "dated": dated}
        )
    elif own and row.document_id is None:
        row.document = document
        row.save(update_fields=["document"])
        made.append(["document", row.pk])
    for part, parties in ((Part.FROM, senders), (Part.TO, recipients), (Part.COPY, copies)):
        for party in parties:
            if party is None:
                continue
            link, new = CommunicationParty.objects.get_or_create(communication=row, party=party, part=part)
            if new:
                made.append(["dialogue.CommunicationParty", link.pk])
    mention, new = Mention.objects.get_or_create(communication=row, passage=proposal.passage)
    if new:
        made.append(["dialogue.Mention", mention.pk])
    proposal.communication = row


def _chosen_communication(proposal: Proposal, desk: Desk) -> Communication | None:
    chosen = proposal.payload.get("existing")
    if chosen == "new":
        return None
    if chosen:
        row = Communication.objects.of(desk.document.process).filter(pk=chosen).first()
        if row is None:
            raise InvalidInput(_("The communication that was chosen is no longer on file."), field="existing")
        return row
    same = desk.existing_communication(proposal.payload)
    return same[0].row if same and same[0].sure else None


def _speaks_for_us(senders: list[Party | None], own: bool, actor: Actor) -> None:
    """The first community that writes in a process is the one whose process it is; shown on the card before it is confirmed.

    Also when its record was made a moment before, with an earlier letter of which the document speaks.
    """
    if not own or len(senders) != 1 or senders[0] is None:
        return
    party = senders[0]
    if party.kind != Party.Kind.COMMUNITY or Party.objects.of(party.process).filter(ours=True).exists():
        return
    party.ours = True
    party.save(update_fields=["ours"])
    audit.record("party.ours", actor=actor, subject=party, process_id=party.process_id)


def _are_ours(senders: list[Party | None], desk: Desk) -> bool:
    """Whether our own side wrote it. While nobody is marked so, the community whose document speaks of its earlier letter will be."""
    if any(party and party.ours for party in senders):
        return True
    own = desk.own
    if own is None or own.proposal is None or Party.objects.of(desk.document.process).filter(ours=True).exists():
        return False
    wrote = own.proposal.payload.get("from") or ()
    author = desk.resolve(wrote[0]).party if len(wrote) == 1 else None
    return author is not None and author.kind == Party.Kind.COMMUNITY and author in senders


def _row_for(proposal: Proposal, desk: Desk) -> Communication | None:
    unit = desk.unit_for(proposal)
    return unit.row if unit else None


def _ask(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    payload, process = proposal.payload, desk.document.process
    addressees = [party_for(ref, desk, actor, made, field="addressees") for ref in payload.get("addressees") or ()]
    asker = party_for(payload.get("asker"), desk, actor, made, field="asker") or desk.author
    to = [party for party in addressees if party]
    if not to:
        raise InvalidInput(
            _("An ask needs an addressee: who is asked?"), _("Correct the proposal and name one."), field="addressees"
        )
    if asker in to:
        raise InvalidInput(
            _("%(name)s would ask itself.") % {"name": asker}, _("Correct who asks, or who is asked."), field="addressees"
        )
    communication = _row_for(proposal, desk)
    deadline = _deadline(proposal)
    if payload.get("same_as"):
        again = Ask.objects.of(process).filter(pk=payload["same_as"]).first()
        if again is None:
            raise InvalidInput(_("The ask that is put again is no longer on file."), field="same_as")
        if communication is not None:
            ask_actions.put(
                ask=again,
                communication=communication,
                actor=actor,
                passage=proposal.passage,
                deadline=deadline,
                permission=ask_actions.Permission.REVIEW,
            )
        else:
            ask_actions.link_passage(ask=again, passage=proposal.passage, actor=actor, use=AskPassage.Use.REPEATS)
        made.append(["repeats", again.pk])
        proposal.ask = again
        return
    ask = ask_actions.create_ask(
        process=process,
        actor=actor,
        action=payload.get("action") or proposal.passage.exact,
        addressee=to[0],
        asker=asker,
        act=payload.get("act") or "",
        communication=communication,
        passages=[proposal.passage],
        also_addressed=to[1:],
        beneficiary=payload.get("beneficiary") or "",
        place=payload.get("place") or "",
        deadline=deadline,
    )
    made.append(["dialogue.Ask", ask.pk])
    proposal.ask = ask


def _deadline(proposal: Proposal) -> NewDeadline | None:
    day = due_on(proposal.payload)
    if day is None:
        return None
    text = proposal.payload.get("due_text") or ""
    return NewDeadline(
        due_on=day, basis=proposal.payload.get("due_basis") or Basis.REQUEST, basis_text=text, passage=proposal.passage
    )


def _commitment(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    payload = proposal.payload
    row = commitment_actions.create_commitment(
        process=desk.document.process,
        actor=actor,
        what=payload.get("what") or proposal.passage.exact,
        who=party_for(payload.get("who"), desk, actor, made, field="who"),
        kind=payload.get("kind") or "promise",
        toward=party_for(payload.get("toward"), desk, actor, made, field="toward"),
        instrument=desk.instrument(payload),
        instrument_text=payload.get("instrument_text") or "",
        due_on=first_day(payload.get("due")),
        made_on=first_day(payload.get("made_on")),
        communication=_row_for(proposal, desk),
        passages=[proposal.passage],
    )
    made.append(["dialogue.Commitment", row.pk])
    proposal.commitment = row


def _silence(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    payload = proposal.payload
    about = desk.silence_about(proposal)
    row = Silence.objects.create(
        process=desk.document.process,
        kind=payload.get("kind") or Silence.Kind.NO_REPLY,
        who=party_for(payload.get("who"), desk, actor, made, field="who"),
        toward=party_for(payload.get("toward"), desk, actor, made, field="toward"),
        stated_by=party_for(payload.get("stated_by"), desk, actor, made, field="stated_by") or desk.author,
        passage=proposal.passage,
        communication=_row_for(proposal, desk),
        about=about.row if about else None,
    )
    made.append(["dialogue.Silence", row.pk])
    proposal.silence = row
    _tie_silence(row, desk.silent_asks(proposal), desk, actor)
    audit.record("silence.recorded", actor=actor, subject=row, process_id=row.process_id, detail={"kind": row.kind})


def _tie_silence(silence: Silence, asks: list[int], desk: Desk, actor: Actor) -> None:
    on_file = set(silence.asks.values_list("pk", flat=True)) if silence.pk else set()
    for ask in Ask.objects.of(desk.document.process).filter(pk__in=set(asks) - on_file):
        silence.asks.add(ask)
        ask_actions.link_passage(ask=ask, passage=silence.passage, actor=actor, use=AskPassage.Use.SILENCE)


def _statement(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    communication = _row_for(proposal, desk)
    day: date | None = first_day(proposal.payload.get("date")) or (communication.day if communication else None)
    row = Statement.objects.create(
        process=desk.document.process,
        speaker=party_for(proposal.payload.get("speaker"), desk, actor, made, field="speaker"),
        passage=proposal.passage,
        communication=communication,
        day=day,
    )
    made.append(["dialogue.Statement", row.pk])
    proposal.statement = row
    audit.record("statement.recorded", actor=actor, subject=row, process_id=row.process_id)


def _event(proposal: Proposal, desk: Desk, actor: Actor, made: Made) -> None:
    payload = proposal.payload
    day = first_day(payload.get("date"))
    if day is None:
        raise InvalidInput(
            _("An event needs a date: a year at least."), _("Correct the proposal and give one, or reject it."), field="date"
        )
    event = Event.objects.of(desk.document.process).filter(pk=payload["event"]).first() if payload.get("event") else None
    event = event or desk.same_event(payload)
    if event is None:
        event = Event.objects.create(
            process=desk.document.process,
            title=payload.get("title") or proposal.passage.exact[:300],
            dated=payload["date"],
            day=day,
        )
        made.append(["dialogue.Event", event.pk])
        audit.record("event.created", actor=actor, subject=event, process_id=event.process_id, detail={"dated": event.dated})
    speaker = party_for(payload.get("speaker"), desk, actor, made, field="speaker") or desk.author
    account, new = Account.objects.get_or_create(event=event, passage=proposal.passage, defaults={"speaker": speaker})
    if new:
        made.append(["dialogue.Account", account.pk])
    proposal.event = event


def settle(*, desk: Desk, actor: Actor) -> None:
    """Tie what was confirmed before its communication was: drafts become made, promises and silences get their place."""
    for proposal in desk.proposals:
        if proposal.state != ProposalState.CONFIRMED:
            continue
        unit = desk.unit_for(proposal) if proposal.kind != Proposal.Kind.COMMUNICATION else None
        row = unit.row if unit else None
        if proposal.ask is not None and row is not None and proposal.ask.position == Position.DRAFTED:
            ask_actions.put(
                ask=proposal.ask,
                communication=row,
                actor=actor,
                passage=proposal.passage,
                deadline=_deadline(proposal),
                permission=ask_actions.Permission.REVIEW,
            )
        if row is not None:
            for made in (proposal.commitment, proposal.silence, proposal.statement):
                if made is not None and made.communication_id is None:
                    type(made).objects.filter(pk=made.pk, communication=None).update(communication=row)
        if proposal.silence is not None:
            about = desk.silence_about(proposal)
            if proposal.silence.about_id is None and about is not None and about.row is not None:
                Silence.objects.filter(pk=proposal.silence.pk).update(about=about.row)
            _tie_silence(proposal.silence, desk.silent_asks(proposal), desk, actor)


# What belongs to a row and goes with it; anything else that points at it keeps it.
_BESIDE: dict[str, tuple[tuple[str, str], ...]] = {
    "dialogue.Ask": tuple(
        (model, field)
        for model, field in (
            ("dialogue.AskPassage", "ask"),
            ("dialogue.AskEvent", "ask"),
            ("dialogue.Deadline", "ask"),
            ("dialogue.LadderStep", "ask"),
            ("dialogue.Ask_also_addressed", "ask"),
            ("dialogue.Ask_instruments", "ask"),
            ("dialogue.Silence_asks", "ask"),
            ("dialogue.Proposal", "ask"),
        )
    ),
    "dialogue.Commitment": (
        ("dialogue.CommitmentPassage", "commitment"),
        ("dialogue.Commitment_asks", "commitment"),
        ("dialogue.Proposal", "commitment"),
    ),
    "dialogue.Communication": (
        ("dialogue.CommunicationParty", "communication"),
        ("dialogue.Mention", "communication"),
        ("dialogue.Proposal", "communication"),
    ),
    "dialogue.Event": (("dialogue.Account", "event"), ("dialogue.Proposal", "event")),
    "dialogue.Silence": (("dialogue.Silence_asks", "silence"), ("dialogue.Proposal", "silence")),
    "dialogue.Statement": (("dialogue.Proposal", "statement"),),
    "dialogue.Party": (("dialogue.PartyName", "party"), ("dialogue.Party", "of")),
}


def unmake(*, proposal: Proposal, made: Made, actor: Actor) -> None:
    """Take the rows of a confirmation back.

    Raises:
        Conflict: something else rests on a row by now; then nothing is taken back.
    """
    for field in ("ask", "commitment", "communication", "silence", "statement", "event"):
        setattr(proposal, field, None)
    proposal.save()
    for label, pk in reversed(made):
        if label == "repeats":
            AskPassage.objects.filter(ask_id=pk, passage=proposal.passage, use=AskPassage.Use.REPEATS).delete()
            continue
        if label == "document":
            Communication.objects.filter(pk=pk, document=proposal.document).update(document=None)
            continue
        row = apps.get_model(label)._base_manager.filter(pk=pk).first()
        if row is None:
            continue
        if _rests_on(label, row, proposal):
            if label == "dialogue.Party":
                continue  # named elsewhere by now: the record stays
            raise Conflict(
                _("Other records rest on %(what)s by now; the confirmation cannot be undone.")
                % {"what": getattr(row, "ref", str(row))},
                _("Correct or close the record on its own page."),
            )
        if label == "dialogue.Silence":
            AskPassage.objects.filter(passage=row.passage, use=AskPassage.Use.SILENCE, ask__in=row.asks.all()).delete()
        audit.record(
            f"{label.rsplit('.', 1)[1].lower()}.unmade",
            actor=actor,
            subject=row,
            process_id=proposal.process_id,
            detail={"ref": getattr(row, "ref", "")},
        )
        row.delete()


def _rests_on(label: str, row: Any, proposal: Proposal) -> bool:
    """Whether something beyond the confirmation itself points at the row, or has happened to it."""
    if is_used(row, beside=_BESIDE.get(label, ())):
        return True
    if label == "dialogue.Party":
        return PartyName.objects.filter(party=row).exclude(text__in=[row.name]).exclude(use=PartyName.Use.MENTION).exists()
    for model, field in _BESIDE.get(label, ()):
        if model == "dialogue.Proposal" and Proposal.objects.filter(**{field: row}).exclude(pk=proposal.pk).exists():
            return True
    if label == "dialogue.Ask":
        passages = AskPassage.objects.filter(ask=row).exclude(passage=proposal.passage)
        return (
            passages.exclude(use=AskPassage.Use.SILENCE).exists()
            or row.position not in (Position.DRAFTED, Position.MADE)
            or row.outcome != "none"
            or row.events.exclude(axis__in=("position", "delivery", "deadline")).exists()
            or row.deadlines.count() > 1
        )
    if label == "dialogue.Event":
        return bool(row.accounts.exclude(passage=proposal.passage).exists())
    if label == "dialogue.Communication":
        return bool(row.mentions.exclude(passage=proposal.passage).exists())
    return False
