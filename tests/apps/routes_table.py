"""What every route answers to every role: the one place where a new route is listed.

    "docket": in_process_with(VIEW),
    "ask": in_process_with(VIEW).made_with(lambda at: {"number": at.ask.number}),
    "ask_step": in_process_with(DECIDE).posts({"step": "acknowledge"}).made_with(...),

`in_process_with(P)` is what `@in_process(P)` promises: a person whose role grants P is served, another member is refused (403),
who does not belong to the process finds no such page (404), and who is not logged in is led to the log-in. A route whose path
needs more than the process's slug says with `made_with` how its other parts are found in a `Place`, the records of one
process; the walk then also asks for the records of the *other* process under this one's address, which must be 404.

A route that only takes POST says `.posts(data)`: the walk sends the data as each role and expects the status `does`
(302 unless said otherwise); GET must then be 405 inside the process. A route that takes both is walked by GET, and what POST
does is the business of its own tests, but `.posts_too(data)` walks it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tests.apps import routes_claims, routes_households, routes_plans, routes_registry, routes_works
from tests.apps.routes_registry import RegistryRecords
from wayhome.accounts.roles import GRANTS, Permission, Role

ROLES = ["anonymous", "no_role", *[str(role.value) for role in Role], "other_lead"]
P = Permission


class Place(
    routes_works.WorkRecords,
    routes_plans.PlanRecords,
    routes_claims.ClaimRecords,
    routes_households.HouseholdRecords,
    RegistryRecords,
):
    """The records of one process that paths name; each is made when it is first asked for."""

    def __init__(self, process: Any, person: Callable[..., Any]) -> None:
        self.process = process
        self._person = person

    @cached_property
    def house(self) -> Any:
        from tests.factories import House

        return House(self.process)

    @cached_property
    def member(self) -> Any:
        from wayhome.accounts.models import Membership, User

        user = User.objects.create_user(f"member@{self.process.slug}.example.org", full_name="Meri Sol")
        return Membership.objects.create(process=self.process, user=user, role=Role.READER)

    @cached_property
    def elevation(self) -> Any:
        from wayhome.accounts.models import Elevation

        return Elevation.objects.create(process=self.process, user=self.member.user, role=Role.EDITOR, reason="Filing week")

    @cached_property
    def ask(self) -> Any:
        if self.process.slug != "lirva":  # another number than the same record of the first process has
            self.house.ask(drafted=True)
        return self.house.ask(with_document=True)

    @cached_property
    def commitment(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.dialogue.actions.commitments import create_commitment

        words = {"process": self.process, "actor": SYSTEM, "what": "Mend the road", "who": self.house.ministry}
        if self.process.slug != "lirva":
            create_commitment(**words)
        return create_commitment(**words)

    @cached_property
    def evidence(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.dialogue.actions.evidence import add_evidence

        return add_evidence(subject=self.ask, actor=SYSTEM, title="A road", source="Somebody")

    @cached_property
    def list_checked(self) -> Any:
        """A list that was checked, with a row set apart; its number is in no other process."""
        from tests.apps.registry.lists import checked, text

        if self.process.slug != "lirva":
            checked(self.process, text(1), list_name="Another list")
        return checked(self.process, text(2, "9,H9,Selm,Ora,f,31.02.1989,head,D1,Lirva,,,"))

    @cached_property
    def communication(self) -> Any:
        return self.house.communication()

    @cached_property
    def document(self) -> Any:
        return self.house.document()

    @cached_property
    def paper(self) -> Any:
        """A document that was read, with its bytes on file and open proposals; its number is in no other process."""
        from tests.apps.dialogue.letters import LETTER, letter

        for n in range(0 if self.process.slug == "lirva" else 7):
            self.house.document(f"Another paper {n}.")
        return letter(self.process, text=LETTER + f"\n{self.process.slug}")

    @cached_property
    def mail(self) -> Any:
        """A communication whose number is in no other process."""
        for _n in range(0 if self.process.slug == "lirva" else 7):
            self.house.communication()
        return self.house.communication(document=self.paper)

    @cached_property
    def spare_name(self) -> Any:
        return self.party.names.create(text="Roads Office", language="en", use="short")

    @cached_property
    def merge(self) -> Any:
        from wayhome.dialogue.models import PartyMerge

        self.house.envoy.merged_into = self.house.ministry
        self.house.envoy.save()
        return PartyMerge.objects.create(process=self.process, kept=self.house.ministry, gone=self.house.envoy)

    @cached_property
    def redaction(self) -> Any:
        from wayhome.dialogue.models import Redaction

        return Redaction.objects.create(document=self.house.document(), start=0, end=2)

    @cached_property
    def next_letter(self) -> Any:
        """A draft with one ask; its number is no other process's."""
        from tests.apps.outputs.conftest import letter_of

        return letter_of(self.house)

    @cached_property
    def party(self) -> Any:
        return self.house.ministry

    @cached_property
    def reply(self) -> Any:
        if self.process.slug != "lirva":
            self.house.communication()
        return self.house.reply(text="We have your letter and will answer it.")

    @cached_property
    def arrival(self) -> Any:
        from wayhome.dialogue.models import Incoming

        return Incoming.objects.create(process=self.process, source="file", key="<one@example.org>", document=self.document)

    @cached_property
    def area(self) -> Any:
        from wayhome.places.models import Area

        return Area.objects.create(process=self.process, kind=Area.Kind.SETTLEMENT, code="LV0101")

    @cached_property
    def later_area(self) -> Any:
        from wayhome.places.models import Area

        return Area.objects.create(process=self.process, kind=Area.Kind.SETTLEMENT, code="LV0199")

    @cached_property
    def area_became(self) -> Any:
        from wayhome.places.models import Area, AreaSuccession

        last = Area.objects.create(process=self.process, kind=Area.Kind.SETTLEMENT, code="LV0198")
        return AreaSuccession.objects.create(process=self.process, before=self.area, after=last, kind="became", source="A law")

    @cached_property
    def area_name(self) -> Any:
        from wayhome.places.models import AreaName

        return AreaName.objects.create(area=self.area, process=self.process, text="Kul", language="en")

    @cached_property
    def index(self) -> Any:
        """The readiness index; its number is in no other process."""
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions.readiness_models import set_up

        row = set_up(process=self.process, actor=SYSTEM)
        if self.process.slug != "lirva":
            row.version = 5
            row.save()
        return row

    @cached_property
    def assessment(self) -> Any:
        from datetime import date

        from wayhome.places.models import Assessment

        number = 1 if self.process.slug == "lirva" else 7
        return Assessment.objects.create(
            process=self.process, number=number, area=self.area, on=date(2026, 1, 1), source="Visit", model=self.index
        )

    @cached_property
    def assessment_table(self) -> Any:
        from wayhome.places.models import AssessmentTable

        number = 1 if self.process.slug == "lirva" else 7
        return AssessmentTable.objects.create(process=self.process, number=number, file_name="may.csv", counts={})

    @cached_property
    def gate_opening(self) -> Any:
        """An opening that waits for a second person, with its paper."""
        from tests.apps.places.gate_records import PAPER, kind
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions.gates import Said, decide

        said = Said(**PAPER, file=("certificate.pdf", b"%PDF-1.4 paper"))
        return decide(area=self.area, kind=kind(), step="open", actor=SYSTEM, said=said)

    @cached_property
    def gate_need(self) -> Any:
        from tests.apps.places.gate_records import kind
        from wayhome.core.actors import SYSTEM
        from wayhome.places.actions.gates import require_kind

        return require_kind(process=self.process, kind=kind("shelter"), required=False, reason="Tents", actor=SYSTEM)

    @cached_property
    def link(self) -> Any:
        from datetime import timedelta

        from django.utils import timezone

        from wayhome.dialogue.models import OutsideLink

        expires = timezone.now() + timedelta(days=5)
        return OutsideLink.objects.create(
            process=self.process, party=self.party, token_sha256=f"{self.process.pk:064d}", expires_at=expires
        )


