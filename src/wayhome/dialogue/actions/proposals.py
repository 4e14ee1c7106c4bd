"""People decide about proposals: confirm, correct, reject, merge, split, add, undo. Every decision is appended, none is changed.

Each step takes `seen`, the number of the last decision that the person's page showed for the proposal (0: none). When somebody
else decided in between, nothing is written and the step says who and when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.days import written
from wayhome.core.errors import Conflict, InvalidInput, WayhomeError
from wayhome.dialogue import payloads
from wayhome.dialogue.actions import confirming
from wayhome.dialogue.confidence import LIKELY
from wayhome.dialogue.desk import Desk
from wayhome.dialogue.models import Document, Passage, Proposal, ProposalDecision
from wayhome.dialogue.passages import passage_at
from wayhome.dialogue.payloads import Payload
from wayhome.dialogue.states import ProposalState

Act = ProposalDecision.Act


def last_decision(proposal: Proposal) -> int:
    """The number of the newest decision on a proposal; 0 when there is none."""
    newest = proposal.decisions.order_by("-id").values_list("pk", flat=True).first()
    return newest or 0


def _lock(proposal: Proposal, seen: int | None, states: set[str]) -> Proposal:
    locked: Proposal = Proposal.objects.select_for_update(of=("self",)).select_related("passage", "document").get(pk=proposal.pk)
    newest = locked.decisions.select_related("by").order_by("-id").first()
    if seen is not None and (newest.pk if newest else 0) != seen:
        assert newest is not None
        raise Conflict(
            _("%(who)s decided about this proposal first, on %(when)s: %(act)s.")
            % {
                "who": newest.by or _("Somebody"),
                "when": written(timezone.localtime(newest.at), "DATETIME_FORMAT"),
                "act": newest.get_act_display(),
            },
            _("The page shows it now. Undo that decision if it is wrong."),
            code="decided_meanwhile",
        )
    if locked.state not in states:
        raise Conflict(
            _("This proposal is not open: %(state)s.") % {"state": locked.get_state_display()},
            _("Undo the decision first if it is wrong."),
            code="not_open",
        )
    return locked


def _snapshot(proposal: Proposal) -> dict[str, Any]:
    return {"state": proposal.state, "payload": proposal.payload, "passage": [proposal.passage.start, proposal.passage.end]}


def _decide(
    proposal: Proposal, act: str, *, before: dict[str, Any], user: Any, undoes: ProposalDecision | None = None, **after: Any
) -> ProposalDecision:
    """Append the decision, keep who and when on the proposal, write the log."""
    proposal.decided_by, proposal.decided_at = user, timezone.now()
    proposal.save()
    decision = ProposalDecision.objects.create(
        proposal=proposal, act=act, before=before, after={**_snapshot(proposal), **after}, undoes=undoes, by=user
    )
    audit.record(
        f"proposal.{act}",
        actor=Actor.of(user),
        subject=proposal,
        process_id=proposal.process_id,
        detail={"decision": decision.pk, "document": proposal.document_id, "kind": proposal.kind, "state": proposal.state},
    )
    return decision


def _on_desk(desk: Desk, proposal: Proposal) -> Proposal:
    """The desk's copy of a proposal, so that what is written is what the desk reasons about."""
    for index, one in enumerate(desk.proposals):
        if one.pk == proposal.pk:
            desk.proposals[index] = proposal
            return proposal
    desk.proposals.append(proposal)
    return proposal


@transaction.atomic
def confirm(
    *, user: Any, proposal: Proposal, seen: int | None = None, desk: Desk | None = None, settle: bool = True
) -> ProposalDecision:
    """Write the rows that the proposal stands for and mark it confirmed; `settle` False when the caller settles later."""
    require(user, proposal.process, Permission.REVIEW)
    locked = _lock(proposal, seen, {ProposalState.OPEN})
    desk = desk or Desk.of(locked.document)
    _on_desk(desk, locked)
    before = _snapshot(locked)
    actor = Actor.of(user)
    made = confirming.make(proposal=locked, desk=desk, actor=actor)
    locked.state = ProposalState.CONFIRMED
    decision = _decide(locked, Act.CONFIRM, before=before, user=user, made=made)
    if settle:
        confirming.settle(desk=Desk.of(locked.document, desk.index), actor=actor)
    return decision


@transaction.atomic
def correct(
    *, user: Any, proposal: Proposal, payload: Payload, span: tuple[int, int, str] | None = None, seen: int | None = None
) -> ProposalDecision | None:
    """Change the fields or the passage of an open proposal.

    Args:
        span: start, end and the words there, when the passage was selected anew.

    Returns:
        The decision, or None when nothing differs.
    """
    require(user, proposal.process, Permission.REVIEW)
    locked = _lock(proposal, seen, {ProposalState.OPEN})
    before = _snapshot(locked)
    if span is not None:
        locked.passage = passage_at(locked.document, *span)
    locked.payload = {**locked.payload, **payload}
    if _snapshot(locked) == before:
        return None
    return _decide(locked, Act.CORRECT, before=before, user=user)


