"""Changes of a problem that somebody asks about: a work sooner or longer, money, crews, seats, places, gates. Each is said by ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.errors import PlanError
from wayhome.engines.planning.types import NEVER, RESOURCES, Demands, Doubles, Instance, Names, Plan


@dataclass(frozen=True, slots=True)
class StartWork:
    """The work starts in period `by` or sooner; the rest of the plan makes room for it."""

    project_id: str
    by: int


@dataclass(frozen=True, slots=True)
class Duration:
    """The work takes `periods`."""

    project_id: str
    periods: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The work costs `cost`."""

    project_id: str
    cost: float


@dataclass(frozen=True, slots=True)
class Budget:
    """`amount` more money (less, if negative) comes in in `period`; None: a part of it in every period, alike."""

    amount: float
    period: int | None = None


@dataclass(frozen=True, slots=True)
class BudgetTimes:
    """All money that comes in from period `since` on, times `factor`: 2/3 is a cut by a third."""

    factor: float
    since: int = 0


@dataclass(frozen=True, slots=True)
class Crew:
    """`units` more of a crew (fewer, if negative) in every period."""

    crew: str
    units: float


@dataclass(frozen=True, slots=True)
class Seats:
    """`persons` more can leave the hub (fewer, if negative) in `period`; None: in every period."""

    hub_id: str
    persons: float
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """`count` more places of a kind are in the area from its opening on."""

    area_id: str
    resource: str
    count: float


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of fairness between groups is `share` (0 to 1)."""

    share: float


@dataclass(frozen=True, slots=True)
class OpenGate:
    """The work is no gate any more: the area may open without it."""

    project_id: str


@dataclass(frozen=True, slots=True)
class CloseArea:
    """Nobody can arrive in the area before `until`; None: within the plan at all."""

    area_id: str
    until: int | None = None


Change = StartWork | Duration | Cost | Budget | BudgetTimes | Crew | Seats | Places | Floor | OpenGate | CloseArea


def _find(ids: Names, wanted: str, what: str) -> int:
    at = np.flatnonzero(ids == wanted)
    if not len(at):
        raise PlanError(f"There is no {what} “{wanted}”.", "Choose one of the plan's own.")
    return int(at[0])


def _period(instance: Instance, period: int) -> int:
    if not 0 <= period < instance.periods:
        raise PlanError(f"Period {period} is outside the plan.", f"Choose one from 0 to {instance.periods - 1}.")
    return period


def _more(values: Doubles, at: int | tuple[int, ...] | slice, amount: float) -> Doubles:
    out = values.copy()
    out[at] = np.maximum(0.0, out[at] + amount)
    return out


def apply(instance: Instance, changes: Sequence[Change]) -> tuple[Instance, Demands]:
    """The changed problem, and what is insisted on in it. Works that a change adds stand after the instance's own. Raises `PlanError`
    for an unknown id or a period outside the plan."""
    made, works = instance, dict[int, int]()
    for change in changes:
        match change:
            case StartWork(project_id, by):
                works[_find(made.project_ids, project_id, "work")] = _period(made, by)
            case Duration(project_id, periods):
                if periods < 0:
                    raise PlanError("A work cannot take less than no time.", "Give 0 or more periods.")
                duration = made.duration.copy()
                duration[_find(made.project_ids, project_id, "work")] = periods
                made = dataclasses.replace(made, duration=duration)
            case Cost(project_id, cost):
                if cost < 0:
                    raise PlanError("A cost is negative.", "Give 0 or more.")
                costs = made.cost.copy()
                costs[_find(made.project_ids, project_id, "work")] = cost
                made = dataclasses.replace(made, cost=costs)
            case Budget(amount, period):
                at = slice(None) if period is None else _period(made, period)
                share = amount / made.periods if period is None else amount
                made = dataclasses.replace(made, budget=_more(made.budget, at, share))
            case BudgetTimes(factor, since):
                if factor < 0:
                    raise PlanError("Money cannot be multiplied by less than nothing.", "Give a factor of 0 or more.")
                budget = made.budget.copy()
                budget[_period(made, since) :] *= factor
                made = dataclasses.replace(made, budget=budget)
            case Crew(crew, units):
                made = dataclasses.replace(
                    made, crew_capacity=_more(made.crew_capacity, _find(made.crew_ids, crew, "crew"), units)
                )
            case Seats(hub_id, persons, period):
                hub = _find(made.hub_ids, hub_id, "hub")
                transport = made.transport.copy()
                row = slice(None) if period is None else slice(_period(made, period), period + 1)
                transport[hub, row] = np.maximum(0.0, transport[hub, row] + persons)
                made = dataclasses.replace(made, transport=transport)
            case Places(area_id, resource, count):
                if resource not in RESOURCES:
                    raise PlanError(f"There are no places of kind “{resource}”.", f"Choose one of {', '.join(RESOURCES)}.")
                cell = (_find(made.area_ids, area_id, "area"), RESOURCES.index(resource))
                made = dataclasses.replace(made, places=_more(made.places, cell, count))
            case Floor(share):
                if not 0 <= share <= 1:
                    raise PlanError("A floor is a share.", "Give one from 0 to 1.")
                made = dataclasses.replace(made, fairness_floor=share)
            case OpenGate(project_id):
                gate = made.gate.copy()
                gate[_find(made.project_ids, project_id, "work")] = False
                made = dataclasses.replace(made, gate=gate)
            case CloseArea(area_id, until):
                area = _find(made.area_ids, area_id, "area")
                made = _with_gate(made, area, made.periods + 1 if until is None else _period(made, until))
                if until is not None:
                    works[made.projects - 1] = 0
    return made, Demands(works=works)


def _with_gate(instance: Instance, area: int, periods: int) -> Instance:
    """One more gate work in the area that takes `periods`, no money and no crew."""

    def one(values: np.ndarray, value: object) -> np.ndarray:
        return np.concatenate([values, np.array([value], dtype=values.dtype)])

    return dataclasses.replace(
        instance,
        project_ids=one(instance.project_ids, f"closed {instance.area_ids[area]} {instance.projects}"),
        project_area=one(instance.project_area, area), kind=one(instance.kind, ""), duration=one(instance.duration, periods),
        cost=one(instance.cost, 0.0), crew=one(instance.crew, NEVER), crew_units=one(instance.crew_units, 0.0),
        resource=one(instance.resource, NEVER), adds=one(instance.adds, 0.0), after=one(instance.after, NEVER), gate=one(instance.gate, True),
    )  # fmt: skip


def carried(plan: Plan, instance: Instance) -> Plan:
    """A plan of the unchanged problem as a plan of the changed one: works that the change added start at once where they can end."""
    added = np.arange(len(plan.starts), instance.projects)
    starts = np.where(instance.duration[added] <= instance.periods, 0, NEVER)
    return Plan(np.concatenate([plan.starts, starts]), plan.area, plan.period)


def cut(plan: Plan, projects: int) -> Plan:
    """A plan of the changed problem without the works that the change added."""
    return Plan(plan.starts[:projects], plan.area, plan.period)
