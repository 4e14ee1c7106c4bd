"""A run with a small plan made by hand, stored by the product's own writer: three places, five works, six households."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from tests.registry_factories import Register
from wayhome.engines.planning import Instance, Plan, Prices, Result, check
from wayhome.places.models import Area, AreaName
from wayhome.plans import instances
from wayhome.plans.bridge import keeping, solving
from wayhome.plans.models import Run, Scenario
from wayhome.plans.states import RunState

SETTINGS = {"periods": 6, "discount": 0.98, "fairness_floor": 0.5, "families": "free"}


def tables(keys: list[str]) -> dict[str, dict[str, list[Any]]]:
    return {
        "areas": {
            "area_id": ["LV01", "LV02", "LV03"],
            "district_id": ["D", "D", "D"],
            "dwelling": [2, 1, 4],
            "water": [40, 40, 40],
            "school": [9, 9, 9],
            "clinic": [9, 9, 9],
        },
        "projects": {
            "project_id": ["W-001", "W-002", "W-003", "W-004", "W-005"],
            "area_id": ["LV01", "LV01", "LV02", "LV03", "LV03"],
            "kind": ["demining", "housing", "water", "demining", "housing"],
            "duration": [2, 3, 1, 5, 2],
            "cost": [50, 30, 20, 90, 40],
            "crew": ["clearance", "repair", "", "clearance", "repair"],
            "crew_units": [1, 1, 0, 1, 1],
            "resource": ["", "dwelling", "water", "", "dwelling"],
            "adds": [0, 2, 10, 0, 3],
            "after": ["", "W-001", "", "W-001", "W-004"],
            "gate": [1, 0, 0, 1, 0],
        },
        "budget": {"period": [0, 2], "amount": [60, 60]},
        "crews": {"crew": ["clearance", "repair"], "units": [1, 1]},
        "transport": {"hub_id": ["LV09"] * 6, "period": list(range(6)), "persons": [12] * 6},
        "households": {
            "household_id": keys,
            "family_id": [""] * 6,
            "hub_id": ["LV09"] * 6,
            "group_id": ["LV01", "LV01", "LV01", "LV02", "LV02", "LV03"],
            "persons": [4] * 6,
            "children": [1] * 6,
            "clinic": [0] * 6,
            "earliest": [0, 0, 0, 0, 0, 1],
        },
        "wishes": {
            "household_id": keys,
            "area_id": ["LV01", "LV01", "LV01", "LV02", "LV02", "LV03"],
            "weight": [1.0] * 6,
        },
    }


def settlements(process: Any) -> dict[str, int]:
    """The places of the instance on file, by their codes."""
    names = {"LV01": ("Meshul", -30.2), "LV02": ("Kul", -30.3), "LV03": ("Old Tavrek", -30.0), "LV09": ("Port Ansa", -30.9)}
    found = {}
    for code, (name, longitude) in names.items():
        area = Area.objects.create(process=process, code=code, kind="settlement", level=5, latitude=10.0, longitude=longitude)
        AreaName.objects.create(area=area, process=process, text=name, language="en")
        found[code] = area.pk
    return found


def solved(
    process: Any,
    by: Any,
    *,
    name: str = "Steady funding",
    homes_start: int = 2,
    late: int = 0,
    places: dict[str, int] | None = None,
) -> Run:
    """A solved run: two households reach Meshul in the third month, one in the month when homes are repaired, one Kul at once."""
    register = Register(process)
    homes = [register.household() for _ in range(6)]
    keys = [home.ref for home in homes]
    instance = Instance.from_tables(SETTINGS, tables(keys))
    done = homes_start + 3
    plan = Plan(
        starts=np.array([0, homes_start, -1, -1, -1]),
        area=np.array([0, 0, 0 if done < 6 else -1, 1, -1, -1]),
        period=np.array([2 + late, 2, done if done < 6 else -1, 0, -1, -1]),
    )
    assert check(instance, plan) == []
    value = plan.value(instance)
    a, k, h, g, n, t = 3, 2, 1, len(instance.group_ids), 6, 6
    prices = Prices(np.zeros((a, 4, t)), np.zeros(t), np.zeros((k, t)), np.zeros((h, t)), np.zeros(g), np.zeros(n))
    result = Result(plan, value, 6.0, 6.0, prices, {"bound": 1.0}, "gap", "lagrangian", 1, {"wayhome": "0"}, 0.1, {"bound": 3})
    places = places or settlements(process)
    scenario = Scenario.objects.create(
        process=process, number=Scenario.objects.of(process).count() + 1, name=name, start=date(2027, 6, 1), months=6, made_by=by
    )
    run = Run.objects.create(
        process=process, number=Run.objects.of(process).count() + 1, scenario=scenario, start=scenario.start, months=6,
        state=RunState.SOLVED, seed=1, by=by, value=value, bound=6.0, gap=result.gap, finished_at=timezone.now(),
        trace=[[0, 0.0, 9.0], [1, value, 7.0], [2, value, 6.0]],
        keys={"areas": {code: places[code] for code in ("LV01", "LV02", "LV03")}, "hubs": {"LV09": places["LV09"]},
              "groups": {code: places[code] for code in ("LV01", "LV02", "LV03")}},
        instance_digest=instances.store(process, keeping.pack_instance(instance)),
        result_digest=instances.store(process, keeping.pack_result(result)),
    )  # fmt: skip
    solving.write(run, instance, result, [], {home.ref: home.pk for home in homes})
    run.save()
    return run
