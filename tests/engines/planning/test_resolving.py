"""Planning again from an approved plan: within the rules, never worse, and the same each time."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from tests.engines.planning.invented import invented, simple_plan

from wayhome.engines.planning import Instance, Params, Result, check, run, verify
from wayhome.engines.planning.changes import Budget, BudgetTimes, CloseArea, Duration, Places, StartWork, apply
from wayhome.engines.planning.counterfactual import what_if
from wayhome.engines.planning.prices import prices_with_ranges
from wayhome.engines.planning.resolving import from_plan, insisted
from wayhome.engines.planning.types import Demands

BRIEF = Params(iterations=120)


@functools.cache
def planned(seed: int, together: bool = False) -> tuple[Instance, Result]:
    instance = invented(seed, together=together, households=120, areas=6, periods=12)
    return instance, run(instance, params=Params(iterations=300, exact=False), seed=1)


@pytest.mark.parametrize(("seed", "together"), [(0, False), (1, True)])
def test_the_engine_and_the_separate_code_agree_on_value_and_bound(seed: int, together: bool) -> None:
    instance, result = planned(seed, together)
    verdict = verify(
        instance, result.plan, result.prices, {"value": result.value, "bound": result.bound, "price_bound": result.price_bound}
    )
    assert verdict.holds
    assert verdict.bound == pytest.approx(result.price_bound, rel=1e-6)


@pytest.mark.parametrize(("seed", "together"), [(0, False), (1, True)])
def test_planning_again_keeps_the_rules_and_is_never_worse(seed: int, together: bool) -> None:
    instance, result = planned(seed, together)
    for start in (result.plan, simple_plan(instance)):
        again = from_plan(instance, BRIEF, 1, start, result.prices)
        assert check(instance, again.plan) == []
        assert again.value == pytest.approx(again.plan.value(instance))
        assert again.bound >= again.value >= (start.value(instance) if not check(instance, start) else 0) - 1e-9
        same = from_plan(instance, BRIEF, 1, start, result.prices)
        assert np.array_equal(same.plan.area, again.plan.area) and np.array_equal(same.plan.starts, again.plan.starts)


def test_a_change_has_the_sign_it_must_have_and_stays_within_its_bounds() -> None:
    instance, result = planned(0)
    for change, sign in (
        (BudgetTimes(0.5), -1), (Budget(200.0), 1), (Places("A0", "dwelling", 5), 1), (CloseArea("A2", 6), -1), (Duration("P2H", 9), -1),
    ):  # fmt: skip
        effect = what_if(instance, result, change, params=BRIEF)
        assert effect.value * sign >= -1e-9
        assert effect.least - 1e-6 <= effect.value <= effect.most + 1e-6
        assert check(instance, effect.before.plan) == []
        if effect.instance.projects == instance.projects:
            assert check(effect.instance, effect.after.plan) == []
    assert abs(what_if(instance, result, BudgetTimes(0.5), params=BRIEF).value) > 1


def test_a_work_that_is_insisted_on_starts_in_time() -> None:
    instance, result = planned(0)
    kept = 0
    for work in np.flatnonzero(result.plan.starts > 0).tolist():
        by = int(result.plan.starts[work]) - 1
        fixed = insisted(instance, result.plan, {work: by})
        effect = what_if(instance, result, StartWork(str(instance.project_ids[work]), by), params=BRIEF)
        assert effect.kept == (fixed is not None)
        if effect.kept:
            assert 0 <= effect.after.plan.starts[work] <= by
            assert check(instance, effect.after.plan) == []
            kept += 1
    assert kept > 3


def test_what_cannot_be_insisted_on_is_left_out() -> None:
    instance, result = planned(0)
    last = next(p for p in range(instance.projects) if instance.after[p] >= 0)
    assert insisted(instance, result.plan, {last: 0}) is None
    params = dataclasses.replace(BRIEF, demands=Demands(works={last: 0}))
    again = from_plan(instance, params, 1, result.plan, result.prices)
    assert check(instance, again.plan) == [] and again.value >= result.value - 1e-9
    assert insisted(apply(instance, [BudgetTimes(0.0)])[0], result.plan, {0: instance.periods - 1}) is None


def test_prices_of_a_run_are_planned_again() -> None:
    instance, result = planned(0)
    found = prices_with_ranges(instance, result, most=2, sizes=(1.0,), params=BRIEF)
    assert len(found) == 2
    for priced in found:
        assert [s.amount < 0 for s in priced.steps] == [True, False]
        less, more = priced.steps
        assert less.value <= 1e-9 and more.value >= -1e-9
        assert all(s.least - 1e-6 <= s.value <= s.most + 1e-6 for s in priced.steps)
