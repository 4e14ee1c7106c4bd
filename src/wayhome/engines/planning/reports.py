"""Reasons and prices as tables by id, for the folder of a plan (`reasons/`), and prices back from theirs. No files are touched here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wayhome.engines.planning.blockers import blockers
from wayhome.engines.planning.compare import match
from wayhome.engines.planning.errors import PlanError
from wayhome.engines.planning.explain import explain_all, work_note
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.prices import Priced, price_list
from wayhome.engines.planning.reasons import Code, Standing
from wayhome.engines.planning.types import NEVER, RESOURCES, Instance, Ints, Names, Prices, Result

Columns = dict[str, Any]
PRICES = "dual_prices"
"""The table from which the bound can be recomputed."""


def reason_tables(instance: Instance, result: Result, ranges: Sequence[Priced] | None = None) -> dict[str, Columns]:
    """Tables by name. Empty cells are None (text) or masked (numbers); periods count from 0.

    `households`: one row a household: standing, area, period, earliest. `reasons`: why not sooner, in order, `until` empty where it holds
    to the end of the plan. `works`: starts, ends and why not earlier. `blockers`: what holds back most people. `prices`: what one more unit
    is worth, with `low` and `high` where `ranges` were planned again. `dual_prices`: all prices the bound is made of."""
    ledger = Ledger(instance, result.plan)
    table = explain_all(instance, result.plan)
    i, plan = instance, result.plan
    order = np.arange(len(table)) - table.start[table.household]
    return {
        "households": {
            "household_id": i.household_ids,
            "standing": _words(Standing, table.standing),
            "area_id": _ids(i.area_ids, plan.area),
            "period": _number(plan.period),
            "earliest": _number(i.earliest),
        },
        "reasons": {
            "household_id": i.household_ids[table.household],
            "place": order + 1,
            "code": _words(Code, table.code),
            "area_id": _ids(i.area_ids, table.area),
            "since": table.since,
            "until": np.ma.masked_greater_equal(table.until, i.periods),
            "periods": table.periods,
            "alone": table.alone,
            "project_id": _ids(i.project_ids, table.work),
            "hub_id": _ids(i.hub_ids, table.hub),
            "other_household_id": _ids(i.household_ids, table.other),
            "have": table.have,
            "used": table.used,
            "need": table.need,
        },
        "works": _works(ledger),
        "blockers": _blockers(instance, result, table),
        "prices": _prices(list(ranges) if ranges else [], price_list(instance, result)),
        PRICES: dual_prices(instance, result.prices),
    }


def _ids(ids: Names, at: Ints) -> Names:
    out = np.full(len(at), None, dtype=object)
    known = at >= 0
    out[known] = ids[at[known]]
    return out


def _number(values: Ints) -> np.ma.MaskedArray[Any, Any]:
    return np.ma.masked_less(values, 0)


def _words(kind: type[Standing] | type[Code], values: Ints) -> Names:
    return np.array([k.name.lower() for k in kind], dtype=object)[values]


def _works(ledger: Ledger) -> Columns:
    """One row for each work and reason; a work without any has one row with empty reason."""
    rows: list[tuple[Any, ...]] = []
    for work in range(ledger.instance.projects):
        note = work_note(ledger, work)
        for why in note.why or (None,):
            rows.append(
                (note.project_id, note.start, note.end)
                + (
                    (
                        why.code.name.lower(),
                        why.since,
                        why.until,
                        why.periods,
                        why.project_id or None,
                        why.crew or None,
                        why.lacking,
                    )
                    if why
                    else (None,) * 7
                )
            )
    names = ("project_id", "start", "end", "code", "since", "until", "periods", "after", "crew", "lacking")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _blockers(instance: Instance, result: Result, table: Any) -> Columns:
    found = blockers(instance, result, table, most=200)
    return {
        "code": [b.code.name.lower() for b in found],
        "area_id": [b.area_id or None for b in found],
        "hub_id": [b.hub_id or None for b in found],
        "project_id": [b.work.project_id if b.work else None for b in found],
        "households": [b.households for b in found],
        "persons": [b.persons for b in found],
        "alone": [b.alone for b in found],
        "waiting": [b.waiting for b in found],
        "months": [b.months for b in found],
    }


def _prices(ranges: list[Priced], listed: Sequence[Priced]) -> Columns:
    tried = {p.thing for p in ranges}
    found = sorted([*ranges, *(p for p in listed if p.thing not in tried)], key=lambda p: -p.worth)
    return {
        "kind": [p.thing.kind for p in found],
        "crew": [p.thing.crew or None for p in found],
        "hub_id": [p.thing.hub_id or None for p in found],
        "area_id": [p.thing.area_id or None for p in found],
        "period": [p.thing.period for p in found],
        "price": [p.price for p in found],
        "unit": [p.unit for p in found],
        "low": [p.low if p.steps else None for p in found],
        "high": [p.high if p.steps else None for p in found],
    }


_KINDS = (*RESOURCES, "money", "crew", "transport", "group", "once")


def dual_prices(instance: Instance, prices: Prices) -> Columns:
    """All prices above zero, one a row: kind, id (empty for money), period (empty for group and once)."""
    i = instance
    parts: list[tuple[str, Any, Any, Any]] = []
    for r, kind in enumerate(RESOURCES):
        a, t = np.nonzero(prices.places[:, r])
        parts.append((kind, i.area_ids[a], t, prices.places[a, r, t]))
    (t,) = np.nonzero(prices.money)
    parts.append(("money", np.full(len(t), None, dtype=object), t, prices.money[t]))
    for kind, ids, values in (("crew", i.crew_ids, prices.crews), ("transport", i.hub_ids, prices.transport)):
        k, t = np.nonzero(values)
        parts.append((kind, ids[k], t, values[k, t]))
    for kind, ids, values in (("group", i.group_ids, prices.groups), ("once", i.household_ids, prices.once)):
        (k,) = np.nonzero(values)
        parts.append((kind, ids[k], np.full(len(k), NEVER), values[k]))
    return {
        "kind": np.concatenate([np.full(len(p[1]), p[0], dtype=object) for p in parts]),
        "id": np.concatenate([p[1] for p in parts]),
        "period": _number(np.concatenate([p[2] for p in parts]).astype(np.int64)),
        "price": np.concatenate([p[3] for p in parts]).astype(np.float64),
    }


def _period(cell: Any) -> int:
    return NEVER if cell is None or cell is np.ma.masked or cell == "" or np.isnan(float(cell)) else int(cell)


def prices_from(instance: Instance, table: Mapping[str, Any]) -> Prices:
    """The prices in a table of `dual_prices`; what is not in it is zero. Raises `PlanError` for an unknown kind, id or period."""
    i, T = instance, instance.periods
    kind = np.array([str(x) for x in table["kind"]], dtype=object)
    ids = np.array(["" if x is None or x is np.ma.masked else str(x) for x in table["id"]], dtype=object)
    period = np.array([_period(x) for x in table["period"]], dtype=np.int64)
    price = np.array([float(x) for x in table["price"]], dtype=np.float64)
    unknown = sorted(set(kind.tolist()) - set(_KINDS))
    if unknown:
        raise PlanError(f"There is no price of kind “{unknown[0]}”.", f"Kinds are {', '.join(_KINDS)}.")
    out = Prices(
        np.zeros((i.areas, 4, T)), np.zeros(T), np.zeros((len(i.crew_ids), T)), np.zeros((len(i.hub_ids), T)), np.zeros(len(i.group_ids)),
        np.zeros(i.households),
    )  # fmt: skip

    def rows(wanted: str, names: Names | None, timed: bool) -> tuple[Ints, Ints, Ints]:
        at = np.flatnonzero(kind == wanted)
        when = period[at]
        if timed and ((when < 0) | (when >= T)).any():
            raise PlanError(f"A price of {wanted} stands in a period outside the plan.", "The prices are of another instance.")
        place = match(ids[at], names) if names is not None else np.zeros(len(at), np.int64)
        if (place < 0).any():
            raise PlanError(
                f"A price of {wanted} names “{ids[at][place < 0][0]}”, which is not in the instance.",
                "The prices are of another instance.",
            )
        return at, place, when

    for r, name in enumerate(RESOURCES):
        at, place, when = rows(name, i.area_ids, True)
        out.places[place, r, when] = price[at]
    at, _, when = rows("money", None, True)
    out.money[when] = price[at]
    for name, names, values in (("crew", i.crew_ids, out.crews), ("transport", i.hub_ids, out.transport)):
        at, place, when = rows(name, names, True)
        values[place, when] = price[at]
    for name, names, single in (("group", i.group_ids, out.groups), ("once", i.household_ids, out.once)):
        at, place, _ = rows(name, names, False)
        single[place] = price[at]
    return out
