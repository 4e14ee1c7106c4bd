"""The invented Lirva Valley: its villages in several languages with their former names, and further invented villages for a large register."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random

from wayhome.engines.population.places import SCRIPT_NAMES, Place, gazetteer_rows, make_places, title
from wayhome.engines.population.spelling import SCRIPT_OF, Speller, list_kind
from wayhome.engines.population.tables import data_rows
from wayhome.engines.population.words import Word, word

LANGUAGES = ("en", "hy", "az", "ru", "fr", "ar", "ka", "am")
FORMER = ("en", "hy", "az", "ru")
SCRIPTS = {"en": "Latn"} | SCRIPT_OF
CULTURES = {"lirva_hy": 0.5, "lirva_az": 0.37, "lirva_ru": 0.13}


@dataclass(frozen=True, eq=False)
class Village:
    """A place of the valley: names by language as they stand in the gazetteer, former names, and the generator's own place number."""

    place_id: str
    kind: str
    parent: str
    weight: float
    latitude: str
    longitude: str
    names: dict[str, str]
    former: dict[str, str]
    years: str
    words: dict[str, Word]
    former_words: dict[str, Word]


def _words(names: dict[str, str]) -> dict[str, Word]:
    """Words the spellers can write, in the languages that have sounds."""
    return {
        k: word(v.lower().replace("i̇", "i").replace(" ", "_"), k) for k, v in names.items() if k in ("hy", "az", "ru", "ka", "am")
    }


@functools.cache
def lirva() -> tuple[Village, ...]:
    """The places of data/lirva/villages.csv."""
    out = []
    for r in data_rows("lirva/villages"):
        names = {k: r[k] for k in LANGUAGES}
        former = {k: r[f"former_{k}"] for k in FORMER if r[f"former_{k}"]}
        lowered = {k: (v.replace("İ", "i").replace("I", "ı") if k == "az" else v) for k, v in names.items()}
        lowered_former = {k: (v.replace("İ", "i").replace("I", "ı") if k == "az" else v) for k, v in former.items()}
        out.append(
            Village(
                r["place_id"], r["kind"], r["parent"], float(r["families"]), r["latitude"], r["longitude"],
                names, former, r["former_years"], _words(lowered), _words(lowered_former),
            )
        )  # fmt: skip
    return tuple(out)


class Valley:
    """Where the people of one register come from and where they live now.

    Args:
        persons: a register of many people has further invented villages beside the eleven, about one for 700 people.
    """

    def __init__(self, persons: int, rng: Random) -> None:
        self.rng = rng
        self.villages = [v for v in lirva() if v.kind == "village"]
        self.present = [v for v in lirva() if v.kind in ("present", "town")]
        more = min(2500, max(0, persons // 700 - len(self.villages)))
        self.places: dict[int, Place] = {}
        made = make_places({"hy": 0.5, "az": 0.4, "ru": 0.1}, more, len(self.villages) + 1, rng, 0.3) if more else []
        for i, village in enumerate(self.villages, 1):
            home = village.words["hy"] if i % 2 else village.words["az"]
            old = village.former_words.get("az") or village.former_words.get("ru")
            self.places[i] = Place(i, home, old, i)
        for place in made:
            self.places[place.number] = place
        self.made = made
        self.order = list(self.places)
        self.weights = [
            self.villages[n - 1].weight if n <= len(self.villages) else 12 + 90 / (n - len(self.villages)) ** 0.4
            for n in self.order
        ]
        self._latin: dict[int, str] = {}
        self._speller = Speller(list_kind("en"), rng, care=1.0)
        self.present_weights = [1 / (i + 1.0) for i in range(len(self.present))]

    def place_id(self, number: int) -> str:
        """The gazetteer's id of a place number."""
        return self.villages[number - 1].place_id if number <= len(self.villages) else f"LX{number:04d}"

    def village(self, number: int) -> Village | None:
        return self.villages[number - 1] if number <= len(self.villages) else None

    def name(self, number: int) -> str:
        """The place's name in Latin letters."""
        village = self.village(number)
        if village is not None:
            return village.names["en"]
        found = self._latin.get(number)
        if found is None:
            found = self._latin[number] = title(self._speller.spell(self.places[number].name), "en")
        return found

    def draw(self) -> int:
        return self.rng.choices(self.order, self.weights)[0]

    def gazetteer(self, kinds: list[str]) -> list[tuple[str, str, str, str]]:
        """Rows (place_id, name, language, script) for `wayhome link`."""
        rows = []
        for v in lirva():
            for names in (v.names, v.former):
                rows += [(v.place_id, name, k, SCRIPT_NAMES[SCRIPTS[k]]) for k, name in names.items()]
        rows += [
            (self.place_id(int(p[1:])), name, language, script)
            for p, name, language, script in gazetteer_rows(self.made, kinds, self.rng, 0.8)
        ]
        return sorted(set(rows))

    def places_table(self) -> list[list[str]]:
        """Rows of places.csv: id, kind, parent, coordinates, names by language, former names, years of the former name."""
        rows = [
            [
                v.place_id,
                v.kind,
                v.parent,
                v.latitude,
                v.longitude,
                *(v.names[k] for k in LANGUAGES),
                *(v.former.get(k, "") for k in FORMER),
                v.years,
            ]
            for v in lirva()
        ]
        for p in self.made:
            names = {p.name.language: title(p.name.native, p.name.language)}
            former = {p.former.language: title(p.former.native, p.former.language)} if p.former else {}
            rows.append(
                [
                    self.place_id(p.number), "village", self.place_id(p.parent) if p.parent != p.number else "LV",
                    f"{self.rng.uniform(40.3, 40.7):.4f}", f"{self.rng.uniform(45.8, 46.5):.4f}",
                    *(names.get(k, "") for k in LANGUAGES), *(former.get(k, "") for k in FORMER), "until 1991" if former else "",
                ]
            )  # fmt: skip
        return rows


PLACES_COLUMNS = (
    "place_id",
    "kind",
    "parent",
    "latitude",
    "longitude",
    *(f"name_{k}" for k in LANGUAGES),
    *(f"former_{k}" for k in FORMER),
    "former_years",
)
