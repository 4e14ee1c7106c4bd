"""Households: registered, changed, confirmed, kept together as a family. Splits, merges and moves are in `moves`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from wayhome.registry import changes
from wayhome.registry.actions import checks, persons
from wayhome.registry.models import Family, Household, Person
from wayhome.registry.states import Relation

EDITABLE = (
    *("name", "size_stated", "origin_text", "origin", "present_text", "present"),
    *("registered_on", "confirmed_on", "list_name", "list_key", "note"),
)
_LENGTH = {"name": 200, "list_name": 120, "list_key": 80}


def _values(process: Process, given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(given) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    values = {
        name: checks.clean(value, _LENGTH.get(name, 250)) if isinstance(value, str) else value for name, value in given.items()
    }
    if "note" in given:
        values["note"] = str(given["note"] or "").replace("\x00", "").strip()[:4000]
    checks.same_process(process, values.get("origin"), values.get("present"))
    for field in ("registered_on", "confirmed_on"):
        checks.not_in_future(values.get(field), field)
    if values.get("size_stated") is not None and values["size_stated"] > 200:
        raise InvalidInput(_("A household of more than 200 people was stated."), _("Check the number."), field="size_stated")
    return values


def _list_key_free(process: Process, values: Mapping[str, Any], other_than: int | None = None) -> None:
    if values.get("list_key"):
        taken = Household.objects.of(process).filter(list_name=values.get("list_name", ""), list_key=values["list_key"])
        found = taken.exclude(pk=other_than).first()
        if found is not None:
            raise InvalidInput(
                _("This number of the list is on file already, with household %(ref)s.") % {"ref": found.ref},
                _("Open that household, or check the number."),
                field="list_key",
            )


@transaction.atomic
def register(*, process: Process, actor: Actor, members: Iterable[Mapping[str, Any]] = (), **fields: Any) -> Household:
    """A new household with the people who live and decide together.

    Args:
        members: for each person the arguments of `persons.register`; the one with relation "head", or else the first, is head.
        fields: any of `EDITABLE`; the name is the head's family name unless given.

    Raises:
        InvalidInput: two heads, a number of the list that is on file, or what `persons.register` refuses; nothing is kept then.
    """
    checks.may_register(actor, process)
    rows = [dict(member) for member in members]
    heads = [row for row in rows if row.get("relation") == Relation.HEAD]
    if len(heads) > 1:
        raise InvalidInput(
            _("Two people are marked as head."), _("Choose one; every adult still decides alone."), field="relation"
        )
    if rows and not heads:
        rows[0]["relation"] = Relation.HEAD
    values = _values(process, fields)
    _list_key_free(process, values)
    values.setdefault("registered_on", timezone.localdate())
    if not values.get("name") and rows:
        head = next(row for row in rows if row.get("relation") == Relation.HEAD)
        values["name"] = checks.clean(head.get("family_name") or head.get("given_name"), 200)
    household = Household.objects.create(process=process, number=next_number(Household, process), **values)
    for row in rows:
        row.setdefault("origin_text", household.origin_text)
        row.setdefault("origin", household.origin)
        row.setdefault("present_text", household.present_text)
        row.setdefault("present", household.present)
        person = persons.register(process=process, actor=actor, household=household, **row)
        if person.relation == Relation.HEAD:
            household.head = person
    household.save(update_fields=["head"])
    audit.record(
        "household.registered",
        actor=actor,
        subject=household,
        process_id=process.pk,
        detail={"household": household.ref, "people": len(rows)},
    )
    return household


@transaction.atomic
def change(*, household: Household, actor: Actor, reason: str = "", **fields: Any) -> Household:
    """Change fields; what each was before stays in the history. The audit entry names fields, not values."""
    checks.may_register(actor, household.process)
    row = Household.objects.select_for_update(of=("self",)).select_related("process").get(pk=household.pk)
    checks.is_open(row)
    values = _values(row.process, fields)
    _list_key_free(row.process, {"list_name": row.list_name, **values}, row.pk)
    written = changes.apply(row, values, actor=actor, reason=checks.clean(reason))
    if written:
        audit.record(
            "household.changed",
            actor=actor,
            subject=row,
            process_id=row.process_id,
            detail={"household": row.ref, "fields": [line.field for line in written]},
        )
    return row


def confirm(*, household: Household, actor: Actor, on: date | None = None) -> Household:
    """Somebody spoke with the household and what is on file still holds, as of a day (today by default)."""
    return change(
        household=household, actor=actor, confirmed_on=on or timezone.localdate(), reason=_("confirmed with the household")
    )


@transaction.atomic
def add_member(*, household: Household, actor: Actor, relation: str = "", **fields: Any) -> Person:
    """A person registered into a household that is on file. The first one becomes its head."""
    checks.may_register(actor, household.process)
    row = Household.objects.select_for_update(of=("self",)).select_related("process", "origin", "present").get(pk=household.pk)
    checks.is_open(row)
    if relation == Relation.HEAD and row.head_id is not None:
        raise InvalidInput(_("The household has a head already."), _("Choose the relation to the head."), field="relation")
    for name in ("origin_text", "origin", "present_text", "present"):
        fields.setdefault(name, getattr(row, name))
    person = persons.register(process=row.process, actor=actor, household=row, relation=relation, **fields)
    if row.head_id is None and (relation == Relation.HEAD or not row.persons.exclude(pk=person.pk).exists()):
        changes.apply(person, {"relation": Relation.HEAD}, actor=actor)
        changes.apply(row, {"head": person, **({} if row.name else {"name": person.family_name})}, actor=actor)
    return person


@transaction.atomic
def keep_together(*, households: Iterable[Household], actor: Actor, name: str = "", family: Family | None = None) -> Family:
    """Several households of one family: a new family, or more households for one that is on file."""
    rows = list(households)
    if not rows or (family is None and len(rows) < 2):
        raise InvalidInput(_("A family of several households needs two."), _("Choose the other household."), field="other")
    process = rows[0].process
    checks.may_register(actor, process)
    checks.same_process(process, family, *rows)
    family = family or next((row.family for row in rows if row.family_id), None)
    if family is None:
        family = Family.objects.create(
            process=process, number=next_number(Family, process), name=checks.clean(name or rows[0].name, 150)
        )
    for row in rows:
        checks.is_open(row)
        changes.apply(row, {"family": family}, actor=actor)
    audit.record(
        "family.kept_together",
        actor=actor,
        subject=family,
        process_id=process.pk,
        detail={"family": family.ref, "households": [row.ref for row in rows]},
    )
    return family


@transaction.atomic
def leave_family(*, household: Household, actor: Actor) -> None:
    """A household is no longer kept with its family; a family of one ends."""
    checks.may_register(actor, household.process)
    family = household.family
    if family is None:
        raise InvalidInput(_("The household belongs to no family of several households."))
    changes.apply(household, {"family": None}, actor=actor)
    left = list(family.households.all())
    if len(left) < 2:
        for row in left:
            changes.apply(row, {"family": None}, actor=actor)
        family.delete()
    audit.record(
        "family.left",
        actor=actor,
        subject=household,
        process_id=household.process_id,
        detail={"household": household.ref, "family": family.ref},
    )
