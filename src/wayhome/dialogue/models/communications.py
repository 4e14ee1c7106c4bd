"""Communications: one act of one or more parties towards others on a date, with or without a document on file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.dialogue.models.documents import Document, Passage
from wayhome.dialogue.models.parties import Party
from wayhome.dialogue.states import Delivery


class Communication(Numbered):
    """A letter, note, statement, reply, call, meeting. `document` is None for one that is only mentioned, or was by phone."""

    prefix = "L"

    class Kind(models.TextChoices):
        LETTER = "letter", _("Letter")
        NOTE_VERBALE = "note_verbale", _("Note verbale")
        CABLE = "cable", _("Cable")
        EMAIL = "email", _("E-mail")
        REPLY = "reply", _("Reply")
        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        AUTOMATIC_REPLY = "automatic_reply", _("Automatic reply")
        STATEMENT = "statement", _("Statement")
        RESOLUTION = "resolution", _("Resolution")
        PETITION = "petition", _("Petition")
        REPORT = "report", _("Report")
        NEWS = "news", _("News item")
        PHONE = "phone", _("Telephone call")
        MEETING = "meeting", _("Meeting")
        APPEAL = "appeal", _("Appeal")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.LETTER)
    dated = models.CharField(
        _("date"), max_length=10, blank=True, help_text="ISO 8601, as precise as known: 2023, 2023-04, 2023-04-07"
    )
    day = models.DateField(null=True, db_index=True, help_text="first day that `dated` may mean; for sorting and clocks")
    title = models.CharField(_("title"), max_length=300, blank=True)
    summary = models.TextField(_("what was said"), blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="communications")
    in_reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    thread = models.UUIDField(null=True, db_index=True, help_text="uid of the communication that began the thread")
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.RECEIVED)
    delivered_on = models.DateField(null=True, blank=True)
    delivery_proof = models.CharField(_("proof of delivery"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-day", "-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="communication_number")]
        indexes = [models.Index(fields=["process", "day"], name="communication_day")]

    def __str__(self) -> str:
        return self.title or f"{self.ref} {self.get_kind_display()} {self.dated}"


class CommunicationParty(models.Model):
    """A party's part in a communication."""

    class Part(models.TextChoices):
        FROM = "from", _("From")
        TO = "to", _("To")
        COPY = "copy", _("Copy")

    communication = models.ForeignKey(Communication, on_delete=models.CASCADE, related_name="parts")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=4, choices=Part.choices)

    class Meta:
        ordering = ["part", "id"]
        constraints = [models.UniqueConstraint(fields=["communication", "party", "part"], name="part_once")]
        indexes = [models.Index(fields=["party", "part"], name="part_party")]


class Mention(models.Model):
    """Where a document speaks of a communication."""

    communication = models.ForeignKey(Communication, on_delete=models.CASCADE, related_name="mentions")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["communication", "passage"], name="mention_once")]
