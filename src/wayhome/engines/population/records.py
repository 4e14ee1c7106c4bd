"""How one list records people: which fields it asks, its dates, its errors; a person becomes a row of the linking contract."""

from __future__ import annotations

import calendar
import functools
from dataclasses import dataclass
from random import Random

from wayhome.engines.population import slips
from wayhome.engines.population.families import LAST_YEAR, Person
from wayhome.engines.population.places import Place, title
from wayhome.engines.population.spelling import ListKind, Speller
from wayhome.engines.population.tables import data_rows
from wayhome.engines.population.words import Word, word

VOWEL_ENDS = tuple("aeiouyаеиоуыэюяйьəıöüիաეაიო")


@functools.cache
def _patronymic_forms(culture_style: str, list_style: str) -> tuple[list[tuple[str, str]], list[float]]:
    rows = [r for r in data_rows("patronymics") if r["culture_style"] == culture_style and r["list_style"] == list_style]
    return [(r["male"], r["female"]) for r in rows], [float(r["share"]) for r in rows]


@functools.cache
def _short_names() -> dict[tuple[str, str], Word]:
    return {(r["language"], r["name"]): word(r["short"], r["language"]) for r in data_rows("nicknames")}


@functools.cache
def _honorifics(script: str, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((r["male"], r["female"]) for r in data_rows("honorifics") if r["script"] == script and r["language"] == language)


@dataclass(frozen=True)
class Row:
    """One record with the contract's fields but the identifiers; empty strings where nothing was written."""

    given_name: str
    patronymic: str
    family_name: str
    sex: str
    birth_date: str
    birth_year: str
    origin_place: str
    phone: str
    document_number: str


class Office:
    """One list with its habits, all drawn from `rng`.

    Args:
        name: list_id.
        kind: script and alphabet.
        places: places by number, for the origin's spelling.
        error: about the share of rows with a slip in a name.
        care: as for Speller; drawn when not given.
    """

    def __init__(
        self,
        name: str,
        kind: ListKind,
        rng: Random,
        places: dict[int, Place],
        barred: frozenset[str],
        error: float,
        care: float | None = None,
    ) -> None:
        self.name, self.kind, self.rng, self.places = name, kind, rng, places
        self.speller = Speller(kind, rng, barred, care)
        self.error = error * rng.uniform(0.4, 1.7)
        self.asks_patronymic = rng.choice([0.95, 0.8, 0.5, 0.1])
        self.asks_phone = rng.choice([0.85, 0.6, 0.6, 0.3, 0.0])
        self.asks_document = rng.choice([0.75, 0.55, 0.4, 0.1, 0.0])
        self.asks_origin = rng.choice([0.95, 0.85, 0.6, 0.35])
        self.date_kind = rng.choice(["full", "full", "full", "year", "mixed"])
        self.dates_missing = rng.choice([0.03, 0.08, 0.15, 0.26])
        self.capitals = rng.choice(["title", "title", "title", "title", "upper", "upper family", "lower"])
        self.joins = self.speller.joined
        self.chain_in_patronymic = rng.random() < 0.55
        self.all_in_given = 0.012 if rng.random() < 0.7 else 0.15
        self.writes_honorifics = 0.004 if rng.random() < 0.8 else 0.06
        self.initials = 0.012 if rng.random() < 0.93 else 0.3
        self.given_with_patronymic = 0.0 if rng.random() < 0.9 else 0.8
        self.sex_missing = rng.choice([0.0, 0.02, 0.1])
        self.patronymic_style: dict[str, tuple[str, str]] = {}

    def record(self, person: Person, again: bool) -> Row:
        """The person's row in this list. `again` means an earlier record exists elsewhere, so more has changed meanwhile."""
        rng, speller, script = self.rng, self.speller, self.kind.script
        given = person.given
        if rng.random() < 0.035:
            given = _short_names().get((given.language, given.native), given)
        g = speller.spell(given)
        if person.second is not None and rng.random() < 0.5:
            g += rng.choice((" ", " ", "-")) + speller.spell(person.second)
        chain = person.family is None
        p = f = ""
        if chain:
            p, f = self._chain(person)
        else:
            family = person.family
            if person.maiden is not None and rng.random() < (0.42 if again else 0.22):
                family = person.maiden
            assert family is not None
            f = speller.spell(family)
            if person.maiden is not None and family is not person.maiden and rng.random() < 0.05:
                f += "-" + speller.spell(person.maiden)
            if rng.random() < self.asks_patronymic:
                p = self._patronymic(person)
        g, p, f = self._compound(g), self._compound(p), self._compound(f)
        g, p, f = self._errors(g, p, f, again)
        if script == "Ethi" and rng.random() < 0.25:
            g, p, f = (slips.equal_sounds(x, rng) for x in (g, p, f))
        g, p, f = self._case(g, False), self._case(p, False), self._case(f, True)
        if rng.random() < self.writes_honorifics:
            titles = _honorifics(script, person.culture.language)
            if titles:
                g = f"{rng.choice(titles)['MF'.index(person.sex)]} {g}"
        if rng.random() < 0.006:
            g = slips.lookalikes(g, script)
        date, year = self._date(person, again)
        sex = "" if rng.random() < self.sex_missing else person.sex if rng.random() > 0.006 else "FM"["MF".index(person.sex)]
        return Row(g, p, f, sex, date, year, self._origin(person), self._phone(person, again), self._document(person, again))

    def _chain(self, person: Person) -> tuple[str, str]:
        """Father's and grandfather's names where no family name is borne; short forms drop the grandfather."""
        rng, spell = self.rng, self.speller.spell
        father, grand = spell(person.father), spell(person.grandfather)
        if rng.random() < 0.06 and person.culture.patronymic == "father":
            father = f"{ {'Latn': 'bin', 'Arab': 'بن', 'Cyrl': 'ибн'}.get(self.kind.script, '') } {father}".strip()
        how = rng.random()
        if how < 0.06:
            return "", father
        if how < 0.12:
            return father, ""
        if self.chain_in_patronymic:
            return father, grand
        return "", f"{father} {grand}" if rng.random() < 0.75 else father

    def _patronymic(self, person: Person) -> str:
        rng = self.rng
        father = self.speller.spell(person.father)
        style = person.culture.patronymic
        if style == "father":
            return father if rng.random() < 0.75 else ""
        if style == "none":
            return father if rng.random() < 0.25 else ""
        forms, weights = _patronymic_forms(style, self.kind.patronymic)
        if not forms:
            return father if rng.random() < 0.5 else ""
        usual = self.patronymic_style.setdefault(style, rng.choices(forms, weights)[0])
        male, female = usual if rng.random() < 0.85 else rng.choices(forms, weights)[0]
        return attach(father, male if person.sex == "M" else female)

    def _compound(self, text: str) -> str:
        """Compounds joined, split or hyphenated as the day has it."""
        rng = self.rng
        if " " in text or "-" in text:
            how = rng.random()
            if how < self.joins * 0.35:
                return text.replace("-", "").replace(" ", "")
            if how < self.joins * 0.5:
                return text.replace(" ", "-", 1)
            if how < self.joins * 0.65:
                return text.replace("-", " ")
        elif len(text) > 8 and rng.random() < 0.012:
            at = rng.randrange(3, len(text) - 3)
            return text[:at] + rng.choice(" -") + text[at:]
        return text

    def _errors(self, g: str, p: str, f: str, again: bool) -> tuple[str, str, str]:
        rng, script = self.rng, self.kind.script
        k = self.error * (1.0 if again else 0.6)
        if rng.random() < k:
            g = slips.slip(g, script, rng)
        if rng.random() < k * 1.15:
            f = slips.slip(f, script, rng)
        if p and rng.random() < k:
            p = slips.slip(p, script, rng)
        draw = rng.random()
        if draw < 0.014:
            g, f = f or g, g if f else f
        elif draw < 0.022 and p:
            g, p = p, g
        elif draw < 0.022 + self.all_in_given:
            g, p, f = " ".join(x for x in ((g, p, f) if rng.random() < 0.6 else (f, g, p)) if x), "", ""
        elif p and rng.random() < self.given_with_patronymic:
            g, p = f"{g} {p}", ""
        elif script != "Ethi" and rng.random() < self.initials:
            g = g[:1] + "."
        elif draw > 0.975 and p:
            p = p[:1] + "." if script != "Ethi" and rng.random() < 0.5 else ""
        elif draw > 0.968:
            f = ""
        return g, p, f

    def _case(self, text: str, family: bool) -> str:
        if not text or self.kind.script in ("Arab", "Ethi", "Geor"):
            return text
        how = self.capitals
        if how == "upper" or (how == "upper family" and family):
            text = text.replace("i", "İ") if self.kind.kind in ("az", "tr") else text
            return text.replace("և", "եվ").upper()
        if how == "lower":
            return text
        return title(text, self.kind.kind)

    def _date(self, person: Person, again: bool) -> tuple[str, str]:
        rng = self.rng
        y, m, d = person.birth
        if rng.random() < self.dates_missing:
            return "", str(y) if rng.random() < 0.12 else ""
        if person.culture.calendar != "gregorian" and rng.random() < 0.09:
            y, m, d = self._calendar_slip(person)
        draw = rng.random()
        old = y < LAST_YEAR - 50
        if self.date_kind == "year" or (self.date_kind == "mixed" and draw < 0.4):
            if rng.random() < (0.16 if again else 0.1):
                y += rng.choice((-2, -1, -1, 1, 1, 2))
            if old and rng.random() < 0.15:
                y = round(y / 5) * 5
            return "", str(min(y, LAST_YEAR))
        draw = rng.random()
        if draw < 0.05:
            return "", str(y)
        if draw < 0.12 or (old and draw < 0.2):
            if rng.random() < 0.3:
                y = min(LAST_YEAR, (round(y / 5) * 5) if rng.random() < 0.6 else y + rng.choice((-1, 1, 2, -2)))
            return f"{y:04d}-01-01", str(y)
        if draw < 0.235 and d <= 12:
            m, d = d, m
        elif draw < 0.26:
            y += rng.choice((-10, -3, -2, -1, -1, 1, 1, 2, 3, 10))
        elif draw < 0.285:
            d = rng.randint(1, 28)
        elif draw < 0.30:
            m = rng.randint(1, 12)
            d = min(d, 28)
        elif draw < 0.305:
            text = str(y)
            y = int(text[:2] + text[3] + text[2])
        if not 1900 <= y <= LAST_YEAR:
            y = person.birth[0]
        d = min(d, calendar.monthrange(y, m)[1])
        return f"{y:04d}-{m:02d}-{d:02d}", str(y)

    def _calendar_slip(self, person: Person) -> tuple[int, int, int]:
        """A date turned over from the Ethiopian, Hijri or solar calendar wrongly: off by a year or so, or not turned over at all."""
        rng = self.rng
        y, m, d = person.birth
        if person.culture.calendar == "ethiopian":
            return (
                (y - (7 if m >= 9 else 8), m, min(d, 28)) if rng.random() < 0.6 else (y - 1 + rng.choice((0, 2)), m, min(d, 28))
            )
        shift = rng.choice((-1, 1, -2, 2)) if person.culture.calendar == "hijri" else rng.choice((-1, 1))
        return max(1920, min(LAST_YEAR, y + shift)), rng.randint(1, 12), rng.randint(1, 28)

    def _origin(self, person: Person) -> str:
        rng = self.rng
        if rng.random() > self.asks_origin:
            return ""
        place = self.places[person.place]
        draw = rng.random()
        if draw < 0.1:
            place = self.places[place.parent]
        name = place.former if place.former is not None and rng.random() < 0.4 else place.name
        text = self.speller.spell(name)
        if rng.random() < self.error * 0.7:
            text = slips.slip(text, self.kind.script, rng)
        if 0.1 < draw < 0.16 and place.parent != place.number:
            text += ", " + self.speller.spell(self.places[place.parent].name)
        return self._case(text, False)

    def _phone(self, person: Person, again: bool) -> str:
        rng = self.rng
        if not person.phone or rng.random() > self.asks_phone:
            return ""
        number = person.phone_before if person.phone_before and rng.random() < (0.6 if again else 0.3) else person.phone
        draw = rng.random()
        if draw < 0.25:
            number = "0" + number[4:]
        elif draw < 0.4:
            number = f"{number[:4]} {number[4:7]} {number[7:9]} {number[9:]}"
        elif draw < 0.45:
            at = rng.randrange(4, len(number))
            number = number[:at] + str(rng.randrange(10)) + number[at + 1 :]
        return number

    def _document(self, person: Person, again: bool) -> str:
        rng = self.rng
        if not person.document or rng.random() > self.asks_document:
            return ""
        number = person.document_before if person.document_before and rng.random() < (0.5 if again else 0.2) else person.document
        draw = rng.random()
        if draw < 0.06:
            at = rng.randrange(len(number))
            number = number[:at] + str(rng.randrange(10)) + number[at + 1 :]
        elif draw < 0.12:
            number = f"{number[:2]} {number[2:]}"
        elif draw < 0.16:
            number = number.lower()
        return number


def attach(name: str, ending: str) -> str:
    """A father's name with a patronymic's ending, vowels at the seam settled as clerks do (Сергей, Сергеевич)."""
    if not ending or ending[0] in " -":
        return name + ending
    last = name[-1:]
    if ending[0] in "оo" and last in VOWEL_ENDS:
        if last in "йь":
            return name[:-1] + ("е" if ending[0] == "о" else "e") + ending[1:]
        if last == "y" or (last == "i" and len(name) > 3):
            return name + "e" + ending[1:] if last == "y" else name + ending[1:]
        if last in "ия":
            return name[:-1].rstrip("ь") + ("ьич" if ending.endswith("ич") else "инична")
        return name[:-1] + ending
    if ending[0] in "иიի" and last in "иიի":
        return name + ending[1:]
    return name + ending