@dataclass(frozen=True)
class Route:
    """Expected status of each role, and how to ask."""

    statuses: Mapping[str, int]
    parts: Callable[[Place], dict[str, Any]] | None = None
    data: Mapping[str, Any] | Callable[[Place], Mapping[str, Any]] | None = None
    post_only: bool = False
    post_status: int = 302
    query: str = ""
    other_parts: bool = True  # whether the parts belong to a process, so that those of another one must be 404

    def made_with(self, parts: Callable[[Place], dict[str, Any]]) -> Route:
        return replace(self, parts=parts)

    def posts(self, data: Any = None, does: int = 302) -> Route:
        return replace(self, data=data or {}, post_only=True, post_status=does)

    def posts_too(self, data: Any, does: int = 302) -> Route:
        return replace(self, data=data, post_status=does)

    def but(self, **statuses: int) -> Route:
        """The same with other statuses for some roles."""
        return replace(self, statuses={**self.statuses, **statuses})

    def asked_with(self, query: str) -> Route:
        return replace(self, query=query)


def everybody(status: int) -> Route:
    """The same answer to all, logged in or not."""
    return Route(dict.fromkeys(ROLES, status))


def logged_in(status: int = 200) -> Route:
    """Whoever is logged in; the others are led to the log-in."""
    return everybody(status).but(anonymous=302)


