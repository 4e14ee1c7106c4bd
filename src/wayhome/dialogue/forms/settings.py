"""The settings of a process that concern the dialogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.core.errors import InvalidInput
from wayhome.dialogue import clocks


class ProcessForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Working language"), choices=settings.LANGUAGES)
    calendar = forms.CharField(
        label=_("Holiday calendar"),
        required=False,
        max_length=20,
        help_text=_(
            "ISO code of a country, with subdivision: CH or CH-GE. Empty counts weekends alone. An addressee's own wins."
        ),
    )
    answer_days = forms.IntegerField(label=_("Working days to answer, by our own request"), min_value=1, max_value=2000)
    soon_days = forms.IntegerField(label=_("Days before a deadline that count as due soon"), min_value=0, max_value=365)
    long_overdue_days = forms.IntegerField(
        label=_("Days after a deadline that count as long overdue"), min_value=1, max_value=3650
    )

    @classmethod
    def of(cls, data: Any, process: Process) -> ProcessForm:
        return cls(data, initial={name: getattr(process, name) for name in cls.base_fields})

    def clean_calendar(self) -> str:
        try:
            return clocks.check_calendar(self.cleaned_data["calendar"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
