"""Why a household is not home sooner, read off the plan exactly: for every area on its list and every period in which it would rather be
there than where the plan has it, the rules that keep it out while all others stay where they are.

A reason with `alone` > 0 is a proof: take it away and the household can be there, with nobody moved (the tests do so and let `check`
judge). Whether moving others as well helps more is asked by planning again: `counterfactual`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wayhome.engines.planning.ledger import FAR, TOLERANCE, Ledger, floors_hold
from wayhome.engines.planning.reasons import (
    RESOURCE_CODES,
    Code,
    HouseholdReasons,
    Reason,
    ReasonTable,
    Standing,
    WorkCode,
    WorkNote,
    WorkReason,
)
from wayhome.engines.planning.types import FAIRNESS_SLACK, NEVER, Doubles, Flags, Instance, Ints, Plan, Result

_CHUNK = 2_000_000
"""Cells (wishes x periods) looked at in one go."""
_KINDS = (Code.GATE, *RESOURCE_CODES, Code.TRANSPORT, Code.FAIRNESS, Code.FREE)
_BETTER = 1e-9
"""A period is preferred when it is worth more than the present one by this much."""


def standings(ledger: Ledger) -> Ints:
    """(N,) the `Standing` of each household."""
    i, plan, units = ledger.instance, ledger.plan, ledger.units
    out = np.full(i.households, Standing.WAITS, np.int64)
    out[i.earliest >= i.periods] = Standing.AFTER_PLAN
    out[np.diff(i.wish_start) == 0] = Standing.NO_WISH
    out[i.earliest < 0] = Standing.NOT_NOW
    most = np.zeros(units.count)
    np.maximum.at(most, units.wish_unit, units.wish_weight)
    area, _ = units.place(plan)
    here = np.zeros(units.count)
    rows = units.wish_area == area[units.wish_unit]
    here[units.wish_unit[rows]] = units.wish_weight[rows]
    home = plan.area >= 0
    unit = units.of[home]
    out[home] = np.where(
        here[unit] < most[unit] - 1e-12,
        Standing.ELSEWHERE,
        np.where(plan.period[home] > i.earliest[home], Standing.LATE, Standing.ON_TIME),
    )
    return out


def blocked(ledger: Ledger, rows: Ints) -> tuple[Flags, Flags, Ints]:
    """What stands in the way of each wish in `rows` (of units) in each period, all others staying where they are.

    Returns `wanted` (R, T): the unit is ready then and the return would be worth more than the plan's; `blocks` (8, R, T) by `_KINDS`;
    `hub` (R, T): the hub that is full, where one is."""
    i, units = ledger.instance, ledger.units
    periods = i.periods
    unit, area = units.wish_unit[rows], units.wish_area[rows]
    in_area, in_period = units.place(ledger.plan)
    now_area, now_period = in_area[unit], in_period[unit]
    when = np.arange(periods)
    worth = units.wish_weight[rows][:, None] * i.discounts
    wanted = (when >= units.earliest[unit][:, None]) & (worth > ledger.present[unit][:, None] + _BETTER)
    # Where the discount is 1 an earlier return is worth no more; the household still asks why it is not sooner.
    sooner = (now_area == area)[:, None] & (when < now_period[:, None])
    wanted |= sooner & (when >= units.earliest[unit][:, None])
    blocks = np.zeros((len(_KINDS), len(rows), periods), np.bool_)
    blocks[0] = when < ledger.opens[area][:, None]
    own = (now_area == area)[:, None] & (when >= now_period[:, None])
    for r in range(4):
        need = units.needs[unit, r][:, None]
        left = ledger.left[area, r] + np.where(own, need, 0.0)
        room = np.minimum.accumulate(left[:, ::-1], 1)[:, ::-1]
        blocks[1 + r] = (need > 0) & (room < need)
    blocks[5], hub = _seats(ledger, unit, now_period)
    blocks[6] = ~(_fair(ledger, unit) | (now_area >= 0))[:, None]
    blocks[7] = ~blocks[:7].any(0)
    return wanted, blocks, hub


def _seats(ledger: Ledger, unit: Ints, now_period: Ints) -> tuple[Flags, Ints]:
    """(R, T) whether some hub of the unit has no seats left for it, and which."""
    units, periods = ledger.units, ledger.instance.periods
    begin, end = np.searchsorted(units.hub_unit, unit), np.searchsorted(units.hub_unit, unit, side="right")
    full = np.zeros((len(unit), periods), np.bool_)
    which = np.full((len(unit), periods), NEVER)
    when = np.arange(periods)
    for step in range(int((end - begin).max(initial=0))):
        at = np.minimum(begin + step, max(0, len(units.hub) - 1))
        has = begin + step < end
        mine = np.where(when == now_period[:, None], units.hub_persons[at][:, None], 0.0)
        short = has[:, None] & (ledger.seats[units.hub[at]] + mine < units.hub_persons[at][:, None])
        which = np.where(short & ~full, units.hub[at][:, None], which)
        full |= short
    return full, which


def _fair(ledger: Ledger, unit: Ints) -> Flags:
    """(R,) whether the floors of fairness still hold when the unit of each row returns as well."""
    i, units = ledger.instance, ledger.units
    if not i.fairness_floor or not len(unit):
        return np.ones(len(unit), np.bool_)
    distinct, back = np.unique(unit, return_inverse=True)
    begin, end = np.searchsorted(units.group_unit, distinct), np.searchsorted(units.group_unit, distinct, side="right")
    returned = np.tile(ledger.group_returned, (len(distinct), 1))
    rows = np.arange(len(distinct))
    for step in range(int((end - begin).max())):
        has = begin + step < end
        at = begin[has] + step
        returned[rows[has], units.group[at]] += units.group_persons[at]
    return floors_hold(i, returned, FAIRNESS_SLACK)[back]


def explain_all(instance: Instance, plan: Plan | Result) -> ReasonTable:
    """The reasons of every household that the plan does not bring home at its first period to the area it wants most. A few seconds
    for 100,000 households and 36 periods."""
    ledger = Ledger(instance, plan_of(plan))
    return _table(ledger, np.arange(len(ledger.units.wish_unit)))


def plan_of(plan: Plan | Result) -> Plan:
    return plan.plan if isinstance(plan, Result) else plan


def _table(ledger: Ledger, rows: Ints) -> ReasonTable:
    """The reasons read off some wishes of units; the rows of one unit together."""
    instance, units, periods = ledger.instance, ledger.units, ledger.instance.periods
    size = max(1, _CHUNK // max(1, periods))
    parts = [_rows_of(ledger, rows[begin : begin + size]) for begin in range(0, len(rows), size)]
    names = ("unit", "wish", "code", "area", "since", "until", "periods", "alone", "work", "hub", "other", "have", "used", "need")
    found = {name: np.concatenate([p[name] for p in parts]) if parts else np.zeros(0, np.int64) for name in names}
    own = _family_rows(ledger)
    # From units to their member households, then the household's family reason, then the areas by weight.
    order = np.argsort(found["unit"], kind="stable")
    found = {name: column[order] for name, column in found.items()}
    members = np.argsort(units.of, kind="stable")
    members = members[units.of[members] >= 0]
    begin = np.searchsorted(found["unit"], units.of[members])
    count = np.searchsorted(found["unit"], units.of[members], side="right") - begin
    take = np.repeat(begin - np.r_[0, count.cumsum()[:-1]] if len(count) else begin, count) + np.arange(count.sum())
    household = np.repeat(members, count)
    columns: dict[str, Any] = {name: np.concatenate([own[name], found[name][take]]) for name in names if name != "unit"}
    household = np.concatenate([own["household"], household])
    rank = np.concatenate([np.full(len(own["household"]), -2.0), -_weights(units.wish_weight, found["wish"][take])])
    order = np.lexsort((columns["code"], columns["since"], columns["area"], rank, household))
    start = np.searchsorted(household[order], np.arange(instance.households + 1))
    return ReasonTable(
        standings(ledger), start.astype(np.int64),
        **{name: columns[name][order] for name in names if name not in ("unit", "wish")},
    )  # fmt: skip


def _weights(weight: Doubles, wish: Ints) -> Doubles:
    out: Doubles = weight[wish] if len(wish) else np.zeros(0)
    return out


def _family_rows(ledger: Ledger) -> dict[str, Ints | Doubles]:
    """A row for each household that is ready before another of its family."""
    i, units = ledger.instance, ledger.units
    who = np.flatnonzero(units.of >= 0)
    unit = units.of[who]
    waits = (i.earliest[who] < np.minimum(units.earliest[unit], i.periods)) & (units.size[unit] > 1)
    who, unit = who[waits], unit[waits]
    until = np.minimum(units.earliest[unit], i.periods)
    none, zero = np.full(len(who), NEVER), np.zeros(len(who))
    return {
        "household": who, "wish": none, "code": np.full(len(who), int(Code.FAMILY)), "area": none, "since": i.earliest[who], "until": until,
        "periods": until - i.earliest[who], "alone": np.zeros(len(who), np.int64), "work": none, "hub": none, "other": units.last[unit],
        "have": zero, "used": zero, "need": zero,
    }  # fmt: skip


def _rows_of(ledger: Ledger, rows: Ints) -> dict[str, Ints | Doubles]:
    """The reason rows of some wishes of units."""
    i, units, periods = ledger.instance, ledger.units, ledger.instance.periods
    wanted, blocks, hub = blocked(ledger, rows)
    blocks &= wanted
    many = blocks.sum(0, dtype=np.int8)
    out: dict[str, list[Any]] = {}
    for k, code in enumerate(_KINDS):
        held = blocks[k]
        at = np.flatnonzero(held.any(1))
        held = held[at]
        unit, area = units.wish_unit[rows[at]], units.wish_area[rows[at]]
        since = held.argmax(1).astype(np.int64)
        until = periods - held[:, ::-1].argmax(1).astype(np.int64)
        none = np.full(len(at), NEVER)
        zero = np.zeros(len(at))
        columns: dict[str, Ints | Doubles] = {
            "unit": unit, "wish": rows[at], "code": np.full(len(at), int(code)), "area": area, "since": since, "until": until,
            "periods": held.sum(1, dtype=np.int64), "alone": (held & (many[at] == 1)).sum(1, dtype=np.int64),
            "work": none, "hub": none, "other": none, "have": zero, "used": zero, "need": zero,
        }  # fmt: skip
        if code == Code.GATE:
            columns["work"] = _gate_work(ledger)[area]
        elif code in RESOURCE_CODES:
            r = RESOURCE_CODES.index(code)
            last = until - 1
            left = np.where(np.arange(periods) >= last[:, None], ledger.left[area, r], np.inf)
            tight = left.argmin(1)
            columns["have"], columns["used"] = ledger.places[area, r, tight], ledger.used[area, r, tight]
            columns["need"] = units.needs[unit, r]
            columns["work"] = _adding_work(ledger, area, r, until)
        elif code == Code.TRANSPORT:
            which = hub[at, until - 1]
            columns["hub"] = which
            columns["have"] = i.transport[which, until - 1]
            columns["used"] = columns["have"] - np.maximum(0.0, ledger.seats[which, until - 1])
            columns["need"] = units.needs[unit, 1]
        for name, column in columns.items():
            out.setdefault(name, []).append(column)
    return {name: np.concatenate(parts) for name, parts in out.items()}


def _gate_work(ledger: Ledger) -> Ints:
    """(A,) the gate work of each area that is finished last or never; NEVER without gate works."""
    i = ledger.instance
    out = np.full(i.areas, NEVER)
    gates = np.flatnonzero(i.gate)
    order = gates[np.argsort(ledger.end[gates], kind="stable")]
    out[i.project_area[order]] = order
    return out


def _adding_work(ledger: Ledger, area: Ints, resource: int, until: Ints) -> Ints:
    """The work that is finished at `until` and adds places of the kind to the area; where none is, one that is never started and would."""
    i = ledger.instance
    key = area * (i.periods + 1) + until
    distinct, back = np.unique(key, return_inverse=True)
    adding = np.flatnonzero((i.resource == resource) & (i.adds > 0))
    found = np.full(len(distinct), NEVER)
    for position, value in enumerate(distinct.tolist()):
        here = adding[i.project_area[adding] == value // (i.periods + 1)]
        done = here[ledger.end[here] == value % (i.periods + 1)]
        open_ = here[ledger.end[here] >= min(i.periods, value % (i.periods + 1))]
        if len(done):
            found[position] = done[i.adds[done].argmax()]
        elif len(open_):
            found[position] = open_[ledger.end[open_].argmin()]
    return found[back]


def work_note(ledger: Ledger, work: int) -> WorkNote:
    """When a work starts and is finished in the plan, and why it does not start earlier, all other works staying where they are."""
    i = ledger.instance
    start, span = int(ledger.plan.starts[work]), int(i.duration[work])
    last = start if start >= 0 else max(0, i.periods - span)
    when = np.arange(i.periods)
    begun = (when >= start) & (start >= 0)
    money = ledger.money + np.where(begun, i.cost[work], 0.0)
    lacking_money = i.cost[work] - np.minimum.accumulate(money[::-1])[::-1]
    lacking_crew = np.zeros(i.periods)
    if i.crew[work] >= 0 and span:
        free = ledger.crews[i.crew[work]] + np.where(begun & (when < start + span), i.crew_units[work], 0.0)
        for t in range(i.periods):
            lacking_crew[t] = i.crew_units[work] - free[t : t + span].min()
    before = int(i.after[work])
    early = when < (ledger.end[before] if before >= 0 else 0)
    early_enough = when < last
    reasons = []
    kinds: list[tuple[WorkCode, Flags, Doubles]] = [
        (WorkCode.AFTER, early, np.zeros(i.periods)),
        (WorkCode.MONEY, lacking_money > TOLERANCE * (1 + i.budget.sum()), lacking_money),
        (WorkCode.CREW, lacking_crew > TOLERANCE * (1 + i.crew_units[work]), lacking_crew),
    ]
    kinds.append((WorkCode.FREE, ~np.any([k[1] for k in kinds], axis=0), np.zeros(i.periods)))
    for code, held, lacking in kinds:
        at = np.flatnonzero(held & early_enough)
        if len(at):
            reasons.append(
                WorkReason(
                    code, int(at[0]), _within(int(at[-1]) + 1, last if start < 0 else i.periods), len(at),
                    str(i.project_ids[before]) if code == WorkCode.AFTER else "",
                    str(i.crew_ids[i.crew[work]]) if code == WorkCode.CREW else "", float(lacking[at].max()),
                )
            )  # fmt: skip
    if start < 0 and not last:
        reasons.append(WorkReason(WorkCode.LONG, 0, None, i.periods, "", "", float(span)))
    end = int(ledger.end[work])
    return WorkNote(str(i.project_ids[work]), start if start >= 0 else None, None if end >= FAR else end, tuple(reasons))


def _within(period: int, periods: int) -> int | None:
    return period if period < periods else None


def household_reasons(ledger: Ledger, table: ReasonTable, household: int) -> HouseholdReasons:
    """One household's rows of a table, with ids and what is known of the works in them."""
    i, plan = ledger.instance, ledger.plan
    reasons = []
    for row in table.rows(household):
        area, work, hub, other = (int(c[row]) for c in (table.area, table.work, table.hub, table.other))
        reasons.append(
            Reason(
                Code(int(table.code[row])), str(i.area_ids[area]) if area >= 0 else "", int(table.since[row]),
                _within(int(table.until[row]), i.periods), int(table.periods[row]), int(table.alone[row]),
                work_note(ledger, work) if work >= 0 else None, str(i.hub_ids[hub]) if hub >= 0 else "",
                float(table.have[row]), float(table.used[row]), float(table.need[row]),
                str(i.household_ids[other]) if other >= 0 else "",
            )
        )  # fmt: skip
    home = plan.area[household] >= 0
    return HouseholdReasons(
        str(i.household_ids[household]), Standing(int(table.standing[household])),
        str(i.area_ids[plan.area[household]]) if home else None, int(plan.period[household]) if home else None,
        int(i.earliest[household]) if i.earliest[household] >= 0 else None, tuple(reasons),
    )  # fmt: skip


def explain_household(instance: Instance, plan: Plan | Result, household_id: str) -> HouseholdReasons:
    """Why one household is not home sooner. Raises KeyError for an unknown id. For many households make the table once with
    `explain_all` and use `household_reasons`."""
    found = np.flatnonzero(instance.household_ids == household_id)
    if not len(found):
        raise KeyError(household_id)
    ledger = Ledger(instance, plan_of(plan))
    table = _table(ledger, np.flatnonzero(ledger.units.wish_unit == ledger.units.of[found[0]]))
    return household_reasons(ledger, table, int(found[0]))


def explain_work(instance: Instance, plan: Plan | Result, project_id: str) -> WorkNote:
    """When a work starts and why not earlier. Raises KeyError for an unknown id."""
    found = np.flatnonzero(instance.project_ids == project_id)
    if not len(found):
        raise KeyError(project_id)
    return work_note(Ledger(instance, plan_of(plan)), int(found[0]))
