"""The approved plan is marked for planning anew when a gate on which it counts is another than before."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from wayhome.core import audit
from wayhome.core.actors import SYSTEM
from wayhome.places.models import Gate
from wayhome.places.signals import gate_changed
from wayhome.plans.bridge import fitness
from wayhome.plans.models import PlanAlert, Run
from wayhome.plans.states import RunState


def renew(run: Run) -> list[PlanAlert]:
    """Bring the marks of an approved plan in step with the gates of today: new ones come, those that no longer hold are settled.

    Meant for the transaction in which a gate changed.
    """
    now = timezone.now()
    standing = {one.area_id: one for one in fitness.affected(run)}
    marks = {mark.area_id: mark for mark in PlanAlert.objects.filter(run=run, resolved_at=None)}
    for area_id, mark in marks.items():
        if area_id not in standing:
            PlanAlert.objects.filter(pk=mark.pk).update(resolved_at=now)
    made = []
    for area_id, one in standing.items():
        said = {"households": one.households, "persons": one.persons, "gate_words": ", ".join(one.gates)[:250]}
        if area_id in marks:
            PlanAlert.objects.filter(pk=marks[area_id].pk).update(**said)
            continue
        mark = PlanAlert.objects.create(process=run.process, run=run, area_id=area_id, at=now, **said)
        audit.record(
            "plan.alert",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "area": area_id, "households": one.households, "gates": list(one.gates)},
        )
        made.append(mark)
    return made


def _changed(sender: Any, process_id: int, **more: Any) -> None:
    run = Run.objects.filter(process_id=process_id, state=RunState.APPROVED).select_related("process", "scenario").first()
    if run is not None:
        with transaction.atomic():
            renew(run)


def connect() -> None:
    """Follow the gates; called once when the app is ready."""
    gate_changed.connect(_changed, sender=Gate, dispatch_uid="plans-gates")
