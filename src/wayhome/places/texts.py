"""Where words for places come from. A higher room registers what people wrote; this room reads it and imports none of them.

texts.register("origin", _("Places of origin"), lambda process_id: [Written("с. Куль", within="Meshul", count=12)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access


@dataclass(frozen=True, slots=True)
class Written:
    """Words for a place as people wrote them, what stood beside them (a district's column), and in how many records."""

    text: str
    within: str = ""
    count: int = 1


Source = Callable[[int], Iterable[Written]]
_sources: dict[str, tuple[Any, Source, Permission]] = {}


def register(name: str, title: Any, source: Source, *, permission: Permission = Permission.VIEW) -> None:
    """Offer `source(process_id)` under `name` to those who have `permission`: what people write for a place may say who they are.

    Registering a name twice is a programming error.
    """
    if name in _sources:
        raise ValueError(f"the source of place words {name!r} is registered twice")
    _sources[name] = (title, source, permission)


def unregister(name: str) -> None:
    """Take a source away again (tests)."""
    _sources.pop(name, None)


def titles(access: Access) -> dict[str, Any]:
    """Name and title of every source that somebody with this access may read."""
    return {name: title for name, (title, _source, permission) in sorted(_sources.items()) if access.may(permission)}


def written(process_id: int, names: Iterable[str]) -> Iterable[tuple[str, Written]]:
    """What people wrote, with the name of its source, from the sources named."""
    for name in names:
        for one in _sources[name][1](process_id):
            yield name, one
