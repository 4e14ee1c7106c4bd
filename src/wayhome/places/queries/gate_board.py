"""What the pages of gates show: the board of places by kind, what runs out soon, what waits for a second person, one gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access
from wayhome.places import bearing, grounds
from wayhome.places.bearing import Affected, Asked
from wayhome.places.gate_states import LAMPS, State
from wayhome.places.gate_words import kind_words, meaning
from wayhome.places.maps import Map
from wayhome.places.models import Area, Gate, GateDecision, GateKind, Rule, Work
from wayhome.places.names import APART, Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries import criteria
from wayhome.places.queries import gates as queries
from wayhome.places.queries.gates import AreaStanding, GateStanding, Held

SOON = 60  # days before its end in which an opening is shown as running out
VIEWS = ("all", "shut", "open", "soon")


@dataclass
class Cell:
    """One kind of gate of one area, as a lamp."""

    gate: GateStanding
    area: Area
    url: str
    above: str = ""  # the larger area whose gate it is

    @property
    def lamp(self) -> str:
        return LAMPS[self.gate.state]


@dataclass
class Row:
    area: Area
    standing: AreaStanding
    cells: list[Cell]
    affected: list[Affected | None]
    depth: int = 0
    larger: bool = False  # a district or province: its gates hold for the places within it

    @property
    def lamp(self) -> str:
        return "open" if self.standing.open else "closed"


@dataclass
class Board:
    rows: list[Row]
    kinds: list[GateKind]
    columns: list[GateKind]
    heads: list[Any]  # what gates bear on, one column each
    counts: dict[str, int]
    running_out: list[Cell]
    waiting: list[GateDecision]
    asked: dict[str, Asked]
    map: Map
    on: date
    total: int = 0


def board(process: Process, access: Access, on: date, *, view: str = "all", words: str = "", limit: int | None = None) -> Board:
    """The places about which anything was decided or to which people wish to go, by kind of gate. Constant queries."""
    every = queries.kinds(process)
    affected = bearing.counted(process.pk, access)
    known = set(Gate.objects.of(process).values_list("area_id", flat=True))
    wished = {pk for _kind, found in affected for pk in found}
    listed = known | wished
    standing = queries.standing(process, on, listed)
    listed &= set(standing)
    columns = [one for one in every if one.asked or _on_file(one, standing)]  # type: ignore[attr-defined]
    chosen = set(listed) & set(area_queries.find(process, words)) if words else set(listed)
    if words and not chosen:  # a place about which nothing was decided yet
        found = area_queries.find(process, words)[:30]
        standing |= queries.standing(process, on, found)
        chosen = set(found) & set(standing)
    larger = _larger(process, listed | chosen)
    keep = {pk for pk in chosen if _in_view(view, standing[pk], on) and not (view in ("open", "shut") and pk in larger)}
    rows = _ordered(process, keep if limit is None else set(sorted(keep)[:limit]))
    above = {gate.area_id for one in standing.values() for gate in one.gates if gate.area_id is not None} - {r.pk for r in rows}
    others = list(area_queries.areas(process).filter(pk__in=above)) if above else []
    policy = Policy.of(process.pk)
    area_queries.put_labels([*rows, *others], policy)
    names = {one.pk: one.shown_name.split(APART)[0] for one in [*rows, *others]}  # type: ignore[attr-defined]
    by_code = {one.code: n for n, one in enumerate(every)}
    made = []
    for area in rows:
        gates = standing[area.pk].gates
        cells = [_cell(process, area, gates[by_code[one.code]], names) for one in columns]
        made.append(
            Row(area, standing[area.pk], cells, [found.get(area.pk) for _kind, found in affected], area.depth, area.pk in larger)
        )  # type: ignore[attr-defined]
    result = Board(
        rows=made,
        kinds=every,
        columns=columns,
        heads=[kind.title for kind, _found in affected],
        counts={name: sum(_in_view(name, standing[pk], on) for pk in _counted(name, listed, larger)) for name in VIEWS},
        running_out=[],
        waiting=waiting(process),
        asked=bearing.asked(process.pk, access),
        map=_map(process, made, standing),
        on=on,
        total=len(listed),
    )
    soon = [cell for row in made for cell in row.cells if _runs_out(cell.gate, on) and cell.gate.area_id == row.area.pk]
    result.running_out = sorted(soon, key=lambda cell: (cell.gate.expires_on or on, cell.area.pk))
    for decision in result.waiting:
        decision.area_name = names.get(decision.gate.area_id, str(decision.gate.area))  # type: ignore[attr-defined]
    return result


def _on_file(kind: GateKind, standing: Mapping[int, AreaStanding]) -> bool:
    return any(gate.kind == kind.code and gate.gate_id is not None for one in standing.values() for gate in one.gates)


def _larger(process: Process, listed: set[int]) -> set[int]:
    """Areas of the list that hold other areas and are no settlement themselves."""
    small = (Area.Kind.SETTLEMENT, Area.Kind.QUARTER, Area.Kind.CAMP)
    rows = Area.objects.of(process).filter(pk__in=listed, children__isnull=False).exclude(kind__in=small)
    return set(rows.values_list("pk", flat=True))


def _counted(view: str, listed: set[int], larger: set[int]) -> set[int]:
    """Whether a view counts places alone or all that is listed."""
    return listed - larger if view in ("open", "shut") else listed


def _runs_out(gate: GateStanding, on: date) -> bool:
    return gate.state == State.OPEN and gate.expires_on is not None and gate.expires_on <= on + timedelta(SOON)


def _in_view(view: str, one: AreaStanding, on: date) -> bool:
    match view:
        case "shut":
            return not one.open
        case "open":
            return one.open
        case "soon":
            return any(_runs_out(gate, on) for gate in one.gates)
    return True


def _ordered(process: Process, keep: set[int]) -> list[Area]:
    """The areas in the order of the tree, each below the nearest of those above it that is shown too."""
    rows = list(area_queries.areas(process).filter(pk__in=keep).select_related("boundary"))
    parents = dict(Area.objects.of(process).order_by().values_list("pk", "parent_id"))
    order = {row.pk: (row.level, row.code, row.pk) for row in rows}

    def place(row: Area) -> list[tuple[Any, ...]]:
        return [order[pk] for pk in reversed(queries.line(row.pk, parents)) if pk in order]

    for row in rows:
        row.depth = min(len(place(row)) - 1, 3)  # type: ignore[attr-defined]
    return sorted(rows, key=place)


def _cell(process: Process, area: Area, gate: GateStanding, names: Mapping[int, str]) -> Cell:
    inherited = gate.area_id is not None and gate.area_id != area.pk
    url = reverse("gate", args=[process.slug, area.pk, gate.kind])
    return Cell(gate, area, url, names.get(gate.area_id or 0, "") if inherited else "")


def _map(process: Process, rows: Sequence[Row], standing: Mapping[int, AreaStanding]) -> Map:
    board = Map("gates", _("Open and shut places"), [_("Place"), _("Today"), _("Shut by")])
    for row in rows:
        own = [gate for gate in row.standing.shut_by if gate.gate_id is not None and gate.state != State.UNDECIDED]
        outline: Any = row.area.boundary if hasattr(row.area, "boundary") else None
        if row.larger and outline is None:
            continue  # a point in the middle of a province says nothing about its places
        # An outline holds many places: it is hatched when what was decided shuts all of them.
        shut = bool(own) if outline is not None else not row.standing.open
        name = row.area.shown_name  # type: ignore[attr-defined]
        board.area(
            row.area,
            name=name,
            short=name.split(APART)[0],
            url=reverse("area", args=[process.slug, row.area.pk]),
            cells=[
                _("holds for places within it") if row.larger else _("Open") if row.standing.open else _("Shut"),
                ", ".join(f"{gate.title} ({gate.state.label.lower()})" for gate in row.standing.shut_by),
            ],
            tone=5 if row.standing.open and not row.larger else None,
            shut=shut,
            outline=outline,
        )
    return board


def waiting(process: Process) -> list[GateDecision]:
    """Openings that wait for a second person, the oldest first."""
    rows = (
        GateDecision.objects.of(process)
        .filter(ruling="open", review=None)
        .select_related("gate__kind", "gate__area", "by")
        .order_by("pk")
    )
    later = dict(
        GateDecision.objects.of(process)
        .filter(Q(gate__in=[row.gate_id for row in rows]))
        .order_by("pk")
        .values_list("gate_id", "pk")
    )
    return [row for row in rows if later.get(row.gate_id) == row.pk]


@dataclass
class Happened:
    """One entry of a gate's history."""

    decision: GateDecision
    lamp: str
    ground: grounds.Ground | None = None
    review: Any = None
    waits: bool = False


