"""What the full-text index holds: one row for each ask, commitment, communication, document and party."""

from __future__ import annotations

from django.db import models

from wayhome.accounts.models import Process


class SearchEntry(models.Model):
    """The folded words of one record. Written by `dialogue.search` alone; the index over it is the database's own.

    `scope` repeats process, kind and restriction as words (`p12 kask r0`), so that one match of the index answers within a
    process and never counts a restricted document for somebody who may not see it.
    """

    class Kind(models.TextChoices):
        ASK = "ask"
        COMMITMENT = "commitment"
        COMMUNICATION = "communication"
        DOCUMENT = "document"
        PARTY = "party"

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    object_id = models.BigIntegerField()
    restricted = models.BooleanField(default=False)
    scope = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
