"""A plan carried out many times: exactly the plan when nothing goes otherwise, and always within the rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.engines.planning.invented import invented, simple_plan

from wayhome.engines.planning import Plan, check
from wayhome.engines.planning.sensitivity import Spread, _Walk, _works, difference, sensitivity

SURE = Spread(0, 0, 0, 0)


@pytest.mark.parametrize(("seed", "together"), [(0, False), (1, True), (3, False)])
def test_with_nothing_uncertain_the_plan_comes_true(seed: int, together: bool) -> None:
    instance = invented(seed, together=together, households=60)
    plan = simple_plan(instance)
    found = sensitivity(instance, plan, SURE, draws=3)
    assert (found.home == found.planned).all() and found.planned[-1] == plan.returned().sum()
    assert found.works_hold == 1 and found.households_hold == 1
    assert found.spent == pytest.approx([instance.cost[plan.starts >= 0].sum()] * 3)


@pytest.mark.parametrize(("seed", "together"), [(0, False), (1, True), (3, False)])
def test_what_is_carried_out_keeps_the_rules(seed: int, together: bool) -> None:
    instance = invented(seed, together=together, households=60, floor=0.0)
    plan = simple_plan(instance)
    spread = Spread(0.5, 0.3, 0.15, 0.2)
    starts, duration, cost = _works(instance, plan, spread, 20, 7)
    walk = _Walk.of(instance, plan)
    late = 0
    for draw in range(20):
        when, stays = walk.carry_out(instance, starts[draw], duration[draw], spread, draw, 7)
        area, period = np.full(instance.households, -1), np.full(instance.households, -1)
        for unit, to, t in zip(walk.unit, walk.area, when, strict=True):
            if t < instance.periods:
                members = walk.units.of == unit
                area[members], period[members] = to, t
        truth = dataclasses.replace(instance, duration=duration[draw], cost=cost[draw])
        assert check(truth, Plan(starts[draw], area, period)) == []
        assert (when[~stays] == instance.periods).all()
        assert (when >= walk.period).all()
        late += int((when > walk.period).sum())
    assert late > 20


def test_draws_belong_to_ids_so_that_plans_meet_the_same_luck() -> None:
    instance = invented(1, households=60)
    plan, other = simple_plan(instance), simple_plan(invented(1, households=60, money=0.3))
    first, second = sensitivity(instance, plan, draws=40, seed=5), sensitivity(instance, other, draws=40, seed=5)
    assert np.array_equal(first.home, sensitivity(instance, plan, draws=40, seed=5).home)
    assert not np.array_equal(first.home, sensitivity(instance, plan, draws=40, seed=6).home)
    back = np.arange(instance.projects)[::-1]
    place = np.argsort(back)
    turned = dataclasses.replace(
        instance, project_ids=instance.project_ids[back], project_area=instance.project_area[back], kind=instance.kind[back],
        duration=instance.duration[back], cost=instance.cost[back], crew=instance.crew[back], crew_units=instance.crew_units[back],
        resource=instance.resource[back], adds=instance.adds[back], gate=instance.gate[back],
        after=np.where(instance.after[back] >= 0, place[instance.after[back]], -1),
    )  # fmt: skip
    again = _works(turned, Plan(plan.starts[back], plan.area, plan.period), Spread(), 5, 5)
    straight = _works(instance, plan, Spread(), 5, 5)
    assert np.array_equal(again[1], straight[1][:, back]) and np.allclose(again[2], straight[2][:, back])
    apart = difference(first, second)
    assert apart.shape == (3, instance.periods) and apart[1, -1] < 0
    paired = np.std(second.home[:, -1] - first.home[:, -1])
    unpaired = np.std(sensitivity(instance, other, draws=40, seed=99).home[:, -1] - first.home[:, -1])
    assert paired < unpaired
    levels = first.quantiles()
    assert (np.diff(levels, axis=0) >= 0).all() and (levels[-1] <= first.planned).all()


def test_more_spread_holds_less() -> None:
    instance = invented(1, households=60)
    plan = simple_plan(instance)
    little, much = (
        sensitivity(instance, plan, Spread(0.1, 0, 0, 0), draws=60),
        sensitivity(instance, plan, Spread(0.6, 0.4, 0, 0.2), draws=60),
    )
    assert 1 > little.works_hold > much.works_hold > 0 and little.households_hold > much.households_hold > 0
    assert sensitivity(instance, plan, draws=60, stop=lambda: True).draws == 1
    with pytest.raises(ValueError, match="shares"):
        Spread(withdraw=1.5)
