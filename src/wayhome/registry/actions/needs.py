"""Specific needs by code, health and protection notes: sealed as soon as they are written."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.actions import checks
from wayhome.registry.models import Person, SealedValue, SpecificNeed
from wayhome.registry.needs import table
from wayhome.registry.sealing import Sealer
from wayhome.registry.states import SealedKind

NOTES = (SealedKind.HEALTH, SealedKind.PROTECTION)


def _mark(person: Person) -> None:
    """A person with anything sealed about needs, health or protection is sensitive."""
    kinds = (SealedKind.NEED, *NOTES)
    sensitive = SealedValue.objects.filter(person=person, kind__in=kinds).exists()
    Person.objects.filter(pk=person.pk).update(sensitive=sensitive)
    person.sensitive = sensitive


@transaction.atomic
def record(*, person: Person, actor: Actor, code: str, since: date | None = None, until: date | None = None) -> SpecificNeed:
    """Record a need. Which one it is, is sealed; that there is one, is not.

    Raises:
        InvalidInput: no such code, or it is on file and has not ended.
    """
    checks.may_register(actor, person.process)
    if code not in table():
        raise InvalidInput(
            _("“%(code)s” is no code of the table.") % {"code": code[:20]}, _("Choose one of the list."), field="code"
        )
    checks.not_in_future(since, "since")
    if since and until and until < since:
        raise InvalidInput(_("The need would end before it begins."), _("Check both dates."), field="until")
    sealer = Sealer(person.process)
    digest = sealer.digest(code, SealedKind.NEED)
    if SpecificNeed.objects.filter(person=person, code__digest=digest, until=None).exists():
        raise InvalidInput(_("This need is on file already."), _("End the earlier entry first."), field="code")
    need = SpecificNeed.objects.create(person=person, code=sealer.seal(person, SealedKind.NEED, code), since=since, until=until)
    _mark(person)
    audit.record("need.recorded", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref})
    return need


@transaction.atomic
def end(*, need: SpecificNeed, actor: Actor, on: date | None = None) -> SpecificNeed:
    """The need ended on a day; it stays on file."""
    person = need.person
    checks.may_register(actor, person.process)
    on = on or timezone.localdate()
    if need.until is not None and need.until <= timezone.localdate():
        raise Conflict(_("This need ended already."))
    if need.since and on < need.since:
        raise InvalidInput(_("The need would end before it begins."), _("Check the date."), field="until")
    need.until = on
    need.save(update_fields=["until"])
    audit.record("need.ended", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref})
    return need


@transaction.atomic
def remove(*, need: SpecificNeed, actor: Actor) -> None:
    """Recorded in error: the sealed code goes."""
    person = need.person
    checks.may_register(actor, person.process)
    need.code.delete()  # the need goes with its code
    _mark(person)
    audit.record("need.removed", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref})


@transaction.atomic
def write_note(*, person: Person, actor: Actor, kind: str, text: str) -> SealedValue:
    """A health or protection note, sealed. A later one stands beside it."""
    checks.may_register(actor, person.process)
    if kind not in NOTES:
        raise InvalidInput(_("Choose health or protection."), field="kind")
    sealed = Sealer(person.process).seal(person, SealedKind(kind), text.replace("\x00", "").strip()[:4000])
    _mark(person)
    audit.record(
        "note.sealed", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref, "kind": kind}
    )
    return sealed


@transaction.atomic
def remove_note(*, note: SealedValue, actor: Actor) -> None:
    """Take a health or protection note away."""
    person = note.person
    checks.may_register(actor, person.process)
    if note.kind not in NOTES:
        raise InvalidInput(_("This is not a note."))
    kind = note.kind
    note.delete()
    _mark(person)
    audit.record(
        "note.removed", actor=actor, subject=person, process_id=person.process_id, detail={"person": person.ref, "kind": kind}
    )