@dataclass
class Shown:
    """One gate with all its page shows."""

    area: Area
    path: list[Area]
    kind: GateKind
    title: Any
    meaning: Any
    today: GateStanding
    own: Held | None
    lamp: str
    above: Area | None
    rule: Rule | None
    history: list[Happened]
    waiting: GateDecision | None
    ground: grounds.Ground | None
    expectation: GateDecision | None
    works: list[Work]
    choices: list[Work] = field(default_factory=list)
    affected: list[tuple[Any, Affected]] = field(default_factory=list)
    asked: Asked | None = None


def find_kind(process: Process, code: str) -> GateKind:
    """A kind of gate that the process has; any other is no page."""
    found = next((one for one in queries.kinds(process) if one.code == code), None)
    if found is None:
        raise Http404
    return found


def shown(process: Process, access: Access, pk: int, code: str, on: date) -> Shown:
    """The page of one gate, on file or not."""
    area, kind = area_queries.area(process, pk), find_kind(process, code)
    path = area_queries.above(area)
    area_queries.put_labels([area, *path], Policy.of(process.pk))
    today = next(gate for gate in queries.standing(process, on, [pk])[pk].gates if gate.kind == kind.code)
    gate = Gate.objects.of(process).filter(area=area, kind=kind).first()
    decisions: list[GateDecision] = []
    if gate is not None:
        decisions = list(gate.decisions.select_related("review", "rule__standard").order_by("pk"))
    own = queries.held(gate, decisions, on) if gate is not None else None
    wanted = [(one.ground_kind, one.ground_uid) for one in decisions if one.ground_uid is not None]
    readable = grounds.shown(process, wanted, access)
    history = [
        Happened(
            one,
            LAMPS[State(one.ruling)],
            readable.get(one.ground_uid) if one.ground_uid is not None else None,
            getattr(one, "review", None),
            own is not None and own.waiting is not None and own.waiting.pk == one.pk,
        )
        for one in reversed(decisions)
    ]
    works = list(gate.works.order_by("pk")) if gate is not None else []
    reach = [pk, *(one.pk for one in path)]
    affected = [
        (counter.title, found[pk]) for counter, found in bearing.counted(process.pk, access) if pk in found and found[pk].number
    ]
    asked = bearing.asked(process.pk, access).get(kind.code)
    return Shown(
        area=area,
        path=path,
        kind=kind,
        title=kind_words(kind),
        meaning=meaning(kind),
        today=today,
        own=own,
        lamp=LAMPS[today.state],
        above=next((one for one in path if one.pk == today.area_id), None),
        rule=criteria.rule(process, kind.rule_key) if kind.rule_key else None,
        history=history,
        waiting=own.waiting if own is not None else None,
        ground=next((one.ground for one in history if one.ground is not None), None),
        expectation=own.expectation if own is not None and own.state != State.OPEN else None,
        works=works,
        choices=list(
            Work.objects.of(process).filter(Q(area__in=reach) | Q(pk__in=[one.pk for one in works])).order_by("pk")[:60]
        ),
        affected=affected,
        asked=asked,
    )


@dataclass
class KindRow:
    """A kind of gate with what it rests on, how many places it holds, and who asked for it."""

    kind: GateKind
    title: Any
    meaning: Any
    rule: Rule | None
    asked: Asked | None
    states: list[tuple[str, Any, int]]  # lamp, words, number of places


def kind_rows(process: Process, found: Board, standing: Mapping[int, AreaStanding]) -> list[KindRow]:
    """The kinds of a process with their rules and counts; one query."""
    rules = criteria.rules(process, [one.rule_key for one in found.kinds if one.rule_key])
    rows = []
    for n, kind in enumerate(found.kinds):
        number = dict.fromkeys(State, 0)
        for one in standing.values():
            number[one.gates[n].state] += 1
        states = [(LAMPS[state], state.label, count) for state, count in number.items() if count]
        rows.append(KindRow(kind, kind_words(kind), meaning(kind), rules.get(kind.rule_key), found.asked.get(kind.code), states))
    return rows
