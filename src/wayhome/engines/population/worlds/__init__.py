"""Training worlds: people of many cultures recorded in lists of many scripts, with the truth of who is who.

Statistics are drawn about those of real displacement registers as the linking contract states them: some 12 % of records repeat a person,
five in six of those across lists, three in five across scripts.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from wayhome.engines.population.families import Household, Maker, Person, Pools
from wayhome.engines.population.places import gazetteer_rows, make_places
from wayhome.engines.population.records import Office
from wayhome.engines.population.spelling import list_kind
from wayhome.engines.population.tables import data_rows

PEOPLE_COLUMNS = (
    "record_id", "list_id", "given_name", "patronymic", "family_name", "sex", "birth_date", "birth_year", "origin_place", "phone", "document_number", "household_id",
)  # fmt: skip
GAZETTEER_COLUMNS = ("place_id", "name", "language", "script")
TRUTH_COLUMNS = ("record_id", "person_id", "true_household", "place_id", "culture")


@dataclass(frozen=True)
class Region:
    """A part of a world: its cultures with weights, its lists by kind with their number, its share of the people."""

    name: str
    share: float
    cultures: dict[str, float]
    lists: dict[str, int]


@dataclass(frozen=True)
class World:
    """Regions whose people are recorded together; `barred` names the schemes no list of this world uses."""

    name: str
    regions: tuple[Region, ...]
    barred: frozenset[str]

    @property
    def cultures(self) -> frozenset[str]:
        return frozenset(c for r in self.regions for c in r.cultures)


@dataclass
class Made:
    """What `generate` gives: rows of tuples, columns as named in PEOPLE_COLUMNS, GAZETTEER_COLUMNS and TRUTH_COLUMNS."""

    people: list[tuple[str, ...]]
    gazetteer: list[tuple[str, str, str, str]]
    truth: list[tuple[str, ...]]

    def write(self, folder: str | Path) -> None:
        """Write people.csv, gazetteer.csv and truth.csv into `folder` (made when missing)."""
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        for name, columns, rows in (
            ("people", PEOPLE_COLUMNS, self.people),
            ("gazetteer", GAZETTEER_COLUMNS, self.gazetteer),
            ("truth", TRUTH_COLUMNS, self.truth),
        ):
            with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
                writer = csv.writer(f)
                writer.writerow(columns)
                writer.writerows(rows)


def _weights(text: str) -> dict[str, float]:
    return {k: float(v) for k, v in (part.split(":") for part in text.split())}


def _read_worlds() -> tuple[dict[str, World], dict[str, World]]:
    held = frozenset(r["scheme"] for r in data_rows("held_out_schemes"))
    regions: dict[str, list[Region]] = {}
    held_out: dict[str, bool] = {}
    for r in data_rows("worlds"):
        lists = {k: int(v) for k, v in _weights(r["lists"]).items()}
        regions.setdefault(r["world"], []).append(Region(r["region"], float(r["share"]), _weights(r["cultures"]), lists))
        held_out[r["world"]] = r["held_out"] == "yes"
    worlds = {n: World(n, tuple(rs), frozenset() if held_out[n] else held) for n, rs in regions.items()}
    return {n: w for n, w in worlds.items() if not held_out[n]}, {n: w for n, w in worlds.items() if held_out[n]}


TRAINING, HELD_OUT = _read_worlds()
"""Worlds by name. No culture peculiar to HELD_OUT and none of its schemes (data/held_out_schemes.csv) occurs in TRAINING."""


class _Lists:
    """The offices of a region, and the choice of the list for a person's next record."""

    def __init__(self, offices: list[Office], rng: Random, cross_script: float, same_list: float) -> None:
        self.offices, self.rng = offices, rng
        self.cross_script, self.same_list = cross_script, same_list
        self.weights = [rng.uniform(0.4, 1.6) for _ in offices]

    def first(self) -> Office:
        return self.rng.choices(self.offices, self.weights)[0]

    def next(self, before: Office) -> Office:
        draw = self.rng.random()
        if draw < self.same_list:
            return before
        other = [
            o
            for o in self.offices
            if o is not before and (o.kind.script != before.kind.script) == (draw < self.same_list + self.cross_script)
        ]
        return self.rng.choice(other) if other else self.rng.choice([o for o in self.offices if o is not before] or [before])


