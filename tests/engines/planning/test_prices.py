"""Prices planned again with less and more, to the end."""

from __future__ import annotations

import dataclasses

import pytest
from tests.engines.planning.exactly import best, exactly
from tests.engines.planning.test_verify import some_prices

from wayhome.engines.planning import Params, Result
from wayhome.engines.planning.changes import apply
from wayhome.engines.planning.prices import CONFIRMED, price_list, prices_with_ranges
from wayhome.engines.planning.verify import priced_bound


def priced_result(seed: int) -> Result:
    instance, result = best(seed)
    prices = min((some_prices(instance, k) for k in range(80)), key=lambda p: priced_bound(instance, p))
    return dataclasses.replace(result, prices=prices)


def test_a_price_is_the_slope_of_the_bound() -> None:
    instance, _ = best(2)
    result = priced_result(2)
    bound = priced_bound(instance, result.prices)
    checked = 0
    for priced in price_list(instance, result):
        if priced.thing.kind in ("crew", "seats") or (priced.thing.kind == "money" and priced.thing.period is not None):
            more = priced_bound(apply(instance, [priced.thing.change(1.0)])[0], result.prices)
            # Money may also let works start sooner, which raises the bound by more.
            assert more >= bound + priced.price - 1e-9
            if priced.thing.kind != "money":
                assert more == pytest.approx(bound + priced.price)
            checked += 1
    assert checked > 5


def test_a_range_is_where_planning_again_confirms_the_price() -> None:
    instance, _ = best(2)
    result = priced_result(2)
    found = prices_with_ranges(instance, result, most=3, sizes=(1.0, 2.0), before=result, solver=exactly)
    assert len(found) == 3
    for priced in found:
        assert priced.steps and priced.low <= 0 <= priced.high
        for step in priced.steps:
            truth = exactly(apply(instance, [priced.thing.change(step.amount)])[0], Params(), 0).value - result.value
            assert step.value == pytest.approx(truth, abs=1e-6)
            assert step.least - 1e-6 <= truth <= step.most + 1e-6
            near = abs(truth - priced.price * step.amount) <= CONFIRMED * abs(priced.price * step.amount)
            assert near == (priced.low <= step.amount <= priced.high)
