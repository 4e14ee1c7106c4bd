"""In a real browser, under the strict Content-Security-Policy: log-in, an app for codes, a security key, the locked page.

The security key is Chromium's virtual authenticator; the rest is as a person does it.
"""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from tests.conftest import PASSWORD
from tests.e2e.axe import faults

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def fresh_counters():
    """Rate limits count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def window(open_window):
    """A page in which nobody is logged in."""
    return open_window(viewport={"width": 1280, "height": 800})


def log_in(page, user):
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def log_out(page):
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/")


def confirm_password(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def plug_in_key(page):
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasResidentKey": False,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools, made["authenticatorId"]


def test_a_security_key_is_added_and_opens_the_account(window, lead):
    page = window
    devtools, key = plug_in_key(page)
    log_in(page, lead)
    page.wait_for_url("**/p/lirva/")
    page.goto("/account/mfa/webauthn/add/")
    confirm_password(page)
    page.get_by_label("Name of the key").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url("**/account/mfa/recovery-codes/")
    assert page.get_by_text("The key is added.").is_visible()
    assert page.locator(".codes li").count() == 10
    assert Authenticator.objects.filter(user=lead, type="webauthn").count() == 1
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    page.goto("/account/mfa/webauthn/")
    assert page.get_by_role("rowheader", name="Blue key").is_visible()
    log_out(page)

    log_in(page, lead)
    page.wait_for_url("**/account/mfa/authenticate/")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/p/lirva/")
    assert [text for text in page.complaints if "favicon" not in text] == []


def test_a_key_that_is_not_there_is_said_in_the_page(window, lead):
    page = window
    log_in(page, lead)
    page.wait_for_url("**/p/lirva/")
    page.goto("/account/mfa/webauthn/add/")
    confirm_password(page)
    page.get_by_label("Name of the key").fill("Absent key")
    refuse = "() => { navigator.credentials.create = () => Promise.reject(new DOMException('cancelled', 'NotAllowedError')); }"
    page.evaluate(refuse)
    page.get_by_role("button", name="Add the key").click()
    assert page.get_by_text("The key did not answer, or the step was cancelled. Nothing has changed; try again.").is_visible()
    assert not Authenticator.objects.exists()


def test_an_app_is_set_up_from_the_picture_and_asked_for(window, lead):
    page = window
    log_in(page, lead)
    page.wait_for_url("**/p/lirva/")
    page.goto("/account/mfa/totp/activate/")
    confirm_password(page)
    picture = page.locator(".qr img")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture is allowed by the policy"
    secret = page.locator("code.secret").inner_text()

    def code(step=0):
        return format_hotp_value(hotp_value(secret, int(time.time() // 30) + step))

    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/account/mfa/recovery-codes/")
    log_out(page)
    log_in(page, lead)
    page.wait_for_url("**/account/mfa/authenticate/")
    page.get_by_label("Code").fill(code(1))
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/p/lirva/")
    assert [text for text in page.complaints if "favicon" not in text] == []


def test_language_and_theme_are_chosen_before_log_in_without_a_script(open_window):
    page = open_window(java_script_enabled=False)
    page.goto("/account/login/?next=/p/lirva/")
    page.get_by_role("button", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("button[value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.url.endswith("/account/login/?next=/p/lirva/"), "where one was going is kept"


def test_the_lead_adds_a_member_after_typing_the_password_again(window, lead):
    page = window
    log_in(page, lead)
    page.goto("/p/lirva/members/")
    page.get_by_label("E-mail").fill("nia@example.org")
    page.get_by_label("Name").fill("Nia Perr")
    page.get_by_label("Role").select_option("case_worker")
    page.get_by_role("button", name="Add", exact=True).click()
    confirm_password(page)
    page.wait_for_url("**/p/lirva/members/")
    assert page.get_by_role("rowheader", name=re.compile("Nia Perr")).is_visible()
    assert "/account/password/reset/key/" in page.locator(".hand-over code").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(open_window, lead, editor, process, scheme, language):
    from wayhome.accounts.models import Elevation

    Elevation.objects.create(process=process, user=editor, role="process_lead", reason="Filing week", hours=2)
    lead.is_administrator = True
    lead.save()
    page = open_window(color_scheme=scheme, locale=language, bypass_csp=True)
    found = {}
    for path in ("/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/inactive/"):
        page.goto(path)
        found[path] = faults(page)
    page.goto("/account/login/")
    page.locator("#id_login").fill(lead.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button.main").click()
    page.wait_for_url("**/p/lirva/")
    page.goto("/account/mfa/totp/activate/")
    found["reauthenticate"] = faults(page)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button.main").click()
    page.wait_for_url("**/totp/activate/")
    member = lead.memberships.get().pk
    paths = [f"/p/lirva/{part}" for part in ("members/", f"members/{member}/", "access/", "settings/", "audit/")]
    paths += [f"/account/{part}" for part in ("mfa/", "mfa/totp/activate/", "mfa/webauthn/", "mfa/webauthn/add/")]
    paths += [
        f"/account/{part}" for part in ("preferences/", "password/change/", "logout/", "audit/", "mfa/recovery-codes/generate/")
    ]
    for path in paths:
        response = page.goto(path)
        found[path] = faults(page) if response.ok else [f"status {response.status}"]
    assert {path: against for path, against in found.items() if against} == {}


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(window, lead, editor, process, width):
    page = window
    log_in(page, lead)
    page.wait_for_url("**/p/lirva/")
    page.set_viewport_size({"width": width, "height": 800})
    wide = {}
    for path in ("members/", f"members/{lead.memberships.get().pk}/", "access/", "settings/", "audit/"):
        page.goto(f"/p/lirva/{path}")
        if "reauthenticate" in page.url:
            confirm_password(page)
            page.wait_for_url(f"**/p/lirva/{path}")
        wide[path] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert {path: by for path, by in wide.items() if by > 0} == {}
