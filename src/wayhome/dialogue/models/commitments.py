"""Commitments and obligations with their instrument; silences and refusals as documents state them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.documents import Passage
from wayhome.dialogue.models.parties import Party
from wayhome.dialogue.models.stated import StatedQuerySet


class Instrument(models.Model):
    """A provision of a treaty, resolution or set of principles that concerns return. Shipped as data; `confirmed` False is shown."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=250)
    provision = models.CharField(max_length=120, blank=True)
    date = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=250, blank=True)
    paraphrase = models.TextField(blank=True)
    source = models.TextField(blank=True)
    how_read = models.TextField(blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "provision"]

    def __str__(self) -> str:
        return f"{self.name}, {self.provision}" if self.provision else self.name


class CommitmentQuerySet(StatedQuerySet["Commitment"]):
    links, owner = "dialogue.CommitmentPassage", "commitment"


class Commitment(Numbered):
    """What a party promised, agreed or is bound to. Graded 0 to 3 by date (Assessment); claimed and verified apart (Evidence)."""

    prefix = "C"
    objects = CommitmentQuerySet.as_manager()

    class Kind(models.TextChoices):
        PROMISE = "promise", _("Promise")
        AGREEMENT = "agreement", _("Agreement")
        OBLIGATION = "obligation", _("Obligation")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PROMISE)
    who = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="commitments")
    toward = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=500)
    instrument = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments")
    instrument_text = models.CharField(_("instrument as named"), max_length=250, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="commitments")
    asks = models.ManyToManyField("dialogue.Ask", blank=True, related_name="commitments")
    withdrawn_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="commitment_number")]

    def __str__(self) -> str:
        return f"{self.ref} {self.what}"


class CommitmentPassage(models.Model):
    """A passage that states a commitment, or shows what came of it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="passages")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=8, default="states", choices=[("states", _("States it")), ("evidence", _("Evidence"))])

    class Meta:
        ordering = ["id"]


class Silence(Scoped):
    """No reply, a refusal, a denial, a failure, an objection: stated by the document's author, not by us."""

    class Kind(models.TextChoices):
        NO_REPLY = "no_reply", _("No reply")
        REFUSAL = "refusal", _("Refusal")
        DENIAL = "denial", _("Denial")
        FAILURE = "failure", _("Failure")
        OBJECTION = "objection", _("Objection")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    who = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="silences")
    toward = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="silences")
    about = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="+")
    asks = models.ManyToManyField("dialogue.Ask", blank=True, related_name="silences")
