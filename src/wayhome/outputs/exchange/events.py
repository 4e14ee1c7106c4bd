"""Asks as coded events after PLOVER (Political Language Ontology for Verifiable Event Records): who asks whom for what, when.

No conflict or cooperation score is written: none of the scales is a fact about a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from wayhome.accounts.models import Process
from wayhome.core.tables import csv_text
from wayhome.dialogue import models as d

COLUMNS = (
    "id",
    "ask",
    "date",
    "event_type",
    "mode",
    "request_for",
    "actor",
    "recipient",
    "place",
    "action",
    "position",
    "outcome",
)


def _rows(process: Process) -> Iterator[dict[str, Any]]:
    asks = d.Ask.objects.filter(process=process).select_related("asker", "addressee").order_by("number")
    for ask in asks.iterator(chunk_size=500):
        wanted, _sep, mode = ask.act.partition("-")
        yield {
            "id": str(ask.uid),
            "ask": ask.ref,
            "date": ask.asked_on.isoformat() if ask.asked_on else "",
            "event_type": "REQUEST",
            "mode": mode.replace("_", " "),
            "request_for": wanted,
            "actor": ask.asker.name if ask.asker else "",
            "recipient": ask.addressee.name if ask.addressee else "",
            "place": ask.place,
            "action": ask.action,
            "position": ask.position,
            "outcome": ask.outcome,
        }


def as_csv(process: Process) -> Iterator[bytes]:
    """A table, a row an ask."""
    yield csv_text(COLUMNS, ([row[name] for name in COLUMNS] for row in _rows(process))).encode()


def as_json(process: Process) -> Iterator[bytes]:
    """The same as a JSON list."""
    yield json.dumps(list(_rows(process)), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
