"""The reading contract's JSON: what `wayhome read --json` prints for one document."""

from __future__ import annotations

import json
from typing import Any

from wayhome.engines.reading.types import Reading


def as_dict(reading: Reading, *, file: str, sha256: str, media_type: str) -> dict[str, Any]:
    """The contract's object; every `quote` is `text[start:end]`."""
    text = reading.text

    def passage(item: Any) -> dict[str, Any]:
        return {"quote": text[item.start : item.end], "start": item.start, "end": item.end}

    out: dict[str, Any] = {
        "file": file,
        "sha256": sha256,
        "media_type": media_type,
        "language": reading.language,
        "text": text,
        "title": reading.title,
        "publisher": reading.publisher,
        "published_on": reading.published_on,
        "kind": reading.kind,
        "zones": [{"zone": z.zone, "start": z.start, "end": z.end} for z in reading.zones],
        "communications": [
            {
                "from": list(c.senders),
                "to": list(c.recipients),
                "date": c.date,
                "kind": c.kind,
                "this_document": c.this_document,
                "in_reply_to": c.in_reply_to,
                "answered": c.answered,
                **passage(c),
            }
            for c in reading.communications
        ],
        "asks": [
            {
                "asker": a.asker,
                "addressees": list(a.addressees),
                "action": a.action,
                "act": a.act,
                "beneficiary": a.beneficiary,
                "place": a.place,
                "due": a.due,
                "basis": list(a.basis),
                **passage(a),
                "confidence": a.confidence,
                "explanation": a.explanation,
            }
            for a in reading.asks
        ],
        "commitments": [
            {
                "who": c.who,
                "what": c.what,
                "kind": c.kind,
                "instrument": c.instrument,
                **passage(c),
                "confidence": c.confidence,
                "explanation": c.explanation,
            }
            for c in reading.commitments
        ],
        "silences": [
            {
                "who": s.who,
                "toward": s.toward,
                "kind": s.kind,
                **passage(s),
                "confidence": s.confidence,
                "explanation": s.explanation,
            }
            for s in reading.silences
        ],
        "statements": [{"speaker": s.speaker, **passage(s)} for s in reading.statements],
        "events": [{"date": e.date, "what": e.what, **passage(e)} for e in reading.events],
    }
    if not reading.language_supported:
        out["language_supported"] = False
    if reading.warnings:
        out["warnings"] = list(reading.warnings)
    return out


def as_line(reading: Reading, *, file: str, sha256: str, media_type: str) -> str:
    """The object as one line of JSON, ASCII only: a raw U+2028 in a string breaks readers that split lines."""
    return json.dumps(as_dict(reading, file=file, sha256=sha256, media_type=media_type), ensure_ascii=True, sort_keys=False)
