"""Calendar feeds: a person's deadlines in a process, for the calendar program of that person."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wayhome.accounts.scoped import Scoped


class CalendarFeed(Scoped):
    """A secret address that gives deadlines as iCalendar. Only its hash is kept; the address is shown once; it can be revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_sha256 = models.CharField(max_length=64, unique=True)
    read_at = models.DateTimeField(null=True, help_text="when a calendar program last asked")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
