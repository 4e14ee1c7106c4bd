"""Households: people who live and decide together. Every adult still decides alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.registry.states import Relation


class Family(Numbered):
    """Several households of one family, so that they can be kept together."""

    prefix = "F"

    name = models.CharField(_("name"), max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="family_number")]


class Household(Numbered):
    """A household. `closed_on` is set when it was merged into another or dissolved; nothing is deleted by that."""

    prefix = "H"

    name = models.CharField(_("name"), max_length=200, blank=True)
    head = models.ForeignKey("registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="heads")
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.SET_NULL, related_name="households")
    size_stated = models.PositiveSmallIntegerField(_("people, as stated"), null=True, blank=True)
    origin_text = models.CharField(_("place of origin, as written"), max_length=250, blank=True)
    origin = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    present_text = models.CharField(_("present place, as written"), max_length=250, blank=True)
    present = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    source = models.ForeignKey("registry.Import", null=True, blank=True, on_delete=models.PROTECT, related_name="households")
    list_name = models.CharField(_("list"), max_length=120, blank=True)
    list_key = models.CharField(_("number in the list"), max_length=80, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("household")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="household_number"),
            models.UniqueConstraint(
                fields=["process", "list_name", "list_key"], condition=~models.Q(list_key=""), name="household_list_key"
            ),
        ]
        indexes = [models.Index(fields=["process", "origin"], name="household_origin")]

    def __str__(self) -> str:
        return f"{self.ref} {self.name}".strip()


class PastMembership(models.Model):
    """Where a person lived and decided before: written when they leave a household or their relation changes."""

    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="past_memberships")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="past_members")
    relation = models.CharField(max_length=13, choices=Relation.choices, blank=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["-until", "-id"]


class HouseholdEvent(Scoped):
    """A split, a merge, a change of head. `detail` says which persons moved from where, so that the step can be taken back."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("Split")
        MERGE = "merge", _("Merged")
        MOVE = "move", _("A person moved")
        HEAD = "head", _("Another head")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="events")
    other = models.ForeignKey(Household, null=True, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    detail = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
