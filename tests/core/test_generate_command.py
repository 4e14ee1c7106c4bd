"""`wayhome generate`: files where asked, words for what is wrong."""

import csv

from click.testing import CliRunner

from wayhome.commands.generate import command


def run(*arguments):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def test_registry(tmp_path):
    told = run("registry", "--persons", 120, "--households", "--seed", 4, "--bad-rows", 0.02, "--out", tmp_path / "new")
    assert told.exit_code == 0, told.output
    assert "in 120 households" in told.output
    with (tmp_path / "new" / "truth.csv").open(encoding="utf-8") as f:
        truth = list(csv.DictReader(f))
    assert f"{len(truth):,} rows" in told.output
    assert len({t["household_id"] for t in truth}) == 120


def test_registry_refuses_scripts_it_does_not_write(tmp_path):
    told = run("registry", "--persons", 5, "--scripts", "latin,runes", "--out", tmp_path)
    assert told.exit_code == 2
    assert "runes" in told.output


def test_registry_says_where_it_cannot_write(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("kept")
    told = run("registry", "--persons", 5, "--out", taken / "below")
    assert told.exit_code == 1
    assert "cannot be written" in told.output
    assert taken.read_text() == "kept"


def test_worlds(tmp_path):
    told = run("world")
    assert told.exit_code == 0
    assert "mosaic" in told.output
    assert "held out" in told.output
    made = run("world", "horn", "--records", 200, "--seed", 1, "--out", tmp_path)
    assert made.exit_code == 0, made.output
    assert {p.name for p in tmp_path.iterdir()} == {"people.csv", "gazetteer.csv", "truth.csv"}
    assert run("world", "moon", "--out", tmp_path).exit_code == 2
    assert "--out is missing" in run("world", "horn").output
