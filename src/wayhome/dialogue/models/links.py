"""Links for outside parties: read and answer the asks addressed to them without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.dialogue.models.asks import Ask
from wayhome.dialogue.models.parties import Party


class OutsideLink(Scoped):
    """A signed, expiring, revocable link. Only its hash is kept; the link itself is shown once."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="links")
    asks = models.ManyToManyField(Ask, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=8, blank=True)
    may_answer = models.BooleanField(_("may answer"), default=True)
    note = models.CharField(_("to whom it is given"), max_length=250, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-created_at"]


class OutsideVisit(models.Model):
    """One use of a link; also what the rate limit counts. The address is kept as a keyed hash, not as such."""

    link = models.ForeignKey(OutsideLink, null=True, on_delete=models.CASCADE, related_name="visits")
    address_hash = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "at"], name="visit_rate")]
