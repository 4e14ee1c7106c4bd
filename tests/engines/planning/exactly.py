"""Small instances solved to the end, in place of the engine's run: what an explanation says is then a fact, not a matter of search."""

from __future__ import annotations

import functools

import numpy as np
from tests.engines.planning.invented import invented

from wayhome.engines.planning import Instance, Params, Plan, Prices, Result
from wayhome.engines.planning.program import build


def exactly(instance: Instance, params: Params, seed: int) -> Result:
    program = build(instance)
    for work, by in (params.demands.works if params.demands else {}).items():
        program.rows.add(0, program.begun[work, by], 1.0, 1.0, np.inf)
    solved = program.solve(seconds=20, gap=1e-9, seed=seed)
    assert solved.optimal or solved.infeasible
    if solved.x is None:
        return exactly(instance, Params(), seed)
    nothing = Prices(
        np.zeros((instance.areas, 4, instance.periods)), np.zeros(instance.periods), np.zeros((len(instance.crew_ids), instance.periods)),
        np.zeros((len(instance.hub_ids), instance.periods)), np.zeros(len(instance.group_ids)), np.zeros(instance.households),
    )  # fmt: skip
    plan = program.plan(solved.x)
    return Result(plan, plan.value(instance), solved.bound, np.inf, nothing, {}, "optimal", "HiGHS", seed, {}, 0.0, {})


@functools.cache
def best(seed: int, together: bool = False) -> tuple[Instance, Result]:
    """A small instance and its best plan."""
    instance = invented(seed, together=together, households=16, areas=3, periods=6)
    return instance, exactly(instance, Params(), 0)


def home(plan: Plan) -> int:
    return int(plan.returned().sum())
