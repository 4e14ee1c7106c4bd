"""What was changed in a field, by whom and why; and what remains of an erased record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped


class FieldChange(Scoped):
    """One field of one person or household changed. Written by `registry.changes.apply` in the transaction of the change.

    Sealed values are never written here: `before` and `after` are empty for them. The rows go when the person is erased.
    """

    person = models.ForeignKey("registry.Person", null=True, on_delete=models.CASCADE, related_name="changes")
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]


class Erasure(Scoped):
    """That a record was erased: its number, when, on whose request. Nothing of what it said."""

    class Ground(models.TextChoices):
        REQUEST = "request", _("On the person's request")
        RETENTION = "retention", _("The period of keeping ended")
        IMPORT_UNDONE = "undone", _("The import was undone")
        ERROR = "error", _("Recorded in error")

    record = models.CharField(max_length=20)
    record_uid = models.UUIDField()
    ground = models.CharField(max_length=9, choices=Ground.choices)
    note = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
