"""Areas, works and gates of the places as a plan uses them. A constant number of queries.

An area is closed while one of its required gates is. A closed gate opens in a plan in one of three ways, and in no other: its
works are done; its authority has said when a decision is expected, or the scenario assumes a month. Else the area stays closed
for the whole plan and the gates that hold it are named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayhome.accounts.models import Process
from wayhome.places.models import Area
from wayhome.places.queries import gates as gate_queries
from wayhome.places.queries import supply
from wayhome.places.work_states import WorkState
from wayhome.plans.bridge.types import Left, Project
from wayhome.plans.models import Scenario, WorkChoice
from wayhome.plans.months import month_at
from wayhome.plans.states import Inclusion

GATE_KIND = "gate"


@dataclass
class Ground:
    """What there is in the areas, what can be built there, and which of them stay closed."""

    supply: dict[int, supply.AreaSupply]
    parents: dict[int, int | None]
    codes: dict[int, str]
    projects: list[Project] = field(default_factory=list)
    closed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Areas closed for the whole plan, with the kinds of gates that hold them."""
    left: list[Left] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        twice = {code for code in self.codes.values() if code and list(self.codes.values()).count(code) > 1}
        self._keys = {pk: code if code and code not in twice else f"#{pk}" for pk, code in self.codes.items()}

    def key(self, area_id: int) -> str:
        """The area's identifier in an instance: its P-code where that is one area's alone, else # and its number."""
        return self._keys.get(area_id, f"#{area_id}")

    def adding_homes(self) -> set[int]:
        return {one.area_id for one in self.projects if one.resource == "dwelling" and one.adds > 0}

    def placing(self, wished: int) -> tuple[int | None, str, tuple[str, ...]]:
        """The area of the plan in which a wished place lies: itself or the nearest above it that has homes on file."""
        at: int | None = wished
        seen: set[int] = set()
        building = self._building
        while at is not None and at not in seen:
            if at in self.supply or at in building:
                break
            seen.add(at)
            at = self.parents.get(at)
        else:
            return None, "no_homes_on_file", ()
        if at in self.closed:
            return None, "gate_closed", self.closed[at]
        here = self.supply.get(at)
        if (here is None or not here.dwelling) and at not in building:
            return None, "no_homes", ()
        return at, "", ()

    def settle(self) -> None:
        """Remember what `placing` asks often; call once all projects are known."""
        self._building = self.adding_homes()


def ground(process: Process, scenario: Scenario, *, today: date) -> Ground:
    """The places of a process under the assumptions of a scenario."""
    rows = Area.objects.of(process).values_list("pk", "parent_id", "code")
    areas = list(rows)
    found = Ground(
        {one.area_id: one for one in supply.area_supply(process, scenario.start)},
        {pk: parent for pk, parent, _code in areas},
        {pk: code for pk, _parent, code in areas},
    )
    _works(process, scenario, found)
    _gates(process, scenario, found, today)
    found.settle()
    return found


def _works(process: Process, scenario: Scenario, found: Ground) -> None:
    choices = {row.work_id: row for row in scenario.works.all()}
    every = supply.plannable_works(process, scenario.start)
    for one in supply.unplannable_works(process):
        found.left.append(Left("work_" + one.lacks[0], area_id=one.area_id, work_ids=(one.id,)))
    out = {one.id for one in every if one.id in choices and choices[one.id].inclusion == Inclusion.OUT}
    found.left += [Left("work_out", area_id=one.area_id, work_ids=(one.id,)) for one in every if one.id in out]
    again = True
    while again:  # what comes after a work that is left out cannot be done either
        follow = [one for one in every if one.id not in out and one.after_id in out]
        out |= {one.id for one in follow}
        found.left += [Left("work_after_out", area_id=one.area_id, work_ids=(one.id,)) for one in follow]
        again = bool(follow)
    kept = [one for one in every if one.id not in out]
    codes = [one.code for one in kept]
    keys = {one.id: one.code if codes.count(one.code) == 1 else f"{one.code} #{one.id}" for one in kept}
    for one in kept:
        project = _project(scenario, one, choices.get(one.id), keys)
        earliest = choices[one.id].earliest if one.id in choices else None
        if earliest is not None and not project.underway and scenario.period(earliest) > 0:
            _wait(found, project, scenario.period(earliest))
        found.projects.append(project)


