"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process, User
from wayhome.dialogue.models import Party
from wayhome.dialogue.states import Basis


class DayInput(forms.DateInput):
    """A date with the browser's own calendar; ISO in both directions, whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=DayInput(), input_formats=["%Y-%m-%d"], **kwargs)


def words_field(label: Any, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Several lines of words."""
    kwargs.setdefault("max_length", 4000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **kwargs)


class PartyField(forms.ModelChoiceField):
    """A party of the process; `process` narrows it when the form is made."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        super().__init__(queryset=Party.objects.none(), label=label, **{"empty_label": "–", **kwargs})

    def narrow(self, process: Process) -> None:
        self.queryset = Party.objects.of(process).filter(merged_into=None).only("pk", "name", "process_id").order_by("name")


class MemberField(forms.ModelChoiceField):
    """A person with a role in the process."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), label=label, **kwargs)

    def narrow(self, process: Process) -> None:
        self.queryset = User.objects.filter(memberships__process=process, is_active=True).order_by("full_name").distinct()


class InProcess(forms.Form):
    """A form in a process: narrows its party and member fields, knows who fills it in and whether restricted documents are theirs."""

    def __init__(self, *args: Any, process: Process, user: Any = None, restricted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = process
        self.user = user
        self.restricted = restricted
        for field in self.fields.values():
            if isinstance(field, PartyField | MemberField):
                field.narrow(process)


BASES = [(Basis.REQUEST, _("our own request")), (Basis.PROMISE, _("their promise")), (Basis.LAW, _("law"))]


class DeadlineForm(InProcess):
    """A date or a number of working days, and on whose word."""

    due_on = day_field(_("Due on"), required=False)
    working_days = forms.IntegerField(
        label=_("or working days"),
        required=False,
        min_value=1,
        max_value=2000,
        help_text=_("counted by the addressee's holiday calendar"),
    )
    counted_from = day_field(_("counted from"), required=False, help_text=_("the day of asking, if left empty"))
    basis = forms.ChoiceField(label=_("On whose word"), choices=BASES)
    basis_text = forms.CharField(
        label=_("Where it says so"),
        required=False,
        max_length=250,
        help_text=_("for a law its name and article, for a promise the letter"),
    )
