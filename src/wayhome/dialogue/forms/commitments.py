"""What a commitment needs: written down, corrected, graded, shown by evidence, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.core import measures
from wayhome.core.actors import Actor
from wayhome.dialogue.actions import commitments, evidence, reminders
from wayhome.dialogue.forms.bulk import RemindForm
from wayhome.dialogue.forms.evidence import EvidenceForm, GradeForm, MeasureForm, ReasonForm
from wayhome.dialogue.forms.fields import InProcess, PartyField, day_field, words_field
from wayhome.dialogue.models import Ask, Commitment, Instrument


class CommitmentForm(InProcess):
    what = words_field(_("What was promised, agreed or is owed"), rows=3, max_length=500)
    kind = forms.ChoiceField(label=_("Kind"), choices=Commitment.Kind.choices)
    who = PartyField(label=_("Whose"), required=False)
    toward = PartyField(label=_("Toward whom"), required=False)
    instrument = forms.ModelChoiceField(queryset=Instrument.objects.all(), label=_("Instrument"), required=False)
    instrument_text = forms.CharField(
        label=_("Instrument as named"),
        required=False,
        max_length=250,
        help_text=_("as the document names it, if it is not in the table"),
    )
    made_on = day_field(_("Made on"), required=False)
    due_on = day_field(_("Due"), required=False)

    def __init__(self, *args: Any, commitment: Commitment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment
        if commitment is not None:
            for name in self.fields:
                self.initial.setdefault(name, getattr(commitment, f"{name}_id", None) or getattr(commitment, name))


class OnCommitment(InProcess):
    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment


class AsksForm(OnCommitment):
    asks = forms.ModelMultipleChoiceField(
        queryset=Ask.objects.none(),
        label=_("Asks that it answers or concerns"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readable = Ask.objects.of(self.process).readable(restricted=self.restricted)
        self.fields["asks"].queryset = self.readable.only("number", "action", "process_id")
        self.initial.setdefault("asks", [row.pk for row in self.commitment.asks.all()])

    def clean_asks(self) -> list[Ask]:
        """What was chosen, and what is linked already and cannot be seen by who chooses."""
        unseen = self.commitment.asks.exclude(pk__in=self.readable.values("pk"))
        return [*self.cleaned_data["asks"], *unseen]


class CommitmentGradeForm(OnCommitment, GradeForm):
    pass


class CommitmentEvidenceForm(OnCommitment, EvidenceForm):
    pass


class CommitmentMeasureForm(OnCommitment, MeasureForm):
    pass


class WithdrawForm(OnCommitment):
    on = day_field(_("On"))
    note = words_field(_("Note"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class CommitmentReasonForm(OnCommitment, ReasonForm):
    pass


class CommitmentRemindForm(OnCommitment, RemindForm):
    pass


class CorrectForm(OnCommitment, CommitmentForm):
    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        CommitmentForm.__init__(self, *args, commitment=commitment, **kwargs)


@dataclass(frozen=True, slots=True)
class CommitmentStep:
    """One step on a commitment, by its name in the address."""

    name: str
    title: Any
    form: type[Any]
    run: Callable[[Commitment, dict[str, Any], Actor], Any]
    explain: Any = ""
    permission: Permission = Permission.DECIDE


STEPS: dict[str, CommitmentStep] = {
    step.name: step
    for step in (
        CommitmentStep(
            "assess",
            _("Assess"),
            CommitmentGradeForm,
            lambda row, data, actor: evidence.assess(subject=row, actor=actor, **data),
            _("How far it was carried out on that day."),
        ),
        CommitmentStep(
            "evidence",
            _("Attach evidence"),
            CommitmentEvidenceForm,
            lambda row, data, actor: evidence.add_evidence(subject=row, actor=actor, **data),
            _("It stands as claimed until somebody else verifies it."),
        ),
        CommitmentStep(
            "measure",
            _("Attach a measure"),
            CommitmentMeasureForm,
            lambda row, data, actor: evidence.attach_measure(subject=row, actor=actor, name=data["measure"]),
        ),
        CommitmentStep(
            "asks",
            _("Link asks"),
            AsksForm,
            lambda row, data, actor: commitments.link_asks(commitment=row, asks=data["asks"], actor=actor),
            permission=Permission.REVIEW,
        ),
        CommitmentStep(
            "correct",
            _("Correct"),
            CorrectForm,
            lambda row, data, actor: commitments.correct(commitment=row, actor=actor, **data),
            _("Before and after are kept in the history."),
            permission=Permission.REVIEW,
        ),
        CommitmentStep(
            "remind",
            _("Remind"),
            CommitmentRemindForm,
            lambda row, data, actor: reminders.remind(
                subject=row, user=data["who"], on=data["on"], note=data["note"], actor=actor
            ),
            _("An e-mail to a colleague on that day, once. Nothing goes to the other side."),
        ),
        CommitmentStep(
            "withdraw",
            _("Withdrawn by its party"),
            WithdrawForm,
            lambda row, data, actor: commitments.withdraw(commitment=row, actor=actor, **data),
            _("The party took its commitment back. It stays on file with its evidence and grades."),
        ),
        CommitmentStep(
            "reinstate",
            _("Take the withdrawal back"),
            CommitmentReasonForm,
            lambda row, data, actor: commitments.reinstate(commitment=row, actor=actor, note=data["note"]),
        ),
    )
}


def possible(commitment: Commitment) -> list[CommitmentStep]:
    """The steps that this commitment can take now."""
    left_out = {"reinstate"} if commitment.withdrawn_on is None else {"withdraw", "remind"}
    if not measures.names():
        left_out.add("measure")
    return [step for name, step in STEPS.items() if name not in left_out]
