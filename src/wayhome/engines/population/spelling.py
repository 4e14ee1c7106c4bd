"""How one list writes names: its script, alphabet and routes from a name's own spelling to the list's, drawn by seed.

Routes: `own` (the name's own letters), `copy` (letters of the same script, marks adapted), `standard` (a transliteration standard or a
customary romanisation), `heard` (sounds put into the list's alphabet), `passport` (a Latin paper read and written over), `known` (the
local form of a shared name).
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from random import Random

from wayhome.engines.population import ethiopic
from wayhome.engines.population.tables import Rewriter, data_names, data_rows, drawn, load, redrawn
from wayhome.engines.population.words import Word, word

SCRIPT_OF = {r["language"]: r["native_script"] for r in data_rows("cultures")}
CHAIN = frozenset({"am", "ti", "so", "om"})
NO_MARKS = str.maketrans(
    {
        "ə": "a",
        "ı": "i",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ø": "o",
        "æ": "a",
        "ʻ": "'",
        "ʼ": "'",
        "ʿ": "'",
        "ʾ": "'",
        "‘": "'",
        "’": "'",
        "ˮ": "",
        "ʺ": "",
        "ʹ": "",
        "þ": "th",
        "ß": "ss",
    }
)
PERSIAN = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "ى": "ی", "أ": "ا", "إ": "ا"})
ARABIC = str.maketrans(
    {
        "ی": "ي",
        "ک": "ك",
        "پ": "ب",
        "چ": "ج",
        "ژ": "ز",
        "گ": "ك",
        "ې": "ي",
        "ۍ": "ي",
        "ټ": "ت",
        "ړ": "ر",
        "ډ": "د",
        "ږ": "ز",
        "ښ": "ش",
        "ڼ": "ن",
        "څ": "س",
        "ځ": "ز",
    }
)
FRONTED = frozenset({"az", "azc", "tr", "ku", "ckb"})
"""Alphabets of languages that hear a short Arabic a as e or ə, but beside deep consonants."""
DEEP = frozenset("ḥxʿqṣḍṭẓğ")
LOOSE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا"})


@dataclass(frozen=True)
class ListKind:
    """A row of `data/list_kinds.csv`."""

    kind: str
    script: str
    writing: str
    own: frozenset[str]
    same_letters: str
    reading: str
    patronymic: str


@functools.cache
def list_kind(kind: str) -> ListKind:
    """Raises KeyError for an unknown kind."""
    for r in data_rows("list_kinds"):
        if r["kind"] == kind:
            return ListKind(
                kind, r["script"], r["writing"], frozenset(r["own"].split()), r["same_letters"], r["reading"], r["patronymic"]
            )
    raise KeyError(f"no kind of list {kind!r} in data/list_kinds.csv")


@functools.cache
def standards_for(language: str) -> tuple[str, ...]:
    prefixes = {"mk": ("mk", "sr"), "ti": ("am",), "ps": ("fa",)}.get(language, (language,))
    return tuple(n for n in data_names("standards") if n.split("-")[0] in prefixes)


def fronted(sounds: str) -> str:
    """Arabic sounds with the short a fronted to ä where no deep consonant stands beside it (aḥmad to aḥmäd)."""
    n = len(sounds)
    return "".join(
        "ä" if c == "a" and not (i and sounds[i - 1] in DEEP) and not (i + 1 < n and sounds[i + 1] in DEEP) else c
        for i, c in enumerate(sounds)
    )


def strip_marks(text: str) -> str:
    """Latin text without diacritics, in ASCII as far as tables go."""
    plain = unicodedata.normalize("NFD", text.translate(NO_MARKS))
    return "".join(c for c in plain if not unicodedata.combining(c))


@functools.cache
def standard_weights(names: tuple[str, ...]) -> list[float]:
    """Shares of the standards: scholars' systems are rarer in lists than passports and custom."""
    raw = [
        {"iso9": 0.25, "gost": 0.2, "alalc": 0.4, "din": 0.3, "iso9985": 0.25, "iso9984": 0.25, "bgn": 0.7}.get(
            n.split("-")[1], 1.0
        )
        for n in names
    ]
    return [w / sum(raw) for w in raw]


