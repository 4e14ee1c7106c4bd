"""A document's text is replaced by that of a new reading, when every passage that people rely on stands in it."""

from __future__ import annotations

from django.db import models

from wayhome.dialogue.anchoring import anchor, context
from wayhome.dialogue.models import Document, Passage, Proposal
from wayhome.dialogue.passages import paragraph_of
from wayhome.dialogue.relations import pointers, repoint
from wayhome.dialogue.states import ProposalState

_PARKED = 1_000_000_000  # added to the offsets of passages while their successors are written; no text is that long


def take_text(document: Document, text: str) -> bool:
    """Set `document.text` to `text` and move its passages along; False, and nothing is changed, when one would be lost."""
    if document.text == text:
        return True
    if not document.text:
        document.text = text
        return True
    old = document.text
    passages = list(document.passages.all())
    needed = _relied_on(document)
    moved: dict[int, tuple[int, int]] = {}
    for passage in passages:
        spot = _find(old, passage.start, passage.end, text)
        if spot is not None:
            moved[passage.pk] = spot
        elif passage.pk in needed:
            return False
    spots = [moved[pk] for pk in needed]
    if len(set(spots)) != len(spots):  # two passages would fall together: one of them is not what it was
        return False
    redactions = list(document.redactions.all())
    covers = [_find(old, redaction.start, redaction.end, text) for redaction in redactions]
    if any(cover is None for cover in covers):
        return False
    document.text = text
    for redaction, cover in zip(redactions, covers, strict=True):
        assert cover is not None
        redaction.start, redaction.end = cover
        redaction.save(update_fields=["start", "end"])
    _replace(document, passages, moved)
    return True


def _find(old: str, start: int, end: int, text: str) -> tuple[int, int] | None:
    before, after, place = context(old, start, end)
    there = anchor(old[start:end], text, before=before, after=after, place=place, least=0.9)
    return (there.start, there.end) if there else None


def _relied_on(document: Document) -> set[int]:
    """Passages that more than an open, untouched proposal points to."""
    found: set[int] = set()
    for model, name in pointers(Passage):
        rows = model._base_manager.filter(**{f"{name}__document": document})
        if model is Proposal:
            rows = rows.exclude(state=ProposalState.SUPERSEDED).filter(
                ~models.Q(state=ProposalState.OPEN) | models.Q(decisions__isnull=False) | models.Q(origin=Proposal.Origin.PERSON)
            )
        found.update(rows.values_list(f"{name}__pk", flat=True))
    return found


def _replace(document: Document, passages: list[Passage], moved: dict[int, tuple[int, int]]) -> None:
    """Write successors, point everything at them, take the old ones away."""
    document.passages.update(start=models.F("start") + _PARKED, end=models.F("end") + _PARKED)
    for passage in passages:
        spot = moved.get(passage.pk)
        if spot is None:  # only proposals that nobody looked at: they are found anew or not at all
            Proposal.objects.filter(passage=passage).delete()
            passage.delete()
            continue
        start, end = spot
        successor, _made = Passage.objects.get_or_create(
            document=document,
            start=start,
            end=end,
            defaults={"exact": document.text[start:end], "paragraph": paragraph_of(document.text, start)},
        )
        repoint(passage, successor)
        passage.delete()
