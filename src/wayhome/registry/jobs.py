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


@task()
def check_list(import_id: int) -> str:
    """The dry run of a list. Returns the state of the import then."""
    from wayhome.registry.actions.import_work import check_now

    return check_now(import_id)


@task()
def commit_list(import_id: int) -> str:
    """Bring in the good rows of a list, from where it was. Returns the state of the import then."""
    from wayhome.registry.actions.import_work import commit_now

    return commit_now(import_id)


@task()
def undo_list(import_id: int) -> str:
    """Take back what an import brought in. Returns the state of the import then."""
    from wayhome.registry.actions.undoing import undo_now

    return undo_now(import_id)


@task()
def resolve_places(import_id: int) -> int:
    """Give the people of an import the areas that their words for places mean, as far as that is certain. Returns how many words."""
    from wayhome.registry.actions.import_places import resolve_now

    return resolve_now(import_id)
