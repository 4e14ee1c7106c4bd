"""Forms of works, money, counts and seats."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.places.importing.supply import Wrong, currency_cell
from wayhome.places.models import Area, Crew, Work
from wayhome.places.models.homes import Service
from wayhome.places.queries.matches import resolve
from wayhome.places.work_states import Stage, WorkState


class DayInput(forms.DateInput):
    """A day by the browser's own calendar, which takes and gives ISO days whatever the language."""

    input_type = "date"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%d", **more)


def day(label: Any, *, required: bool = False, help_text: Any = "", today: bool = False) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(
        label=label, required=required, widget=DayInput(), help_text=help_text, initial=timezone.localdate if today else None
    )


class AreaField(forms.CharField):
    """An area by its P-code, by # and its number, or by a name that means one area for certain; `process` is set by the form."""

    process: Process

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label=more.pop("label", _("Area")),
            max_length=120,
            help_text=more.pop("help_text", _("Its P-code as the list of areas shows it, or its name.")),
            **more,
        )
        self.widget.attrs["dir"] = "auto"

    def clean(self, value: Any) -> Area | None:
        text = super().clean(value)
        if not text:
            return None
        rows = Area.objects.of(self.process)
        found = rows.filter(pk=int(text[1:])) if text[:1] == "#" and text[1:].isdigit() else rows.filter(code=text)
        areas = list(found[:2])
        if not areas:
            best = resolve(self.process, text).best_id
            areas = list(rows.filter(pk=best)) if best is not None else []
        if len(areas) != 1:
            raise forms.ValidationError(_("“%(text)s” is no single area on file. Copy the code from its page.") % {"text": text})
        return areas[0]


class CurrencyField(forms.CharField):
    """A currency by its three letters."""

    def __init__(self, **more: Any) -> None:
        super().__init__(label=more.pop("label", _("Currency")), max_length=3, help_text=_("Three letters: USD, EUR."), **more)

    def clean(self, value: Any) -> str:
        try:
            return currency_cell(super().clean(value))
        except Wrong as wrong:
            raise forms.ValidationError(f"{wrong.problem} {wrong.remedy}") from wrong


class WorkForm(forms.ModelForm):
    """A work by hand."""

    area = AreaField()
    implementer = forms.CharField(label=_("Implementer"), required=False, max_length=250, help_text=_("Who builds it."))
    currency = CurrencyField(required=False)

    class Meta:
        model = Work
        fields = [
            "title", "language", "kind", "area", "scope", "cost", "currency", "price_date", "duration_months", "planned_start",
            "after", "crew", "crew_units", "resource", "adds", "implementer", "code", "source", "iati_identifier", "sector",
        ]  # fmt: skip
        widgets = {"scope": forms.Textarea(attrs={"rows": 3}), "price_date": DayInput(), "planned_start": DayInput()}
        help_texts = {
            "language": _("Two or three letters: en, ar, ku ..."),
            "after": _("The work that must be finished before this one starts."),
            "adds": _("Homes, persons with water, children, or patients, once it is finished."),
            "code": _("Under which a table of works knows it again."),
            "sector": _("Five digits of the DAC list, for IATI."),
        }

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area_field = self.fields["area"]
        assert isinstance(area_field, AreaField)
        area_field.process = process
        others = Work.objects.of(process).exclude(pk=self.instance.pk)
        self.fields["after"].queryset = others  # type: ignore[attr-defined]
        self.fields["after"].label_from_instance = lambda one: f"{one.ref} {one.title}"  # type: ignore[attr-defined]
        self.fields["crew"].queryset = Crew.objects.of(process)  # type: ignore[attr-defined]
        for name in ("crew_units", "adds"):
            self.fields[name].required = False
        if self.instance.pk is not None:
            self.initial["area"] = self.instance.area.code or f"#{self.instance.area_id}"
            self.initial["implementer"] = self.instance.implementer.name if self.instance.implementer else ""

    def _post_clean(self) -> None:
        """The use case checks the whole; the instance stays as it is on file until then."""

    def values(self) -> dict[str, Any]:
        """What the use cases take; the implementer is still a name."""
        said = dict(self.cleaned_data)
        said["crew_units"], said["adds"] = said["crew_units"] or 0, said["adds"] or 0
        return said


