"""Forms of the letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.core.errors import WayhomeError
from wayhome.dialogue import clocks
from wayhome.dialogue.models import Letter, Party
from wayhome.dialogue.states import Basis
from wayhome.outputs.actions.letters import MOST_CHARACTERS, Particulars, Words
from wayhome.outputs.actions.sending import Means
from wayhome.outputs.composing.language import codes, language
from wayhome.outputs.composing.text import paragraphs
from wayhome.outputs.queries.letters import parties

_NAMES = dict(settings.LANGUAGES)
OTHERS = [
    ("enclose", _("Enclose them for information: each stays with whom it was asked of")),
    ("put", _("Put them to this addressee as well: each becomes an escalation with a clock of its own")),
]


class _DayInput(forms.DateInput):
    """A date with the browser's own calendar; ISO in both directions, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=_DayInput(), input_formats=["%Y-%m-%d"], **kwargs)


def _line(label: Any, length: int, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs={"dir": "auto"}), **kwargs)


def languages() -> list[tuple[str, Any]]:
    """The languages of letters by their own names; those whose patterns await review say so."""
    return [
        (code, _("%(name)s, awaiting review") % {"name": _NAMES[code]} if language(code).awaiting_review else _NAMES[code])
        for code in codes()
    ]


class ParticularsForm(forms.Form):
    """Everything about a letter but its words."""

    addressee = forms.ModelChoiceField(label=_("Addressee"), queryset=Party.objects.none())
    copies = forms.ModelMultipleChoiceField(
        label=_("Copies to"), queryset=Party.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=languages)
    sender = forms.ModelChoiceField(label=_("Sender"), queryset=Party.objects.none())
    signatory = _line(_("Signed by"), 200)
    signatory_title = _line(_("Office of the signatory"), 200)
    reference = _line(_("Our reference"), 100)
    place = _line(_("Place"), 120)
    dated = _day(_("Date of the letter"), required=False)
    answer_days = forms.IntegerField(
        label=_("Answer within working days"),
        required=False,
        min_value=1,
        max_value=clocks.LONGEST,
        help_text=_("Counted from the date of the letter by the addressee's holiday calendar."),
    )
    answer_by = _day(_("or by"), required=False)
    answer_basis = forms.ChoiceField(label=_("On whose word"), choices=Basis.choices, initial=Basis.REQUEST)
    answer_basis_text = _line(_("Law and article, or where it was promised"), 250)

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = process
        everybody = parties(process)
        self.fields["addressee"].queryset = everybody.filter(ours=False)  # type: ignore[attr-defined]
        self.fields["copies"].queryset = everybody  # type: ignore[attr-defined]
        self.fields["sender"].queryset = everybody.filter(ours=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        days, by, addressee = data.get("answer_days"), data.get("answer_by"), data.get("addressee")
        if days and by:
            self.add_error("answer_by", _("Give either working days or a date, not both."))
        elif days and addressee is not None:
            calendar = clocks.calendar_for(self.process.calendar, addressee.calendar)
            data["answer_by"] = clocks.add_working_days(data.get("dated") or timezone.localdate(), days, calendar)
        return data

    def particulars(self) -> Particulars:
        """What was given, once the form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name in Particulars.__dataclass_fields__}
        return Particulars(**{**data, "copies": list(data["copies"])})

    def refuse(self, error: WayhomeError) -> None:
        """Show an error of the use case at its field, or over the form."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class StartForm(ParticularsForm):
    """A letter from chosen asks."""

    others = forms.ChoiceField(
        label=_("Asks that were put to somebody other than the addressee"),
        choices=OTHERS,
        widget=forms.RadioSelect,
        initial="enclose",
        required=False,
    )

    def __init__(self, *args: Any, with_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_days"].initial = self.process.answer_days
        self.fields["dated"].initial = timezone.localdate()
        if not with_others:
            del self.fields["others"]


class LetterForm(ParticularsForm):
    """A draft as it is edited: the words in one field, paragraphs parted by blank lines."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    subject = _line(_("Subject"), 300, required=True)
    salutation = _line(_("Salutation"), 200)
    body = forms.CharField(
        label=_("Words"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 26, "dir": "auto", "spellcheck": "true"}),
        help_text=_("A blank line begins a new paragraph."),
    )
    closing = _line(_("Closing"), 300)

    WORDS = ("subject", "salutation", "body", "closing")

    def words(self) -> Words:
        """The words that were given, once the form is valid."""
        data = self.cleaned_data
        return Words(data["subject"], data["salutation"], paragraphs(data["body"]), data["closing"])

    def word_fields(self) -> list[Any]:
        """The fields of the words, for the page."""
        return [self[name] for name in self.WORDS]

    def other_fields(self) -> list[Any]:
        """The fields around the words, for the page."""
        return [field for field in self.visible_fields() if field.name not in self.WORDS]

    @staticmethod
    def initial_of(letter: Letter, version: Any) -> dict[str, Any]:
        """What the form shows first."""
        return {
            "addressee": letter.addressee_id,
            "copies": list(letter.copies.values_list("pk", flat=True)),
            "language": letter.language,
            "sender": letter.sender_id,
            "signatory": letter.signatory,
            "signatory_title": letter.signatory_title,
            "reference": letter.reference,
            "place": letter.place,
            "dated": letter.dated,
            "answer_by": letter.answer_by,
            "answer_basis": letter.answer_basis,
            "answer_basis_text": letter.answer_basis_text,
            "seen": version.version,
            "subject": version.subject,
            "salutation": version.salutation,
            "body": "\n\n".join(version.paragraphs),
            "closing": version.closing,
        }


class StepForm(forms.Form):
    """A step of a letter: which, on which version, with a note."""

    to = forms.CharField(max_length=9)
    seen = forms.IntegerField()
    note = forms.CharField(max_length=2000, required=False)


class SendForm(forms.Form):
    """How the letter leaves, when, and with what proof."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    means = forms.ChoiceField(label=_("How"), choices=Means.choices, widget=forms.RadioSelect, initial=Means.EMAIL)
    on = _day(_("Day on which it leaves or left"))
    proof = _line(
        _("Proof"), 200, help_text=_("For a letter by post, by hand or by other means: a receipt number, a stamp, who took it.")
    )
