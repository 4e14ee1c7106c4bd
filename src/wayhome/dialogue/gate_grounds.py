"""Asks, commitments and letters as what a decision about a gate rests on, and the open asks that name a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue.models import Ask, Commitment, Communication
from wayhome.dialogue.states import Position
from wayhome.places import bearing, grounds
from wayhome.places.bearing import Affected
from wayhome.places.grounds import Ground
from wayhome.places.queries.matches import resolve_many

_NUMBER = re.compile(r"^([ACL])-?0*(\d{1,9})$", re.IGNORECASE)


def _finder(prefix: str, model: Any) -> Callable[[Process, str], UUID | None]:
    def find(process: Process, words: str) -> UUID | None:
        match = _NUMBER.match(words)
        if match is None or match[1].upper() != prefix:
            return None
        found: UUID | None = model.objects.of(process).filter(number=int(match[2])).values_list("uid", flat=True).first()
        return found

    return find


def _quote(row: Any, restricted: bool) -> str:
    """The first exact words on which an ask or commitment stands, of those that may be read."""
    open_words = (one.passage for one in row.passages.all() if restricted or not one.passage.document.restricted)
    return next((passage.exact for passage in open_words), "")


def _stated(kind: str, route: str, model: Any, words: Callable[[Any], str]) -> Callable[..., Iterable[Ground]]:
    def show(process: Process, uids: Iterable[UUID], access: Access) -> Iterable[Ground]:
        restricted = access.may(Permission.VIEW_RESTRICTED)
        rows = model.objects.of(process).readable(restricted=restricted).filter(uid__in=list(uids))
        for row in rows.prefetch_related("passages__passage__document"):
            url = reverse(route, args=[process.slug, row.number])
            yield Ground(kind, row.uid, row.ref, words(row), url, _quote(row, restricted))

    return show


def _letters(process: Process, uids: Iterable[UUID], access: Access) -> Iterable[Ground]:
    rows = Communication.objects.of(process).filter(uid__in=list(uids)).select_related("document")
    for row in rows:
        if row.document is not None and row.document.restricted and not access.may(Permission.VIEW_RESTRICTED):
            continue
        title = row.title or row.get_kind_display()
        yield Ground("letter", row.uid, row.ref, title, reverse("letter", args=[process.slug, row.number]))


def open_asks(process_id: int) -> Mapping[int, Affected]:
    """Asks that are not closed, by the area that the words for their place mean; asks of restricted letters are left out."""
    process = Process.objects.get(pk=process_id)
    rows = Ask.objects.of(process).readable(restricted=False).exclude(place="").exclude(position=Position.CLOSED)
    words: dict[tuple[str, str], int] = {}
    for place in rows.values_list("place", flat=True):
        for one in place.split(","):
            if one.strip():
                words[one.strip(), ""] = words.get((one.strip(), ""), 0) + 1
    found: dict[int, int] = {}
    for pair, meant in resolve_many(process, words).items() if words else ():
        if meant.best_id is not None:
            found[meant.best_id] = found.get(meant.best_id, 0) + words[pair]
    url = reverse("docket", args=[process.slug])
    return {area: Affected(number, url) for area, number in found.items()}


def connect() -> None:
    """Offer the records of this room; called once when the app is ready."""
    grounds.register("ask", _("Ask"), _finder("A", Ask), _stated("ask", "ask", Ask, lambda row: row.action))
    grounds.register(
        "commitment",
        _("Commitment"),
        _finder("C", Commitment),
        _stated("commitment", "commitment", Commitment, lambda row: row.what),
    )
    grounds.register("letter", _("Letter"), _finder("L", Communication), _letters)
    bearing.register("asks", _("Open asks"), open_asks)
