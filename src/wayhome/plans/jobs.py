"""Background work of plans, on the database queue."""

from __future__ import annotations

from django_tasks import task


@task()
def solve(run_id: int) -> str:
    """Solve a queued run. Returns its state then."""
    from wayhome.plans.actions.running import run_now

    return run_now(run_id)


@task()
def answer(question_id: int) -> str:
    """Answer a question to a plan by planning again. Returns its state then."""
    from wayhome.plans.actions.asking import answer_now

    return answer_now(question_id)


@task()
def study(study_id: int) -> str:
    """Carry out a study of a plan. Returns its state then."""
    from wayhome.plans.actions.studying import study_now

    return study_now(study_id)
