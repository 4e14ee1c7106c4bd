"""Approval of a plan by a second person, and planning anew from today with the past as it was."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.plans.actions.running import R, ask_for_run, step
from wayhome.plans.bridge import fitness
from wayhome.plans.models import Approval, PlanAlert, Run


def approve(*, run: Run, actor: Actor, note: str) -> Approval:
    """Approve a run's plan; the plan approved before is superseded and what spoke against it is settled.

    Raises:
        Forbidden: the role does not approve, or the person asked for this run or made its scenario.
        InvalidInput: no reason was given.
        Conflict: the run has no plan, came from a folder, or the plan counts on a place that is closed today.
    """
    require_actor(actor, run.process, Permission.APPROVE_PLAN)
    if actor.user_id is None or actor.user_id in {run.by_id, run.scenario.made_by_id}:
        raise Forbidden(
            _("A plan is approved by a second person."),
            _("Ask a process lead who neither made the scenario nor asked for the run."),
        )
    if run.scenario.imported:
        raise Conflict(_("This plan came from a folder and names nobody on file."), _("Plan with a scenario of this process."))
    if len(note.strip()) < 4:
        raise InvalidInput(
            _("Say why this plan is approved."), _("A few words are enough; they stay with the plan."), field="note"
        )
    affected = fitness.affected(run)
    if affected:
        count = sum(one.households for one in affected)
        raise Conflict(
            ngettext(
                "The plan sends %(n)s household to a place whose gates do not fit it today.",
                "The plan sends %(n)s households to places whose gates do not fit it today.",
                count,
            )
            % {"n": count},
            _("Run the scenario again, then approve the new plan."),
        )
    now = timezone.now()
    with transaction.atomic():
        Process.objects.select_for_update().only("pk").get(pk=run.process_id)  # two approvers are one after the other
        for before in Run.objects.of(run.process).filter(state=R.APPROVED):
            step(before, R.SUPERSEDED)
            Approval.objects.filter(run=before).update(superseded_at=now, superseded_by=run)
            PlanAlert.objects.filter(run=before, resolved_at=None).update(resolved_at=now, resolved_by=run)
            audit.record(
                "plan.superseded",
                actor=actor,
                subject=before,
                process_id=run.process_id,
                detail={"run": before.ref, "by": run.ref},
            )
        step(run, R.APPROVED)
        approval = Approval.objects.create(process=run.process, run=run, by_id=actor.user_id, at=now, note=note.strip()[:500])
        audit.record(
            "plan.approved",
            actor=actor,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "input": run.input_digest, "value": run.value, "bound": run.bound, "note": approval.note},
        )
    return approval


def plan_again(
    *, run: Run, actor: Actor, today: date | None = None, stability: float = 0.05, time_limit: int = 60, seed: int = 1
) -> Run:
    """Plan anew from today: months that are over stay as this plan has them, of the rest as little as possible is moved.

    Raises:
        Conflict: the run has no plan, or its last month is over.
    """
    today = today or timezone.localdate()
    if run.state not in {R.APPROVED, R.SOLVED, R.STOPPED}:
        raise Conflict(_("%(run)s has no plan to go on from.") % {"run": run.ref}, _("Run the scenario."))
    frozen = max(run.scenario.period(today), 0)
    if frozen >= run.scenario.months:
        raise Conflict(_("The last month of this plan is over."), _("Copy the scenario and give the copy a new first month."))
    return ask_for_run(
        scenario=run.scenario,
        actor=actor,
        time_limit=time_limit,
        seed=seed,
        previous=run,
        frozen_until=frozen,
        stability=stability,
    )
