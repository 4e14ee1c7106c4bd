"""What higher rooms hold that a gate bears on, and what they know people ask for. They register; this room imports none of them.

bearing.register("wishes", _("Households that wish to return there"), count, permission=Permission.VIEW_REGISTRY)
bearing.register_asked(asked)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access


@dataclass(frozen=True, slots=True)
class Affected:
    """How many records of a kind one area bears on, and the page that lists them, where there is one."""

    number: int
    url: str = ""


Count = Callable[[int], Mapping[int, Affected]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name, its words, how it is counted by area, who may see the numbers."""

    name: str
    title: Any
    count: Count
    permission: Permission


@dataclass(frozen=True, slots=True)
class Asked:
    """How many households named a condition that a kind of gate answers, and which: words with how many named them."""

    households: int
    conditions: tuple[tuple[Any, int], ...] = field(default=())
    of: int = 0  # households that answered
    as_of: Any = None


AskedFor = Callable[[int], Mapping[str, Asked]]
_kinds: dict[str, Kind] = {}
_asked: list[tuple[AskedFor, Permission]] = []


def register(name: str, title: Any, count: Count, *, permission: Permission = Permission.VIEW) -> None:
    """Offer `count(process_id)`, the records by area. Registering a name twice is a programming error."""
    if name in _kinds:
        raise ValueError(f"what gates bear on is registered twice as {name!r}")
    _kinds[name] = Kind(name, title, count, permission)


def unregister(name: str) -> None:
    """Take a kind away again (tests)."""
    _kinds.pop(name, None)


def register_asked(asked: AskedFor, *, permission: Permission = Permission.VIEW) -> None:
    """Offer what households ask for, by code of a kind of gate; the latest survey counts."""
    if all(asked is not known for known, _permission in _asked):
        _asked.append((asked, permission))


def counted(process_id: int, access: Access) -> list[tuple[Kind, Mapping[int, Affected]]]:
    """Each kind that somebody with this access may see, with its records by area."""
    return [(kind, kind.count(process_id)) for kind in _kinds.values() if access.may(kind.permission)]


def asked(process_id: int, access: Access) -> dict[str, Asked]:
    """What households ask for, by code of a kind of gate."""
    found: dict[str, Asked] = {}
    for ask, permission in _asked:
        if access.may(permission):
            found.update(ask(process_id))
    return found


def total(affected: Mapping[int, Affected], areas: Iterable[int]) -> int:
    """How many records these areas bear on together."""
    return sum(affected[pk].number for pk in areas if pk in affected)
