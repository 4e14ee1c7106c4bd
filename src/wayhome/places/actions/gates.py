"""Decisions about gates. To shut takes one person and no time; to open takes a paper, whose it is, and a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, TooLarge
from wayhome.places import signals
from wayhome.places.gate_states import SECOND_PERSON, STEPS, Ruling, State, Step
from wayhome.places.models import Area, Gate, GateDecision, GateKind, GateNeed, GateReview, Work
from wayhome.places.queries import criteria
from wayhome.places.queries import gates as queries


@dataclass(frozen=True, slots=True)
class Said:
    """What a decision says beside its ruling. `file` is a name with its bytes, `ground` a kind and identifier (`places.grounds`)."""

    authority: str = ""
    method: str = ""
    certificate: str = ""
    decided_on: date | None = None
    expires_on: date | None = None
    expected_on: date | None = None
    note: str = ""
    file: tuple[str, bytes] | None = None
    ground: tuple[str, UUID] | None = None


def _trimmed(text: str, length: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:length]


@transaction.atomic
def decide(*, area: Area, kind: GateKind, step: Step | str, actor: Actor, said: Said, today: date | None = None) -> GateDecision:
    """Take one step with a gate. What shuts it counts at once; an opening waits for `confirm` by another person.

    `today` is another day than today only where a history is brought in.

    Raises:
        Forbidden, InvalidInput; Conflict: no such step from what the gate is today.
    """
    require_actor(actor, area.process, Permission.DECIDE_GATES)
    process, today = area.process, today or timezone.localdate()
    if kind.process_id not in (None, process.pk):
        raise ValueError("a kind of gate of another process")
    gate, _new = Gate.objects.get_or_create(process=process, area=area, kind=kind)
    gate = Gate.objects.select_for_update().get(pk=gate.pk)
    before = queries.gate_state(process, gate, today)
    try:
        step = Step(step)
        ruling = STEPS[before.state, step]
    except (ValueError, KeyError) as error:
        raise Conflict(
            _("The gate is “%(state)s”: this step does not lead on from there.") % {"state": before.state.label},
            _("Look at the page again; somebody may have decided meanwhile."),
        ) from error
    if ruling in SECOND_PERSON and before.waiting is not None:
        raise Conflict(
            _("An opening of %(on)s waits for a second person.") % {"on": queries.day(before.waiting.decided_on)},
            _("Confirm it, or say no to it, first."),
        )
    values = _checked(kind, ruling, step, said, before, today)
    was = queries.standing(process, today, [area.pk])[area.pk]
    rule = criteria.rule(process, kind.rule_key) if kind.rule_key else None
    decision = GateDecision.objects.create(
        process=process, gate=gate, ruling=ruling, rule=rule, by_id=actor.user_id, by_label=actor.label[:200], **values
    )
    detail = {
        "area": str(area),
        "gate": kind.code,
        "step": str(step.value),
        "before": str(before.state.value),
        "after": str(ruling.value),
        **{name: str(value) for name, value in values.items() if value and name not in ("ground_uid",)},
    }
    waits = ruling in SECOND_PERSON
    audit.record(
        "gate.opening_proposed" if waits else "gate.decided", actor=actor, subject=gate, process_id=process.pk, detail=detail
    )
    if not waits:
        _tell(gate, before.state, State(ruling), was.open)
    return decision


def _checked(kind: GateKind, ruling: Ruling, step: Step, said: Said, before: queries.Held, today: date) -> dict[str, Any]:
    """The fields of the decision, or what is wrong with them."""
    on = said.decided_on or today
    if on > today:
        raise InvalidInput(
            _("The day of the decision lies in the future."),
            _("Record a decision once it is made; until then record when it is expected."),
            field="decided_on",
        )
    values: dict[str, Any] = {
        "authority": _trimmed(said.authority, 200),
        "method": _trimmed(said.method, 200),
        "certificate": _trimmed(said.certificate, 120),
        "note": _trimmed(said.note, 500),
        "decided_on": on,
        "expires_on": said.expires_on if ruling == Ruling.OPEN else None,
        "expected_on": said.expected_on if ruling != Ruling.OPEN else None,
        "ground_kind": said.ground[0] if said.ground is not None else "",
        "ground_uid": said.ground[1] if said.ground is not None else None,
    }
    if ruling == Ruling.OPEN:
        _check_opening(kind, values, before, today)
    elif step == Step.EXPECT:
        if values["expected_on"] is None:
            raise InvalidInput(_("Say on which day a decision is expected."), field="expected_on")
        if not values["authority"]:
            raise InvalidInput(_("Say who expects it."), field="authority")
    elif not values["note"]:
        raise InvalidInput(_("Say why, in a few words."), _("What happened, or what was found out, and from whom."), field="note")
    if values["expected_on"] is not None and values["expected_on"] < today:
        raise InvalidInput(_("The day on which a decision is expected has passed."), field="expected_on")
    if said.file is not None:
        name, data = said.file
        if len(data) > settings.UPLOAD_MAX_BYTES:
            limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
            raise TooLarge(_("The file is larger than %(limit)s.") % {"limit": limit}, field="file")
        values |= {"sha256": files.store(data), "file_name": name.replace("/", "_")[:255]}
    return values


def _check_opening(kind: GateKind, values: dict[str, Any], before: queries.Held, today: date) -> None:
    for name, problem in (
        ("authority", _("Say whose decision it is.")),
        ("method", _("Say how it was established.")),
        ("certificate", _("Name the certificate or document with its number.")),
    ):
        if not values[name]:
            raise InvalidInput(problem, _("A gate is opened on paper alone."), field=name)
    if before.decision is not None and values["decided_on"] < before.decision.decided_on:
        raise InvalidInput(
            _("A decision of %(on)s stands, which is later.") % {"on": queries.day(before.decision.decided_on)},
            _("What reopens a gate is newer than what shut it. Ask the authority for a new decision."),
            field="decided_on",
        )
    if values["expires_on"] is None and kind.needs_expiry:
        raise InvalidInput(
            _("An opening of this kind has a last day."),
            _("Write until when it holds; it can be renewed before."),
            field="expires_on",
        )
    if values["expires_on"] is not None and values["expires_on"] < today:
        raise InvalidInput(
            _("The certificate ran out on %(on)s.") % {"on": queries.day(values["expires_on"])},
            _("Ask the authority for a newer one; a certificate that ran out opens nothing."),
            field="expires_on",
        )


@transaction.atomic
def confirm(*, decision: GateDecision, actor: Actor, agreed: bool, note: str = "", today: date | None = None) -> GateReview:
    """The second person's word on an opening. Who proposed it cannot agree, and can say no, which takes it back.

    Raises: Forbidden, InvalidInput; Conflict: it does not wait any more, or the person is the same.
    """
    require_actor(actor, decision.process, Permission.DECIDE_GATES)
    process, today = decision.process, today or timezone.localdate()
    gate = Gate.objects.select_for_update(of=("self",)).select_related("kind", "area__process").get(pk=decision.gate_id)
    before = queries.gate_state(process, gate, today)
    if before.waiting is None or before.waiting.pk != decision.pk:
        raise Conflict(_("This opening does not wait any more."), _("A word was given, or a later decision stands."))
    _second(actor, decision.by_id, agreed, note)
    if agreed and decision.expires_on is not None and decision.expires_on < today:
        raise InvalidInput(_("The certificate has run out meanwhile."), _("Say no to it, and ask for a newer one."))
    was = queries.standing(process, today, [gate.area_id])[gate.area_id]
    review = GateReview.objects.create(
        process=process,
        decision=decision,
        agreed=agreed,
        note=_trimmed(note, 300),
        proposed_by_id=decision.by_id,
        by_id=actor.user_id,
        by_label=actor.label[:200],
        on=today,
    )
    detail = {"area": str(gate.area), "gate": gate.kind.code, "certificate": decision.certificate, "note": review.note}
    audit.record(
        "gate.opened" if agreed else "gate.opening_refused", actor=actor, subject=gate, process_id=process.pk, detail=detail
    )
    if agreed:
        _tell(gate, before.state, State.OPEN, was.open)
    return review


def _second(actor: Actor, proposed_by: int | None, agreed: bool, note: str) -> None:
    if agreed and actor.user_id == proposed_by:
        raise Conflict(
            _("Who proposed it cannot be the second person."), _("Ask another editor or the process lead to look at the paper.")
        )
    if not agreed and not note.strip():
        raise InvalidInput(_("Say why not, in a few words."), field="note")


@transaction.atomic
def require_kind(*, process: Process, kind: GateKind, required: bool, reason: str, actor: Actor) -> GateNeed:
    """Require a kind of gate in a process, at once; or propose to require it no longer, which another person confirms.

    Raises: Forbidden, InvalidInput, Conflict.
    """
    require_actor(actor, process, Permission.DECIDE_GATES)
    Process.objects.select_for_update().get(pk=process.pk)
    row = next((one for one in queries.kinds(process) if one.pk == kind.pk), None)
    if row is None:
        raise ValueError("a kind of gate of another process")
    if not reason.strip():
        raise InvalidInput(_("Say why, in a few words."), field="reason")
    if row.asked == required and (row.waiting is None or not required):  # type: ignore[attr-defined]
        raise Conflict(_("It is so already."))
    if row.waiting is not None and not required:  # type: ignore[attr-defined]
        raise Conflict(_("This waits for a second person already."))
    need = GateNeed.objects.create(
        process=process,
        kind=kind,
        required=required,
        reason=_trimmed(reason, 300),
        by_id=actor.user_id,
        by_label=actor.label[:200],
    )
    detail = {"gate": kind.code, "required": required, "reason": need.reason}
    action = "gate.kind_required" if required else "gate.kind_release_proposed"
    audit.record(action, actor=actor, subject=need, process_id=process.pk, detail=detail)
    if required:
        _tell_all(process, kind, required)
    return need


@transaction.atomic
def confirm_need(*, need: GateNeed, actor: Actor, agreed: bool, note: str = "") -> GateReview:
    """The second person's word on requiring a kind of gate no longer."""
    require_actor(actor, need.process, Permission.DECIDE_GATES)
    process = need.process
    Process.objects.select_for_update().get(pk=process.pk)
    waiting = next((one.waiting for one in queries.kinds(process) if one.pk == need.kind_id), None)  # type: ignore[attr-defined]
    if waiting is None or waiting.pk != need.pk:
        raise Conflict(_("This does not wait any more."))
    _second(actor, need.by_id, agreed, note)
    review = GateReview.objects.create(
        process=process,
        need=need,
        agreed=agreed,
        note=_trimmed(note, 300),
        proposed_by_id=need.by_id,
        by_id=actor.user_id,
        by_label=actor.label[:200],
        on=timezone.localdate(),
    )
    detail = {"gate": need.kind.code, "note": review.note}
    action = "gate.kind_released" if agreed else "gate.kind_release_refused"
    audit.record(action, actor=actor, subject=need, process_id=process.pk, detail=detail)
    if agreed:
        _tell_all(process, need.kind, required=False)
    return review


