"""Lists of the register as their keepers write them: headings, order, language, dates and spellings differ from list to list."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol

import xlsxwriter

from wayhome.engines.population.families import Person
from wayhome.engines.population.places import title
from wayhome.engines.population.records import Office, Row
from wayhome.engines.population.registry.valley import Valley, lirva
from wayhome.engines.population.slips import slip
from wayhome.engines.population.spelling import list_kind
from wayhome.engines.population.tables import data_rows
from wayhome.engines.population.words import Word

AS_OF = date(2025, 12, 31)
"""Ages are counted on this day."""
SHEET_ROWS = 50_000
"""Registers of more persons than this are written as CSV throughout: a spreadsheet of a million rows is nobody's list."""


@dataclass(frozen=True)
class ListForm:
    """One row of data/lirva/lists.csv."""

    key: str
    script: str
    kind: str
    language: str
    file: str
    delimiter: str
    encoding: str
    dates: str
    full_name: bool
    weight: float
    columns: tuple[str, ...]


@functools.cache
def forms() -> tuple[ListForm, ...]:
    """All forms of lists, in the order of the table."""
    return tuple(
        ListForm(
            r["key"], r["script"], r["kind"], r["language"], r["file"], {"tab": "\t"}.get(r["delimiter"], r["delimiter"]), r["encoding"] or "utf-8",
            r["dates"], r["names"] == "full", float(r["weight"]), tuple(r["columns"].split()),
        )
        for r in data_rows("lirva/lists")
    )  # fmt: skip


@functools.cache
def wording(language: str) -> dict[str, str]:
    """Headings and values of one language."""
    return {r["key"]: r[language] for r in data_rows("lirva/words")}


class RowWriter(Protocol):
    def write(self, cells: list[Any]) -> None: ...

    def close(self) -> None: ...


class CsvRows:
    """Rows into a CSV file; letters its encoding lacks are written as `?`, as old programs do."""

    def __init__(self, path: Path, delimiter: str, encoding: str) -> None:
        self.file = path.open("w", encoding=encoding, errors="replace", newline="")
        self.writer = csv.writer(self.file, delimiter=delimiter)

    def write(self, cells: list[Any]) -> None:
        self.writer.writerow(cells)

    def close(self) -> None:
        self.file.close()