def _project(scenario: Scenario, one: supply.PlannableWork, choice: WorkChoice | None, keys: dict[int, str]) -> Project:
    duration, cost, currency = one.duration_months, one.cost, one.currency
    if choice is not None and choice.duration is not None:
        duration = choice.duration
    if choice is not None and choice.cost is not None:
        cost, currency = choice.cost, scenario.currency
    project = Project(
        key=keys[one.id],
        area_id=one.area_id,
        title=one.title,
        kind=one.kind,
        duration=duration,
        cost=float(cost),
        currency=currency,
        crew=one.crew,
        crew_units=float(one.crew_units),
        resource=one.resource,
        adds=float(one.adds),
        after=keys.get(one.after_id, "") if one.after_id else "",
        work_id=one.id,
    )
    if one.started_on is not None and one.state in {WorkState.UNDER_WAY, WorkState.FINISHED}:
        _under_way(scenario, project, one)
    return project


def _under_way(scenario: Scenario, project: Project, one: supply.PlannableWork) -> None:
    """A work that has begun: its start is a fact. Begun before the plan, it is paid for and takes the months that remain."""
    assert one.started_on is not None
    begun = scenario.period(one.started_on)
    if one.finished_on is not None:
        end = scenario.period(one.finished_on) + 1
    else:
        end = scenario.period(month_at(one.started_on, project.duration))
    project.underway, project.after = True, ""
    project.fixed_start = max(begun, 0)
    project.duration = max(end - project.fixed_start, 0)
    if begun < 0:
        project.cost = 0.0


def _wait(found: Ground, project: Project, period: int) -> None:
    """Not before a period: a costless project of that length comes first. One that has a predecessor already keeps that one."""
    if project.after:
        found.notes.append({"code": "earliest_and_after", "work": project.work_id})
        return
    waiting = Project(f"{project.key} wait", project.area_id, project.title, "wait", period, 0.0, "", expected=True)
    found.projects.append(waiting)
    project.after = waiting.key


def _gates(process: Process, scenario: Scenario, found: Ground, today: date) -> None:
    assumed = {(row.area_id, row.kind): row.expected for row in scenario.gates.all()}
    by_work = {one.work_id: one for one in found.projects if one.work_id is not None}
    wanted = found.supply.keys() | {one.area_id for one in found.projects}
    standing = gate_queries.standing(process, today, sorted(wanted))
    for area_id in sorted(wanted):
        here = standing[area_id]
        holding: list[str] = []
        added: list[Project] = []
        marked: list[Project] = []
        for gate in here.gates:
            if not gate.required:
                continue
            if gate.open:
                if gate.expires_on is not None and scenario.period(gate.expires_on) < scenario.months:
                    found.notes.append(
                        {"code": "gate_expires", "gate": gate.kind, "area": area_id, "on": gate.expires_on.isoformat()}
                    )
                continue
            opening = _opening(scenario, area_id, gate, assumed.get((area_id, gate.kind)), by_work, today)
            if opening is None:
                holding.append(gate.kind)
            else:
                added += opening[0]
                marked += opening[1]
        if holding:
            found.closed[area_id] = tuple(holding)
        else:
            found.projects += added
            for work in marked:
                work.gate = True


def _opening(
    scenario: Scenario,
    area_id: int,
    gate: gate_queries.GateStanding,
    month: date | None,
    by_work: dict[int, Project],
    today: date,
) -> tuple[list[Project], list[Project]] | None:
    """What has to happen for a closed gate to open: projects to add, and works that become gates. None if nothing is known."""
    if month is None and gate.work_ids:
        works = [by_work[work] for work in gate.work_ids if work in by_work]
        if len(works) < len(gate.work_ids):
            return None  # one of its works is left out, cannot be planned, or is done and yet the gate is closed
        # A work elsewhere opens this gate: nothing is built here, but the gate waits for it.
        added = [
            Project(
                f"gate {area_id} {gate.kind} {work.key}",
                area_id,
                work.title,
                GATE_KIND,
                0,
                0.0,
                "",
                after=work.key,
                gate=True,
                gate_kind=gate.kind,
            )
            for work in works
            if work.area_id != area_id
        ]
        return added, [work for work in works if work.area_id == area_id]
    if month is None and gate.expected_on is not None and gate.expected_on >= today:
        month = gate.expected_on
    if month is None:
        return None
    period = max(scenario.period(month) + (month.day > 1), 0)
    key = f"gate {area_id} {gate.kind}"
    opens = Project(key, area_id, gate.title, GATE_KIND, period, 0.0, "", gate=True, gate_kind=gate.kind, expected=True)
    return [opens], []
