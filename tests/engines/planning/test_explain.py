"""Every reason is held against the rules: `check` must refuse each move a reason forbids, for that reason, and allow it once it is gone."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from tests.engines.planning.invented import invented, simple_plan

from wayhome.engines.planning import RESOURCES, Instance, Plan, check
from wayhome.engines.planning.explain import blocked, explain_all, explain_household, explain_work
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.reasons import RESOURCE_CODES, Code, Standing, WorkCode

CASES = [(0, False), (1, False), (2, True), (3, True)]


@functools.cache
def case(seed: int, together: bool) -> tuple[Instance, Plan]:
    instance = invented(seed, together=together, households=36)
    return instance, simple_plan(instance)


@pytest.mark.parametrize(("seed", "together"), CASES)
def test_what_is_blocked_is_what_the_rules_refuse(seed: int, together: bool) -> None:
    instance, plan = case(seed, together)
    ledger = Ledger(instance, plan)
    units = ledger.units
    assert not [v for v in check(instance, plan) if v.rule != 7]
    wanted, blocks, _ = blocked(ledger, np.arange(len(units.wish_unit)))
    seen = set()
    for row, period in np.argwhere(wanted).tolist():
        moved = units.spread(plan, int(units.wish_unit[row]), int(units.wish_area[row]), period)
        refused = {v.code for v in check(instance, moved) if v.rule != 7}
        expected = {
            name
            for name, held in zip(
                ("closed_area", *(f"{r}_short" for r in RESOURCES), "transport_short"), blocks[:, row, period], strict=False
            )
            if held
        }
        assert refused == expected, (row, period)
        seen |= expected
    assert {"closed_area", "dwelling_short", "transport_short"} <= seen


def without(instance: Instance, plan: Plan, reason_code: Code, area: int, hub: int, need: float, period: int) -> Instance:
    """The instance with one reason taken away."""
    if reason_code == Code.GATE:
        return dataclasses.replace(instance, gate=instance.gate & (instance.project_area != area))
    if reason_code in RESOURCE_CODES:
        places = instance.places.copy()
        places[area, RESOURCE_CODES.index(reason_code)] += need
        return dataclasses.replace(instance, places=places)
    if reason_code == Code.TRANSPORT:
        transport = instance.transport.copy()
        transport[:, period] += need
        return dataclasses.replace(instance, transport=transport)
    if reason_code == Code.FAIRNESS:
        return dataclasses.replace(instance, fairness_floor=0.0)
    assert reason_code == Code.FREE
    return instance


@pytest.mark.parametrize(("seed", "together"), CASES)
def test_a_reason_that_stands_alone_gone_the_household_is_home(seed: int, together: bool) -> None:
    instance, plan = case(seed, together)
    ledger = Ledger(instance, plan)
    units = ledger.units
    wanted, blocks, hub = blocked(ledger, np.arange(len(units.wish_unit)))
    blocks &= wanted
    codes = (Code.GATE, *RESOURCE_CODES, Code.TRANSPORT, Code.FAIRNESS, Code.FREE)
    proved = 0
    for kind, row, period in np.argwhere(blocks & (blocks.sum(0) == 1)).tolist():
        unit, area = int(units.wish_unit[row]), int(units.wish_area[row])
        code = codes[kind]
        need = units.needs[unit, RESOURCE_CODES.index(code) if code in RESOURCE_CODES else 1]
        relaxed = without(instance, plan, code, area, int(hub[row, period]), float(need), period)
        left = check(relaxed, units.spread(plan, unit, area, period))
        assert not left
        proved += 1
    assert proved > 5


@pytest.mark.parametrize(("seed", "together"), CASES)
def test_every_household_that_waits_is_given_a_reason(seed: int, together: bool) -> None:
    instance, plan = case(seed, together)
    table = explain_all(instance, plan)
    for household in range(instance.households):
        standing, rows = Standing(int(table.standing[household])), table.rows(household)
        if standing in (Standing.LATE, Standing.WAITS):
            assert len(rows), instance.household_ids[household]
        if standing in (Standing.ON_TIME, Standing.NOT_NOW, Standing.NO_WISH):
            assert not len(rows)
        told = explain_household(instance, plan, str(instance.household_ids[household]))
        assert told.standing == standing and [r.code for r in told.reasons] == [Code(int(table.code[r])) for r in rows]


def test_a_family_that_goes_together_waits_for_its_last() -> None:
    instance, plan = case(8, True)
    table = explain_all(instance, plan)
    rows = np.flatnonzero(table.code == Code.FAMILY)
    assert len(rows)
    for row in rows.tolist():
        household, other = int(table.household[row]), int(table.other[row])
        assert instance.family[household] == instance.family[other]
        assert instance.earliest[household] < instance.earliest[other]
        assert table.until[row] == min(instance.earliest[other], instance.periods)


def test_why_a_work_does_not_start_earlier() -> None:
    instance, plan = case(1, False)
    codes = {2: WorkCode.AFTER}
    for work in range(instance.projects):
        note = explain_work(instance, plan, str(instance.project_ids[work]))
        assert (note.start if note.start is not None else -1) == plan.starts[work]
        last = instance.periods - int(instance.duration[work]) if note.start is None else note.start
        for period in range(last):
            starts = plan.starts.copy()
            starts[work] = period
            found = {v.code for v in check(instance, Plan(starts, plan.area, plan.period)) if v.rule in (4, 5)}
            held = {r.code for r in note.why if r.since <= period < (r.until if r.until is not None else instance.periods)}
            names = {"before_its_predecessor": WorkCode.AFTER, "money_short": WorkCode.MONEY, "crew_short": WorkCode.CREW}
            # A work that follows may now start before this one is finished: not a reason of this work, so only the own start counts.
            assert {names[c] for c in found if c in names} <= held | ({codes[2]} if WorkCode.AFTER not in held else set())
            if held == {WorkCode.FREE}:
                assert not found


def test_a_hundred_thousand_households_are_explained_in_seconds() -> None:
    small, plan = case(0, False)
    times = 2_500
    n, w = small.households, len(small.wish_area)
    big = dataclasses.replace(
        small, household_ids=np.array([f"{i}" for i in range(n * times)], dtype=object), places=small.places * times, adds=small.adds * times,
        transport=small.transport * times,
        **{k: np.tile(getattr(small, k), times) for k in ("family", "hub", "group", "persons", "children", "clinic", "earliest", "wish_area", "wish_weight")},
        wish_start=np.r_[0, (np.tile(small.wish_start[1:], (times, 1)) + w * np.arange(times)[:, None]).ravel()],
    )  # fmt: skip
    one, all_ = (
        explain_all(small, plan),
        explain_all(big, Plan(plan.starts, np.tile(plan.area, times), np.tile(plan.period, times))),
    )
    assert len(all_.standing) == 90_000
    assert np.array_equal(all_.standing, np.tile(one.standing, times))
