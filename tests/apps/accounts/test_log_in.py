"""Log-in as people meet it: by the form, with the lock after wrong passwords, the second factor, and a new password."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse

from tests.conftest import PASSWORD, confirm
from wayhome.core.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def log_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def logged(action):
    return AuditEntry.objects.filter(action=action)


def code_for(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + step))


def set_up_app(client):
    """Set up an app for one-time codes as a person does: read the secret off the page, type a code."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="secret"[^>]*>([A-Z2-7]+)</code>', page)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.status_code == 302, response.content.decode()[-2000:]
    return secret


def test_the_form_lets_in_and_the_log_says_so(client, lead):
    response = log_in(client, lead)
    assert (response.status_code, response.url) == (302, "/")
    entry = logged("account.logged_in").get()
    assert (entry.actor_id, entry.process_id, entry.detail["from"]) == (lead.pk, None, "127.0.0.1")
    client.post(reverse("account_logout"))
    assert logged("account.logged_out").get().actor_id == lead.pk
    assert client.get("/").status_code == 302


def test_the_address_that_was_asked_for_opens_after_log_in(client, lead):
    asked = client.get("/p/lirva/members/")
    assert asked.url == "/account/login/?next=/p/lirva/members/"
    assert log_in(client, lead, next="/p/lirva/members/").url == "/p/lirva/members/"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", r"\\elsewhere.example", "javascript:alert(1)"]
)
def test_log_in_leads_to_no_other_site(client, lead, target):
    assert log_in(client, lead, next=target).url == "/"


def test_the_e_mail_may_be_typed_in_capitals_with_blanks(client, lead):
    assert client.post(LOGIN, {"login": f" {lead.email.upper()} ", "password": PASSWORD}).status_code == 302


def test_a_wrong_password_and_an_unknown_person_read_the_same(client, lead):
    wrong = log_in(client, lead, "not-the-password").content.decode()
    unknown = client.post(LOGIN, {"login": "stranger@example.org", "password": "not-the-password"}).content.decode()
    message = "This e-mail and this password do not belong together."
    assert message in wrong and message in unknown
    assert sorted(entry.detail["email"] for entry in logged("account.login_failed")) == [lead.email, "stranger@example.org"]


def test_a_password_typed_in_the_wrong_field_does_not_reach_the_log(client):
    client.post(LOGIN, {"login": "my secret pass phrase", "password": "x"})
    assert "my secret" not in str(list(AuditEntry.objects.values()))


def test_five_wrong_passwords_lock_this_account_from_this_place_alone(client, lead, editor):
    for n in range(5):
        response = log_in(client, lead, f"wrong-password-{n}")
    assert response.status_code == 429
    assert "Locked for now" in response.content.decode()
    assert logged("account.locked_out").count() == 1
    assert log_in(client, lead).status_code == 429, "the right password does not open a locked account"
    assert log_in(client, editor).status_code == 302, "another account is not locked"
    client.logout()
    response = client.post(LOGIN, {"login": lead.email, "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")
    assert response.status_code == 302, "the person can log in from another place"


def test_guessing_one_account_from_many_places_is_slowed(client, lead):
    for n in range(21):
        response = client.post(LOGIN, {"login": lead.email, "password": f"wrong-{n}"}, REMOTE_ADDR=f"10.0.1.{n}")
    assert "Too many attempts. Try again in five minutes." in response.content.decode()


def test_many_log_ins_from_one_place_are_slowed(client):
    statuses = [client.post(LOGIN, {"login": f"p{n}@example.org", "password": "x"}).status_code for n in range(31)]
    assert statuses[-1] == 429 and statuses[0] == 200


def test_a_closed_account_stays_out(client, lead):
    lead.is_active = False
    lead.save()
    assert log_in(client, lead).url == reverse("account_inactive")
    assert client.get("/account/preferences/").status_code == 302
    assert "account.logged_in" not in set(AuditEntry.objects.values_list("action", flat=True))


def test_a_new_password_by_link(client, lead):
    response = client.post(reverse("account_reset_password"), {"email": lead.email})
    assert response.url == reverse("account_reset_password_done")
    link = re.search(r"https?://[^/\s]+(/account/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    assert lead.email not in address and "set-password" in address, "the key is not left in the address"
    done = client.post(address, {"password1": "another-long-pass-phrase", "password2": "another-long-pass-phrase"})
    assert done.url == reverse("account_reset_password_from_key_done")
    assert logged("account.password_reset").get().actor_id == lead.pk
    assert log_in(client, lead, "another-long-pass-phrase").status_code == 302
    client.logout()
    assert "This link no longer works" in client.get(link).content.decode(), "a link works once"


def test_a_reset_for_an_address_without_account_sends_nothing_and_says_the_same(client):
    response = client.post(reverse("account_reset_password"), {"email": "stranger@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "too short"), ("password1234", "too common"), ("process_lead1@example.org", "too similar")],
)
def test_weak_passwords_are_refused(as_user, lead, password, words):
    password = lead.email if "@" in password else password
    response = as_user(lead).post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert response.status_code == 200
    assert words in response.content.decode()


def test_a_changed_password_ends_other_sessions(client, lead):
    from django.test import Client

    other = Client()
    log_in(other, lead)
    log_in(client, lead)
    new = "another-long-pass-phrase"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/account/preferences/").status_code == 200
    assert other.get("/account/preferences/").status_code == 302
    assert logged("account.password_changed").get().actor_id == lead.pk


def test_the_app_is_set_up_and_asked_for(client, lead):
    log_in(client, lead)
    confirm(client)
    secret = set_up_app(client)
    assert secret not in str(list(Authenticator.objects.values())), "the secret is stored encrypted"
    assert [entry.detail["kind"] for entry in logged("account.second_factor_added")] == ["totp"]
    assert logged("account.recovery_codes_made").count() == 1
    codes = re.findall(r"<li><code>(\d+)</code></li>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(codes) == 10
    client.post(reverse("account_logout"))

    response = log_in(client, lead)
    assert response.url == reverse("mfa_authenticate")
    assert client.get("/account/preferences/").status_code == 302, "the password alone opens nothing"
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    assert logged("account.second_factor_failed").count() == 1
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)}).status_code == 302
    assert client.get("/account/preferences/").status_code == 200
    client.post(reverse("account_logout"))

    log_in(client, lead)
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302, "a recovery code opens once"
    client.post(reverse("account_logout"))
    log_in(client, lead)
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200, "and only once"


def test_wrong_codes_are_limited(client, lead):
    log_in(client, lead)
    confirm(client)
    secret = set_up_app(client)
    client.post(reverse("account_logout"))
    log_in(client, lead)
    for n in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{n}"})
    response = client.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)})
    assert response.status_code == 200, "the sixth code within five minutes is not looked at, right or wrong"


