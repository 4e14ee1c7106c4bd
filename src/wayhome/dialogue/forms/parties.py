"""Forms of the parties' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Party, PartyName


class PartyForm(forms.ModelForm):
    """Every field of a record; the body it belongs to is one of the same process."""

    language = forms.ChoiceField(label=_("Language of letters to it"), required=False)

    class Meta:
        model = Party
        fields = ["name", "kind", "of", "email", "address", "language", "salutation", "calendar", "ours", "note"]
        labels = {"of": _("Belongs to"), "calendar": _("Holiday calendar")}
        help_texts = {"of": _("The state, body or community that this office or person belongs to.")}
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Party.objects.of(process).filter(merged_into=None).order_by("name")
        self.fields["of"].queryset = others.exclude(pk=self.instance.pk) if self.instance.pk else others  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("not known")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        for name in ("name", "address", "salutation", "note"):
            self.fields[name].widget.attrs["dir"] = "auto"


class NameForm(forms.ModelForm):
    """Another name of a record."""

    class Meta:
        model = PartyName
        fields = ["text", "language", "use"]
        labels = {"text": _("Name")}

    language = forms.CharField(label=_("Language"), max_length=8, required=False, help_text=_("en, fr, ru, az, hy, ar, …"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["dir"] = "auto"
