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
    "import_bad_rows": "a file to correct",
    "home": "leads to the only process; its list is walked as ?all=1",
    "docket_export": "CSV",
    "gates_csv": "CSV",
    "criteria_csv": "CSV",
    "gate_paper": "the file itself",
    "places_map_data": "GeoJSON, fetched by script",
    "readiness_scores": "CSV",
    "readiness_answers": "HXL",
    "assessment_table": "the demo brings in no table of assessments: see test_assessments",
    "iati_activities": "XML; needs the organisation's identifier, see test_iati",
    "work_picture": "a picture, where there is one",
    "supply_export": "a table to keep",
    "plan_months_csv": "CSV",
    "plan_works_csv": "CSV",
    "plan_why": "a part of a page, fetched by script",
    "plan_answered": "a part of a page, fetched by script",
    "plan_study_parts": "a part of a page, fetched by script",
    "plan_progress": "a part of a page, fetched by script",
    "scenario_who": "a part of a page, fetched by script",
    "plan_public": "public once a version stands: see test_runs",
    "plan_public_csv": "CSV",
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
    "household_card": "a part of a page, fetched by script",
    "person_photograph": "a picture, where there is one",
    "person_photograph_put": "photographs are off in the demo",
    "link_run": "a part of a page, fetched by script",
    "import_progress": "a part of a page, fetched by script",
    "wave_figures": "CSV",
    "wave_table_issues": "CSV",
    "claim_evidence_file": "the file itself",
    "claim_letter": "PDF",
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
    "claims_public",
    "claim_lookup",
}
QUERIES = {
    "docket_bulk": "?step=remind&ask=1&ask=2",
    "search": "?q=road",
    "persons": "?q=Nikita+Elvarov",
    "plan_compare": "?a=1&b=2",
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
    f"/p/{SLUG}/registry/households/?q=nobody-of-this-name",
    f"/p/{SLUG}/registry/persons/",
    f"/p/{SLUG}/registry/persons/?q=Никита",
    f"/p/{SLUG}/registry/who/?view=second",
    f"/p/{SLUG}/registry/claims/?view=competing",
    f"/p/{SLUG}/registry/claims/delivery/?state=returned",
    f"/p/{SLUG}/places/areas/?q=Kul",
    f"/p/{SLUG}/places/gates/?view=shut",
    f"/p/{SLUG}/places/gates/?view=soon",
    f"/p/{SLUG}/places/criteria/?show=unread",
]


def parts(running: Running, outside: str) -> Mapping[str, dict[str, Any]]:
    """The parts of the address that a route needs beside the process, from what the demo holds."""
    one = running.one
    timeline = "select communication_id from dialogue_timelineitem where communication_id is not null order by 1 limit 1"
    head = one("select p.number from registry_person p join registry_household h on h.head_id = p.id order by h.number limit 1")
    sealed = (
        "select p.number, s.id from registry_sealedvalue s join registry_person p on p.id = s.person_id order by s.id limit 1"
    )
    person, value = running.ask(sealed)[0]
    newest, table = running.ask(
        "select w.number, t.number from registry_wave w join registry_wavetable t on t.wave_id = w.id where w.closed_on is null"
    )[0]
    claim_of = "select number from registry_claim where state = '{}' order by number limit 1"
    under_review, decided = one(claim_of.format("under_review")), one(claim_of.format("decided"))
    occupied, occupant = running.ask(
        "select c.number, o.id from registry_occupant o join registry_claim c on c.holding_id = o.holding_id order by c.number limit 1"
    )[0]
    linked, link = running.ask(
        "select c.number, l.id from registry_claimlink l join registry_claim c on c.id = l.one_id where l.judgement = '' and not l.gone "
        "order by l.id limit 1"
    )[0]
    sample, sampled = running.ask(
        "select s.number, c.number from registry_sampledclaim i join registry_claimsample s on s.id = i.sample_id "
        "join registry_claim c on c.id = i.claim_id order by s.number desc limit 1"
    )[0]
    return {
        # gates and criteria
        "gate": {"pk": one("select id from places_area where code = 'VM010201'"), "kind": "clearance"},
        "criterion": {"key": "sphere.queue_time"},
        # the registry
        "household": {"number": 1},
        "household_edit": {"number": 1},
        "household_moves": {"number": 1},
        "household_person": {"number": 1},
        "household_displacement": {"number": 1},
        "person": {"number": head},
        "person_edit": {"number": head},
        "person_add": {"number": head, "what": "consent"},
        "sealed_open": {"number": person, "pk": value},
        "person_report": {"number": head},
        "person_erase": {"number": head},
        "person_keep": {"number": head},
        "registry_purpose": {"purpose": "sharing"},
        "pair": {"pk": one("select id from registry_candidatepair where state = 'open' order by value desc limit 1")},
        "import": {"number": 2},
        "import_columns": {"number": 2},
        "wave": {"number": newest},
        "wave_households": {"number": newest},
        "wave_import": {"number": newest},
        "wave_table": {"number": newest, "table": table},
        "intention": {"number": newest, "household": 1},
        "claim": {"number": decided},
        "claim_receipt": {"number": decided},
        "claim_correct": {"number": under_review},
        "claim_step": {"number": under_review, "step": "decide"},
        "claim_occupant": {"number": occupied, "pk": occupant},
        "claim_link": {"number": linked, "pk": link},
        "claim_evidence_check": {"pk": one("select id from registry_claimevidence order by id limit 1")},
        "claim_notice_mark": {"pk": one("select id from registry_claimnotice where state = 'sent' limit 1"), "mark": "received"},
        "claim_family": {"number": 1},
        "claim_sample": {"number": sample},
        "claim_sampled": {"number": sample, "claim": sampled},
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
        "readiness_area": {"pk": one("select area_id from places_assessment order by id limit 1")},
        "readiness_version": {"number": one("select version from places_readinessmodel order by id limit 1")},
        "assessment": {"number": one("select number from places_assessment order by id limit 1")},
        "work": {"number": one("select number from places_work order by id limit 1")},
        "work_edit": {"number": one("select number from places_work order by id limit 1")},
        "area_homes": {"pk": one("select area_id from places_homestock order by id limit 1")},
        "scenario": {"number": 1},
        "scenario_edit": {"number": 1},
        "scenario_copy": {"number": 1},
        "scenario_part": {"number": 1, "part": "budget"},
        "plan_run": {"number": 1},
        "plan_months": {"number": 1},
        "plan_studies": {"number": 1},
        "plan_households": {"number": 1},
        "plan_household": {
            "number": 1,
            "key": one("select key from plans_householdreturn where run_id = 1 order by period desc limit 1"),
        },
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
