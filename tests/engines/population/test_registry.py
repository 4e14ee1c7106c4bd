"""The invented register: same seed same bytes, lists readable as their keepers wrote them, kin that can be, errors where they are told."""

import csv
import filecmp
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from python_calamine import load_workbook

from wayhome.engines.population.registry import SCRIPTS, generate_registry
from wayhome.engines.population.registry.lists import forms, wording

PERSONS = 2000


def rows(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as f:
        return list(csv.DictReader(f, delimiter=delimiter))


def list_rows(folder: Path, key: str) -> list[list[str]]:
    form = next(f for f in forms() if f.key == key)
    sheet = folder / f"{key}-list.xlsx"
    if sheet.exists():
        return [[str(c) for c in r] for r in load_workbook(sheet).get_sheet_by_index(0).to_python()]
    with (folder / f"{key}-list.csv").open(encoding=form.encoding, newline="") as f:
        return list(csv.reader(f, delimiter=form.delimiter))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("register")
    return folder, generate_registry(folder, PERSONS, 7, bad_rows=0.04)


def test_same_seed_same_bytes(made, tmp_path):
    folder, _ = made
    generate_registry(tmp_path, PERSONS, 7, bad_rows=0.04)
    names = sorted(p.name for p in folder.iterdir())
    same, different, failed = filecmp.cmpfiles(folder, tmp_path, names, shallow=False)
    assert (different, failed) == ([], [])
    assert len(same) == len(names) >= 12


def test_counts_agree(made):
    folder, told = made
    truth, people = rows(folder / "truth.csv"), rows(folder / "people.csv")
    assert told.persons == PERSONS == len({t["person_id"] for t in truth})
    assert [t["record_id"] for t in truth] == [p["record_id"] for p in people]
    assert len(truth) == told.records == sum(told.rows_by_file.values())
    assert 0.08 < told.repeated / told.records < 0.12
    assert json.loads((folder / "register.json").read_text())["records"] == told.records
    for t in Counter(t["file"] for t in truth).items():
        assert told.rows_by_file[t[0]] == t[1]


def test_every_list_reads_back_with_its_own_headings(made):
    folder, told = made
    assert {Path(n).stem.split("-")[0] for n in told.rows_by_file} == {"community", "reception", "aid", "camp", "tracing"}
    truth = {(t["file"], int(t["row"])): t for t in rows(folder / "truth.csv")}
    people = {p["record_id"]: p for p in rows(folder / "people.csv")}
    bad = {(b["file"], int(b["row"])) for b in rows(folder / "bad_rows.csv")}
    for name, count in told.rows_by_file.items():
        key = Path(name).stem.split("-")[0]
        form = next(f for f in forms() if f.key == key)
        table = list_rows(folder, key)
        assert table[0] == [wording(form.language)[c] for c in form.columns]
        assert len(table) == count + 1
        for at, cells in enumerate(table[1:], 2):
            if (name, at) in bad or form.full_name:
                continue
            record = people[truth[name, at]["record_id"]]
            given = cells[form.columns.index("given")]
            encoded = record["given_name"].encode(form.encoding, "replace").decode(form.encoding)
            assert given == encoded


def test_three_scripts_and_many_spellings_of_one_village(made):
    folder, told = made
    people = rows(folder / "people.csv")
    names = {p["list_id"]: "" for p in people}
    for p in people:
        names[p["list_id"]] += p["given_name"]
    assert any("Ա" <= c <= "և" for c in names["community"])
    assert any("А" <= c <= "я" for c in names["reception"])
    assert "ə" in names["camp"] or "ş" in names["camp"].lower()
    assert told.spellings_of_the_largest_village >= 40
    assert {"LV01"} <= {g["place_id"] for g in rows(folder / "gazetteer.csv")}


def test_kin_that_can_be(made):
    """Judged on the truth: parents are older than their children by what is possible, one head a household, spouses of an age."""
    folder, _ = made
    born: dict[str, str] = {}
    homes: dict[str, dict[str, str]] = defaultdict(dict)
    for t in rows(folder / "truth.csv"):
        born[t["person_id"]] = t["birth_date"]
        homes[t["household_id"]][t["person_id"]] = t["role"]
    heads = Counter()
    for members in homes.values():
        roles = Counter(members.values())
        heads[roles["head"]] += 1
        head = next((int(born[p][:4]) for p, r in members.items() if r == "head"), None)
        for person, role in members.items():
            year = int(born[person][:4])
            if head is not None and role == "child":
                assert 17 <= year - head <= 75
            if head is not None and role == "parent":
                assert 17 <= head - year <= 70
            if head is not None and role == "spouse":
                assert abs(head - year) <= 25
    assert heads[1] / sum(heads.values()) > 0.98
    assert max(int(d[:4]) for d in born.values()) <= 2025


def test_bad_rows_stand_where_they_are_told(made):
    folder, told = made
    bad = rows(folder / "bad_rows.csv")
    assert len(bad) == told.bad_rows > PERSONS * 0.01
    assert len({b["kind"] for b in bad}) >= 12
    tables = {name: list_rows(folder, Path(name).stem.split("-")[0]) for name in told.rows_by_file}
    for b in bad:
        if b["kind"] in ("formula",) and b["file"].endswith("xlsx"):
            continue  # a formula cell reads back as its value, which nobody has calculated yet
        table = tables[b["file"]]
        cell = table[int(b["row"]) - 1][table[0].index(b["column"])]
        if b["kind"] == "columns_shifted":
            assert cell in ("", "None"), b
        elif b["kind"] == "control_signs":
            assert "\n(see overleaf)" in cell, b
        else:
            assert cell[:80].strip() == b["written"].strip(), b


def test_wishes_and_claims_refer_to_households_of_the_lists(made):
    folder, told = made
    local = {(t["file"].split("-")[0], t["list_household"]) for t in rows(folder / "truth.csv")}
    wishes, claims = rows(folder / "intentions.csv"), rows(folder / "claims.csv")
    assert len(wishes) == told.intentions > 0
    assert len(claims) == told.claims > 0
    assert {(w["list"], w["household"]) for w in wishes} <= local
    assert {(c["list"], c["household"]) for c in claims} <= local
    assert {w["wish"] for w in wishes} == {"return", "stay", "elsewhere", "undecided", "no_answer"}
    assert all(bool(w["silence"]) == (w["wish"] == "no_answer") for w in wishes)
    numbers = [c["claim"] for c in claims]
    assert len(numbers) == len(set(numbers))


def test_households_and_all_scripts(tmp_path):
    told = generate_registry(tmp_path, 150, 2, scripts=SCRIPTS, by_households=True)
    assert told.households == 150
    assert len(told.rows_by_file) == len(forms())
    ward = list_rows(tmp_path, "ward")
    assert any("ሀ" <= c <= "፼" for r in ward[1:] for c in r[2])


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"persons": 0}, "persons"),
        ({"duplicates": 0.9}, "duplicates"),
        ({"bad_rows": -1}, "bad_rows"),
        ({"scripts": ["runes"]}, "runes"),
    ],
)
def test_arguments_out_of_bounds(tmp_path, arguments, word):
    with pytest.raises(ValueError, match=word):
        generate_registry(tmp_path, **({"persons": 10, "seed": 1} | arguments))
