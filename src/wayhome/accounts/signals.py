"""What happens to accounts goes into the audit log: log-in and log-out, failures, lock-outs, passwords, second factors."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from wayhome.accounts.adapter import typed_login
from wayhome.accounts.models import User
from wayhome.core import audit
from wayhome.core.actors import Actor

STRANGER = Actor(None, "not logged in")


def _address(request: Any) -> str:
    return str(getattr(request, "META", {}).get("REMOTE_ADDR", "") or "")


def _note(action: str, request: Any, user: Any = None, *, actor: Actor | None = None, **detail: Any) -> None:
    who = actor or (Actor.of(user) if user is not None and user.pk else STRANGER)
    with transaction.atomic():
        audit.record(
            action,
            actor=who,
            subject=user if user is not None and user.pk else None,
            detail={**detail, "from": _address(request)},
        )


def _typed(text: str) -> str:
    """The e-mail as typed; a password typed into the wrong field must not land in the log."""
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


@receiver(auth.user_logged_in)
def logged_in(sender: Any, request: Any, user: User, **_: Any) -> None:
    _note("account.logged_in", request, user)


@receiver(auth.user_logged_out)
def logged_out(sender: Any, request: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        _note("account.logged_out", request, user)


@receiver(auth.user_login_failed)
def login_failed(sender: Any, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    login = _typed(typed_login(request, credentials))
    user = User.objects.filter(email=login).first() if login else None
    _note("account.login_failed", request, user, actor=STRANGER, email=login or "not an e-mail")


@receiver(user_locked_out)
def locked_out(sender: Any, request: Any = None, username: str = "", **_: Any) -> None:
    login = _typed(username or "")
    user = User.objects.filter(email=login).first() if login else None
    _note("account.locked_out", request, user, actor=STRANGER, email=login or "not an e-mail")


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(sender: Any, request: Any, user: User, **_: Any) -> None:
    _note("account.password_changed", request, user)


@receiver(account.password_reset)
def password_reset(sender: Any, request: Any, user: User, **_: Any) -> None:
    _note("account.password_reset", request, user)


@receiver(account.authentication_step_completed)
def stepped(sender: Any, request: Any, user: User, method: str = "", **more: Any) -> None:
    if more.get("reauthenticated"):
        _note("account.confirmed_again", request, user, method=method)


# allauth tells of a second factor after commit; the entry belongs into the transaction, so the record itself is watched.
@receiver(post_save, sender=Authenticator)
def factor_added(sender: Any, instance: Authenticator, created: bool, raw: bool = False, **_: Any) -> None:
    if not created or raw:
        return
    codes = instance.type == Authenticator.Type.RECOVERY_CODES
    action = "account.recovery_codes_made" if codes else "account.second_factor_added"
    _note(action, context.request, instance.user, kind=str(instance.type))


@receiver(post_delete, sender=Authenticator)
def factor_removed(sender: Any, instance: Authenticator, **_: Any) -> None:
    if context.request is None or instance.type == Authenticator.Type.RECOVERY_CODES:
        return  # outside a request the use case records it; recovery codes go with the last factor, or are made anew
    _note("account.second_factor_removed", context.request, instance.user, kind=str(instance.type))


@receiver(mfa.authentication_failed)
def factor_failed(sender: Any, request: Any, user: User, authenticator: Any, **_: Any) -> None:
    _note("account.second_factor_failed", request, user, actor=STRANGER, kind=str(authenticator.type))
