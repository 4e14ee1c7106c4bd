"""Parts of the household's and the person's page that other parts of the room fill: intentions, claims, the plan.

    sections.register("household", "main", "registry/parts/household_intentions.html", gather)

`gather(record, access)` returns the template's values as `shown`, or None for a section that is left out. `slot` is `main` (the
wide column) or `side`. `register_wishes` gives the column "Wishes": for a household, words by the key of each person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wayhome.accounts.rules import Access
from wayhome.registry.models import Household

Gather = Callable[[Any, Access], Any]
Wishes = Callable[[Household], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Section:
    page: str
    slot: str
    template: str
    gather: Gather
    order: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as the page includes it."""

    template: str
    shown: Any


_sections: list[Section] = []
_wishes: list[Wishes] = []


def register(page: str, slot: str, template: str, gather: Gather, *, order: int = 50) -> None:
    """Add a section to a page (`household`, `person`); registering the same template again changes nothing."""
    if all((one.page, one.template) != (page, template) for one in _sections):
        _sections.append(Section(page, slot, template, gather, order))
        _sections.sort(key=lambda one: (one.order, one.template))


def register_wishes(wishes: Wishes) -> None:
    """Fill the column "Wishes" of a household's people."""
    if wishes not in _wishes:
        _wishes.append(wishes)


def of(page: str, slot: str, record: Any, access: Access) -> list[Shown]:
    """The sections of a page's column that have something to show."""
    chosen = [one for one in _sections if one.page == page and one.slot == slot]
    gathered = [Shown(one.template, one.gather(record, access)) for one in chosen]
    return [section for section in gathered if section.shown is not None]


def wishes(household: Household) -> dict[int, str]:
    """What each person wishes, in words."""
    found: dict[int, str] = {}
    for one in _wishes:
        found.update(one(household))
    return found


def has_wishes() -> bool:
    """Whether anything fills the column."""
    return bool(_wishes)
