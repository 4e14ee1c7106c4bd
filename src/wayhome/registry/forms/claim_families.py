"""Forms of families of claims, samples, and what of the claims is public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from wayhome.accounts.models import Process
from wayhome.dialogue.forms.fields import day_field, words_field
from wayhome.places.models import Area
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_tables
from wayhome.registry.claim_states import Outcome, PropertyKind, Remedy
from wayhome.registry.forms.claims import line
from wayhome.registry.models import Claim, ClaimFamily, ClaimsSettings
from wayhome.registry.queries.claim_merging import FIELDS


class FamilyForm(forms.Form):
    """Which claims under review are alike."""

    name = line(gettext_lazy("Name"), 150, required=True)
    why_alike = words_field(gettext_lazy("What makes them alike"), rows=2, max_length=500)
    right = forms.ChoiceField(label=gettext_lazy("Right claimed"), required=False)
    loss = forms.ChoiceField(label=gettext_lazy("How it was lost"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of property"), required=False, choices=[("", gettext_lazy("any")), *PropertyKind.choices]
    )
    area = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    strength = forms.TypedChoiceField(
        label=gettext_lazy("Evidence at least as strong as"),
        required=False,
        coerce=int,
        empty_value=0,
        choices=[("", gettext_lazy("any")), *((n, words) for n, words in claim_tables.STRENGTH_WORDS.items() if n)],
    )
    lodged_to = day_field(gettext_lazy("Lodged up to"), required=False)

    CRITERIA = ("right", "loss", "kind", "area", "strength", "lodged_to")

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        any_one = [("", gettext_lazy("any"))]
        self.fields["right"].choices = [*any_one, *claim_tables.choices(claim_tables.rights())]
        self.fields["loss"].choices = [*any_one, *claim_tables.choices(claim_tables.losses())]
        used = Area.objects.filter(pk__in=Claim.objects.of(process).values("holding__area")).values_list("pk", flat=True)
        names = sorted(labels(process, used).items(), key=lambda pair: pair[1])
        self.fields["area"].choices = [*any_one, *((str(pk), name) for pk, name in names)]

    def criteria(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.CRITERIA}


class TemplateForm(forms.Form):
    """The common text. Each claim's own facts stand in braces."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    remedy = forms.ChoiceField(label=gettext_lazy("What is granted"), choices=[("", "–"), *Remedy.choices], required=False)
    basis = line(gettext_lazy("Legal basis"), 300)
    template = words_field(gettext_lazy("Reasons, with each claim's own facts in braces"), rows=9, max_length=20_000)

    def __init__(self, *args: Any, family: ClaimFamily, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(family, name) for name in ("outcome", "remedy", "basis", "template")} | self.initial
        self.fields["template"].help_text = ", ".join(f"{{{name}}} {words}" for name, words in FIELDS.items())


class SampleForm(forms.Form):
    size = forms.IntegerField(label=gettext_lazy("Claims to draw"), min_value=1, max_value=2_000)
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=gettext_lazy("left empty, one is chosen and written down"),
    )


class QualitySampleForm(SampleForm):
    decided_from = day_field(gettext_lazy("Decided, from"))
    decided_to = day_field(gettext_lazy("Decided, to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial = {"decided_from": today - timedelta(days=365), "decided_to": today, "size": 20, **self.initial}

    field_order = ("decided_from", "decided_to", "size", "seed")


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ClaimsSettings
        fields = ("lookup_public", "figures_public", "authority", "appeal_days", "small_cell", "figures_level")

    def clean_small_cell(self) -> int:
        value: int = self.cleaned_data["small_cell"]
        if value < 3:
            raise forms.ValidationError(gettext_lazy("Below 3 nothing is protected."))
        return value

    def clean_figures_level(self) -> int:
        value: int = self.cleaned_data["figures_level"]
        if not 1 <= value <= 5:
            raise forms.ValidationError(gettext_lazy("Levels are 1 to 5."))
        return value
