"""What people decided about words for places. Decisions are added and retired, never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.places.models.areas import Area


class PlaceMatch(Scoped):
    """Somebody decided that `text` (within `within`, e.g. a district written beside it) means `area`, or none on file.

    The same words, whatever their capitals, marks and spaces (`key`), resolve by the decision that is not retired.
    """

    text = models.CharField(_("as written"), max_length=300)
    within = models.CharField(_("written beside it"), max_length=300, blank=True)
    key = models.CharField(max_length=620, editable=False)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="matches")
    offered = models.JSONField(default=list)  # the candidates of the moment: code, score, reasons
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("decision about a place")
        constraints = [
            models.UniqueConstraint(fields=["process", "key"], condition=Q(retired_at=None), name="place_match_one_in_force"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def none_of_these(self) -> bool:
        """Whether it was decided that no area on file is meant."""
        return self.area_id is None
