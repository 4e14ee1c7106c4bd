"""What every format is read into, and what is wrong with a file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from wayhome.places.models import Area, AreaName
from wayhome.places.periods import is_moment


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: in which file and row (as a spreadsheet counts), in which field, what it is, what to do."""

    file: str
    row: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, {_('row')} {self.row}, {self.field}: {self.problem} {self.remedy}"


@dataclass(frozen=True, slots=True)
class NewName:
    """A name as a file gives it."""

    text: str
    language: str = ""
    script: str = ""
    kind: str = "official"
    source: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(slots=True)
class NewArea:
    """An area as a file gives it; `parent` is a code. `row` is where it was met first."""

    code: str
    row: int
    parent: str = ""
    kind: str = Area.Kind.SETTLEMENT
    level: int = 5
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    valid_from: str = ""
    valid_to: str = ""
    names: dict[tuple[str, str, str, str], NewName] = field(default_factory=dict)
    file: str = ""  # where a file holds several layers: which one `row` counts in
    kind_told: bool = True  # whether the file says the kind; an area that is on file needs none
    hint: str = ""  # code of an area above that the file names by code alone: the parent where that is on file

    def add(self, name: NewName) -> None:
        """Keep a name once; another spelling that is none is left out."""
        if name.kind == "variant" and any(
            one.text == name.text and name.language in {"", one.language} for one in self.names.values()
        ):
            return
        self.names.setdefault((name.text, name.language, name.kind, name.valid_from), name)


@dataclass(slots=True)
class NewOutline:
    """An outline as a file gives it: where it stood, whole and for maps (WKB), a point inside, how many points it has."""

    file: str
    row: int
    shape: bytes
    display: bytes
    inside: tuple[float, float]
    points: int
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class Contents:
    """What a file holds: areas by code, outlines by code, faults, and notes: what was repaired, assumed or left aside.

    `anywhere`: an area that another gazetteer of the process holds under the same code is meant, and not made a second time.
    `columns` are the layers whose columns could not be told, with what they hold.
    """

    format: str
    areas: dict[str, NewArea] = field(default_factory=dict)
    outlines: dict[str, NewOutline] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    anywhere: bool = False
    layers: list[Any] = field(default_factory=list)

    def fault(self, file: str, row: int, field: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(file, row, field, problem, remedy))

    def note(self, file: str, row: int, field: str, problem: str, remedy: str = "") -> None:
        self.notes.append(Fault(file, row, field, problem, remedy))


KINDS = {
    "adm0": 0, "adm1": 1, "adm2": 2, "adm3": 3, "adm4": 4, "settlement": 5, "camp": 5, "quarter": 6, "other": 5,
}  # fmt: skip
_KIND_WORDS = {
    "country": "adm0", "state": "adm0", "admin0": "adm0", "province": "adm1", "region": "adm1", "governorate": "adm1",
    "admin1": "adm1", "district": "adm2", "county": "adm2", "raion": "adm2", "admin2": "adm2", "subdistrict": "adm3",
    "commune": "adm3", "admin3": "adm3", "admin4": "adm4", "village": "settlement", "town": "settlement", "city": "settlement",
    "hamlet": "settlement", "place": "settlement", "": "settlement", "neighbourhood": "quarter", "site": "camp",
}  # fmt: skip
_NAME_KINDS = {"": "official", "historic": "former", "old": "former", "alternate": "variant", "alternative": "variant"}


def kind_of(text: str) -> str | None:
    """The kind of an area by its code or an English word for it; None for a word that is none."""
    word = text.strip().casefold()
    return word if word in KINDS else _KIND_WORDS.get(word)


def name_kind_of(text: str) -> str | None:
    """The kind of a name by its code or an English word for it; None for a word that is none."""
    word = text.strip().casefold()
    return word if word in AreaName.Kind.values else _NAME_KINDS.get(word)


def moment_of(text: str) -> str | None:
    """A year, month or day as this room keeps it; empty for nothing; None for what is none. Takes 19740531 and 31.05.1974 too."""
    word = text.strip().split("T")[0].split(" ")[0].removesuffix(".0")
    if not word or word in {"-", "NULL", "0"}:
        return ""
    if len(word) == 8 and word.isdigit():
        word = f"{word[:4]}-{word[4:6]}-{word[6:]}"
    parts = word.replace("/", ".").split(".")
    if len(parts) == 3 and len(parts[2]) == 4:
        word = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    return word if is_moment(word) else None


def number_of(text: str) -> float | None:
    """A number with a point or a comma; None for what is none or not finite."""
    try:
        found = float(text.strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def take_position(contents: Contents, file: str, row: int, area: NewArea, cells: dict[str, str], lat: str, lon: str) -> None:
    """Set latitude and longitude from two cells, or name what is wrong with them. One without the other is wrong too."""
    given = cells.get(lat, "").strip(), cells.get(lon, "").strip()
    if not any(given):
        return
    for name, text, most in ((lat, given[0], 90), (lon, given[1], 180)):
        value = number_of(text) if text else None
        if value is None or abs(value) > most:
            contents.fault(
                file, row, name,
                _("“%(text)s” is no position in degrees.") % {"text": text},
                _("Write degrees with a point, from -%(most)s to %(most)s, or leave both cells empty.") % {"most": most},
            )  # fmt: skip
            return
    area.latitude, area.longitude = number_of(given[0]), number_of(given[1])


def take_people(contents: Contents, file: str, row: int, area: NewArea, text: str, name: str) -> None:
    """Set the population from a cell, or name what is wrong with it."""
    if not text.strip():
        return
    value = number_of(text.replace(" ", "").replace("\u00a0", "")) if text.count(",") < 2 else number_of(text.replace(",", ""))
    if value is None or value < 0 or value > 2e9:
        problem = _("“%(text)s” is no number of people.") % {"text": text}
        contents.fault(file, row, name, problem, _("Write a whole number from 0, or leave the cell empty."))
        return
    area.population = round(value)


def take_moment(contents: Contents, file: str, row: int, text: str, name: str) -> str:
    """A year, month or day from a cell; what is none is named and left out."""
    found = moment_of(text)
    if found is None:
        problem = _("“%(text)s” is no date.") % {"text": text}
        contents.fault(file, row, name, problem, _("Write a year (1974), a month (1974-05) or a day (1974-05-31)."))
        return ""
    return found
