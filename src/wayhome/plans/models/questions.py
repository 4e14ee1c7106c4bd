"""What somebody asked of a plan ("what if the water works began in March") and what planning again answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Scoped
from wayhome.plans.models.runs import Run


class WhatIf(Scoped):
    """One question. `changes` are the engine's, by the instance's identifiers: [{"kind": "StartWork", "project_id": ..., "by": 3}].

    `key` names the household it was asked for, or nothing. `effect` holds counts only, and for that household the months before
    and after; it names no other. Erasing a household takes the questions about it along.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("question", "Waiting")
        ASKING = "asking", pgettext_lazy("question", "Being planned")
        ANSWERED = "answered", pgettext_lazy("question", "Answered")
        FAILED = "failed", pgettext_lazy("question", "No answer")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=80, blank=True)
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.CASCADE, related_name="+")
    changes = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    effect = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["queued", "asking", "answered", "failed"]), name="what_if_state")
        ]
