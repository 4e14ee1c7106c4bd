"""Reading what a plan says of households is logged, like every opening of a sensitive record."""

from __future__ import annotations

from django.db import transaction

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.plans.models import Run
from wayhome.registry.models import Household


@transaction.atomic
def log_household(run: Run, household: Household, *, actor: Actor, page: str = "page") -> None:
    """Somebody read when and where a plan sees one household, and why."""
    audit.record(
        "plan.household_read",
        actor=actor,
        subject=household,
        process_id=run.process_id,
        detail={"household": household.ref, "run": run.ref, "page": page},
    )


@transaction.atomic
def log_list(run: Run, *, actor: Actor, shown: int, area_id: int | None = None, page: str = "list") -> None:
    """Somebody read a list of households of a plan."""
    audit.record(
        "plan.households_read",
        actor=actor,
        subject=run,
        process_id=run.process_id,
        detail={"run": run.ref, "area": area_id, "shown": shown, "page": page},
    )
