"""Import: a docket file becomes a process here, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from wayhome.accounts.models import Membership, Process, User
from wayhome.accounts.roles import Role
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.dialogue import models as d
from wayhome.dialogue import search
from wayhome.outputs.exchange import FORMAT, VERSION
from wayhome.outputs.exchange.archive import Reader
from wayhome.outputs.exchange.errors import DocketFileError
from wayhome.outputs.exchange.references import inward, mentions_rows
from wayhome.outputs.exchange.schema import TABLES, Columns, Table, columns
from wayhome.outputs.exchange.writing import SETTINGS

Tell = Callable[[str, int], None]


class Incoming:
    """The rows read so far: their names, and what waits until all rows are there."""

    def __init__(self, reader: Reader, process: Process) -> None:
        self.reader, self.process = reader, process
        self.keys: dict[type[models.Model], dict[str, int]] = {}
        self.people: dict[str, User] = {}
        self.instruments = dict(d.Instrument.objects.values_list("key", "pk"))
        self.later: list[tuple[type[models.Model], int, dict[str, Any], str, int]] = []

    def find(self, model: type[models.Model], name: str) -> int | None:
        if model is d.Instrument:
            return self.instruments.get(name)
        return self.keys.get(model, {}).get(name)

    def read_people(self) -> None:
        for number, row in self.reader.rows("tables/people.jsonl"):
            email = row.get("email")
            if not isinstance(email, str) or "@" not in email or len(email) > 254:
                raise DocketFileError(_("A person needs an e-mail."), part="tables/people.jsonl", row=number, field="email")
            user = User.objects.filter(email__iexact=email).first()
            if user is None:
                # Somebody who did things in the docket but has no account here: kept so that who did what stays, without any way in.
                user = User.objects.create_user(email, None, full_name=str(row.get("full_name") or "")[:150], is_active=False)
            self.people[email] = user

    def read_table(self, table: Table) -> int:
        parts = columns(table)
        known = {field.name for field in (*parts.plain, *parts.to_rows, *parts.to_people, *parts.to_instruments, *parts.many)}
        keys = self.keys.setdefault(table.model, {})
        part = f"tables/{table.name}.jsonl"
        count = 0
        for number, row in self.reader.rows(part):
            odd = sorted(set(row) ^ known)
            if odd:
                raise DocketFileError(
                    _("This field is unknown, or missing."),
                    _("Export the docket again with this version."),
                    part=part,
                    row=number,
                    field=odd[0],
                )
            pk, name = self._write(table, parts, row, part, number)
            keys[name or f"{table.name}:{number}"] = pk
            count += 1
        return count

    def _value(self, field: models.Field[Any, Any], value: Any, part: str, number: int) -> Any:
        if isinstance(field, models.JSONField):
            return value
        if isinstance(value, (dict, list)):
            raise DocketFileError(_("A plain value is needed."), part=part, row=number, field=field.name)
        try:
            made = field.to_python(value)
            if made is None and not field.null:
                raise ValidationError("empty")
            if isinstance(made, str) and field.max_length and len(made) > field.max_length:
                raise ValidationError("too long")
            if field.choices and made not in ("", None) and made not in dict(field.flatchoices):
                raise ValidationError("not a choice")
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise DocketFileError(_("This value does not fit."), part=part, row=number, field=field.name) from error
        return made

    def _write(self, table: Table, parts: Columns, row: dict[str, Any], part: str, number: int) -> tuple[int, str]:
        made = table.model()
        if any(field.name == "process" for field in table.model._meta.concrete_fields):
            made.process = self.process  # type: ignore[attr-defined]
        later: dict[str, Any] = {}
        for field in parts.plain:
            value = self._value(field, row[field.name], part, number)
            place = f"{table.name}.{field.name}"
            if isinstance(field, models.JSONField) and mentions_rows(value, place):
                later[field.name] = ("json", value, place)
                value = {}
            setattr(made, field.attname, value)
        for link in parts.to_rows:
            name = row[link.name]
            if name is not None and link.name in table.links:
                later[link.name] = ("row", name, link)
                continue
            setattr(made, link.attname, self._target(link, name, part, number))
        for link in parts.to_people:
            email = row[link.name]
            if email is not None and email not in self.people:
                raise DocketFileError(_("This person is not in people.jsonl."), part=part, row=number, field=link.name)
            setattr(made, link.attname, self.people[email].pk if email is not None else None)
        for link in parts.to_instruments:
            key = row[link.name]
            if key is not None and key not in self.instruments:
                raise DocketFileError(
                    _("This instrument is unknown here: %(key)s.") % {"key": str(key)[:60]},
                    _("Bring the table of instruments up to date, then import again."),
                    part=part,
                    row=number,
                    field=link.name,
                )
            setattr(made, link.attname, self.instruments[key] if key is not None else None)
        try:
            # Raw: the times of the file stand, and no signal takes the row for news.
            made.save_base(raw=True, force_insert=True)
        except (IntegrityError, DataError) as error:
            raise DocketFileError(
                _("This row contradicts another one, or is on file already."),
                _("Export the docket again."),
                part=part,
                row=number,
            ) from error
        for many in parts.many:
            names = row[many.name]
            if not isinstance(names, list):
                raise DocketFileError(_("A list is needed."), part=part, row=number, field=many.name)
            found = [self.find(many.related_model, str(name)) for name in names]
            if None in found:
                raise DocketFileError(_("It names a row that is not in the file."), part=part, row=number, field=many.name)
            through, source, target = many.remote_field.through, many.m2m_field_name(), many.m2m_reverse_field_name()
            through._base_manager.bulk_create([through(**{f"{source}_id": made.pk, f"{target}_id": pk}) for pk in found])
        if later:
            self.later.append((table.model, made.pk, later, part, number))
        return made.pk, str(row.get("uid") or "")

    def _target(self, link: models.ForeignKey[Any, Any], name: Any, part: str, number: int) -> int | None:
        if name is None:
            if not link.null:
                raise DocketFileError(_("This value is missing."), part=part, row=number, field=link.name)
            return None
        pk = self.find(link.related_model, str(name))
        if pk is None:
            raise DocketFileError(
                _("It names a row that is not in the file: %(name)s.") % {"name": str(name)[:60]},
                _("Export the docket again."),
                part=part,
                row=number,
                field=link.name,
            )
        return pk

    def settle(self) -> None:
        """What pointed forward, once everything is there."""
        for model, pk, later, part, number in self.later:
            values: dict[str, Any] = {}
            for field, (kind, value, extra) in later.items():
                if kind == "json":
                    values[field] = inward(value, extra, self.find)
                else:
                    values[f"{field}_id"] = self._target(extra, value, part, number)
            model._base_manager.filter(pk=pk).update(**values)


def free_slug(wanted: str) -> str:
    """The slug, or one like it that no process has."""
    base = slugify(wanted)[:40] or "docket"
    slug, n = base, 1
    while Process.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


def on_file(reader: Reader) -> Process | None:
    """The process that holds this docket already, known by the first row that has a uid."""
    for table in TABLES:
        if not any(field.name == "uid" for field in table.model._meta.concrete_fields):
            continue
        for _number, row in reader.rows(f"tables/{table.name}.jsonl"):
            try:
                held = table.model._base_manager.filter(uid=row.get("uid")).select_related("process").first()
            except (ValidationError, ValueError):
                return None
            return held.process if held is not None else None
    return None


def import_docket(
    handle: IO[bytes], *, actor: Actor, owner: User | None = None, slug: str = "", tell: Tell | None = None
) -> tuple[Process, dict[str, int], bool]:
    """Read a docket file into a process of its own.

    Args:
        owner: becomes the lead of the new process.
        slug: of the new process; the file's own, or one like it, when empty.

    Returns:
        The process, the rows of each table, and whether it is new. A docket that is on file is not changed.

    Raises:
        DocketFileError: names part, row and field; nothing of the file was kept.
    """
    reader = Reader(handle)
    if reader.manifest.get("format") != FORMAT or reader.manifest.get("version") != VERSION:
        raise DocketFileError(
            _("This is not a docket of version %(version)s.") % {"version": VERSION},
            _("Export it with a version of Wayhome that writes this format."),
            part="manifest.json",
        )
    reader.check()
    expected = {f"tables/{table.name}.jsonl" for table in TABLES} | {"tables/people.jsonl"}
    absent = sorted(expected - reader.names)
    if absent:
        raise DocketFileError(_("This part is missing."), _("Export the docket again."), part=absent[0])
    held = on_file(reader)
    if held is not None:
        return held, {}, False
    described = reader.manifest.get("process")
    if not isinstance(described, dict) or set(SETTINGS) - set(described):
        raise DocketFileError(_("It does not describe the process."), _("Export the docket again."), part="manifest.json")
    for name in reader.names:
        if name.startswith("files/"):
            digest = name.removeprefix("files/")
            try:
                files.path_of(digest)
            except ValueError as error:
                raise DocketFileError(_("The name of this part is not allowed."), part=name[:80]) from error
            if files.store(reader.data(name)) != digest:
                raise DocketFileError(_("This file is not the one its name says."), _("Export the docket again."), part=name)
    with transaction.atomic():
        process = _process(described, slug)
        incoming = Incoming(reader, process)
        incoming.read_people()
        counts: dict[str, int] = {}
        for table in TABLES:
            counts[table.name] = incoming.read_table(table)
            if tell:
                tell(table.name, counts[table.name])
        incoming.settle()
        if owner is not None:
            Membership.objects.create(user=owner, process=process, role=Role.PROCESS_LEAD)
        search.index_all(process)
        audit.record("exchange.brought_in", actor=actor, subject=process, process_id=process.pk, detail={"rows": counts})
    return process, counts, True


def _process(described: dict[str, Any], slug: str) -> Process:
    process = Process(
        slug=free_slug(slug or str(described.get("slug") or "docket")), **{name: described[name] for name in SETTINGS}
    )
    # Whether the timeline is public is decided in each installation: a new process is not.
    try:
        process.full_clean()
    except ValidationError as error:
        field, words = next(iter(error.message_dict.items()))
        raise DocketFileError(" ".join(words), part="manifest.json", field=field) from error
    process.save()
    return process
