"""The form that says what became of an area."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.places.models import Area, AreaSuccession
from wayhome.places.periods import check_moment

_LINE = re.compile(r"(?P<code>.+?)(?:\s+(?P<share>\d{1,3}(?:[.,]\d+)?)\s*[%٪])?")


class BecameForm(forms.Form):
    """Kind, the areas that followed by code (one a line, a share where known), when, and who says so."""

    kind = forms.ChoiceField(label=_("This area"), choices=AreaSuccession.Kind.choices)
    afters = forms.CharField(
        label=_("Which areas (codes)"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        max_length=4000,
        help_text=_(
            "One a line, as their pages show them; the share of this area that went there where it is known: VM0102 60 %."
        ),
    )
    moment = forms.CharField(
        label=_("When"), required=False, max_length=10, validators=[check_moment], help_text=_("A year, a month or a day.")
    )
    source = forms.CharField(label=_("Who says so"), max_length=300)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    began = forms.BooleanField(label=_("The areas that followed began then"), required=False, initial=True)

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = process

    def clean_afters(self) -> list[tuple[Area, float | None]]:
        """The areas with their shares, from 0 to 1."""
        found: list[tuple[Area, float | None]] = []
        for line in self.cleaned_data["afters"].splitlines():
            text = " ".join(line.split())
            if not text:
                continue
            match = _LINE.fullmatch(text)
            code, share = (match["code"], match["share"]) if match else (text, None)
            rows = Area.objects.of(self.process)
            named = rows.filter(pk=int(code[1:])) if re.fullmatch(r"#\d{1,11}", code) else rows.filter(code=code)
            area = named.first() if named.count() == 1 else None
            if area is None:
                raise forms.ValidationError(
                    _now("No single area has the code %(code)s. Copy the code from its page, or write # and its number.")
                    % {"code": code}
                )
            found.append((area, float(share.replace(",", ".")) / 100 if share else None))
        return found
