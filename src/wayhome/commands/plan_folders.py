"""Folders of the planning contract: an instance read, a plan written and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wayhome.core import column_files
from wayhome.engines.planning import Instance, InstanceError, Plan, PlanError, Problem, Result
from wayhome.engines.planning.reports import PRICES, dual_prices, reason_tables
from wayhome.engines.planning.tables import TABLES, from_tables, plan_from_tables, plan_to_tables


def read_instance(folder: Path) -> Instance:
    """The instance in `folder`. Raises `InstanceError` with everything that is wrong, unreadable files among it."""
    settings: Any = {}
    tables: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    unreadable: list[Problem] = []
    try:
        settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise ValueError("no object")
    except (OSError, ValueError) as error:
        unreadable.append(
            _unreadable("settings.json", str(error), "Add settings.json with periods, discount, fairness_floor and families.")
        )
    for name in TABLES:
        try:
            found, files = column_files.read_folder(folder, [name])
            tables |= found
            names |= files
        except column_files.TableError as error:
            unreadable.append(_unreadable(error.file, error.problem, error.remedy))
    if unreadable:
        raise InstanceError(unreadable)
    return from_tables(settings, tables, names)


def _unreadable(file: str, problem: str, remedy: str) -> Problem:
    return Problem(file, 0, "", "", "unreadable", f"The file cannot be used: {problem}", remedy)


def read_plan(folder: Path, instance: Instance, *, strict: bool = True) -> Plan:
    """The plan in `folder` by the indices of `instance`; without `strict` what the instance does not have is left out. Raises
    `PlanError`."""
    try:
        tables, _ = column_files.read_folder(folder, ["starts", "returns"])
    except column_files.TableError as error:
        raise PlanError(str(error), "Correct the file, or plan again.") from None
    return plan_from_tables(instance, tables, strict=strict)


def read_report(folder: Path) -> dict[str, Any]:
    """`report.json` of a plan. Raises `PlanError`."""
    try:
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlanError(f"report.json cannot be read ({error}).", "Plan again.") from None
    if not isinstance(report, dict) or not all(isinstance(report.get(name), (int, float)) for name in ("value", "bound")):
        raise PlanError("report.json lacks value or bound.", "Plan again.")
    return report


def write_plan(folder: Path, instance: Instance, result: Result, *, reasons: bool, also: Mapping[str, Any]) -> None:
    """Starts, returns, reasons with prices, and the report last. `also` goes into the report's seconds and settings."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = plan_to_tables(instance, result.plan)
    column_files.write(folder / "starts.csv", tables["starts"])
    column_files.write(folder / "returns.parquet", tables["returns"])
    (folder / "reasons").mkdir(exist_ok=True)
    why = reason_tables(instance, result) if reasons else {PRICES: dual_prices(instance, result.prices)}
    for name, table in why.items():
        column_files.write(folder / "reasons" / f"{name}.parquet", table)
    text = json.dumps(report_of(result) | dict(also), ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")


def report_of(result: Result) -> dict[str, Any]:
    """What `report.json` says of a result."""
    return {
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "price_bound": result.price_bound,
        "bound_method": result.bound_method,
        "stopped_by": result.stopped_by,
        "seconds": dict(result.seconds),
        "peak_gib": result.peak_gib,
        "seed": result.seed,
        "steps": dict(result.iterations),
        "moved": result.moved,
        "versions": dict(result.versions),
    }
