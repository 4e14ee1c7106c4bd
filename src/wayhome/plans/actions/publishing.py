"""A version of the approved plan for the public: counts by place and month, small ones protected; never a household."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.plans import protection
from wayhome.plans.models import PlanAlert, Publication, Run
from wayhome.plans.states import RunState

MONTHS_A_COLUMN = 3


def publish(*, run: Run, actor: Actor, lede: str = "") -> Publication:
    """Publish what an approved plan sees: households home by place and quarter, protected.

    Raises:
        Forbidden: the role publishes nothing.
        Conflict: the plan is not approved, or it waits to be planned anew.
    """
    require_actor(actor, run.process, Permission.PUBLISH)
    if run.state != RunState.APPROVED:
        raise Conflict(_("Only the approved plan is published."), _("Have it approved by a second person first."))
    if PlanAlert.objects.filter(run=run, resolved_at=None).exists():
        raise Conflict(_("The plan waits to be planned anew."), _("Plan again from today, have that plan approved, publish it."))
    if len(lede) > 1000:
        raise InvalidInput(_("The words are longer than 1,000 characters."), field="lede")
    table = public_table(run)
    with transaction.atomic():
        Publication.objects.of(run.process).filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        made = Publication.objects.create(
            process=run.process,
            number=next_number(Publication, run.process),
            run=run,
            lede=lede.strip(),
            table=table,
            by_id=actor.user_id,
        )
        audit.record(
            "plan.published",
            actor=actor,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "version": made.ref, "protected": table["protected"]},
        )
    return made


def withdraw(*, publication: Publication, actor: Actor) -> None:
    """Take a published version off the public page."""
    require_actor(actor, publication.process, Permission.PUBLISH)
    with transaction.atomic():
        Publication.objects.filter(pk=publication.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
        audit.record(
            "plan.withdrawn",
            actor=actor,
            subject=publication.run,
            process_id=publication.process_id,
            detail={"run": publication.run.ref, "version": publication.ref},
        )


def public_table(run: Run) -> dict[str, Any]:
    """Households that come home by place and quarter of the plan, with totals; cells that could betray few are empty."""
    counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = run.returns.exclude(area=None).values("area_id", "period").annotate(n=Count("pk")).order_by()
    for row in rows:
        counts[row["area_id"]][row["period"] // MONTHS_A_COLUMN] += row["n"]
    columns = -(-run.months // MONTHS_A_COLUMN)
    areas = sorted(counts)
    table = protection.protect([[counts[area][column] for column in range(columns)] for area in areas])
    return {
        "start": run.start.isoformat(),
        "months": run.months,
        "step": MONTHS_A_COLUMN,
        "areas": areas,
        "cells": table.cells,
        "rows": table.rows,
        "columns": table.columns,
        "total": table.total,
        "protected": table.protected,
        "least": protection.LEAST,
    }


def current(process: Process) -> Publication | None:
    """The version that stands."""
    return Publication.objects.of(process).select_related("run").filter(withdrawn_at=None).order_by("-number").first()
