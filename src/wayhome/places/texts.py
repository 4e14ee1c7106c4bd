"""Where words for places come from. A higher room registers what people wrote; this room reads it and imports none of them.

texts.register("origin", _("Places of origin"), lambda process_id: [Written("с. Куль", within="Meshul", count=12)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """Words for a place as people wrote them, what stood beside them (a district's column), and in how many records."""

    text: str
    within: str = ""
    count: int = 1


Source = Callable[[int], Iterable[Written]]
_sources: dict[str, tuple[Any, Source]] = {}


def register(name: str, title: Any, source: Source) -> None:
    """Offer `source(process_id)` under `name`. Registering a name twice is a programming error."""
    if name in _sources:
        raise ValueError(f"the source of place words {name!r} is registered twice")
    _sources[name] = (title, source)


def unregister(name: str) -> None:
    """Take a source away again (tests)."""
    _sources.pop(name, None)


def titles() -> dict[str, Any]:
    """Every source's name and title."""
    return {name: title for name, (title, _source) in sorted(_sources.items())}


def written(process_id: int, only: str = "") -> Iterable[tuple[str, Written]]:
    """All that people wrote, with the name of its source; of one source when `only` names it."""
    for name, (_title, source) in sorted(_sources.items()):
        if not only or only == name:
            for one in source(process_id):
                yield name, one
