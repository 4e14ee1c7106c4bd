"""`wayhome plan` and `wayhome plan verify` on folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.engines.planning.invented import tables

from wayhome.commands.plan import command
from wayhome.commands.plan_folders import read_instance, read_plan
from wayhome.core import column_files
from wayhome.engines.planning import check


def folder(place: Path, ending: str = "csv", **changes: Any) -> Path:
    settings, made = tables(4)
    place.mkdir()
    (place / "settings.json").write_text(json.dumps(settings))
    for name, table in made.items():
        column_files.write(place / f"{name}.{ending}", table | changes.get(name, {}))
    return place


def plan(*arguments: Any) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_folder_is_planned_and_verified(tmp_path: Path, ending: str) -> None:
    source, out = folder(tmp_path / "instance", ending), tmp_path / "plan"
    done = plan(source, "--out", out, "--iterations", 60, "--seed", 3)
    assert done.exit_code == 0, done.output
    made = read_instance(source)
    assert check(made, read_plan(out, made)) == []
    report = json.loads((out / "report.json").read_text())
    assert {"value", "bound", "gap", "seconds", "peak_gib", "seed", "versions", "bound_method", "stopped_by"} <= set(report)
    assert report["value"] > 0 and report["bound"] >= report["value"] and report["seed"] == 3
    assert (out / "reasons" / "reasons.parquet").is_file()
    assert plan("verify", out, source).exit_code == 0
    report["value"] += 1
    (out / "report.json").write_text(json.dumps(report))
    lying = plan("verify", out, source)
    assert lying.exit_code == 1 and "does not hold" in lying.output


def test_planning_again_names_the_past(tmp_path: Path) -> None:
    source = folder(tmp_path / "instance")
    assert plan(source, "--out", tmp_path / "one", "--iterations", 60).exit_code == 0
    again = plan(source, "--out", tmp_path / "two", "--iterations", 60, "--previous", tmp_path / "one", "--frozen-until", 3)
    assert again.exit_code == 0 and "0 households that could go as planned are moved." in again.output
    assert plan(source, "--out", tmp_path / "three", "--frozen-until", 3).exit_code == 2


def test_what_is_wrong_is_told_with_file_row_and_field(tmp_path: Path) -> None:
    _, made = tables(4)
    source = folder(tmp_path / "instance", projects={"cost": [-1, *made["projects"]["cost"][1:]]})
    (source / "crews.csv").unlink()
    done = plan(source, "--out", tmp_path / "plan")
    assert done.exit_code == 1
    assert "crews: There is no such table." in done.output and "Nothing was solved." in done.output
    assert not (tmp_path / "plan").exists()
    (source / "crews.csv").write_text("crew,units\nclearance,1\nbuilding,2\n")
    done = plan(source, "--out", tmp_path / "plan")
    assert "projects.csv, row 1, cost: An amount of money is negative. (found “-1”)" in done.output
