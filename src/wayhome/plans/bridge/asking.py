"""Questions to a plan: the engine's changes as JSON and back, planning again, and what to keep of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from wayhome.engines.planning import PlanError, changes
from wayhome.engines.planning.counterfactual import Forward, bring_forward, what_if
from wayhome.engines.planning.types import Params
from wayhome.plans.bridge.keeping import Opened, instance_of, opened
from wayhome.plans.models import Run

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(changes.StartWork, changes.Duration, changes.Cost, changes.Budget, changes.BudgetTimes, changes.Crew),
        *(changes.Seats, changes.Places, changes.Floor, changes.OpenGate, changes.CloseArea),
    )
}
SECONDS = 4.0  # planned again so long, once as it is and once with the change


def as_json(asked: Iterable[changes.Change]) -> list[dict[str, Any]]:
    """Changes as they are kept."""
    return [{"kind": type(one).__name__, **asdict(one)} for one in asked]


def from_json(kept: Iterable[dict[str, Any]]) -> tuple[changes.Change, ...]:
    """Changes as the engine takes them. Raises `PlanError` for a kind or field that it does not know."""
    found = []
    for one in kept:
        kind = KINDS.get(str(one.get("kind")))
        given = {name: value for name, value in one.items() if name != "kind"}
        if kind is None or set(given) - {field.name for field in fields(kind)}:
            raise PlanError("There is no such change.", "Ask again from the page of the plan.")
        try:
            found.append(kind(**given))
        except TypeError as error:
            raise PlanError("A part of the change is missing.", "Ask again from the page of the plan.") from error
    return tuple(found)


def check_changes(run: Run, asked: tuple[changes.Change, ...]) -> None:
    """Raises `PlanError` where a change names nothing of the run's instance, or a month outside it."""
    changes.apply(instance_of(run), asked)


def forward(found: Opened, key: str) -> tuple[Forward, ...]:
    """What would bring one household forward, each proved by a plan that keeps every rule."""
    return bring_forward(found.instance, found.result, key)


def answer(
    run: Run,
    asked: tuple[changes.Change, ...],
    key: str = "",
    *,
    seconds: float = SECONDS,
    stop: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Plan again with the change and without; counts, and the months of the household it was asked for."""
    found = opened(run)
    params = Params(time_limit=seconds, gap=0.001, frozen_until=run.frozen_until, previous=found.result.plan)
    effect = what_if(found.instance, found.result, asked, params=params)
    before, after = effect.before.plan, effect.after.plan
    both = (before.area >= 0) & (after.area >= 0)
    said: dict[str, Any] = {
        "kept": bool(effect.kept),
        "home_before": int((before.area >= 0).sum()),
        "home_after": int((after.area >= 0).sum()),
        "earlier": int((both & (after.period < before.period)).sum()),
        "later": int((both & (after.period > before.period)).sum()),
        "gained": int(((before.area < 0) & (after.area >= 0)).sum()),
        "lost": int(((before.area >= 0) & (after.area < 0)).sum()),
        "value": effect.value,
        "least": effect.least,
        "most": effect.most,
        "seconds": seconds,
    }
    at = np.flatnonzero(found.instance.household_ids == key)
    if key and len(at):
        said["this"] = [int(plan.period[at[0]]) if plan.area[at[0]] >= 0 else None for plan in (before, after)]
    return said
