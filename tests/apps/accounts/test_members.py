"""Members and elevated access: who may, what is logged, what is refused."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD, confirm
from wayhome.accounts import actions
from wayhome.accounts.models import Elevation, Membership, Process, User
from wayhome.accounts.roles import Permission, Role
from wayhome.accounts.rules import access
from wayhome.core.actors import COMMAND_LINE
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def logged(action):
    return AuditEntry.objects.filter(action=action)


@pytest.fixture
def desk(as_user, lead):
    """The lead at the members' page, with the password typed a moment ago."""
    client = as_user(lead)
    confirm(client)
    return client


def invite(client, **more):
    data = {"email": "new@example.org", "name": "Nia Perr", "role": "case_worker", **more}
    return client.post(reverse("member_invite", args=["lirva"]), data)


def test_inviting_makes_an_account_that_sets_its_own_password(desk, client, process, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = invite(desk)
    assert response.url == reverse("members", args=["lirva"])
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    assert Membership.objects.get(user=user).role == "case_worker"
    assert mail.outbox[0].to == ["new@example.org"]
    page = desk.get(response.url).content.decode()
    link = re.search(r'<code dir="ltr">https?://[^/]+(/account/password/reset/key/[^<]+)</code>', page)[1]
    assert link in mail.outbox[0].body or "/account/password/reset/key/" in mail.outbox[0].body
    assert link not in desk.get(response.url).content.decode(), "the link is shown once"
    desk.post(reverse("account_logout"))
    address = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": "another-long-pass-phrase", "password2": "another-long-pass-phrase"})
    assert client.post("/account/login/", {"login": user.email, "password": "another-long-pass-phrase"}).status_code == 302
    assert [e.detail.get("role") for e in logged("member.added")] == ["case_worker"]
    assert logged("account.created").get().process_id is None


def test_with_mail_that_is_sent_no_link_is_shown(desk, settings):
    settings.EMAIL_URL = "mail.example.org"
    invite(desk)
    assert "reset/key" not in desk.get(reverse("members", args=["lirva"])).content.decode()


def test_an_account_that_exists_becomes_a_member_without_a_new_password(desk, person, other_process):
    other = person("editor", other_process)
    assert invite(desk, email=other.email.upper(), name="").status_code == 302
    assert Membership.objects.filter(user=other).count() == 2
    other.refresh_from_db()
    assert other.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "no-mail"}, "valid email"),
        ({"role": "king"}, "Select a valid choice"),
        ({"name": ""}, "give the name for a new one"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(desk, data, words):
    response = invite(desk, **data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_who_is_a_member_already_is_not_added_again(desk, editor):
    response = invite(desk, email=editor.email)
    assert response.status_code == 422 and "is a member already" in response.content.decode()


def test_the_password_is_asked_for_and_the_step_then_done(as_user, lead, process):
    client = as_user(lead)
    response = invite(client)
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert not User.objects.filter(email="new@example.org").exists()
    after = client.post(response.url, {"password": PASSWORD, "next": reverse("member_invite", args=["lirva"])})
    assert after.status_code == 302
    assert User.objects.filter(email="new@example.org").exists(), "what was filled in is kept and done"


def test_a_role_is_changed_and_logged(desk, editor, process):
    membership = Membership.objects.get(user=editor)
    desk.post(reverse("member", args=["lirva", membership.pk]), {"role": "reader"})
    membership.refresh_from_db()
    assert membership.role == "reader"
    entry = logged("member.role_changed").get()
    assert (entry.detail["role"], entry.subject_id, entry.process_id) == (["editor", "reader"], str(editor.pk), process.pk)


def test_the_last_lead_is_neither_removed_nor_given_another_role(as_user, person, lead, process):
    membership = Membership.objects.get(user=lead)
    client = as_user(person("administrator"))
    confirm(client)
    response = client.post(reverse("member", args=["lirva", membership.pk]), {"role": "reader"})
    assert response.status_code == 422 and "only process lead" in response.content.decode()
    assert client.post(reverse("member_remove", args=["lirva", membership.pk])).status_code == 409
    client = as_user(lead)
    confirm(client)
    assert client.post(reverse("member_remove", args=["lirva", membership.pk])).status_code == 409, "not even by themselves"
    assert Membership.objects.get(user=lead).role == "process_lead"


@pytest.mark.parametrize("role", ["administrator", "process_lead"])
def test_nobody_gives_a_role_to_themselves(as_user, person, role):
    somebody = person(role)
    client = as_user(somebody)
    confirm(client)
    membership = Membership.objects.get(user=somebody)
    response = client.post(reverse("member", args=["lirva", membership.pk]), {"role": "dpo"})
    assert response.status_code == 422 and "changed by another person" in response.content.decode()
    membership.refresh_from_db()
    assert membership.role == role


def test_one_of_two_leads_may_leave(desk, lead, process):
    second = User.objects.create_user("second@example.org", PASSWORD, full_name="Second")
    Membership.objects.create(user=second, process=process, role="process_lead")
    response = desk.post(reverse("member_remove", args=["lirva", Membership.objects.get(user=lead).pk]))
    assert response.url == reverse("home")
    assert not Membership.objects.filter(user=lead).exists()


def test_removing_ends_running_elevated_access(desk, lead, editor, process):
    elevation = actions.give_elevation(
        actor=COMMAND_LINE,
        process=process,
        user=editor,
        role=Role.PROCESS_LEAD,
        reason="Week of filing",
        hours=2,
        granted_by=lead,
    )
    desk.post(reverse("member_remove", args=["lirva", Membership.objects.get(user=editor).pk]))
    elevation.refresh_from_db()
    assert elevation.state == "ended"
    assert not Process.objects.visible_to(editor).exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"elevation.ended", "member.removed"}


def test_asking_opens_nothing_and_another_person_grants(as_user, lead, person, process):
    reader = person("reader")
    client = as_user(reader)
    client.post(reverse("access", args=["lirva"]), {"role": "editor", "reason": "Filing the May letters", "hours": 3})
    elevation = Elevation.objects.get()
    assert elevation.state == "asked"
    assert not access(reader, process).may(Permission.DECIDE)
    assert client.get(reverse("elevation_decide", args=["lirva", elevation.pk])).status_code == 403

    client = as_user(lead)
    confirm(client)
    client.post(reverse("elevation_decide", args=["lirva", elevation.pk]), {"answer": "grant"})
    elevation.refresh_from_db()
    assert elevation.state == "running" and elevation.granted_by == lead
    assert elevation.ends_at - elevation.starts_at == timedelta(hours=3)
    assert access(reader, process).may(Permission.DECIDE)
    assert logged("elevation.started").get().detail["reason"] == "Filing the May letters"

    Elevation.objects.update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(seconds=1))
    assert not access(reader, process).may(Permission.DECIDE), "it ends by the clock"
    elevation.refresh_from_db()
    assert elevation.state == "over"


