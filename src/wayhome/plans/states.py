"""States of runs with the one table of steps, and the choices a scenario makes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RunState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("run", "Waiting")
    SOLVING = "solving", pgettext_lazy("run", "Solving")
    SOLVED = "solved", pgettext_lazy("run", "Solved")
    INFEASIBLE = "infeasible", pgettext_lazy("run", "Not possible as asked")
    STOPPED = "stopped", pgettext_lazy("run", "Stopped, best kept")
    FAILED = "failed", pgettext_lazy("run", "Failed")
    APPROVED = "approved", pgettext_lazy("run", "Approved")
    SUPERSEDED = "superseded", pgettext_lazy("run", "Superseded")


_R = RunState
RUN_STEPS: dict[RunState, frozenset[RunState]] = {
    # Stopped while it waits, a run has no plan to keep: it fails with these words.
    _R.QUEUED: frozenset({_R.SOLVING, _R.FAILED}),
    _R.SOLVING: frozenset({_R.SOLVED, _R.INFEASIBLE, _R.STOPPED, _R.FAILED, _R.QUEUED}),
    _R.SOLVED: frozenset({_R.APPROVED}),
    _R.STOPPED: frozenset({_R.APPROVED}),
    _R.APPROVED: frozenset({_R.SUPERSEDED}),
    _R.INFEASIBLE: frozenset(),
    _R.FAILED: frozenset(),
    _R.SUPERSEDED: frozenset(),
}
UNDER_WAY = frozenset({_R.QUEUED, _R.SOLVING})
WITH_PLAN = frozenset({_R.SOLVED, _R.STOPPED, _R.APPROVED, _R.SUPERSEDED})


class Families(models.TextChoices):
    TOGETHER = "together", _("Families that want the same place go together")
    FREE = "free", _("Each household by itself")


class GroupBy(models.TextChoices):
    """Between which groups of households the plan is fair."""

    ORIGIN = "origin", _("Place of origin")
    PRESENT = "present", _("Place of displacement")


class Inclusion(models.TextChoices):
    """What a scenario does with a work."""

    FREE = "free", _("The plan may do it")
    OUT = "out", _("Left out")


class DemandKind(models.TextChoices):
    """A hard wish of the planner: the plan meets it, or says which wishes cannot be met together."""

    START_BY = "start_by", _("A work starts by a month")
    OPEN_BY = "open_by", _("A place is open by a month")
