"""Forms of replies: logging one, saying what it means to each ask, assigning a mail, making a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue.actions.answers import Choice
from wayhome.dialogue.actions.links import LONGEST_DAYS
from wayhome.dialogue.actions.replies import REPLY_KINDS
from wayhome.dialogue.forms.fields import InProcess, PartyField, day_field, words_field
from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Party
from wayhome.dialogue.words import short_date

HOW = [
    ("file", _("A file")),
    ("text", _("Its words, pasted")),
    ("phone", _("By telephone")),
    ("meeting", _("In a meeting")),
]


def letters_of(process: Process, *, restricted: bool) -> list[tuple[int, str]]:
    """Our communications that something may answer, the newest first."""
    rows = Communication.objects.of(process).filter(parts__part=CommunicationParty.Part.FROM, parts__party__ours=True).distinct()
    if not restricted:
        rows = rows.exclude(document__restricted=True)
    rows = rows.only("pk", "number", "day", "title", "kind", "process_id").order_by("-day", "-number")[:300]
    return [(row.pk, f"{row.ref} · {short_date(row.day)} · {row.title or row.get_kind_display()}"[:120]) for row in rows]


class EarlierField(forms.TypedChoiceField):
    """A communication of ours that is answered, or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def offer(self, rows: list[tuple[int, str]]) -> None:
        self.choices = [("", _("none on file")), *rows]


class ReplyForm(InProcess):
    how = forms.ChoiceField(label=_("How it came"), choices=HOW, widget=forms.RadioSelect, initial="file")
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("PDF, Word, e-mail (.eml), web page or text; kept as it is."), max_length=255
    )
    text = words_field(_("Words"), rows=8, required=False, max_length=200_000)
    sender = PartyField(label=_("From"), empty_label=_("choose"))
    on = day_field(_("Date"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in REPLY_KINDS])
    earlier = EarlierField(label=_("In answer to"))
    reference = forms.CharField(label=_("Its reference"), required=False, max_length=100)
    title = forms.CharField(label=_("Title"), required=False, max_length=300)
    restricted = forms.BooleanField(label=_("Restricted: seen only by roles that may"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["earlier"].offer(letters_of(self.process, restricted=self.restricted))
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["file"].widget.attrs["accept"] = ".txt,.md,.html,.htm,.pdf,.docx,.eml"
        if not self.restricted:
            del self.fields["restricted"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        how = cleaned.get("how")
        if how == "file" and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the file, or say that it came in another way."))
        if how in {"text", "phone", "meeting"} and not (cleaned.get("text") or "").strip():
            self.add_error("text", _("Write what was said."))
        return cleaned

    @property
    def kind_logged(self) -> str:
        """A call or a meeting is one whatever else was chosen."""
        how = self.cleaned_data["how"]
        return str(how) if how in {"phone", "meeting"} else str(self.cleaned_data["kind"])


class AnswerForm(forms.Form):
    """What a reply means to one ask. The prefix carries the ask's number; an untouched form means nothing."""

    effect = forms.ChoiceField(label=_("What it says"), required=False)
    quote = forms.CharField(
        label=_("Words cited"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("The whole reply when left empty."),
    )
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    due_on = day_field(_("New date"), required=False)
    redirected_to = forms.TypedChoiceField(label=_("Redirected to"), required=False, coerce=int, empty_value=None)
    redirected_name = forms.CharField(label=_("or by name"), required=False, max_length=250)
    note = forms.CharField(label=_("Note"), required=False, max_length=2_000)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, ask: Ask, effects: tuple[tuple[str, str], ...], parties: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix=f"a{ask.number}", **kwargs)
        self.ask = ask
        self.fields["effect"].choices = [("", _("nothing chosen")), *effects]
        self.fields["redirected_to"].choices = [("", _("choose")), *parties]

    def choice(self, parties: dict[int, Party]) -> Choice | None:
        """The choice that a valid form makes; None for an untouched one."""
        given = self.cleaned_data
        if not given["effect"]:
            return None
        quote = given["quote"].strip()
        span = None
        if quote and given["start"] is not None and given["end"] is not None:
            span = (given["start"], given["end"])
        return Choice(
            ask=self.ask,
            effect=given["effect"],
            span=span,
            quote=quote,
            note=given["note"],
            due_on=given["due_on"],
            redirected_to=parties.get(given["redirected_to"] or 0),
            redirected_name=given["redirected_name"],
        )


class AssignForm(InProcess):
    sender = PartyField(label=_("From"), empty_label=_("choose"))
    recipient = PartyField(label=_("To"), required=False, empty_label=_("not known"))
    earlier = EarlierField(label=_("In answer to"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in REPLY_KINDS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["earlier"].offer(letters_of(self.process, restricted=self.restricted))


class LinkForm(InProcess):
    days = forms.IntegerField(label=_("Holds for days"), min_value=1, max_value=LONGEST_DAYS)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    may_answer = forms.BooleanField(label=_("May answer, not only read"), required=False, initial=True)
    mail_to = forms.EmailField(
        label=_("Send by mail to"), required=False, help_text=_("Leave empty to hand it over in another way.")
    )
    note = forms.CharField(label=_("To whom it is given"), required=False, max_length=250, help_text=_("for the list of links"))
