"""Displacement episodes, and how a person or household can be reached without harm."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.registry.states import Cause, Channel, Precision


class Displacement(Scoped):
    """From where, when, why, to where. Of a household; or of one person whose way was another."""

    household = models.ForeignKey("registry.Household", null=True, on_delete=models.CASCADE, related_name="displacements")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.CASCADE, related_name="displacements")
    left_from = models.DateField(null=True, blank=True)
    left_to = models.DateField(null=True, blank=True)
    left_precision = models.CharField(max_length=5, choices=Precision.choices, blank=True)
    left_text = models.CharField(_("left, as written"), max_length=60, blank=True)
    cause = models.CharField(_("why"), max_length=9, choices=Cause.choices, blank=True)
    from_text = models.CharField(_("from, as written"), max_length=250, blank=True)
    from_area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    to_text = models.CharField(_("to, as written"), max_length=250, blank=True)
    to_area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["left_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(household__isnull=False) | models.Q(person__isnull=False), name="displacement_of_somebody"
            ),
        ]


class Contact(models.Model):
    """One way to reach a person. Only a channel the person called safe is used, the preferred one first."""

    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(_("channel"), max_length=9, choices=Channel.choices)
    value = models.CharField(_("number or address"), max_length=250, blank=True)
    key = models.CharField(max_length=12, blank=True, help_text="last digits of a telephone, for finding")
    safe = models.BooleanField(_("safe, says the person"), default=False)
    preferred = models.BooleanField(_("preferred"), default=False)
    note = models.CharField(_("when and how"), max_length=250, blank=True)

    class Meta:
        ordering = ["-preferred", "id"]
        indexes = [models.Index(fields=["key"], name="contact_key")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(preferred=True), name="contact_one_preferred"),
            models.CheckConstraint(condition=models.Q(preferred=False) | models.Q(safe=True), name="contact_preferred_is_safe"),
        ]
