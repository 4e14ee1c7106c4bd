"""Worlds of invented people: the same seed gives the same rows, the contract's columns and statistics hold, held-out parts stay out."""

import hashlib
import subprocess
import sys

import pytest

from wayhome.engines.population import HELD_OUT, PEOPLE_COLUMNS, TRAINING, generate
from wayhome.engines.population.tables import data_names, data_rows, load
from wayhome.engines.population.worlds.measure import measure

RECORDS = 4000


@pytest.fixture(scope="module")
def mosaic():
    return generate("mosaic", RECORDS, 5)


def test_same_seed_same_rows_whatever_the_hash_seed_or_earlier_worlds():
    code = (
        "import hashlib; from wayhome.engines.population import generate; m = generate('mosaic', 700, 5);"
        "print(hashlib.sha256(repr((m.people, m.gazetteer, m.truth)).encode()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True)
    generate("rivers", 100, 1)
    again = generate("mosaic", 700, 5)
    assert other.stdout.strip() == hashlib.sha256(repr((again.people, again.gazetteer, again.truth)).encode()).hexdigest()
    assert generate("mosaic", 700, 6).people != again.people


def test_columns_ids_and_gazetteer(mosaic):
    assert len(mosaic.people) == RECORDS == len(mosaic.truth)
    assert all(len(r) == len(PEOPLE_COLUMNS) for r in mosaic.people)
    assert len({r[0] for r in mosaic.people}) == RECORDS
    places = {g[0] for g in mosaic.gazetteer}
    assert {t[3] for t in mosaic.truth} <= places
    spelled = {r[8] for r in mosaic.people if r[8]}
    known = {g[1] for g in mosaic.gazetteer}
    assert 0.02 < len(spelled & known) / len(spelled) < 0.9  # some spellings of the people are not in the gazetteer


def test_statistics_are_those_of_the_contract(mosaic):
    d = measure(mosaic)
    assert 0.09 < d["repeated_records"] < 0.15
    assert 0.78 < d["across_lists"] < 0.92
    assert 0.52 < d["across_scripts"] < 0.70
    assert 0.24 < d["across_scripts_without_year_document_phone"] < 0.46
    assert set(d["records_by_script"]) == {"Latn", "Cyrl", "Armn", "Geor", "Arab", "Ethi"}
    assert min(d["records_by_script"].values()) > RECORDS * 0.02


@pytest.mark.parametrize("name", [*TRAINING, *HELD_OUT])
def test_every_world_writes_clean_names(name):
    made = generate(name, 600, 3)
    for row in made.people:
        for text in row[2:5] + (row[8],):
            assert not set(text) & set("=|^°_"), row
            assert text == text.strip(), row
        assert row[2] or row[4], row


def test_held_out_cultures_and_schemes_do_not_occur_in_training():
    only = {"sq", "mk", "kk", "ps", "om", "el"}
    assert not only & {c for w in TRAINING.values() for c in w.cultures}
    assert only <= {c for w in HELD_OUT.values() for c in w.cultures}
    held = {r["scheme"] for r in data_rows("held_out_schemes")}
    assert all(held <= w.barred for w in TRAINING.values())
    kinds = {k for w in TRAINING.values() for r in w.regions for k in r.lists}
    assert not {"de", "mk", "kk", "sq"} & kinds
    assert held <= set(data_names("standards")) | {"de"}


def test_every_table_reads_and_tells_its_source():
    for folder in ("sounds", "writing", "standards"):
        for name in data_names(folder):
            table = load(folder, name)
            if folder != "sounds":
                assert table.headers.get("source"), f"{folder}/{name}"


def test_bad_arguments():
    with pytest.raises(KeyError):
        generate("nowhere", 10, 1)
    with pytest.raises(ValueError, match="persons must be 1 or more"):
        generate("mosaic", 0, 1)
