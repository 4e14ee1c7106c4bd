"""What the search page shows: hits grouped by what they are, with the matching words marked. A constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue import search
from wayhome.dialogue.models import Ask, Commitment, Communication, Document, Party
from wayhome.dialogue.queries.passages import speaking, text_url
from wayhome.dialogue.search import Kind, Piece, pieces

EACH = 8
TITLES: dict[str, Any] = {
    Kind.ASK: _("Asks"),
    Kind.COMMUNICATION: _("Letters"),
    Kind.DOCUMENT: _("Passages"),
    Kind.COMMITMENT: _("Commitments"),
    Kind.PARTY: _("Parties"),
}


@dataclass(slots=True)
class Hit:
    """One record found: where it leads, its reference, the words with the matches marked, a line under them."""

    ref: str
    words: list[Piece]
    route: tuple[str, Any] | None = None
    url: str = ""
    under: str = ""
    language: str = ""
    restricted: bool = False


@dataclass(slots=True)
class Group:
    kind: str
    title: Any
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    more: str = ""  # the route that shows more of them, with the words as `q`


# A higher room's own records: kind, the permission they need, and the search of at most so many.
Finder = Callable[[Process, str, int], Group | None]
_finders: dict[str, tuple[Permission, Finder]] = {}


def register(kind: str, permission: Permission, finder: Finder) -> None:
    """Let the search of the top bar offer records of a higher room to those who hold `permission`, before all others."""
    _finders[kind] = (permission, finder)


def elsewhere(process: Process, query: str, access: Access, *, limit: int = EACH) -> list[Group]:
    """Groups of the higher rooms that have hits."""
    groups = [finder(process, query, limit) for permission, finder in _finders.values() if access.may(permission)]
    return [group for group in groups if group is not None and group.hits]


def find(process: Process, query: str, *, restricted: bool, only: str = "", limit: int = EACH) -> list[Group]:
    """Groups that have hits, in the order asks, letters, passages, commitments, parties."""
    terms = search.parse(query)
    if not terms:
        return []
    groups = []
    for kind, title in TITLES.items():
        if only and kind != only:
            continue
        rows = _rows(process, kind, terms, restricted=restricted)
        total = rows.count()
        if total:
            group = Group(kind, title, total)
            found = list(rows[:limit])
            spoken = speaking(row.pk for row in found) if kind == Kind.DOCUMENT else {}
            group.hits = [_hit(process, kind, row, terms, spoken) for row in found]
            groups.append(group)
    return groups


def _rows(process: Process, kind: str, terms: list[search.Term], *, restricted: bool) -> QuerySet[Any]:
    # The second wall: whatever the index says, a restricted document and what only it states are left out for who may not see it.
    open_document = Q() if restricted else Q(document=None) | Q(document__restricted=False)
    match kind:
        case Kind.ASK:
            rows = Ask.objects.of(process).readable(restricted=restricted)
            rows = rows.filter(search.matching_asks(process, terms, restricted=restricted))
            return rows.select_related("addressee").order_by("-asked_on", "-number")
        case Kind.COMMUNICATION:
            rows = Communication.objects.of(process).filter(
                search.matching(process, kind, terms, restricted=restricted), open_document
            )
            return rows.select_related("document").defer("document__text", "document__zones").order_by("-day", "-number")
        case Kind.DOCUMENT:
            rows = Document.objects.of(process).filter(search.matching(process, kind, terms, restricted=restricted))
            return rows.filter(Q() if restricted else Q(restricted=False)).defer("zones", "warnings").order_by("-number")
        case Kind.COMMITMENT:
            rows = Commitment.objects.of(process).readable(restricted=restricted)
            rows = rows.filter(search.matching_commitments(process, terms, restricted=restricted))
            return rows.select_related("who").order_by("-made_on", "-number")
    return Party.objects.of(process).filter(search.matching(process, kind, terms, restricted=restricted)).order_by("name")


def _hit(process: Process, kind: str, row: Any, terms: list[search.Term], spoken: dict[int, Communication]) -> Hit:
    match kind:
        case Kind.ASK:
            under = row.addressee.name if row.addressee else ""
            return Hit(row.ref, pieces(row.action, terms, around=200), ("ask", row.number), under=under)
        case Kind.COMMUNICATION:
            text = row.title or row.summary or f"{row.get_kind_display()} {row.dated}"
            return Hit(row.ref, pieces(text, terms), ("letter", row.number), under=f"{row.get_kind_display()} · {row.dated}")
        case Kind.DOCUMENT:
            communication = spoken.get(row.pk)
            ref = communication.ref if communication else row.ref
            url = text_url(row, communication, process.slug)
            title = row.title or row.name
            if row.restricted:
                # Its words are shown where reading is logged: on its own page.
                return Hit(ref, [Piece(title, False)], None, url, restricted=True)
            return Hit(ref, pieces(row.text, terms), None, url, title, row.language)
        case Kind.COMMITMENT:
            return Hit(
                row.ref, pieces(row.what, terms, around=200), ("commitment", row.number), under=row.who.name if row.who else ""
            )
    return Hit("", pieces(row.name, terms), ("party", row.pk), under=row.get_kind_display())
