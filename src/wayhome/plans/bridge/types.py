"""What the bridge makes of a process before the engine sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Left:
    """Households or works left out of a plan, and why. `area_id` and `gates` (kinds) say where and what holds them back."""

    code: str
    households: int = 0
    persons: int = 0
    area_id: int | None = None
    gates: tuple[str, ...] = ()
    work_ids: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "households": self.households,
            "persons": self.persons,
            "area": self.area_id,
            "gates": list(self.gates),
            "works": list(self.work_ids),
        }


class Tally:
    """Adds up what is left out, by reason and place."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int | None], Left] = {}

    def household(self, code: str, persons: int, area_id: int | None = None, gates: Iterable[str] = ()) -> None:
        row = self._rows.setdefault((code, area_id), Left(code, area_id=area_id))
        row.households += 1
        row.persons += persons
        row.gates = tuple(sorted({*row.gates, *gates}))

    def rows(self) -> list[Left]:
        return sorted(self._rows.values(), key=lambda row: (-row.households, row.code, row.area_id or 0))


@dataclass(slots=True)
class Project:
    """One row of the instance's projects with what it means here. `work_id` or `gate_kind`; `expected`: nobody builds it."""

    key: str
    area_id: int
    title: str
    kind: str
    duration: int
    cost: float
    currency: str
    crew: str = ""
    crew_units: float = 0.0
    resource: str = ""
    adds: float = 0.0
    after: str = ""
    gate: bool = False
    work_id: int | None = None
    gate_kind: str = ""
    expected: bool = False
    underway: bool = False
    fixed_start: int | None = None


@dataclass(slots=True)
class Member:
    """A household that may return: what it needs, where it is, where it wants to live."""

    household_id: int
    key: str
    family: str
    hub_id: int
    group_id: int | None
    persons: int
    children: int
    clinic: int
    earliest: int
    area_id: int


@dataclass(slots=True)
class Prepared:
    """An instance in the making: settings and tables of the contract, and what they mean in the process.

    `counts` says what went in and what was left out, without naming a household; `latest_starts` are works that must start by
    a period because they are under way or because the scenario demands it, `latest_openings` places likewise.
    """

    settings: dict[str, Any]
    tables: dict[str, dict[str, list[Any]]]
    projects: list[Project] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, dict[str, int]] = field(default_factory=dict)
    latest_starts: dict[str, int] = field(default_factory=dict)
    latest_openings: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, int] = field(default_factory=dict)
    """Works that have really begun, by key: the period, 0 where they began before the plan."""
    impossible: list[dict[str, Any]] = field(default_factory=list)
    """Demands that no plan of this instance can meet, known without solving: the work is not in it, the place stays closed."""


def columns(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> dict[str, list[Any]]:
    """Rows turned into columns."""
    names = list(names)
    found: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        for name, value in zip(names, row, strict=True):
            found[name].append(value)
    return found
