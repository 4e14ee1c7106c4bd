"""What a browser is told, what a cookie carries, what the server refuses before any view."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PAGES_BEFORE = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]
PAGES_INSIDE = ["members", "access", "process_settings", "audit_log", "process_home"]
PAGES_OF_ACCOUNT = ["preferences", "account_change_password", "mfa_index", "account_logout", "account_reauthenticate"]


@pytest.fixture
def pages(as_user, lead):
    """Every page of accounts, before and after log-in."""
    stranger, client = Client(), as_user(lead)
    found = {name: stranger.get(reverse(name)) for name in PAGES_BEFORE}
    found["locked"] = _locked()
    found |= {name: client.get(reverse(name, args=["lirva"])) for name in PAGES_INSIDE}
    found |= {name: client.get(reverse(name)) for name in PAGES_OF_ACCOUNT}
    found["not found"] = client.get("/p/nowhere/")
    found["csrf"] = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@example.org", "password": "x"})
    return found


def _locked():
    client = Client()
    for _ in range(5):
        response = client.post(reverse("account_login"), {"login": "gone@example.org", "password": "wrong"})
    return response


def test_every_page_looks_like_the_product_and_runs_nothing_inline(pages):
    for name, response in pages.items():
        html = response.content.decode()
        assert "wayhome/base.css" in html and "<h1" in html, name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), name
        for tag in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in tag or 'type="application/json"' in tag, f"{name}: {tag}"
        assert "Sign In" not in html, name


def test_every_page_carries_the_headers(pages):
    for name, response in pages.items():
        policy = {part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split(";") if part.strip()}
        assert policy["default-src"] == ["'none'"], name
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"], name
        assert policy["style-src"] == policy["form-action"] == policy["connect-src"] == ["'self'"], name
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(policy["script-src"]), name
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["X-Frame-Options"] == "DENY", name
        assert response["Referrer-Policy"] == "same-origin", name
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", name


def test_refusals_say_what_is_kept_and_what_to_do(pages):
    assert pages["csrf"].status_code == 403
    assert "Nothing was changed." in pages["csrf"].content.decode()
    assert pages["locked"].status_code == 429
    assert pages["not found"].status_code == 404
    assert "There is no such page here" in pages["not found"].content.decode()


def test_the_session_cookie_is_closed_to_scripts_and_ends_with_the_browser(client, lead):
    client.post("/account/login/", {"login": lead.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == "" and cookie["expires"] == ""
    assert settings.SESSION_COOKIE_AGE == 12 * 3600


def test_the_session_changes_its_key_at_log_in(client, lead):
    client.post("/account/login/", {"login": "x@example.org", "password": "wrong"})
    before = client.session.session_key
    client.post("/account/login/", {"login": lead.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_pages_of_the_account_are_not_kept_by_a_cache(client):
    assert "no-store" in client.get("/account/login/")["Cache-Control"]


def test_another_host_name_is_refused(client):
    assert client.get("/account/login/", headers={"host": "elsewhere.example"}).status_code == 400


def test_behind_tls_cookies_are_secure_and_hsts_is_sent():
    """The settings module is read anew, as a server with WAYHOME_HTTPS=1 does."""
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [
            sys.executable, "-c",
            "import wayhome.site.settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
            "s.SECURE_HSTS_SECONDS, s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.DEBUG)",
        ],
        env={**os.environ, "WAYHOME_HTTPS": "1", "WAYHOME_HOME": str(settings.WAYHOME_HOME)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "True", "True", "31536000", "False", "False"]


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "http:///elsewhere"]
)
@pytest.mark.parametrize("route", ["preferences", "entrance_preferences", "account_logout"])
def test_no_form_leads_to_another_site(as_user, lead, route, target):
    data = {"full_name": "X", "language": "fr", "theme": "auto", "next": target}
    response = as_user(lead).post(reverse(route), data)
    assert response.status_code == 302
    assert response.url.startswith("/") and "elsewhere" not in response.url


def test_the_visitors_address_is_what_the_trusted_proxy_says_and_no_more(client, settings):
    from wayhome.core.models import AuditEntry

    def seen(header):
        client.post("/account/login/", {"login": "x@example.org", "password": "x"}, headers={"x-forwarded-for": header})
        return AuditEntry.objects.order_by("-seq").first().detail["from"]

    assert seen("203.0.113.9") == "127.0.0.1", "without a proxy the header is anybody's word"
    settings.PROXIES = 1
    assert seen("198.51.100.1, 203.0.113.9") == "203.0.113.9", (
        "the last is what our own proxy saw; the rest is said by the visitor"
    )
    assert seen("2001:db8::7") == "2001:db8::7"
    assert seen("not an address") == "127.0.0.1"
    settings.PROXIES = 3
    assert seen("203.0.113.9") == "127.0.0.1", "fewer addresses than proxies: not what we trust"


def test_passwords_are_hashed_slowly_and_never_shown(client, lead):
    from wayhome.site import settings as product

    assert not hasattr(product, "PASSWORD_HASHERS"), "Django's default, PBKDF2 with its present number of rounds"
    client.post("/account/login/", {"login": lead.email, "password": "wrong-one-typed"})
    assert (
        "wrong-one-typed"
        not in client.post("/account/login/", {"login": lead.email, "password": "wrong-one-typed"}).content.decode()
    )


def test_the_roles_in_the_document_are_those_in_the_code():
    from pathlib import Path

    from wayhome.accounts.roles import GRANTS, Permission, Role

    text = (Path(__file__).resolve().parents[3] / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    heads = next(line for line in text.splitlines() if line.startswith("| permission"))
    columns = [cell.strip() for cell in heads.strip("| ").split("|")][2:]
    assert columns == [str(Role(role).label).lower() for role in Role]
    documented = {}
    for row in rows:
        name = row[0].strip("`")
        if name in set(Permission.values):
            documented[name] = {role for role, mark in zip(Role, row[2:], strict=True) if mark == "yes"}
    assert documented == {str(p.value): {role for role in Role if p in GRANTS[role]} for p in Permission}
