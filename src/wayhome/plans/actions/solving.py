"""What a run does in the background: read, build the instance, keep it sealed, solve, write the schedule."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.core import audit
from wayhome.core.actors import SYSTEM
from wayhome.plans import instances
from wayhome.plans.actions.running import R, Watch, fail, step
from wayhome.plans.bridge import keeping, preparing, solving
from wayhome.plans.bridge.types import Prepared
from wayhome.plans.models import Run

MOST_FLAWS = 200


def solve(run: Run) -> None:
    """From the queue to a schedule, or to the reasons why there is none."""
    prepared = None if run.scenario.imported else _prepare(run)
    if prepared is not None and not prepared.members:
        fail(
            run,
            _("No household can be planned for."),
            _("The page says for each reason how many were left out."),
            counts=prepared.counts,
        )
        return
    try:
        if prepared is None:
            instance = keeping.unpack_instance(instances.load(run.process, run.scenario.imported_digest))
        else:
            instance = solving.instance_from(prepared.settings, prepared.tables)
    except solving.Flawed as flawed:
        count = len(flawed.flaws) + flawed.more
        fail(
            run,
            ngettext("%(n)s thing is wrong with the input.", "%(n)s things are wrong with the input.", count) % {"n": count},
            _("Nothing was solved. Each is named below with what to do."),
            [flaw.as_json() for flaw in flawed.flaws[:MOST_FLAWS]],
            counts=prepared.counts if prepared else {},
        )
        return
    _keep_input(run, instance, prepared)
    if prepared is not None and prepared.impossible:
        _infeasible(run, prepared.impossible)
        return
    demands = solving.demands_of(prepared, instance) if prepared is not None else None
    previous = solving.previous_plan(run, instance, prepared.fixed if prepared is not None else {})
    watch = Watch(run)
    params = solving.params_of(run, demands, previous)
    outcome = solving.attempt(instance, params=params, seed=run.seed, stop=watch.stop, progress=watch.progress)
    if outcome.core:
        _infeasible(run, list(outcome.core))
        return
    assert outcome.result is not None
    _keep_result(run, instance, outcome.result, prepared, watch)


def _prepare(run: Run) -> Prepared:
    prepared = preparing.prepare(run.process, run.scenario)
    with transaction.atomic():
        audit.record(
            "plan.input_read",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "households": prepared.counts["households"], "planned": prepared.counts["planned"]},
        )
    return prepared


def _keep_input(run: Run, instance: Any, prepared: Prepared | None) -> None:
    data = keeping.pack_instance(instance)
    run.instance_digest = instances.store(run.process, data)
    said = {"seed": run.seed, "gap": run.gap_wanted, "frozen": run.frozen_until, "stability": run.stability}
    if prepared is not None:
        said |= {"starts": prepared.latest_starts, "openings": prepared.latest_openings}
    if run.previous is not None:
        said["previous"] = run.previous.result_digest
    words = json.dumps(said, sort_keys=True).encode()
    run.input_digest = hashlib.sha256(run.instance_digest.encode() + words).hexdigest()
    run.counts = prepared.counts if prepared is not None else _counts(instance)
    run.keys = prepared.keys if prepared is not None else {}
    run.touched_at = timezone.now()
    run.save(update_fields=["instance_digest", "input_digest", "counts", "keys", "touched_at"])


def _counts(instance: Any) -> dict[str, Any]:
    """What went in of a folder."""
    groups = {}
    for at, key in enumerate(instance.group_ids):
        here = instance.willing & (instance.group == at)
        groups[str(key)] = {"households": int(here.sum()), "persons": int(instance.persons[here].sum())}
    return {
        "households": instance.households,
        "persons": int(instance.persons.sum()),
        "planned": int(instance.willing.sum()),
        "planned_persons": int(instance.persons[instance.willing].sum()),
        "beyond": int((instance.earliest >= instance.periods).sum()),
        "works": instance.projects,
        "groups": groups,
    }


def _infeasible(run: Run, reasons: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        step(
            run,
            R.INFEASIBLE,
            finished_at=timezone.now(),
            reasons=reasons,
            problem=_("The demands of the scenario cannot be met together."),
            remedy=_("Give up one of those named, or change what is assumed."),
        )
        audit.record(
            "plan.run_infeasible",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "demands": len(reasons)},
        )


def _keep_result(run: Run, instance: Any, result: Any, prepared: Prepared | None, watch: Watch) -> None:
    digest = instances.store(run.process, keeping.pack_result(result))
    with transaction.atomic():
        standing = _still_there(run, prepared) if prepared is not None else None
        solving.write(run, instance, result, prepared.projects if prepared is not None else [], standing)
        fields = {
            "households_home": run.households_home,
            "persons_home": run.persons_home,
            "cost": run.cost,
            "result_digest": digest,
            "versions": dict(result.versions),
            "value": result.value,
            "bound": result.bound,
            "gap": result.gap,
            "seconds": result.seconds.get("all", sum(result.seconds.values())),
            "stage": "",
            "stopped_by": str(result.stopped_by)[:40],
            "trace": watch.thinned(),
            "finished_at": timezone.now(),
        }
        step(run, R.STOPPED if watch.stopping else R.SOLVED, **fields)
        audit.record(
            "plan.run_done",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={
                "run": run.ref,
                "input": run.input_digest,
                "value": run.value,
                "bound": run.bound,
                "households": run.households_home,
            },
        )


def _still_there(run: Run, prepared: Prepared) -> dict[str, int]:
    """The households that were not erased while the engine was at work."""
    from wayhome.registry.models import Household

    there = set(Household.objects.of(run.process).values_list("pk", flat=True))
    return {one.key: one.household_id for one in prepared.members if one.household_id in there}
