"""What gates are on a day, worked out when read from the decisions, the second person's word and the calendar.

A place is open on a day when every kind of gate that the process requires is open for it on that day. A gate of a larger area holds for
what lies within it, as long as a place has no decision of its own; a larger area whose gate is closed or has run out shuts what
lies within it, whatever was decided there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.core.days import written
from wayhome.places.gate_states import Ruling, State
from wayhome.places.gate_words import kind_words
from wayhome.places.models import Area, Gate, GateDecision, GateKind, GateNeed, GateReview


@dataclass(frozen=True, slots=True)
class GateStanding:
    """One kind of gate for one area on a day.

    `gate_id` is empty where nothing was ever decided. `area_id` is the area whose gate this is: the area itself or one above it.
    `expected_on` is when its authority expects to decide: nothing that anybody promised. `work_ids` are the works that open it.
    """

    gate_id: int | None
    kind: str
    state: State
    reason: str
    expected_on: date | None
    work_ids: tuple[int, ...]
    expires_on: date | None
    required: bool
    title: str
    area_id: int | None
    decision_id: int | None = None
    waiting: bool = False  # an opening waits for the second person

    @property
    def open(self) -> bool:
        return self.state == State.OPEN


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """Whether anybody may go to an area on a day, and each of its gates in the order of the kinds."""

    open: bool
    gates: tuple[GateStanding, ...]

    @property
    def shut_by(self) -> tuple[GateStanding, ...]:
        """The required gates that are not open."""
        return tuple(gate for gate in self.gates if gate.required and not gate.open)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may arrive in an area on a day, with a sentence for each gate that is in the way."""

    may: bool
    reasons: tuple[str, ...]
    standing: AreaStanding

    def __bool__(self) -> bool:
        return self.may


def kinds(process: Process) -> list[GateKind]:
    """The kinds of gates of a process with `asked` (required today) and `waiting` (somebody asked to require it no longer)."""
    rows = list(GateKind.objects.filter(process=None)) + list(GateKind.objects.filter(process=process))
    needs: dict[int, bool] = {}
    waiting: dict[int, GateNeed] = {}
    for need in GateNeed.objects.of(process).select_related("review", "by").order_by("pk"):
        review: GateReview | None = getattr(need, "review", None)
        if need.required or (review is not None and review.agreed):
            needs[need.kind_id] = need.required
            waiting.pop(need.kind_id, None)
        elif review is None:
            waiting[need.kind_id] = need
    for row in rows:
        row.asked = needs.get(row.pk, row.required)  # type: ignore[attr-defined]
        row.waiting = waiting.get(row.pk)  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: (row.process_id is not None, row.position, row.pk))


@dataclass(frozen=True, slots=True)
class Held:
    """What the decisions about one gate come to on a day."""

    gate: Gate
    state: State
    decision: GateDecision | None
    waiting: GateDecision | None = None  # an opening that counts once another person agrees
    expectation: GateDecision | None = None  # the latest word on when its authority expects to decide


def held(gate: Gate, decisions: Sequence[GateDecision], on: date) -> Held:
    """The state of a gate from its decisions in the order in which they were recorded.

    The last decision recorded that counts on the day stands. An opening counts from its own day and the day of the second
    person's word, whichever is later; whatever shuts counts from its own day. A later decision ends a wait for a second word.
    """
    standing: GateDecision | None = None
    waiting: GateDecision | None = None
    expectation: GateDecision | None = None
    for decision in decisions:
        review: GateReview | None = getattr(decision, "review", None)
        since = decision.decided_on
        if decision.ruling == Ruling.OPEN:
            if review is None or not review.agreed:
                waiting = decision if review is None else None
                continue
            since = max(since, review.on)
        waiting = None
        if since > on:
            continue
        expectation = decision if decision.expected_on is not None else None
        if standing is None or expectation is None or standing.ruling != decision.ruling:
            standing = decision  # a mere expectation leaves what was decided before it as it is
    if standing is None:
        return Held(gate, State.UNDECIDED, None, waiting)
    if standing.ruling == Ruling.OPEN and standing.expires_on is not None and standing.expires_on < on:
        return Held(gate, State.EXPIRED, standing, waiting)
    return Held(gate, State(standing.ruling), standing, waiting, expectation)


def holding(process: Process, on: date, areas: Iterable[int] | None = None) -> dict[tuple[int, int], Held]:
    """What every gate on file is on a day, by area and kind; three queries."""
    gates = Gate.objects.of(process).select_related("kind")
    rows = GateDecision.objects.of(process).select_related("review").order_by("pk")
    if areas is not None:
        wanted = list(areas)
        gates, rows = gates.filter(area__in=wanted), rows.filter(gate__area__in=wanted)
    decisions: dict[int, list[GateDecision]] = {}
    for row in rows:
        decisions.setdefault(row.gate_id, []).append(row)
    return {(gate.area_id, gate.kind_id): held(gate, decisions.get(gate.pk, ()), on) for gate in gates}


def standing(process: Process, on: date, areas: Iterable[int] | None = None) -> dict[int, AreaStanding]:
    """Every area of the process (or those named) with its gates on a day. A constant number of queries.

    An area about which nothing was decided is in it too: closed, as long as the process requires any gate.
    """
    parents = dict(Area.objects.of(process).order_by().values_list("pk", "parent_id"))
    wanted = list(parents) if areas is None else [pk for pk in areas if pk in parents]
    near = None if areas is None else {pk for one in wanted for pk in line(one, parents)}
    here = holding(process, on, near)
    every = kinds(process)
    works = opening_works(process)
    on_file: dict[int, set[int]] = {}
    for area, kind in here:
        on_file.setdefault(area, set()).add(kind)
    found: dict[int, AreaStanding] = {}
    empty: AreaStanding | None = None
    for pk in wanted:
        above = line(pk, parents)
        if not any(one in on_file for one in above):  # most of a large gazetteer: one answer for all of them
            empty = empty or of_area(None, (), every, here, works)
            found[pk] = empty
        else:
            found[pk] = of_area(pk, above, every, here, works)
    return found


