"""Tables of the contract: whatever is wrong is named by file, row, field and remedy, all of it at once, and nothing is solved."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.engines.planning.invented import tables as invented

from wayhome.engines.planning import Instance, InstanceError, Plan, PlanError
from wayhome.engines.planning.tables import from_tables, plan_from_tables, plan_to_tables, to_tables

Tables = dict[str, dict[str, list[Any]]]


def broken(change: Callable[[dict[str, Any], Tables], None]) -> InstanceError:
    settings, tables = copy.deepcopy(invented(3))
    change(settings, tables)
    with pytest.raises(InstanceError) as caught:
        from_tables(settings, tables, {"projects": "projects.csv"})
    return caught.value


def put(table: str, row: int, field: str, value: Any) -> Callable[[dict[str, Any], Tables], None]:
    def change(_: dict[str, Any], tables: Tables) -> None:
        column = list(tables[table][field])
        column[row] = value
        tables[table][field] = column

    return change


def ring(_: dict[str, Any], tables: Tables) -> None:
    ids, after = list(tables["projects"]["project_id"]), list(tables["projects"]["after"])
    after[0], after[1] = ids[1], ids[0]
    tables["projects"]["after"] = after


def currencies(_: dict[str, Any], tables: Tables) -> None:
    tables["budget"]["currency"] = ["EUR"] * len(tables["budget"]["period"])
    tables["projects"]["currency"] = ["EUR"] * (len(tables["projects"]["cost"]) - 1) + ["USD"]


def no_homes(_: dict[str, Any], tables: Tables) -> None:
    tables["areas"]["dwelling"] = [0] * len(tables["areas"]["area_id"])
    tables["projects"]["adds"] = [0] * len(tables["projects"]["area_id"])


def no_table(_: dict[str, Any], tables: Tables) -> None:
    del tables["crews"]


def no_column(_: dict[str, Any], tables: Tables) -> None:
    del tables["wishes"]["weight"]


def setting(name: str, value: Any) -> Callable[[dict[str, Any], Tables], None]:
    return lambda settings, _: settings.__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "file", "row", "field", "code"),
    [
        (ring, "projects.csv", 1, "after", "cycle"),
        (put("projects", 2, "after", "P0"), "projects.csv", 3, "after", "unknown_id"),
        (put("projects", 1, "cost", -5), "projects.csv", 2, "cost", "negative_money"),
        (put("budget", 0, "amount", "-1"), "budget", 1, "amount", "negative_money"),
        (put("wishes", 4, "area_id", "A99"), "wishes", 5, "area_id", "unknown_id"),
        (put("wishes", 4, "weight", 0), "wishes", 5, "weight", "weight_range"),
        (put("wishes", 4, "weight", 1.5), "wishes", 5, "weight", "weight_range"),
        (no_homes, "areas", 0, "dwelling", "zero_homes"),
        (put("households", 7, "persons", 0), "households", 8, "persons", "no_members"),
        (put("households", 7, "children", 99), "households", 8, "children", "more_than_members"),
        (put("households", 7, "persons", "four"), "households", 8, "persons", "not_a_number"),
        (put("households", 7, "persons", 2.5), "households", 8, "persons", "not_whole"),
        (put("households", 7, "persons", None), "households", 8, "persons", "empty"),
        (put("households", 7, "persons", float("inf")), "households", 8, "persons", "not_a_number"),
        (put("budget", 1, "period", 99), "budget", 2, "period", "period_outside"),
        (put("transport", 0, "period", -1), "transport", 1, "period", "period_outside"),
        (put("projects", 0, "gate", 2), "projects.csv", 1, "gate", "not_0_or_1"),
        (put("projects", 0, "resource", "power"), "projects.csv", 1, "resource", "unknown_id"),
        (currencies, "projects.csv", None, "currency", "mixed_currencies"),
        (no_table, "crews", 0, "", "missing_file"),
        (no_column, "wishes", 0, "weight", "missing_column"),
        (setting("periods", 0), "settings.json", 0, "periods", "setting"),
        (setting("discount", 1.2), "settings.json", 0, "discount", "setting"),
        (setting("families", "apart"), "settings.json", 0, "families", "setting"),
    ],
)
def test_what_is_wrong_is_named(change: Any, file: str, row: int | None, field: str, code: str) -> None:
    error = broken(change)
    [problem] = [one for one in error.problems if one.code == code]
    assert (problem.file, problem.field) == (file, field)
    assert row is None or problem.row == row
    assert problem.problem.endswith(".") and problem.remedy.endswith(".")
    assert str(problem) in str(error)


def test_ids_given_twice_are_named_with_the_first_row() -> None:
    for table, field in (("households", "household_id"), ("projects", "project_id"), ("areas", "area_id"), ("crews", "crew")):

        def twice(_: dict[str, Any], tables: Tables, table: str = table, field: str = field) -> None:
            column = list(tables[table][field])
            column[1] = column[0]
            tables[table][field] = column

        problem = next(one for one in broken(twice).problems if one.code == "duplicate")
        assert (problem.row, problem.field) == (2, field) and "row 1" in problem.problem


def test_everything_that_is_wrong_is_told_at_once() -> None:
    def three(settings: dict[str, Any], tables: Tables) -> None:
        ring(settings, tables)
        put("households", 0, "persons", -1)(settings, tables)
        put("wishes", 0, "area_id", "nowhere")(settings, tables)

    assert {one.code for one in broken(three).problems} >= {"cycle", "no_members", "unknown_id"}


def test_an_instance_goes_to_tables_and_back() -> None:
    made = from_tables(*invented(5, together=True))
    again = from_tables(*to_tables(made))
    for name in Instance.__dataclass_fields__:
        one, two = getattr(made, name), getattr(again, name)
        assert np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two, name


def test_a_plan_goes_to_tables_and_back_and_must_belong_to_the_instance() -> None:
    made = from_tables(*invented(5))
    plan = Plan.empty(made)
    plan.starts[1] = 2
    who = int(np.flatnonzero(made.willing)[0])
    plan.area[who], plan.period[who] = made.wish_area[made.wish_start[who]], 4
    tables = plan_to_tables(made, plan)
    back = plan_from_tables(made, tables)
    assert np.array_equal(back.starts, plan.starts) and np.array_equal(back.area, plan.area)
    assert np.array_equal(back.period, plan.period)
    tables["starts"]["project_id"] = ["unknown"]
    with pytest.raises(PlanError, match="unknown"):
        plan_from_tables(made, tables)
    assert not (plan_from_tables(made, tables, strict=False).starts >= 0).any()