class SheetRows:
    """Rows into one worksheet, in constant memory; dates become date cells, `=` at a cell's start a formula, as in real files."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.book.set_properties({"created": datetime(2026, 1, 1)})  # the same bytes for the same seed
        self.sheet = self.book.add_worksheet()
        self.day = self.book.add_format({"num_format": "dd.mm.yyyy"})
        self.at = 0

    def write(self, cells: list[Any]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                self.sheet.write_datetime(self.at, column, datetime(cell.year, cell.month, cell.day), self.day)
            elif isinstance(cell, int):
                self.sheet.write_number(self.at, column, cell)
            elif isinstance(cell, str) and cell.startswith("="):
                self.sheet.write_formula(self.at, column, cell, None, 0)
            elif cell not in ("", None):
                self.sheet.write_string(self.at, column, str(cell))
        self.at += 1

    def close(self) -> None:
        self.book.close()


class RegisterOffice(Office):
    """A list whose origin column is free text about the valley's villages, in the list's language with its keeper's habits."""

    def __init__(self, form: ListForm, rng: Random, valley: Valley) -> None:
        super().__init__(form.key, list_kind(form.kind), rng, valley.places, frozenset(), 0.05, 0.75)
        self.valley, self.form, self.words = valley, form, wording(form.language)
        self.asks_origin = 0.96
        self.asks_phone = 0.75 if "phone" in form.columns else 0.0
        self.asks_document = 0.7 if "document" in form.columns else 0.0
        self.asks_patronymic = 0.9 if "patronymic" in form.columns or form.full_name else 0.0
        self.date_kind, self.dates_missing, self.sex_missing = "full", 0.04, 0.01
        self.all_in_given, self.initials, self.given_with_patronymic, self.writes_honorifics = 0.01, 0.008, 0.0, 0.0
        self.capitals = rng.choice(["title", "title", "upper family"])
        self.speller.known = min(self.speller.known, 0.2)

    def _origin(self, person: Person) -> str:
        rng = self.rng
        if rng.random() > self.asks_origin:
            return ""
        village = self.valley.village(person.place)
        if village is None:
            text = super()._origin(person)
        else:
            former = bool(village.former) and rng.random() < 0.22
            text = self._village(village.former if former else village.names, village.former_words if former else village.words)
        if text and rng.random() < 0.3:
            text = f"{self.words['village_before']}{text}{self.words['village_after']}"
        if text and rng.random() < 0.12:
            text += rng.choice((", ", " / ", " (")) + title(self.speller.spell(self._valley_word()), self.form.language)
            text += ")" if "(" in text else ""
        return text

    def _valley_word(self) -> Word:
        names = lirva()[0].words
        return names.get(self.form.language) or names["ru"]

    def _village(self, names: dict[str, str], words: dict[str, Word]) -> str:
        rng, language = self.rng, self.form.language
        draw = rng.random()
        if draw < 0.55 and language in names:
            text = names[language]
        else:  # written by ear, or copied from a paper in another language
            options = list(words.values())
            text = title(self.speller.spell(rng.choice(options)), language)
        if rng.random() < 0.09:
            text = slip(text, self.kind.script, rng)
        draw = rng.random()
        if draw < 0.04:
            text = text.upper()
        elif draw < 0.08:
            text = text.lower()
        return text

    def cells(self, person: Person, row: Row, household: str, extra: dict[str, str], number: int) -> dict[str, Any]:
        """The row as this list writes it: column key to cell."""
        words = self.words
        full = " ".join(x for x in (row.family_name, row.given_name, row.patronymic) if x)
        values: dict[str, Any] = {
            "no": number, "household": household, "relation": words[f"rel_{person.role}_{person.sex}"], "family": row.family_name, "given": row.given_name,
            "patronymic": row.patronymic, "full_name": full, "sex": words[f"sex_{row.sex}"] if row.sex else "", "birth": self.birth(row),
            "age": self.age(person, row), "document": row.document_number, "phone": row.phone, "origin": row.origin_place, "remarks": "",
        }  # fmt: skip
        for key in ("present", "displaced_on", "needs", "housing"):
            values[key] = extra.get(key, "")
        if values["displaced_on"]:
            values["displaced_on"] = self.day(values["displaced_on"], False)
        if values["housing"]:
            values["housing"] = words[f"housing_{values['housing']}"]
        return values

    def birth(self, row: Row) -> Any:
        """The date of birth in the list's manner: a day, a month, a year, about an age."""
        rng = self.rng
        if not row.birth_date:
            if row.birth_year and rng.random() < 0.25:
                return self.about(row.birth_year)
            return row.birth_year
        if row.birth_date.endswith("-01-01") and rng.random() < 0.4:
            return row.birth_date[:4]
        draw = rng.random()
        if draw < 0.02:
            return (
                f"{row.birth_date[5:7]}.{row.birth_date[:4]}"
                if self.form.dates.startswith(("dmy", "cell"))
                else row.birth_date[:7]
            )
        return self.day(row.birth_date, True)

    def about(self, year: str) -> str:
        before = self.words["about"]
        return f"{year} {before.strip()}" if self.form.language == "am" else f"{before}{year}"

    def day(self, iso: str, cell: bool) -> Any:
        """A date in the list's manner; for spreadsheets mostly a date cell."""
        year, month, day = iso.split("-")
        how = self.form.dates
        if how == "iso":
            return iso
        if how.startswith("cell") and cell and self.rng.random() < 0.8:
            return date(int(year), int(month), int(day))
        if how == "year":
            return year
        if self.rng.random() < 0.06:
            return f"{int(day)}.{int(month)}.{year[2:]}"
        separator = "/" if how.endswith("/") else "."
        return f"{day}{separator}{month}{separator}{year}"

    def age(self, person: Person, row: Row) -> str:
        year = int(row.birth_year) if row.birth_year else person.birth[0]
        if self.rng.random() < 0.06:
            return ""
        age = max(0, AS_OF.year - year)
        return str(round(age / 5) * 5 if age > 50 and self.rng.random() < 0.4 else age)


def open_rows(form: ListForm, folder: Path, sheets: bool) -> tuple[RowWriter, str]:
    """The writer of a list and its file's name."""
    if form.file == "xlsx" and sheets:
        name = f"{form.key}-list.xlsx"
        return SheetRows(folder / name), name
    name = f"{form.key}-list.csv"
    encoding = form.encoding if form.file == "csv" else "utf-8"
    return CsvRows(folder / name, form.delimiter or ",", encoding), name
