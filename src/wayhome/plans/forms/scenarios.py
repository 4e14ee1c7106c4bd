"""Forms of scenarios: their basics, and the lines of each part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.core.days import written
from wayhome.plans.actions.running import LONGEST
from wayhome.plans.models import Scenario
from wayhome.plans.states import DemandKind


class MonthField(forms.DateField):
    """A month, as the browser's month field gives it: 2027-06."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m", "%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "month", "placeholder": "2027-06", "pattern": r"\d{4}-\d{2}"}, format="%Y-%m"),
            **kwargs,
        )


class ScenarioForm(forms.ModelForm):
    """The basics. A scenario that came as a folder shows its name and note alone."""

    start = MonthField(label=_("First month"))

    class Meta:
        model = Scenario
        fields = [
            *("name", "note", "start", "months", "currency", "budget_share", "transport_each"),
            *("discount", "fairness_floor", "group_by", "families"),
        ]
        widgets = {
            "months": forms.NumberInput(attrs={"min": 1, "max": 60}),
            "budget_share": forms.NumberInput(attrs={"min": 0, "max": 500, "step": "0.1"}),
            "discount": forms.NumberInput(attrs={"min": 0.5, "max": 1, "step": "0.0001"}),
            "fairness_floor": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "0.01"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.imported:
            self.fields = {name: self.fields[name] for name in ("name", "note")}

    def validate_unique(self) -> None:
        """The use case says which scenario has the name."""


class CopyForm(forms.Form):
    """A copy with the changes people make most."""

    name = forms.CharField(label=_("Name of the copy"), max_length=120)
    budget_share = forms.DecimalField(
        label=_("Share of the budget, per cent"),
        min_value=0,
        max_value=500,
        max_digits=5,
        decimal_places=1,
        help_text=_("66.7 cuts the budget by a third."),
    )


class RunForm(forms.Form):
    """How long and how near to the best."""

    time_limit = forms.TypedChoiceField(
        label=_("At most"),
        coerce=int,
        choices=[
            (20, _("20 seconds")),
            (60, _("1 minute")),
            (180, _("3 minutes")),
            (600, _("10 minutes")),
            (LONGEST, _("30 minutes")),
        ],
        initial=60,
    )
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=1)


class FolderForm(forms.Form):
    """An instance folder from outside."""

    file = forms.FileField(label=_("Instance folder, as one zip file"))
    name = forms.CharField(label=_("Name"), max_length=100, required=False, help_text=_("The name of the file if left empty."))
    start = MonthField(label=_("Month of period 0"), required=False)


class ApproveForm(forms.Form):
    note = forms.CharField(label=_("Why this plan"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class PublishForm(forms.Form):
    lede = forms.CharField(
        label=_("Words at its head"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )


def _money(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(min_value=0, max_digits=16, decimal_places=2, **kwargs)


class BudgetRow(forms.Form):
    month = MonthField(label=_("Month"))
    amount = _money(label=_("Amount"))
    currency = forms.CharField(label=_("Currency"), max_length=3, widget=forms.TextInput(attrs={"size": 4}))
    source = forms.CharField(label=_("From whom"), max_length=200, required=False)


class RateRow(forms.Form):
    currency = forms.CharField(label=_("Currency"), max_length=3, widget=forms.TextInput(attrs={"size": 4}))
    rate = forms.DecimalField(label=_("Worth in the scenario’s currency"), max_digits=18, decimal_places=8)
    on = forms.DateField(label=_("Of the day"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("According to"), max_length=200)


class CrewRow(forms.Form):
    crew = forms.CharField(widget=forms.HiddenInput)
    units = forms.DecimalField(label=_("In this scenario"), min_value=0, max_digits=8, decimal_places=2, required=False)


class HubRow(forms.Form):
    hub_id = forms.IntegerField(widget=forms.HiddenInput)
    persons = forms.IntegerField(label=_("Seats a month in this scenario"), min_value=0, max_value=1_000_000, required=False)


class MonthSeatsRow(forms.Form):
    hub_id = forms.TypedChoiceField(label=_("From"), coerce=int)
    month = MonthField(label=_("Month"))
    persons = forms.IntegerField(label=_("Seats"), min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, hubs: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hub_id"].choices = [("", "–"), *hubs]  # type: ignore[attr-defined]


class WorkRow(forms.Form):
    work_id = forms.IntegerField(widget=forms.HiddenInput)
    leave_out = forms.BooleanField(label=_("Leave out"), required=False)
    duration = forms.IntegerField(label=_("Months"), min_value=0, max_value=240, required=False)
    cost = _money(label=_("Cost"), required=False)
    earliest = MonthField(label=_("Not before"), required=False)


class GateRow(forms.Form):
    area_id = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.CharField(widget=forms.HiddenInput, max_length=60)
    expected = MonthField(label=_("Assume open from"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=250, required=False)


class DemandRow(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=DemandKind.choices)
    work_id = forms.TypedChoiceField(label=pgettext_lazy("plan", "Work"), coerce=int, required=False, empty_value=None)
    area_id = forms.TypedChoiceField(label=_("Place"), coerce=int, required=False, empty_value=None)
    month = MonthField(label=_("By"))
    note = forms.CharField(label=_("On whose word"), max_length=250, required=False)

    def __init__(
        self, *args: Any, works: Iterable[tuple[int, str]] = (), places: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["work_id"].choices = [("", "–"), *works]  # type: ignore[attr-defined]
        self.fields["area_id"].choices = [("", "–"), *places]  # type: ignore[attr-defined]


def rows_of(row: type[forms.Form], *, extra: int, most: int = 3_000) -> Any:
    """A formset of lines; those that people add can be taken out again."""
    return formset_factory(row, extra=extra, max_num=most, absolute_max=most, can_delete=extra > 0)


def month_words(day: date | None) -> str:
    """A month as a language writes it alone."""
    return written(day, "F Y") if day is not None else ""