@transaction.atomic
def reject(*, user: Any, proposal: Proposal, seen: int | None = None, reason: str = "") -> ProposalDecision:
    """Say that the machine is wrong here. The proposal stays on file as rejected and is never proposed again."""
    require(user, proposal.process, Permission.REVIEW)
    locked = _lock(proposal, seen, {ProposalState.OPEN})
    before = _snapshot(locked)
    locked.state = ProposalState.REJECTED
    decision = _decide(locked, Act.REJECT, before=before, user=user, reason=reason[:300])
    if locked.kind == Proposal.Kind.COMMUNICATION:
        confirming.settle(desk=Desk.of(locked.document), actor=Actor.of(user))
    return decision


@transaction.atomic
def merge(*, user: Any, proposal: Proposal, other: Proposal, seen: int | None = None) -> ProposalDecision:
    """Two open proposals of one document and kind are one: `other` goes into `proposal`.

    The passage becomes the stretch from the first word of both to the last when both stand in one paragraph; else it stays.
    """
    require(user, proposal.process, Permission.REVIEW)
    if proposal.pk == other.pk or proposal.document_id != other.document_id:
        raise InvalidInput(_("Choose another proposal of the same document to merge with."), field="other")
    locked = _lock(proposal, seen, {ProposalState.OPEN})
    gone = _lock(other, None, {ProposalState.OPEN})
    if locked.kind != gone.kind:
        raise InvalidInput(
            _("Only proposals of one kind can be merged."), _("Reject the one, or correct it first."), field="other"
        )
    before = _snapshot(locked)
    one, two = locked.passage, gone.passage
    if one.paragraph == two.paragraph:
        locked.passage = passage_at(locked.document, min(one.start, two.start), max(one.end, two.end))
    locked.payload = payloads.merged(locked.payload, gone.payload, locked.kind)
    gone_before = _snapshot(gone)
    gone.state, gone.merged_into = ProposalState.MERGED, locked
    _decide(gone, Act.MERGE, before=gone_before, user=user, into=locked.pk)
    return _decide(locked, Act.MERGE, before=before, user=user, merged=gone.pk)


@transaction.atomic
def split(*, user: Any, proposal: Proposal, at: int, seen: int | None = None) -> ProposalDecision:
    """One open proposal is two: its passage is cut at offset `at` of the document, each part keeps the fields."""
    require(user, proposal.process, Permission.REVIEW)
    locked = _lock(proposal, seen, {ProposalState.OPEN})
    if not locked.passage.start < at < locked.passage.end:
        raise InvalidInput(
            _("The cut must lie within the passage."), _("Choose the word with which the second part begins."), field="second"
        )
    document = locked.document
    spans = [(locked.passage.start, at), (at, locked.passage.end)]
    parts = []
    for start, end in spans:
        passage = passage_at(document, start, end)
        payload = {**locked.payload}
        for name in ("action", "what", "title"):
            if name in payload:
                payload[name] = " ".join(passage.exact.split())[:300]
        part = Proposal.objects.create(
            process=locked.process,
            document=document,
            run=locked.run,
            kind=locked.kind,
            origin=locked.origin,
            passage=passage,
            payload=payload,
            confidence=locked.confidence,
            explanation=locked.explanation,
            split_from=locked,
        )
        parts.append(part.pk)
    before = _snapshot(locked)
    locked.state = ProposalState.SPLIT
    return _decide(locked, Act.SPLIT, before=before, user=user, parts=parts)


@transaction.atomic
def add(
    *, user: Any, document: Document, kind: str, start: int, end: int, quote: str, payload: Payload | None = None
) -> Proposal:
    """A person found what the machine did not: an open proposal of that kind at these words."""
    require(user, document.process, Permission.REVIEW)
    if kind not in Proposal.Kind.values:
        raise InvalidInput(_("Choose what it is: an ask, a commitment, a silence, …"), field="kind")
    passage = passage_at(document, start, end, quote)
    proposal = Proposal.objects.create(
        process=document.process,
        document=document,
        kind=kind,
        origin=Proposal.Origin.PERSON,
        passage=passage,
        payload={**payloads.from_finding(kind, {"quote": passage.exact}), **(payload or {})},
        confidence=1.0,
    )
    _decide(proposal, Act.ADD, before={}, user=user)
    return proposal


