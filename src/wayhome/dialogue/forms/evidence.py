"""Fields of what can be said of an ask and of a commitment alike: a grade, evidence, a measure, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.core import measures
from wayhome.dialogue.actions import evidence
from wayhome.dialogue.forms.fields import InProcess, day_field, words_field


class GradeForm(InProcess):
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        coerce=int,
        choices=lambda: [
            (n, f"{n}: {words}") for n, words in evidence.GRADES.items()
        ],  # asked anew, for the language of the page
        widget=forms.RadioSelect,
    )
    on = day_field(_("As of"))
    note = words_field(_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class EvidenceForm(InProcess):
    title = forms.CharField(label=_("What it shows"), max_length=300)
    source = forms.CharField(label=_("Who says so"), max_length=250)
    as_of = day_field(_("As of"))
    figure = forms.DecimalField(label=_("Figure"), required=False, max_digits=16, decimal_places=2)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("as_of", timezone.localdate())


class MeasureForm(InProcess):
    measure = forms.ChoiceField(label=_("Measure"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = list(measures.names().items())  # type: ignore[attr-defined]


class ReasonForm(InProcess):
    note = words_field(_("Reason"), rows=2)
