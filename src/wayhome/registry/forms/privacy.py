"""Forms of the privacy page: choices of the process, legal bases, keeping and erasing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wayhome.registry.forms.fields import choice, day, line
from wayhome.registry.models import Erasure, RegistrySettings
from wayhome.registry.states import LegalBasis

BY_HAND = (Erasure.Ground.REQUEST, Erasure.Ground.ERROR, Erasure.Ground.RETENTION)


class SettingsForm(forms.ModelForm):
    """The process's choices."""

    class Meta:
        model = RegistrySettings
        fields = ["retention_months", "retention_deletes", "photographs", "two_judges"]


class PurposeForm(forms.Form):
    """Legal basis and notice of one purpose."""

    legal_basis = choice(_("Legal basis"), LegalBasis.choices, required=True)
    notice = forms.CharField(
        label=_("What people are told"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Read to them before they are asked, in words they understand."),
    )


class EraseForm(forms.Form):
    """Why a record is erased; typing its number is the second step."""

    ground = choice(_("Why"), [(ground.value, ground.label) for ground in BY_HAND], required=True)
    note = line(_("Note"), help_text=_("Kept for good. Nothing of what the record said belongs here."))
    number = line(_("Write the number of the record to confirm"), 12, required=True, autocomplete="off")


class KeepForm(forms.Form):
    """Keep a record longer."""

    until = day(_("Keep until"), required=True)
    reason = line(_("Why"), 200, required=True)
