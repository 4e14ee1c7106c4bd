"""What other systems read, made from the docket: passages, provenance, parties and messages, asks by code, documents in XML.

Nothing here is read back by an import. Every function yields chunks of bytes, so that a large docket does not fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wayhome.accounts.models import Process
from wayhome.outputs.exchange import akoma_ntoso, annotations, events, messages, provenance

VIEWS: dict[str, tuple[str, Callable[[Process], Iterator[bytes]]]] = {
    "annotations.jsonld": ("application/ld+json", annotations.chunks),
    "provenance.jsonld": ("application/ld+json", provenance.chunks),
    "followthemoney.jsonl": ("application/x-ndjson", messages.chunks),
    "asks-plover.csv": ("text/csv", events.as_csv),
    "asks-plover.json": ("application/json", events.as_json),
}


def parts(process: Process) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every derived part with its name, in a fixed order."""
    for name in sorted(VIEWS):
        yield name, VIEWS[name][1](process)
    yield from akoma_ntoso.parts(process)
