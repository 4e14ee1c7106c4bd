"""The form that corrects a communication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.models import Communication, Party
from wayhome.dialogue.states import DELIVERY_STEPS, Delivery


class CommunicationForm(forms.ModelForm):
    """Kind, date as precise as known, title, reference, parties."""

    senders = forms.ModelMultipleChoiceField(label=_("From"), queryset=Party.objects.none(), required=False)
    recipients = forms.ModelMultipleChoiceField(label=_("To"), queryset=Party.objects.none(), required=False)
    copies = forms.ModelMultipleChoiceField(label=_("Copy"), queryset=Party.objects.none(), required=False)

    class Meta:
        model = Communication
        fields = ["kind", "dated", "title", "reference", "summary"]
        help_texts = {"dated": _("As precise as known: 2023, 2023-04 or 2023-04-07")}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = Party.objects.of(process).filter(merged_into=None).order_by("name")
        parts = list(self.instance.parts.all())
        for name, part in (("senders", "from"), ("recipients", "to"), ("copies", "copy")):
            field: Any = self.fields[name]
            field.queryset = parties
            field.widget.attrs["size"] = 5
            self.initial[name] = [one.party_id for one in parts if one.part == part]
        self.fields["title"].widget.attrs["dir"] = "auto"

    def clean_dated(self) -> str:
        """A date, or nothing."""
        given: str = self.cleaned_data["dated"].strip()
        if given and first_day(given) is None:
            raise forms.ValidationError(_("Write it as 2023-04-07; where the day is not known, 2023-04 or 2023."))
        return given


class DeliveryForm(forms.Form):
    """What became of a communication that was sent: the steps its delivery can take now, the day, the proof."""

    delivery = forms.ChoiceField(label=_("Delivery"))
    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    proof = forms.CharField(
        label=_("Proof of delivery"),
        required=False,
        max_length=200,
        help_text=_("A stamp, a register number, a read receipt, a name. A receipt needs one."),
    )

    def __init__(self, *args: Any, communication: Communication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = DELIVERY_STEPS[Delivery(communication.delivery)]
        field: Any = self.fields["delivery"]
        field.choices = [(step.value, step.label) for step in Delivery if step in steps]
        self.fields["on"].initial = timezone.localdate
        self.fields["proof"].widget.attrs["dir"] = "auto"

    @property
    def possible(self) -> bool:
        """Whether there is any step left."""
        field: Any = self.fields["delivery"]
        return bool(field.choices)
