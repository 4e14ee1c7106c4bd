"""What a decision about a gate can rest on: an ask, a commitment, a letter. Higher rooms register theirs; this room imports none.

    grounds.register("ask", _("Ask"), find, show)

`find(process, words)` gives the ground that a number as people write it (A-021) names, or None. `show(process, uids, access)` gives
those of these records that somebody with this access may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access


@dataclass(frozen=True, slots=True)
class Ground:
    """A record as a page shows it: its number, its words, its address, and the exact words it stands on where there are any."""

    kind: str
    uid: UUID
    ref: str
    title: str
    url: str
    quote: str = ""


Find = Callable[[Process, str], UUID | None]
Show = Callable[[Process, Iterable[UUID], Access], Iterable[Ground]]
_kinds: dict[str, tuple[Any, Find, Show]] = {}


def register(kind: str, title: Any, find: Find, show: Show) -> None:
    """Offer a kind of record; registering one twice is a programming error."""
    if kind in _kinds:
        raise ValueError(f"the kind of ground {kind!r} is registered twice")
    _kinds[kind] = (title, find, show)


def find(process: Process, words: str) -> tuple[str, UUID] | None:
    """Kind and identifier of the record with this number, whichever kind it is."""
    for kind, (_title, look, _show) in _kinds.items():
        uid = look(process, words.strip())
        if uid is not None:
            return kind, uid
    return None


def shown(process: Process, wanted: Iterable[tuple[str, UUID]], access: Access) -> dict[UUID, Ground]:
    """The grounds named, as far as they may be read; as many queries as there are kinds."""
    by_kind: dict[str, set[UUID]] = {}
    for kind, uid in wanted:
        by_kind.setdefault(kind, set()).add(uid)
    found: dict[UUID, Ground] = {}
    for kind, uids in by_kind.items():
        if kind in _kinds:
            found.update({one.uid: one for one in _kinds[kind][2](process, uids, access)})
    return found
