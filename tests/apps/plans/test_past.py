"""What happened stands in a plan that is made again, even where today's rules would not allow it."""

import numpy as np

from tests.apps.plans.solved import SETTINGS, tables
from wayhome.engines.planning import Instance, Params, Plan, check
from wayhome.plans.bridge import solving


def test_a_return_of_the_past_to_a_place_that_is_closed_now_is_a_fact_and_no_fault_of_the_plan() -> None:
    instance = Instance.from_tables(SETTINGS, tables([f"H-{n:03d}" for n in range(1, 7)]))
    empty = Plan.empty(instance)
    area, period = empty.area.copy(), empty.period.copy()
    area[0], period[0] = 0, 0  # LV01 opens in period 2 at the earliest
    before = Plan(np.array([0, -1, -1, -1, -1]), area, period)
    assert [one.rule for one in check(instance, before)] == [2]
    params = Params(time_limit=1, previous=before, frozen_until=1)
    result = solving.solve(instance, params=params, seed=1, stop=lambda: False, progress=lambda at: None)
    assert (result.plan.area[0], result.plan.period[0]) == (0, 0)
