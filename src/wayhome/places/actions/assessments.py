"""Assessments by hand: recorded, corrected, withdrawn; nothing on file is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
from wayhome.engines.readiness import ReadinessError
from wayhome.places.models import Area, Assessment, AssessmentTable, Indicator, IndicatorValue, ReadinessModel
from wayhome.places.queries.readiness import in_force
from wayhome.places.readiness_bridge import engine_indicator


@dataclass(frozen=True, slots=True)
class Said:
    """What one source found in one area on one day. `answers` by indicator key: an answer's code, or a number as text."""

    area: Area
    on: date
    source: str
    answers: Mapping[int, str]
    method: str = Assessment.Method.KEY_INFORMANTS
    assessor: str = ""
    families: int | None = None
    note: str = ""


def x_of(indicator: Indicator, answer: str) -> float:
    """What an answer comes to. Raises: InvalidInput with the answers there are."""
    try:
        return engine_indicator(indicator).x_of(answer)
    except ReadinessError:
        problem = _("“%(answer)s” is no answer to “%(indicator)s”.") % {"answer": answer, "indicator": indicator.words}
        if indicator.answers:
            remedy = _("Its answers are: %(answers)s.") % {"answers": ", ".join(str(words) for _code, words in indicator.choices)}
        else:
            remedy = _("Write a number, from %(worst)s (worst) to %(best)s (best).") % {
                "worst": indicator.worst,
                "best": indicator.best,
            }
        raise InvalidInput(problem, remedy, field=f"i{indicator.pk}") from None


@transaction.atomic
def record(
    *,
    process: Process,
    actor: Actor,
    said: Said,
    today: date | None = None,
    replace: bool = False,
    table: AssessmentTable | None = None,
) -> tuple[Assessment, bool]:
    """Put an assessment on file: (the assessment, whether anything was written). The same twice is one.

    Where the same source, assessor and method already said something else of that area and day, `replace` decides: the new one
    takes the place of the one on file, which stays there and says by what it was replaced; answers it alone gave are taken over.

    Raises: Forbidden; InvalidInput for a day to come, no answer, no source, an area of another process; Conflict as said above.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    said = _checked(process, said, today or timezone.localdate())
    indicators = {one.pk: one for one in Indicator.objects.of(process).filter(pk__in=said.answers)}
    values = {pk: (answer, x_of(indicators[pk], answer)) for pk, answer in said.answers.items() if pk in indicators}
    if len(values) < len(said.answers):
        raise InvalidInput(_("An indicator is not on file in this process."), _("Choose one of the version in force."))
    model = in_force(process, said.on) or ReadinessModel.objects.of(process).order_by("version").first()
    if model is None:
        raise Conflict(_("The readiness index of this process is not set up."), _("Set it up on its page first."))
    key = {"area": said.area, "on": said.on, "source": said.source, "assessor": said.assessor, "method": said.method}
    before = Assessment.objects.select_for_update().of(process).filter(retired_at=None, **key).first()
    families, note = said.families, said.note
    if before is not None:
        earlier = {one.indicator_id: one.answer for one in before.values.all()}
        merged = {pk: answer for pk, answer in earlier.items() if pk not in values}
        same = all(earlier.get(pk) == answer for pk, (answer, _x) in values.items())
        if same and families in (None, before.families) and note in ("", before.note):
            return before, False
        if not replace:
            raise Conflict(
                _("%(source)s already said something else of this area for that day (%(ref)s).")
                % {"source": said.source, "ref": before.ref},
                _("Say that this corrects it, or name another assessor."),
                code="differs",
            )
        kept = {one.pk: one for one in Indicator.objects.filter(pk__in=merged)}
        values |= {pk: (answer, x_of(kept[pk], answer)) for pk, answer in merged.items()}
        families, note = before.families if families is None else families, note or before.note
        _retire(before, actor, _("Corrected"))
    made = Assessment.objects.create(
        process=process, number=next_number(Assessment, process), **key, families=families, note=note, model=model,
        table=table, by_id=actor.user_id,
    )  # fmt: skip
    IndicatorValue.objects.bulk_create(
        [IndicatorValue(assessment=made, indicator_id=pk, answer=answer, x=x) for pk, (answer, x) in values.items()]
    )
    if before is not None:
        before.replaced_by = made
        before.save(update_fields=["replaced_by"])
    if table is None:
        detail = {
            "ref": made.ref,
            "area": said.area.code or said.area.pk,
            "on": said.on,
            "source": said.source,
            "values": len(values),
        }
        if before is not None:
            detail["instead_of"] = before.ref
        audit.record("assessment.recorded", actor=actor, subject=made, process_id=process.pk, detail=detail)
    return made, True


def _checked(process: Process, said: Said, today: date) -> Said:
    source, assessor = " ".join(said.source.split())[:200], " ".join(said.assessor.split())[:150]
    if said.area.process_id != process.pk:
        raise InvalidInput(_("This area belongs to another process."), _("Choose an area of this one."), field="area")
    if said.on > today:
        raise InvalidInput(_("The day is still to come."), _("Write the day on which it was assessed."), field="on")
    if said.on.year < 1900:
        raise InvalidInput(_("The day lies before 1900."), _("Write the year with four digits."), field="on")
    if not source:
        raise InvalidInput(_("The assessment names no source."), _("Write who found it out."), field="source")
    if said.method not in Assessment.Method.values:
        raise InvalidInput(_("“%(text)s” is no method.") % {"text": said.method}, _("Choose one of the list."), field="method")
    answers = {pk: answer.strip() for pk, answer in said.answers.items() if answer.strip()}
    if not answers:
        raise InvalidInput(_("No indicator was answered."), _("Answer at least one."), field="answers")
    return Said(said.area, said.on, source, answers, said.method, assessor, said.families, said.note.strip()[:500])


def _retire(row: Assessment, actor: Actor, reason: str) -> None:
    row.retired_at, row.retired_by_id, row.retired_reason = timezone.now(), actor.user_id, reason[:300]
    row.save(update_fields=["retired_at", "retired_by", "retired_reason"])


@transaction.atomic
def withdraw(*, assessment: Assessment, actor: Actor, reason: str) -> None:
    """Take an assessment out of use; it stays on file with who did so and why.

    Raises: Forbidden; InvalidInput without a reason; Conflict when it is out of use already.
    """
    require_actor(actor, assessment.process, Permission.EDIT_PLACES)
    if not reason.strip():
        raise InvalidInput(_("Withdrawing needs a reason."), _("Write why it does not count."), field="reason")
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if locked.retired_at is not None:
        raise Conflict(_("%(ref)s is out of use already.") % {"ref": locked.ref})
    _retire(locked, actor, reason.strip())
    detail = {"ref": locked.ref, "reason": reason.strip()[:300]}
    audit.record("assessment.withdrawn", actor=actor, subject=locked, process_id=locked.process_id, detail=detail)
