"""Lists come in: a file is kept and looked at, its columns are understood, it is checked, brought in, given up.

The long steps run in the background (`registry.jobs`); `actions.import_work` does them. Taking back is `actions.undoing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.engines.tabular import FIELDS, KEEP, Choice, Plan, Survey
from wayhome.engines.tabular.names import ORDERS
from wayhome.engines.tabular.plan import SEVERAL
from wayhome.registry import jobs, list_files, mappings
from wayhome.registry.bridge.lists import ListReader
from wayhome.registry.models import Import, Person, RememberedMapping
from wayhome.registry.needs import table

S = Import.State
STALE_SECONDS = 90  # without a sign of life the work counts as interrupted


def upload(*, process: Process, actor: Actor, name: str, stream: BinaryIO, list_name: str) -> Import:
    """Keep a file sealed and look at it: sheets, heading, columns, guesses, or the mapping remembered for these headings.

    Raises:
        Forbidden: the role does not bring in lists.
        InvalidInput: no list name, or a file that cannot be read; nothing is kept then.
    """
    require_actor(actor, process, Permission.IMPORT_PERSONS)
    list_name = " ".join(list_name.split())
    if not list_name:
        raise InvalidInput(
            _("Give the list a name."), _("The same list keeps its name when a newer file of it comes."), field="list_name"
        )
    if len(list_name) > 120:
        raise InvalidInput(_("The name of the list is longer than 120 characters."), field="list_name")
    digest, size = list_files.store(process, stream)
    try:
        survey = _look(process, digest, Choice())
    except InvalidInput:
        _forget_unused(process, digest)
        raise
    with transaction.atomic():
        source = Import(process=process, number=next_number(Import, process), list_name=list_name, by_id=actor.user_id)
        source.file_name, source.digest, source.size = name[-250:], digest, size
        _take_survey(source, survey)
        source.save()
        audit.record(
            "import.uploaded",
            actor=actor,
            subject=source,
            process_id=process.pk,
            detail={"ref": source.ref, "list": list_name, "file": source.file_name, "sha256": digest},
        )
    return source


def same_file(source: Import) -> Import | None:
    """An import of the same file that was brought in and stands."""
    done = Import.objects.of(source.process).filter(digest=source.digest, state=S.DONE).exclude(pk=source.pk)
    return next((other for other in done if other.choice.get("sheet", "") == source.choice.get("sheet", "")), None)


def choose(*, source: Import, actor: Actor, choice: Choice) -> Import:
    """Look at the file once more with another sheet, heading row, encoding or delimiter; guesses are made anew."""
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    _require_state(source, S.UPLOADED, S.READY, S.FAILED)
    survey = _look(source.process, source.digest, choice)
    source.choice = mappings.choice_as_json(choice)
    _take_survey(source, survey)
    source.state = S.UPLOADED
    source.save()
    source.issues.all().delete()
    return source


def set_plan(*, source: Import, actor: Actor, plan: Plan, list_name: str | None = None) -> Import:
    """Say how the columns are read. What was found by an earlier check no longer counts.

    Raises:
        InvalidInput: a field that does not exist, that two columns fill, or a list without any name.
        Conflict: the list was brought in already.
    """
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    _require_state(source, S.UPLOADED, S.READY, S.FAILED)
    check_plan(plan)
    source.mapping = plan.as_json()
    if list_name and list_name.strip():
        source.list_name = " ".join(list_name.split())[:120]
    source.state, source.problem, source.remedy = S.UPLOADED, "", ""
    source.counts, source.summary, source.skipped = {}, [], []
    source.save()
    source.issues.all().delete()
    return source


def check_plan(plan: Plan) -> None:
    """Raise `InvalidInput` for a plan by which no list can be read."""
    fields = [column.field for column in plan.columns if column.field]
    unknown = next((field for field in fields if field not in FIELDS and field != KEEP), None)
    if unknown is not None:
        raise InvalidInput(_("There is no field “%(field)s”.") % {"field": unknown}, field="mapping")
    twice = next((field for field in fields if field not in SEVERAL and fields.count(field) > 1), None)
    if twice is not None:
        titles = ", ".join(column.title for column in plan.of(twice))
        raise InvalidInput(
            _("Several columns are read as one field: %(titles)s.") % {"titles": titles},
            _("Choose one of them, and keep the others beside the record."),
            field="mapping",
        )
    if not {"given_name", "family_name", "full_name"} & set(fields):
        raise InvalidInput(
            _("No column is read as a name."), _("Say which column holds the names of the people."), field="mapping"
        )
    if plan.name_order not in ORDERS:
        raise InvalidInput(_("This order of names is not known."), field="name_order")
    if not date(1900, 1, 1) <= plan.at <= timezone.localdate():
        raise InvalidInput(_("The day the list speaks of must not be to come."), field="at")


def start_check(*, source: Import, actor: Actor) -> None:
    """Queue the dry run: every row is read and nothing is brought in."""
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    check_plan(Plan.from_json(source.mapping))
    with transaction.atomic():
        _step(source, (S.UPLOADED, S.READY, S.FAILED), S.CHECKING)
        transaction.on_commit(lambda: jobs.check_list.enqueue(source.pk))


def start_commit(*, source: Import, actor: Actor) -> None:
    """Queue bringing in the good rows of a list that was checked; the others stay apart in its report."""
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    with transaction.atomic():
        _step(source, (S.READY,), S.COMMITTING)
        _remember(source)
        audit.record(
            "import.started",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "list": source.list_name, "good": source.counts.get("good", 0)},
        )
        transaction.on_commit(lambda: jobs.commit_list.enqueue(source.pk))


def start_undo(*, source: Import, actor: Actor, keep_changed: bool) -> None:
    """Queue taking back what an import brought in.

    Args:
        keep_changed: records that people changed or built on since stay; without it such records stop the whole step.

    Raises:
        Conflict: records were changed since, and they are not to be kept.
    """
    from wayhome.registry.actions.undoing import changed_since

    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    if not keep_changed:
        changed = changed_since(source)
        if changed:
            raise Conflict(
                _("%(n)s records of this import were changed since, and nothing was taken back.") % {"n": len(changed)},
                _("Keep those, and take back the others; or look at them first."),
            )
    with transaction.atomic():
        _step(source, (S.DONE, S.COMMITTING), S.UNDOING)
        audit.record(
            "import.undo_started",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "keep_changed": keep_changed},
        )
        Import.objects.filter(pk=source.pk).update(undone_by_id=actor.user_id)
        transaction.on_commit(lambda: jobs.undo_list.enqueue(source.pk))


def begin(source: Import, to: str) -> None:
    """Move an import into the state of a step that the caller then does itself, as the commands do. Raises `Conflict`."""
    allowed = {S.CHECKING: (S.UPLOADED, S.READY, S.FAILED), S.COMMITTING: (S.READY,), S.UNDOING: (S.DONE, S.COMMITTING)}
    with transaction.atomic():
        _step(source, allowed[S(to)], to)
        if to == S.COMMITTING:
            _remember(source)


def resume(*, source: Import, actor: Actor) -> None:
    """Queue once more what was interrupted. Rows that are in already are not read twice."""
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    if not interrupted(source):
        raise Conflict(_("The work on this list is going on or was done."), _("Wait until it is done."))
    job = {S.CHECKING: jobs.check_list, S.COMMITTING: jobs.commit_list, S.UNDOING: jobs.undo_list}[S(source.state)]
    with transaction.atomic():
        Import.objects.filter(pk=source.pk).update(touched_at=timezone.now())
        audit.record(
            "import.resumed",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "row": source.rows_done},
        )
        transaction.on_commit(lambda: job.enqueue(source.pk))


def interrupted(source: Import) -> bool:
    """Whether work on the list began and gave no sign of life for a while."""
    if source.state not in {S.CHECKING, S.COMMITTING, S.UNDOING}:
        return False
    return source.touched_at is None or (timezone.now() - source.touched_at).total_seconds() > STALE_SECONDS


def discard(*, source: Import, actor: Actor) -> None:
    """Give up a list that was not brought in; its file is deleted with it."""
    require_actor(actor, source.process, Permission.IMPORT_PERSONS)
    _require_state(source, S.UPLOADED, S.READY, S.FAILED)
    if source.rows_done and Person.objects.filter(source=source).exists():
        raise Conflict(_("Rows of this list were brought in."), _("Take them back first."))
    process, digest = source.process, source.digest
    with transaction.atomic():
        audit.record(
            "import.discarded",
            actor=actor,
            subject=source,
            process_id=process.pk,
            detail={"ref": source.ref, "list": source.list_name, "file": source.file_name},
        )
        source.delete()
    _forget_unused(process, digest)


# --- parts ---


def _look(process: Process, digest: str, choice: Choice) -> Survey:
    with list_files.opened(process, digest) as path, ListReader(path, choice) as reader:
        return reader.survey(timezone.localdate())


def _take_survey(source: Import, survey: Survey) -> None:
    source.survey = mappings.survey_as_json(survey)
    source.headings_key = mappings.headings_key(survey)
    source.total = survey.rows_at_least
    plan = survey.plan(timezone.localdate(), needs=frozenset(table()))
    remembered = RememberedMapping.objects.filter(process_id=source.process_id, headings_key=source.headings_key).first()
    if remembered is not None:
        plan = mappings.recalled(plan, remembered.mapping, survey)
        source.survey["remembered"] = remembered.changed_at.date().isoformat()
    source.mapping = plan.as_json()


def _remember(source: Import) -> None:
    row, new = RememberedMapping.objects.get_or_create(
        process_id=source.process_id, headings_key=source.headings_key, defaults={"mapping": source.mapping}
    )
    if not new:
        row.mapping, row.used = source.mapping, row.used + 1
        row.save()


def _step(source: Import, allowed: tuple[str, ...], to: str) -> None:
    """Move an import on, once: whoever comes second finds it moved."""
    moved = Import.objects.filter(pk=source.pk, state__in=allowed).update(
        state=to, touched_at=timezone.now(), problem="", remedy="", progress=0
    )
    source.refresh_from_db()
    if not moved:
        raise Conflict(
            _("The list is in the state “%(state)s”, which does not allow this step.") % {"state": source.get_state_display()},
            _("Look at its page again."),
        )


def _require_state(source: Import, *allowed: str) -> None:
    if source.state not in allowed:
        raise Conflict(
            _("The list is in the state “%(state)s”, which does not allow this step.") % {"state": source.get_state_display()},
            _("Look at its page again."),
        )


def _forget_unused(process: Process, digest: str) -> None:
    if not Import.objects.of(process).filter(digest=digest).exists():
        list_files.forget(process.pk, digest)


def plan_of(source: Import, changes: Mapping[str, Any] | None = None) -> Plan:
    """How the list is read, with changes of single fields of the plan."""
    plan = replace(Plan.from_json(source.mapping), needs=frozenset(table()))
    return replace(plan, **changes) if changes else plan
