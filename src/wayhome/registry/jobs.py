"""Background work of the registry, on the database queue."""

from __future__ import annotations

from django_tasks import task


@task()
def link(run_id: int) -> str:
    """Compare the records of a process with the linking engine. Returns the state of the run then."""
    from wayhome.registry.actions.linking import run_now

    return run_now(run_id)


@task()
def retention(process_id: int) -> str:
    """Do what the process set for records whose period of keeping has ended; says what was done."""
    from wayhome.accounts.models import Process
    from wayhome.core.actors import SYSTEM
    from wayhome.registry.actions.retention import run

    ran = run(process=Process.objects.get(pk=process_id), actor=SYSTEM)
    return f"{ran.due} due, {len(ran.erased)} erased, {len(ran.waiting)} waiting"
