"""Studies of a plan that take a while: how sturdy it is when things go otherwise, and what one more unit of anything returns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Scoped
from wayhome.plans.models.runs import Run


class Study(Scoped):
    """One study. `params` are what it was asked with, `result` what came out: counts and shares, no household.

    `other` is a second plan carried out with the same draws, so that their difference is the plans' and not chance's.
    """

    class Kind(models.TextChoices):
        STURDY = "sturdy", pgettext_lazy("study", "How sturdy the plan is")
        PRICES = "prices", pgettext_lazy("study", "What one more unit returns")

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("study", "Waiting")
        WORKING = "working", pgettext_lazy("study", "Under way")
        DONE = "done", pgettext_lazy("study", "Done")
        FAILED = "failed", pgettext_lazy("study", "Failed")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="studies")
    other = models.ForeignKey(Run, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    result = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["queued", "working", "done", "failed"]), name="study_state"),
            models.CheckConstraint(condition=models.Q(kind__in=["sturdy", "prices"]), name="study_kind"),
        ]
