"""Passages as W3C Web Annotations (Recommendation of 23 February 2017): text quote and text position selectors.

The target is the document by its identifier and hash; the body says what the words are to whom: an ask, a commitment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from wayhome.accounts.models import Process
from wayhome.dialogue import models as d
from wayhome.outputs.exchange.stream import listing

AROUND = 32  # characters of prefix and suffix


def _uses(process: Process) -> dict[int, list[dict[str, Any]]]:
    """What each passage is used for."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)

    def add(passage: int, purpose: str, row: Model, value: str) -> None:
        found[passage].append(
            {"type": "SpecificResource", "purpose": purpose, "source": f"urn:uuid:{row.uid}", "value": value}  # type: ignore[attr-defined]
        )

    for one in d.AskPassage.objects.filter(ask__process=process).select_related("ask").order_by("pk"):
        add(one.passage_id, f"ask:{one.use}", one.ask, one.ask.action)
    for two in d.CommitmentPassage.objects.filter(commitment__process=process).select_related("commitment").order_by("pk"):
        add(two.passage_id, f"commitment:{two.use}", two.commitment, two.commitment.what)
    for silence in d.Silence.objects.filter(process=process).order_by("pk"):
        add(silence.passage_id, f"silence:{silence.kind}", silence, "")
    for statement in d.Statement.objects.filter(process=process).order_by("pk"):
        add(statement.passage_id, "statement", statement, "")
    for account in d.Account.objects.filter(event__process=process).select_related("event").order_by("pk"):
        add(account.passage_id, "account", account.event, account.event.title)
    for mention in d.Mention.objects.filter(communication__process=process).select_related("communication").order_by("pk"):
        add(mention.passage_id, "communication", mention.communication, str(mention.communication))
    return found


def _items(process: Process) -> Iterator[dict[str, Any]]:
    uses = _uses(process)
    for document in d.Document.objects.filter(process=process).order_by("pk").iterator(chunk_size=50):
        for passage in document.passages.order_by("start", "end"):
            if passage.pk not in uses:
                continue
            yield {
                "type": "Annotation",
                "id": f"urn:uuid:{document.uid}#char={passage.start},{passage.end}",
                "body": uses[passage.pk],
                "target": {
                    "source": f"urn:uuid:{document.uid}",
                    "state": {"type": "HttpRequestState", "value": f"Digest: sha-256={document.sha256}"},
                    "selector": [
                        {
                            "type": "TextQuoteSelector",
                            "exact": passage.exact,
                            "prefix": document.text[max(0, passage.start - AROUND) : passage.start],
                            "suffix": document.text[passage.end : passage.end + AROUND],
                        },
                        {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
                    ],
                },
            }


def chunks(process: Process) -> Iterator[bytes]:
    """An annotation collection of all passages that something rests on."""
    head = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"urn:wayhome:{process.slug}:annotations",
        "type": "AnnotationPage",
    }
    return listing(head, "items", _items(process))
