"""The long work on a list, chunk by chunk: the dry run, and bringing rows in. Each chunk is one transaction with its audit entry.

An interruption loses at most the chunk at work: `rows_done` moves with the rows it counts, and the next run goes on behind it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import WayhomeError
from wayhome.registry import list_files, mappings
from wayhome.registry.actions.importing import plan_of
from wayhome.registry.bridge.lists import CHUNK, Chunk, ListReader
from wayhome.registry.bulk.people import PeopleWriter
from wayhome.registry.bulk.tables import bulk_mode
from wayhome.registry.import_words import SEALED_FIELDS
from wayhome.registry.models import Import, ImportIssue, Person

logger = logging.getLogger(__name__)
S = Import.State
MOST_ISSUES = 200_000  # kept one by one; beyond it they are only counted
_FIRST_ROWS = 5
Tell = Callable[[int, int], None]


class Overtaken(Exception):
    """Another worker goes on with this list, or its state was changed: this one stops without a word."""


class _Findings:
    """Issues and remarks of a whole list: written one by one up to a limit, counted by kind."""

    def __init__(self, source: Import) -> None:
        self.source = source
        self.kinds: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.apart: set[int] = set()
        self.warned: set[int] = set()
        self._written = 0

    def add(self, issues: Iterable[tuple[Any, ...]]) -> None:
        rows = []
        for row, code, level, field, column, value, params in issues:
            sealed = field in SEALED_FIELDS
            kind = self._kind(code, level, column)
            kind["count"] += 1
            if len(kind["rows"]) < _FIRST_ROWS:
                kind["rows"].append(row)
            (self.apart if level == "error" else self.warned).add(row)
            if self._written + len(rows) < MOST_ISSUES:
                rows.append(
                    ImportIssue(
                        source=self.source, row=row, code=code, level=level, field=field, column=column[:200],
                        value="" if sealed else value, params=params,
                    )
                )  # fmt: skip
        ImportIssue.objects.bulk_create(rows, batch_size=2_000)
        self._written += len(rows)

    def note(self, notes: dict[tuple[str, str], list[Any]]) -> None:
        for (code, column), (count, row, value) in notes.items():
            kind = self._kind(code, "note", column)
            kind["count"] += count
            if len(kind["rows"]) < _FIRST_ROWS:
                kind["rows"].append(row)
                kind.setdefault("value", value[:80])

    def summary(self) -> list[dict[str, Any]]:
        order = {"error": 0, "warning": 1, "note": 2}
        return sorted(self.kinds.values(), key=lambda kind: (order[kind["level"]], -kind["count"], kind["code"]))

    def _kind(self, code: str, level: str, column: str) -> dict[str, Any]:
        return self.kinds.setdefault(
            (code, level, column), {"code": code, "level": level, "column": column, "count": 0, "rows": []}
        )


def check_now(source_id: int, actor: Actor = SYSTEM, tell: Tell | None = None) -> str:
    """The dry run: read every row, compare rows with each other and with what is on file, keep what was found. Returns the state."""
    source = Import.objects.select_related("process").get(pk=source_id)
    if source.state != S.CHECKING:
        return source.state
    try:
        counts, findings, skipped = _check(source, tell)
    except WayhomeError as error:
        return _failed(source, str(error.problem), str(error.remedy), actor)
    except Exception:
        logger.exception("checking %s failed", source.ref)
        return _failed(source, *_internal(), actor)
    with transaction.atomic():
        Import.objects.filter(pk=source.pk).update(
            state=S.READY,
            counts=counts,
            summary=findings.summary(),
            skipped=skipped,
            total=counts["rows"],
            progress=counts["rows"],
            touched_at=timezone.now(),
        )
        audit.record(
            "import.checked", actor=actor, subject=source, process_id=source.process_id, detail={"ref": source.ref, **counts}
        )
    return S.READY


def _check(source: Import, tell: Tell | None) -> tuple[dict[str, int], _Findings, list[int]]:
    source.issues.all().delete()
    findings, plan = _Findings(source), plan_of(source)
    on_file = _OnFile(source)
    rows = passed_over = 0
    known: set[int] = set()
    skipped: set[int] = set()
    with list_files.opened(source.process, source.digest) as path, ListReader(path, mappings.choice_of(source.choice)) as reader:
        for chunk in reader.chunks(plan, source.list_name, together=True):
            rows, passed_over = rows + chunk.rows, passed_over + chunk.passed_over
            same, changed = on_file.compare(chunk.records)
            known.update(same)
            skipped.update(row for row, *_rest in changed)
            with transaction.atomic():
                findings.add(chunk.issues)
                findings.note(chunk.notes)
                findings.add((row, "changed_on_file", "error", "record_id", "", key, {"ref": ref}) for row, key, ref in changed)
                Import.objects.filter(pk=source.pk).update(progress=rows, touched_at=timezone.now())
            if tell:
                tell(rows, max(source.total, rows))
        together = reader.finish()
    with transaction.atomic():
        findings.add(together.issues)
    skipped.update(issue[0] for issue in together.issues if issue[2] == "error")
    skipped.update(together.same)
    for code, found in (("same_row", together.same), ("without_people", together.without_people)):
        if found:
            findings.note({(code, ""): [len(found), found[0], ""]})
    counts = {
        "rows": rows,
        "apart": len(findings.apart),
        "warned": len(findings.warned - findings.apart),
        "same": len(together.same),
        "on_file": len(known - findings.apart),
        "passed_over": passed_over,
    }
    counts["good"] = rows - passed_over - len(findings.apart | known | set(together.same))
    return counts, findings, sorted(skipped)


class _OnFile:
    """Rows of this list that earlier imports brought in: the same words, or another row under the same number."""

    def __init__(self, source: Import) -> None:
        earlier = Import.objects.of(source.process).filter(list_name=source.list_name).exclude(pk=source.pk)
        self._sources = list(earlier.filter(persons__isnull=False).distinct().values_list("pk", flat=True))
        self._by_key: dict[str, tuple[str, int]] | None = None
        self._digests: set[str] = set()

    def compare(self, records: list[tuple[Any, ...]]) -> tuple[list[int], list[tuple[int, str, str]]]:
        """Rows that are on file word for word; and (row, number in the list, record) of those whose words are others."""
        if not self._sources:
            return [], []
        if self._by_key is None:
            people = (
                Person.objects.filter(source__in=self._sources).values_list("list_key", "row_digest", "number").iterator(20_000)
            )
            self._by_key = {}
            for list_key, digest, number in people:
                self._digests.add(digest)
                if list_key:
                    self._by_key[list_key] = (digest, number)
        same, changed = [], []
        for row, digest, list_key in records:
            if digest in self._digests:
                same.append(row)
            elif list_key and list_key in self._by_key:
                changed.append((row, list_key, f"{Person.prefix}-{self._by_key[list_key][1]:03d}"))
        return same, changed


def commit_now(source_id: int, actor: Actor = SYSTEM, tell: Tell | None = None, chunk_rows: int = CHUNK) -> str:
    """Bring in the good rows, from where an earlier run was interrupted. Returns the state."""
    source = Import.objects.select_related("process").get(pk=source_id)
    if source.state != S.COMMITTING:
        return source.state
    try:
        with bulk_mode():
            _commit(source, actor, tell, chunk_rows)
    except Overtaken:
        return Import.objects.get(pk=source_id).state
    except WayhomeError as error:
        return _failed(source, str(error.problem), str(error.remedy), actor)
    except Exception:
        # The state stays: what was brought in stands, and the work can go on from the last row.
        logger.exception("bringing in %s was interrupted", source.ref)
        Import.objects.filter(pk=source.pk).update(problem=_internal()[0][:500], remedy=_internal()[1][:500], touched_at=None)
        return S.COMMITTING
    return S.DONE


def _commit(source: Import, actor: Actor, tell: Tell | None, chunk_rows: int) -> None:
    plan = plan_of(source)
    writer = PeopleWriter(source.process, source, plan.at)
    total = source.counts.get("rows", 0)
    read = 0
    with list_files.opened(source.process, source.digest) as path, ListReader(path, mappings.choice_of(source.choice)) as reader:
        chunks = reader.chunks(plan, source.list_name, after=source.rows_done, skipped=source.skipped, most=chunk_rows)
        for chunk in chunks:
            read += chunk.rows
            commit_chunk(source, writer, chunk, actor)
            if tell:
                tell(min(read, total), total)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=source.pk)
        if locked.state != S.COMMITTING:
            raise Overtaken
        writer.finish()
        locked.state, locked.done_at, locked.problem, locked.remedy = S.DONE, timezone.now(), "", ""
        locked.progress = locked.total
        locked.save()
        audit.record(
            "import.done",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "list": source.list_name, **locked.counts},
        )
        transaction.on_commit(lambda: _afterwards(source.pk))


@transaction.atomic
def commit_chunk(source: Import, writer: PeopleWriter, chunk: Chunk, actor: Actor) -> None:
    """One chunk: rows, progress and audit entry, or none of them. Raises `Overtaken` where another worker was faster."""
    locked = Import.objects.select_for_update().defer("survey", "skipped", "summary").get(pk=source.pk)
    if locked.state != S.COMMITTING or locked.rows_done != source.rows_done:
        raise Overtaken
    written = writer.write(chunk.records)
    counts = Counter(locked.counts)
    counts["persons"] += written.persons
    counts["households"] += written.households
    locked.counts, locked.rows_done, locked.touched_at = dict(counts), chunk.last, timezone.now()
    locked.progress = min(locked.progress + chunk.rows, max(locked.total, 1))
    locked.save(update_fields=["counts", "rows_done", "touched_at", "progress"])
    audit.record(
        "import.rows",
        actor=actor,
        subject=source,
        process_id=source.process_id,
        detail={
            "ref": source.ref,
            "to_row": chunk.last,
            "persons": written.persons,
            "households": written.households,
            "numbers": [written.first, written.last] if written.persons else [],
        },
    )
    source.rows_done = chunk.last


def _afterwards(source_id: int) -> None:
    from wayhome.registry import jobs

    jobs.resolve_places.enqueue(source_id)


def _failed(source: Import, problem: str, remedy: str, actor: Actor) -> str:
    with transaction.atomic():
        Import.objects.filter(pk=source.pk).update(
            state=S.FAILED if not source.rows_done else source.state,
            problem=problem[:500],
            remedy=remedy[:500],
            touched_at=None,
        )
        audit.record(
            "import.failed",
            actor=actor,
            subject=source,
            process_id=source.process_id,
            detail={"ref": source.ref, "problem": problem[:200]},
        )
    return Import.objects.get(pk=source.pk).state


def _internal() -> tuple[str, str]:
    return (
        _("The work stopped because of an error in the program, not in the file."),
        _("What was brought in stands. Let it go on; if it stops again, the operator finds the reason in the log."),
    )
