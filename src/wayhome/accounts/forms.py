"""Forms of the account pages (allauth's, with our words) and of members, elevated access and a process's settings."""

from __future__ import annotations

from typing import Any

import holidays
from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Membership, Process, User
from wayhome.accounts.roles import Role


def _rules() -> str:
    return " ".join(password_validators_help_texts())


def _plain(field: forms.Field, label: Any, help_text: Any = "") -> None:
    """Our label and no placeholder: a placeholder is gone when it is needed."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail"))
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True)
        _plain(self.fields["password"], _("Password"))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Password you have now"))
        _plain(self.fields["password1"], _("New password"), lazy(_rules, str)())
        _plain(self.fields["password2"], _("New password, once more"))


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail"))


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password1"], _("New password"), lazy(_rules, str)())
        _plain(self.fields["password2"], _("New password, once more"))


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"))
        self.fields["password"].widget.attrs.update(autofocus=True)


def _code(field: forms.Field) -> None:
    _plain(field, _("Code"), _("Six digits from the app, or one of your recovery codes."))
    field.widget.attrs.update(autocomplete="one-time-code", inputmode="numeric", autofocus=True, dir="ltr")


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class CodeAgainForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class ActivateAppForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])
        self.fields["code"].help_text = _("Six digits that the app shows now.")


class AddKeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], _("Name of the key"), _("Yours to choose, to tell keys apart."))


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser asks")), *settings.LANGUAGES], required=False
    )

    class Meta:
        model = User
        fields = ["full_name", "language", "theme", "single_keys"]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(RoleForm):
    email = forms.EmailField(label=_("E-mail"), help_text=_("A new account gets a link to set its password."))
    name = forms.CharField(label=_("Name"), max_length=150, required=False, help_text=_("Needed for a new account only."))
    field_order = ["email", "name", "role"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        email = given.get("email", "").lower()
        if email and not given.get("name") and not User.objects.filter(email__iexact=email).exists():
            self.add_error("name", _("Nobody with this e-mail has an account yet: give the name for a new one."))
        return given


class ElevationForm(forms.Form):
    """A higher role for a limited time, with a reason."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    hours = forms.IntegerField(label=_("Hours"), min_value=1, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.ELEVATION_MAX_HOURS
        hours = self.fields["hours"]
        hours.max_value = most  # type: ignore[attr-defined]
        hours.validators.append(forms.fields.validators.MaxValueValidator(most))
        hours.widget.attrs["max"] = most
        hours.help_text = _("At most %(most)d; it ends by itself.") % {"most": most}


class GrantForm(ElevationForm):
    """Grant without a request: to a member, or to a person of the installation who is none."""

    person = forms.EmailField(label=_("E-mail of the person"), widget=forms.EmailInput(attrs={"list": "members-known"}))
    field_order = ["person", "role", "reason", "hours"]

    def clean_person(self) -> User:
        user = User.objects.filter(email__iexact=self.cleaned_data["person"], is_active=True).first()
        if user is None:
            raise ValidationError(_("No open account has this e-mail."))
        return user


def calendar_problem(code: str) -> str:
    """What is wrong with the code of a holiday calendar (`CH`, `CH-GE`), or nothing."""
    country, _dash, part = code.partition("-")
    known = holidays.list_supported_countries()
    if country and country not in known:
        return _("No calendar is known for %(code)s. Give an ISO country code, or leave it empty.") % {"code": country}
    if part and part not in known[country]:
        return _("The calendar of %(country)s has no part %(part)s.") % {"country": country, "part": part}
    return ""


class ProcessForm(forms.ModelForm):
    """Settings of a process. `calendar` names the public holidays that working-day clocks leave out."""

    language = forms.ChoiceField(label=_("Working language"), choices=settings.LANGUAGES)

    class Meta:
        model = Process
        fields = ["name", "language", "calendar", "answer_days", "soon_days", "long_overdue_days", "public", "public_lede"]
        widgets = {"public_lede": forms.Textarea(attrs={"rows": 4})}

    def clean_calendar(self) -> str:
        code = str(self.cleaned_data["calendar"]).strip().upper()
        if problem := calendar_problem(code):
            raise ValidationError(problem)
        return code


class AuditFilter(forms.Form):
    """Filters of the audit log; what does not fit is left out."""

    person = forms.IntegerField(required=False)
    action = forms.CharField(required=False, max_length=80)
    subject = forms.CharField(required=False, max_length=120)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


def member_choices(process: Process) -> list[tuple[str, str]]:
    """E-mail and name of each member, for the list beside the field."""
    rows = Membership.objects.filter(process=process).select_related("user").order_by("user__full_name")
    return [(row.user.email, row.user.get_full_name()) for row in rows]
