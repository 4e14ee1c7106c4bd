"""Putting a communication into the thread of the one it answers."""

from __future__ import annotations

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.models import Communication


def join_thread(communication: Communication, earlier: Communication, *, actor: Actor) -> None:
    """Say that `communication` answers `earlier`; what already hung on it comes along. Call inside a transaction.

    Raises:
        InvalidInput: the two are one, belong to different processes, or `earlier` itself answers this one.
    """
    from django.utils.translation import gettext as _

    if communication.pk == earlier.pk or communication.process_id != earlier.process_id:
        raise InvalidInput(_("A communication answers another one of the same process."), field="in_reply_to")
    above, steps = earlier.in_reply_to_id, 0
    while above is not None and steps < 1_000:
        if above == communication.pk:
            raise InvalidInput(
                _("%(earlier)s already answers %(this)s.") % {"earlier": earlier.ref, "this": communication.ref},
                field="in_reply_to",
            )
        above = Communication.objects.filter(pk=above).values_list("in_reply_to_id", flat=True).first()
        steps += 1
    root = earlier.thread or earlier.uid
    if earlier.thread is None:
        Communication.objects.filter(pk=earlier.pk).update(thread=root)
        earlier.thread = root
    if communication.in_reply_to_id == earlier.pk and communication.thread == root:
        return
    if communication.thread == communication.uid:
        Communication.objects.filter(process_id=communication.process_id, thread=communication.uid).update(thread=root)
    Communication.objects.filter(pk=communication.pk).update(in_reply_to=earlier, thread=root)
    communication.in_reply_to, communication.thread = earlier, root
    audit.record(
        "communication.threaded",
        actor=actor,
        subject=communication,
        process_id=communication.process_id,
        detail={"ref": communication.ref, "answers": earlier.ref},
    )
