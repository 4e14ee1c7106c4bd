"""Forms of gates and criteria."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.places import grounds
from wayhome.places.actions.gates import Said
from wayhome.places.gate_states import Step
from wayhome.places.models import GateKind, Rule
from wayhome.places.models.standards import Comparison, Mark


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _line(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


class DecisionForm(forms.Form):
    """One step with a gate; each step asks for what it needs."""

    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))
    authority = _line(_("Whose decision it is"), 200)
    method = _line(_("How it was established"), 200, help_text=_("Survey, clearance, joint assessment, visit …"))
    certificate = _line(_("Certificate or document, with its number"), 120)
    decided_on = forms.DateField(label=_("Decided on"), widget=DayInput())
    expires_on = forms.DateField(label=_("Valid until and with"), widget=DayInput(), required=False)
    expected_on = forms.DateField(
        label=_("A decision is expected on"),
        widget=DayInput(),
        required=False,
        help_text=_("As the authority expects it. Nobody promises it, and it opens nothing."),
    )
    file = forms.FileField(label=_("The paper itself"), required=False)
    ground = forms.CharField(
        label=_("Rests on"),
        max_length=20,
        required=False,
        help_text=_("Number of an ask, commitment or letter: A-021, C-004, L-101."),
    )

    FIELDS = {
        Step.OPEN: ("authority", "method", "certificate", "decided_on", "expires_on", "file", "ground", "note"),
        Step.CLOSE: ("note", "authority", "decided_on", "expected_on", "file", "ground"),
        Step.WITHDRAW: ("note", "authority", "decided_on", "expected_on", "ground"),
        Step.EXPECT: ("authority", "expected_on", "ground", "note"),
    }

    def __init__(self, *args: Any, step: Step, kind: GateKind, process: Process, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process, self.step = process, step
        names = self.FIELDS[Step.OPEN if step == Step.RENEW else step]
        self.fields = {name: self.fields[name] for name in names}
        if "decided_on" in self.fields:
            self.fields["decided_on"].initial = today
        opening = step in (Step.OPEN, Step.RENEW)
        for name in ("authority", "method", "certificate") if opening else ("authority", "expected_on"):
            if name in self.fields:
                self.fields[name].required = opening or step == Step.EXPECT
        if "expires_on" in self.fields:
            self.fields["expires_on"].required = kind.needs_expiry
        if opening or step == Step.EXPECT:
            self.fields["note"].required = False
            self.fields["note"].label = _("Note")
        elif step == Step.CLOSE:
            self.fields["note"].help_text = _("What happened or was found out, and from whom. It counts at once.")
            self.fields["authority"].help_text = _("Empty if it is your own, until the authority decides.")

    def clean_ground(self) -> Any:
        words = self.cleaned_data["ground"].strip()
        if not words:
            return None
        found = grounds.find(self.process, words)
        if found is None:
            raise forms.ValidationError(
                _("No ask, commitment or letter of this process has the number %(number)s."), params={"number": words[:20]}
            )
        return found

    def said(self) -> Said:
        """What the use case takes."""
        values = dict(self.cleaned_data)
        file = values.pop("file", None)
        return Said(**values, file=(file.name, file.read()) if file is not None else None)


class WordForm(forms.Form):
    """The second person's word."""

    agreed = forms.TypedChoiceField(choices=[("yes", _("Agree")), ("no", _("Say no"))], coerce=lambda value: value == "yes")
    note = forms.CharField(max_length=300, required=False)


class KindForm(forms.Form):
    """A kind of gate of the process's own."""

    name = _line(_("Name"), 120, required=True)
    reason = _line(_("Why it is needed"), 300, required=True)


class RuleForm(forms.ModelForm):
    """A correction of a rule."""

    reason = _line(_("Why it is corrected"), 300, required=True, help_text=_("What you read, where, or what changed."))

    class Meta:
        model = Rule
        fields = [
            "statement",
            "number",
            "comparison",
            "value",
            "unit",
            "mark",
            "source",
            "edition",
            "note",
            "valid_from",
            "valid_to",
        ]
        widgets = {
            "statement": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "note": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            "valid_from": DayInput(),
            "valid_to": DayInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mark"].choices = Mark.choices  # type: ignore[attr-defined]
        self.fields["comparison"].choices = Comparison.choices  # type: ignore[attr-defined]
