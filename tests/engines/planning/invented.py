"""Small invented instances of the planning contract, tight in money, crews, places and seats, made without any solver."""

from __future__ import annotations

from typing import Any

import numpy as np

from wayhome.engines.planning import check
from wayhome.engines.planning.ledger import units_of
from wayhome.engines.planning.types import Instance, Plan


def tables(
    seed: int,
    households: int = 40,
    areas: int = 4,
    periods: int = 8,
    *,
    together: bool = False,
    floor: float = 0.6,
    money: float = 0.6,
) -> tuple[dict[str, Any], dict[str, dict[str, list[Any]]]]:
    rng = np.random.default_rng(seed)
    persons = rng.integers(1, 8, households)
    children = np.minimum(rng.integers(0, 4, households), persons - 1)
    clinic = (rng.random(households) < 0.3).astype(int)
    origin = rng.integers(0, areas, households)
    second = (origin + 1 + rng.integers(0, areas - 1, households)) % areas
    both = rng.random(households) < 0.4
    earliest = [
        None if rng.random() < 0.1 else int(x)
        for x in rng.choice([0, 0, 0, 1, 2, periods], households, p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05])
    ]
    per_area = np.bincount(origin, minlength=areas)
    need = np.stack([per_area, *(np.bincount(origin, weights=w, minlength=areas) for w in (persons, children, clinic))], 1)
    works: list[tuple[Any, ...]] = []
    for a in range(areas):
        gate = ""
        if a % 3 != 2:
            works.append(
                (f"P{a}G", f"A{a}", "clearance", int(rng.integers(1, 3)), int(rng.integers(20, 60)), "clearance", 1, "", 0, "", 1)
            )
            gate = f"P{a}G"
        works.append(
            (
                f"P{a}W",
                f"A{a}",
                "water",
                int(rng.integers(1, 3)),
                int(rng.integers(20, 60)),
                "building",
                1,
                "water",
                int(need[a, 1] * 0.6),
                gate,
                0,
            )
        )
        works.append(
            (
                f"P{a}H",
                f"A{a}",
                "housing",
                int(rng.integers(1, 4)),
                int(rng.integers(40, 90)),
                "building",
                1,
                "dwelling",
                int(per_area[a] * 0.5) + 1,
                gate,
                0,
            )
        )
        works.append(
            (
                f"P{a}S",
                f"A{a}",
                "school",
                2,
                int(rng.integers(20, 60)),
                "building",
                1,
                "school",
                int(need[a, 2] * 0.5) + 1,
                f"P{a}W",
                0,
            )
        )
    total = sum(w[4] for w in works)
    columns = ("project_id", "area_id", "kind", "duration", "cost", "crew", "crew_units", "resource", "adds", "after", "gate")
    settings = {"periods": periods, "discount": 0.97, "fairness_floor": floor, "families": "together" if together else "free"}
    hubs = ["K0", "K1"]
    wishes = [(f"H{h:03}", f"A{origin[h]}", 1.0) for h in range(households)]
    wishes += [(f"H{h:03}", f"A{second[h]}", 0.6) for h in range(households) if both[h]]
    return settings, {
        "areas": {
            "area_id": [f"A{a}" for a in range(areas)], "district_id": ["D0"] * areas,
            **{kind: [int(x) for x in np.ceil(need[:, r] * 0.4)] for r, kind in enumerate(("dwelling", "water", "school", "clinic"))},
        },
        "projects": {name: [w[k] for w in works] for k, name in enumerate(columns)},
        "budget": {"period": list(range(periods)), "amount": [round(money * total / periods)] * periods},
        "crews": {"crew": ["clearance", "building"], "units": [1, 2]},
        "transport": {"hub_id": [h for h in hubs for _ in range(periods)], "period": list(range(periods)) * 2, "persons": [int(persons.sum() * 0.12)] * (2 * periods)},
        "households": {
            "household_id": [f"H{h:03}" for h in range(households)], "family_id": [f"F{h // 2:03}" if h % 3 else "" for h in range(households)],
            "hub_id": [hubs[h % 7 == 0] for h in range(households)], "group_id": [f"G{origin[h] % 2}" for h in range(households)],
            "persons": persons.tolist(), "children": children.tolist(), "clinic": clinic.tolist(), "earliest": earliest,
        },
        "wishes": {name: [w[k] for w in wishes] for k, name in enumerate(("household_id", "area_id", "weight"))},
    }  # fmt: skip


def invented(seed: int, **kinds: Any) -> Instance:
    return Instance.from_tables(*tables(seed, **kinds))


def simple_plan(instance: Instance) -> Plan:
    """Works as early as the rules let them, in the order of the table, then each household to its best open place: `check` alone decides."""
    plan = Plan.empty(instance)
    for work in range(instance.projects):
        for start in range(instance.periods - 1):
            starts = plan.starts.copy()
            starts[work] = start
            tried = Plan(starts, plan.area, plan.period)
            if not check(instance, tried):
                plan = tried
                break
    for unit in range(units_of(instance).count):
        plan = _settle(instance, plan, unit)
    return plan


def _settle(instance: Instance, plan: Plan, unit: int) -> Plan:
    units = units_of(instance)
    for row in sorted(np.flatnonzero(units.wish_unit == unit), key=lambda v: -units.wish_weight[v]):
        for period in range(units.earliest[unit], instance.periods):
            tried = units.spread(plan, unit, int(units.wish_area[row]), period)
            if not [v for v in check(instance, tried) if v.rule != 7]:
                return tried
    return plan