def test_nobody_grants_to_themselves(desk, lead, process):
    elevation = Elevation.objects.create(process=process, user=lead, role="dpo", reason="x", hours=1)
    response = desk.post(reverse("elevation_decide", args=["lirva", elevation.pk]), {"answer": "grant"})
    assert response.status_code == 403
    elevation.refresh_from_db()
    assert elevation.state == "asked"
    with pytest.raises(Forbidden):
        actions.give_elevation(
            actor=COMMAND_LINE, process=process, user=lead, role=Role.DATA_OFFICER, reason="x", hours=1, granted_by=lead
        )


def test_the_database_refuses_a_grant_to_oneself(lead, process):
    from django.db import IntegrityError

    now = timezone.now()
    with pytest.raises(IntegrityError):
        Elevation.objects.create(
            process=process, user=lead, role="dpo", reason="x", granted_by=lead, starts_at=now, ends_at=now + timedelta(hours=1)
        )


@pytest.mark.parametrize("hours", [0, 9, 1000])
def test_elevated_access_is_short(lead, editor, process, hours):
    with pytest.raises(InvalidInput):
        actions.give_elevation(
            actor=COMMAND_LINE, process=process, user=editor, role=Role.DATA_OFFICER, reason="x", hours=hours, granted_by=lead
        )


