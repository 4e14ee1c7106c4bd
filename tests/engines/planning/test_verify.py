"""The bound recomputed by separate code: valid against plans solved to the end, at whatever prices."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.engines.planning.exactly import best

from wayhome.engines.planning import Instance, PlanError, Prices
from wayhome.engines.planning.verify import priced_bound, value_of, verify, wished_bound


def some_prices(instance: Instance, seed: int) -> Prices:
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.uniform(-3, 0)

    def draw(*shape: int) -> np.ndarray:
        return rng.random(shape) * scale * (rng.random(shape) < 0.5)

    T = instance.periods
    return Prices(
        draw(instance.areas, 4, T) * 0.1, draw(T) * 0.02, draw(len(instance.crew_ids), T), draw(len(instance.hub_ids), T) * 0.1,
        draw(len(instance.group_ids)) * 0.1, draw(instance.households),
    )  # fmt: skip


@pytest.mark.parametrize(("seed", "together"), [(0, False), (2, True), (5, False)])
def test_no_plan_is_worth_more_than_the_bound_at_any_prices(seed: int, together: bool) -> None:
    instance, result = best(seed, together)
    bounds = [priced_bound(instance, some_prices(instance, k)) for k in range(60)]
    assert min(bounds) >= result.value - 1e-6
    assert min(bounds) < 2 * result.value, "no price was near enough for the test to mean anything"


def test_a_report_that_claims_more_than_its_prices_prove_is_refused() -> None:
    instance, result = best(2)
    prices = min((some_prices(instance, k) for k in range(60)), key=lambda p: priced_bound(instance, p))
    bound = priced_bound(instance, prices)
    assert value_of(instance, result.plan) == pytest.approx(result.value)
    proven = min(bound, wished_bound(instance))
    good = verify(instance, result.plan, prices, {"value": result.value, "bound": proven})
    assert good.holds and good.bound == proven and good.gap == pytest.approx(1 - result.value / proven)
    assert good.bound_rests_on == ("prices" if bound == proven else "wishes")
    assert (
        verify(instance, result.plan, prices, {"value": result.value, "bound": result.value, "price_bound": bound}).bound_rests_on
        == "solver"
    )
    assert not verify(instance, result.plan, prices, {"value": result.value + 0.1, "bound": proven}).value_agrees
    assert not verify(instance, result.plan, prices, {"value": result.value, "bound": 0.99 * proven}).bound_agrees
    assert not verify(
        instance, result.plan, prices, {"value": result.value, "bound": 0.5 * result.value, "price_bound": bound}
    ).bound_agrees
    assert not verify(
        instance, result.plan, prices, {"value": result.value, "bound": result.value, "price_bound": 0.9 * bound}
    ).bound_agrees
    moved = dataclasses.replace(result.plan, starts=np.zeros_like(result.plan.starts))
    assert verify(instance, moved, prices, {"value": result.value, "bound": bound}).violations


def test_prices_of_another_instance_or_below_zero_are_refused() -> None:
    instance, _ = best(2)
    prices = some_prices(instance, 1)
    for wrong in (
        dataclasses.replace(prices, money=prices.money[1:]),
        dataclasses.replace(prices, money=prices.money - 1),
        dataclasses.replace(prices, groups=prices.groups * np.nan),
    ):
        with pytest.raises(PlanError):
            priced_bound(instance, wrong)
