"""From rows to persons: families across scripts, twins, namesakes, judgements, bad rows, any order of rows."""

from __future__ import annotations

import csv
import json
import random

import pytest
from click.testing import CliRunner

from wayhome.cli import main
from wayhome.engines.linking import output
from wayhome.engines.linking.errors import LinkingError, Stopped
from wayhome.engines.linking.run import run
from wayhome.engines.linking.types import COLUMNS, Direction, Judgement, LinkingData, Params


def persons(result):
    ids = result.record_ids.tolist()
    return dict(zip(ids, [ids[at] for at in result.person.tolist()], strict=True))


def test_a_family_on_two_lists_in_two_scripts_is_found_and_nobody_else_is_merged(rows, places):
    found = persons(run(LinkingData(rows, places)))
    assert [found[one] for one in ("b1", "b2", "b3")] == ["a1", "a2", "a3"]
    assert found["e1"] == found["d2"]
    assert found["c1"] != found["c2"], "twins"
    assert len({found[one] for one in ("c1", "c2", "c3")}) == 3, "a grandfather's namesake"


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter(rows, places):
    first = run(LinkingData(rows, places))
    mixed = list(rows)
    random.Random(5).shuffle(mixed)
    second = run(LinkingData(mixed, places[::-1]), params=Params(threads=1))
    assert persons(first) == persons(second)
    assert first.pairs.probability.tolist() == second.pairs.probability.tolist()
    assert first.report["input"] == second.report["input"]


def test_a_pair_is_explained_field_by_field(rows, places):
    result = run(LinkingData(rows, places))
    ids = result.record_ids
    at = next(at for at in range(len(result.pairs)) if {ids[result.pairs.left[at]], ids[result.pairs.right[at]]} == {"a1", "b1"})
    by_field = {reason.field: reason for reason in result.reasons(at)}
    assert by_field["given_name"].code in {"name_near", "name_two_spellings"}
    assert (by_field["given_name"].left, by_field["given_name"].right) == ("tamar", "tamara")
    assert by_field["patronymic"].code == "name_two_scripts"
    assert by_field["birth"].code == "year_same"
    assert by_field["household"].params == {"others": 2, "members": 2}
    assert by_field["household"].direction is Direction.FOR
    assert by_field["phone"].direction is Direction.NEITHER
    assert all(0 <= reason.weight <= 100 and "{" not in reason.words for reason in by_field.values())
    assert "two scripts" in result.explainer.sentence(at)


def test_what_people_judged_holds(rows, places):
    apart = run(
        LinkingData(
            rows,
            places,
            judgements=[Judgement("a2", "b2", same=False), Judgement("c1", "c3", same=True), Judgement("a2", "gone", same=True)],
        )
    )
    found = persons(apart)
    assert found["a2"] != found["b2"]
    assert found["c1"] == found["c3"]


def test_a_focus_looks_only_at_pairs_with_one_of_its_records(rows, places):
    result = run(LinkingData(rows, places, focus=frozenset({"b1", "b2", "b3"})))
    found = persons(result)
    assert found["b2"] == "a2"
    assert found["e1"] != found["d2"], "neither is of the import"
    assert all(
        {result.record_ids[left], result.record_ids[right]} & {"b1", "b2", "b3"}
        for left, right in zip(result.pairs.left, result.pairs.right, strict=True)
    )


def test_bad_rows_are_set_apart_with_their_line_and_the_rest_is_linked(rows, places, tmp_path):
    good = [[row[name] for name in COLUMNS] for row in rows]
    good[0][2] = "Թա\nմար"
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        write = csv.writer(handle, lineterminator="\n")
        write.writerow(COLUMNS)
        write.writerows(good)
        write.writerow(["", "A", *[""] * 10])
        write.writerow(["x1", "A", "Name", "", "", "", "31.12.1989", "later", "", "", "", ""])
        write.writerow(["b2", "A", "Zed", *[""] * 9])
        handle.write("broken,line\n")
    gazetteer = tmp_path / "places.csv"
    gazetteer.write_text("place_id,name\n" + "".join(f"{row['place_id']},{row['name']}\n" for row in places), encoding="utf-8")
    result = run(LinkingData([path], [gazetteer]))
    told = {(bad.line, bad.field): bad for bad in result.bad_rows}
    first = len(good) + 3
    assert (first, "record_id") in told
    assert told[first + 1, "birth_date"].kept
    assert told[first + 1, "birth_year"].value == "later"
    assert not told[first + 2, "record_id"].kept
    assert any(line == first + 3 for line, _ in told)
    assert persons(result)["b3"] == "a3"


def test_files_are_written_as_the_contract_says(rows, places, tmp_path):
    result = run(LinkingData(rows, places), seed=4)
    output.write(result, tmp_path)
    with (tmp_path / "clusters.csv").open(encoding="utf-8") as handle:
        clusters = list(csv.DictReader(handle))
    assert sorted(row["record_id"] for row in clusters) == sorted(row["record_id"] for row in rows)
    with (tmp_path / "pairs.csv").open(encoding="utf-8") as handle:
        pairs = list(csv.DictReader(handle))
    assert {row["band"] for row in pairs} <= {"auto", "review", "unlikely"}
    assert all(row["explanation"] for row in pairs)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["seed"] == 4
    assert report["levels"]["untrained"] == []
    assert {"read", "fold", "block", "score", "cluster"} <= set(report["seconds"])
    assert report["blocking_pairs"]


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    (tmp_path / "people.csv").write_text("record_id,given_name\n1,A\n", encoding="utf-8")
    (tmp_path / "places.csv").write_text("place_id,name\n", encoding="utf-8")
    said = CliRunner().invoke(
        main, ["link", str(tmp_path / "people.csv"), "--gazetteer", str(tmp_path / "places.csv"), "--out", str(tmp_path / "out")]
    )
    assert said.exit_code == 1
    assert "no column list_id" in said.output
    assert not (tmp_path / "out").exists()


def test_it_stops_between_stages_when_asked(rows, places):
    asked = iter([False, False, True])
    with pytest.raises(Stopped) as stopped:
        run(LinkingData(rows, places), stop=lambda: next(asked))
    assert stopped.value.stage == "block"


@pytest.mark.parametrize("people", [[], [{"record_id": "1", "list_id": "A"}]])
def test_next_to_nothing_links_to_nothing(people, places):
    result = run(LinkingData(people, places))
    assert len(result.pairs) == 0
    assert len(result.person) == len(people)


def test_an_unknown_backend_is_an_error(rows):
    with pytest.raises(LinkingError, match="backend"):
        run(LinkingData(rows), params=Params(backend="abacus"))
