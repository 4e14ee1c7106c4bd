"""Persons in the search of the top bar, for those who may see the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.dialogue.queries import found
from wayhome.dialogue.search import Piece
from wayhome.registry import births


def persons(process: Process, query: str, limit: int) -> found.Group | None:
    """The persons that fit best. Document numbers are looked up on the page of the registry alone, where a hit is logged."""
    from wayhome.registry.queries import search  # loads the fold and the comparison of words, which only a search needs

    hits = search.find(process, query, most=100)
    rows = hits.persons(0, limit)
    if not rows:
        return None
    group = found.Group("person", _("People"), len(hits.ids), more="persons")
    for row in rows:
        under = " · ".join(
            part for part in (row.household.ref if row.household else "", births.words(row), row.origin_text) if part
        )
        group.hits.append(found.Hit(row.ref, [Piece(str(row), False)], ("person", row.number), under=under))
    return group


def connect() -> None:
    """Called once when the app is ready."""
    found.register("person", Permission.VIEW_REGISTRY, persons)
