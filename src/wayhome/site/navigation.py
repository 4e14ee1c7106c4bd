"""The rooms and their pages, as the frame shows them: one table. A page is open when its address begins the request's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a room: its route, its words, the count beside it, and the permission it needs."""

    route: str
    title: Any
    count: str = ""
    permission: Permission = Permission.VIEW


@dataclass(frozen=True, slots=True)
class Room:
    """A room: key after `g`, icon (template name), pages. The first page is where the room opens."""

    key: str
    title: Any
    icon: str
    pages: tuple[Page, ...]


ROOMS: tuple[Room, ...] = (
    Room("h", pgettext_lazy("room", "Today"), "today", (Page("process_home", _("Today")),)),
    Room(
        "d",
        pgettext_lazy("room", "Dialogue"),
        "dialogue",
        (
            Page("docket", _("Docket"), "asks"),
            Page("letters", pgettext_lazy("page", "Letters"), "communications"),
            Page("review_queue", _("Review"), "proposals"),
            Page("inbox", _("Inbox"), "waiting", Permission.ADD_DOCUMENT),
            Page("commitments", _("Commitments"), "commitments"),
            Page("parties", _("Parties"), "parties"),
            Page("links", pgettext_lazy("page", "Outside links"), "", Permission.SHARE_LINK),
        ),
    ),
    Room(
        "a",
        pgettext_lazy("room", "Places"),
        "places",
        (
            Page("areas", _("Areas"), "areas"),
            Page("places_map", pgettext_lazy("page", "Map")),
            Page("places_written", _("Places people wrote")),
            Page("readiness", _("Readiness")),
            Page("gates", pgettext_lazy("page", "Gates")),
            Page("works", _("Works")),
            Page("homes", _("Homes")),
            Page("presence", _("Who does what")),
            Page("gazetteers", _("Gazetteers")),
            Page("criteria", _("Criteria")),
            Page("place_names", _("Names shown"), "", Permission.EDIT_PLACES),
        ),
    ),
    Room(
        "r",
        pgettext_lazy("room", "Registry"),
        "registry",
        (
            Page("households", _("Households"), "households", Permission.VIEW_REGISTRY),
            Page("persons", _("Find a person"), "", Permission.VIEW_REGISTRY),
            Page("imports", pgettext_lazy("page", "Lists"), "", Permission.IMPORT_PERSONS),
            Page("pairs", _("Who is who"), "pairs", Permission.VIEW_REGISTRY),
            Page("intentions", _("Intentions"), "", Permission.VIEW_REGISTRY),
            Page("claims", pgettext_lazy("page", "Claims"), "claims", Permission.VIEW_REGISTRY),
            Page("registry_privacy", pgettext_lazy("page", "Privacy"), "", Permission.PRIVACY),
        ),
    ),
    Room(
        "l",
        pgettext_lazy("room", "Plans"),
        "plans",
        (
            Page("scenarios", pgettext_lazy("page", "Scenarios"), "scenarios"),
            Page("plan_runs", pgettext_lazy("page", "Runs")),
            Page("plan_approved", pgettext_lazy("page", "Approved plan")),
        ),
    ),
    Room(
        "o",
        pgettext_lazy("room", "Outputs"),
        "outputs",
        (
            Page("next_letters", _("Next letters"), "letters", Permission.DRAFT_LETTER),
            Page("timeline_desk", _("Public timeline"), "", Permission.PUBLISH),
            Page("exchange", _("Exchange"), "", Permission.EXPORT),
        ),
    ),
    Room(
        "p",
        pgettext_lazy("room", "Process"),
        "process",
        (
            Page("members", _("Members"), "", Permission.MANAGE_MEMBERS),
            Page("access", _("Elevated access")),
            Page("process_ladder", pgettext_lazy("page", "Ladder"), "", Permission.MANAGE_PROCESS),
            Page("process_settings", _("Settings"), "", Permission.MANAGE_PROCESS),
            Page("audit_log", _("Audit log"), "", Permission.VIEW_AUDIT),
        ),
    ),
)


@dataclass(slots=True)
class ShownPage:
    title: Any
    url: str
    count: str
    current: bool = False


@dataclass(slots=True)
class ShownRoom:
    key: str
    title: Any
    icon: str
    url: str
    current: bool = False
    pages: list[ShownPage] = field(default_factory=list)


def rooms(process: Process, access: Access, path: str) -> list[ShownRoom]:
    """The rooms this person may enter, with the open page marked by the longest matching address."""
    shown: list[ShownRoom] = []
    best: tuple[int, ShownRoom, ShownPage] | None = None
    for room in ROOMS:
        pages = []
        for page in room.pages:
            if not access.may(page.permission):
                continue
            try:
                url = reverse(page.route, args=[process.slug])
            except NoReverseMatch:
                continue
            pages.append(ShownPage(page.title, url, page.count))
        if not pages:
            continue
        here = ShownRoom(room.key, room.title, room.icon, pages[0].url, pages=pages)
        shown.append(here)
        for page in pages:
            if path.startswith(page.url) and (best is None or len(page.url) > best[0]):
                best = (len(page.url), here, page)
    if best is not None:
        best[1].current = best[2].current = True
    return shown
