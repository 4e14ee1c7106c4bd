"""What a communication says to an ask: proposed by an outside party or by a case worker, decided by a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.dialogue.models.asks import Ask, AskEvent
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.documents import Passage
from wayhome.dialogue.models.links import OutsideLink
from wayhome.dialogue.models.parties import Party
from wayhome.dialogue.states import Position


class Answer(Scoped):
    """One communication's word on one ask. The ask moves when a person confirms it, never before.

    `before` keeps where the ask stood, for taking the answer back; `event` is what the confirmation wrote first; answers
    confirmed together share `batch`.
    """

    class Effect(models.TextChoices):
        ACKNOWLEDGED = Position.ACKNOWLEDGED.value, _("Acknowledged")
        ACCEPTED = Position.ACCEPTED.value, _("Accepted")
        PARTLY_ACCEPTED = Position.PARTLY_ACCEPTED.value, _("Accepted in part")
        REFUSED = Position.REFUSED.value, _("Refused")
        REDIRECTED = Position.REDIRECTED.value, _("Redirected")
        CLARIFICATION_ASKED = Position.CLARIFICATION_ASKED.value, _("Clarification asked")
        DEFERRED = Position.DEFERRED.value, _("Deferred to a new date")
        NONE = "none", _("No effect")

    class Origin(models.TextChoices):
        PERSON = "person", _("Read by a person")
        OUTSIDE = "outside", _("Given through a link")

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a person")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Set aside")
        REPLACED = "replaced", _("Replaced by a later answer")
        TAKEN_BACK = "taken_back", _("Taken back")

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="answers")
    communication = models.ForeignKey(Communication, on_delete=models.CASCADE, related_name="answers")
    effect = models.CharField(_("effect"), max_length=19, choices=Effect.choices)
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("note"), blank=True)
    due_on = models.DateField(_("new date"), null=True)
    redirected_to = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="+")
    redirected_name = models.CharField(_("redirected to"), max_length=250, blank=True)
    origin = models.CharField(max_length=7, choices=Origin.choices, default=Origin.PERSON)
    link = models.ForeignKey(OutsideLink, null=True, on_delete=models.SET_NULL, related_name="answers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    batch = models.UUIDField(null=True, db_index=True)
    event = models.ForeignKey(AskEvent, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ask__number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "communication"], condition=models.Q(state__in=["open", "confirmed"]), name="answer_once"
            )
        ]
        indexes = [models.Index(fields=["process", "state"], name="answer_state")]
