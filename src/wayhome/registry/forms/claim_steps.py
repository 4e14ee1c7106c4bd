"""Steps on a claim, each with the form it needs. One table for the buttons, the pages and the permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wayhome.accounts.roles import Permission
from wayhome.core.actors import Actor
from wayhome.dialogue.forms.fields import day_field, words_field
from wayhome.registry import claim_tables
from wayhome.registry.actions import claim_evidence, claim_steps, claims, notices
from wayhome.registry.claim_states import (
    AWARDS,
    TRANSITIONS,
    UNDECIDED,
    ClaimState,
    EvidenceStanding,
    Finding,
    HousingNeed,
    LinkJudgement,
    NoticeChannel,
    NoticeKind,
    OccupantBasis,
    Outcome,
    Remedy,
)
from wayhome.registry.forms.claims import RecordField, line
from wayhome.registry.models import Claim, ClaimNotice, Household, Occupant

MOST_EVIDENCE_BYTES = 25 * 1024 * 1024


class OnClaim(forms.Form):
    """A form on one claim; `seen` is the state in which the person saw it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.initial.setdefault("seen", claim.state)
        if "on" in self.fields:
            self.initial.setdefault("on", timezone.localdate())


class StepForm(OnClaim):
    on = day_field(gettext_lazy("On"))
    note = words_field(gettext_lazy("Note, or the reason"), rows=3, required=False)
    despite = forms.BooleanField(
        label=gettext_lazy("Take the step all the same; the reason stands above"), required=False, widget=forms.HiddenInput
    )

    def offer_despite(self) -> None:
        """Show the box once something speaks against the step."""
        self.fields["despite"].widget = forms.CheckboxInput()


