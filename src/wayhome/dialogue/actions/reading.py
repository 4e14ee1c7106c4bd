"""What the engine found is written down: run, text, passages, proposals; decisions of people outlive every new reading.

A document that is read again keeps its text as soon as a person's decision rests on words that the new text does not hold;
the new findings are then anchored in the old text. A newer version of a document takes over the decisions of the earlier one
wherever their words stand in it.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import WayhomeError
from wayhome.dialogue import bridge, payloads
from wayhome.dialogue.actions import carrying, replacing
from wayhome.dialogue.actions.documents import add_file
from wayhome.dialogue.anchoring import anchor
from wayhome.dialogue.bridge import Failure, Finding, Result
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.matching import Found, Known, plan
from wayhome.dialogue.models import Document, Proposal, ReadingRun
from wayhome.dialogue.passages import passage_at, trimmed
from wayhome.dialogue.states import ProposalState

logger = logging.getLogger(__name__)
DEEPEST = 5  # mails within mails


def read_now(document_id: int, actor: Actor = SYSTEM) -> str:
    """Read a document and write what was found. Returns its state then. A document that is gone is no error."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        return "gone"
    Document.objects.filter(pk=document_id).update(state=Document.State.READING)
    try:
        outcome = bridge.read(document)
        if isinstance(outcome, Failure):
            return record_failure(document=document, failure=outcome, actor=actor)
        return record(document=document, result=outcome, actor=actor)
    except Exception:
        logger.exception("reading %s failed", document.ref)
        failure = Failure(
            "internal",
            f"{document.name} could not be read: an error in the program, not in the file.",
            "The file is kept. Read it again after an update; the operator finds the reason in the log.",
        )
        return record_failure(document=document, failure=failure, actor=actor)


def record_failure(*, document: Document, failure: Failure, actor: Actor = SYSTEM) -> str:
    """Write that a document could not be read. What an earlier reading found stays."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        locked.state = Document.State.READ if locked.text else Document.State.FAILED
        locked.problem, locked.remedy = failure.problem, failure.remedy
        locked.save(update_fields=["state", "problem", "remedy"])
        audit.record(
            "document.not_read",
            actor=actor,
            subject=locked,
            process_id=locked.process_id,
            detail={"ref": locked.ref, "code": failure.code, "problem": failure.problem},
        )
    return str(locked.state)


def record(*, document: Document, result: Result, actor: Actor = SYSTEM) -> str:
    """Write a reading: the run, the document's text and facts, its proposals, its enclosures."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        first = locked.runs.count() == 0
        run = ReadingRun.objects.create(
            document=locked,
            engine_version=result.engine_version,
            params=result.params,
            seed=result.seed,
            input_sha256=result.input_sha256 or locked.sha256,
            result=result.as_json(),
            seconds=result.seconds,
        )
        took_text = replacing.take_text(locked, result.text)
        _facts(locked, result, took_text)
        found = result.findings if took_text else tuple(_moved(result, locked.text))
        counts = _propose(locked, run, found)
        carried = 0
        if first and locked.earlier_version_id is not None:
            carried = carrying.carry_over(locked.earlier_version, locked)
        audit.record(
            "document.analysed",
            actor=actor,
            subject=locked,
            process_id=locked.process_id,
            detail={
                "ref": locked.ref,
                "engine": result.engine_version,
                "run": run.pk,
                "text_kept": not took_text,
                "carried": carried,
                **counts,
            },
        )
    _enclose(locked, result, actor)
    return str(locked.state)


def _facts(document: Document, result: Result, took_text: bool) -> None:
    document.state = Document.State.READ
    document.problem = document.remedy = ""
    document.media_type = result.media_type[:120]
    document.language = result.language[:8]
    document.title = (document.title or " ".join(result.title.split()))[:300]
    document.kind = result.kind[:40]
    document.publisher = result.publisher[:200]
    document.published_on = result.published_on if first_day(result.published_on) else ""
    document.warnings = list(result.warnings)
    # The PDF of a letter that left by e-mail does not hold the Message-ID it left with; answers are known by it.
    document.message_id = result.message_id[:300] or document.message_id
    document.references = list(result.references) or document.references
    if took_text:
        document.zones = list(result.zones)
    own = next((f.data for f in result.findings if f.kind == "communication" and f.data.get("this_document")), {})
    for dated in (own.get("date"), result.sent_on[:10], result.published_on):
        if first_day(dated):
            document.dated = document.dated or dated
            break
    document.save()


