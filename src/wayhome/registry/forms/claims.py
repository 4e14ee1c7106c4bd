"""Forms of a claim: lodging and correcting it, its claimants, its property."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Numbered
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.forms.fields import day_field
from wayhome.registry import claim_tables
from wayhome.registry import claim_validators as valid
from wayhome.registry.actions.claims import NewClaimant
from wayhome.registry.claim_states import Capacity, ClaimantKind, Condition, Lodged, PropertyKind, Remedy
from wayhome.registry.models import Claim, Household, Person, Property
from wayhome.registry.placing import area_of


class RecordField(forms.CharField):
    """A record of the process by its number, as people write it: P-0412, p 412 or 412."""

    def __init__(self, model: type[Numbered], **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.model = model
        self.process: Process | None = None
        self.widget.attrs.setdefault("placeholder", f"{model.prefix}-0001")

    def clean(self, value: Any) -> Any:
        text = super().clean(value).upper().replace(" ", "")
        if not text:
            return None
        digits = text.removeprefix(f"{self.model.prefix}-").removeprefix(self.model.prefix)
        found = None
        if digits.isascii() and digits.isdigit() and len(digits) < 10 and self.process is not None:
            found = self.model.objects.of(self.process).filter(number=int(digits)).first()  # type: ignore[attr-defined]
        if found is None:
            raise forms.ValidationError(_("There is no record %(number)s here.") % {"number": text[:16]})
        return found


def line(label: Any, most: int = 250, **kwargs: Any) -> forms.CharField:
    """One line of text in any script."""
    kwargs.setdefault("required", False)
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **kwargs)


class ClaimForm(forms.Form):
    """Who, which right, in what, how lost. Evidence comes later; nobody has to wish to return to claim."""

    lodged_on = day_field(gettext_lazy("Lodged on"))
    lodged_how = forms.ChoiceField(label=gettext_lazy("How it came in"), choices=Lodged.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language of letters"), choices=settings.LANGUAGES)
    household = RecordField(Household, label=gettext_lazy("Household"), help_text=gettext_lazy("its number, if it is registered"))
    right = forms.ChoiceField(label=gettext_lazy("Right claimed"), choices=[])
    right_note = line(gettext_lazy("The right, in their words"), 300)
    remedy = forms.ChoiceField(label=gettext_lazy("What they want"), choices=Remedy.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of property"), choices=PropertyKind.choices)
    holding = RecordField(
        Property,
        label=gettext_lazy("Property on file"),
        help_text=gettext_lazy("its number, where the same property is on file; the fields below are then left alone"),
    )
    address = line(gettext_lazy("Address, as it was"), 300)
    place_text = line(gettext_lazy("Village or town"))
    cadastral_number = line(gettext_lazy("Old cadastral number"), 120)
    size_m2 = forms.IntegerField(
        label=gettext_lazy("Size in square metres, as stated"), required=False, min_value=1, max_value=1_000_000_000
    )
    condition = forms.ChoiceField(label=gettext_lazy("Condition today"), choices=Condition.choices)
    condition_on = day_field(gettext_lazy("as of"), required=False)
    outline = forms.CharField(
        label=gettext_lazy("Outline (GeoJSON)"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false", "data-outline": ""}),
        help_text=gettext_lazy("Draw it on the map, or paste a polygon in WGS 84, longitude first."),
    )
    loss = forms.ChoiceField(label=gettext_lazy("How it was lost"), choices=[], required=False)
    lost_from = day_field(gettext_lazy("Lost, not before"), required=False)
    lost_to = day_field(gettext_lazy("Lost, not after"), required=False)
    loss_note = line(gettext_lazy("The loss, in their words"), 500)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    PROPERTY = ("kind", "address", "place_text", "cadastral_number", "size_m2", "condition", "condition_on", "outline")
    PARTS = (
        (gettext_lazy("The claim"), ("lodged_on", "lodged_how", "household", "language")),
        (gettext_lazy("The right"), ("right", "right_note", "remedy")),
        (gettext_lazy("The property"), ("holding", *PROPERTY)),
        (gettext_lazy("The loss"), ("loss", "lost_from", "lost_to", "loss_note", "note")),
    )

    def __init__(self, *args: Any, process: Process, claim: Claim | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process, self.claim = process, claim
        self.fields["right"].choices = claim_tables.choices(claim_tables.rights())
        self.fields["loss"].choices = [("", "–"), *claim_tables.choices(claim_tables.losses())]
        self.fields["household"].process = process
        self.fields["holding"].process = process
        if claim is not None:
            del self.fields["holding"]
            self._show(claim)
        else:
            self.initial = {"lodged_on": timezone.localdate(), "language": process.language, **self.initial}

    def _show(self, claim: Claim) -> None:
        import json

        home = claim.holding
        own = (
            "lodged_on",
            "lodged_how",
            "language",
            "right",
            "right_note",
            "remedy",
            "loss",
            "lost_from",
            "lost_to",
            "loss_note",
        )
        self.initial |= {name: getattr(claim, name) for name in (*own, "note")}
        self.initial["household"] = claim.household.ref if claim.household else ""
        self.initial |= {name: getattr(home, name) for name in self.PROPERTY}
        self.initial["outline"] = json.dumps(home.outline) if home.outline else ""

    @property
    def parts(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.PARTS]

    def clean_outline(self) -> Any:
        text = self.cleaned_data["outline"]
        try:
            found = valid.outline(text)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from None
        return found[0] if found else None

    def claim_values(self) -> dict[str, Any]:
        """Fields of the claim itself."""
        names = (
            "lodged_on",
            "lodged_how",
            "language",
            "household",
            "right",
            "right_note",
            "remedy",
            "loss",
            "lost_from",
            "lost_to",
        )
        return {name: self.cleaned_data[name] for name in (*names, "loss_note", "note")}

    def holding_values(self) -> Property | dict[str, Any]:
        """The property on file that was named, or the fields of one."""
        if self.cleaned_data.get("holding") is not None:
            named: Property = self.cleaned_data["holding"]
            return named
        values = {name: self.cleaned_data[name] for name in self.PROPERTY}
        text = values["place_text"].strip()
        held = self.claim.holding if self.claim is not None else None
        if held is not None and held.place_text == text:
            values["area"] = held.area
        else:
            values["area"] = area_of(self.process, text)
        return values


class ClaimantForm(forms.Form):
    """One claimant: a person by number, or a name in words; a share or none."""

    person = RecordField(Person, label=gettext_lazy("Person"))
    name = line(gettext_lazy("or name, as written"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ClaimantKind.choices)
    capacity = forms.ChoiceField(label=gettext_lazy("Claims as"), choices=Capacity.choices)
    share = line(gettext_lazy("Share"), 20, help_text=gettext_lazy("1/4, 25 %, 1, or nothing"))

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].process = process

    def clean_share(self) -> Fraction | None:
        try:
            return valid.share(self.cleaned_data["share"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def given(self) -> NewClaimant | None:
        """The claimant, or None for a row left empty."""
        data = self.cleaned_data
        if not data.get("person") and not data.get("name", "").strip():
            return None
        return NewClaimant(data["person"], data["name"], data["kind"], data["capacity"], data["share"])


class BaseClaimants(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        if any(self.errors):
            return
        given = self.given()
        if not given:
            raise forms.ValidationError(_("A claim needs somebody who claims: a person of the registry or a name in words."))
        try:
            valid.check_sum(one.share for one in given)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from None

    def given(self) -> list[NewClaimant]:
        """The claimants in order, rows left empty aside."""
        return [one for form in self.forms if form.has_changed() or form.initial if (one := form.given) is not None]


def claimants(*args: Any, process: Process, claim: Claim | None = None, rows: int = 3) -> BaseClaimants:
    """The rows for claimants: those on file and empty ones."""
    held = list(claim.claimants.select_related("person")) if claim is not None else []
    initial = [
        {
            "person": row.person.ref if row.person else "",
            "name": row.name,
            "kind": row.kind,
            "capacity": row.capacity,
            "share": f"{row.numerator}/{row.denominator}" if row.numerator else "",
        }
        for row in held
    ]
    made = formset_factory(ClaimantForm, formset=BaseClaimants, extra=max(rows - len(held), 1), max_num=60, absolute_max=80)
    return made(*args, initial=initial, prefix="who", form_kwargs={"process": process})  # type: ignore[return-value]
