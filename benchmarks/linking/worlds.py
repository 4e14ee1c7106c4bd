"""Worlds of invented people with the truth of who is who, to train the linking model on. No name in them is anybody's.

Each seed is a world: peoples whose names follow syllable patterns of their own, lists whose spelling habits are drawn sound by sound
(`spellings.py`), and rates of everything that goes wrong drawn anew, so that a model cannot lean on one author's habits.

python benchmarks/linking/worlds.py RECORDS SEED FOLDER      writes people.csv, gazetteer.csv, truth.csv"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.linking.spellings import Habits, slip

COLUMNS = "record_id list_id given_name patronymic family_name sex birth_date birth_year origin_place phone document_number household_id".split()

# Sounds of each kind of people, and how its names are made: syllables, endings of family names, patronymics.
KINDS: dict[str, dict[str, Any]] = {
    "steppe": {
        "v": "aäeiıoöuü",
        "c": "bmnlrtdsšzkgqxğhyvčǰf",
        "family": ["ov", "yev", "lı", "li", "zadä", "in"],
        "fathers": [" oğlu| qızı", "ovič|ovna", ""],
        "scripts": ["latin", "latin", "cyrillic", "cyrillic", "arabic", "armenian", "georgian"],
    },
    "highland": {
        "v": "aaaeiou",
        "c": "bpmnlrtdsšzžkgxğhyvčǰcʒťḱċç",
        "family": ["yan", "yan", "ian", "unc"],
        "fathers": ["i|i", "ovič|ovna", ""],
        "scripts": ["armenian", "armenian", "cyrillic", "latin", "latin", "arabic", "georgian"],
    },
    "valley": {
        "v": "aeiou",
        "c": "bpmnlrtdsšzžkgqxğvčǰcʒṗťḱċç",
        "family": ["švili", "ʒe", "ia", "ava", "uri"],
        "fathers": ["is ʒe|is asuli", ""],
        "scripts": ["georgian", "georgian", "latin", "latin", "cyrillic", "armenian"],
    },
    "plain": {
        "v": "aeiıou",
        "c": "bpmnlrtdszžšksgxhvčcf",
        "family": ["enko", "čuk", "skıy", "ov", "ko", "in"],
        "fathers": ["ovič|ivna", "ovič|ovna"],
        "scripts": ["cyrillic", "cyrillic", "cyrillic", "latin", "latin", "latin"],
    },
    "karst": {
        "v": "aeiou",
        "c": "bpmnlrtdszžškgvčǰcyh",
        "family": ["ič", "ovič", "ovski", "ev", "a"],
        "fathers": ["", ""],
        "scripts": ["latin", "latin", "cyrillic", "cyrillic", "latin"],
    },
    "coast": {
        "v": "aeiouäü",
        "c": "bpmnlrtdszškgvčǰcyhʒθðq",
        "family": ["i", "a", "ay", "aku"],
        "fathers": ["", ""],
        "scripts": ["latin", "latin", "latin", "cyrillic"],
    },
    "roots": {
        "v": "aiu",
        "c": "btθǰḥxdðrzsšṣḍṭẓʿğfqklmnhwy",
        "family": [""],
        "fathers": ["", "", "bin "],
        "scripts": ["arabic", "arabic", "latin", "latin", "latin", "cyrillic", "ethiopic", "armenian"],
    },
    "escarpment": {
        "v": "äuiaeıo",
        "c": "hlḥmrsšqbtčnkwzyydǰgṭċcf",
        "family": [""],
        "fathers": [""],
        "scripts": ["ethiopic", "ethiopic", "ethiopic", "latin", "latin", "latin", "arabic"],
    },
    "delta": {
        "v": "aeiouāīū",
        "c": "bpmnlrtdszškgvfčǰxhyqž",
        "family": ["ī", "zāda", "pūr", "iān", "o"],
        "fathers": ["", " kur| kič"],
        "scripts": ["arabic", "arabic", "latin", "latin", "cyrillic"],
    },
    "horn": {
        "v": "aeiouāū",
        "c": "bdfghklmnqrstwxyšǰḥʿ",
        "family": [""],
        "fathers": [""],
        "scripts": ["latin", "latin", "latin", "arabic", "ethiopic"],
    },
}
_PATTERNS = ["1a2ī3", "1ā2i3", "mu1a2a3", "ma12ū3", "1a23ān", "a12a3", "1u2ay3", "1i2ā3", "1a22ā3", "mu1a22i3", "1u2ū3", "1a2a3"]
_GRAND_CHILD_AFTER_GRANDFATHER = 0.15


@dataclass
class Person:
    """One person of a world; `family` and `maiden` are sounds, as all names are."""

    number: int
    kind: str
    sex: str
    given: str
    father: str
    family: str
    maiden: str | None
    born: tuple[int, int, int]
    home: int
    phone: str | None
    document: str | None


@dataclass
class Rates:
    """What goes wrong in this world, and how often."""

    r: random.Random
    values: dict[str, float] = field(default_factory=dict)

    RANGES = {
        "slip_given": (0.03, 0.16), "slip_family": (0.04, 0.18), "slip_father": (0.04, 0.16), "no_father": (0.08, 0.35), "swapped": (0.01, 0.06), "no_family": (0.0, 0.03), "maiden_used": (0.2, 0.5), "married": (0.15, 0.45), "capitals": (0.0, 0.06),
        "wrong_year": (0.03, 0.1), "swapped_day": (0.01, 0.05), "other_day": (0.01, 0.05), "no_place": (0.08, 0.3), "other_place": (0.02, 0.14), "slip_place": (0.02, 0.1), "has_phone": (0.2, 0.6), "gives_phone": (0.4, 0.8), "has_document": (0.2, 0.6), "gives_document": (0.5, 0.9),
        "wrong_sex": (0.002, 0.01), "no_sex": (0.02, 0.12), "house_again": (0.02, 0.09), "again": (0.04, 0.11), "same_list": (0.02, 0.4), "third": (0.05, 0.2), "twins": (0.01, 0.05), "namesake": (0.03, 0.2), "brothers": (0.05, 0.3), "compound": (0.02, 0.12), "article": (0.1, 0.5), "alone": (0.02, 0.5), "no_house": (0.0, 0.2), "same_house": (0.0, 0.9), "renamed": (0.02, 0.15), "other_name": (0.0, 0.04),
    }  # fmt: skip

    def __post_init__(self) -> None:
        self.values = {name: self.r.uniform(*ends) for name, ends in self.RANGES.items()}

    def hit(self, name: str, factor: float = 1.0) -> bool:
        return self.r.random() < self.values[name] * factor


class Naming:
    """The names of one people in one world."""

    def __init__(self, r: random.Random, kind: str) -> None:
        self.r, self.kind, self.rules = r, kind, KINDS[kind]
        self.consonants = r.sample(self.rules["c"], max(9, int(len(self.rules["c"]) * r.uniform(0.6, 1.0))))
        men = r.choice([40, 80, 150, 400, 900])
        self.men = self._pool(men, "")
        self.women = self._pool(max(30, int(men * r.uniform(0.5, 1))), "a")
        self.families = self._families(int(men * r.choice([1, 2, 5, 10])))
        self.given_slope, self.family_slope = r.choice([0.4, 0.6, 0.8, 0.95]), r.choice([0.2, 0.4, 0.7])

    def syllables(self, least: int, most: int, end: str = "") -> str:
        r = self.r
        if self.kind == "roots" and r.random() < 0.85:
            root = [r.choice(self.consonants) for _ in range(3)]
            word = r.choice(_PATTERNS)
            return "".join(root[int(sign) - 1] if sign in "123" else sign for sign in word) + end
        out = ""
        closed = {"escarpment": 0.35, "coast": 0.3}.get(self.kind, 0.45)
        for at in range(r.randint(least, most)):
            onset = r.choice(self.consonants) if at or r.random() < 0.75 else ""
            out += onset + r.choice(self.rules["v"]) + (r.choice(self.consonants) if r.random() < closed else "")
        return out + (end if out[-1] not in "aä" else "")

    def _pool(self, size: int, end: str) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < size:
            name = self.syllables(1, 3, end if self.r.random() < 0.6 else "")
            if len(name) >= 3:
                made[name] = None
        return list(made)

    def _families(self, size: int) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < max(size, 60):
            stem = self.r.choice(self.men) if self.r.random() < 0.4 else self.syllables(1, 3)
            ending = self.r.choice(self.rules["family"])
            if self.kind == "roots":
                ending = "ī" if self.r.random() < 0.5 else ""
            if ending and ending[0] in "aeiouāī":
                stem = stem.rstrip("aeiouäıāī") or stem
            made[stem + ending] = None
        return list(made)

    def pick(self, names: list[str], slope: float) -> str:
        """A name by a falling curve of frequency."""
        size = len(names)
        if slope >= 0.99:
            slope = 0.98
        rank = int(((size ** (1 - slope) - 1) * self.r.random() + 1) ** (1 / (1 - slope))) - 1
        return names[min(rank, size - 1)]

    def given(self, sex: str, rates: Rates) -> str:
        pool = self.men if sex == "M" else self.women
        name = self.pick(pool, self.given_slope)
        if self.kind == "roots" and sex == "M" and self.r.random() < 0.08:
            return "ʿabd al " + self.pick(self.men, self.given_slope)
        return f"{name} {self.pick(pool, self.given_slope)}" if rates.hit("compound") else name

    def patronymic(self, father: str, sex: str, style: str) -> str:
        if "|" in style:
            ending = style.split("|")[sex == "F"]
            stem = father.rstrip("aeiouäıy") if ending[0] in "aeiou" and len(father) > 3 else father
            return stem + ending
        return style + father

    def feminine(self, family: str, sex: str) -> str:
        if sex != "F" or self.kind not in {"steppe", "plain", "karst"}:
            return family
        if family.endswith(("ov", "ev", "in")):
            return family + "a"
        for ending in ("skıy", "ski"):
            if family.endswith(ending):
                return family[: -len(ending)] + "ska"
        return family


@dataclass
class Register:
    """One list: its script and habits, and which columns it has."""

    name: str
    habits: Habits
    style: str
    documents: bool
    phones: bool
    places: bool
    reverse: bool
    vague: float
    order: int = 0


def _make_lists(r: random.Random, region: str, kinds: list[str]) -> list[Register]:
    scripts = list(itertools.chain.from_iterable(KINDS[kind]["scripts"] for kind in kinds))
    lists = []
    for at in range(r.randint(4, 9)):
        script = r.choice(scripts)
        lists.append(
            Register(
                f"{region}{at}",
                Habits(r, script),
                r.choice(["full", "full", "bare", "none"]),
                r.random() < 0.45,
                r.random() < 0.6,
                r.random() < 0.85,
                r.random() < 0.1,
                r.choice([0.02, 0.08, 0.2, 0.45]),
            )
        )
    return lists


class World:
    """A world of one seed. `people(n)` gives rows of (person, columns) until there are `n`."""

    def __init__(self, seed: int, *, scattered: bool = False) -> None:
        """`scattered`: one region only, whose every member of a household may stand on another list."""
        self.scattered = scattered
        self.r = random.Random(f"{'scattered ' if scattered else ''}world {seed}")
        r = self.r
        self.rates = Rates(r)
        kinds = list(KINDS)
        r.shuffle(kinds)
        self.regions: list[tuple[list[str], list[Register], list[tuple[str, str, str | None]]]] = []
        self.naming = {kind: Naming(r, kind) for kind in kinds}
        self.gazetteer: set[tuple[str, str]] = set()
        for at in range(1 if scattered else r.randint(2, 6)):
            of_region = r.sample(kinds, r.choice([1, 2, 2, 3]))
            lists = _make_lists(r, f"L{seed}-{at}-", of_region)
            self.regions.append((of_region, lists, self._places(at, of_region, lists)))
        self.rows: list[tuple[int, list[str]]] = []
        self.persons = 0
        self.houses = 0
        self.kin: dict[tuple[int, str], list[tuple[str, int, str]]] = {}

    def _places(self, region: int, kinds: list[str], lists: list[Register]) -> list[tuple[str, str, str | None]]:
        r, made = self.r, []
        known = r.uniform(0.2, 0.5)
        for number in range(r.choice([80, 200, 400])):
            naming = self.naming[r.choice(kinds)]
            name = naming.syllables(2, 3) + r.choice(["", "", "a", "abad", "ovo", "kert", "lar", "ia"])
            if r.random() < 0.15:
                name = naming.syllables(1, 2) + " " + name
            former = naming.syllables(2, 3) if self.rates.hit("renamed") else None
            place = f"P{region}-{number:03}"
            made.append((place, name, former))
            for register in lists:
                for spoken in (name, former):
                    if spoken and r.random() < known:
                        self.gazetteer.add((place, register.habits.write(spoken)))
        return made

    def people(self, wanted: int) -> list[tuple[int, list[str]]]:
        while len(self.rows) < wanted:
            self._household()
        rows = self.rows[:wanted]
        self.r.shuffle(rows)
        return rows

    def _household(self) -> None:
        r, rates = self.r, self.rates
        region = r.randrange(len(self.regions))
        kinds, lists, places = self.regions[region]
        kind = kinds[min(len(kinds) - 1, int(r.expovariate(1.2)))]
        naming = self.naming[kind]
        home = min(len(places) - 1, int(len(places) * r.random() ** 1.7))
        family, grandfather = naming.pick(naming.families, naming.family_slope), naming.given("M", rates)
        kin = self.kin.setdefault((region, kind), [])
        if kin and rates.hit("brothers"):
            family, home, grandfather = r.choice(kin)
        kin.append((family, home, grandfather))
        phone = f"{r.randrange(10**9):09}" if rates.hit("has_phone") else None
        first, again = r.choice(lists), None
        if len(lists) > 1 and rates.hit("house_again"):
            again = r.choice([one for one in lists if one is not first])
        house, second_house = self.houses + 1, self.houses + 2
        self.houses += 2
        for person in self._members(kind, family, grandfather, home, phone):
            if self.scattered:
                first = r.choice(lists)
            self._write(person, lists, places, first, None if rates.hit("no_house") else house, fresh=True)
            if again is not None and r.random() < 0.85:
                self._write(person, lists, places, again, second_house, fresh=False)
            elif rates.hit("again"):
                for _ in range(2 if rates.hit("third") else 1):
                    other = first if rates.hit("same_list") else r.choice(lists)
                    self.houses += 1
                    # Entered twice on one list: some registers put the second entry into the same household.
                    at = house if other is first and rates.hit("same_house") else None if rates.hit("alone") else self.houses
                    self._write(person, lists, places, other, at, fresh=False)

    def _members(self, kind: str, family: str, grandfather: str, home: int, phone: str | None) -> list[Person]:
        r, rates, naming = self.r, self.rates, self.naming[kind]
        by_father = kind in {"escarpment", "horn"}
        size = r.choices(range(1, 9), [14, 16, 17, 22, 16, 10, 5, 3])[0]
        year = r.randint(1930, 1999)

        def day(of_year: int) -> tuple[int, int, int]:
            return min(of_year, 2024), r.randint(1, 12), r.randint(1, 28)

        head = naming.given("M", rates)
        made: list[Person] = []

        def add(sex: str, given: str, father: str, own_family: str, maiden: str | None, born: tuple[int, int, int]) -> None:
            self.persons += 1
            document = "".join(r.choice("0123456789") for _ in range(8)) if rates.hit("has_document") else None
            made.append(
                Person(
                    self.persons,
                    kind,
                    sex,
                    given,
                    father,
                    own_family,
                    maiden,
                    born,
                    home,
                    phone if r.random() < 0.8 else None,
                    document,
                )
            )

        name_of = grandfather if by_father else family
        if size == 1 and r.random() < 0.5:
            add("F", naming.given("F", rates), grandfather, name_of, None, day(year))
        else:
            add("M", head, grandfather, name_of, None, day(year))
        if size > 1:
            father = naming.given("M", rates)
            other = naming.given("M", rates) if by_father else naming.pick(naming.families, naming.family_slope)
            maiden = other if rates.hit("married") or by_father else None
            add(
                "F",
                naming.given("F", rates),
                father,
                other if by_father else family,
                None if by_father else maiden,
                day(year + r.randint(-3, 8)),
            )
        if size > 4 and r.random() < 0.25:
            add(
                "M",
                grandfather,
                naming.given("M", rates),
                naming.given("M", rates) if by_father else family,
                None,
                day(max(1912, year - r.randint(19, 34))),
            )
        while len(made) < size:
            sex = r.choice("MF")
            given = grandfather if sex == "M" and r.random() < rates.values["namesake"] else naming.given(sex, rates)
            born = made[-1].born if len(made) > 2 and rates.hit("twins") else day(year + r.randint(18, 40))
            add(sex, given, head, head if by_father and r.random() < 0.3 else (grandfather if by_father else family), None, born)
        return made

    def _names(self, person: Person, register: Register, worse: float) -> list[str]:
        r, rates, naming, habits = self.r, self.rates, self.naming[person.kind], register.habits
        family = person.maiden if person.maiden and rates.hit("maiden_used") else person.family
        given = person.given
        if " " in given and r.random() < 0.4:
            given = r.choice([given.split(" ")[0], given.replace(" ", ""), given.split(" ")[-1]])
        if rates.hit("other_name"):
            given = naming.given(person.sex, rates)
        style = r.choice(naming.rules["fathers"]) if register.style == "full" else ""
        father = "" if register.style == "none" else naming.patronymic(person.father, person.sex, style)
        out = [habits.write(given), habits.write(father), habits.write(naming.feminine(family, person.sex))]
        if " " in out[0] and r.random() < 0.25:
            out[0] = out[0].replace(" ", "-")
        if person.kind == "roots" and rates.hit("article"):
            out[2] = {
                "arabic": "ال",
                "latin": r.choice(["al-", "Al ", "El-", "al"]),
                "cyrillic": r.choice(["Аль-", "аль ", "Эль-"]),
                "ethiopic": "አል",
            }.get(habits.script, "") + out[2]
        for at, rate in enumerate(("slip_given", "slip_father", "slip_family")):
            if out[at] and rates.hit(rate, worse):
                out[at] = slip(r, out[at], habits.script)
        if out[1] and rates.hit("no_father"):
            out[1] = ""
        if rates.hit("swapped", worse):
            one, other = r.choice([(0, 1), (0, 2), (0, 2), (1, 2)])
            out[one], out[other] = out[other], out[one]
        if rates.hit("no_family", worse):
            out[2] = ""
        if register.reverse:
            out[0], out[2] = out[2], out[0]
        if rates.hit("capitals"):
            out = [name.upper() for name in out]
        return out

    def _birth(self, person: Person, vague: float) -> tuple[str, str]:
        r, rates = self.r, self.rates
        year, month, day = person.born
        full, only = f"{year}-{month:02}-{day:02}", str(year)
        x = r.random()
        if x < vague * 0.5:
            return "", ""
        if x < vague * 1.2:
            return "", only
        if x < vague * 1.8:
            return f"{year}-01-01", only
        if rates.hit("wrong_year"):
            wrong = year + r.choice([-1, 1, -1, 1, 2, -2, 10, -10, 3, 5])
            return (f"{wrong}-{month:02}-{day:02}" if r.random() < 0.6 else ""), str(wrong)
        if rates.hit("swapped_day") and day <= 12:
            full = f"{year}-{day:02}-{month:02}"
        elif rates.hit("other_day"):
            full = f"{year}-{month:02}-{r.randint(1, 28):02}"
        return full, only if r.random() < 0.95 else ""

    def _write(
        self,
        person: Person,
        lists: list[Register],
        places: list[tuple[str, str, str | None]],
        register: Register,
        house: int | None,
        *,
        fresh: bool,
    ) -> None:
        r, rates, habits = self.r, self.rates, register.habits
        given, father, family = self._names(person, register, 0.6 if fresh else 1.0)
        date, year = self._birth(person, register.vague)
        place = ""
        if register.places and not rates.hit("no_place"):
            of = r.choice(places) if rates.hit("other_place") else places[person.home]
            place = habits.write(of[2] if of[2] and r.random() < 0.35 else of[1])
            if rates.hit("slip_place"):
                place = slip(r, place, habits.script)
        phone = ""
        if register.phones and person.phone and rates.hit("gives_phone"):
            phone = r.choice(["+99{}", "0{}", "99-{}"]).format(person.phone)
        document = ""
        if register.documents and person.document and rates.hit("gives_document"):
            document = person.document
            if r.random() < 0.07:
                at = r.randrange(len(document))
                document = document[:at] + r.choice("0123456789") + document[at + 1 :]
        sex = "" if rates.hit("no_sex") else ("F" if person.sex == "M" else "M") if rates.hit("wrong_sex") else person.sex
        row = [register.name, given, father, family, sex, date, year, place, phone, document, str(house) if house else ""]
        self.rows.append((person.number, row))


def write(records: int, seed: int, folder: Path, *, scattered: bool = False) -> None:
    """One world to `people.csv`, `gazetteer.csv` and `truth.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(seed, scattered=scattered)
    rows = world.people(records)
    with (
        (folder / "people.csv").open("w", newline="", encoding="utf-8") as people,
        (folder / "truth.csv").open("w", newline="", encoding="utf-8") as truth,
    ):
        out, true = csv.writer(people), csv.writer(truth)
        out.writerow(COLUMNS)
        true.writerow(["record_id", "person_id"])
        for at, (person, row) in enumerate(rows):
            out.writerow([f"r{at}", *row])
            true.writerow([f"r{at}", person])
    with (folder / "gazetteer.csv").open("w", newline="", encoding="utf-8") as handle:
        places = csv.writer(handle)
        places.writerow(["place_id", "name", "language", "script"])
        places.writerows((place, name, "", "") for place, name in sorted(world.gazetteer))


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