def _moved(result: Result, text: str) -> list[Finding]:
    """The findings with offsets into the text that stays; those whose words are not in it are left out."""
    moved = []
    for finding in result.findings:
        place = finding.start / max(1, len(result.text))
        before, after = result.text[max(0, finding.start - 80) : finding.start], result.text[finding.end : finding.end + 80]
        there = anchor(finding.quote, text, before=before, after=after, place=place)
        if there is None:
            continue
        quote = text[there.start : there.end]
        data = {**finding.data, "quote": quote, "start": there.start, "end": there.end}
        moved.append(Finding(finding.kind, there.start, there.end, quote, data, finding.confidence, finding.explanation))
    return moved


def _spans(proposal: Proposal, text: str) -> tuple[tuple[int, int], ...]:
    """Where a proposal stands and, where a person moved it, where the engine had found it."""
    here = (proposal.passage.start, proposal.passage.end)
    quote = str(proposal.found.get("quote") or "")
    if not quote or quote == proposal.passage.exact:
        return (here,)
    there = anchor(quote, text, place=int(proposal.found.get("start") or 0) / max(1, len(text)))
    return (here, (there.start, there.end)) if there else (here,)


def _propose(document: Document, run: ReadingRun, found: tuple[Finding, ...] | list[Finding]) -> dict[str, int]:
    """Match the findings with the proposals on file and write the difference."""
    existing = {p.pk: p for p in document.proposals.select_related("passage").prefetch_related("decisions")}
    known = [
        Known(
            p.pk,
            p.kind,
            _spans(p, document.text),
            p.state,
            p.origin == Proposal.Origin.PERSON or p.split_from_id is not None or bool(p.decisions.all()),
        )
        for p in existing.values()
    ]
    work = plan(known, [Found(f.kind, f.start, f.end) for f in found])
    for pk, index in work.same.items():
        Proposal.objects.filter(pk=pk).update(found=found[index].data, run=run)
    for pk, index in {**work.renew, **work.reopen}.items():
        _write(existing[pk], document, run, found[index])
    Proposal.objects.filter(pk__in=work.set_aside).update(state=ProposalState.SUPERSEDED)
    for index in work.new:
        finding = found[index]
        _write(Proposal(process=document.process, document=document, kind=finding.kind), document, run, finding)
    return {
        "new": len(work.new),
        "again": len(work.same) + len(work.renew),
        "reopened": len(work.reopen),
        "set_aside": len(work.set_aside),
    }


def _write(proposal: Proposal, document: Document, run: ReadingRun, finding: Finding) -> None:
    start, end = trimmed(document.text, finding.start, finding.end)
    if start >= end:
        return
    proposal.passage = passage_at(document, start, end)
    proposal.run = run
    proposal.found = finding.data
    proposal.payload = payloads.from_finding(finding.kind, finding.data)
    proposal.confidence = finding.confidence
    proposal.explanation = finding.explanation
    proposal.state = ProposalState.OPEN
    proposal.save()


def _enclose(document: Document, result: Result, actor: Actor) -> None:
    """What is attached becomes documents of their own; each is kept or reported, the others go on."""
    depth, outer = 1, document.enclosed_in
    while outer is not None and depth <= DEEPEST:
        depth, outer = depth + 1, outer.enclosed_in
    refused: list[str] = []
    for name, data in result.attachments:
        if depth > DEEPEST:
            refused.append(f"{name}: not opened, it lies too deep within other mails")
            continue
        try:
            add_file(
                process=document.process,
                name=name,
                data=data,
                actor=actor,
                origin=document.origin,
                received_on=document.received_on,
                enclosed_in=document,
            )
        except WayhomeError as error:
            refused.append(f"{error}")
    if refused:
        document.warnings = [*document.warnings, *refused]
        document.save(update_fields=["warnings"])


def read_pending(process: Any = None) -> int:
    """Read every waiting document in this process, one after the other; for a command without a worker. Returns how many."""
    count = 0
    while True:
        waiting = Document.objects.filter(state=Document.State.WAITING).order_by("pk")
        if process is not None:
            waiting = waiting.filter(process=process)
        document = waiting.first()
        if document is None:
            return count
        read_now(document.pk)
        count += 1
