"""An invented register of the Lirva Valley's people: several lists as communities keep them, wishes, claims, a gazetteer, and the truth.

Everything is streamed: memory does not grow with the number of persons, beyond the caches of spelled names.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from wayhome.engines.population.families import LAST_YEAR, Household, Maker, Person, Pools
from wayhome.engines.population.registry import bad_rows, wishes
from wayhome.engines.population.registry.lists import SHEET_ROWS, RegisterOffice, RowWriter, forms, open_rows, wording
from wayhome.engines.population.registry.needs import needs_of
from wayhome.engines.population.registry.valley import CULTURES, PLACES_COLUMNS, Valley
from wayhome.engines.population.worlds import GAZETTEER_COLUMNS, PEOPLE_COLUMNS

SCRIPTS = ("armenian", "cyrillic", "latin", "georgian", "arabic", "ethiopic")
DEFAULT_SCRIPTS = ("armenian", "cyrillic", "latin")
TRUTH_COLUMNS = ("record_id", "person_id", "file", "row", "list_household", "household_id", "role", "birth_date", "place_id")
BAD_COLUMNS = ("file", "row", "record_id", "column", "kind", "what_is_wrong", "written", "meant")
LATER = 3000
"""Second recordings kept back at most; bounds the memory and the distance between two records of a person."""
FLIGHTS = ((date(2019, 9, 27), 0.55), (date(2019, 11, 3), 0.3), (date(2021, 5, 14), 0.15))


@dataclass
class Register:
    """What was written: counts by file, and the files' names."""

    folder: str
    persons: int = 0
    households: int = 0
    records: int = 0
    repeated: int = 0
    bad_rows: int = 0
    intentions: int = 0
    claims: int = 0
    places: int = 0
    spellings_of_the_largest_village: int = 0
    rows_by_file: dict[str, int] = field(default_factory=dict)


class _List:
    def __init__(self, office: RegisterOffice, rows: RowWriter, name: str) -> None:
        self.office, self.rows, self.name = office, rows, name
        self.number = 0
        self.households = 0


class _Out:
    """The plain tables beside the lists."""

    def __init__(self, folder: Path, name: str, columns: Sequence[str]) -> None:
        self.file = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file)
        self.writer.writerow(columns)
        self.write: Callable[[Sequence[Any]], Any] = self.writer.writerow


