"""Tables of assessments: checked first and shown, brought in as a whole, taken back as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.actions.assessments import Said, record, x_of
from wayhome.places.importing.assessments import Words, read
from wayhome.places.models import Area, Assessment, AssessmentTable, Indicator, IndicatorValue, ReadinessModel
from wayhome.places.queries.matches import resolve_many
from wayhome.places.queries.readiness import in_force, in_force_of
from wayhome.places.readiness_bridge import Lens

S = AssessmentTable.State
MOST_FAULTS = 2_000


def check(
    *,
    process: Process,
    actor: Actor,
    file_name: str,
    data: bytes,
    defaults: Mapping[str, str] | None = None,
    today: date | None = None,
) -> AssessmentTable:
    """Read a file and say what it would bring; nothing of it counts yet. A file that is in already is found again.

    Raises: Forbidden, Conflict before the index is set up, InvalidInput for a file that is no table of assessments.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    today = today or timezone.localdate()
    defaults = {name: text for name, text in (defaults or {}).items() if text}
    sha256 = hashlib.sha256(data + repr(sorted(defaults.items())).encode()).hexdigest()
    known = AssessmentTable.objects.of(process).filter(sha256=sha256, state=S.DONE).first()
    if known is not None:
        return known
    model = in_force(process, today)
    if model is None:
        raise Conflict(_("The readiness index of this process is not set up."), _("Set it up on its page first."))
    words = Words((part.indicator for part in Lens.of(model).parts), [code for code, _name in settings.LANGUAGES])
    found = read(file_name, data, words=words, resolve=lambda pairs: areas_of(process, pairs), defaults=defaults, today=today)
    on_file = _on_file(process, {row.area for row in found.rows})
    counts = {
        "assessments": len(found.rows),
        "answers": sum(len(row.answers) for row in found.rows),
        "new": 0,
        "corrected": 0,
        "known": 0,
    }
    for row in found.rows:
        before = on_file.get(row.key)
        kind = "new" if before is None else "known" if _says(before, row.answers) else "corrected"
        counts[kind] += 1
    counts["faults"] = len(found.faults)
    with transaction.atomic():
        made = AssessmentTable.objects.create(
            process=process, number=next_number(AssessmentTable, process), file_name=file_name[:255], sha256=sha256,
            layout=found.layout, unused=found.unused[:100], counts=counts, by_id=actor.user_id,
            rows=[{**asdict(row), "on": row.on.isoformat()} for row in found.rows],
            faults=[asdict(one) for one in found.faults[:MOST_FAULTS]],
        )  # fmt: skip
        files.store(data)
        detail = {"ref": made.ref, "file": file_name, **counts}
        audit.record("assessment_table.checked", actor=actor, subject=made, process_id=process.pk, detail=detail)
    return made


def areas_of(process: Process, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int | None]:
    """The area of each (code or name, what stands beside it): by its code, else what somebody decided or the machine is sure of."""
    wanted = list(pairs)
    codes = sorted({text for text, _within in wanted if text})
    by_code: dict[str, list[int]] = {}
    for start in range(0, len(codes), 500):
        rows = Area.objects.of(process).filter(code__in=codes[start : start + 500])
        for code, pk in rows.values_list("code", "pk"):
            by_code.setdefault(code, []).append(pk)
    found: dict[tuple[str, str], int | None] = {
        pair: by_code[pair[0]][0] if len(by_code.get(pair[0], ())) == 1 else None for pair in wanted
    }
    others = [pair for pair in wanted if pair[0] and pair[0] not in by_code]
    if others:
        found |= {pair: one.best_id for pair, one in resolve_many(process, others).items()}
    return found


def _on_file(process: Process, areas: Iterable[int]) -> dict[tuple[object, ...], Assessment]:
    """Assessments of some areas that stand, with their values, by what makes them the same."""
    found: dict[tuple[object, ...], Assessment] = {}
    ids = sorted(set(areas))
    for start in range(0, len(ids), 500):
        rows = (
            Assessment.objects.of(process).filter(retired_at=None, area__in=ids[start : start + 500]).prefetch_related("values")
        )
        for row in rows:
            found[row.area_id, row.on, row.source, row.assessor, row.method] = row
    return found


def _says(row: Assessment, answers: Mapping[int, str]) -> bool:
    """Whether an assessment on file gives these answers already."""
    own = {value.indicator_id: value.answer for value in row.values.all()}
    return all(own.get(pk) == text for pk, text in answers.items())


