"""A new ask, a judgement on evidence, a ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue.actions.escalation import LONGEST_LADDER, Rung
from wayhome.dialogue.forms.fields import InProcess, PartyField, day_field, words_field
from wayhome.dialogue.models import Communication, Evidence, LadderStep, Party


class NewAskForm(InProcess):
    action = words_field(
        _("What is asked"), rows=3, max_length=500, help_text=_("One requested action; several asks are several rows.")
    )
    addressee = PartyField(label=_("Of whom"))
    asker = PartyField(label=_("Who asks"), required=False)
    communication = forms.ModelChoiceField(
        queryset=Communication.objects.none(),
        label=_("Made in"),
        required=False,
        empty_label=_("not sent yet: a draft for the next letter"),
        help_text=_("The clock starts with the delivery of the letter."),
    )
    asked_on = day_field(_("or made on"), required=False, help_text=_("when it was asked without a letter, e.g. in a meeting"))
    beneficiary = forms.CharField(label=_("For whom"), required=False, max_length=250)
    place = forms.CharField(label=_("Place"), required=False, max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Communication.objects.of(self.process).order_by("-day", "-number")
        if not self.restricted:
            rows = rows.exclude(document__restricted=True)
        self.fields["communication"].queryset = rows
        self.fields["communication"].label_from_instance = lambda row: (
            f"{row.ref} · {row.dated} · {row.title or row.get_kind_display()}"
        )
        ours = self.fields["asker"].queryset.filter(ours=True).first()
        if ours is not None:
            self.initial.setdefault("asker", ours.pk)


class VerifyForm(forms.Form):
    standing = forms.ChoiceField(choices=Evidence.Standing.choices)
    verified_by = forms.CharField(required=False, max_length=250)


class RungForm(forms.Form):
    """One step of a ladder; an empty row is left out."""

    party = forms.TypedChoiceField(label=_("Whom to ask"), required=False, empty_value=None)
    after_working_days = forms.IntegerField(
        label=_("After working days"), min_value=0, max_value=2000, initial=30, required=False
    )
    answer_days = forms.IntegerField(label=_("Working days to answer"), min_value=1, max_value=2000, initial=30, required=False)
    note = forms.CharField(label=_("Note"), max_length=250, required=False)

    def __init__(self, *args: Any, parties: dict[int, Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [("", "–"), *((pk, party.name) for pk, party in parties.items())]
        self.fields["party"].coerce = lambda value: parties[int(value)]


def ladder_formset(data: Any, *, process: Process, steps: list[LadderStep]) -> BaseFormSet:
    """The rows of a ladder with two empty ones after them; "more" in the data gives two more."""
    rows = Party.objects.of(process).filter(merged_into=None).only("pk", "name", "process_id").order_by("name")
    parties = {party.pk: party for party in rows}  # read once for all rows of the ladder
    kind = formset_factory(
        RungForm,
        extra=2,
        can_order=True,
        can_delete=True,
        max_num=LONGEST_LADDER,
        absolute_max=LONGEST_LADDER + 10,
        validate_max=True,
    )
    initial = [
        {"party": s.party_id, "after_working_days": s.after_working_days, "answer_days": s.answer_days, "note": s.note}
        for s in steps
    ]
    if data is not None and "more" in data:
        data = data.copy()
        data["rungs-TOTAL_FORMS"] = str(min(int(data.get("rungs-TOTAL_FORMS", "0") or 0) + 2, LONGEST_LADDER))
    return kind(data, prefix="rungs", initial=initial, form_kwargs={"parties": parties})


def rungs_of(formset: BaseFormSet) -> list[Rung]:
    """The ladder that the rows say, in their order, without empty and removed rows."""
    rungs = []
    for form in formset.ordered_forms:
        data = form.cleaned_data
        if data.get("party") is not None:
            rungs.append(
                Rung(
                    data["party"],
                    30 if data.get("after_working_days") is None else data["after_working_days"],
                    data.get("answer_days") or 30,
                    data.get("note", ""),
                )
            )
    return rungs
