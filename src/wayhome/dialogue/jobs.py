"""Background work of the dialogue room, on the database queue. The worker is `python -m wayhome.manage db_worker`.

Where no worker is wanted (tests, a one-off command) the setting `TASKS` names the immediate backend: `enqueue` then reads at once.
"""

from __future__ import annotations

from django_tasks import task


@task(queue_name="reading")
def read(document_id: int) -> str:
    """Read one document with the engine and write what was found. Returns the state it is in then."""
    from wayhome.dialogue.actions.reading import read_now

    return read_now(document_id)
