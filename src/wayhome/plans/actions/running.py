"""Runs: asked for by a person, done in the background, followed live, stopped with the best plan kept."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.plans.actions.scenarios import BASICS
from wayhome.plans.models import Run, Scenario
from wayhome.plans.states import RUN_STEPS, UNDER_WAY, RunState

R = RunState
LONGEST = 1800  # seconds
MOST_WAITING = 5  # runs of a process that wait or are solved
STALE_SECONDS = 120  # without a sign of life the work counts as interrupted
WRITE_EVERY = 1.0  # seconds between two looks at the database while solving


def step(run: Run, to: RunState, **fields: Any) -> None:
    """Move a run on by the one table of steps; the caller's transaction. Whoever comes second finds it moved.

    Raises:
        Conflict: the table knows no such step from where the run is.
    """
    allowed = [state for state, following in RUN_STEPS.items() if to in following]
    moved = Run.objects.filter(pk=run.pk, state__in=allowed).update(state=to, **fields)
    run.refresh_from_db()
    if not moved:
        raise Conflict(
            _("%(run)s is in the state “%(state)s”, which does not allow this step.")
            % {"run": run.ref, "state": run.get_state_display()},
            _("Look at its page again."),
        )


def ask_for_run(
    *,
    scenario: Scenario,
    actor: Actor,
    time_limit: int = 60,
    gap: float = 0.01,
    seed: int = 1,
    previous: Run | None = None,
    frozen_until: int = 0,
    stability: float = 0.05,
) -> Run:
    """Queue a run of a scenario as it stands now.

    Args:
        time_limit: seconds at most, 5 to 1800.
        gap: near enough to the best possible to stop (0.01 is one per cent).
        previous: the plan that is planned anew; periods before `frozen_until` stay as they were in it.
        stability: share of the households not concerned that may be moved.

    Raises:
        Forbidden: the role makes no plans.
        InvalidInput: a limit out of range.
        Conflict: the same run waits already, or too many do.
    """
    from wayhome.plans import jobs

    process = scenario.process
    require_actor(actor, process, Permission.PLAN)
    if not 5 <= time_limit <= LONGEST:
        raise InvalidInput(_("A run takes 5 to %(n)s seconds.") % {"n": LONGEST}, field="time_limit")
    if not 0 <= gap < 1 or not 0 <= stability <= 1:
        raise InvalidInput(_("A share lies between 0 and 1."), field="gap")
    if not 0 <= seed < 2**31:
        raise InvalidInput(_("A seed is a number from 0 to 2,147,483,647."), field="seed")
    if frozen_until and previous is None:
        raise InvalidInput(_("Only a plan that there is can stay as it was."), field="frozen_until")
    with transaction.atomic():
        number = next_number(Run, process)  # locks the process row: two askers are one after the other
        waiting = Run.objects.of(process).filter(state__in=UNDER_WAY)
        if waiting.filter(scenario=scenario).exists():
            raise Conflict(_("A run of this scenario is under way."), _("Wait until it is done, or stop it."))
        if waiting.count() >= MOST_WAITING:
            raise Conflict(_("%(n)s runs are under way.") % {"n": MOST_WAITING}, _("Wait until one of them is done."))
        run = Run.objects.create(
            process=process,
            number=number,
            scenario=scenario,
            start=scenario.start,
            months=scenario.months,
            seed=seed,
            time_limit=time_limit,
            gap_wanted=gap,
            stability=stability if previous is not None else 0.0,
            previous=previous,
            frozen_until=frozen_until,
            assumed={name: str(getattr(scenario, name)) for name in BASICS} | {"scenario": scenario.ref},
            by_id=actor.user_id,
        )
        audit.record(
            "plan.run_asked",
            actor=actor,
            subject=run,
            process_id=process.pk,
            detail={
                "run": run.ref,
                "scenario": scenario.ref,
                "seed": seed,
                "seconds": time_limit,
                "previous": previous.ref if previous else "",
                "frozen": frozen_until,
            },
        )
        transaction.on_commit(lambda: jobs.solve.enqueue(run.pk))
    return run


def stop(*, run: Run, actor: Actor) -> None:
    """Stop a run and keep the best plan so far; one that still waits is given up."""
    require_actor(actor, run.process, Permission.PLAN)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if run.state == R.QUEUED:
            step(run, R.FAILED, finished_at=timezone.now(), problem=_("It was stopped before it began."), remedy="")
        elif run.state == R.SOLVING:
            Run.objects.filter(pk=run.pk).update(stop_asked=True)
        else:
            raise Conflict(_("%(run)s is no longer under way.") % {"run": run.ref}, _("Look at its page again."))
        audit.record("plan.stop_asked", actor=actor, subject=run, process_id=run.process_id, detail={"run": run.ref})


def interrupted(run: Run) -> bool:
    """Whether solving began and gave no sign of life for a while."""
    if run.state != R.SOLVING:
        return False
    return run.touched_at is None or (timezone.now() - run.touched_at).total_seconds() > STALE_SECONDS


def resume(*, run: Run, actor: Actor) -> None:
    """Queue an interrupted run once more; it begins anew."""
    from wayhome.plans import jobs

    require_actor(actor, run.process, Permission.PLAN)
    if not interrupted(run):
        raise Conflict(_("%(run)s is not interrupted.") % {"run": run.ref}, _("Look at its page again."))
    with transaction.atomic():
        step(run, R.QUEUED, touched_at=None, trace=[], stop_asked=False)
        audit.record(
            "plan.run_asked", actor=actor, subject=run, process_id=run.process_id, detail={"run": run.ref, "again": True}
        )
        transaction.on_commit(lambda: jobs.solve.enqueue(run.pk))


class Watch:
    """What the engine tells while it solves, written to the run now and then; and whether somebody asked it to stop."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.trace: list[list[float]] = []
        self._wrote = 0.0
        self.stopping = False

    def stop(self) -> bool:
        """Asked often, and by threads of the engine: it looks at no database, `progress` does."""
        return self.stopping

    def progress(self, at: Any) -> None:
        bound = at.bound if at.bound < float("inf") else None
        point = [round(at.seconds, 1), at.value, bound]
        if not self.trace or self.trace[-1][1:] != point[1:]:
            self.trace.append(point)
        now = time.monotonic()
        if now - self._wrote < WRITE_EVERY:
            return
        self._wrote = now
        Run.objects.filter(pk=self.run.pk).update(
            stage=str(at.stage)[:60],
            seconds=at.seconds,
            value=at.value,
            bound=bound,
            gap=at.gap if bound is not None else None,
            trace=self.thinned(),
            touched_at=timezone.now(),
        )
        self.stopping = self.stopping or Run.objects.filter(pk=self.run.pk, stop_asked=True).exists()

    def thinned(self, most: int = 300) -> list[list[float]]:
        """The course of the run in at most so many points, the last one among them."""
        if len(self.trace) <= most:
            return self.trace
        stride = len(self.trace) / most
        return [self.trace[int(n * stride)] for n in range(most - 1)] + [self.trace[-1]]


def run_now(run_id: int) -> str:
    """Do a queued run. Returns its state; what is wrong is kept with its words and raises nothing, a fault of the program does."""
    from wayhome.plans.actions import solving

    run = Run.objects.select_related("process", "scenario", "previous").get(pk=run_id)
    if run.state != R.QUEUED:
        return run.state
    try:
        with transaction.atomic():
            step(run, R.SOLVING, started_at=timezone.now(), touched_at=timezone.now(), stage="prepare")
    except Conflict:
        return run.state
    try:
        solving.solve(run)
    except Exception:
        fail(
            run,
            _("The run stopped unexpectedly."),
            _("The approved plan is untouched. Try again, or tell the operator its number."),
        )
        raise
    run.refresh_from_db()
    return run.state


def fail(run: Run, problem: str, remedy: str = "", problems: list[dict[str, Any]] | None = None, **fields: Any) -> None:
    """A run ends without a plan."""
    with transaction.atomic():
        step(
            run,
            R.FAILED,
            finished_at=timezone.now(),
            problem=str(problem)[:500],
            remedy=str(remedy)[:500],
            problems=problems or [],
            **fields,
        )
        audit.record(
            "plan.failed",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "problem": str(problem)[:300]},
        )
