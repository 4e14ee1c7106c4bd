"""Homes, land and premises that are claimed, and who lives there now."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.registry.claim_states import Condition, HousingNeed, OccupantBasis, PropertyKind


class Property(Numbered):
    """One spatial unit: an address, an old cadastral number, an outline, or what of these is known.

    `outline` is GeoJSON (Polygon or MultiPolygon, WGS 84), checked by `validators.outlines`; the bounding box lets the database
    find neighbours. `address_key` and `cadastral_key` are folded, for finding the same property under another spelling.
    """

    prefix = "PR"

    kind = models.CharField(_("kind"), max_length=8, choices=PropertyKind.choices, default=PropertyKind.HOUSE)
    address = models.CharField(_("address, as it was"), max_length=300, blank=True)
    address_key = models.CharField(max_length=300, blank=True, editable=False)
    place_text = models.CharField(_("place, as written"), max_length=250, blank=True)
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cadastral_number = models.CharField(_("old cadastral number"), max_length=120, blank=True)
    cadastral_key = models.CharField(max_length=120, blank=True, editable=False)
    outline = models.JSONField(null=True, blank=True)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    size_m2 = models.PositiveIntegerField(_("size in square metres, as stated"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices, default=Condition.UNKNOWN)
    condition_on = models.DateField(_("condition as of"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("property")
        verbose_name_plural = _("properties")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="property_number"),
            models.CheckConstraint(
                condition=models.Q(outline__isnull=True, west__isnull=True) | models.Q(outline__isnull=False, west__isnull=False),
                name="property_outline_has_box",
            ),
        ]
        indexes = [
            models.Index(fields=["process", "cadastral_key"], name="property_cadastral"),
            models.Index(fields=["process", "address_key"], name="property_address"),
            models.Index(fields=["process", "west", "east"], name="property_box"),
        ]

    def __str__(self) -> str:
        return self.address or self.cadastral_number or self.ref


class Occupant(Numbered):
    """A secondary occupant: who lives on a claimed property now. They have rights of their own (Pinheiro 17)."""

    prefix = "O"

    holding = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="occupants")
    name = models.CharField(_("who"), max_length=200)
    household = models.ForeignKey("registry.Household", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    basis = models.CharField(_("how they came"), max_length=9, choices=OccupantBasis.choices, default=OccupantBasis.UNKNOWN)
    need = models.CharField(_("another home"), max_length=10, choices=HousingNeed.choices, default=HousingNeed.NOT_ASKED)
    need_on = models.DateField(_("as of"), null=True, blank=True)
    need_note = models.CharField(_("what was offered or is needed"), max_length=300, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        ordering = ["left_on", "number"]
        verbose_name = _("secondary occupant")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="occupant_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def waits_for_home(self) -> bool:
        """Lives there still and needs another home that was not provided."""
        return self.left_on is None and self.need in {HousingNeed.NEEDED, HousingNeed.OFFERED}
