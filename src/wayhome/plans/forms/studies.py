"""How a plan is tried: how far works and families may go otherwise, and which other plan has the same luck."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wayhome.plans.models import Run


class SturdyForm(forms.Form):
    """Shares in per cent; `values` gives what the action takes."""

    duration = forms.DecimalField(
        label=_("Works take longer or shorter, per cent"),
        initial=25,
        min_value=0,
        max_value=100,
        help_text=_("Two of three works end within so much of what was said."),
    )
    cost = forms.DecimalField(label=_("Works cost more or less, per cent"), initial=20, min_value=0, max_value=100)
    withdraw = forms.DecimalField(label=_("Households that decide otherwise, per cent"), initial=10, min_value=0, max_value=100)
    postpone = forms.DecimalField(label=_("Households that are ready later, per cent"), initial=10, min_value=0, max_value=100)
    draws = forms.IntegerField(label=_("Draws"), initial=200, min_value=20, max_value=1000)
    other = forms.TypedChoiceField(label=_("The same luck for"), required=False, coerce=int, empty_value=None)

    def __init__(self, run: Run, others: list[Run], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {one.number: one for one in others if one.pk != run.pk}
        choices = [("", "–"), *((number, f"{one.ref} {one.scenario.name}") for number, one in self.others.items())]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        shares = {name: float(given[name]) / 100 for name in ("duration", "cost", "withdraw", "postpone")}
        return {**shares, "draws": given["draws"], "other": self.others.get(given["other"]) if given["other"] else None}