@transaction.atomic
def bring_in(*, table: AssessmentTable, actor: Actor, good_rows_only: bool = False, today: date | None = None) -> AssessmentTable:
    """Put the checked assessments on file: all of them or none. What is on file already stays; what differs is corrected.

    Raises: Forbidden; Conflict unless the table was only checked, or an area is gone; InvalidInput for faults without `good_rows_only`.
    """
    require_actor(actor, table.process, Permission.EDIT_PLACES)
    locked = AssessmentTable.objects.select_for_update().select_related("process").get(pk=table.pk)
    if locked.state != S.CHECKED:
        raise Conflict(_("%(ref)s is not waiting any more.") % {"ref": locked.ref}, _("Bring the file in anew."))
    if locked.faults and not good_rows_only:
        raise InvalidInput(
            _("%(n)s faults stand in the file.") % {"n": locked.counts["faults"]},
            _("Correct them and bring the file in again, or bring in the right rows only."),
        )
    process, replaced = locked.process, []
    said = _said(process, locked)
    on_file = _on_file(process, {one.area.pk for one in said})
    new = []
    for one in said:
        before = on_file.get((one.area.pk, one.on, one.source, one.assessor, one.method))
        if before is None:
            new.append(one)
        elif not _says(before, one.answers) or one.families not in (None, before.families) or one.note not in ("", before.note):
            made, _new = record(process=process, actor=actor, said=one, replace=True, table=locked, today=today)
            replaced.append(before.pk if made.pk != before.pk else None)
    _put(process, actor, locked, new)
    replaced = [pk for pk in replaced if pk is not None]
    locked.state, locked.done_at, locked.rows, locked.replaced = S.DONE, timezone.now(), [], replaced
    written = len(new) + len(replaced)
    locked.counts = {**locked.counts, "written": written}
    locked.save()
    detail = {"ref": locked.ref, "file": locked.file_name, "written": written, "corrected": len(replaced)}
    audit.record("assessment_table.brought_in", actor=actor, subject=locked, process_id=process.pk, detail=detail)
    return locked


def _said(process: Process, table: AssessmentTable) -> list[Said]:
    areas: dict[int, Area] = {}
    ids = sorted({row["area"] for row in table.rows})
    for start in range(0, len(ids), 500):
        areas |= {area.pk: area for area in Area.objects.of(process).filter(pk__in=ids[start : start + 500])}
    if len(areas) < len(ids):
        raise Conflict(_("An area of the table is no longer on file."), _("Give the table up and check the file again."))
    return [
        Said(
            areas[row["area"]], date.fromisoformat(row["on"]), row["source"], {int(pk): text for pk, text in row["answers"].items()},
            row["method"], row["assessor"], row["families"], row["note"],
        )
        for row in table.rows
    ]  # fmt: skip


def _put(process: Process, actor: Actor, table: AssessmentTable, said: list[Said]) -> None:
    """Write assessments of which nothing is on file yet: as `record` does, a thousand at a time."""
    if not said:
        return
    indicators = {one.pk: one for one in Indicator.objects.of(process)}
    versions = list(ReadinessModel.objects.of(process).order_by("version"))
    x: dict[tuple[int, str], float] = {}
    first = next_number(Assessment, process)
    made = [
        Assessment(
            process=process, number=first + n, area=one.area, on=one.on, source=one.source, method=one.method, assessor=one.assessor,
            families=one.families, note=one.note, model=in_force_of(versions, one.on) or versions[0], table=table, by_id=actor.user_id,
        )
        for n, one in enumerate(said)
    ]  # fmt: skip
    Assessment.objects.bulk_create(made, batch_size=1000)
    values = []
    for row, one in zip(made, said, strict=True):
        for pk, answer in one.answers.items():
            if (pk, answer) not in x:
                x[pk, answer] = x_of(indicators[pk], answer)
            values.append(IndicatorValue(assessment=row, indicator_id=pk, answer=answer, x=x[pk, answer]))
    IndicatorValue.objects.bulk_create(values, batch_size=1000)


@transaction.atomic
def drop(*, table: AssessmentTable, actor: Actor) -> None:
    """Give a checked table up. Raises: Forbidden, Conflict."""
    require_actor(actor, table.process, Permission.EDIT_PLACES)
    locked = AssessmentTable.objects.select_for_update().get(pk=table.pk)
    if locked.state != S.CHECKED:
        raise Conflict(_("%(ref)s is not waiting any more.") % {"ref": locked.ref})
    locked.state, locked.rows = S.DROPPED, []
    locked.save()
    audit.record(
        "assessment_table.dropped", actor=actor, subject=locked, process_id=locked.process_id, detail={"ref": locked.ref}
    )


@transaction.atomic
def undo(*, table: AssessmentTable, actor: Actor) -> int:
    """Take a table back: its assessments are withdrawn, those it corrected are in use again. Returns how many were withdrawn.

    One that somebody withdrew or corrected since stays as that person left it.

    Raises: Forbidden, Conflict unless the table is in.
    """
    require_actor(actor, table.process, Permission.EDIT_PLACES)
    locked = AssessmentTable.objects.select_for_update().get(pk=table.pk)
    if locked.state != S.DONE:
        raise Conflict(_("%(ref)s is not in.") % {"ref": locked.ref})
    now = timezone.now()
    own = list(locked.assessments.filter(retired_at=None).values_list("pk", flat=True))
    reason = _("Table %(ref)s was taken back") % {"ref": locked.ref}
    Assessment.objects.filter(pk__in=own).update(retired_at=now, retired_by=actor.user_id, retired_reason=reason[:300])
    again = Assessment.objects.filter(pk__in=locked.replaced, replaced_by__in=own)
    restored = again.update(retired_at=None, retired_by=None, retired_reason="", replaced_by=None)
    locked.state = S.UNDONE
    locked.save(update_fields=["state"])
    detail = {"ref": locked.ref, "withdrawn": len(own), "in_use_again": restored}
    audit.record("assessment_table.undone", actor=actor, subject=locked, process_id=locked.process_id, detail=detail)
    return len(own)
