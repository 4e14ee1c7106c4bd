"""History: what was changed field by field, and the audit log's lines about a record, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.core.audit_words import words_for
from wayhome.core.models import AuditEntry
from wayhome.places.queries.areas import labels
from wayhome.registry.models import FieldChange, Household, Person

_READS = ("person.read", "household.read", "sealed.found")
HIDDEN = ("name_key", "phone_key", "row_digest", "photo", "birth_from", "birth_to", "birth_precision", "merged_into")
_AREAS = ("origin", "present")
_RECORDS: dict[str, type[Any]] = {"household": Household, "head": Person}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit log."""

    at: datetime
    who: str
    what: str
    about: str
    digest: str


def lines(process: Process, *, household: Household | None = None, persons: Iterable[Person] = (), most: int = 12) -> list[Line]:
    """The latest lines about a household and persons, readings left out. One query."""
    named = {str(person.pk): person.ref for person in persons}
    about = Q(subject_type="registry.person", subject_id__in=list(named))
    if household is not None:
        about |= Q(subject_type="registry.household", subject_id=str(household.pk))
    entries = AuditEntry.objects.filter(about, process_id=process.pk).exclude(action__in=_READS).order_by("-seq")[:most]
    return [
        Line(
            entry.at,
            entry.actor_label,
            words_for(entry.action),
            named.get(entry.subject_id, "") if entry.subject_type == "registry.person" else "",
            f"{entry.digest[:4]} {entry.digest[4:8]}",
        )
        for entry in entries
    ]


def readings(record: Person | Household) -> int:
    """How often the record's page was read."""
    return AuditEntry.objects.filter(
        subject_type=record._meta.label_lower, subject_id=str(record.pk), action__in=_READS[:2]
    ).count()


@dataclass(frozen=True, slots=True)
class Changed:
    """One field changed, in words."""

    field: Any
    before: str
    after: str
    at: datetime
    who: str
    reason: str


def _field_words(model: type[Any], name: str) -> Any:
    try:
        words = model._meta.get_field(name).verbose_name
    except LookupError:
        return name
    return {"origin": _("place of origin"), "present": _("present place"), "head": _("head"), "closed_on": _("closed on")}.get(
        name, words
    )


def changed(record: Person | Household, *, most: int = 30) -> list[Changed]:
    """The latest changes of fields, with the names of areas and the numbers of households. At most five queries."""
    own = {"person": record} if isinstance(record, Person) else {"household": record}
    rows = list(FieldChange.objects.filter(**own).exclude(field__in=HIDDEN)[:most])
    model = type(record)
    areas = labels(
        record.process, {int(v) for row in rows if row.field in _AREAS for v in (row.before, row.after) if v.isdigit()}
    )
    records: dict[str, dict[int, Any]] = {}
    for name, other in _RECORDS.items():
        ids = {int(v) for row in rows if row.field == name for v in (row.before, row.after) if v.isdigit()}
        records[name] = other.objects.in_bulk(ids) if ids else {}

    def words(field: str, value: str) -> str:
        if not value:
            return ""
        if field in _AREAS:
            return areas.get(int(value), "") if value.isdigit() else value
        if field in records:
            found = records[field].get(int(value)) if value.isdigit() else None
            return found.ref if found is not None else ""
        if model._meta.get_field(field).get_internal_type() == "DateField":
            return str(date_format(date.fromisoformat(value), "j M Y"))
        choices = dict(getattr(model._meta.get_field(field), "flatchoices", []) or [])
        return str(choices.get(value, value))

    return [
        Changed(
            _field_words(model, row.field),
            words(row.field, row.before),
            words(row.field, row.after),
            row.at,
            row.by_label,
            row.reason,
        )
        for row in rows
    ]
