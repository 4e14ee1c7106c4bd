"""Bringing answers in from a table: checked first, every row that can't go in named; then all good rows at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, TooLarge
from wayhome.places.models import Area
from wayhome.registry.actions import intentions
from wayhome.registry.bridge.wishes import Cells, read_cells
from wayhome.registry.models import Household, Intention, Wave, WaveTable
from wayhome.registry.queries.wish_tables import FIELDS, MOST_ISSUES, NEEDED, Read, guess, headings, read


def upload(*, wave: Wave, name: str, data: bytes, actor: Actor) -> WaveTable:
    """Take a table in for checking. Nothing of it counts before `commit`."""
    require_actor(actor, wave.process, Permission.IMPORT_PERSONS)
    if wave.closed_on is not None:
        raise Conflict(_("This wave is closed."), _("Open it again to add what came late."), code="closed")
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            _("The file is larger than %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}, field="file"
        )
    cells = read_cells(name, data, headings())
    with transaction.atomic():
        table = WaveTable.objects.create(
            process_id=wave.process_id,
            number=next_number(WaveTable, wave.process),
            wave=wave,
            file_name=name[:250],
            digest=hashlib.sha256(data).hexdigest(),
            titles=cells.titles,
            cells=cells.rows,
            by_id=actor.user_id,
        )
        look(table=table, mapping=guess(cells.titles), actor=actor)
    return table


def _cells(table: WaveTable) -> Cells:
    return Cells(list(table.titles), [(number, row) for number, row in table.cells])


def _areas(table: WaveTable, mapping: Mapping[str, int]) -> dict[str, Area]:
    """What the words for places mean, as decided or certain; the others stay words."""
    from wayhome.places.queries.matches import resolve_many  # loads the gazetteer's engine

    index = mapping.get("where", -1)
    texts = {row[index].strip()[:250] for _number, row in table.cells if 0 <= index < len(row)} - {""}
    if not texts:
        return {}
    found = {text: resolution.best_id for (text, _w), resolution in resolve_many(table.process, [(t, "") for t in texts]).items()}
    areas = Area.objects.of(table.process).in_bulk([pk for pk in found.values() if pk is not None])
    return {text: areas[pk] for text, pk in found.items() if pk in areas}


def _read(table: WaveTable) -> Read:
    return read(
        process=table.process,
        wave=table.wave,
        cells=_cells(table),
        mapping=table.mapping,
        today=timezone.localdate(),
        areas=_areas(table, table.mapping),
    )


def look(*, table: WaveTable, mapping: Mapping[str, int], actor: Actor) -> WaveTable:
    """Check the table with these columns; write down what each row that can't go in lacks."""
    require_actor(actor, table.process, Permission.IMPORT_PERSONS)
    if table.state != WaveTable.State.CHECKED:
        raise Conflict(_("This table is brought in or given up already."), code="done")
    width = len(table.titles)
    table.mapping = {name: index for name, index in mapping.items() if name in FIELDS and 0 <= index < width}
    missing = [name for name in NEEDED if name not in table.mapping]
    if missing:
        table.issues, table.counts = [], {"rows": len(table.cells), "missing": missing}
    else:
        found = _read(table)
        held = _standing(table, found)
        same = sum(1 for line in found.lines if held.get(line.household) == line.digest)
        table.issues = [problem.as_json() for problem in found.problems[:MOST_ISSUES]]
        table.counts = {
            "rows": found.rows,
            "good": len(found.lines),
            "unchanged": same,
            "replaces": sum(1 for line in found.lines if line.household in held) - same,
            "bad": len({problem.row for problem in found.problems}),
            "other_waves": found.other_waves,
        }
    table.save(update_fields=["mapping", "issues", "counts"])
    return table


def _standing(table: WaveTable, found: Read) -> dict[int, str]:
    """The digest of each household's standing answer; empty for one that was written down by hand."""
    rows = Intention.objects.filter(wave=table.wave, replaced_at=None).values_list("household", "row_digest")
    wanted = {line.household for line in found.lines}
    return {household: digest for household, digest in rows.iterator(chunk_size=5_000) if household in wanted}


@transaction.atomic
def commit(*, table: WaveTable, actor: Actor) -> dict[str, int]:
    """Bring the good rows in. A row that says what is on file changes nothing; one that differs replaces it, and keeps it.

    An answer written down by hand is not replaced by a table: the row is left out and named.
    """
    require_actor(actor, table.process, Permission.IMPORT_PERSONS)
    locked = WaveTable.objects.select_for_update().get(pk=table.pk)
    if locked.state != WaveTable.State.CHECKED:
        raise Conflict(_("This table is brought in or given up already."), code="done")
    if "missing" in table.counts:
        raise InvalidInput(_("Say which columns hold the household and the wish."), field="household")
    found = _read(table)
    held = _standing(table, found)
    households = Household.objects.of(table.process).in_bulk([line.household for line in found.lines])
    counts = {"new": 0, "replaced": 0, "unchanged": 0, "by_hand": 0}
    kept = list(table.issues)
    for line in found.lines:
        before = held.get(line.household)
        if before == line.digest:
            counts["unchanged"] += 1
            continue
        if before == "":
            counts["by_hand"] += 1
            household = households[line.household]
            kept.append(
                {
                    "row": line.row,
                    "field": str(FIELDS["household"]),
                    "column": "",
                    "value": household.ref,
                    "problem": _("An answer written down by hand is on file."),
                    "remedy": _("It was kept. Correct it by hand if the table is right."),
                }
            )
            continue
        values = dict(line.values)
        intentions.record(
            wave=table.wave,
            household=households[line.household],
            wish=values.pop("wish"),
            actor=actor,
            conditions=line.conditions,
            source=table,
            source_row=line.row,
            row_digest=line.digest,
            logged=False,
            **values,
        )
        counts["replaced" if before else "new"] += 1
    table.state, table.done_at, table.cells = WaveTable.State.DONE, timezone.now(), []
    table.issues = kept[: MOST_ISSUES * 2]
    table.counts = {**table.counts, **counts}
    table.save(update_fields=["state", "done_at", "cells", "counts", "issues"])
    audit.record(
        "intention.imported",
        actor=actor,
        subject=table,
        process_id=table.process_id,
        detail={"wave": table.wave.ref, "table": table.ref, "file": table.file_name, **counts},
    )
    return counts


@transaction.atomic
def drop(*, table: WaveTable, actor: Actor) -> None:
    """Give a checked table up; its rows are forgotten."""
    require_actor(actor, table.process, Permission.IMPORT_PERSONS)
    if table.state != WaveTable.State.CHECKED:
        raise Conflict(_("This table is brought in or given up already."), code="done")
    table.state, table.cells = WaveTable.State.DROPPED, []
    table.save(update_fields=["state", "cells"])
