"""Export: the docket of a process as one file. The same docket gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import IO, Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from wayhome.accounts.models import Process, User
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.dialogue import models as d
from wayhome.outputs.exchange import FORMAT, VERSION
from wayhome.outputs.exchange.archive import Writer, line
from wayhome.outputs.exchange.references import outward
from wayhome.outputs.exchange.schema import BY_MODEL, TABLES, Table, columns

SETTINGS = (
    "name", "language", "calendar", "answer_days", "soon_days", "long_overdue_days", "public_lede", "is_demo",
)  # fmt: skip
Tell = Callable[[str, int], None]


def rows_of(table: Table, process: Process) -> QuerySet[Any]:
    """The rows of a table that belong to a process, in the order of the file."""
    manager = table.model._base_manager
    if table.path:
        found = manager.filter(**{table.path: process})
    else:  # belongs to an ask or to a commitment
        found = manager.filter(Q(ask__process=process) | Q(commitment__process=process))
    return found.order_by("pk")


class Names:
    """Names of rows by primary key; of a table at a time, so that memory grows with the number of rows and not their size."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._known: dict[type[models.Model], dict[int, str]] = {}
        self._instruments = dict(d.Instrument.objects.values_list("pk", "key"))
        self.people: dict[int, str] = {}

    def of(self, model: type[models.Model], pk: int) -> str | None:
        """The name of a row, None when the file does not hold it."""
        if model is d.Instrument:
            return self._instruments.get(pk)
        if model not in self._known:
            table = BY_MODEL[model]
            rows = rows_of(table, self.process)
            if any(field.name == "uid" for field in model._meta.concrete_fields):
                self._known[model] = {key: str(uid) for key, uid in rows.values_list("pk", "uid")}
            else:
                self._known[model] = {
                    key: f"{table.name}:{n}" for n, key in enumerate(rows.values_list("pk", flat=True).iterator(), start=1)
                }
        return self._known[model].get(pk)

    def person(self, pk: int | None) -> str | None:
        """A person by the e-mail of the account."""
        if pk is None:
            return None
        if pk not in self.people:
            self.people[pk] = User.objects.values_list("email", flat=True).get(pk=pk)
        return self.people[pk]


def plain(value: Any) -> Any:
    """A field's value as JSON holds it; times with all their digits."""
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if value.__class__.__name__ == "UUID" else value


def row_of(table: Table, row: Any, names: Names) -> dict[str, Any]:
    """A row as the file holds it."""
    parts = columns(table)
    made: dict[str, Any] = {}
    for field in parts.plain:
        value = getattr(row, field.attname)
        if isinstance(field, models.JSONField):
            value = outward(value, f"{table.name}.{field.name}", names.of)
        made[field.name] = plain(value)
    for link in parts.to_rows:
        pk = getattr(row, link.attname)
        made[link.name] = names.of(link.related_model, pk) if pk is not None else None
    for link in parts.to_people:
        made[link.name] = names.person(getattr(row, link.attname))
    for link in parts.to_instruments:
        pk = getattr(row, link.attname)
        made[link.name] = names.of(d.Instrument, pk) if pk is not None else None
    return made


def _many(table: Table, process: Process, names: Names) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    for field in columns(table).many:
        through = field.remote_field.through
        source, target = field.m2m_field_name() + "_id", field.m2m_reverse_field_name() + "_id"
        pairs = through._base_manager.filter(**{f"{field.m2m_field_name()}__in": rows_of(table, process).values("pk")})
        for left, right in pairs.values_list(source, target).iterator():
            name = names.of(field.related_model, right)
            if name is not None:
                found.setdefault(left, {}).setdefault(field.name, []).append(name)
    return found


def table_lines(table: Table, process: Process, names: Names) -> Iterator[bytes]:
    """The rows of a table as lines."""
    many = _many(table, process, names)
    fields = [field.name for field in columns(table).many]
    for row in rows_of(table, process).iterator(chunk_size=500):
        made = row_of(table, row, names)
        for field in fields:
            made[field] = sorted(many.get(row.pk, {}).get(field, []))
        yield line(made)


def export(process: Process, handle: IO[bytes], *, actor: Actor, tell: Tell | None = None) -> dict[str, int]:
    """Write the whole docket to `handle`; the number of rows of each table.

    The caller has checked `Permission.EXPORT`, and `VIEW_RESTRICTED` when the docket holds restricted documents: a docket is
    whole or not at all, since a part of it could not be read back to the same state.
    """
    with transaction.atomic():
        names = Names(process)
        writer = Writer(handle)
        counts: dict[str, int] = {}
        for table in TABLES:
            counts[table.name] = writer.add(f"tables/{table.name}.jsonl", table_lines(table, process, names))
            if tell:
                tell(table.name, counts[table.name])
        people = User.objects.filter(pk__in=names.people).order_by("email").values_list("email", "full_name")
        writer.add("tables/people.jsonl", (line({"email": email, "full_name": name}) for email, name in people))
        missing = []
        digests = d.Document.objects.filter(process=process).order_by("sha256").values_list("sha256", flat=True).distinct()
        for digest in digests:
            if files.path_of(digest).exists():
                writer.add(f"files/{digest}", iter([files.load(digest)]))
            else:
                missing.append(digest)
        from wayhome.outputs.exchange import derived

        for name, chunks in derived.parts(process):
            writer.add(f"views/{name}", chunks)
        writer.close(
            {
                "format": FORMAT,
                "version": VERSION,
                "process": {"slug": process.slug, **{name: getattr(process, name) for name in SETTINGS}},
                "rows": counts,
                "missing_files": missing,
            }
        )
        audit.record("exchange.taken_out", actor=actor, subject=process, process_id=process.pk, detail={"rows": counts})
    return counts
