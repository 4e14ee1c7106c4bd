"""Bring a gazetteer in: all of a file or nothing, the same file twice changes nothing, what people added by hand stays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.engines.boundaries import Options
from wayhome.places.actions.outlines import write_outlines
from wayhome.places.importing.columns import Columns, Said
from wayhome.places.importing.reading import read
from wayhome.places.importing.records import Contents, Fault, NewArea
from wayhome.places.models import Area, AreaName, Gazetteer

_BATCH = 1000
_FIELDS = ("kind", "level", "latitude", "longitude", "population", "valid_from", "valid_to")


@dataclass(slots=True)
class Report:
    """What came of it. With faults and without `good_rows_only` nothing was written (`written` is False)."""

    gazetteer: Gazetteer | None = None
    format: str = ""
    written: bool = False
    known_file: bool = False
    areas_new: int = 0
    areas_changed: int = 0
    names_new: int = 0
    names_retired: int = 0
    outlines: int = 0
    missing: int = 0  # areas of an earlier edition that this one does not hold; they stay
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # what was repaired, assumed or left aside
    layers: list[Columns] = field(default_factory=list)  # of a boundary file, with what its columns were taken for

    @property
    def columns_wanted(self) -> bool:
        """Whether a person has to say which columns hold what."""
        return any(not layer.said.code and not layer.said.left_out for layer in self.layers)

    @property
    def changes(self) -> int:
        return self.areas_new + self.areas_changed + self.names_new + self.names_retired + self.outlines


def bring_in(
    *,
    process: Process,
    actor: Actor,
    name: str,
    file_name: str,
    data: bytes,
    source: str = "",
    licence: str = "",
    edition: str = "",
    more_names: tuple[str, bytes] | None = None,
    companions: Mapping[str, bytes] | None = None,
    options: Options | None = None,
    columns: Mapping[str, Said | Mapping[str, str]] | None = None,
    good_rows_only: bool = False,
    dry: bool = False,
) -> Report:
    """Read a file and write its areas, names or outlines into the gazetteer `name` of the process.

    `companions` are files that came with it (those of a Shapefile, further layers); `options` and `columns` what a person says
    of boundaries that they do not say themselves (`importing.columns`).

    Areas are known again by their code, names by their letters, language, kind and beginning. A name that the gazetteer no
    longer gives is retired, one that somebody retired by hand stays so, one that somebody added is never touched.

    Raises: Forbidden, InvalidInput for a file that cannot be read at all.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    name = " ".join(name.split())[:150]
    if not name:
        raise InvalidInput(_("The gazetteer needs a name."), _("Write whose it is, e.g. COD-AB and the country."), field="name")
    sha256 = _digest(data, more_names, companions or {}, options or Options(), columns or {})
    known = Gazetteer.objects.of(process).filter(name=name).first()
    if known is not None and known.sha256 == sha256:
        return Report(known, known.format, known_file=True)
    contents = read(file_name, data, more_names=more_names, companions=companions, options=options, columns=columns)
    with transaction.atomic():
        report = Report(known, contents.format, notes=contents.notes, layers=contents.layers)
        gazetteer = known or Gazetteer(process=process, name=name)
        _link_parents(process, gazetteer, file_name, contents)
        report.faults = sorted(contents.faults, key=lambda fault: (fault.file, fault.row))
        if report.faults and not good_rows_only:
            return report
        gazetteer.source, gazetteer.licence = source[:300] or gazetteer.source, licence[:150] or gazetteer.licence
        gazetteer.edition, gazetteer.file_name = edition[:60] or gazetteer.edition, file_name[:255]
        if contents.areas or known is None:
            gazetteer.format = contents.format
        gazetteer.sha256, gazetteer.imported_by_id = sha256, actor.user_id
        gazetteer.save()
        _write(process, gazetteer, file_name, contents, report)
        report.gazetteer, report.written = gazetteer, not dry
        if dry:
            transaction.set_rollback(True)
            return report
        for content in (data, *(companions or {}).values()):
            files.store(content)
        detail = {
            "name": name, "file": file_name, "sha256": sha256, "edition": edition, "licence": licence,
            "areas_new": report.areas_new, "areas_changed": report.areas_changed, "names_new": report.names_new,
            "names_retired": report.names_retired, "outlines": report.outlines, "faults": len(report.faults), "notes": len(report.notes),
        }  # fmt: skip
        audit.record("gazetteer.imported", actor=actor, subject=gazetteer, process_id=process.pk, detail=detail)
    return report


