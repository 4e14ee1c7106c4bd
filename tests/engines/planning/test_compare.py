"""Figures of plans against figures counted one household at a time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.engines.planning.invented import invented, simple_plan

from wayhome.engines.planning import Plan, explain_all
from wayhome.engines.planning.blockers import blockers, roots
from wayhome.engines.planning.compare import compare, summary
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.reasons import Code, Standing, WorkCode


def test_a_summary_counts_households_and_persons() -> None:
    instance = invented(3, households=50)
    plan = simple_plan(instance)
    told = summary(instance, plan)
    for t in range(instance.periods):
        home = [h for h in range(instance.households) if 0 <= plan.period[h] <= t and plan.area[h] >= 0]
        assert told.home[t] == len(home) == told.area_home[:, t].sum()
        assert told.persons[t] == sum(int(instance.persons[h]) for h in home) == told.group_persons[:, t].sum()
        assert told.spent[t] == sum(instance.cost[p] for p in range(instance.projects) if 0 <= plan.starts[p] <= t)
    waits = sorted(plan.period[h] - instance.earliest[h] if plan.area[h] >= 0 else 999 for h in np.flatnonzero(instance.willing))
    middle = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
    assert told.median_wait == (middle if waits[len(waits) // 2] < 999 else None)
    assert told.longest_wait == max(w for w in waits if w < 999)
    assert told.waiting == waits.count(999) and told.willing == len(waits)
    assert told.value == pytest.approx(plan.value(instance))


def test_two_plans_are_compared_by_id_whatever_the_order() -> None:
    instance = invented(3, households=50)
    plan = simple_plan(instance)
    other_instance = invented(3, households=50, money=0.3)
    other = simple_plan(other_instance)
    found = compare(instance, plan, other_instance, other)
    assert len(found.lost) > len(found.gained) and found.value < 0 and found.cost < 0 and found.dropped
    back = np.arange(instance.households)[::-1]
    turned = dataclasses.replace(
        other_instance, household_ids=other_instance.household_ids[back], persons=other_instance.persons[back], group=other_instance.group[back],
        earliest=other_instance.earliest[back], hub=other_instance.hub[back], family=other_instance.family[back],
        wish_start=np.r_[0, np.diff(other_instance.wish_start)[back].cumsum()],
        wish_area=np.concatenate([other_instance.wish_area[slice(*other_instance.wish_start[h : h + 2])] for h in back]),
        wish_weight=np.concatenate([other_instance.wish_weight[slice(*other_instance.wish_start[h : h + 2])] for h in back]),
    )  # fmt: skip
    again = compare(instance, plan, turned, Plan(other.starts, other.area[back], other.period[back]))
    for name in ("gained", "lost", "sooner", "sooner_months", "later", "later_months", "elsewhere"):
        assert np.array_equal(getattr(found, name), getattr(again, name)), name
    groups = found.by_group(instance)
    assert sum(g["lost"] for g in groups.values()) == len(found.lost)
    assert compare(instance, plan, instance, plan).same


def test_blockers_count_each_household_once() -> None:
    instance = invented(1, households=60)
    plan = simple_plan(instance)
    table = explain_all(instance, plan)
    found = blockers(instance, plan, table)
    assert len({(b.code, b.area_id, b.hub_id) for b in found}) == len(found) > 3
    for b in found:
        rows = [
            r for r in range(len(table.code))
            if table.code[r] == b.code
            and (instance.hub_ids[table.hub[r]] == b.hub_id if b.code == Code.TRANSPORT else instance.area_ids[table.area[r]] == b.area_id)
        ]  # fmt: skip
        who = {int(table.household[r]) for r in rows}
        assert b.households == len(who) and b.persons == sum(int(instance.persons[h]) for h in who)
        assert b.alone == len({int(table.household[r]) for r in rows if table.alone[r]})
        assert b.waiting == len({h for h in who if table.standing[h] == Standing.WAITS})


def test_chains_of_works_end_in_money_or_a_crew() -> None:
    instance = invented(1, households=60)
    plan = simple_plan(instance)
    found = roots(instance, plan)
    assert {r.code for r in found} <= {WorkCode.MONEY, WorkCode.CREW, WorkCode.FREE}
    money = next(r for r in found if r.code == WorkCode.MONEY)
    ledger = Ledger(instance, plan)
    for name in money.works:
        work = list(instance.project_ids).index(name)
        start = plan.starts[work] if plan.starts[work] >= 0 else instance.periods - instance.duration[work]
        own = np.where(plan.starts[work] >= 0, np.arange(instance.periods) >= start, False) * instance.cost[work]
        assert (ledger.money + own)[start - 1 :].min() < instance.cost[work]