def in_process_with(permission: Permission, status: int = 200) -> Route:
    """What `@in_process(permission)` promises."""
    inside = {str(role.value): status if permission in GRANTS[role] else 403 for role in Role}
    return Route({"anonymous": 302, "no_role": 404, **inside, "other_lead": 404})


def only_for_strangers(status: int = 200) -> Route:
    """A page before log-in; who is logged in already is led on."""
    return everybody(302).but(anonymous=status)


ROUTES: dict[str, Route] = {
    # the first page: straight to the only process, or the list of none
    "home": logged_in(302).but(no_role=200),
    "process_home": in_process_with(P.VIEW),
    # exchange
    "exchange": in_process_with(P.EXPORT),
    "exchange_docket": in_process_with(P.EXPORT).posts(does=200),
    "exchange_view": replace(
        in_process_with(P.EXPORT).made_with(lambda at: {"name": "asks-plover.csv"}).posts(does=200), other_parts=False
    ),
    "exchange_import": in_process_with(P.IMPORT).posts(),
    # the public timeline and its desk
    "timeline_desk": in_process_with(P.PUBLISH).posts_too({"public": "on", "lede": ""}),
    "timeline_publish": in_process_with(P.PUBLISH).posts(
        lambda at: {"pick": f"communication:{at.communication.pk}", "do": "hold"}
    ),
    "timeline_entry": in_process_with(P.PUBLISH).made_with(lambda at: {"kind": "communication", "pk": at.communication.pk}),
    "timeline_redact": in_process_with(P.PUBLISH)
    .made_with(lambda at: {"uid": at.document.uid})
    .posts(lambda at: {"start": "0", "end": "2", "quote": at.document.text[:2]}),
    "timeline_unredact": in_process_with(P.PUBLISH).made_with(lambda at: {"pk": at.redaction.pk}).posts(),
    "public_timeline": everybody(404),  # public only once it was opened: see test_timeline
    "public_timeline_csv": everybody(404),
    "public_timeline_jsonld": everybody(404),
    "public_timeline_rss": everybody(404),
    "public_document": everybody(404).made_with(lambda at: {"uid": at.document.uid}),
    # account
    "preferences": logged_in().posts_too({"full_name": "Meri Sol", "language": "fr", "theme": "dark"}),
    "entrance_preferences": everybody(302).posts({"language": "fr"}),
    "installation_audit": logged_in(404),
    "account_login": only_for_strangers(),
    "account_logout": logged_in(),
    "account_inactive": everybody(200),
    "account_reauthenticate": logged_in(),
    "account_change_password": logged_in(),
    "account_set_password": logged_in(302),  # who has a password is led to its change
    "account_reset_password": everybody(200),
    "account_reset_password_done": everybody(200),
    "account_reset_password_from_key": replace(
        everybody(200).made_with(lambda at: {"uidb36": "1", "key": "wrong-key"}), other_parts=False
    ),
    "account_reset_password_from_key_done": everybody(200),
    "mfa_index": logged_in(),
    "mfa_authenticate": everybody(302),  # a step of a log-in under way
    "mfa_reauthenticate": logged_in(302),  # no second factor yet: the password is asked for
    "mfa_activate_totp": logged_in(),
    "mfa_deactivate_totp": logged_in(404),
    "mfa_view_recovery_codes": logged_in(404),
    "mfa_generate_recovery_codes": logged_in(),
    "mfa_download_recovery_codes": logged_in(404),
    "mfa_list_webauthn": logged_in(),
    "mfa_add_webauthn": logged_in(),
    "mfa_reauthenticate_webauthn": logged_in(302),
    "mfa_remove_webauthn": replace(logged_in(404).made_with(lambda at: {"pk": 1}), other_parts=False),
    "mfa_edit_webauthn": replace(logged_in(404).made_with(lambda at: {"pk": 1}), other_parts=False),
    # the room "Process"
    "members": in_process_with(P.MANAGE_MEMBERS),
    "member_invite": in_process_with(P.MANAGE_MEMBERS).posts({"email": "new@example.org", "name": "New", "role": "reader"}),
    "member": in_process_with(P.MANAGE_MEMBERS).made_with(lambda at: {"pk": at.member.pk}).posts_too({"role": "editor"}),
    "member_remove": in_process_with(P.MANAGE_MEMBERS).made_with(lambda at: {"pk": at.member.pk}).posts(),
    "member_link": in_process_with(P.MANAGE_MEMBERS).made_with(lambda at: {"pk": at.member.pk}).posts(),
    "access": in_process_with(P.VIEW).posts_too({"role": "editor", "reason": "Filing week", "hours": 2}),
    "elevation_grant": in_process_with(P.MANAGE_MEMBERS).posts(
        lambda at: {
            "give-person": at.member.user.email,
            "give-role": "editor",
            "give-reason": "Filing week",
            "give-hours": 2,
        }
    ),
    "elevation_decide": in_process_with(P.MANAGE_MEMBERS)
    .made_with(lambda at: {"pk": at.elevation.pk})
    .posts({"answer": "grant"}),
    # one's own only, unless one manages members: the walk asks with somebody else's
    "elevation_end": in_process_with(P.MANAGE_MEMBERS)
    .made_with(lambda at: {"pk": at.elevation.pk})
    .posts()
    .but(reader=404, case_worker=404, editor=404, dpo=404),
    "process_settings": in_process_with(P.MANAGE_PROCESS).posts_too(
        {"name": "Lirva", "language": "en", "answer_days": 30, "soon_days": 7, "long_overdue_days": 90}
    ),
    "audit_log": in_process_with(P.VIEW_AUDIT),
    "process_ladder": in_process_with(P.MANAGE_PROCESS).posts_too({"rungs-TOTAL_FORMS": 0, "rungs-INITIAL_FORMS": 0}),
    # the docket
    "docket": in_process_with(P.VIEW),
    "docket_export": in_process_with(P.EXPORT),
    "docket_bulk": in_process_with(P.DECIDE, 302).asked_with("?step=note"),  # nothing picked: led back
    "ask_new": in_process_with(P.REVIEW).posts_too(lambda at: {"action": "Open it", "addressee": at.house.ministry.pk}),
    "ask": in_process_with(P.VIEW).made_with(lambda at: {"number": at.ask.number}),
    "ask_ladder": in_process_with(P.DECIDE)
    .made_with(lambda at: {"number": at.ask.number})
    .posts_too({"rungs-TOTAL_FORMS": 0, "rungs-INITIAL_FORMS": 0}),
    "ask_step": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.ask.number, "step": "note"})
    .posts_too({"note": "Rang the office.", "on": "2026-01-01"}),
    "evidence_judge": in_process_with(P.DECIDE).made_with(lambda at: {"pk": at.evidence.pk}).posts({"standing": "disputed"}),
    "commitments": in_process_with(P.VIEW),
    "commitment_new": in_process_with(P.REVIEW).posts_too({"what": "Mend the road", "kind": "promise"}),
    "commitment": in_process_with(P.VIEW).made_with(lambda at: {"number": at.commitment.number}),
    "commitment_step": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.commitment.number, "step": "correct"})
    .posts_too({"what": "Mend the road soon", "kind": "promise"}),
    "instruments": in_process_with(P.VIEW),
    "search": in_process_with(P.VIEW).asked_with("?q=road"),
    "calendar_feeds": in_process_with(P.VIEW).posts_too({"act": "make"}, does=200),
    # replies, the inbox, outside links
    "reply_new": in_process_with(P.ADD_DOCUMENT),
    "reply_link": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.reply.number}),
    "reply_undo": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.reply.number}).posts(does=409),  # nothing to undo
    "reply_aside": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.reply.number}).posts(),
    "inbox": in_process_with(P.ADD_DOCUMENT),
    "incoming": in_process_with(P.ADD_DOCUMENT).made_with(lambda at: {"pk": at.arrival.pk}),
    "incoming_aside": in_process_with(P.ADD_DOCUMENT).made_with(lambda at: {"pk": at.arrival.pk}).posts(),
    "links": in_process_with(P.SHARE_LINK),
    "link_new": in_process_with(P.SHARE_LINK),
    "link": in_process_with(P.SHARE_LINK).made_with(lambda at: {"uid": at.link.uid}),
    "link_revoke": in_process_with(P.SHARE_LINK).made_with(lambda at: {"uid": at.link.uid}).posts(),
    # secret addresses, no log-in: a wrong one is no page
    "outside": replace(everybody(404).made_with(lambda at: {"token": "wrong.token"}), other_parts=False),
    "outside_copy": replace(everybody(404).made_with(lambda at: {"token": "wrong.token"}), other_parts=False),
    "calendar_feed": replace(everybody(404).made_with(lambda at: {"token": "wrong"}), other_parts=False),
    # places
    "areas": in_process_with(P.VIEW),
    "area": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.area.pk}),
    "area_add": in_process_with(P.EDIT_PLACES).posts_too({"name": "Kul", "source": "Its people", "kind": "settlement"}),
    "area_edit": in_process_with(P.EDIT_PLACES).made_with(lambda at: {"pk": at.area.pk}).posts_too({"kind": "camp"}),
    "area_add_name": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"pk": at.area.pk})
    .posts({"text": "Kul", "kind": "local", "source": "Its people"}),
    "area_name_state": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"pk": at.area.pk, "name": at.area_name.pk})
    .posts({"reason": "Misread"}),
    "places_written": in_process_with(P.VIEW),
    "place_choose": in_process_with(P.REVIEW).posts(lambda at: {"text": "Kul", "area": at.area.pk}),
    "places_certain": in_process_with(P.REVIEW).posts({"text": "Kul", "within": ""}),
    "places_map": in_process_with(P.VIEW),
    "places_map_data": in_process_with(P.VIEW).asked_with("?level=settlement"),
    "area_became": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"pk": at.area.pk})
    .posts(lambda at: {"kind": "became", "afters": f"#{at.later_area.pk}", "source": "A law"}),
    "area_became_retire": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"pk": at.area.pk, "number": at.area_became.pk})
    .posts({"reason": "An error"}),
    "gazetteer_columns": in_process_with(P.EDIT_PLACES).posts({"token": "none"}),
    "gazetteers": in_process_with(P.VIEW),
    # readiness
    "readiness": in_process_with(P.VIEW),
    "readiness_set_up": in_process_with(P.EDIT_PLACES).posts(),
    "readiness_scores": in_process_with(P.EXPORT),
    "readiness_answers": in_process_with(P.EXPORT),
    "readiness_area": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.area.pk}),
    "readiness_version": in_process_with(P.VIEW).made_with(lambda at: {"number": at.index.version}),
    "readiness_version_new": in_process_with(P.EDIT_PLACES, 302),  # no index is set up: led to where it is
    "assessments": in_process_with(P.VIEW),
    "assessment_add": in_process_with(P.EDIT_PLACES, 302),
    "assessment": in_process_with(P.VIEW).made_with(lambda at: {"number": at.assessment.number}),
    "assessment_withdraw": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"number": at.assessment.number})
    .posts({"reason": ""}),
    "assessment_tables": in_process_with(P.EDIT_PLACES),
    "assessment_table": in_process_with(P.EDIT_PLACES).made_with(lambda at: {"number": at.assessment_table.number}),
    "assessment_table_step": in_process_with(P.EDIT_PLACES)
    .made_with(lambda at: {"number": at.assessment_table.number})
    .posts({"do": "drop"}),
    # gates and criteria
    "gates": in_process_with(P.VIEW),
    "gates_csv": in_process_with(P.EXPORT),
    "gate_kinds": in_process_with(P.VIEW),
    "gate_need_word": in_process_with(P.DECIDE_GATES)
    .made_with(lambda at: {"pk": at.gate_need.pk})
    .posts({"agreed": "no", "note": "Not yet"}),
    "gate_word": in_process_with(P.DECIDE_GATES)
    .made_with(lambda at: {"pk": at.gate_opening.pk})
    .posts({"agreed": "no", "note": "The wrong village"}),
    "gate_paper": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.gate_opening.pk}),
    "gate": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.area.pk, "kind": "clearance"}),
    "gate_decide": in_process_with(P.DECIDE_GATES)
    .made_with(lambda at: {"pk": at.area.pk, "kind": "access"})
    .posts({"step": "close", "note": "The bridge is down", "decided_on": "2026-01-05"}),
    "gate_works": in_process_with(P.DECIDE_GATES).made_with(lambda at: {"pk": at.area.pk, "kind": "access"}).posts(),
    "criteria": in_process_with(P.VIEW),
    "criteria_csv": in_process_with(P.VIEW),
    "criterion": replace(in_process_with(P.VIEW).made_with(lambda at: {"key": "iasc.c1"}), other_parts=False),
    "place_names": in_process_with(P.EDIT_PLACES).posts_too({"wish0": "reader", "count": 2}),
    # lists of people
    "imports": in_process_with(P.IMPORT_PERSONS),
    "import_new": in_process_with(P.IMPORT_PERSONS),
    "import": in_process_with(P.IMPORT_PERSONS).made_with(lambda at: {"number": at.list_checked.number}),
    "import_columns": in_process_with(P.IMPORT_PERSONS).made_with(lambda at: {"number": at.list_checked.number}),
    "import_progress": in_process_with(P.IMPORT_PERSONS).made_with(lambda at: {"number": at.list_checked.number}),
    "import_step": in_process_with(P.IMPORT_PERSONS)
    .made_with(lambda at: {"number": at.list_checked.number})
    .posts({"act": "discard"}),
    "import_bad_rows": in_process_with(P.IMPORT_PERSONS).made_with(lambda at: {"number": at.list_checked.number}),
    # documents
    "documents": in_process_with(P.VIEW),
    "add_document": in_process_with(P.ADD_DOCUMENT).posts_too({"text": "We ask for a reply."}, does=200),
    "document_status": in_process_with(P.VIEW).made_with(lambda at: {"number": at.paper.number}),
    "document_file": in_process_with(P.VIEW).made_with(lambda at: {"number": at.paper.number}),
    "document_read": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.paper.number}).posts(),
    # needs the right to see restricted documents too
    "document_restrict": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.paper.number})
    .posts({"restricted": "1"})
    .but(case_worker=403),
    # letters
    "letters": in_process_with(P.VIEW),
    "letter": in_process_with(P.VIEW).made_with(lambda at: {"number": at.mail.number}),
    "letter_edit": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.mail.number})
    .posts_too({"kind": "letter", "dated": "2026-05-06"}),
    "letter_delivery": in_process_with(P.ADD_DOCUMENT)
    .made_with(lambda at: {"number": at.mail.number})
    .posts({"delivery": "sent", "on": "2026-05-07"}, does=422),  # it was received already: no such step
    # review
    "review_queue": in_process_with(P.REVIEW),
    "review": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.paper.number}),
    "review_decide": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.paper.number})
    .posts(lambda at: {"proposal": at.paper.proposals.order_by("pk")[0].pk, "act": "reject"}),
    "review_add": in_process_with(P.REVIEW)
    .made_with(lambda at: {"number": at.paper.number})
    .posts({"kind": "statement", "quote": "We welcome this."}),
    "review_undo": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.paper.number}).posts(does=409),
    "review_likely": in_process_with(P.REVIEW).made_with(lambda at: {"number": at.paper.number}).posts(),
    # parties
    "parties": in_process_with(P.VIEW),
    "party_add": in_process_with(P.REVIEW).posts_too({"name": "Bridge Fund", "kind": "organisation"}),
    "party": in_process_with(P.VIEW).made_with(lambda at: {"pk": at.party.pk}),
    "party_edit": in_process_with(P.REVIEW)
    .made_with(lambda at: {"pk": at.party.pk})
    .posts_too({"name": "Ministry of Roads", "kind": "organ"}),
    "party_add_name": in_process_with(P.REVIEW)
    .made_with(lambda at: {"pk": at.party.pk})
    .posts({"text": "Ministère des routes", "language": "fr", "use": "full"}),
    "party_remove_name": in_process_with(P.REVIEW).made_with(lambda at: {"pk": at.party.pk, "name": at.spare_name.pk}).posts(),
    "party_merge": in_process_with(P.REVIEW)
    .made_with(lambda at: {"pk": at.party.pk})
    .posts(lambda at: {"gone": at.house.community.pk}),
    "party_unmerge": in_process_with(P.REVIEW).made_with(lambda at: {"pk": at.merge.kept.pk, "merge": at.merge.pk}).posts(),
    # the room "Outputs": the next letters
    "next_letters": in_process_with(P.DRAFT_LETTER),
    "letter_new": in_process_with(P.DRAFT_LETTER),
    "next_letter": in_process_with(P.DRAFT_LETTER).made_with(lambda at: {"number": at.next_letter.number}),
    "next_letter_edit": in_process_with(P.DRAFT_LETTER).made_with(lambda at: {"number": at.next_letter.number}),
    "next_letter_preview": in_process_with(P.DRAFT_LETTER)
    .made_with(lambda at: {"number": at.next_letter.number})
    .posts({"subject": "X", "body": "Words"}, does=200),
    "next_letter_compose": in_process_with(P.DRAFT_LETTER)
    .made_with(lambda at: {"number": at.next_letter.number})
    .posts({"seen": 1, "what": "table"}),
    "next_letter_asks": in_process_with(P.DRAFT_LETTER)
    .made_with(lambda at: {"number": at.next_letter.number})
    .posts({"seen": 1}),
    "next_letter_step": in_process_with(P.DRAFT_LETTER)
    .made_with(lambda at: {"number": at.next_letter.number})
    .posts({"seen": 1, "to": "in_review"}),
    "next_letter_send": in_process_with(P.DECIDE)
    .made_with(lambda at: {"number": at.next_letter.number})
    .posts({"seen": 1, "means": "post", "on": "2026-01-05", "proof": "receipt 7"}),
    "next_letter_again": in_process_with(P.DECIDE).made_with(lambda at: {"number": at.next_letter.number}).posts(),
    "next_letter_compare": in_process_with(P.DRAFT_LETTER).made_with(lambda at: {"number": at.next_letter.number}),
    "next_letter_pdf": in_process_with(P.DRAFT_LETTER).made_with(lambda at: {"number": at.next_letter.number}),
    "next_letter_docx": in_process_with(P.DRAFT_LETTER).made_with(lambda at: {"number": at.next_letter.number}),
}
ROUTES |= routes_registry.routes(in_process_with)
ROUTES |= routes_households.routes(in_process_with)
ROUTES |= routes_claims.routes(in_process_with, everybody)
ROUTES |= routes_plans.routes(in_process_with, everybody)
ROUTES |= routes_works.routes(in_process_with)
