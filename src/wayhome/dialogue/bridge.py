"""The only place of the dialogue room that calls the reading engine: a stored file -> the engine in a worker process -> plain data.

Nothing here touches the database; `actions.reading` writes what comes back.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib import metadata
from typing import Any

from django.conf import settings

from wayhome.core import files
from wayhome.core.errors import InvalidInput
from wayhome.core.extractor import Extractor, configured
from wayhome.core.sandbox import Bounds, Read, light, read_document
from wayhome.dialogue.models import Document
from wayhome.engines.reading import sameness, threads
from wayhome.engines.reading.envelope import Envelope
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits
from wayhome.engines.reading.references import reference_numbers
from wayhome.engines.reading.replies import AskWords, ReplyReading, read_reply
from wayhome.engines.reading.sameness import Candidate, PutAsk
from wayhome.engines.reading.types import Communication, Extracted, Reading

log = logging.getLogger("wayhome.dialogue")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FACTS = ("title", "publisher", "published_on", "message_id", "in_reply_to", "references", "sent_on", "warnings", "media_type")
_WORDS = ("text", "title", "publisher", "published_on", "kind", "warnings")
# Kinds in the order in which a person wants to decide: what the document is, then what it says.
KINDS = ("communication", "ask", "commitment", "silence", "statement", "event")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the engine found. `data` is its row of the reading contract; `confidence` 0 to 1."""

    kind: str
    start: int
    end: int
    quote: str
    data: dict[str, Any]
    confidence: float
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A document that was read. Offsets are into `text`."""

    text: str
    media_type: str
    language: str
    findings: tuple[Finding, ...]
    zones: tuple[dict[str, Any], ...] = ()
    title: str = ""
    publisher: str = ""
    published_on: str = ""
    kind: str = ""
    language_supported: bool = True
    warnings: tuple[str, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_on: str = ""
    attachments: tuple[tuple[str, bytes], ...] = ()
    engine_version: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    input_sha256: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """What a ReadingRun keeps: the contract's lists of findings and the facts beside them, without the text itself."""
        lists: dict[str, list[Any]] = {}
        for finding in self.findings:
            name = {"commitment": "commitments", "silence": "silences"}.get(finding.kind, finding.kind + "s")
            lists.setdefault(name, []).append(finding.data)
        return {
            "language": self.language,
            "language_supported": self.language_supported,
            "kind": self.kind or None,
            "title": self.title or None,
            "characters": len(self.text),
            "text_sha256": hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest(),
            "zones": list(self.zones),
            **lists,
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read: what is wrong, what to do."""

    code: str
    problem: str
    remedy: str


@lru_cache(maxsize=1)
def engine_version() -> str:
    """The version that a run is stored under. A data file of the engine changes it only with a release."""
    return metadata.version("wayhome")


def limits() -> Limits:
    """Bounds of one document on the web."""
    return Limits(max_bytes=settings.UPLOAD_MAX_BYTES)


def read(document: Document) -> Result | Failure:
    """Read the stored bytes of `document` in a worker process with limits. Never raises for a bad file."""
    bounds = Bounds()
    try:
        data = files.load(document.sha256)
    except FileNotFoundError:
        return Failure(
            "missing", f"The file {document.name} is no longer in the file store.", "Restore it from a backup, or add it again."
        )
    begun = time.monotonic()
    second = _extractor()
    outcome = read_document(document.name, data, limits=limits(), bounds=bounds, extractor=second)
    if not isinstance(outcome, Read):
        return Failure(outcome.error.code, outcome.error.problem, outcome.error.remedy)
    return _result(
        outcome.extracted,
        outcome.reading,
        engine_version=engine_version(),
        params={
            "limits": asdict(limits()),
            "wall_seconds": bounds.wall_seconds,
            "memory_bytes": bounds.memory_bytes,
            "extractor": f"{second.model} at {second.host}" if second else None,
        },
        input_sha256=document.sha256,
        seconds=round(time.monotonic() - begun, 3),
    )


def _extractor() -> Extractor | None:
    """The second reader that the operator set up (docs/reading-files.md). Settings that cannot work never stop a reading."""
    try:
        return configured()
    except ReadingError as error:
        log.warning("read without the extractor: %s", error)
        return None


def storable(value: Any) -> Any:
    """Strings as every database can keep them: no NUL, no half of a surrogate pair; each becomes one replacement character."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(storable(one) for one in value)
    return value


def _result(extracted: Extracted, reading: Reading, **run: Any) -> Result:
    extracted = replace(extracted, **{name: storable(getattr(extracted, name)) for name in _FACTS})
    reading = replace(reading, **{name: storable(getattr(reading, name)) for name in _WORDS})
    return Result(
        text=reading.text,
        media_type=extracted.media_type,
        language=reading.language,
        language_supported=reading.language_supported,
        title=reading.title or extracted.title or "",
        publisher=reading.publisher or extracted.publisher or "",
        published_on=reading.published_on or extracted.published_on or "",
        kind=reading.kind or "",
        zones=tuple({"zone": zone.zone, "start": zone.start, "end": zone.end} for zone in reading.zones),
        findings=tuple(findings(reading)),
        warnings=tuple(dict.fromkeys((*extracted.warnings, *reading.warnings))),
        message_id=extracted.message_id or "",
        references=tuple(ref for ref in (extracted.in_reply_to, *extracted.references) if ref),
        sent_on=extracted.sent_on or "",
        attachments=extracted.attachments,
        **run,
    )


def findings(reading: Reading) -> list[Finding]:
    """The engine's findings as rows of the reading contract, in the order of the text."""
    rows: list[Finding] = []

    def add(kind: str, one: Any, data: dict[str, Any], confidence: float | None = None) -> None:
        quote = reading.text[one.start : one.end]
        if not quote.strip():
            return
        row = storable({**data, "quote": quote, "start": one.start, "end": one.end})
        certain = getattr(one, "confidence", None) if confidence is None else confidence
        if certain is not None and confidence is None:
            row["confidence"] = certain
        rows.append(
            Finding(
                kind,
                one.start,
                one.end,
                row["quote"],
                row,
                float(certain or 0),
                storable(str(getattr(one, "explanation", "") or "")),
            )
        )

    for c in reading.communications:
        data = {
            "from": list(c.senders),
            "to": list(c.recipients),
            "date": c.date,
            "kind": c.kind,
            "this_document": c.this_document,
            "in_reply_to": c.in_reply_to,
            "answered": c.answered,
        }
        # The engine grades no communication: one with a date and both sides is likely, one without is doubtful.
        add("communication", c, data, 0.35 + 0.2 * bool(c.date) + 0.15 * bool(c.senders) + 0.15 * bool(c.recipients))
    for a in reading.asks:
        data = {
            "asker": a.asker,
            "addressees": list(a.addressees),
            "action": a.action,
            "act": a.act,
            "beneficiary": a.beneficiary,
            "place": a.place,
            "due": a.due,
            "basis": list(a.basis),
        }
        add("ask", a, data)
    for k in reading.commitments:
        add("commitment", k, {"who": k.who, "what": k.what, "kind": k.kind, "instrument": k.instrument})
    for s in reading.silences:
        add("silence", s, {"who": s.who, "toward": s.toward, "kind": s.kind})
    for t in reading.statements:
        add("statement", t, {"speaker": t.speaker}, 0.6)
    for e in reading.events:
        add("event", e, {"date": e.date, "what": e.what}, 0.6 if len(e.date or "") == 10 else 0.45)
    rows.sort(key=lambda row: (row.start, KINDS.index(row.kind), row.end))
    return rows


def envelope(data: bytes) -> Envelope:
    """What a mail's headers and reports say, read in a worker process with limits. Raises `InvalidInput` for what is no mail."""
    try:
        facts = light().run("wayhome.engines.reading.envelope:envelope", data, bounds=Bounds(wall_seconds=20, cpu_seconds=20))
    except ReadingError as error:
        raise InvalidInput(error.problem, error.remedy, code=error.code) from error
    assert isinstance(facts, Envelope)
    return facts


def reply(document: Document, asks: Sequence[AskWords], *, subject: str = "", dated: str = "") -> ReplyReading:
    """What the words of a reply may say to these asks: suggestions, never applied by themselves. Empty when there is no text."""
    quoted = [(int(zone["start"]), int(zone["end"])) for zone in document.zones if zone.get("zone") in ("quoted", "wrapper")]
    language = document.language if document.language in ("en", "fr", "ru") else "en"
    return read_reply(document.text, subject=subject, asks=asks, quoted=quoted, language=language, dated=dated or None)


def earlier(
    document: Document,
    on_file: Sequence[threads.OnFile],
    *,
    subject: str = "",
    senders: Sequence[str] = (),
    found: Sequence[dict[str, Any]] = (),
) -> tuple[threads.Link, ...]:
    """Which communications on file a document that was read belongs to, the surest first, with reasons.

    Args:
        found: the communications of its reading, as the reading contract writes them.
    """
    communications = tuple(
        Communication(
            tuple(row.get("from") or ()),
            tuple(row.get("to") or ()),
            row.get("date"),
            str(row.get("kind") or ""),
            bool(row.get("this_document")),
            row.get("in_reply_to"),
            "unknown",
            int(row["start"]),
            int(row["end"]),
        )
        for row in found
        if "start" in row and "end" in row
    )
    incoming = threads.Incoming(
        text=document.text[:200_000],
        language=document.language if document.language in ("en", "fr") else "en",
        date=document.dated or None,
        message_id=document.message_id,
        in_reply_to=next(iter(document.references), ""),
        references=tuple(document.references),
        subject=subject,
        senders=tuple(senders),
        communications=communications,
    )
    return threads.earlier(incoming, on_file)


def numbers_in(head: str) -> tuple[str, ...]:
    """The reference numbers that stand at the head of a letter: its own is among them."""
    return tuple(dict.fromkeys(number for _start, _end, number in reference_numbers(head)))


def put_again(new: PutAsk, earlier: Sequence[PutAsk], least: float) -> tuple[Candidate, ...]:
    """Which of the earlier asks the new one may put again, the likeliest first; runs here, no document is opened."""
    return sameness.put_again(new, earlier, least)