def line(pk: int, parents: Mapping[int, int | None]) -> list[int]:
    """An area and those above it, the nearest first."""
    above: list[int] = []
    at: int | None = pk
    while at is not None and at not in above:
        above.append(at)
        at = parents.get(at)
    return above


def of_area(
    pk: int | None,
    above: Sequence[int],
    every: Sequence[GateKind],
    here: Mapping[tuple[int, int], Held],
    works: Mapping[int, tuple[int, ...]],
) -> AreaStanding:
    """An area from what is on file for it and for those `above` it (itself first)."""
    gates = tuple(_one(pk, above, kind, here, works) for kind in every)
    return AreaStanding(all(gate.open for gate in gates if gate.required), gates)


def _one(
    pk: int | None,
    above: Sequence[int],
    kind: GateKind,
    here: Mapping[tuple[int, int], Held],
    works: Mapping[int, tuple[int, ...]],
) -> GateStanding:
    found = [here[area, kind.pk] for area in above if (area, kind.pk) in here]
    # The nearest decision holds; where a larger area is shut, so is what lies within it.
    chosen = next((one for one in found if one.decision is not None), found[0] if found else None)
    shut = next((one for one in found if one.state in (State.CLOSED, State.EXPIRED)), None)
    if shut is not None and chosen is not None and chosen.state == State.OPEN:
        chosen = shut
    own = here.get((pk, kind.pk)) if pk is not None else None
    title = str(kind_words(kind))
    required = bool(kind.asked)  # type: ignore[attr-defined]
    if chosen is None:
        return GateStanding(None, kind.code, State.UNDECIDED, _("nothing decided on file"), None, (), None, required, title, None)
    decision, state = chosen.decision, chosen.state
    return GateStanding(
        chosen.gate.pk,
        kind.code,
        state,
        reason(chosen),
        chosen.expectation.expected_on if chosen.expectation is not None and state != State.OPEN else None,
        works.get(chosen.gate.pk, ()),
        decision.expires_on if decision is not None else None,
        required,
        title,
        chosen.gate.area_id,
        decision.pk if decision is not None else None,
        own is not None and own.waiting is not None,
    )


def day(value: date) -> str:
    """A day as sentences have it."""
    return written(value, "j E Y")


def reason(one: Held) -> str:
    """Why a gate is what it is, in a sentence without a full stop."""
    decision = one.decision
    if decision is None:
        if one.waiting is not None:
            return _("an opening waits for a second person")
        return _("nothing decided on file")
    said = {
        "who": decision.authority or decision.by_label,
        "on": day(decision.decided_on),
        "paper": decision.certificate,
        "until": day(decision.expires_on) if decision.expires_on is not None else "",
    }
    match one.state:
        case State.OPEN if decision.expires_on is not None:
            return _("%(paper)s, %(who)s, valid until %(until)s") % said
        case State.OPEN:
            return _("%(paper)s, %(who)s, %(on)s") % said
        case State.EXPIRED:
            return _("%(paper)s, %(who)s, ran out after %(until)s") % said
        case State.CLOSED:
            return _("closed on %(on)s by %(who)s") % said
    if decision.expected_on is not None:
        return _("nothing decided on file")
    return _("no decision stands since %(on)s") % said


def opening_works(process: Process) -> dict[int, tuple[int, ...]]:
    """The works by which each gate can be opened, by gate; one query."""
    found: dict[int, list[int]] = {}
    through = Gate.works.through.objects.filter(gate__process=process).order_by("work_id")
    for gate, work in through.values_list("gate_id", "work_id"):
        found.setdefault(gate, []).append(work)
    return {gate: tuple(works) for gate, works in found.items()}


def may_arrive(area: Area, on: date | None = None) -> Verdict:
    """Whether anybody may arrive in an area on a day (today by default), and what is in the way if not."""
    on = on or timezone.localdate()
    found = standing(area.process, on, [area.pk])[area.pk]
    reasons = tuple(
        _("%(gate)s: %(state)s (%(reason)s)") % {"gate": gate.title, "state": gate.state.label.lower(), "reason": gate.reason}
        for gate in found.shut_by
    )
    return Verdict(found.open, reasons, found)


def gate_state(process: Process, gate: Gate, on: date) -> Held:
    """What one gate on file is on a day, by its own decisions alone."""
    return held(gate, list(gate.decisions.select_related("review").order_by("pk")), on)


def below(process: Process, pk: int) -> list[int]:
    """An area and everything that lies within it; one query."""
    children: dict[int | None, list[int]] = {}
    for one, parent in Area.objects.of(process).order_by().values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(one)
    found, todo = [], [pk]
    while todo:
        at = todo.pop()
        found.append(at)
        todo.extend(children.get(at, ()))
    return found


def open_areas(process_id: int, on: date) -> tuple[int, int]:
    """How many areas about which anything was decided are open on a day, and how many there are: a measure."""
    process = Process.objects.get(pk=process_id)
    known = set(Gate.objects.of(process).values_list("area_id", flat=True))
    found: dict[int, Any] = standing(process, on, known) if known else {}
    return sum(one.open for one in found.values()), len(found)