class _Writer:
    """Collects records; household numbers are local to each list."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.rows: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self.households: dict[str, int] = {}

    def household(self, office: Office) -> str:
        number = self.households.get(office.name, 0) + 1
        self.households[office.name] = number
        return f"{office.name}-{number}"

    def add(self, office: Office, person: Person, house: Household, local: str, again: bool) -> None:
        r = office.record(person, again)
        row = (
            office.name,
            r.given_name,
            r.patronymic,
            r.family_name,
            r.sex,
            r.birth_date,
            r.birth_year,
            r.origin_place,
            r.phone,
            r.document_number,
            local,
        )
        self.rows.append((row, (f"e{person.number}", f"h{house.number}", f"p{person.place}", person.culture.code)))


def generate(world: World | str, persons: int, seed: int, duplicates: float | None = None) -> Made:
    """Make a world's records, gazetteer and truth.

    Args:
        world: one of TRAINING or HELD_OUT, or its name, or a World of your own.
        persons: number of records.
        seed: everything is drawn from it; the same arguments give the same rows.
        duplicates: share of records that repeat an earlier one's person; about .12 when not given.

    Raises:
        KeyError: no world of that name. ValueError: fewer than one record.
    """
    if isinstance(world, str):
        world = {**TRAINING, **HELD_OUT}[world]
    if persons < 1:
        raise ValueError(f"persons must be 1 or more, not {persons}")
    rng = Random(f"{world.name}:{seed}:{persons}")  # noqa: S311
    share = duplicates if duplicates is not None else rng.uniform(0.118, 0.148)
    writer, maker = _Writer(rng), Maker(rng, rng.uniform(2.0, 3.4))
    gazetteer: list[tuple[str, str, str, str]] = []
    sides = []
    start = 1
    number = 0
    for region in world.regions:
        places = make_places(region.cultures, max(60, min(900, persons // 250)), start, rng, rng.uniform(0.15, 0.5))
        start += len(places)
        by_number = {p.number: p for p in places}
        offices = []
        for kind, many in region.lists.items():
            for _ in range(many):
                number += 1
                offices.append(Office(f"L{number:02d}", list_kind(kind), rng, by_number, world.barred, rng.uniform(0.04, 0.12)))
        lists = _Lists(offices, rng, rng.uniform(0.55, 0.66), rng.uniform(0.12, 0.19))
        gazetteer += gazetteer_rows(places, sorted(set(region.lists)), rng)
        pools = [Pools.drawn(code, rng) for code in region.cultures]
        order = [p.number for p in places]
        rng.shuffle(order)
        sides.append(
            (region, lists, pools, list(region.cultures.values()), order, [1 / (i + 3.0) ** 0.6 for i in range(len(order))])
        )
    shares = [s[0].share for s in sides]
    again_house, again_person, third = share * 0.34, share * 0.70, 0.08
    while len(writer.rows) < persons:
        _, lists, pools, weights, order, place_weights = rng.choices(sides, shares)[0]
        here, other = rng.choices(order, place_weights, k=2)
        for house in maker.clan(rng.choices(pools, weights)[0], here, other):
            _record_house(house, lists, writer, rng, again_house, again_person, third)
    rows = writer.rows[:persons]
    rng.shuffle(rows)
    rng.shuffle(gazetteer)
    people = [(f"r{i}", *row) for i, (row, _) in enumerate(rows)]
    truth = [(f"r{i}", *true) for i, (_, true) in enumerate(rows)]
    return Made(people, gazetteer, truth)


def _record_house(
    house: Household, lists: _Lists, writer: _Writer, rng: Random, again_house: float, again_person: float, third: float
) -> None:
    first = lists.first()
    local = writer.household(first) if rng.random() < 0.95 else ""
    second = lists.next(first) if rng.random() < again_house else None
    second_local = writer.household(second) if second is not None else ""
    for person in house.members:
        writer.add(first, person, house, local, False)
        if second is not None and rng.random() < 0.86:
            writer.add(second, person, house, second_local, True)
        elif rng.random() < again_person:
            office = lists.next(first)
            writer.add(office, person, house, writer.household(office) if rng.random() < 0.55 else "", True)
            if rng.random() < third:
                office = lists.next(first)
                writer.add(office, person, house, "", True)
