"""The plan that was approved, what speaks for planning anew, and what was published of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.plans.models.runs import Run


class Approval(Scoped):
    """A process lead who did not ask for the run approved it. One plan of a process is approved at a time."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(_("why"), max_length=500)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at"]


class PlanAlert(Scoped):
    """The approved plan no longer fits: a gate on which it counts has closed, or opens later than it assumed.

    `households` and `persons` are those the plan sends to `area` from the month of the closing on.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="alerts")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.SET_NULL, related_name="+")
    gate_kind = models.CharField(max_length=60, blank=True)
    gate_words = models.CharField(max_length=250, blank=True)
    reason = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField()
    households = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "area", "gate_kind"], condition=models.Q(resolved_at=None), name="plan_alert_once"
            )
        ]


class Publication(Numbered):
    """What the public sees of an approved plan: counts by place and month, small ones protected; never a household."""

    prefix = "V"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="publications")
    lede = models.CharField(_("words at its head"), max_length=1000, blank=True)
    table = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="plan_version_number")]
