"""The register's main job in a browser: lists in three scripts go in, who stands twice is found, judged and taken back, names are found.

WAYHOME_E2E_PERSONS says for how many people; 3,000 unless said. Prints how long each part took (`pytest -s`).
"""

from __future__ import annotations

import csv
import itertools
import os
import re
import secrets
import time
from collections import defaultdict

import pytest

from tests.e2e.axe import faults
from tests.e2e.running import LEAD
from wayhome.engines.population.registry import generate_registry

pytestmark = pytest.mark.e2e
PERSONS = int(os.environ.get("WAYHOME_E2E_PERSONS", "3000"))
PATIENCE = 120_000 + PERSONS * 12  # ms: for the longest step, on a machine that does other things as well
LEAST_RECALL = 0.85  # of the true pairs, among those that come to the queue
SCRIPTS = {"community": "Armenian", "reception": "Cyrillic", "aid": "Latin", "camp": "Latin", "tracing": "Latin"}


class Told:
    """Says how long each part took."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, words: str) -> None:
        now = time.monotonic()
        print(f"{now - self.began:7.1f} s  {words}")
        self.began = now


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """Lists of one valley's people, a tenth of the rows repeats somebody."""
    folder = tmp_path_factory.mktemp("lists")
    generate_registry(folder, PERSONS, 7, duplicates=0.10)
    return folder


@pytest.fixture(scope="module")
def slug(running):
    """A process without a person on file, led by Maren."""
    slug = f"valley-{secrets.token_hex(3)}"
    running.command("process", "add", slug, "--name", "The valley's people", "--lead", LEAD)
    return slug


