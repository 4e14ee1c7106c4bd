"""Letters written here: versions, review, approval by a second person, sending."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, ScopedQuerySet
from wayhome.dialogue.models.asks import Ask
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.parties import Party
from wayhome.dialogue.states import Basis, LetterState


class LetterQuerySet(ScopedQuerySet["Letter"]):
    def readable(self, *, restricted: bool) -> LetterQuerySet:
        """The letters for somebody who may or may not see restricted documents: none that puts an ask kept from the person."""
        return self if restricted else self.exclude(asks__in=Ask.objects.unreadable())


class Letter(Numbered):
    """A letter from draft to sent. When it is sent it becomes a communication and starts the clocks of its asks."""

    prefix = "N"
    objects = LetterQuerySet.as_manager()

    sender = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="letters_written")
    addressee = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="letters_received")
    copies = models.ManyToManyField(Party, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=8)
    asks = models.ManyToManyField(Ask, blank=True, related_name="letters")
    cites = models.ManyToManyField(Communication, blank=True, related_name="cited_in")
    state = models.CharField(max_length=9, choices=LetterState.choices, default=LetterState.DRAFT)
    reference = models.CharField(_("our reference"), max_length=100, blank=True)
    signatory = models.CharField(_("signed by"), max_length=200, blank=True)
    signatory_title = models.CharField(_("office of the signatory"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    dated = models.DateField(_("date"), null=True, blank=True)
    answer_by = models.DateField(_("answer asked by"), null=True, blank=True)
    answer_basis = models.CharField(_("on whose word"), max_length=7, choices=Basis.choices, default=Basis.REQUEST)
    answer_basis_text = models.CharField(_("law and article, or the promise"), max_length=250, blank=True)
    communication = models.OneToOneField(Communication, null=True, on_delete=models.SET_NULL, related_name="letter")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="letter_number")]


class LetterVersion(models.Model):
    """The words of a letter as they stood; a change is a new version. `paragraphs` is a list of strings.

    `head` holds what stands around the words (sender, addressee, copies, place, dates, reference, signatory) as they stood, so
    that a version is a whole letter by itself: what was approved stays what was approved when a party is renamed later.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(_("subject"), max_length=300)
    salutation = models.CharField(_("salutation"), max_length=200)
    paragraphs = models.JSONField(default=list)
    closing = models.CharField(_("closing"), max_length=300)
    head = models.JSONField(default=dict)
    enclosure = models.JSONField(default=list, help_text="rows of the enclosed table of asks as they stood")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["letter", "version"], name="letter_version_once")]


class LetterDecision(models.Model):
    """A step of a letter: who, when, on which version."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="decisions")
    version = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=9, choices=LetterState.choices)
    after = models.CharField(max_length=9, choices=LetterState.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