def _link_parents(process: Process, gazetteer: Gazetteer, file: str, contents: Contents) -> None:
    """Check that each parent is in the file or on file; name those that are not, and outlines of areas that are not."""
    wanted = {area.parent for area in contents.areas.values() if area.parent} - contents.areas.keys()
    wanted |= {area.hint for area in contents.areas.values() if area.hint}
    wanted |= contents.outlines.keys() if contents.anywhere else set()
    wanted |= {code for code, area in contents.areas.items() if not area.kind_told}
    on_file = _by_code(process, gazetteer, wanted)
    _take_hints(file, contents, on_file)
    bad = {(fault.file, fault.row) for fault in contents.faults}
    for area in contents.areas.values():
        file = area.file or file
        if not area.kind_told and area.code not in on_file:
            problem = _("Nothing says of which level %(area)s is, and it is not on file.") % {"area": area.code}
            contents.fault(
                file, area.row, "properties", problem, _("Say the level of the layer, or name the file after it (adm2).")
            )
        if area.parent and area.parent not in contents.areas and area.parent not in on_file and (file, area.row) not in bad:
            problem = _("The parent %(code)s of %(area)s is neither in the file nor on file.") % {
                "code": area.parent, "area": area.code,
            }  # fmt: skip
            contents.fault(file, area.row, "parent", problem, _("Bring in the areas above first, or correct the code."))
    for code, outline in contents.outlines.items():
        if code not in on_file and code not in contents.areas:
            problem = _("There is no area with the code %(code)s on file, and the file gives it no name.") % {"code": code}
            contents.fault(outline.file, outline.row, "properties", problem, _("Bring in the areas first, then their outlines."))


def _take_hints(file: str, contents: Contents, on_file: Mapping[str, int]) -> None:
    """An area above that the file names by code alone is the parent where it is on file; where not, that is said once a code."""
    missing: dict[str, tuple[str, int]] = {}
    for area in contents.areas.values():
        if not area.hint or area.hint == area.code:
            continue
        if area.hint in contents.areas or area.hint in on_file:
            area.parent = area.hint
        elif not area.parent:
            missing.setdefault(area.hint, (area.file or file, area.row))
    for code, (where, row) in missing.items():
        problem = _("%(code)s, which the file names as the area above, is not on file: these areas stand at the top.") % {
            "code": code
        }
        contents.note(where, row, "parent", problem, _("Add it, then set it as the area above on their pages."))


def _digest(
    data: bytes,
    more_names: tuple[str, bytes] | None,
    companions: Mapping[str, bytes],
    options: Options,
    columns: Mapping[str, Said | Mapping[str, str]],
) -> str:
    """SHA-256 of all that was given; of one file alone that of its bytes."""
    found = hashlib.sha256(data + (more_names[1] if more_names else b""))
    for content in sorted(hashlib.sha256(one).digest() for one in companions.values()):
        found.update(content)
    if options != Options() or columns:
        found.update(repr((options, sorted((key, str(value)) for key, value in columns.items()))).encode())
    return found.hexdigest()


def _by_code(process: Process, gazetteer: Gazetteer, codes: Any) -> dict[str, int]:
    """Areas of the process by code, those of this gazetteer before those of others."""
    found: dict[str, int] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), 500):
        rows = Area.objects.of(process).filter(code__in=wanted[start : start + 500]).order_by("pk")
        for pk, code, owner in rows.values_list("pk", "code", "gazetteer_id"):
            if code not in found or owner == gazetteer.pk:
                found[code] = pk
    return found


def _write(process: Process, gazetteer: Gazetteer, file_name: str, contents: Contents, report: Report) -> None:
    now = timezone.now()
    new = _good(file_name, contents, report)
    on_file = {area.code: area for area in Area.objects.of(process).filter(gazetteer=gazetteer).exclude(code="")}
    report.missing = len(on_file.keys() - new.keys()) if new else 0
    elsewhere = _by_code(process, gazetteer, new.keys() - on_file.keys()) if contents.anywhere else {}
    known = {elsewhere[code]: new.pop(code) for code in list(new) if code in elsewhere}
    made = [
        Area(process=process, gazetteer=gazetteer, code=area.code, **{name: getattr(area, name) for name in _FIELDS})
        for code, area in new.items()
        if code not in on_file
    ]
    Area.objects.bulk_create(made, batch_size=_BATCH)
    report.areas_new = len(made)
    on_file |= {area.code: area for area in made}
    _update_areas(process, gazetteer, new, on_file, {area.pk for area in made}, report, now)
    _write_names(process, gazetteer, new, on_file, report, now)
    _add_names(process, gazetteer, known, report)
    areas = _by_code(process, gazetteer, contents.outlines.keys())
    report.outlines = write_outlines(gazetteer, {areas[code]: one for code, one in contents.outlines.items() if code in areas})


