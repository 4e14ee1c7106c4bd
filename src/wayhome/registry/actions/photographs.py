"""Photographs of persons: off until the process's data protection officer switches them on."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, InvalidInput, TooLarge
from wayhome.registry import changes
from wayhome.registry.actions import checks
from wayhome.registry.actions.retention import settings_of
from wayhome.registry.models import Person

MOST_BYTES = 2_000_000
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def kind_of(data: bytes) -> str:
    """`image/jpeg`, `image/png`, or nothing."""
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")


@transaction.atomic
def put(*, person: Person, actor: Actor, data: bytes) -> Person:
    """Keep a photograph of a person, where the process allows photographs at all.

    Raises:
        Forbidden: photographs are off. TooLarge: over 2 MB. InvalidInput: neither JPEG nor PNG.
    """
    checks.may_register(actor, person.process)
    if not settings_of(person.process).photographs:
        raise Forbidden(
            _("This process keeps no photographs."), _("The data protection officer can switch them on under “Privacy”.")
        )
    if len(data) > MOST_BYTES:
        raise TooLarge(_("The photograph is larger than 2 MB."), _("Take a smaller one."))
    if not kind_of(data):
        raise InvalidInput(_("This is neither a JPEG nor a PNG picture."), _("Choose another file."), field="photo")
    changes.apply(person, {"photo": files.store(data)}, actor=actor)
    audit.record(
        "person.photograph_put", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref}
    )
    return person


@transaction.atomic
def remove(*, person: Person, actor: Actor) -> Person:
    """Take the photograph away; the file goes unless another record holds the same."""
    checks.may_register(actor, person.process)
    photo = person.photo
    changes.apply(person, {"photo": ""}, actor=actor)
    audit.record(
        "person.photograph_removed", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref}
    )
    if photo and not Person.objects.filter(photo=photo).exists():
        transaction.on_commit(lambda: files.path_of(photo).unlink(missing_ok=True))
    return person
