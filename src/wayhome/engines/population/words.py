"""Names as words: native spelling and sounds; pools of given and family names by culture, with Zipf frequencies drawn per world."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from random import Random

from wayhome.engines.population import ethiopic
from wayhome.engines.population.tables import Rewriter, data_rows, data_text, load, usual

GREEK = str.maketrans({"θ": "th", "δ": "d", "ğ": "g"})
SUN = frozenset("tθdδrzsšṣḍṭẓln")


@dataclass(frozen=True, eq=False)
class Word:
    """One name as its own people write it: `native` in lower case, `sounds` one sign a sound, `spoken` as it is said aloud."""

    native: str
    language: str
    sounds: str
    spoken: str


@dataclass(frozen=True)
class Culture:
    """How one people forms names: row of `data/cultures.csv` with its words."""

    code: str
    language: str
    script: str
    male: tuple[Word, ...]
    female: tuple[Word, ...]
    family: tuple[Word, ...]
    patronymic: str
    chain: float
    namesake: float
    maiden: float
    second_surname: float
    calendar: str
    phone: str
    places: str


_WORDS: dict[tuple[str, str], Word] = {}


def word(entry: str, language: str) -> Word:
    """The word for an entry `native` or `native/sounds` (`_` for a space); Arabic entries are vocalised and give their spelling by rule."""
    found = _WORDS.get((entry, language))
    if found is None:
        native, _, sounds = entry.replace("_", " ").partition("/")
        if language in ("ar", "el") and not sounds:
            sounds = native
            native = native.translate(GREEK) if language == "el" else vocalised_to_script(native)
        elif not sounds:
            sounds = to_sounds(native, language)
        found = _WORDS[entry, language] = Word(native, language, sounds, say(sounds) if language == "ar" else sounds)
    return found


def to_sounds(native: str, language: str) -> str:
    if language in ("am", "ti"):
        return ethiopic.unpack(native, language == "ti")
    return _sounds_of(language)(native)


@functools.cache
def _sounds_of(language: str) -> Rewriter:
    return usual(load("sounds", language))


def vocalised_to_script(sounds: str) -> str:
    """Arabic spelling of a vocalised name in academic letters: muḥammad to محمد."""
    return usual(load("writing", "ar"))(sounds).strip()


def say(sounds: str) -> str:
    """A vocalised Arabic name as it is said: the article joins, and a sun letter doubles (ʿabd al-raḥmān to ʿabdurraḥmān)."""
    parts = sounds.split(" al-")
    out = parts[0]
    for part in parts[1:]:
        out += "u" + (part[0] if part[0] in SUN else "l") + part
    return out.replace(" allāh", "ullāh")


@functools.cache
def culture(code: str) -> Culture:
    """Culture by its code; a names file with `: base OTHER` has the given names of OTHER. Raises KeyError for an unknown one."""
    row = next((r for r in data_rows("cultures") if r["culture"] == code), None)
    if row is None:
        raise KeyError(f"no culture {code!r} in data/cultures.csv")
    language = row["language"]
    pools: dict[str, list[str]] = {"male": [], "female": [], "family": []}
    kind = ""
    given: tuple[tuple[Word, ...], tuple[Word, ...]] | None = None
    for line in data_text("names", f"{row['names']}.txt").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line.startswith(": base "):
            base = culture(line.removeprefix(": base ").strip())
            given = base.male, base.female
        elif line and not line.startswith((":", "#")):
            pools[kind] += line.split()
    male, female, family = (tuple(word(e, language) for e in dict.fromkeys(pools[k])) for k in ("male", "female", "family"))
    if given is not None:
        male, female = given
    for form in data_rows("composed_surnames"):
        if form["culture"] == code:
            made = (w.native.rstrip(form["dropped"]) + form["suffix"] for w in male if " " not in w.native)
            family += tuple(word(m.replace(" ", "_"), language) for m in made if len(m) > len(form["suffix"]) + 2)
    chain = float(row["chain"])
    return Culture(
        code, language, row["native_script"], male, female, tuple(dict.fromkeys(family)), row["patronymic"], chain,
        float(row["namesake"]), float(row["maiden"]), float(row["second_surname"]), row["calendar"], row["phone"], row["places"],
    )  # fmt: skip


def all_cultures() -> list[str]:
    return [r["culture"] for r in data_rows("cultures")]


@functools.cache
def _female_rules(language: str) -> tuple[tuple[str, str], ...]:
    rows = [(r["male"], r["female"]) for r in data_rows("female_surnames") if r["language"] == language]
    return tuple(sorted(rows, key=lambda p: -len(p[0])))


@functools.cache
def female_surname(name: Word) -> Word:
    """The form of a family name that a woman bears (Петров, Петрова); the same word where the language makes no difference."""
    for male, female in _female_rules(name.language):
        if name.native.endswith(male) and len(name.native) > len(male) + 1:
            return word((name.native[: -len(male)] + female).replace(" ", "_"), name.language)
    return name


class Pool:
    """Words with Zipf frequencies in an order drawn by `rng`; `draw()` picks one."""

    def __init__(self, words: tuple[Word, ...], rng: Random, exponent: float, size: int | None = None) -> None:
        order = list(words)
        rng.shuffle(order)
        self.words = order[:size] if size else order
        self.weights = list(itertools.accumulate(1 / (i + 2.0) ** exponent for i in range(len(self.words))))

    def draw(self, rng: Random) -> Word:
        return rng.choices(self.words, cum_weights=self.weights)[0]