def table(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def bring_in(page, slug, path, told):
    """One list as a person brings it in: file, columns, check, good rows. Gives the persons it became."""
    page.goto(f"/p/{slug}/registry/imports/new/")
    page.locator("[name=list_name]").fill(path.stem)
    page.locator("[name=file]").set_input_files(str(path))
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_url(re.compile(r"/columns/$"), timeout=PATIENCE)
    read_as = page.locator("select[name^=field-]").evaluate_all("all => all.map(select => select.value)")
    assert {"family_name", "given_name"} <= set(read_as) or "full_name" in read_as, read_as
    assert "birth_date" in read_as and "origin_place" in read_as, read_as
    page.get_by_role("button", name="Check the list").click()
    ready = page.get_by_role("button", name=re.compile(r"^Bring in [\d,. \xa0]+ good row"))
    ready.wait_for(timeout=PATIENCE)
    assert page.locator(".figures dd").count() >= 2
    said = page.locator(".figures").inner_text()
    ready.click()
    page.get_by_text(re.compile(r"persons in .* new households")).wait_for(timeout=PATIENCE)
    found = int(re.sub(r"\D", "", page.get_by_text(re.compile(r"persons in .* new households")).inner_text().split("persons")[0]))
    told(f"{path.name}: {found:,} persons ({' '.join(said.split())})")
    return found


def test_lists_in_three_scripts_are_brought_in_linked_judged_and_searched(running, window, lists, slug):
    told = Told()
    page = window(LEAD)
    files = sorted(lists.glob("*-list.*"))
    assert {SCRIPTS[path.name.split("-")[0]] for path in files} == {"Armenian", "Cyrillic", "Latin"}
    people = sum(bring_in(page, slug, path, told) for path in files)
    truth = table(lists / "truth.csv")
    assert people >= 0.98 * len(truth)
    repeated = len(truth) - len({row["person_id"] for row in truth})
    assert 0.08 < repeated / len(truth) < 0.12, "a tenth of the rows repeats somebody"

    # the same file a second time changes nothing
    page.goto(f"/p/{slug}/registry/imports/new/")
    page.locator("[name=list_name]").fill(files[0].stem)
    page.locator("[name=file]").set_input_files(str(files[0]))
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_url(re.compile(r"/columns/$"), timeout=PATIENCE)
    page.get_by_role("button", name="Check the list").click()
    page.get_by_text("No row is new and good").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Give the list up").click()
    page.wait_for_url(re.compile(r"/imports/$"))
    told("the first file once more: nothing new")

    # who stands twice
    page.goto(f"/p/{slug}/registry/who/")
    page.get_by_role("button", name="Compare all records").click()
    page.get_by_text(re.compile("pairs? found")).wait_for(timeout=PATIENCE)
    process = running.one("select id from accounts_process where slug = ?", slug)
    numbers = {}  # (file, row) -> person
    rows = running.ask("select list_name, source_row, number from registry_person where process_id = ?", process)
    for name, row, number in rows:
        numbers[name, row] = number
    who, records = {}, defaultdict(list)
    for row in truth:
        number = numbers.get((row["file"].rsplit(".", 1)[0], int(row["row"])))
        if number is not None:
            who[number] = row["person_id"]
            records[row["person_id"]].append(number)
    true = {tuple(sorted(pair)) for same in records.values() for pair in itertools.combinations(same, 2)}
    found = {
        tuple(sorted(pair))
        for pair in running.ask(
            "select a.number, b.number from registry_candidatepair p join registry_person a on a.id = p.left_id "
            "join registry_person b on b.id = p.right_id where p.process_id = ?",
            process,
        )
    }
    recall = len(true & found) / len(true)
    told(f"compared: {len(found):,} pairs proposed, {len(true & found):,} of {len(true):,} true ones ({recall:.1%})")
    assert recall >= LEAST_RECALL

    # judged by key
    page.goto(f"/p/{slug}/registry/who/")
    page.get_by_role("link", name="Begin to judge").click()
    page.wait_for_url(re.compile(r"/who/\d+/$"))
    assert faults(page) == []
    joined = []
    for _n in range(40):
        left, right = (int(ref) for ref in re.findall(r"P-(\d+)", page.locator(".crumbs").inner_text())[:2])
        same = who.get(left) == who.get(right)
        here = page.url
        page.locator("h1").click()  # keys belong to the page, not to a field
        page.keyboard.press("1" if same else "2")
        page.wait_for_url(lambda address, here=here: address != here)
        if same and "second judge" not in page.locator(".messages").inner_text():
            joined.append((left, right, here))
        if len(joined) >= 3 and _n >= 9:
            break
    assert joined, "true pairs stand at the head of the queue"
    told(f"{_n + 1} pairs judged by keys, {len(joined)} of them one person")
    left, right, pair = joined[0]
    for one, other in ((left, right), (right, left)):
        page.goto(f"/p/{slug}/registry/persons/{one}/")
        assert f"P-{other:03d}" in page.get_by_text("Judged to be the same person as").inner_text()
    home = running.ask(
        "select h.number from registry_person p join registry_household h on h.id = p.household_id where p.process_id = ? and p.number = ?",
        process,
        left,
    )
    if home:
        page.goto(f"/p/{slug}/registry/households/{home[0][0]}/")
        assert page.get_by_role("link", name=f"P-{right:03d}").count() == 1

    # and taken back
    page.goto(pair)
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("The records stand as they did before it").wait_for()
    page.goto(f"/p/{slug}/registry/persons/{left}/")
    assert page.get_by_text("Judged to be the same person as").count() == 0
    told("one judgement taken back: the records stand apart again")

    # a name typed in Latin finds the record in Armenian and in Cyrillic
    names = {row["record_id"]: f"{row['given_name']} {row['family_name']}" for row in table(lists / "people.csv")}
    spelled = defaultdict(dict)
    for row in truth:
        key = row["file"].split("-")[0]
        number = numbers.get((row["file"].rsplit(".", 1)[0], int(row["row"])))
        if number is not None and len(names[row["record_id"]].split()) == 2:
            spelled[row["person_id"]].setdefault(SCRIPTS[key], (names[row["record_id"]], number))
    for script in ("Armenian", "Cyrillic"):
        both = [found for found in spelled.values() if "Latin" in found and script in found][:12]
        assert len(both) >= 5, f"people recorded in Latin and in {script}"
        hits = []
        for found in both:
            page.goto(f"/p/{slug}/registry/persons/")
            page.locator("main [name=q]").fill(found["Latin"][0])
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile("q="))
            hits.append(f"P-{found[script][1]:03d}" in page.locator("#found").inner_text())
        told(f"{sum(hits)} of {len(hits)} Latin names find the record in {script}")
        assert sum(hits) >= 0.75 * len(hits), [(found, hit) for found, hit in zip(both, hits, strict=True) if not hit]
    assert page.complaints == []
