"""A newer version of a document takes over what people decided about the earlier one, wherever the words stand in it.

Nothing is taken from the earlier version. A decision whose words are not in the newer one stays there, and the review page of
the newer version names it (`queries.review.not_carried`).
"""

from __future__ import annotations

from wayhome.dialogue.anchoring import anchor, context
from wayhome.dialogue.matching import Found, Known, plan
from wayhome.dialogue.models import (
    Account,
    AskPassage,
    CommitmentPassage,
    Communication,
    Document,
    Mention,
    Passage,
    Proposal,
    ProposalDecision,
)
from wayhome.dialogue.passages import passage_at
from wayhome.dialogue.states import ProposalState

_MADE = ("ask", "commitment", "silence", "communication", "statement", "event")


def carry_over(earlier: Document | None, newer: Document) -> int:
    """Carry every decided or touched proposal of `earlier` over; returns how many. Call it once, after the first reading."""
    if earlier is None or not earlier.text or not newer.text:
        return 0
    decided = [
        proposal
        for proposal in earlier.proposals.select_related("passage").prefetch_related("decisions")
        if proposal.state not in (ProposalState.OPEN, ProposalState.SUPERSEDED)
        or proposal.decisions.all()
        or proposal.origin == Proposal.Origin.PERSON
        or proposal.split_from_id
    ]
    spots: dict[int, tuple[int, int]] = {}
    for proposal in decided:
        passage = proposal.passage
        before, after, place = context(earlier.text, passage.start, passage.end)
        there = anchor(passage.exact, newer.text, before=before, after=after, place=place, least=0.8)
        if there is not None:
            spots[proposal.pk] = (there.start, there.end)
    found = list(newer.proposals.filter(state=ProposalState.OPEN, decisions=None).select_related("passage"))
    known = [Known(p.pk, p.kind, (spots[p.pk],), "confirmed", True) for p in decided if p.pk in spots]
    same = plan(known, [Found(p.kind, p.passage.start, p.passage.end) for p in found]).same
    carried: dict[int, Proposal] = {}
    for old in decided:
        if old.pk not in spots:
            continue
        target = found[same[old.pk]] if old.pk in same else Proposal(process=newer.process, document=newer, kind=old.kind)
        carried[old.pk] = _carry(old, target, passage_at(newer, *spots[old.pk]))
    for old in decided:  # once all are there, the ties between them
        here = carried.get(old.pk)
        if here is None:
            continue
        into, part_of = carried.get(old.merged_into_id or 0), carried.get(old.split_from_id or 0)
        if into is not None or part_of is not None:
            here.merged_into, here.split_from = into, part_of
            here.save(update_fields=["merged_into", "split_from"])
    return len(carried)


def _carry(old: Proposal, target: Proposal, passage: Passage) -> Proposal:
    target.passage = passage
    target.origin = old.origin
    target.found = target.found or old.found
    target.payload = old.payload
    target.confidence = target.confidence or old.confidence
    target.explanation = target.explanation or old.explanation
    target.state = old.state
    target.decided_by, target.decided_at = old.decided_by, old.decided_at
    for name in _MADE:
        setattr(target, name, getattr(old, name))
    target.save()
    for decision in old.decisions.all():
        ProposalDecision.objects.create(
            proposal=target,
            act=decision.act,
            before=decision.before,
            after={
                **{key: value for key, value in decision.after.items() if key not in ("made", "parts", "merged", "into")},
                "passage": [passage.start, passage.end],
                "carried_from": decision.pk,
            },
            by=decision.by,
        )
    _tie(target, passage)
    return target


def _tie(proposal: Proposal, passage: Passage) -> None:
    """The rows that the decision made are read in the newer version too."""
    if proposal.ask_id:
        AskPassage.objects.get_or_create(ask_id=proposal.ask_id, passage=passage, use=AskPassage.Use.STATES)
    if proposal.commitment_id:
        CommitmentPassage.objects.get_or_create(commitment_id=proposal.commitment_id, passage=passage, use="states")
    if proposal.event_id:
        Account.objects.get_or_create(event_id=proposal.event_id, passage=passage)
    if proposal.communication is not None:
        Mention.objects.get_or_create(communication=proposal.communication, passage=passage)
        if proposal.communication.document_id == proposal.document.earlier_version_id:
            Communication.objects.filter(pk=proposal.communication_id).update(document=proposal.document)
