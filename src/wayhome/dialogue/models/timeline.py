"""Statements and dated events with the accounts of them, and what of it is published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped, ScopedQuerySet
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.documents import Passage
from wayhome.dialogue.models.parties import Party


class Statement(Scoped):
    """Words attributed to a speaker by a document."""

    speaker = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="statements")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="statements")
    day = models.DateField(null=True)


class EventQuerySet(ScopedQuerySet["Event"]):
    def readable(self, *, restricted: bool) -> EventQuerySet:
        """The events for somebody who may or may not see restricted documents: not those that only such documents tell of."""
        if restricted:
            return self
        accounts = Account.objects.filter(event=OuterRef("pk"))
        return self.exclude(Exists(accounts) & ~Exists(accounts.filter(passage__document__restricted=False)))


class Event(Scoped):
    """Something that happened on a date, told by one or more accounts, none of which is ours."""

    title = models.CharField(_("what happened"), max_length=300)
    dated = models.CharField(_("date"), max_length=10)
    until = models.CharField(_("until"), max_length=10, blank=True)
    day = models.DateField(db_index=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "id"]


class Account(models.Model):
    """One speaker's account of an event, with the passage."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="accounts")
    speaker = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="accounts")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="accounts")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "passage"], name="account_once")]


class TimelineItem(Scoped):
    """What the public page shows of one communication or event. Nothing is public that has no published item."""

    communication = models.OneToOneField(Communication, null=True, on_delete=models.CASCADE, related_name="timeline_item")
    event = models.OneToOneField(Event, null=True, on_delete=models.CASCADE, related_name="timeline_item")
    published = models.BooleanField(_("published"), default=False)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    summary = models.CharField(_("neutral summary"), max_length=400, blank=True)
    passages = models.ManyToManyField(Passage, blank=True, related_name="+")
    show_document = models.BooleanField(_("whole text is public"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)


class Redaction(models.Model):
    """A stretch of a document that the public never sees, with the reason."""

    document = models.ForeignKey("dialogue.Document", on_delete=models.CASCADE, related_name="redactions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["start"]
        constraints = [models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="redaction_not_empty")]