def test_a_decided_request_is_not_decided_again(lead, editor, process):
    elevation = actions.ask_elevation(
        actor=COMMAND_LINE, process=process, user=editor, role=Role.DATA_OFFICER, reason="x", hours=1
    )
    actions.decline_elevation(actor=COMMAND_LINE, elevation=elevation)
    with pytest.raises(Conflict):
        actions.grant_elevation(actor=COMMAND_LINE, elevation=elevation, granted_by=lead)
    with pytest.raises(Conflict):
        actions.end_elevation(actor=COMMAND_LINE, elevation=elevation)


def test_a_person_from_outside_is_let_in_for_an_hour_and_leaves(desk, as_user, person, process, other_process):
    guest = person("editor", other_process)
    data = {"give-person": guest.email, "give-role": "reader", "give-reason": "Checks the translation", "give-hours": 1}
    assert desk.post(reverse("elevation_grant", args=["lirva"]), data).status_code == 302
    assert process in Process.objects.visible_to(guest)
    client = as_user(guest)
    home = client.get(reverse("process_home", args=["lirva"]))
    assert home.status_code == 200 and "Elevated access until" in home.content.decode()
    response = client.post(reverse("elevation_end", args=["lirva", Elevation.objects.get().pk]))
    assert response.url == reverse("home")
    assert client.get(reverse("process_home", args=["lirva"])).status_code == 404


def test_a_reader_sees_only_their_own_requests(as_user, person, process):
    reader, other = person("reader"), person("editor")
    Elevation.objects.create(process=process, user=other, role="dpo", reason="not for the reader's eyes", hours=1)
    assert "not for the reader" not in as_user(reader).get(reverse("access", args=["lirva"])).content.decode()


def test_settings_are_saved_and_the_log_keeps_both_values(desk, process):
    data = {
        "name": "Home to Lirva",
        "language": "fr",
        "calendar": "ch-ge",
        "answer_days": 20,
        "soon_days": 7,
        "long_overdue_days": 90,
    }
    assert desk.post(reverse("process_settings", args=["lirva"]), data).status_code == 302
    process.refresh_from_db()
    assert (process.name, process.calendar, process.answer_days) == ("Home to Lirva", "CH-GE", 20)
    assert logged("process.changed").get().detail["answer_days"] == [30, 20]
    response = desk.post(reverse("process_settings", args=["lirva"]), {**data, "calendar": "XX"})
    assert response.status_code == 422 and "No calendar is known for XX" in response.content.decode()


def test_an_administrator_does_not_publish(as_user, person, process):
    client = as_user(person("administrator"))
    data = {"name": "N", "language": "fr", "answer_days": 20, "soon_days": 7, "long_overdue_days": 90, "public": "on"}
    client.post(reverse("process_settings", args=["lirva"]), data)
    process.refresh_from_db()
    assert (process.name, process.public) == ("N", False)


def test_the_list_costs_the_same_for_1_and_30_members(desk, process, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for route in ("members", "access"):
        with CaptureQueriesContext(connection) as few:
            desk.get(reverse(route, args=["lirva"]))
        for n in range(30):
            user = User.objects.create_user(f"{route}{n}@example.org", full_name=f"Person {n}")
            Membership.objects.create(user=user, process=process, role="reader")
            Elevation.objects.create(process=process, user=user, role="editor", reason="r", hours=1)
        with django_assert_num_queries(len(few.captured_queries)):
            desk.get(reverse(route, args=["lirva"]))
