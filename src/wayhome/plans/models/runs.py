"""Runs of the planning engine and the schedule each found.

Rows of a schedule keep the identifiers of the instance (`key`) beside the records they mean, so that a run over an imported
folder, which means nobody on file, is stored in the same way. What was planned of a work is copied into its row: the works
change after a run, the run does not.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.plans.models.scenarios import Scenario
from wayhome.plans.months import month_at, period_of
from wayhome.plans.states import RunState


class Run(Numbered):
    """One run: engine, parameters, seed and the digest of its input; how far it is; what it found.

    `instance_digest` names the sealed folder of the contract that was solved (`plans.instances`), `result_digest` the sealed
    plan folder. `counts` says what went in and what was left out and why, without naming a household. `keys` maps the
    identifiers of the instance to records: {"areas": {key: pk}, "projects": {key: work id}, "hubs": {...}, "groups": {...}}.
    `trace` is a list of [seconds, value, bound].
    """

    prefix = "R"

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    start = models.DateField()
    months = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(_("seed"), default=1)
    time_limit = models.PositiveIntegerField(_("at most so many seconds"), default=60)
    gap_wanted = models.FloatField(_("near enough"), default=0.01)
    stability = models.FloatField(default=0.0)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replans")
    frozen_until = models.PositiveSmallIntegerField(default=0, help_text="periods before this one stay as they were")
    assumed = models.JSONField(default=dict, help_text="the scenario as it was when the run was asked for")
    versions = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64, blank=True)
    instance_digest = models.CharField(max_length=64, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    keys = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="what is wrong with the input: file, row, field, found, remedy")
    reasons = models.JSONField(default=list, help_text="demands that cannot be met together")
    # live, and at the end the result's
    stage = models.CharField(max_length=60, blank=True)
    seconds = models.FloatField(default=0)
    value = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    trace = models.JSONField(default=list)
    households_home = models.PositiveIntegerField(null=True)
    persons_home = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    stop_asked = models.BooleanField(default=False)
    stopped_by = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("run")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="plan_run_number"),
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="plan_run_known_state"),
            models.UniqueConstraint(fields=["process"], condition=models.Q(state=RunState.APPROVED), name="plan_one_approved"),
        ]

    def month(self, period: int) -> date:
        """First day of a period."""
        return month_at(self.start, period)

    def period(self, day: date) -> int:
        return period_of(self.start, day)


class WorkStart(models.Model):
    """One work of a run's instance: when it starts, or that it does not (`period` empty).

    `work_id` is empty for a project that stands for something else: with `gate_kind` for a gate of the area, `expected` where its
    opening comes by itself on a date that its authority expects or the scenario assumes; kind "wait" for an earliest month.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="works")
    key = models.CharField(max_length=80)
    work_id = models.BigIntegerField(null=True)
    gate_kind = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.SET_NULL, related_name="+")
    area_key = models.CharField(max_length=80)
    period = models.PositiveSmallIntegerField(null=True)
    duration = models.PositiveSmallIntegerField(default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    crew = models.CharField(max_length=60, blank=True)
    crew_units = models.FloatField(default=0)
    resource = models.CharField(max_length=10, blank=True)
    adds = models.FloatField(default=0)
    after_key = models.CharField(max_length=80, blank=True)
    gate = models.BooleanField(default=False)
    expected = models.BooleanField(default=False)
    underway = models.BooleanField(default=False)

    class Meta:
        ordering = ["period", "key"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="work_start_once")]

    @property
    def end(self) -> int | None:
        """The period from which what it adds is there; empty when it does not start."""
        return None if self.period is None else self.period + self.duration


class HouseholdReturn(models.Model):
    """A household of a run's instance that returns: where and when. `household` is empty for an imported folder.

    Erasing a household takes its rows with it.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="returns")
    key = models.CharField(max_length=80)
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.CASCADE, related_name="planned")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.SET_NULL, related_name="+")
    area_key = models.CharField(max_length=80)
    group_key = models.CharField(max_length=80, blank=True)
    period = models.PositiveSmallIntegerField()
    persons = models.PositiveSmallIntegerField(default=1)
    weight = models.FloatField(default=1.0)

    class Meta:
        ordering = ["period", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="household_return_once")]
        indexes = [
            models.Index(fields=["run", "area", "period"], name="return_area_month"),
            models.Index(fields=["household", "run"], name="return_household"),
        ]
