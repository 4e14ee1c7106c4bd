"""Invented places: villages named in their people's language, some renamed, listed in a gazetteer under several languages and scripts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random

from wayhome.engines.population.spelling import SCRIPT_OF, Speller, list_kind
from wayhome.engines.population.tables import data_text
from wayhome.engines.population.words import Culture, Word, culture, word

SCRIPT_NAMES = {"Latn": "Latin", "Cyrl": "Cyrillic", "Armn": "Armenian", "Geor": "Georgian", "Arab": "Arabic", "Ethi": "Ethiopic"}


@dataclass(frozen=True, eq=False)
class Place:
    """A settlement or district: its name, the former or other people's name, the district it lies in (its own number for a district)."""

    number: int
    name: Word
    former: Word | None
    parent: int


@functools.cache
def _parts(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kinds: dict[str, list[str]] = {"first": [], "second": []}
    kind = ""
    for line in data_text("places", f"{name}.txt").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        else:
            kinds[kind] += line.split()
    return tuple(kinds["first"]), tuple(kinds["second"])


def place_name(people: Culture, rng: Random) -> Word:
    """A name put together from the language's words for villages, or a person's name with such a word."""
    first, second = _parts(people.places)
    a, b = rng.choice(first), rng.choice(second)
    if people.language != "ar" and rng.random() < 0.3:
        person = rng.choice(people.male)
        a = person.native.replace(" ", "_")
        if people.language in ("fa", "ps"):
            a += "/" + person.sounds.replace(" ", "_")
    if "/" in a or "/" in b:
        (an, _, asound), (bn, _, bsound) = a.partition("/"), b.partition("/")
        return word(f"{an}{'_' if not an.endswith('_') else ''}{bn}/{asound}{bsound}".replace("__", "_"), people.language)
    return word(a + b, people.language)


def make_places(cultures: dict[str, float], number: int, start: int, rng: Random, renamed: float = 0.35) -> list[Place]:
    """`number` places of a region; about one in eighteen is a district, the others lie in one. Numbers run from `start`."""
    codes, weights = list(cultures), list(cultures.values())
    districts = max(2, number // 18)
    seen: set[str] = set()
    out: list[Place] = []
    tries = 0
    while len(out) < number:
        people = culture(rng.choices(codes, weights)[0])
        name = place_name(people, rng)
        tries += 1
        if name.native in seen and tries < number * 20:
            continue
        seen.add(name.native)
        former = place_name(culture(rng.choices(codes, weights)[0]), rng) if rng.random() < renamed else None
        at = start + len(out)
        out.append(Place(at, name, former, at if len(out) < districts else start + rng.randrange(districts)))
    return out


def gazetteer_rows(places: list[Place], kinds: list[str], rng: Random, coverage: float = 0.7) -> list[tuple[str, str, str, str]]:
    """Rows (place_id, name, language, script): own names always, the official spelling of other languages for a `coverage` share."""
    offices = [(k, Speller(list_kind(k), rng, care=1.0)) for k in kinds]
    rows: set[tuple[str, str, str, str]] = set()
    for place in places:
        for name in (place.name, place.former):
            if name is None:
                continue
            rows.add(
                (f"p{place.number}", title(name.native, name.language), name.language, SCRIPT_NAMES[SCRIPT_OF[name.language]])
            )
            for kind, office in offices:
                if rng.random() < coverage:
                    rows.add(
                        (
                            f"p{place.number}",
                            title(office.spell(name), kind),
                            {"azc": "az", "tgc": "tg"}.get(kind, kind),
                            SCRIPT_NAMES[office.kind.script],
                        )
                    )
    return sorted(rows)


def title(text: str, language: str = "") -> str:
    """First letters of the words as capitals, with the dotted i of Turkish and Azerbaijani."""
    out, fresh = [], True
    for c in text:
        if fresh and c.isalpha():
            out.append(
                "İ" if c == "i" and language in ("az", "tr") else c if "ა" <= c <= "ჿ" else "Եվ" if c == "և" else c.upper()
            )
            fresh = False
        else:
            out.append(c)
            if c in " -":
                fresh = True
    return "".join(out)
