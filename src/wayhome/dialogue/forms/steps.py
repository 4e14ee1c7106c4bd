"""Steps on one ask: what each needs, who may take it, when it is possible, and the action that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.core import measures
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.actions import asks, escalation, evidence, moves, reminders
from wayhome.dialogue.actions.proposals import span_of
from wayhome.dialogue.forms.bulk import NoteForm, RemindForm
from wayhome.dialogue.forms.evidence import EvidenceForm, GradeForm, MeasureForm, ReasonForm
from wayhome.dialogue.forms.fields import DeadlineForm, InProcess, PartyField, day_field, words_field
from wayhome.dialogue.models import Ask, Communication, Instrument, LadderStep, Passage
from wayhome.dialogue.queries.ladder import chain_parties
from wayhome.dialogue.states import OUTCOME_STEPS, POSITION_STEPS, Outcome, Position


class OnAsk(InProcess):
    """A form about one ask."""

    def __init__(self, *args: Any, ask: Ask, **kwargs: Any) -> None:
        super().__init__(*args, process=ask.process, **kwargs)
        self.ask = ask


class WithSource(OnAsk):
    """Where it can be read: a communication and the words in it. The words become a passage when they stand in its document."""

    communication = forms.ModelChoiceField(
        queryset=Communication.objects.none(),
        label=_("Where it says so"),
        required=False,
        empty_label=_("nowhere on file, e.g. by telephone"),
    )
    quote = words_field(
        _("The words"), rows=3, required=False, max_length=3000, help_text=_("Copied from the document as they stand there.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Communication.objects.of(self.process).select_related("document").defer("document__text", "document__zones")
        if not self.restricted:
            rows = rows.exclude(document__restricted=True)
        if self.ask.asked_on is not None:  # what came before it was asked says nothing about it
            rows = rows.filter(Q(day__gte=self.ask.asked_on) | Q(day=None) | Q(pk=self.ask.communication_id))
        self.fields["communication"].queryset = rows.order_by("-day", "-number")
        self.fields["communication"].label_from_instance = lambda row: (
            f"{row.ref} · {row.dated} · {row.title or row.get_kind_display()}"
        )

    def passage(self) -> Passage | None:
        """The passage that the words are; made when it is not there yet.

        Raises:
            InvalidInput: words without a document, or words that do not stand in it.
        """
        quote = self.cleaned_data.get("quote", "").strip()
        communication = self.cleaned_data.get("communication")
        if not quote:
            return None
        if communication is None or communication.document is None:
            raise InvalidInput(
                _("Words need a communication with a document."), _("Choose it, or leave the words empty."), field="communication"
            )
        start, end, exact = span_of(communication.document, quote)
        text = communication.document.text
        return Passage.objects.get_or_create(
            document=communication.document,
            start=start,
            end=end,
            defaults={"exact": exact, "paragraph": text.count("\n\n", 0, start) + 1},
        )[0]


class MoveForm(WithSource):
    on = day_field(_("On"))
    due_on = day_field(_("New date"), required=False)
    basis_text = forms.CharField(label=_("As it words it"), required=False, max_length=250)
    note = words_field(_("Note"), rows=2, required=False)
    field_order = ["on", "communication", "quote", "due_on", "basis_text", "note"]

    def __init__(self, *args: Any, to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = to
        self.initial.setdefault("on", timezone.localdate())
        if to == Position.DEFERRED:
            self.fields["due_on"].required = self.fields["quote"].required = self.fields["communication"].required = True
            self.fields["due_on"].label = _("The new date that it gives")
            self.fields["quote"].help_text = _("The sentence in which it defers. A deferral needs its words.")
        elif to in {Position.ACCEPTED, Position.PARTLY_ACCEPTED}:
            self.fields["due_on"].label = _("To be done by")
            self.fields["due_on"].help_text = _("if it gives a date")
        else:
            del self.fields["due_on"]
            del self.fields["basis_text"]
        if to == Position.MADE:
            del self.fields["quote"]
            self.fields["communication"].label = _("The letter that clarifies")


class OutcomeForm(WithSource):
    on = day_field(_("On"))
    note = words_field(_("Note"), rows=2, required=False)
    field_order = ["on", "communication", "quote", "note"]

    def __init__(self, *args: Any, to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = to
        self.initial.setdefault("on", timezone.localdate())
        if to == Outcome.NONE:
            self.fields["note"].required = True
            self.fields["note"].label = _("Reason")


class AskDeadlineForm(OnAsk, DeadlineForm):
    pass


class AskNoteForm(WithSource, NoteForm):
    on = day_field(_("On"))
    field_order = ["note", "on", "communication", "quote"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class AskRemindForm(OnAsk, RemindForm):
    pass


class AskReasonForm(OnAsk, ReasonForm):
    pass


class OptionalNoteForm(OnAsk):
    note = words_field(_("Note"), rows=2, required=False)


class AskEscalateForm(OnAsk):
    step = forms.ModelChoiceField(
        queryset=LadderStep.objects.none(), label=_("Step of the ladder"), required=False, empty_label=_("the next one")
    )
    party = PartyField(label=_("or somebody else"), required=False)
    reason = words_field(_("Reason"), rows=2, required=False, max_length=300, help_text=_("Needed before the ladder's day."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = chain_parties(self.ask) | {self.ask.addressee_id}
        steps = self.ask.ladder.exclude(party__in=[pk for pk in asked if pk]).select_related("party")
        self.fields["step"].queryset = steps
        self.fields["step"].label_from_instance = lambda row: f"{row.rank}. {row.party.name}"
        if not steps:
            del self.fields["step"]
            self.fields["party"].label = _("To whom")
            self.fields["party"].required = True


class AskGradeForm(OnAsk, GradeForm):
    pass


class AskEvidenceForm(WithSource, EvidenceForm):
    field_order = ["title", "source", "as_of", "figure", "unit", "communication", "quote"]


class AskMeasureForm(OnAsk, MeasureForm):
    pass


class CorrectForm(OnAsk):
    action = words_field(_("What is asked"), rows=3, max_length=500)
    addressee = PartyField(label=_("Of whom"), required=False)
    asker = PartyField(label=_("Who asks"), required=False)
    beneficiary = forms.CharField(label=_("For whom"), required=False, max_length=250)
    place = forms.CharField(label=_("Place"), required=False, max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.initial.setdefault(name, getattr(self.ask, f"{name}_id", None) or getattr(self.ask, name))


class InstrumentsForm(OnAsk):
    instruments = forms.ModelMultipleChoiceField(
        queryset=Instrument.objects.all(), label=_("Instruments"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("instruments", [row.pk for row in self.ask.instruments.all()])


class MergeForm(OnAsk):
    into = forms.ModelChoiceField(queryset=Ask.objects.none(), label=_("Same as"))
    note = words_field(_("Note"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readable = Ask.objects.of(self.process).readable(restricted=self.restricted)
        same = readable.filter(addressee=self.ask.addressee_id).exclude(pk=self.ask.pk)
        self.fields["into"].queryset = same.exclude(outcome=Outcome.SUPERSEDED).only("number", "action", "process_id")


@dataclass(frozen=True, slots=True)
class AskStep:
    """One step on an ask, by its name in the address."""

    name: str
    title: Any
    form: type[OnAsk]
    run: Callable[[Ask, OnAsk, Actor], Any]
    explain: Any = ""
    permission: Permission = Permission.DECIDE
    to: str = ""

    def make_form(self, data: Any, ask: Ask, user: Any, restricted: bool) -> OnAsk:
        words: dict[str, Any] = {"ask": ask, "user": user, "restricted": restricted}
        if self.to:
            words["to"] = self.to
        return self.form(data, **words)


def _move(to: str) -> Callable[[Ask, OnAsk, Actor], Any]:
    def run(ask: Ask, form: Any, actor: Actor) -> Any:
        data = form.cleaned_data
        return moves.move(
            ask=ask,
            position=to,
            actor=actor,
            on=data["on"],
            communication=data.get("communication"),
            passage=form.passage() if "quote" in data else None,
            note=data["note"],
            due_on=data.get("due_on"),
            basis_text=data.get("basis_text", ""),
        )

    return run


def _outcome(to: str) -> Callable[[Ask, OnAsk, Actor], Any]:
    def run(ask: Ask, form: Any, actor: Actor) -> Any:
        data = form.cleaned_data
        return moves.set_outcome(
            ask=ask,
            outcome=to,
            actor=actor,
            on=data["on"],
            communication=data["communication"],
            passage=form.passage(),
            note=data["note"],
        )

    return run


def _note(ask: Ask, form: Any, actor: Actor) -> Any:
    data = form.cleaned_data
    return moves.add_note(
        ask=ask, actor=actor, note=data["note"], on=data["on"], communication=data["communication"], passage=form.passage()
    )


def _add_evidence(ask: Ask, form: Any, actor: Actor) -> Any:
    data = form.cleaned_data
    return evidence.add_evidence(
        subject=ask,
        actor=actor,
        title=data["title"],
        source=data["source"],
        as_of=data["as_of"],
        figure=data["figure"],
        unit=data["unit"],
        passage=form.passage(),
    )


_EXPLAIN_MOVE: dict[str, Any] = {
    Position.MADE: _("The question is answered: the clock goes on with the working days that it kept."),
    Position.ACKNOWLEDGED: _("An acknowledgement does not stop the answer clock. An automatic reply is not one."),
    Position.CLARIFICATION_ASKED: _("The clock pauses and keeps the working days left."),
    Position.DEFERRED: _("The new date runs from now on; the old one stays visible."),
    Position.PARTLY_ACCEPTED: _("Stops the answer clock. Set a deadline for the rest if one is owed."),
    Position.REDIRECTED: _("It names somebody else as competent. Escalate the ask to them afterwards."),
}
_MOVE_TITLES: dict[str, Any] = {Position.MADE: _("Clarified")}

MOVES: dict[str, AskStep] = {
    position.value: AskStep(
        position.value,
        _MOVE_TITLES.get(position, position.label),
        MoveForm,
        _move(position),
        _EXPLAIN_MOVE.get(position, ""),
        to=position,
    )
    for position in Position
    if position not in {Position.DRAFTED, Position.CLOSED}
}
OUTCOMES: dict[str, AskStep] = {
    f"outcome-{outcome.value}": AskStep(
        f"outcome-{outcome.value}",
        _("Take the outcome back") if outcome == Outcome.NONE else outcome.label,
        OutcomeForm,
        _outcome(outcome),
        to=outcome,
    )
    for outcome in Outcome
    if outcome not in {Outcome.WITHDRAWN, Outcome.SUPERSEDED}
}
OTHERS: dict[str, AskStep] = {
    step.name: step
    for step in (
        AskStep("note", _("Log a note"), AskNoteForm, _note, permission=Permission.REVIEW),
        AskStep(
            "deadline",
            _("Set deadline"),
            AskDeadlineForm,
            lambda ask, form, actor: moves.set_deadline(ask=ask, actor=actor, **form.cleaned_data),
            _("The date that stands now stays visible. An own request is never printed as law."),
        ),
        AskStep(
            "escalate",
            _("Escalate"),
            AskEscalateForm,
            lambda ask, form, actor: escalation.escalate(
                ask=ask,
                actor=actor,
                party=form.cleaned_data.get("party"),
                step=None if form.cleaned_data.get("party") else form.cleaned_data.get("step"),
                reason=form.cleaned_data["reason"],
            ),
            _(
                "Makes a draft to the higher addressee; its clock starts when a letter is sent. The first addressee stays answerable."
            ),
        ),
        AskStep(
            "remind",
            _("Remind"),
            AskRemindForm,
            lambda ask, form, actor: reminders.remind(
                subject=ask,
                user=form.cleaned_data["who"],
                on=form.cleaned_data["on"],
                note=form.cleaned_data["note"],
                actor=actor,
            ),
            _("An e-mail to a colleague on that day, once. Nothing goes to the other side."),
        ),
        AskStep(
            "assess",
            _("Assess"),
            AskGradeForm,
            lambda ask, form, actor: evidence.assess(subject=ask, actor=actor, **form.cleaned_data),
            _("How far it was carried out on that day. A grade changes no outcome."),
        ),
        AskStep(
            "evidence",
            _("Attach evidence"),
            AskEvidenceForm,
            _add_evidence,
            _("It stands as claimed until somebody else verifies it."),
        ),
        AskStep(
            "measure",
            _("Attach a measure"),
            AskMeasureForm,
            lambda ask, form, actor: evidence.attach_measure(subject=ask, actor=actor, name=form.cleaned_data["measure"]),
        ),
        AskStep(
            "correct",
            _("Correct"),
            CorrectForm,
            lambda ask, form, actor: asks.correct(ask=ask, actor=actor, **form.cleaned_data),
            _("Before and after are kept in the history."),
            permission=Permission.REVIEW,
        ),
        AskStep(
            "instruments",
            _("Instruments"),
            InstrumentsForm,
            lambda ask, form, actor: asks.set_instruments(ask=ask, actor=actor, instruments=form.cleaned_data["instruments"]),
            permission=Permission.REVIEW,
        ),
        AskStep(
            "merge",
            _("Join with the same ask"),
            MergeForm,
            lambda ask, form, actor: asks.merge_same(ask=ask, actor=actor, **form.cleaned_data),
            _("This record closes; its passages pass to the other one."),
        ),
        AskStep(
            "close",
            _("Close"),
            OptionalNoteForm,
            lambda ask, form, actor: moves.close(ask=ask, actor=actor, note=form.cleaned_data["note"]),
            _("What came of an ask is said by its outcome; closing ends the work on it. It can be opened again."),
        ),
        AskStep(
            "withdraw",
            _("Withdraw"),
            OptionalNoteForm,
            lambda ask, form, actor: moves.withdraw(ask=ask, actor=actor, note=form.cleaned_data["note"]),
            _("The asker takes the ask back. No reason is needed."),
        ),
        AskStep(
            "reopen",
            _("Open again"),
            AskReasonForm,
            lambda ask, form, actor: moves.reopen(ask=ask, actor=actor, note=form.cleaned_data["note"]),
            _("It opens as what it was: position, answer and deadline."),
        ),
    )
}
STEPS: dict[str, AskStep] = {**MOVES, **OUTCOMES, **OTHERS}


def possible(ask: Ask) -> dict[str, list[AskStep]]:
    """The steps that this ask can take now, in groups: answers, outcomes, work, ends."""
    closed = ask.position == Position.CLOSED
    drafted = ask.position == Position.DRAFTED
    answers = (
        []
        if closed or drafted
        else [MOVES[p.value] for p in Position if p.value in MOVES and p in POSITION_STEPS[Position(ask.position)]]
    )
    outcomes = (
        []
        if ask.asked_on is None
        else [
            OUTCOMES[f"outcome-{o.value}"]
            for o in Outcome
            if f"outcome-{o.value}" in OUTCOMES and o in OUTCOME_STEPS[Outcome(ask.outcome)]
        ]
    )
    work = ["note", "correct", "instruments", "remind"]
    if not drafted:
        work[:0] = ["escalate"]
        if not closed and ask.position != Position.CLARIFICATION_ASKED:
            work[:0] = ["deadline"]
        work += ["assess", "evidence"] + (["measure"] if measures.names() else [])
    ends = ["reopen"] if closed else ["merge", "withdraw", "close"]
    if closed and ask.outcome in {Outcome.WITHDRAWN, Outcome.SUPERSEDED}:
        outcomes = []  # opening again takes these back
    return {
        "answers": answers,
        "outcomes": outcomes,
        "work": [OTHERS[name] for name in work],
        "ends": [OTHERS[name] for name in ends],
    }
