"""Imports of lists: which file, how its columns were understood, how far it is, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Numbered


class Import(Numbered):
    """One list brought in. The file stays, sealed, under its digest; every record made from it points here and names its row.

    `choice` is what a person chose of the file (sheet, heading row, encoding), `survey` what the engine found in it, `mapping` how
    its columns are read (`engines.tabular.Plan.as_json`). `rows_done` is the last row of the file that was brought in: the
    work goes on from there after an interruption. `skipped` names rows that are not brought in because of other rows.
    """

    prefix = "I"

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Checked")
        COMMITTING = "committing", _("Being brought in")
        DONE = "done", _("Brought in")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Failed")

    list_name = models.CharField(_("list"), max_length=120)
    file_name = models.CharField(_("file"), max_length=250)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(default=0)
    choice = models.JSONField(default=dict)
    survey = models.JSONField(default=dict)
    headings_key = models.CharField(
        max_length=32, blank=True, help_text="fingerprint of the headings: equal lists are read equally"
    )
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    summary = models.JSONField(default=list, help_text="what was found, by kind: code, level, column, count, first rows")
    skipped = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    touched_at = models.DateTimeField(null=True, help_text="when the work last went on; a worker that died leaves it behind")
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="import_number")]
        indexes = [models.Index(fields=["process", "digest"], name="import_digest")]

    def __str__(self) -> str:
        return f"{self.ref} {self.list_name}"


class ImportIssue(models.Model):
    """One thing wrong with one row of an import. `value` is empty for what is sealed: numbers of documents, needs."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="issues")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=7)
    field = models.CharField(max_length=30, blank=True)
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["source", "level", "code", "row"], name="import_issue_kind")]


class RememberedMapping(models.Model):
    """How lists with these headings were read the last time one was brought in."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+")
    headings_key = models.CharField(max_length=32)
    mapping = models.JSONField()
    used = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "headings_key"], name="mapping_once")]


class SourceCells(models.Model):
    """What a row says beyond the fields of the registry, by heading, as written; kept where somebody chose so."""

    person = models.OneToOneField("registry.Person", on_delete=models.CASCADE, related_name="source_cells")
    cells = models.JSONField()
