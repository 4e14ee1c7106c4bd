"""Who does what where (3W): rows of organisations, sectors and places as humanitarian tables give them, and what they mean here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.places.models.areas import Area
from wayhome.places.models.works import Organisation


class PresenceImport(Numbered):
    """A table of presence that was brought in, or taken back again (`undone_at`)."""

    prefix = "3W"

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(_("who made it"), max_length=300, blank=True)
    period = models.CharField(_("period"), max_length=60, blank=True)
    columns = models.JSONField(default=dict)  # heading of the file by what it was taken for
    rows = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("table of presence")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="presence_import_number_once"),
            models.UniqueConstraint(fields=["process", "sha256"], condition=Q(undone_at=None), name="presence_import_file_once"),
        ]

    def __str__(self) -> str:
        return self.file_name


class Presence(Scoped):
    """An organisation does something of a sector in a place, as one or more rows of a table say (`rows` of them)."""

    class Sector(models.TextChoices):
        """Sectors of humanitarian coordination (clusters), and what tables call them (`importing.presence`)."""

        PROTECTION = "protection", pgettext_lazy("sector", "Protection")
        SHELTER = "shelter", pgettext_lazy("sector", "Shelter and items")
        CAMPS = "camps", pgettext_lazy("sector", "Camps and sites")
        WATER = "water", pgettext_lazy("sector", "Water, sanitation, hygiene")
        HEALTH = "health", pgettext_lazy("sector", "Health")
        NUTRITION = "nutrition", pgettext_lazy("sector", "Nutrition")
        FOOD = "food", pgettext_lazy("sector", "Food and livelihoods")
        EDUCATION = "education", pgettext_lazy("sector", "Education")
        RECOVERY = "recovery", pgettext_lazy("sector", "Early recovery")
        LOGISTICS = "logistics", pgettext_lazy("sector", "Logistics and telecommunications")
        COORDINATION = "coordination", pgettext_lazy("sector", "Coordination")
        CASH = "cash", pgettext_lazy("sector", "Cash")
        MINES = "mines", pgettext_lazy("sector", "Mine action")
        OTHER = "other", pgettext_lazy("sector", "Other")

    source = models.ForeignKey(PresenceImport, on_delete=models.CASCADE, related_name="presences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="presences")
    sector = models.CharField(_("sector"), max_length=12, choices=Sector.choices)
    sector_text = models.CharField(_("sector as written"), max_length=150)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="presences")
    place_text = models.CharField(_("place as written"), max_length=300)
    within_text = models.CharField(_("written beside it"), max_length=300, blank=True)
    pcode = models.CharField(_("P-code"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    activities = models.JSONField(default=list)  # what is done, as written, at most a few
    months = models.JSONField(default=list)  # months as written
    first_row = models.PositiveIntegerField()
    rows = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["organisation", "sector", "id"]
        verbose_name = _("presence")
        indexes = [
            models.Index(fields=["process", "area", "sector"], name="presence_area"),
            models.Index(fields=["source", "place_text"], name="presence_place"),
        ]
