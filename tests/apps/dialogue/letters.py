"""An invented letter and what a reading of it finds, for tests of review: the words are real, so are the offsets."""

from __future__ import annotations

from typing import Any

from wayhome.accounts.models import Process
from wayhome.core.actors import SYSTEM
from wayhome.dialogue.actions import documents, reading
from wayhome.dialogue.bridge import Finding, Result
from wayhome.dialogue.models import Document, Proposal

LETTER = """Office of the Lirva Valley Community
To: the Prime Minister of Velmar
6 May 2026

Excellency,

The families of the Lirva Valley have now lived away from their homes for thirty-one years. On 11 February 2026 our elected \
office wrote to the Regional Envoy and proposed a first meeting, without conditions. To this day the Regional Envoy has sent no \
reply to that letter.

We therefore ask the Prime Minister to open a dialogue with the community’s elected office before the end of this month, and \
to let a joint mission of agencies visit Meshul, Kul and Old Tavrek so that what is said about these villages may be seen.

Your Government stated on 2 May that returns “shall proceed in stages and with guarantees for all residents”. We welcome this.

With respect,
Tamar Ayvelin, chair
"""

ROWS: list[tuple[str, str, dict[str, Any], float]] = [
    (
        "communication",
        "To: the Prime Minister of Velmar",
        {
            "from": ["Office of the Lirva Valley Community"],
            "to": ["the Prime Minister of Velmar"],
            "date": "2026-05-06",
            "kind": "letter",
            "this_document": True,
        },
        0.85,
    ),
    (
        "communication",
        "On 11 February 2026 our elected office wrote to the Regional Envoy",
        {"from": ["our elected office"], "to": ["the Regional Envoy"], "date": "2026-02-11", "kind": "letter"},
        0.85,
    ),
    (
        "ask",
        "proposed a first meeting",
        {"asker": "our elected office", "addressees": ["the Regional Envoy"], "action": "hold a first meeting"},
        0.7,
    ),
    (
        "silence",
        "the Regional Envoy has sent no reply to that letter",
        {"who": "the Regional Envoy", "toward": "we", "kind": "no_reply"},
        0.9,
    ),
    (
        "ask",
        "We therefore ask the Prime Minister to open a dialogue with the community’s elected office",
        {
            "asker": "We",
            "addressees": ["the Prime Minister"],
            "action": "open a dialogue with the community’s elected office",
            "due": "2026-05-31",
        },
        0.9,
    ),
    (
        "ask",
        "to let a joint mission of agencies visit Meshul, Kul and Old Tavrek",
        {
            "asker": "We",
            "addressees": ["the Prime Minister"],
            "action": "let a joint mission visit Meshul, Kul and Old Tavrek",
            "place": "Meshul, Kul, Old Tavrek",
        },
        0.6,
    ),
    ("statement", "returns “shall proceed in stages and with guarantees for all residents”", {"speaker": "Your Government"}, 0.6),
    (
        "commitment",
        "returns “shall proceed in stages and with guarantees for all residents”",
        {"who": "Your Government", "what": "returns proceed in stages, with guarantees", "kind": "promise"},
        0.4,
    ),
    (
        "event",
        "On 11 February 2026 our elected office wrote",
        {"date": "2026-02-11", "what": "letter to the Regional Envoy"},
        0.6,
    ),
]


def result(text: str = LETTER, rows: list[tuple[str, str, dict[str, Any], float]] | None = None, **facts: Any) -> Result:
    """A reading of `text` with these findings: kind, words, fields, confidence."""
    findings = []
    for kind, quote, data, confidence in ROWS if rows is None else rows:
        start = text.index(quote)
        end = start + len(quote)
        row = {**data, "quote": quote, "start": start, "end": end}
        findings.append(Finding(kind, start, end, quote, row, confidence, "by the rules of this test"))
    facts.setdefault("media_type", "text/plain")
    facts.setdefault("language", "en")
    facts.setdefault("engine_version", "1.0")
    return Result(text=text, findings=tuple(findings), **facts)


def letter(
    process: Process, user: Any = None, *, text: str = LETTER, rows: Any = None, name: str = "letter.txt", **fields: Any
) -> Document:
    """A document on file that was read."""
    added = documents.add_file(
        process=process, name=name, data=text.encode(), user=user, actor=None if user else SYSTEM, read=False, **fields
    )
    reading.record(document=added.document, result=result(text, rows), actor=SYSTEM)
    added.document.refresh_from_db()
    return added.document


def proposal(document: Document, words: str, kind: str | None = None) -> Proposal:
    """The proposal whose passage holds these words."""
    found = document.proposals.filter(passage__exact__contains=words)
    return (found.filter(kind=kind) if kind else found).get()
