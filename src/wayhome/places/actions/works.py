"""Works: added, changed, moved along the table of states. `move` is the one writer of a work's state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
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
from wayhome.places.models import Area, Crew, Organisation, Work, WorkStateChange
from wayhome.places.money import CENT
from wayhome.places.work_states import NEEDS_REASON, TRANSITIONS, WorkState

EDITABLE = (
    "area", "code", "kind", "title", "language", "scope", "cost", "currency", "price_date", "duration_months", "after", "crew",
    "crew_units", "resource", "adds", "implementer", "planned_start", "source", "iati_identifier", "sector",
)  # fmt: skip


def _said(work: Work, fields: Any) -> dict[str, str]:
    """Values as the log keeps them: what somebody would call them."""
    found = {}
    for key in fields:
        value = getattr(work, key)
        if isinstance(value, Work):
            value = value.ref
        elif isinstance(value, Decimal):
            value = value.quantize(CENT)
        found[key] = "" if value is None else str(value)
    return found


def check(work: Work) -> None:
    """Everything about a work that no single field can say.

    Raises: InvalidInput with the field.
    """
    belongings: tuple[tuple[str, Area | Work | Crew | Organisation | None], ...] = (
        ("area", work.area), ("after", work.after), ("crew", work.crew), ("implementer", work.implementer),
    )  # fmt: skip
    for name, thing in belongings:
        if thing is not None and thing.process_id != work.process_id:
            raise InvalidInput(_("This record belongs to another process."), _("Choose one of this process."), field=name)
    try:
        work.clean_fields(exclude=["process", "number", "changed_by"])
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(problems), field=name) from error
    if work.cost is not None and not work.currency:
        raise InvalidInput(_("A cost needs its currency."), _("Write its three letters: USD, EUR."), field="currency")
    if work.cost is not None and work.price_date is None:
        raise InvalidInput(_("A cost needs the day of its prices."), _("Write the day of the estimate."), field="price_date")
    if bool(work.adds) != bool(work.resource):
        raise InvalidInput(_("Places added and what they are places of go together."), _("Give both, or neither."), field="adds")
    if bool(work.crew_units) != (work.crew is not None):
        raise InvalidInput(_("A crew and its units go together."), _("Give both, or neither."), field="crew_units")
    check_order(work)


def check_order(work: Work) -> None:
    """No work may wait for itself, through however many others. A query a step of the chain."""
    line, at = [work], work.after
    while at is not None:
        line.append(at)
        if at.pk is not None and at.pk == work.pk:
            raise InvalidInput(
                _("The works would wait for each other in a circle: %(line)s.")
                % {"line": " → ".join(one.ref if one.number else one.title for one in line)},
                _("Choose another work that comes before, or none."),
                field="after",
            )
        at = at.after


@transaction.atomic
def add(*, process: Process, actor: Actor, **fields: Any) -> Work:
    """A new work, planned.

    Raises: Forbidden, InvalidInput; Conflict for a code that another work has.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(unknown)}")
    work = Work(process=process, number=next_number(Work, process), changed_by_id=actor.user_id, **fields)
    check(work)
    _check_code(work)
    work.save()
    WorkStateChange.objects.create(work=work, after=work.state, on=timezone.localdate(), by_id=actor.user_id)
    audit.record("work.added", actor=actor, subject=work, process_id=process.pk, detail={"work": work.ref, "title": work.title})
    return work


@transaction.atomic
def change(*, work: Work, actor: Actor, **fields: Any) -> Work:
    """Change what is said of a work; the log keeps before and after. Nothing is written where nothing changed."""
    require_actor(actor, work.process, Permission.EDIT_PLACES)
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(unknown)}")
    row = Work.objects.select_for_update(of=("self",)).select_related("process").get(pk=work.pk)
    before = _said(row, fields)
    for key, value in fields.items():
        setattr(row, key, value)
    row.changed_by_id = actor.user_id
    check(row)
    _check_code(row)
    after = _said(row, fields)
    if before != after:
        row.save()
        detail = {"work": row.ref, "before": before, "after": after}
        audit.record("work.changed", actor=actor, subject=row, process_id=row.process_id, detail=detail)
    return row


def _check_code(work: Work) -> None:
    if work.code and Work.objects.filter(process=work.process, code=work.code).exclude(pk=work.pk).exists():
        raise Conflict(_("Another work has the code %(code)s.") % {"code": work.code}, _("Write another code."), field="code")


