"""Tables of who does what where, brought in and taken back; places find their areas by P-code or by what people decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict
from wayhome.places.actions.funding import organisation_key
from wayhome.places.importing import presence as reading
from wayhome.places.importing.records import Fault
from wayhome.places.models import Area, Organisation, Presence, PresenceImport
from wayhome.places.queries.matches import resolve_many


@dataclass
class Report:
    """What bringing a table in did, or would do."""

    read: int = 0
    presences: int = 0
    organisations: int = 0
    organisations_new: int = 0
    placed: int = 0
    unplaced: dict[str, int] = field(default_factory=dict)  # place as written to rows
    unknown_sectors: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    known_file: bool = False
    written: bool = False
    source: PresenceImport | None = None


def bring_in(
    *,
    process: Process,
    actor: Actor,
    file_name: str,
    data: bytes,
    made_by: str = "",
    period: str = "",
    good_rows_only: bool = False,
    dry: bool = False,
) -> Report:
    """Read a table and write what it says. With faults nothing is written, unless only the good rows are wanted.

    The same file again changes nothing. Raises: Forbidden; InvalidInput for a file that is no such table; TooLarge.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    digest = hashlib.sha256(data).hexdigest()
    if PresenceImport.objects.of(process).filter(sha256=digest, undone_at=None).exists():
        return Report(known_file=True)
    contents = reading.read(file_name, data)
    report = Report(
        read=contents.read,
        presences=len(contents.rows),
        unknown_sectors=dict(contents.unknown_sectors.most_common(20)),
        left_out=contents.left_out,
        columns=contents.columns,
        faults=contents.faults,
    )
    with transaction.atomic():
        organisations, made = _organisations(process, contents.rows)
        report.organisations, report.organisations_new = len(organisations), len(made)
        areas = _areas(process, contents.rows)
        report.written = not dry and (not report.faults or good_rows_only)
        for row in contents.rows:
            if areas.get(_written(row)) is None:
                words = row.place or row.pcode
                report.unplaced[words] = report.unplaced.get(words, 0) + row.rows
            else:
                report.placed += 1
        if not report.written:
            transaction.set_rollback(True)
            return report
        source = PresenceImport.objects.create(
            process=process,
            number=next_number(PresenceImport, process),
            file_name=file_name[:255],
            sha256=digest,
            source=made_by.strip()[:300],
            period=period.strip()[:60],
            columns={"taken": contents.columns, "made": [row.pk for row in made]},
            rows=contents.read,
            faults=len(report.faults),
            by_id=actor.user_id,
        )
        Presence.objects.bulk_create(
            [
                Presence(
                    process=process,
                    source=source,
                    organisation=organisations[organisation_key(row.organisation)],
                    sector=row.sector,
                    sector_text=row.sector_text,
                    area_id=areas.get(_written(row)),
                    place_text=row.place or row.pcode,
                    within_text=row.within,
                    pcode=row.pcode,
                    status=row.status,
                    activities=row.activities,
                    months=row.months,
                    first_row=row.first,
                    rows=row.rows,
                )
                for row in contents.rows
            ],
            batch_size=500,
        )
        report.source = source
        detail = {
            "table": source.ref,
            "file": source.file_name,
            "sha256": digest,
            "rows": contents.read,
            "faults": len(report.faults),
        }
        audit.record("presence.imported", actor=actor, subject=source, process_id=process.pk, detail=detail)
    return report


def _organisations(process: Process, rows: list[reading.Row]) -> tuple[dict[str, Organisation], list[Organisation]]:
    """The organisations of these rows by key, made where they are new; and those that were made."""
    wanted: dict[str, reading.Row] = {}
    for row in rows:
        key = organisation_key(row.organisation)
        if key not in wanted or (row.kind and not wanted[key].kind):
            wanted[key] = row
    found = {row.key: row for row in Organisation.objects.of(process).filter(key__in=list(wanted))}
    new = [
        Organisation(process=process, name=row.organisation, acronym=row.acronym, kind=row.kind, key=key)
        for key, row in wanted.items()
        if key not in found
    ]
    for key, known in found.items():  # what was not known of an organisation so far is filled in, nothing overwritten
        known.kind, known.acronym = known.kind or wanted[key].kind, known.acronym or wanted[key].acronym
    Organisation.objects.bulk_update(found.values(), ["kind", "acronym"], batch_size=500)
    Organisation.objects.bulk_create(new, batch_size=500)
    made = list(Organisation.objects.of(process).filter(key__in=[row.key for row in new]))
    return found | {row.key: row for row in made}, made


def _written(row: reading.Row) -> tuple[str, str, str]:
    return row.place, row.within, row.pcode


def _areas(process: Process, rows: list[reading.Row]) -> dict[tuple[str, str, str], int | None]:
    """Areas of places: a P-code that one area has, else a decision of a person or what the words mean for certain."""
    places = {_written(row) for row in rows}
    coded: dict[str, list[int]] = {}
    for pk, code in Area.objects.of(process).filter(code__in={code for _p, _w, code in places if code}).values_list("pk", "code"):
        coded.setdefault(code, []).append(pk)
    by_words = {(place, within) for place, within, code in places if place and len(coded.get(code, [])) != 1}
    meant = resolve_many(process, by_words)
    return {
        (place, within, code): coded[code][0]
        if len(coded.get(code, [])) == 1
        else (meant[place, within].best_id if (place, within) in meant else None)
        for place, within, code in places
    }


@transaction.atomic
def undo(*, source: PresenceImport, actor: Actor) -> int:
    """Take a table back: what it said is gone, and organisations that only it named. Says how many presences went.

    Raises: Forbidden; Conflict for one that was taken back already.
    """
    require_actor(actor, source.process, Permission.EDIT_PLACES)
    row = PresenceImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if row.undone_at is not None:
        raise Conflict(_("%(ref)s was taken back already.") % {"ref": row.ref}, _("Bring the file in again."))
    gone, _each = Presence.objects.filter(source=row).delete()
    made = row.columns.get("made", [])
    Organisation.objects.of(row.process).filter(pk__in=made, presences=None, builds=None, pays=None).delete()
    row.undone_at, row.undone_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["undone_at", "undone_by"])
    detail = {"table": row.ref, "file": row.file_name, "presences": gone}
    audit.record("presence.undone", actor=actor, subject=row, process_id=row.process_id, detail=detail)
    return gone