class StepForm(forms.Form):
    """A step of a work."""

    after = forms.ChoiceField(label=_("Becomes"))
    on = day(_("On"), required=True, today=True)
    reason = forms.CharField(label=_("Why"), required=False, max_length=500)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, states: list[WorkState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]


class ProgressForm(forms.Form):
    progress = forms.IntegerField(label=_("Progress, per cent"), min_value=0, max_value=99)


class FundingForm(forms.Form):
    """Money of a funder."""

    funder = forms.CharField(label=_("Funder"), max_length=250)
    amount = forms.DecimalField(label=_("Amount"), max_digits=16, decimal_places=2, min_value=0)
    currency = CurrencyField()
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    on = day(_("Said on"), required=True, today=True)
    available_from = day(_("Can be spent from"))
    reference = forms.CharField(label=_("Reference"), required=False, max_length=100)
    source = forms.CharField(label=_("Who says so"), required=False, max_length=300)


class RateForm(forms.Form):
    """An exchange rate with its day and source."""

    base = CurrencyField(label=_("One unit of"))
    rate = forms.DecimalField(label=_("is worth"), max_digits=20, decimal_places=8, min_value=0)
    quote = CurrencyField(label=_("in"))
    on = day(_("On"), required=True, today=True)
    source = forms.CharField(label=_("Source"), max_length=300)


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photograph"), help_text=_("JPEG, PNG or WebP up to 12 MB. What the camera noted is taken off.")
    )
    caption = forms.CharField(label=_("What it shows"), max_length=300)
    taken_on = day(_("Taken on"))


class HomesForm(forms.Form):
    """A count of homes by damage."""

    as_of = day(_("Counted on"), required=True, today=True)
    none = forms.IntegerField(label=_("No damage"), min_value=0, required=False)
    minor = forms.IntegerField(label=_("Minor damage"), min_value=0, required=False)
    major = forms.IntegerField(label=_("Major damage"), min_value=0, required=False)
    destroyed = forms.IntegerField(label=_("Destroyed"), min_value=0, required=False)
    occupied = forms.IntegerField(
        label=_("Lived in now"), min_value=0, required=False, help_text=_("Of those with no or minor damage.")
    )
    source = forms.CharField(label=_("Who counted"), max_length=300)


class CapacityForm(forms.Form):
    """Places of a service."""

    service = forms.ChoiceField(label=_("Service"), choices=Service.choices)
    as_of = day(_("Counted on"), required=True, today=True)
    places = forms.IntegerField(label=_("Places"), min_value=0)
    used = forms.IntegerField(label=_("In use"), min_value=0, required=False)
    source = forms.CharField(label=_("Who counted"), max_length=300)


class SeatsForm(forms.Form):
    """Seats to travel from an area."""

    area = AreaField(label=_("From"))
    code = forms.SlugField(label=_("Code"), max_length=40, required=False, help_text=_("For a new place of departure."))
    starts_on = day(_("From the month of"), required=True, today=True)
    persons = forms.IntegerField(label=_("Seats a month"), min_value=0)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, AreaField)
        field.process = process


class CrewForm(forms.Form):
    """Units of a crew from a month on."""

    code = forms.SlugField(label=_("Crew"), max_length=40, help_text=_("A short word: builders."))
    name = forms.CharField(label=_("Name"), max_length=150, required=False, help_text=_("For a new crew."))
    starts_on = day(_("From the month of"), required=True, today=True)
    units = forms.IntegerField(label=_("Units"), min_value=0, max_value=10_000)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)


class TableForm(forms.Form):
    """A table to bring in."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV or XLSX with the headings of an export; a workbook may hold several.")
    )
    good_rows_only = forms.BooleanField(label=_("Bring in what is right although other rows have faults"), required=False)
    dry = forms.BooleanField(label=_("Try only: say what would change"), required=False)
