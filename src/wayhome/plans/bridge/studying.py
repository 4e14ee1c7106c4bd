"""Studies through the engine: a plan carried out many times, and prices confirmed by planning again."""

from __future__ import annotations

from typing import Any

import numpy as np

from wayhome.engines.planning.prices import prices_with_ranges
from wayhome.engines.planning.sensitivity import Sensitivity, Spread, difference, sensitivity
from wayhome.engines.planning.types import Params
from wayhome.plans.bridge.keeping import instance_of, result_of
from wayhome.plans.models import Run

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
EARLY = 6
SECONDS = 3.0


def sturdy(run: Run, other: Run | None, *, draws: int, seed: int, spread: dict[str, float]) -> dict[str, Any]:
    """Households home by month in `draws` draws, by share of draws below; what holds of the first months; and the other plan's."""
    found = _carried_out(run, draws, seed, spread)
    said = _said(found)
    if other is not None:
        second = _carried_out(other, draws, seed, spread)
        said["other"] = _said(second)
        if found.home.shape == second.home.shape:
            said["difference"] = [np.round(row, 1).tolist() for row in difference(found, second)]
    return said


def _carried_out(run: Run, draws: int, seed: int, spread: dict[str, float]) -> Sensitivity:
    return sensitivity(instance_of(run), result_of(run), Spread(**spread), draws=draws, seed=seed, early=EARLY)  # type: ignore[arg-type]


def _said(found: Sensitivity) -> dict[str, Any]:
    return {
        "draws": found.draws,
        "levels": list(LEVELS),
        "home": [np.round(row, 1).tolist() for row in found.quantiles(LEVELS)],
        "planned": found.planned.tolist(),
        "works_hold": found.works_hold,
        "households_hold": found.households_hold,
        "early_works": len(found.works),
        "early_households": len(found.households),
        "spent": [float(np.quantile(found.spent, level)) for level in (0.05, 0.5, 0.95)],
    }


def prices(run: Run, *, most: int) -> dict[str, Any]:
    """The things that return most, each planned again with more and with less."""
    instance, result = instance_of(run), result_of(run)
    rows = prices_with_ranges(instance, result, most=most, params=Params(time_limit=SECONDS))
    return {
        "rows": [
            {
                "kind": row.thing.kind,
                "crew": row.thing.crew,
                "hub": row.thing.hub_id,
                "area": row.thing.area_id,
                "period": row.thing.period,
                "unit": row.unit,
                "worth": row.worth,
                "low": row.low,
                "high": row.high,
                "confirmed": row.confirmed,
                "steps": [
                    {
                        "amount": step.amount,
                        "value": step.value,
                        "least": step.least,
                        "most": step.most,
                        "households": step.households,
                    }
                    for step in row.steps
                ],
            }
            for row in rows
        ]
    }