class _Build:
    def __init__(
        self,
        folder: Path,
        persons: int,
        rng: Random,
        duplicates: float,
        scripts: Sequence[str],
        bad: float,
        surveyed: float,
        claiming: float,
    ) -> None:
        self.rng, self.persons, self.bad, self.surveyed, self.claiming = rng, persons, bad, surveyed, claiming
        self.valley = Valley(persons, rng)
        chosen = [f for f in forms() if f.script in scripts]
        self.lists = []
        for form in chosen:
            rows, name = open_rows(form, folder, persons <= SHEET_ROWS)
            rows.write([wording(form.language)[c] for c in form.columns])
            self.lists.append(_List(RegisterOffice(form, rng, self.valley), rows, name))
        self.weights = [f.weight for f in chosen]
        self.people = _Out(folder, "people", PEOPLE_COLUMNS)
        self.truth = _Out(folder, "truth", TRUTH_COLUMNS)
        self.wrong = _Out(folder, "bad_rows", BAD_COLUMNS)
        self.wishes = _Out(folder, "intentions", wishes.INTENTION_COLUMNS)
        self.claims = _Out(folder, "claims", wishes.CLAIM_COLUMNS)
        self.done = Register(str(folder))
        self.maker = Maker(rng, 2.4)
        self.pools = [Pools.drawn(code, rng) for code in CULTURES]
        # Extra records a person so that `duplicates` of all rows repeat somebody: a third by whole households, the rest one by one.
        extra = duplicates / max(1e-9, 1 - duplicates)
        self.again_house = min(0.9, extra * 0.36)
        self.again_person = min(0.9, (extra - self.again_house * 0.9) / max(1e-9, 1 - self.again_house * 0.9) / 1.06)
        self.spellings: set[str] = set()
        self.later: list[tuple[_List, Household, list[Person], dict[str, str]]] = []

    def household(self, house: Household, members: list[Person]) -> None:
        rng, done = self.rng, self.done
        done.households += 1
        done.persons += len(members)
        first = rng.choices(self.lists, self.weights)[0]
        extra = self._circumstances(house)
        kin = {m.number: m for m in members}
        local = self._local(first)
        rows = {m.number: self._record(first, m, house, local, extra, kin, False) for m in members}
        self._again(first, house, members, extra)
        origin = self.valley.name(house.place)
        if rng.random() < self.surveyed:
            for wish in wishes.intentions(
                house, first.office.name, local, origin, rng.choice(self.valley.present).names["en"], rng
            ):
                self.wishes.write(wish)
                done.intentions += 1
        if rng.random() < self.claiming:
            head = next((m for m in members if m.role == "head"), members[0])
            number, name = rows[head.number]
            for claim in wishes.claims(
                house, first.office.name, local, name, number, origin, extra["displaced_on"], done.claims + 1, rng
            ):
                self.claims.write(claim)
                done.claims += 1

    def _again(self, first: _List, house: Household, members: list[Person], extra: dict[str, str]) -> None:
        """Draw who of the household is recorded a second time, and put it off: it happens on another day."""
        rng = self.rng
        others = [x for x in self.lists if x is not first]
        second = rng.choice(others) if others and rng.random() < self.again_house else None
        whole = [m for m in members if second is not None and rng.random() < 0.9]
        if second is not None and whole:
            self._put_off(second, house, whole, extra)
        for member in members:
            if member not in whole and rng.random() < self.again_person:
                where = first if not others or rng.random() < 0.15 else rng.choice(others)
                self._put_off(where, house, [member], extra)
                if rng.random() < 0.06:
                    self._put_off(rng.choice(self.lists), house, [member], extra)

    def _put_off(self, where: _List, house: Household, members: list[Person], extra: dict[str, str]) -> None:
        self.later.append((where, house, members, extra))
        if len(self.later) > LATER:
            at = self.rng.randrange(len(self.later))
            self.later[at], self.later[-1] = self.later[-1], self.later[at]
            self._record_later()

    def _record_later(self) -> None:
        where, house, members, extra = self.later.pop()
        local = self._local(where) if len(members) > 1 or self.rng.random() < 0.6 else ""
        kin = {m.number: m for m in members}
        for member in members:
            self._record(where, member, house, local, extra, kin, True)

    def finish(self) -> None:
        """Record what was put off last."""
        self.rng.shuffle(self.later)
        while self.later:
            self._record_later()

    def _circumstances(self, house: Household) -> dict[str, str]:
        rng = self.rng
        days, weights = [d for d, _ in FLIGHTS], [w for _, w in FLIGHTS]
        left = rng.choices(days, weights)[0] + timedelta(days=int(rng.expovariate(0.25)))
        housing = rng.choices(("destroyed", "damaged", "occupied", "intact", "unknown"), (0.34, 0.26, 0.16, 0.08, 0.16))[0]
        present = rng.choices(self.valley.present, self.valley.present_weights)[0]
        return {"displaced_on": left.isoformat(), "housing": housing, "present": present.place_id}

    def _local(self, where: _List | None) -> str:
        if where is None:
            return ""
        where.households += 1
        return f"{'' if where.office.form.file == 'xlsx' else 'H-'}{where.households:04d}"

    def _record(
        self,
        where: _List,
        person: Person,
        house: Household,
        local: str,
        extra: dict[str, str],
        kin: dict[int, Person],
        again: bool,
    ) -> tuple[int, str]:
        rng, office, done = self.rng, where.office, self.done
        row = office.record(person, again)
        where.number += 1
        number = where.number
        language = office.form.language
        facts = dict(extra)
        facts["present"] = next(v for v in self.valley.present if v.place_id == extra["present"]).names[language]
        if person.birth[0] >= int(extra["displaced_on"][:4]):
            facts["displaced_on"] = ""
        if "needs" in office.form.columns:
            facts["needs"] = " ".join(needs_of(person, house, rng))
        cells = office.cells(person, row, local, facts, number)
        cells = {c: cells[c] for c in office.form.columns}
        record_id = f"{office.name}-{number}"
        file_row = number + 1  # the heading is row 1
        if self.bad and rng.random() < self.bad:
            meant = dict(cells)
            kind, column, wrong = bad_rows.spoil(cells, person, kin, rng)
            done.bad_rows += 1
            heading = wording(language)[column]
            self.wrong.write((where.name, file_row, record_id, heading, kind, wrong, str(cells[column])[:80], str(meant[column])))
        where.rows.write(list(cells.values()))
        self.people.write(
            (
                record_id, office.name, row.given_name, row.patronymic, row.family_name, row.sex, row.birth_date, row.birth_year, row.origin_place, row.phone,
                row.document_number, f"{office.name}:{local}" if local else "",
            )
        )  # fmt: skip
        y, m, d = person.birth
        place = self.valley.place_id(person.place)
        self.truth.write(
            (
                record_id,
                f"e{person.number}",
                where.name,
                file_row,
                local,
                f"h{house.number}",
                person.role,
                f"{y:04d}-{m:02d}-{d:02d}",
                place,
            )
        )
        done.records += 1
        done.repeated += again
        if place == "LV01" and row.origin_place:
            self.spellings.add(row.origin_place)
        return number, " ".join(x for x in (row.given_name, row.family_name) if x)


