"""Passage matching as the reading contract lays down: IoU of at least one half, or one contains the other and is at most twice as long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

Place = tuple[int, int]


def iou(a: Place, b: Place) -> float:
    """Shared length over joint length of two passages."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (a[1] - a[0] + b[1] - b[0] - shared) if shared > 0 else 0.0


def matches(a: Place, b: Place) -> float:
    """How well two passages match, 0 when they do not."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    if shared <= 0:
        return 0.0
    short, long = sorted((a[1] - a[0], b[1] - b[0]))
    value = iou(a, b)
    return value if value >= 0.5 or (shared == short and long <= 2 * short) else 0.0


def pair(found: Sequence[Place], gold: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """(found, gold) pairs, best match first, one to one."""
    ranked = sorted(
        ((matches((g["start"], g["end"]), f), j, i) for i, g in enumerate(gold) for j, f in enumerate(found)), reverse=True
    )
    used_f: set[int] = set()
    used_g: set[int] = set()
    out = []
    for value, j, i in ranked:
        if value > 0 and j not in used_f and i not in used_g:
            used_f.add(j)
            used_g.add(i)
            out.append((j, i))
    return out


def count(found: Sequence[Place], gold: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    """Matched, found and gold, doubtful gold items counting neither way."""
    pairs = pair(found, gold)
    neutral = sum(bool(gold[i].get("doubtful")) for _, i in pairs)
    return len(pairs) - neutral, len(found) - neutral, sum(not g.get("doubtful") for g in gold)


_STOP = frozenset(
    ["the", "of", "and", "to", "le", "la", "les", "de", "du", "des", "l", "d", "et", "mr", "all", "a", "in", "his", "her"]
)


def content_words(value: object) -> set[str]:
    """Words of a name or list of names that can tell parties apart."""
    if value is None:
        return set()
    if isinstance(value, (list, tuple)):
        value = " ".join(str(v) for v in value)
    words = re.findall(r"\w+", unicodedata.normalize("NFKD", str(value)).casefold())
    return {w for w in words if w not in _STOP and len(w) > 1}
