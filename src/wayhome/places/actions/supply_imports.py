"""Tables of works and supplies brought in by the same use cases as by hand: all of it, or nothing and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, InvalidInput, WayhomeError
from wayhome.places.actions import funding as money
from wayhome.places.actions import homes, works
from wayhome.places.importing import supply as reading
from wayhome.places.importing.records import Fault
from wayhome.places.models import Area, Crew, Funding, Organisation, Work
from wayhome.places.precedence import circles, in_order
from wayhome.places.queries.matches import resolve_many
from wayhome.places.work_states import WorkState


@dataclass
class Report:
    """What bringing a file in did, or would do: records new, changed and the same by kind of table; everything wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    written: bool = False

    def count(self, kind: str, what: str) -> None:
        self.counts.setdefault(kind, Counter())[what] += 1

    @property
    def lines(self) -> list[tuple[str, int, int, int]]:
        """(kind, new, changed, the same) for the page."""
        return [(kind, n["new"], n["changed"], n["same"]) for kind, n in self.counts.items()]


def bring_in(
    *, process: Process, actor: Actor, file_name: str, data: bytes, good_rows_only: bool = False, dry: bool = False
) -> Report:
    """Read a file and write what it holds. With faults nothing is written, unless only the good rows are wanted.

    Raises: Forbidden; InvalidInput for a file that holds no known table; TooLarge.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    found, faults = reading.read(file_name, data)
    report = Report(faults=faults)
    with transaction.atomic():
        writer = _Writer(process, actor, report)
        for table in found:
            writer.table(table)
        report.faults.sort(key=lambda fault: (fault.file, fault.row))
        report.written = not dry and (not report.faults or good_rows_only)
        if report.written:
            detail = {
                "file": file_name[:200],
                "sha256": hashlib.sha256(data).hexdigest(),
                "faults": len(report.faults),
                **{kind: dict(n) for kind, n in report.counts.items()},
            }
            audit.record("works.imported", actor=actor, process_id=process.pk, detail=detail)
        else:
            transaction.set_rollback(True)
    return report


class _Writer:
    """Writes rows of one file; an error of a use case becomes a fault of its row."""

    def __init__(self, process: Process, actor: Actor, report: Report) -> None:
        self.process, self.actor, self.report = process, actor, report
        self._areas: dict[str, Area | None] = {}

    def table(self, table: reading.Read) -> None:
        self._know_areas(table)
        write: Callable[[dict[str, Any]], str] = getattr(self, f"_{table.kind.name}")
        rows = self._ordered(table) if table.kind.name == "works" else table.rows
        for number, values in rows:
            try:
                with transaction.atomic():
                    self.report.count(table.kind.name, write(values))
            except Forbidden:
                raise
            except WayhomeError as error:
                name = _COLUMN_OF.get(error.field or "", error.field or "")
                self.report.faults.append(Fault(table.file, number, name, str(error.problem), str(error.remedy)))

    def _ordered(self, table: reading.Read) -> list[tuple[int, dict[str, Any]]]:
        """Works with each after the one it waits for; works in a circle, or named twice, are faults and left out."""
        by_code: dict[str, tuple[int, dict[str, Any]]] = {}
        for number, values in table.rows:
            if values["code"] in by_code:
                self.report.faults.append(
                    Fault(
                        table.file, number, "code",
                        _("The code %(code)s stands in row %(row)s already.") % {"code": values["code"], "row": by_code[values["code"]][0]},
                        _("Give each work a code of its own."),
                    )
                )  # fmt: skip
                continue
            by_code[values["code"]] = (number, values)
        after = {code: values.get("after") or None for code, (_number, values) in by_code.items()}
        for circle in circles(after):
            number = by_code[circle[0]][0]
            self.report.faults.append(
                Fault(
                    table.file, number, "after",
                    _("The works would wait for each other in a circle: %(line)s.") % {"line": " → ".join([*circle, circle[0]])},
                    _("Choose another work that comes before, or none."),
                )
            )  # fmt: skip
            for code in circle:
                del after[code]
        return [by_code[code] for code in in_order(after)]

    # --- areas and works by what a table calls them ---

    def _know_areas(self, table: reading.Read) -> None:
        """Resolve all areas of a table at once: codes first, then names that are decided or certain."""
        wanted = {str(values["area"]) for _number, values in table.rows if values.get("area")} - self._areas.keys()
        if not wanted:
            return
        coded: dict[str, list[Area]] = {}
        for row in Area.objects.of(self.process).filter(code__in=wanted):
            coded.setdefault(row.code, []).append(row)
        numbered = {int(text[1:]) for text in wanted if text.startswith("#") and text[1:].isdigit() and len(text) < 12}
        by_number = {f"#{row.pk}": row for row in Area.objects.of(self.process).filter(pk__in=numbered)}
        named = resolve_many(self.process, [(text, "") for text in wanted if text not in coded and text not in by_number])
        found = Area.objects.of(self.process).in_bulk([one.best_id for one in named.values() if one.best_id is not None])
        for text in wanted:
            if text in coded:
                self._areas[text] = coded[text][0] if len(coded[text]) == 1 else None
            elif text in by_number:
                self._areas[text] = by_number[text]
            else:
                self._areas[text] = found.get(named[text, ""].best_id or 0)

    def _area(self, text: str) -> Area:
        area = self._areas.get(text)
        if area is None:
            raise InvalidInput(
                _("“%(text)s” is no single area on file.") % {"text": text},
                _("Write the P-code as the list of areas shows it, or decide the name under “Places people wrote”."),
                field="area",
            )
        return area

    def _work(self, text: str, name: str) -> Work | None:
        """A work by its code or its number (W-012); None for an empty cell."""
        if not text:
            return None
        work = Work.objects.of(self.process).filter(code=text).first()
        if work is None and text.upper().startswith("W-") and text[2:].isdigit() and len(text) < 12:
            work = Work.objects.of(self.process).filter(number=int(text[2:])).first()
        if work is None:
            raise InvalidInput(
                _("No work has the code %(code)s.") % {"code": text},
                _("Write the code of a work on file or of this table, or leave the cell empty."),
                field=name,
            )
        return work

    def _organisation(self, name: str, kind: str = "") -> Organisation:
        return money.organisation(process=self.process, actor=self.actor, name=name, kind=kind)

    # --- one writer a kind of table; each says whether the record is new, changed or the same ---

    def _works(self, row: dict[str, Any]) -> str:
        given = {name: row[name] for name in _SAME if name in row and row[name] is not None}
        given |= {ours: row[theirs] for theirs, ours in _RENAMED.items() if theirs in row}
        given["area"] = self._area(row["area"])
        for name in ("crew_units", "adds"):
            if name in row:
                given[name] = row[name] or 0
        if "after" in row:
            given["after"] = self._work(row["after"], "after")
        if "crew" in row:
            given["crew"] = self._crew(row["crew"])
        if "implementer" in row:
            given["implementer"] = self._organisation(row["implementer"]) if row["implementer"] else None
        try:
            known = self._work(row["code"], "code")
        except InvalidInput:
            known = None
        if known is None:
            work = works.add(process=self.process, actor=self.actor, code=row["code"], **given)
            self._bring_to_state(work, row)
            return "new"
        if row.get("state") and row["state"] != known.state:
            raise InvalidInput(
                _("%(ref)s is “%(state)s” on file and “%(other)s” in the table.")
                % {"ref": known.ref, "state": known.get_state_display(), "other": WorkState(row["state"]).label},
                _("Take the step on the page of the work, then bring the table in."),
                field="state",
            )
        before = known.changed_at
        return "changed" if works.change(work=known, actor=self.actor, **given).changed_at != before else "same"

    def _crew(self, text: str) -> Crew | None:
        if not text:
            return None
        code = slugify(text) or text
        return Crew.objects.get_or_create(process=self.process, code=code[:40], defaults={"name": text[:150]})[0]

    def _bring_to_state(self, work: Work, row: dict[str, Any]) -> None:
        """A work that is new to us but not new in the world: the steps that bring it to where the table says it stands."""
        target = row.get("state") or WorkState.PLANNED
        today = timezone.localdate()
        started = row.get("started_on") or today
        finished = row.get("finished_on") or today
        said = _("as its table says")
        steps = {
            WorkState.FUNDED: [(WorkState.FUNDED, today)],
            WorkState.TENDERED: [(WorkState.TENDERED, today)],
            WorkState.UNDER_WAY: [(WorkState.UNDER_WAY, started)],
            WorkState.SUSPENDED: [(WorkState.UNDER_WAY, started), (WorkState.SUSPENDED, today)],
            WorkState.FINISHED: [(WorkState.UNDER_WAY, row.get("started_on") or finished), (WorkState.FINISHED, finished)],
            WorkState.CANCELLED: [(WorkState.CANCELLED, today)],
        }
        for state, on in steps.get(WorkState(target), []):
            works.move(work=work, after=state, actor=self.actor, on=on, reason=said)
        if row.get("progress") and target in {WorkState.UNDER_WAY, WorkState.SUSPENDED}:
            works.set_progress(work=work, actor=self.actor, progress=row["progress"])

    def _funding(self, row: dict[str, Any]) -> str:
        work = self._work(row.get("work", ""), "work")
        funder = self._organisation(row["funder"], row.get("funder_kind", ""))
        said = {"work": work, "amount": row["amount"], "currency": row["currency"], "reference": row.get("reference", "")[:100]}
        dated = {name: row[name] for name in ("available_from", "price_date") if row.get(name)}
        known = Funding.objects.of(self.process).filter(funder=funder, retired_at=None, **said, **dated).first()
        if known is not None:
            if known.stage == row["stage"]:
                return "same"
            money.set_stage(row=known, stage=row["stage"], actor=self.actor, on=row["on"])
            return "changed"
        money.add(
            process=self.process, actor=self.actor, funder=funder, stage=row["stage"], on=row["on"],
            source=row.get("source", ""), **said, **dated,
        )  # fmt: skip
        return "new"

    def _homes(self, row: dict[str, Any]) -> str:
        counts = {name: row.get(name) for name in homes.CLASSES}
        started = timezone.now()
        found = homes.count_homes(
            process=self.process, actor=self.actor, area=self._area(row["area"]), as_of=row["as_of"], source=row["source"],
            occupied=row.get("occupied") or 0, **counts,
        )  # fmt: skip
        return "new" if found.created_at >= started else "same"

    def _capacities(self, row: dict[str, Any]) -> str:
        started = timezone.now()
        found = homes.set_capacity(
            process=self.process, actor=self.actor, area=self._area(row["area"]), service=row["service"], as_of=row["as_of"],
            places=row["places"], used=row.get("used") or 0, source=row["source"],
        )  # fmt: skip
        return "new" if found.created_at >= started else "same"

    def _crews(self, row: dict[str, Any]) -> str:
        code = (slugify(row["crew"]) or row["crew"])[:40]
        return self._logged(
            lambda: homes.set_crew(
                process=self.process, actor=self.actor, code=code, name=row.get("name", ""), starts_on=row["from"],
                units=row["units"], source=row.get("source", ""),
            )
        )  # fmt: skip

    def _seats(self, row: dict[str, Any]) -> str:
        code = (slugify(row["hub"]) or row["hub"])[:40]
        return self._logged(
            lambda: homes.set_seats(
                process=self.process, actor=self.actor, area=self._area(row["area"]), code=code, starts_on=row["from"],
                persons=row["persons"], source=row.get("source", ""),
            )
        )  # fmt: skip

    def _rates(self, row: dict[str, Any]) -> str:
        money.set_rate(process=self.process, actor=self.actor, **row)
        return "new"

    @staticmethod
    def _logged(write: Callable[[], object]) -> str:
        """Whether a write did anything, told by the log: what changes nothing writes no entry."""
        before = audit.AuditHead.objects.values_list("seq", flat=True).first()
        write()
        return "new" if audit.AuditHead.objects.values_list("seq", flat=True).first() != before else "same"


_SAME = ("kind", "title", "language", "scope", "currency", "resource", "source", "iati_identifier", "sector")
_RENAMED = {"cost": "cost", "price_date": "price_date", "months": "duration_months", "planned_start": "planned_start"}
_COLUMN_OF = {"duration_months": "months", "starts_on": "from", "name": "funder"}