def generate_registry(
    out: str | Path,
    persons: int,
    seed: int,
    *,
    duplicates: float = 0.10,
    scripts: Sequence[str] = DEFAULT_SCRIPTS,
    bad_rows: float = 0.0,
    surveyed: float = 0.7,
    claiming: float = 0.35,
    by_households: bool = False,
) -> Register:
    """Write an invented register into the folder `out`.

    Args:
        out: folder, made when missing; files of the same names are replaced.
        persons: different people; with `by_households`, households instead.
        seed: the same arguments write the same bytes.
        duplicates: share of all rows that repeat a person recorded before, 0 to .5.
        scripts: which lists there are, of SCRIPTS.
        bad_rows: share of rows given one known error (told in bad_rows.csv), 0 to .5.
        surveyed, claiming: shares of households with intentions and with claims.

    Returns: counts. Raises ValueError when an argument is out of its bounds.
    """
    if persons < 1:
        raise ValueError(f"persons must be 1 or more, not {persons}")
    for name, share in (("duplicates", duplicates), ("bad_rows", bad_rows)):
        if not 0 <= share <= 0.5:
            raise ValueError(f"{name} must lie between 0 and 0.5, not {share}")
    unknown = [s for s in scripts if s not in SCRIPTS]
    if unknown or not scripts:
        raise ValueError(f"scripts must be some of {', '.join(SCRIPTS)}; not {', '.join(unknown) or 'none'}")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [s for s in SCRIPTS if s in scripts]
    rng = Random(f"register:{seed}:{persons}:{duplicates}:{chosen}:{bad_rows}:{by_households}")  # noqa: S311
    expected = persons * 4 if by_households else persons
    build = _Build(folder, expected, rng, duplicates, chosen, bad_rows, surveyed, claiming)
    done, weights = build.done, list(CULTURES.values())
    while (done.households if by_households else done.persons) < persons:
        here, other = build.valley.draw(), build.valley.draw()
        for house in build.maker.clan(rng.choices(build.pools, weights)[0], here, other):
            left = None if by_households else persons - done.persons
            if left == 0 or (by_households and done.households == persons):
                break
            house.members = house.members[:left]
            build.household(house, house.members)
    build.finish()
    kinds = sorted({x.office.form.kind for x in build.lists})
    gazetteer = _Out(folder, "gazetteer", GAZETTEER_COLUMNS)
    gazetteer.writer.writerows(build.valley.gazetteer(kinds))
    places = _Out(folder, "places", PLACES_COLUMNS)
    table = build.valley.places_table()
    places.writer.writerows(table)
    done.places = len(table)
    done.spellings_of_the_largest_village = len(build.spellings)
    for listed in build.lists:
        listed.rows.close()
        done.rows_by_file[listed.name] = listed.number
    for plain in (build.people, build.truth, build.wrong, build.wishes, build.claims, gazetteer, places):
        plain.file.close()
    told = asdict(done) | {
        "seed": seed,
        "duplicates": duplicates,
        "scripts": chosen,
        "bad_rows_share": bad_rows,
        "last_year_of_birth": LAST_YEAR,
    }
    told.pop("folder")
    (folder / "register.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return done
