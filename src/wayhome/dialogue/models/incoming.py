"""What came in and waits for a person: mails, answers given through a link, replies written down whose asks are not linked yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.documents import Document
from wayhome.dialogue.models.parties import Party


class Incoming(Scoped):
    """One thing that came in. `key` makes taking it in idempotent: a mail's Message-ID, or `sha256:`, `link:`, `logged:` and a name.

    `earlier` is the communication it seems to answer and `match` how that is known; `automatic` which sign shows that a machine
    wrote it. Nothing here moves an ask.
    """

    class Source(models.TextChoices):
        IMAP = "imap", _("Mail box")
        FILE = "file", _("Mail file")
        LINK = "link", _("Answer through a link")
        LOGGED = "logged", _("Written down")

    class State(models.TextChoices):
        INBOX = "inbox", _("To be assigned")
        FILED = "filed", _("To be linked to asks")
        DONE = "done", _("Done")
        REPORT = "report", _("Delivery report")
        ASIDE = "aside", _("Set aside")
        REFUSED = "refused", _("Not taken in")

    class Match(models.TextChoices):
        NONE = "", _("none found")
        MESSAGE = "message", _("the mail's own reference to it")
        REFERENCE = "reference", _("its reference number in the text")
        PERSON = "person", _("chosen by a person")

    source = models.CharField(max_length=6, choices=Source.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.INBOX)
    key = models.CharField(max_length=320)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    sent_on = models.CharField(max_length=10, blank=True)
    automatic = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="arrivals")
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="arrivals")
    party = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="+")
    earlier = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="+")
    match = models.CharField(max_length=9, choices=Match.choices, blank=True)
    problem = models.CharField(max_length=400, blank=True)
    remedy = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["process", "key"], name="incoming_once")]
        indexes = [models.Index(fields=["process", "state"], name="incoming_state")]

    def __str__(self) -> str:
        return self.subject or self.key