def undoable(document: Document, user: Any) -> ProposalDecision | None:
    """The newest decision of this person in this document that still stands."""
    return (
        ProposalDecision.objects.filter(proposal__document=document, by=user, undone_by=None)
        .exclude(act=Act.UNDO)
        .exclude(after__has_key="into")  # the other half of a merge goes with the half that stays
        .select_related("proposal__passage", "proposal__document")
        .order_by("-id")
        .first()
    )


@transaction.atomic
def undo(*, user: Any, document: Document) -> ProposalDecision:
    """Take back this person's last decision in the document.

    Raises:
        Conflict: there is none, somebody else decided about the same proposal since, or other records rest on it.
    """
    require(user, document.process, Permission.REVIEW)
    decision = undoable(document, user)
    if decision is None:
        raise Conflict(_("There is no decision of yours in this document to undo."), code="nothing_to_undo")
    proposal = _lock(decision.proposal, None, set(ProposalState.values))
    newest = proposal.decisions.exclude(act=Act.UNDO).filter(undone_by=None).order_by("-id").first()
    if newest is not None and newest.pk != decision.pk:
        raise Conflict(
            _("%(who)s decided about this proposal after you.") % {"who": newest.by or _("Somebody")},
            _("That decision must be undone first."),
            code="decided_meanwhile",
        )
    now = _snapshot(proposal)
    after, actor = decision.after, Actor.of(user)
    match decision.act:
        case Act.CONFIRM:
            confirming.unmake(proposal=proposal, made=after.get("made") or [], actor=actor)
        case Act.SPLIT:
            _remove_parts(after.get("parts") or [])
        case Act.MERGE:
            _part_again(after.get("merged"), user)
    if decision.act == Act.ADD:
        proposal.state = ProposalState.REJECTED
    else:
        before = decision.before
        proposal.state, proposal.payload = before["state"], before["payload"]
        proposal.passage = passage_at(proposal.document, *before["passage"])
    proposal.merged_into = None
    return _decide(proposal, Act.UNDO, before=now, user=user, undoes=decision)


def _remove_parts(parts: list[int]) -> None:
    rows = Proposal.objects.filter(pk__in=parts)
    if rows.exclude(state=ProposalState.OPEN).exists() or ProposalDecision.objects.filter(proposal__in=rows).exists():
        raise Conflict(
            _("The parts of this split have been decided about."), _("Undo those decisions first."), code="parts_decided"
        )
    rows.delete()


def _part_again(other: int | None, user: Any) -> None:
    gone = Proposal.objects.select_related("passage", "document").filter(pk=other).first()
    if gone is None:
        return
    half = gone.decisions.filter(act=Act.MERGE, undone_by=None).order_by("-id").first()
    now = _snapshot(gone)
    gone.state, gone.merged_into = ProposalState.OPEN, None
    _decide(gone, Act.UNDO, before=now, user=user, undoes=half)


@dataclass(slots=True)
class Bulk:
    """What came of confirming many: how many were, and which were not and why."""

    confirmed: int = 0
    kept: list[tuple[Proposal, WayhomeError]] = field(default_factory=list)


@transaction.atomic
def confirm_likely(*, user: Any, document: Document, least: float = LIKELY) -> Bulk:
    """Confirm every open proposal that is at least likely, the communications first; those that need a person stay open."""
    require(user, document.process, Permission.REVIEW)
    result = Bulk()
    desk = Desk.of(document)
    waiting = [p for p in desk.proposals if p.state == ProposalState.OPEN and p.confidence >= least]
    waiting.sort(key=lambda p: (p.kind != Proposal.Kind.COMMUNICATION, not p.payload.get("this_document"), p.passage.start, p.pk))
    for proposal in waiting:
        try:
            with transaction.atomic():
                confirm(user=user, proposal=proposal, desk=desk, settle=False)
            result.confirmed += 1
            if proposal.kind == Proposal.Kind.COMMUNICATION:
                desk = Desk.of(document, desk.index)  # what was said in it finds its place now
        except WayhomeError as error:
            result.kept.append((proposal, error))
            desk = Desk.of(document)  # the index may hold records that were rolled back
    if result.confirmed:
        confirming.settle(desk=Desk.of(document), actor=Actor.of(user))
    return result


def span_of(document: Document, quote: str, near: Passage | None = None) -> tuple[int, int, str]:
    """The place of words that a person typed, the one nearest to `near` when they stand there more than once.

    Raises:
        InvalidInput: they do not stand in the document.
    """
    from wayhome.dialogue.anchoring import anchor

    place = near.start / max(1, len(document.text)) if near else 0.0
    there = anchor(quote, document.text, place=place, least=1.1)
    if there is None:
        raise InvalidInput(
            _("These words do not stand in the document."), _("Copy them as they stand there, or select them."), field="quote"
        )
    return there.start, there.end, document.text[there.start : there.end]
