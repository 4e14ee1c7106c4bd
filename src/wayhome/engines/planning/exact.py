"""Small instances with the mixed-integer solver: the whole problem, or the households of a schedule that is given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wayhome.engines.planning.check import check
from wayhome.engines.planning.filling import Filling
from wayhome.engines.planning.model import Units
from wayhome.engines.planning.program import build
from wayhome.engines.planning.types import Flags, Instance, Ints, Plan

WHOLE = 15_000
"""Columns up to which the whole problem is tried, beside the search."""
HOUSEHOLDS = 60_000
"""Columns up to which the households of a schedule are placed exactly."""
_ROUNDING = 1e-6


def columns(units: Units, periods: int) -> int:
    """Arrival columns of the programme: one a wish and period."""
    crowd = units.crowd
    return int((np.diff(crowd.wish_ptr) * (periods - crowd.earliest)).sum())


def solve(
    instance: Instance,
    units: Units,
    *,
    starts: Ints | None,
    free: Flags | None = None,
    seconds: float,
    seed: int,
    stop: Callable[[], bool],
) -> tuple[tuple[Ints, Filling] | None, float, bool]:
    """The best plan HiGHS finds (None: none), the bound it proves and whether that is the optimum; with `starts` works start as given (but for those in `free`), and the bound is only one on
    the households of that schedule."""
    program = build(instance)
    if starts is not None:
        periods = np.arange(instance.periods)
        allowed = (starts[:, None] >= 0) & (periods[None, :] >= starts[:, None])
        if free is not None:
            allowed |= free[:, None]
        program.high[program.begun[~allowed]] = 0.0
    solved = program.solve(seconds=seconds, gap=1e-6, seed=seed, stop=stop)
    bound = solved.bound * (1 + _ROUNDING) + _ROUNDING
    if solved.x is None:
        return None, bound, False
    plan = program.plan(solved.x)
    if starts is not None and free is None:
        plan = Plan(starts.copy(), plan.area, plan.period)
    if check(instance, plan):
        return None, bound, False
    first = units.member[units.member_ptr[:-1]]
    return (plan.starts, Filling(plan.area[first], plan.period[first], plan.value(instance))), bound, solved.optimal
