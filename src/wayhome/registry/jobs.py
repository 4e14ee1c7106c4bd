"""Background work of the registry, on the database queue."""

from __future__ import annotations

from django_tasks import task


@task()
def link(run_id: int) -> str:
    """Compare the records of a process with the linking engine. Returns the state of the run then."""
    from wayhome.registry.actions.linking import run_now

    return run_now(run_id)
