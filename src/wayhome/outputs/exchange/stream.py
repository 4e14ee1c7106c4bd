"""JSON in chunks: a head, the items of one list a line each, a tail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any


def compact(value: Any) -> str:
    """Canonical JSON: the same value gives the same text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def listing(head: dict[str, Any], key: str, items: Iterable[Any]) -> Iterator[bytes]:
    """An object whose last member `key` is a list, written item by item."""
    start = json.dumps(head, sort_keys=True, ensure_ascii=False, indent=1)[:-2]
    yield f'{start},\n "{key}": ['.encode()
    first = True
    for item in items:
        yield (("\n" if first else ",\n") + "  " + compact(item)).encode()
        first = False
    yield b"\n ]\n}\n"