def _good(file: str, contents: Contents, report: Report) -> dict[str, NewArea]:
    """The areas that can be written: not those at fault, and not those below one that is left out."""
    faults: dict[tuple[str, int], set[str]] = {}
    for fault in report.faults:
        for where in (fault.file, ""):
            faults.setdefault((where, fault.row), set()).add(fault.field)
    leaving = {"parent", "properties"}
    bad = {code for code, area in contents.areas.items() if not area.names or leaving & faults.get((area.file, area.row), set())}
    queue = sorted(bad)
    below: dict[str, list[str]] = {}
    for code, area in contents.areas.items():
        below.setdefault(area.parent, []).append(code)
    while queue:
        left_out = queue.pop()
        for code in below.get(left_out, ()):
            if code not in bad:
                bad.add(code)
                queue.append(code)
                problem = _("The area above it, %(code)s, was left out.") % {"code": left_out}
                remedy = _("Correct that row, then bring the file in again.")
                report.faults.append(
                    Fault(contents.areas[code].file or file, contents.areas[code].row, "parent", problem, remedy)
                )
    return {code: area for code, area in contents.areas.items() if code not in bad}


def _update_areas(
    process: Process,
    gazetteer: Gazetteer,
    new: dict[str, NewArea],
    on_file: dict[str, Area],
    made: set[int],
    report: Report,
    now: datetime,
) -> None:
    """Set parents, and what the file says otherwise than the table; what the file leaves empty stays as it is."""
    outside = _by_code(process, gazetteer, {area.parent for area in new.values() if area.parent} - new.keys())
    changed = []
    for code, area in new.items():
        row = on_file[code]
        parent = (
            (on_file[area.parent].pk if area.parent in on_file else outside.get(area.parent)) if area.parent else row.parent_id
        )
        values = {"parent_id": parent}
        values |= {name: given for name in _FIELDS if (given := getattr(area, name)) not in (None, "")}
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.changed_at = now
            changed.append(row)
    Area.objects.bulk_update(changed, ["parent", *_FIELDS, "changed_at"], batch_size=200)
    report.areas_changed = sum(row.pk not in made for row in changed)


def _write_names(
    process: Process, gazetteer: Gazetteer, new: dict[str, NewArea], on_file: dict[str, Area], report: Report, now: datetime
) -> None:
    standing: dict[tuple[int, str, str, str, str], AreaName] = {}
    for name in AreaName.objects.filter(area__gazetteer=gazetteer).iterator(chunk_size=2000):
        standing[name.area_id, name.text, name.language, name.kind, name.valid_from] = name
    made, changed, seen = [], [], set()
    source = f"{gazetteer.name} {gazetteer.edition}".strip()
    for code, area in new.items():
        for key, given in area.names.items():
            full = (on_file[code].pk, *key)
            seen.add(full)
            row = standing.get(full)
            if row is None:
                row = AreaName(
                    area_id=full[0], process=process, text=given.text, language=given.language, script=given.script,
                    kind=given.kind, source=given.source or source, valid_from=given.valid_from, valid_to=given.valid_to,
                )  # fmt: skip
                row.fill()
                made.append(row)
            elif not row.by_hand and (row.valid_to != given.valid_to or (row.retired_at and row.retired_by_id is None)):
                row.valid_to, row.retired_at, row.retired_reason, row.changed_at = given.valid_to, None, "", now
                changed.append(row)
    AreaName.objects.bulk_create(made, batch_size=_BATCH)
    given_areas = {on_file[code].pk for code in new}
    gone = [
        row
        for key, row in standing.items()
        if key not in seen and not row.by_hand and row.retired_at is None and row.area_id in given_areas
    ]
    for row in gone:
        row.retired_at, row.retired_reason, row.changed_at = now, str(_("Not in the edition brought in last."))[:300], now
    fields = ["valid_to", "retired_at", "retired_reason", "changed_at"]
    AreaName.objects.bulk_update([*changed, *gone], fields, batch_size=200)
    report.names_new, report.names_retired = len(made), len(gone)
    report.areas_changed += len({row.area_id for row in changed})


def _add_names(process: Process, gazetteer: Gazetteer, known: dict[int, NewArea], report: Report) -> None:
    """Names for areas of other gazetteers: added where not on file, with their source; nothing else of these areas is touched."""
    standing: set[tuple[int, str, str]] = set()
    keys = sorted(known)
    for start in range(0, len(keys), 500):
        rows = AreaName.objects.filter(area_id__in=keys[start : start + 500])
        standing |= {(pk, text, language) for pk, text, language in rows.values_list("area_id", "text", "language")}
    source = f"{gazetteer.name} {gazetteer.edition}".strip()
    made = []
    for pk, area in known.items():
        for given in area.names.values():
            if (pk, given.text, given.language) in standing or (pk, given.text, "") in standing:
                continue
            standing.add((pk, given.text, given.language))
            row = AreaName(
                area_id=pk, process=process, text=given.text, language=given.language, script=given.script, kind=given.kind,
                source=given.source or source, valid_from=given.valid_from, valid_to=given.valid_to,
            )  # fmt: skip
            row.fill()
            made.append(row)
    AreaName.objects.bulk_create(made, batch_size=_BATCH)
    report.names_new += len(made)
