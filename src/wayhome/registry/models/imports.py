"""Imports of lists: which file, how its columns were understood, how far it is, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered


class Import(Numbered):
    """One list brought in. The file stays under its digest; every record made from it points here and names its row."""

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
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="import_number")]

    def __str__(self) -> str:
        return f"{self.ref} {self.list_name}"