class DecideForm(OnClaim):
    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    remedy = forms.ChoiceField(
        label=gettext_lazy("What is granted"),
        choices=[("", "–"), *Remedy.choices],
        required=False,
        help_text=gettext_lazy("Restitution comes first; compensation where restitution is impossible or not chosen."),
    )
    reasons = words_field(gettext_lazy("Reasons"), rows=8, max_length=20_000)
    basis = line(gettext_lazy("Legal basis"), 300)
    on = day_field(gettext_lazy("Decided on"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") in AWARDS and not data.get("remedy"):
            self.add_error("remedy", _("Say what is granted."))
        if data.get("outcome") and data["outcome"] not in AWARDS:
            data["remedy"] = ""
        return data


class NoteForm(OnClaim):
    note = words_field(gettext_lazy("Note"), rows=3)
    on = day_field(gettext_lazy("On"))


class CodeForm(OnClaim):
    pass


class EvidenceForm(OnClaim):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[])
    title = line(gettext_lazy("What it is"), 300, required=True)
    issuer = line(gettext_lazy("Issued by"), 200)
    issued_on = day_field(gettext_lazy("Issued on"), required=False)
    copy = forms.BooleanField(label=gettext_lazy("It is a copy"), required=False)
    against = forms.BooleanField(label=gettext_lazy("It speaks against the claim"), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = claim_tables.evidence_kinds()
        self.fields["kind"].choices = [
            (row.code, f"{row.words} ({claim_tables.STRENGTH_WORDS[row.strength]})") for row in table.values()
        ]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_EVIDENCE_BYTES:
            raise forms.ValidationError(_("The file is larger than %(n)d MB.") % {"n": MOST_EVIDENCE_BYTES // 1024**2})
        return file


class OccupantForm(OnClaim):
    name = line(gettext_lazy("Who lives there now"), 200, required=True)
    household = RecordField(Household, label=gettext_lazy("Their household, if it is registered"))
    people = forms.IntegerField(label=gettext_lazy("People"), required=False, min_value=1, max_value=500)
    since = day_field(gettext_lazy("Since"), required=False)
    basis = forms.ChoiceField(label=gettext_lazy("How they came"), choices=OccupantBasis.choices)
    need = forms.ChoiceField(
        label=gettext_lazy("Another home"),
        choices=HousingNeed.choices,
        help_text=gettext_lazy("They have rights of their own: nobody is put on the street (Pinheiro 17)."),
    )
    need_on = day_field(gettext_lazy("as of"), required=False)
    need_note = line(gettext_lazy("What was offered or is needed"), 300)
    left_on = day_field(gettext_lazy("Left on"), required=False)

    def __init__(self, *args: Any, occupant: Occupant | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].process = self.claim.process
        if occupant is not None:
            self.initial |= {name: getattr(occupant, name) for name in claim_evidence.OCCUPANT_FIELDS}
            self.initial["household"] = occupant.household.ref if occupant.household else ""
        else:
            self.initial.setdefault("need_on", timezone.localdate())

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in claim_evidence.OCCUPANT_FIELDS}


class NoticeForm(OnClaim):
    kind = forms.ChoiceField(label=gettext_lazy("Which paper"), choices=NoticeKind.choices)
    to = forms.ChoiceField(label=gettext_lazy("To"), choices=[])
    to_text = line(gettext_lazy("or to somebody else"))
    channel = forms.ChoiceField(label=gettext_lazy("How it goes"), choices=NoticeChannel.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"c{row.pk}": row for row in self.claim.claimants.select_related("person")}
        self.living = {f"o{row.pk}": row for row in self.claim.holding.occupants.filter(left_on=None)}
        self.fields["to"].choices = [
            *((key, row.name or str(row.person)) for key, row in self.people.items()),
            *((key, f"{row.name} ({_('lives there now')})") for key, row in self.living.items()),
            ("other", _("somebody else")),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to") == "other" and not data.get("to_text", "").strip():
            self.add_error("to_text", _("Say to whom it goes."))
        return data


class EvidenceCheckForm(forms.Form):
    standing = forms.ChoiceField(
        label=gettext_lazy("What came of it"), choices=EvidenceStanding.choices, widget=forms.RadioSelect
    )
    note = line(gettext_lazy("How it was checked, and by whom"), 300)


class JudgeForm(forms.Form):
    judgement = forms.ChoiceField(
        label=gettext_lazy("What is it"),
        choices=[choice for choice in LinkJudgement.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    note = line(gettext_lazy("Why"), 500, required=True)


class MarkForm(forms.Form):
    on = day_field(gettext_lazy("On"))
    proof = line(gettext_lazy("Known by"), help_text=gettext_lazy("a signature, a receipt, a call; needed where it was received"))
    channel = forms.ChoiceField(label=gettext_lazy("How it goes"), choices=NoticeChannel.choices)

    def __init__(self, *args: Any, notice: ClaimNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"on": timezone.localdate(), "channel": notice.channel, **self.initial}


class ReviewForm(forms.Form):
    finding = forms.ChoiceField(
        label=gettext_lazy("What did you find"),
        choices=[choice for choice in Finding.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    note = line(gettext_lazy("Why"), 500)


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One thing to do with a claim, by its name in the address. `states`: in which it is offered; None in all."""

    name: str
    title: Any
    form: type[Any]
    run: Callable[[Claim, Any, Actor], Any]
    explain: Any = ""
    permission: Permission = Permission.WORK_ON_CLAIMS
    states: frozenset[ClaimState] | None = None
    main: bool = False


def _move(to: ClaimState) -> Callable[[Claim, Any, Actor], Any]:
    def run(claim: Claim, form: Any, actor: Actor) -> Any:
        data = form.cleaned_data
        return claim_steps.step(
            claim=claim, to=to, actor=actor, on=data["on"], note=data["note"], despite=data["despite"], seen=data["seen"] or None
        )

    return run


def _from(to: ClaimState) -> frozenset[ClaimState]:
    return frozenset(state for state, afters in TRANSITIONS.items() if to in afters)


def _decide(claim: Claim, form: Any, actor: Actor) -> Any:
    data = form.cleaned_data
    return claim_steps.decide(
        claim=claim,
        actor=actor,
        seen=data["seen"] or None,
        **{name: data[name] for name in ("outcome", "remedy", "reasons", "basis", "on")},
    )


def _evidence(claim: Claim, form: Any, actor: Actor) -> Any:
    data = form.cleaned_data
    file = (data["file"].name, data["file"].read()) if data["file"] else None
    names = ("kind", "title", "issuer", "issued_on", "copy", "against")
    return claim_evidence.add(claim=claim, actor=actor, file=file, **{name: data[name] for name in names})


def _notice(claim: Claim, form: Any, actor: Actor) -> Any:
    data = form.cleaned_data
    return notices.prepare(
        claim=claim,
        kind=data["kind"],
        channel=data["channel"],
        claimant=form.people.get(data["to"]),
        occupant=form.living.get(data["to"]),
        to_text=data["to_text"] if data["to"] == "other" else "",
        actor=actor,
    )


_S = ClaimState
_MOVES = (
    (_S.NOTIFIED, "notify", pgettext_lazy("step", "Notified"), gettext_lazy("The parties known so far were told of the claim.")),
    (_S.UNDER_REVIEW, "review", pgettext_lazy("step", "Take under review"), ""),
    (
        _S.APPEALED,
        "appeal",
        pgettext_lazy("step", "Record an appeal"),
        gettext_lazy("Another person decides it than the one before."),
    ),
    (
        _S.ENFORCED,
        "enforce",
        pgettext_lazy("step", "Enforced"),
        gettext_lazy("The decision was carried out by the authority. That is not yet a family with its keys."),
    ),
    (
        _S.REPOSSESSED,
        "repossess",
        pgettext_lazy("step", "Repossessed"),
        gettext_lazy("The claimants hold the property again. This is counted apart from decisions."),
    ),
    (_S.CLOSED, "close", pgettext_lazy("step", "Close"), gettext_lazy("Withdrawn, settled otherwise, or nothing left to do.")),
)
STEPS: dict[str, ClaimStep] = {
    step.name: step
    for step in (
        *(
            ClaimStep(name, title, StepForm, _move(to), explain, claim_steps.STEP_PERMISSION[to], _from(to), main=to != _S.CLOSED)
            for to, name, title, explain in _MOVES
        ),
        ClaimStep(
            "decide",
            pgettext_lazy("step", "Decide"),
            DecideForm,
            _decide,
            gettext_lazy("Another person decides than the one who lodged the claim. Papers to every claimant are prepared."),
            Permission.DECIDE_CLAIMS,
            _from(_S.DECIDED),
            main=True,
        ),
        ClaimStep(
            "evidence",
            gettext_lazy("Add evidence"),
            EvidenceForm,
            _evidence,
            gettext_lazy("It stands as not checked until somebody checks it against its source."),
        ),
        ClaimStep(
            "occupant",
            gettext_lazy("Who lives there now"),
            OccupantForm,
            lambda claim, form, actor: claim_evidence.add_occupant(claim=claim, actor=actor, **form.values()),
        ),
        ClaimStep("notice", gettext_lazy("Prepare a paper"), NoticeForm, _notice, gettext_lazy("Nothing is sent by this.")),
        ClaimStep(
            "note",
            gettext_lazy("Write a note"),
            NoteForm,
            lambda claim, form, actor: claims.add_note(
                claim=claim, actor=actor, note=form.cleaned_data["note"], on=form.cleaned_data["on"]
            ),
        ),
        ClaimStep(
            "code",
            gettext_lazy("Give a new code"),
            CodeForm,
            lambda claim, form, actor: claims.give_code(claim=claim, actor=actor),
            gettext_lazy("The code is shown once. The code before it stops working."),
        ),
    )
}
CORRECTABLE = UNDECIDED


def possible(claim: Claim) -> list[ClaimStep]:
    """Steps that fit the claim's state, the moves first."""
    found = []
    for step in STEPS.values():
        if step.states is None or claim.state in step.states:
            found.append(step)
    return sorted(found, key=lambda step: not step.main)
