"""Changes are planned again; here to the end by HiGHS, so that the effect is a fact."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engines.planning.exactly import best, exactly
from tests.engines.planning.invented import invented, simple_plan

from wayhome.engines.planning import NEVER, Instance, Params, PlanError, check
from wayhome.engines.planning.changes import (
    Budget,
    BudgetTimes,
    Change,
    CloseArea,
    Cost,
    Crew,
    Duration,
    OpenGate,
    Places,
    Seats,
    StartWork,
    apply,
)
from wayhome.engines.planning.counterfactual import bring_forward, what_if


def held(instance: Instance, seed: int, change: Change) -> None:
    """The effect is what two plans solved to the end differ by, household by household."""
    _, before = best(seed)
    effect = what_if(instance, before, change, before=before, solver=exactly)
    again = exactly(apply(instance, [change])[0], Params(demands=apply(instance, [change])[1]), 0)
    assert effect.after.value == pytest.approx(again.value, abs=1e-6)
    assert effect.least - 1e-6 <= effect.value <= effect.most + 1e-6
    found = effect.comparison
    assert effect.instance.projects > instance.projects or check(effect.instance, effect.after.plan) == []
    a, b = before.plan, effect.after.plan
    assert set(found.gained) == {h for h in range(instance.households) if a.area[h] < 0 <= b.area[h]}
    assert set(found.lost) == {h for h in range(instance.households) if b.area[h] < 0 <= a.area[h]}
    for h, months in zip(found.sooner, found.sooner_months, strict=True):
        assert a.period[h] - b.period[h] == months > 0
    for h, months in zip(found.later, found.later_months, strict=True):
        assert b.period[h] - a.period[h] == months > 0


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (BudgetTimes(2 / 3), -1),
        (Budget(60.0, 0), 1),
        (Crew("building", 1), 1),
        (Seats("K0", 10), 1),
        (Places("A0", "dwelling", 3), 1),
        (OpenGate("P0G"), 1),
        (CloseArea("A2"), -1),
        (CloseArea("A2", 3), -1),
        (Duration("P1W", 5), -1),
        (Cost("P0H", 0), 1),
    ],
)
def test_an_effect_is_the_difference_of_two_plans_solved_to_the_end(change: Change, sign: int) -> None:
    instance, before = best(2)
    held(instance, 2, change)
    effect = what_if(instance, before, change, before=before, solver=exactly)
    assert effect.value * sign >= -1e-6


def test_a_work_that_must_start_by_a_month_does_or_it_is_said() -> None:
    instance, before = best(2)
    late = [p for p in range(instance.projects) if before.plan.starts[p] > 0]
    kept = 0
    for work in late[:3]:
        effect = what_if(instance, before, StartWork(str(instance.project_ids[work]), 0), before=before, solver=exactly)
        if effect.kept:
            assert 0 <= effect.after.plan.starts[work] <= 0 and effect.value <= 1e-6
            kept += 1
    impossible = next(p for p in range(instance.projects) if instance.after[p] >= 0 and instance.duration[instance.after[p]] > 0)
    assert not what_if(instance, before, StartWork(str(instance.project_ids[impossible]), 0), before=before, solver=exactly).kept


def test_nobody_reaches_an_area_that_is_closed() -> None:
    instance, before = best(2)
    effect = what_if(instance, before, CloseArea("A2", 3), before=before, solver=exactly)
    assert len(effect.after.plan.starts) == instance.projects
    there = effect.after.plan.area == 2
    assert (effect.after.plan.period[there] >= 3).all()
    never = what_if(instance, before, CloseArea("A2"), before=before, solver=exactly)
    assert not (never.after.plan.area == 2).any()
    assert (before.plan.area == 2).any()


def test_a_change_of_nothing_known_is_refused_in_words() -> None:
    instance, _ = best(2)
    for change in (
        Crew("painters", 1),
        StartWork("P9", 0),
        StartWork("P0G", 99),
        Places("A0", "beds", 1),
        Seats("K9", 1),
        Duration("P0G", -1),
    ):
        with pytest.raises(PlanError):
            apply(instance, [change])


@pytest.mark.parametrize(("seed", "together"), [(0, False), (1, True), (4, False)])
def test_what_brings_a_household_forward_is_proved_by_a_plan(seed: int, together: bool) -> None:
    instance = invented(seed, together=together, households=30, floor=0.0)
    plan = simple_plan(instance)
    assert check(instance, plan) == []
    helped = 0
    for household in range(instance.households):
        options = bring_forward(instance, plan, str(instance.household_ids[household]))
        for option in options:
            changed, _ = apply(instance, option.changes)
            assert check(changed, option.plan) == []
            assert option.plan.area[household] == list(instance.area_ids).index(option.area_id)
            assert option.plan.period[household] == option.period
            assert (option.months is None) == (plan.area[household] < 0)
            if option.months is not None:
                assert option.months == plan.period[household] - option.period > 0
            others = [
                h
                for h in range(instance.households)
                if h != household and (instance.family[h] != instance.family[household] or not together)
            ]
            assert np.array_equal(option.plan.area[others], plan.area[others]) and np.array_equal(
                option.plan.period[others], plan.period[others]
            )
            for change in option.changes:
                if isinstance(change, StartWork):
                    work = list(instance.project_ids).index(change.project_id)
                    assert option.plan.starts[work] == change.by and (plan.starts[work] == NEVER or change.by < plan.starts[work])
        waits = instance.willing[household] and instance.earliest[household] < instance.periods and plan.area[household] < 0
        if waits:
            assert options or together, instance.household_ids[household]
        helped += bool(options)
    assert helped > 8
    with pytest.raises(KeyError):
        bring_forward(instance, plan, "H999")
