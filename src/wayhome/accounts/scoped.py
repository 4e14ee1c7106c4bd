"""What the tables of the dialogue share: the scoped base of all rooms, and numbers that people use."""

from __future__ import annotations

from django.db import models

from wayhome.accounts.scoped import Scoped, ScopedQuerySet


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


__all__ = ["Numbered", "Scoped", "ScopedQuerySet"]
