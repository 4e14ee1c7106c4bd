"""Documents as they came, their text, and passages in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered


class Document(Numbered):
    """A file or a typed note. Its bytes lie under `sha256` in the file store; `text` is what every offset refers to."""

    prefix = "D"

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be read")
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        FAILED = "failed", _("Could not be read")

    class Origin(models.TextChoices):
        UPLOAD = "upload", _("Uploaded")
        MAIL = "mail", _("E-mail")
        TYPED = "typed", _("Written down")
        LETTER = "letter", _("Written here")
        OUTSIDE = "outside", _("Given by an outside party")
        IMPORT = "import", _("Imported")

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    media_type = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.UPLOAD)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    warnings = models.JSONField(default=list)
    title = models.CharField(_("title"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    published_on = models.CharField(max_length=10, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    text = models.TextField(blank=True)
    zones = models.JSONField(default=list)
    dated = models.CharField(_("date"), max_length=10, blank=True, help_text="ISO 8601, as precise as known")
    received_on = models.DateField(_("received on"), null=True, blank=True)
    message_id = models.CharField(max_length=300, blank=True, db_index=True)
    references = models.JSONField(default=list)
    restricted = models.BooleanField(
        _("restricted"), default=False, help_text=_("Seen only by roles that may; every reading is logged.")
    )
    earlier_version = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="later_versions")
    enclosed_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="enclosures")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="document_number"),
            models.UniqueConstraint(fields=["process", "sha256", "enclosed_in"], name="enclosure_once"),
            models.UniqueConstraint(fields=["process", "sha256"], name="document_once", condition=models.Q(enclosed_in=None)),
        ]
        indexes = [models.Index(fields=["process", "state"], name="document_state")]

    def __str__(self) -> str:
        return self.title or self.name


class Passage(models.Model):
    """Exact words in a document: W3C Web Annotation text quote and position selectors. Never changed, only replaced."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField()
    paragraph = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["document", "start"]
        constraints = [
            models.UniqueConstraint(fields=["document", "start", "end"], name="passage_once"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="passage_not_empty"),
        ]

    def __str__(self) -> str:
        return self.exact


class ReadingRun(models.Model):
    """One run of the reading engine over a document: version, parameters, seed, input hash, and the result as the contract's JSON."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="runs")
    engine_version = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    input_sha256 = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
