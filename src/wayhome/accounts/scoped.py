"""What every table of a process shares: its process, a public identifier, and the scoped query."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import models

from wayhome.accounts.models import Process

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Any) -> ScopedQuerySet[M]:
        """Rows of processes in which the user holds a role today."""
        return self.filter(process__in=Process.objects.visible_to(user))

    def of(self, process: Process) -> ScopedQuerySet[M]:
        """Rows of one process that the caller already fetched through its scoped query."""
        return self.filter(process=process)


class Scoped(models.Model):
    """Base of every table of a process. `uid` is stable across export and import; `number` counts within the process."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Numbered(Scoped):
    """A row with a number people use: A-021, L-101. `accounts.numbers.next_number` gives it inside the transaction."""

    prefix = ""
    number = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def ref(self) -> str:
        """The number as people write it."""
        return f"{self.prefix}-{self.number:03d}"
