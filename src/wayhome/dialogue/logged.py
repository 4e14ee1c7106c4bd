"""What the audit log calls the actions of this room. A test fails on an action that has no words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "ask.created": _("Ask entered"),
    "ask.corrected": _("Ask corrected"),
    "ask.position": _("Position of an ask"),
    "ask.outcome": _("Outcome of an ask"),
    "ask.delivery": _("Delivery of an ask"),
    "ask.deadline": _("Deadline of an ask"),
    "ask.noted": _("Note on an ask"),
    "ask.assessed": _("Ask graded"),
    "ask.evidence_added": _("Evidence added to an ask"),
    "ask.evidence_claimed": _("Evidence of an ask marked as claimed"),
    "ask.evidence_verified": _("Evidence of an ask verified"),
    "ask.evidence_disputed": _("Evidence of an ask disputed"),
    "ask.measure_attached": _("Figure attached to an ask"),
    "ask.passage_linked": _("Passage linked to an ask"),
    "ask.instruments_set": _("Instruments of an ask chosen"),
    "ask.ladder_set": _("Ladder of an ask set"),
    "ask.reminder_set": _("Reminder for an ask set"),
    "ask.restricted_words.read": _("Words of a restricted document read on an ask"),
    "ask.unmade": _("Ask taken back with its confirmation"),
    "commitment.created": _("Commitment entered"),
    "commitment.corrected": _("Commitment corrected"),
    "commitment.assessed": _("Commitment graded"),
    "commitment.asks_linked": _("Asks linked to a commitment"),
    "commitment.evidence_added": _("Evidence added to a commitment"),
    "commitment.evidence_claimed": _("Evidence of a commitment marked as claimed"),
    "commitment.evidence_verified": _("Evidence of a commitment verified"),
    "commitment.evidence_disputed": _("Evidence of a commitment disputed"),
    "commitment.measure_attached": _("Figure attached to a commitment"),
    "commitment.passage_linked": _("Passage linked to a commitment"),
    "commitment.reinstated": _("Commitment counted again"),
    "commitment.reminder_set": _("Reminder for a commitment set"),
    "commitment.restricted_words.read": _("Words of a restricted document read on a commitment"),
    "commitment.unmade": _("Commitment taken back with its confirmation"),
    "commitment.withdrawn": _("Commitment no longer counted"),
    "communication.created": _("Letter entered"),
    "communication.corrected": _("Letter corrected"),
    "communication.delivery": _("Delivery of a letter"),
    "communication.threaded": _("Letter put into a thread"),
    "communication.unmade": _("Letter taken back with its confirmation"),
    "docket.exported": _("Docket downloaded"),
    "document.added": _("Document added"),
    "document.analysed": _("Document searched for asks and promises"),
    "document.not_read": _("Document could not be read"),
    "document.queued": _("Document waits for reading"),
    "document.read": _("Document read"),
    "document.restricted": _("Document restricted"),
    "document.unrestricted": _("Document no longer restricted"),
    "event.created": _("Event entered"),
    "event.unmade": _("Event taken back with its confirmation"),
    "feed.made": _("Calendar address made"),
    "feed.revoked": _("Calendar address withdrawn"),
    "link.answered": _("Answer received through a link"),
    "link.limited": _("Link used too often, slowed"),
    "link.made": _("Link for an outside party made"),
    "link.mailed": _("Link sent by mail"),
    "link.opened": _("Link opened by the outside party"),
    "link.revoked": _("Link withdrawn"),
    "mail.assigned": _("Mail put with a letter"),
    "mail.refused": _("Mail refused"),
    "mail.report": _("Delivery report received"),
    "mail.set_aside": _("Mail set aside"),
    "mail.taken_in": _("Mail taken in"),
    "party.address": _("Address of a party changed"),
    "party.changed": _("Party changed"),
    "party.created": _("Party entered"),
    "party.merged": _("Parties merged"),
    "party.named": _("Name added to a party"),
    "party.ours": _("Party marked as our own side"),
    "party.unmerged": _("Parties taken apart again"),
    "party.unnamed": _("Name taken from a party"),
    "party.unmade": _("Party taken back with its confirmation"),
    "process.ladder_set": _("Ladder of the process set"),
    "proposal.add": _("Finding added by hand"),
    "proposal.confirm": _("Finding confirmed"),
    "proposal.correct": _("Finding corrected"),
    "proposal.merge": _("Findings merged"),
    "proposal.reject": _("Finding rejected"),
    "proposal.split": _("Finding split"),
    "proposal.undo": _("Decision on a finding undone"),
    "reminder.dropped": _("Reminder dropped"),
    "reminder.sent": _("Reminder sent"),
    "reply.linked": _("Reply linked to asks"),
    "reply.logged": _("Reply entered"),
    "reply.proposed": _("Reply proposed for asks"),
    "reply.set_aside": _("Proposed reply set aside"),
    "reply.taken_back": _("Link of a reply taken back"),
    "silence.recorded": _("Silence recorded"),
    "silence.unmade": _("Silence taken back with its confirmation"),
    "statement.recorded": _("Statement recorded"),
    "statement.unmade": _("Statement taken back with its confirmation"),
}


def _stated(model: str) -> Callable[[Iterable[str]], Iterable[Any]]:
    def find(keys: Iterable[str]) -> Iterable[Any]:
        return apps.get_model(model)._default_manager.unreadable().filter(pk__in=list(keys)).values_list("pk", flat=True)

    return find


def _papers(model: str, mark: str) -> Callable[[Iterable[str]], Iterable[Any]]:
    def find(keys: Iterable[str]) -> Iterable[Any]:
        return apps.get_model(model)._default_manager.filter(pk__in=list(keys), **{mark: True}).values_list("pk", flat=True)

    return find


# Entries about these tell what they hold; of a restricted one the log's page tells nobody who may not see it.
RESTRICTED: dict[str, Callable[[Iterable[str]], Iterable[Any]]] = {
    "dialogue.ask": _stated("dialogue.Ask"),
    "dialogue.commitment": _stated("dialogue.Commitment"),
    "dialogue.communication": _papers("dialogue.Communication", "document__restricted"),
    "dialogue.document": _papers("dialogue.Document", "restricted"),
    "dialogue.proposal": _papers("dialogue.Proposal", "document__restricted"),
}
