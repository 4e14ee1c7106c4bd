"""What became of areas: renamed into another, merged, split, parts passed on. Statements are added and retired, never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.places.models.areas import Area
from wayhome.places.periods import check_moment


class AreaSuccession(Scoped):
    """`before` became, was merged into or was split into `after` at a moment, or passed a part of its ground to it and went on.

    A merger is several rows with one `after`, a split several with one `before`. `share` is the part of `before` that went to
    `after`, from 0 to 1, as the source says it (of ground, unless `note` says of what); empty when not known.
    """

    class Kind(models.TextChoices):
        BECAME = "became", _("became")
        MERGED = "merged", _("was merged into")
        SPLIT = "split", _("was split into")
        PART = "part", _("passed a part to")

    before = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="later")
    after = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="earlier")
    kind = models.CharField(_("what happened"), max_length=8, choices=Kind.choices)
    moment = models.CharField(_("when"), max_length=10, blank=True, validators=[check_moment])
    share = models.FloatField(_("share"), null=True, blank=True)
    source = models.CharField(_("who says so"), max_length=300)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["moment", "id"]
        verbose_name = _("succession of areas")
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], condition=Q(retired_at=None), name="area_succession_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="area_succession_not_itself"),
            models.CheckConstraint(condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="area_succession_share"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} {self.kind} {self.after_id}"

    @property
    def ends(self) -> bool:
        """Whether the area before ended by it."""
        return self.kind != self.Kind.PART

    @property
    def percent(self) -> int | None:
        return round(self.share * 100) if self.share is not None else None
