"""Sealed values: envelope encryption. A value is encrypted with a data key, the data key with a master key outside the database.

Whoever copies the database without the master key reads no sealed value and can test no guess against `digest`, which is keyed
as well. `wayhome.registry.sealing` is the only place that encrypts and opens.
"""

from __future__ import annotations

from django.db import models

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Scoped
from wayhome.registry.states import SealedKind


class DataKey(models.Model):
    """A data key of a process, wrapped by the master key named in `master`. The newest one seals; older ones still open."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="data_keys")
    master = models.CharField(max_length=32, help_text="fingerprint of the master key")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class SealedValue(Scoped):
    """One sealed value of one person. `digest` is a keyed hash of the folded value, to find equal ones without opening."""

    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="sealed")
    kind = models.CharField(max_length=10, choices=SealedKind.choices)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["process", "kind", "digest"], name="sealed_digest"),
        ]
