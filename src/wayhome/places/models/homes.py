"""What is there for people to return to: homes by damage, services with their places, and the seats to get there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Scoped
from wayhome.places.models.areas import Area


class Service(models.TextChoices):
    """Services whose places the plan counts."""

    WATER = "water", pgettext_lazy("places", "Water, persons")
    SCHOOL = "school", pgettext_lazy("places", "School, children")
    CLINIC = "clinic", pgettext_lazy("places", "Clinic, patients")


class HomeStock(Scoped):
    """A count of the homes of an area on a day, by damage. Empty means that this class was not counted.

    `occupied` are homes with no or minor damage in which somebody lives now. The count of the latest day that is not retired
    is the one that counts; earlier ones stay as history. What finished works add is not written in here: it is counted on top.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="homes")
    as_of = models.DateField(_("counted on"))
    none = models.PositiveIntegerField(_("no damage"), null=True, blank=True)
    minor = models.PositiveIntegerField(_("minor damage"), null=True, blank=True)
    major = models.PositiveIntegerField(_("major damage"), null=True, blank=True)
    destroyed = models.PositiveIntegerField(_("destroyed"), null=True, blank=True)
    occupied = models.PositiveIntegerField(_("of the habitable, lived in now"), default=0)
    source = models.CharField(_("source"), max_length=300)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["area", "-as_of", "-id"]
        verbose_name = _("count of homes")
        constraints = [
            models.UniqueConstraint(fields=["area", "as_of", "source"], condition=Q(retired_at=None), name="homes_counted_once")
        ]
        indexes = [models.Index(fields=["process", "area", "as_of"], name="homes_area")]

    @property
    def habitable(self) -> int:
        """Homes with no or minor damage, lived in or not."""
        return (self.none or 0) + (self.minor or 0)

    @property
    def free(self) -> int:
        """Homes in which a family could live at once."""
        return max(self.habitable - self.occupied, 0)

    @property
    def total(self) -> int:
        """Homes counted, of every class."""
        return self.habitable + (self.major or 0) + (self.destroyed or 0)


class ServiceCapacity(Scoped):
    """Places of a service in an area on a day, and how many of them are in use. The latest day that is not retired counts."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="services")
    service = models.CharField(_("service"), max_length=8, choices=Service.choices)
    as_of = models.DateField(_("counted on"))
    places = models.PositiveIntegerField(_("places"))
    used = models.PositiveIntegerField(_("in use"), default=0)
    source = models.CharField(_("source"), max_length=300)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["area", "service", "-as_of", "-id"]
        verbose_name = _("capacity of a service")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "service", "as_of", "source"], condition=Q(retired_at=None), name="capacity_counted_once"
            )
        ]
        indexes = [models.Index(fields=["process", "area", "service"], name="capacity_area")]

    @property
    def free(self) -> int:
        """Places for those who come."""
        return max(self.places - self.used, 0)


class TransportHub(Scoped):
    """Where people live now and from where they travel: an area, with the seats a month offers from there."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="hubs")
    code = models.SlugField(_("code"), max_length=40)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("place of departure")
        constraints = [
            models.UniqueConstraint(fields=["process", "code"], name="hub_code_once"),
            models.UniqueConstraint(fields=["process", "area"], name="hub_area_once"),
        ]

    def __str__(self) -> str:
        return self.code


class HubSeats(models.Model):
    """From a month on so many persons can travel from a hub each month, until its next row says otherwise."""

    hub = models.ForeignKey(TransportHub, on_delete=models.CASCADE, related_name="seats")
    starts_on = models.DateField(_("from"))
    persons = models.PositiveIntegerField(_("seats a month"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ["hub", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["hub", "starts_on"], name="hub_seats_once")]
