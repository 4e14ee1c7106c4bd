"""Persons: registered, changed, named in other scripts, their status on a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry import changes, naming
from wayhome.registry.actions import checks
from wayhome.registry.births import Birth
from wayhome.registry.models import Household, Person, PersonName, StatusRecord
from wayhome.registry.states import DisplacementStatus, NameKind

NAMES = ("given_name", "patronymic", "family_name")
EDITABLE = (
    *NAMES,
    *("sex", "birth_from", "birth_to", "birth_precision", "birth_text", "died_on"),
    *("origin_text", "origin", "present_text", "present", "phone", "list_name", "list_key", "retain_until"),
)
_LENGTH = {
    "given_name": 150,
    "patronymic": 150,
    "family_name": 150,
    "phone": 40,
    "list_name": 120,
    "list_key": 80,
    "birth_text": 60,
}


def _values(process: Process, given: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values of editable fields, with the keys that follow from them."""
    unknown = set(given) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    values = {
        name: checks.clean(value, _LENGTH.get(name, 250)) if isinstance(value, str) else value for name, value in given.items()
    }
    checks.same_process(process, values.get("origin"), values.get("present"))
    checks.not_in_future(values.get("died_on"), "died_on")
    if "phone" in values:
        values["phone_key"] = checks.phone_key(values["phone"])
    return values


def _check_life(person: Person) -> None:
    if person.died_on and person.birth_from and person.died_on < person.birth_from:
        raise InvalidInput(
            _("%(ref)s would have died before being born.") % {"ref": person.ref or _("This person")},
            _("Check both dates."),
            field="died_on",
        )


@transaction.atomic
def register(
    *,
    process: Process,
    actor: Actor,
    birth: Birth | None = None,
    household: Household | None = None,
    relation: str = "",
    status: str = "",
    status_on: date | None = None,
    **fields: Any,
) -> Person:
    """A new record of a person, with a number of its own.

    Args:
        fields: any of `EDITABLE`; at least one part of a name is needed.

    Raises:
        Forbidden, InvalidInput: no name at all, a date in the future, a record of another process.
    """
    checks.may_register(actor, process)
    checks.same_process(process, household)
    values = _values(process, {**fields, **(birth.fields() if birth else {})})
    if not any(values.get(name) for name in NAMES):
        raise InvalidInput(_("A person needs a name."), _("Write at least one part of it, in any script."), field="given_name")
    if household is not None:
        checks.is_open(household)
    checks.not_in_future(status_on, "status_on")
    person = Person(process=process, number=next_number(Person, process), household=household, relation=relation, **values)
    _check_life(person)
    person.name_key = naming.key_of(person.given_name, person.patronymic, person.family_name)
    if status:
        person.status, person.status_on = status, status_on or timezone.localdate()
    person.save()
    if status:
        StatusRecord.objects.create(person=person, status=status, on=person.status_on)
    naming.index([person])
    audit.record(
        "person.registered",
        actor=actor,
        subject=person,
        process_id=process.pk,
        detail={"person": person.ref, **({"household": household.ref} if household else {})},
    )
    return person


@transaction.atomic
def change(*, person: Person, actor: Actor, reason: str = "", on_request: bool = False, **fields: Any) -> Person:
    """Change fields, or set them right on the person's request; what each was before stays in the history.

    The audit entry names the fields, never their values.
    """
    checks.may_register(actor, person.process)
    row = Person.objects.select_for_update(of=("self",)).select_related("process").get(pk=person.pk)
    values = _values(row.process, fields)
    named = {name: values.get(name, getattr(row, name)) for name in NAMES}
    if not any(named.values()):
        raise InvalidInput(_("A person needs a name."), _("Write at least one part of it, in any script."), field="given_name")
    if set(NAMES) & set(values):
        values["name_key"] = naming.key_of(*named.values())
    written = changes.apply(row, values, actor=actor, reason=checks.clean(reason))
    _check_life(row)
    if not written:
        return row
    names = [line.field for line in written if not line.field.endswith("_key") or line.field == "list_key"]
    if set(NAMES) & set(names):
        naming.index([row])
    audit.record(
        "person.rectified" if on_request else "person.changed",
        actor=actor,
        subject=row,
        process_id=row.process_id,
        detail={"person": row.ref, "fields": names},
    )
    return row


@transaction.atomic
def add_name(*, person: Person, actor: Actor, kind: str = NameKind.OTHER_SCRIPT, language: str = "", **parts: str) -> PersonName:
    """Another name: in another script, former, at birth, or what people call them."""
    checks.may_register(actor, person.process)
    named = {name: checks.clean(parts.get(name), 150) for name in NAMES}
    if not any(named.values()):
        raise InvalidInput(_("A name needs at least one part."), _("Write it in any script."), field="given_name")
    if person.names.count() >= 20:
        raise InvalidInput(_("Twenty other names are on file already."), _("Take one away first."))
    name = PersonName.objects.create(
        person=person, kind=kind, language=checks.clean(language, 8), name_key=naming.key_of(*named.values()), **named
    )
    naming.index([person])
    audit.record(
        "person.name_added",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "kind": kind},
    )
    return name


@transaction.atomic
def remove_name(*, name: PersonName, actor: Actor) -> None:
    """Take another name away."""
    person = name.person
    checks.may_register(actor, person.process)
    kind = name.kind
    name.delete()
    naming.index([Person.objects.select_related("process").get(pk=person.pk)])
    audit.record(
        "person.name_removed",
        actor=actor,
        subject=person,
        process_id=person.process_id,
        detail={"person": person.ref, "kind": kind},
    )


@transaction.atomic
def set_status(*, person: Person, actor: Actor, status: str, on: date, basis: str = "") -> StatusRecord:
    """The person's displacement status on a date. The latest date is the present one; earlier ones stay on file."""
    checks.may_register(actor, person.process)
    checks.not_in_future(on, "on")
    if status not in DisplacementStatus.values:
        raise InvalidInput(_("There is no such status."), _("Choose one of the list."), field="status")
    record = StatusRecord.objects.create(person=person, status=status, on=on, basis=checks.clean(basis))
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    latest = row.statuses.order_by("-on", "-id")[0]
    changes.apply(row, {"status": latest.status, "status_on": latest.on}, actor=actor, reason=checks.clean(basis))
    audit.record(
        "person.status_set",
        actor=actor,
        subject=row,
        process_id=row.process_id,
        detail={"person": row.ref, "status": status, "on": on.isoformat()},
    )
    return record