def test_setting_up_a_second_factor_asks_for_the_password_again(client, lead):
    log_in(client, lead)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert logged("account.confirmed_again").get().detail["method"] == "password"


def test_who_must_have_a_second_factor_is_led_to_it(client, lead, editor, settings):
    settings.REQUIRE_SECOND_FACTOR = ["process_lead"]
    log_in(client, lead)
    assert client.get("/p/lirva/", follow=True).redirect_chain[-1][0] == reverse("mfa_index")
    assert "Your role needs a second factor" in client.get("/p/lirva/", follow=True).content.decode()
    assert client.get(reverse("account_change_password")).status_code == 200
    confirm(client)
    set_up_app(client)
    assert client.get("/p/lirva/").status_code == 200
    client.logout()
    log_in(client, editor)
    assert client.get("/p/lirva/").status_code == 200, "an editor need not have one"


def test_without_the_setting_nothing_is_asked_of_the_database(as_user, lead, django_assert_max_num_queries):
    client = as_user(lead)
    client.get("/account/preferences/")
    with django_assert_max_num_queries(4):
        client.get("/account/preferences/")


def test_language_and_theme_before_log_in(client):
    response = client.post("/account/entrance/", {"language": "ar", "next": "/account/login/"})
    assert response.url == "/account/login/"
    assert client.cookies["django_language"]["httponly"]
    client.post("/account/entrance/", {"theme": "dark"})
    page = client.get(LOGIN).content.decode()
    assert 'lang="ar" dir="rtl" data-theme="dark"' in page
    assert client.post("/account/entrance/", {"language": "xx", "next": "https://elsewhere.example/"}).url == "/account/login/"
    assert client.cookies["django_language"].value == "ar"


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "confirm-email/", "phone/verify/", "login/code/confirm/", "mfa/webauthn/login/", "3rdparty/"]
)
def test_what_is_not_offered_has_no_address(client, path):
    assert client.get(f"/account/{path}").status_code == 404


def test_removing_the_app_is_logged_and_its_codes_go(client, lead):
    log_in(client, lead)
    confirm(client)
    set_up_app(client)
    confirm(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    assert [entry.detail["kind"] for entry in logged("account.second_factor_removed")] == ["totp"]


def test_a_change_whose_entry_cannot_be_written_is_not_made(client, lead, monkeypatch):
    """The change and its entry are committed together or not at all."""
    from wayhome.core import audit

    log_in(client, lead)

    def broken(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(audit, "record", broken)
    new = "another-long-pass-phrase"
    with pytest.raises(OSError):
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    lead.refresh_from_db()
    assert lead.check_password(PASSWORD)


def test_a_secret_written_under_an_earlier_key_is_still_read(settings):
    from cryptography.fernet import InvalidToken

    from wayhome.accounts.adapter import SecondFactorAdapter

    adapter, old = SecondFactorAdapter(), settings.SECRET_KEY
    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSW" not in kept
    settings.SECRET_KEY = "another secret key"
    with pytest.raises(InvalidToken, match="another secret key"):
        adapter.decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"