@transaction.atomic
def add_kind(*, process: Process, name: str, reason: str, actor: Actor) -> GateKind:
    """A kind of gate of the process's own, required from now on."""
    require_actor(actor, process, Permission.DECIDE_GATES)
    name = _trimmed(name, 120)
    if not name:
        raise InvalidInput(_("A kind of gate needs a name."), field="name")
    if any(str(one).casefold() == name.casefold() for one in queries.kinds(process)):
        raise InvalidInput(_("There is a kind of gate with this name."), field="name")
    number = GateKind.objects.filter(process=process).count() + 1
    kind = GateKind.objects.create(process=process, code=f"own{number}", name=name, position=100 + number)
    audit.record("gate.kind_added", actor=actor, subject=kind, process_id=process.pk, detail={"name": name})
    require_kind(process=process, kind=kind, required=True, reason=reason, actor=actor)
    return kind


@transaction.atomic
def set_works(*, area: Area, kind: GateKind, works: Iterable[Work], actor: Actor) -> Gate:
    """Say which works open a gate once they are finished. The gate itself opens by a decision alone."""
    require_actor(actor, area.process, Permission.DECIDE_GATES)
    chosen = sorted(works, key=lambda one: one.pk)
    if any(one.process_id != area.process_id for one in chosen):
        raise ValueError("a work of another process")
    gate, _new = Gate.objects.get_or_create(process=area.process, area=area, kind=kind)
    before = sorted(gate.works.values_list("pk", flat=True))
    after = [one.pk for one in chosen]
    if before != after:
        gate.works.set(chosen)
        detail = {"area": str(area), "gate": kind.code, "before": before, "after": after}
        audit.record("gate.works_set", actor=actor, subject=gate, process_id=area.process_id, detail=detail)
    return gate


def _tell(gate: Gate, was: State, now: State, was_open: bool) -> None:
    """Tell higher rooms that a gate changed; what lies within the area is meant as well."""
    if was == now:
        return
    signals.gate_changed.send(
        sender=Gate,
        process_id=gate.process_id,
        gate_id=gate.pk,
        area_ids=queries.below(gate.process, gate.area_id),
        kind=gate.kind.code,
        was=was.value,
        now=now.value,
        on=timezone.localdate(),
        area_was_open=was_open,
    )


def _tell_all(process: Process, kind: GateKind, required: bool) -> None:
    signals.gate_changed.send(
        sender=Gate,
        process_id=process.pk,
        gate_id=None,
        area_ids=list(Area.objects.of(process).order_by().values_list("pk", flat=True)),
        kind=kind.code,
        was="not required" if required else "required",
        now="required" if required else "not required",
        on=timezone.localdate(),
        area_was_open=None,
    )