def possible(work: Work) -> list[WorkState]:
    """The states a work can go to, in the order of the table."""
    return [state for state in WorkState if state in TRANSITIONS[WorkState(work.state)]]


@transaction.atomic
def move(
    *, work: Work, after: str, actor: Actor, on: date | None = None, reason: str = "", seen: str | None = None
) -> WorkStateChange:
    """Take a step of the table: set the state and its dates, keep the step, write the log.

    Args:
        on: the day it happened, today if not said; not in the future.
        seen: the state that the person saw; another one by now is a conflict.

    Raises: Forbidden, Conflict, InvalidInput.
    """
    require_actor(actor, work.process, Permission.EDIT_PLACES)
    row = Work.objects.select_for_update(of=("self",)).select_related("after").get(pk=work.pk)
    before = WorkState(row.state)
    if seen is not None and seen != before:
        raise Conflict(
            _("%(ref)s is “%(state)s” by now; somebody took a step meanwhile.") % {"ref": row.ref, "state": before.label},
            _("Look at the work again. Nothing was changed."),
            code="changed",
        )
    if after not in WorkState.values or WorkState(after) not in TRANSITIONS[before]:
        raise Conflict(
            _("A work that is “%(before)s” can't become “%(after)s”.")
            % {"before": before.label, "after": WorkState(after).label if after in WorkState.values else after},
            _("Possible are: %(states)s.") % {"states": ", ".join(str(state.label) for state in possible(row))},
            code="no_such_step",
        )
    target = WorkState(after)
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise InvalidInput(_("The day lies in the future."), _("Write the day it happened."), field="on")
    if (before, target) in NEEDS_REASON and not reason.strip():
        raise InvalidInput(_("This step needs a reason."), _("Say why, in a sentence."), field="reason")
    if target == WorkState.UNDER_WAY and before not in {WorkState.SUSPENDED, WorkState.FINISHED}:
        if row.after is not None and row.after.state != WorkState.FINISHED:
            raise Conflict(
                _("%(ref)s comes only after %(other)s, which is “%(state)s”.")
                % {"ref": row.ref, "other": row.after.ref, "state": row.after.get_state_display()},
                _("Finish that one first, or take “only after” away from this one."),
                field="on",
            )
        row.started_on = on
    if target == WorkState.FINISHED:
        if row.started_on is not None and on < row.started_on:
            raise InvalidInput(_("It would be finished before it started."), _("Correct the day."), field="on")
        row.finished_on, row.progress = on, 100
    elif before == WorkState.FINISHED:
        row.finished_on, row.progress = None, min(row.progress, 99)
    elif target in {WorkState.PLANNED, WorkState.FUNDED, WorkState.TENDERED}:
        row.started_on, row.progress = None, 0
    row.state, row.changed_by_id = target, actor.user_id
    row.save(update_fields=["state", "started_on", "finished_on", "progress", "changed_by", "changed_at"])
    step = WorkStateChange.objects.create(
        work=row, before=before, after=target, on=on, reason=reason.strip()[:500], by_id=actor.user_id
    )
    audit.record(
        "work.moved",
        actor=actor,
        subject=row,
        process_id=row.process_id,
        detail={"work": row.ref, "before": before, "after": target, "on": on.isoformat(), "reason": step.reason},
    )
    return step


@transaction.atomic
def set_progress(*, work: Work, actor: Actor, progress: int) -> Work:
    """How far a work that has begun is, from 0 to 99: a hundred is what finishing it says.

    Raises: Conflict for a work that is not under way, InvalidInput.
    """
    require_actor(actor, work.process, Permission.EDIT_PLACES)
    row = Work.objects.select_for_update(of=("self",)).get(pk=work.pk)
    if row.state not in {WorkState.UNDER_WAY, WorkState.SUSPENDED}:
        raise Conflict(
            _("%(ref)s is “%(state)s”: only a work that has begun has progress.")
            % {"ref": row.ref, "state": row.get_state_display()},
            _("Say first that it is under way."),
        )
    if not 0 <= progress <= 99:
        raise InvalidInput(_("Progress is from 0 to 99 per cent."), _("Finish the work instead."), field="progress")
    before, row.progress, row.changed_by_id = row.progress, progress, actor.user_id
    row.save(update_fields=["progress", "changed_by", "changed_at"])
    detail = {"work": row.ref, "before": before, "after": progress}
    audit.record("work.progress", actor=actor, subject=row, process_id=row.process_id, detail=detail)
    return row
