"""Demands that clash: the smallest set to give up against every set tried one by one, each planned to the end."""

from __future__ import annotations

import itertools

import pytest
from tests.engines.planning.exactly import best

from wayhome.engines.planning import Instance, PlanError, check
from wayhome.engines.planning.infeasible import (
    AreaOpen,
    Demand,
    GroupShare,
    HomeBy,
    HouseholdHome,
    SpendAtMost,
    WorkStarts,
    _require,
    infeasible_core,
    meets,
)
from wayhome.engines.planning.program import build


def possible(instance: Instance, demands: list[Demand]) -> bool:
    """All demands as plain rules, no lifting, the value as the goal: another question to the same programme."""
    program = build(instance)
    lifts = program.more(0.0, 0.0, True, len(demands))
    for demand, lift in zip(demands, lifts.tolist(), strict=True):
        _require(program, demand, lift)
    solved = program.solve(seconds=20, gap=0.5)
    assert solved.x is not None or solved.infeasible
    if solved.x is not None:
        plan = program.plan(solved.x)
        assert check(instance, plan) == [] and all(meets(instance, plan, d) for d in demands)
    return solved.x is not None


DEMANDS: list[Demand] = [
    HomeBy(9, 3), AreaOpen("A0", 2), AreaOpen("A1", 2), GroupShare("G0", 0.8), SpendAtMost(150.0, 5), WorkStarts("P2H", 1),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 2])
def test_the_smallest_set_to_give_up_is_the_smallest(seed: int) -> None:
    instance, _ = best(seed)
    found = infeasible_core(instance, DEMANDS, seconds=20)
    assert not found.feasible and found.proven
    assert check(instance, found.plan) == []
    assert all(meets(instance, found.plan, d) == (d not in found.give_up) for d in DEMANDS)
    fewest = next(
        n
        for n in range(len(DEMANDS) + 1)
        for gone in itertools.combinations(DEMANDS, n)
        if possible(instance, [d for d in DEMANDS if d not in gone])
    )
    assert len(found.give_up) == found.at_least == fewest
    assert found.clash_proven and not possible(instance, list(found.clash))
    for demand in found.clash:
        assert possible(instance, [d for d in found.clash if d != demand])


def test_demands_that_can_be_met_give_up_nothing() -> None:
    instance, result = best(2)
    households = int(result.plan.returned().sum())
    one = next(h for h in range(instance.households) if result.plan.area[h] >= 0)
    asked = [
        HomeBy(households, instance.periods - 1),
        HouseholdHome(str(instance.household_ids[one]), int(result.plan.period[one])),
        SpendAtMost(1e9, 0),
    ]
    found = infeasible_core(instance, asked, seconds=10)
    assert found.feasible and found.proven and found.clash == () and all(meets(instance, found.plan, d) for d in asked)
    known = infeasible_core(instance, asked, seconds=10, known=[result.plan])
    assert known.feasible and known.plan is result.plan


def test_what_can_never_be_is_given_up_alone() -> None:
    instance, _ = best(2)
    never = next(h for h in range(instance.households) if not instance.willing[h])
    asked = [
        HouseholdHome(str(instance.household_ids[never]), 5),
        HomeBy(1, 5),
        HomeBy(3, 5, area_id="A2"),
        HomeBy(2, 5, group_id="G0"),
    ]
    found = infeasible_core(instance, asked, seconds=10)
    assert found.give_up == (asked[0],) == found.clash and found.proven and found.clash_proven


def test_a_demand_for_nothing_known_is_refused() -> None:
    instance, _ = best(2)
    for demand in (AreaOpen("A9", 1), GroupShare("G9", 0.5), HomeBy(1, 99), HouseholdHome("H999", 1), WorkStarts("P9", 0)):
        with pytest.raises(PlanError):
            infeasible_core(instance, [demand])
