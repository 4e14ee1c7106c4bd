"""Instance and plan folders in and out, by the contract. Both list households: taking one out is logged."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.plans import folders, instances
from wayhome.plans.actions.scenarios import MOST_SCENARIOS
from wayhome.plans.bridge import keeping, solving
from wayhome.plans.models import Run, Scenario
from wayhome.plans.models.scenarios import MOST_MONTHS
from wayhome.plans.months import first_of

MOST_HOUSEHOLDS = 100_000


def bring_in(*, process: Process, actor: Actor, name: str, data: bytes, start: date | None = None) -> Scenario:
    """An instance folder, zipped, as a scenario of its own; the folder is kept sealed.

    Raises:
        Forbidden: the role makes no plans.
        InvalidInput: no zip, a hostile one, or too large an instance.
        Flawed: the tables are no instance; every file, row and field is named. Nothing is kept.
    """
    require_actor(actor, process, Permission.PLAN)
    settings, tables, names = folders.unpack(data)
    instance = solving.instance_from(settings, tables, names)
    if instance.periods > MOST_MONTHS:
        raise InvalidInput(
            _("The folder plans %(n)s months, more than %(most)s.") % {"n": instance.periods, "most": MOST_MONTHS},
            _("Use “wayhome plan” for longer ones."),
            field="file",
        )
    if instance.households > MOST_HOUSEHOLDS:
        raise InvalidInput(
            _("The folder has %(n)s households, more than %(most)s.") % {"n": instance.households, "most": MOST_HOUSEHOLDS},
            _("Use “wayhome plan” for larger ones."),
            field="file",
        )
    digest = instances.store(process, keeping.pack_instance(instance))
    title = " ".join(name.split())[:100] or _("Folder")
    with transaction.atomic():
        number = next_number(Scenario, process)
        if Scenario.objects.of(process).count() >= MOST_SCENARIOS:
            raise Conflict(_("There are %(n)s scenarios already.") % {"n": MOST_SCENARIOS})
        if Scenario.objects.of(process).filter(name=title).exists():
            title = f"{title} S-{number:03d}"
        scenario = Scenario.objects.create(
            process=process,
            number=number,
            name=title,
            start=first_of(start or timezone.localdate()),
            months=instance.periods,
            discount=round(min(instance.discount, 1.0), 4),
            fairness_floor=round(instance.fairness_floor, 2),
            families=str(instance.families),
            currency=(instance.currency or "USD")[:3],
            imported_digest=digest,
            imported_name=name[-250:],
            made_by_id=actor.user_id,
        )
        audit.record(
            "plan.imported",
            actor=actor,
            subject=scenario,
            process_id=process.pk,
            detail={
                "scenario": scenario.ref,
                "file": scenario.imported_name,
                "sha256": digest,
                "households": instance.households,
            },
        )
    return scenario


def take_out(*, run: Run, actor: Actor, plan: bool) -> bytes:
    """The instance folder of a run as a zip, or with `plan` its plan folder.

    Raises:
        Forbidden: the role takes no lists of people out.
        Conflict: the run has none.
    """
    require_actor(actor, run.process, Permission.EXPORT_PERSONS)
    if not run.instance_digest or (plan and not run.result_digest):
        raise Conflict(_("%(run)s has no such folder.") % {"run": run.ref}, _("Run the scenario again."))
    with transaction.atomic():
        audit.record(
            "plan.taken_out" if plan else "plan.instance_exported",
            actor=actor,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "sha256": run.result_digest if plan else run.instance_digest},
        )
    if not plan:
        return instances.load(run.process, run.instance_digest)
    return _plan_folder(run)


def _plan_folder(run: Run) -> bytes:
    instance, result = keeping.instance_of(run), keeping.result_of(run)
    starts = [
        (str(key), int(start) if start >= 0 else None)
        for key, start in zip(instance.project_ids, result.plan.starts, strict=True)
    ]
    home = [at for at in range(instance.households) if result.plan.area[at] >= 0]
    returns = {
        "household_id": [str(instance.household_ids[at]) for at in home],
        "area_id": [str(instance.area_ids[result.plan.area[at]]) for at in home],
        "period": [int(result.plan.period[at]) for at in home],
    }
    report = {
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": dict(result.seconds),
        "peak_gib": result.peak_gib,
        "seed": result.seed,
        "versions": dict(result.versions),
        "bound_method": result.bound_method,
        "stopped_by": str(result.stopped_by),
    }
    tables = {
        "starts": {"project_id": [key for key, _start in starts], "start": [start for _key, start in starts]},
        "returns": returns,
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as folder:
        folders.write(folder, "report.json", folders.json_text(report))
        for name, table in tables.items():
            folders.write(folder, f"{name}.csv", folders.table_text(table))
    return sink.getvalue()