@functools.cache
def _shared_names() -> dict[tuple[str, str], dict[str, str]]:
    """(language, spelling) to the same name's form in other languages; `data/shared_names.csv`."""
    out: dict[tuple[str, str], dict[str, str]] = {}
    for row in data_rows("shared_names"):
        forms = {k: v for k, v in row.items() if v}
        for language, form in forms.items():
            out.setdefault((language, word(form, language).native if language in ("ar", "fa") else form), forms)
    return out


class Speller:
    """The habits of one list. `spell(word)` gives the list's spelling of a word, mostly the same one each time.

    Args:
        kind: row of list_kinds.csv.
        rng: draws the habits, and later the inconsistencies.
        barred: names of tables under data/standards and data/writing that this world must not use (held-out schemes).
        care: 0 careless to 1 careful; a careless office spells the same name differently from day to day.
    """

    def __init__(self, kind: ListKind, rng: Random, barred: frozenset[str] = frozenset(), care: float | None = None) -> None:
        self.kind, self.rng, self.barred = kind, rng, barred
        self.table = load("writing", kind.writing)
        self.pens = [drawn(self.table, rng) for _ in range(3)]
        self._pens_for: dict[str, list[Rewriter]] = {}
        self.arabic_pens = [drawn(load("writing", "ar"), rng, 0.75) for _ in range(3)] if kind.kind == "ar" else []
        self.reader = drawn(load("sounds", kind.reading), rng)
        self.inconsistency = rng.choice([0.02, 0.06, 0.15, 0.3]) if care is None else (1 - care) * 0.3
        self.romanised = kind.kind in ("en", "fr", "de")
        self.marks = (
            1.0
            if kind.script != "Latn"
            else (rng.choice([0.0, 0.0, 0.0, 0.5, 1.0]) if self.romanised else rng.choice([1.0, 1.0, 1.0, 0.9, 0.4, 0.0]))
        )
        self.plain_apostrophes = rng.random() < 0.6
        self.article = rng.choice(["keep", "keep", "drop", "mixed"])
        self.degeminate = rng.random() < 0.3
        self.loose_alif = rng.random() < 0.5
        self.known = rng.choice([0.0, 0.2, 0.5, 0.8])
        self.joined = rng.choice([0.1, 0.3, 0.6])
        self._route: dict[str, tuple[str, str]] = {}
        self._cache: dict[Word, str] = {}
        self._standards: dict[str, Rewriter] = {}

    def spell(self, name: Word) -> str:
        """The list's spelling, lower case."""
        found = self._cache.get(name)
        if found is None:
            found = self._cache[name] = self._write(name, 0, self._habit(name.language))
        elif self.rng.random() < self.inconsistency:
            route = self._habit(name.language) if self.rng.random() < 0.7 else self._draw_route(name.language)
            return self._write(name, self.rng.choice((0, 1, 2)), route)
        return found

    def _habit(self, language: str) -> tuple[str, str]:
        found = self._route.get(language)
        if found is None:
            found = self._route[language] = self._draw_route(language)
        return found if self.rng.random() < 0.93 else self._draw_route(language)

    def _draw_route(self, language: str) -> tuple[str, str]:
        rng, kind = self.rng, self.kind
        native = SCRIPT_OF[language]
        if language in kind.own:
            return ("own", "") if rng.random() < 0.97 else ("heard", "")
        options: list[tuple[str, str, float]] = [("heard", "", 1.0 if kind.script != "Latn" else 0.8)]
        if native == kind.script and kind.same_letters == "copy":
            options.append(("copy", "", 1.6))
        allowed = [n for n in standards_for(language) if n not in self.barred]
        if kind.script == "Latn" and allowed and native != "Latn":
            weights = standard_weights(tuple(allowed))
            options += [("standard", n, (2.2 if self.romanised else 0.5) * w) for n, w in zip(allowed, weights, strict=True)]
        if kind.script != "Latn":
            if native == "Latn":
                options.append(("passport", "", 0.5))
            elif allowed:
                options += [("passport", n, 0.5 * w) for n, w in zip(allowed, standard_weights(tuple(allowed)), strict=True)]
        pick = rng.choices(options, weights=[o[2] for o in options])[0]
        return pick[0], pick[1]

    def _standard(self, name: str) -> Rewriter:
        found = self._standards.get(name)
        if found is None:
            found = self._standards[name] = drawn(load("standards", name), self.rng, 0.7)
        return found

    def _write(self, name: Word, pen: int, route: tuple[str, str]) -> str:
        how, standard = route
        kind, rng = self.kind, self.rng
        if how not in ("own", "standard") and self.known and rng.random() < self.known:
            local = self._known_form(name)
            if local:
                return local
        if how == "own":
            text = self._own(name)
        elif how == "copy":
            text = self._copied(name)
        elif how == "standard":
            text = self._romanised(name, standard)
        elif how == "passport":
            latin = strip_marks(self._romanised(name, standard) if standard else name.native)
            text = self._pen(name, self.reader(latin), pen)
        else:
            sounds = name.spoken if rng.random() < 0.6 or "al-" not in name.sounds else name.sounds
            text = self._pen(name, sounds, pen)
        if name.language == "ar":
            text = self._article_habit(text)
        if kind.script == "Latn" and self.marks < 1 and (self.marks == 0 or rng.random() > self.marks):
            text = strip_marks(text)
            if self.plain_apostrophes:
                text = text.replace("'", "").replace("`", "")
        return " ".join(text.split()).strip("-'’ ") or name.native

    def _own(self, name: Word) -> str:
        text = name.native
        if self.kind.script == "Arab":
            text = text.translate(PERSIAN) if self.kind.kind != "ar" else text
            if self.kind.kind == "ar" and self.loose_alif:
                text = text.translate(LOOSE)
            if text.startswith("عبد ") and self.rng.random() < 0.5:
                text = "عبد" + text[4:]
        return text

    def _copied(self, name: Word) -> str:
        script = self.kind.script
        if script == "Arab":
            return name.native.translate(PERSIAN if self.kind.kind in ("fa", "ckb") else ARABIC)
        if script == "Latn" and (self.marks == 0 or self.romanised):
            return strip_marks(name.native)
        return name.native

    def _romanised(self, name: Word, standard: str) -> str:
        table = load("standards", standard)
        if table.headers.get("from") == "sounds":
            return self._standard(standard)(name.sounds if self.rng.random() < 0.7 else name.spoken)
        return self._standard(standard)(name.native)

    def _pen(self, name: Word, sounds: str, pen: int) -> str:
        if self.degeminate:
            sounds = "".join(c for i, c in enumerate(sounds) if not i or c != sounds[i - 1])
        if name.language == "ar" and self.kind.kind in FRONTED:
            sounds = fronted(sounds) if self.kind.kind == "tr" else sounds.replace("a", "ä").replace("äl-", "al-")
        if self.arabic_pens and name.language in ("ar", "fa"):
            return self.arabic_pens[pen](sounds)
        writer = self._pens(name.language)[pen]
        return ethiopic.pack(sounds, writer.rows) if self.table.syllabic else writer(sounds)

    def _pens(self, language: str) -> list[Rewriter]:
        """The list's pens as they write names of one language: its own habits, some set aside for that language's custom."""
        found = self._pens_for.get(language)
        if found is None:
            special = f"{self.kind.writing.removesuffix('_foreign')}@{'am' if language == 'ti' else language}"
            table = load("writing", special) if special in data_names("writing") else self.table
            found = self._pens_for[language] = [redrawn(table, pen, self.rng) for pen in self.pens]
        return found

    def _article_habit(self, text: str) -> str:
        if self.article == "keep" or (self.article == "mixed" and self.rng.random() < 0.5):
            return text
        for article in ("al-", "el-", "al ", "el ", "аль-", "ал-", "эль-", "ալ-", "ալ ", "ალ-", "ალ ", "ال"):
            if text.startswith(article) and len(text) > len(article) + 2:
                return text[len(article) :]
        return text

    def _known_form(self, name: Word) -> str:
        forms = _shared_names().get((name.language, name.native))
        if not forms:
            return ""
        target = {"en": "en", "de": "en", "azc": "az", "tgc": "ru", "kk": "ru", "hyw": "hy", "mk": "sr", "uk": "uk"}.get(
            self.kind.kind, self.kind.kind
        )
        form = forms.get(target, "")
        if form and target == "az" and self.kind.kind == "azc":
            return self.pens[0](word(form, "az").sounds)
        if form and self.kind.kind in ("ar",):
            return word(form, "ar").native
        return form.partition("/")[0]
