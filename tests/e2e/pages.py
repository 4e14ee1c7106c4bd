"""Where the demo's pages are: each route of the table with the parts of its address, or why it is walked elsewhere or is no page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from tests.e2e.running import Running

SLUG = "lirva"
# Routes that answer GET with something other than a page that the demo's people can open, and why.
NO_PAGE = {
    "import": "needs a list that was brought in: see tests/apps/registry/test_import_pages.py",
    "import_columns": "needs a list that was brought in: see tests/apps/registry/test_import_pages.py",
    "import_progress": "a part of a page, fetched by script",
    "import_bad_rows": "a file to correct",
    "home": "leads to the only process; its list is walked as ?all=1",
    "docket_export": "CSV",
    "document_file": "the file itself",
    "document_status": "a row of a list, fetched by script",
    "calendar_feed": "iCalendar",
    "next_letter_pdf": "PDF",
    "next_letter_docx": "Word document",
    "public_timeline_csv": "CSV",
    "public_timeline_jsonld": "JSON-LD",
    "public_timeline_rss": "RSS",
    "outside_copy": "a file to keep",
    "incoming": "needs a mail that waits: see test_answering and the walk of all routes",
    "installation_audit": "for the administrator of the installation: see test_second_factor",
    "account_set_password": "who has a password is led to its change",
    "account_reset_password_from_key": "needs the link of a mail",
    "mfa_authenticate": "a step of a log-in under way: see test_second_factor",
    "mfa_reauthenticate": "a step of a log-in under way: see test_second_factor",
    "mfa_reauthenticate_webauthn": "needs a key: see test_second_factor",
    "mfa_remove_webauthn": "needs a key: see test_second_factor",
    "mfa_edit_webauthn": "needs a key: see test_second_factor",
    "mfa_deactivate_totp": "needs a second factor: see test_second_factor",
    "mfa_view_recovery_codes": "needs a second factor: see test_second_factor",
    "mfa_download_recovery_codes": "a file to keep",
}
# Before log-in, or for everybody.
STRANGERS = {
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "public_timeline",
    "public_document",
    "outside",
}
QUERIES = {
    "docket_bulk": "?step=remind&ask=1&ask=2",
    "search": "?q=road",
    "letter_new": "?ask=4&ask=5",
    "reply_new": "?ask=4",
    "link_new": "?ask=7&ask=10",
}
MORE = [  # other faces of a page
    "/?all=1",
    f"/p/{SLUG}/dialogue/docket/?q=nothing-like-it",
    f"/p/{SLUG}/dialogue/docket/asks/4/steps/escalate/",
    f"/p/{SLUG}/dialogue/docket/asks/4/steps/deferred/",
    f"/p/{SLUG}/dialogue/docket/asks/4/steps/evidence/",
    f"/p/{SLUG}/dialogue/docket/asks/9/",
    f"/p/{SLUG}/dialogue/search/",
    f"/p/{SLUG}/dialogue/review/15/?add=1",
    f"/p/{SLUG}/outputs/letters/new/",
    f"/p/{SLUG}/dialogue/links/new/",
]


def parts(running: Running, outside: str) -> Mapping[str, dict[str, Any]]:
    """The parts of the address that a route needs beside the process, from what the demo holds."""
    one = running.one
    timeline = "select communication_id from dialogue_timelineitem where communication_id is not null order by 1 limit 1"
    return {
        "ask": {"number": 1},
        "ask_ladder": {"number": 1},
        "ask_step": {"number": 4, "step": "note"},
        "commitment": {"number": 4},
        "commitment_step": {"number": 4, "step": "assess"},
        "review": {"number": 15},
        "letter": {"number": 1},
        "letter_edit": {"number": 1},
        "reply_link": {"number": 3},
        "party": {"pk": 3},
        "party_edit": {"pk": 3},
        "area": {"pk": one("select id from places_area where code = 'VM010102'")},
        "area_edit": {"pk": one("select id from places_area where code = 'VM010102'")},
        "member": {"pk": one("select id from accounts_membership order by id limit 1")},
        "timeline_entry": {"kind": "communication", "pk": one(timeline)},
        "public_document": {
            "uid": UUID(
                str(
                    one(
                        "select d.uid from dialogue_document d join dialogue_communication c on c.document_id = d.id "
                        "join dialogue_timelineitem t on t.communication_id = c.id where t.show_document limit 1"
                    )
                )
            )
        },
        "link": {"uid": UUID(str(one("select uid from dialogue_outsidelink order by id limit 1")))},
        "next_letter": {"number": 1},
        "next_letter_edit": {"number": 1},
        "next_letter_compare": {"number": 1},
        "outside": {"token": outside},
    }


def addresses(running: Running, outside: str) -> tuple[dict[str, str], dict[str, str]]:
    """Addresses by route: of the pages of whoever is logged in, and of those for everybody.

    Raises: AssertionError naming every route of the table that takes GET and stands in neither this file's lists.
    """
    from tests.apps.routes_table import ROUTES

    known, inside, open_to_all, missing = parts(running, outside), {}, {}, []
    for name, route in ROUTES.items():
        if route.post_only or name in NO_PAGE:
            continue
        given = dict(known.get(name, {}))
        address = None
        for with_slug in ({"slug": SLUG, **given}, given):
            try:
                address = reverse(name, kwargs=with_slug)
                break
            except Exception:  # noqa: S112  (NoReverseMatch: the other form is tried)
                continue
        if address is None:
            missing.append(name)
            continue
        (open_to_all if name in STRANGERS else inside)[name] = address + QUERIES.get(name, "")
    assert not missing, f"say in tests/e2e/pages.py where these pages are: {missing}"
    return inside, open_to_all
