"""Steps on many asks: what each needs, and the action that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.core.actors import Actor
from wayhome.dialogue.actions import bulk
from wayhome.dialogue.forms.fields import DeadlineForm, InProcess, MemberField, PartyField, day_field, words_field
from wayhome.dialogue.models import Ask


class RemindForm(InProcess):
    who = MemberField(label=_("Whom to remind"))
    on = day_field(_("On"))
    note = forms.CharField(label=_("Note"), required=False, max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("who", getattr(self.user, "pk", None))
        self.initial.setdefault("on", timezone.localdate())


class EscalateForm(InProcess):
    party = PartyField(
        label=_("To whom"),
        required=False,
        empty_label=_("the next step of each ask's ladder"),
        help_text=_("Empty: as the ladder says."),
    )
    reason = words_field(_("Reason"), rows=2, required=False, max_length=300, help_text=_("Needed before the ladder's day."))


class NoteForm(InProcess):
    note = words_field(_("Note"))


class CloseForm(InProcess):
    note = words_field(_("Note"), required=False)


@dataclass(frozen=True, slots=True)
class BulkStep:
    """One step: its name in the address, its button, what is said when it is done, its form, what it does."""

    name: str
    title: Any
    done: Any
    form: type[InProcess]
    run: Callable[[list[Ask], dict[str, Any], Actor], bulk.Outcomes]
    explain: Any = ""
    permission: Permission = Permission.DECIDE


BULK_STEPS: dict[str, BulkStep] = {
    step.name: step
    for step in (
        BulkStep(
            "remind",
            _("Remind"),
            _("reminder set"),
            RemindForm,
            lambda asks, data, actor: bulk.remind_many(
                asks=asks, user=data["who"], on=data["on"], note=data["note"], actor=actor
            ),
            _("An e-mail to a colleague on that day, once. Nothing goes to the other side."),
        ),
        BulkStep(
            "escalate",
            _("Escalate"),
            _("put to a higher addressee as a draft"),
            EscalateForm,
            lambda asks, data, actor: bulk.escalate_many(asks=asks, party=data["party"], reason=data["reason"], actor=actor),
            _(
                "Makes a draft to the higher addressee; its clock starts when a letter is sent. The first addressee stays answerable."
            ),
        ),
        BulkStep(
            "deadline",
            _("Set deadline"),
            _("deadline set"),
            DeadlineForm,
            lambda asks, data, actor: bulk.set_deadline_many(asks=asks, actor=actor, **data),
            _("The dates that stand now stay visible."),
        ),
        BulkStep(
            "note",
            _("Log a note"),
            _("note logged"),
            NoteForm,
            lambda asks, data, actor: bulk.note_many(asks=asks, note=data["note"], actor=actor),
        ),
        BulkStep(
            "close",
            _("Close"),
            _("closed"),
            CloseForm,
            lambda asks, data, actor: bulk.close_many(asks=asks, note=data["note"], actor=actor),
            _("What came of an ask is said by its outcome; closing ends the work on it. A closed ask can be opened again."),
        ),
    )
}
