"""allauth's behaviour where ours differs: nobody signs up by themselves, our words, secrets of second factors encrypted."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit  # the public module has no roll-back
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def typed_login(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail that was typed, as axes counts it: trimmed and in lower case."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or getattr(request, "POST", {}).get("login") or ""
    return str(typed).strip().lower()[:254]


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail and this password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Try again in five minutes."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limit guesses at one account from many addresses; guesses from one address are axes' business."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="password_failed", key=key)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")


def _cipher() -> MultiFernet:
    """Keys derived from the secret key, the present one first; an earlier one still reads."""
    keys = []
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        derived = HKDF(SHA256(), 32, salt=None, info=b"wayhome second factor").derive(str(secret).encode())
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or no longer valid. Codes change every 30 seconds."),
        "cannot_delete_authenticator": _("A second factor is required for your role."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises `InvalidToken` when it was written under a secret key that is gone."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise InvalidToken(
                "a second factor was stored under another secret key: restore it or list it as a fallback"
            ) from error
