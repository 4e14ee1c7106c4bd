"""Tables with one row an area and its parents in columns beside it: COD-AB by their heads, HXL by their tags.

ADM1_EN, ADM1_PCODE, ADM2_EN, ADM2_AR, ADM2_PCODE, validOn      (and admin1Name_en, admin1Pcode; adm1_name, adm1_pcode)
#adm1+code, #adm1+name+i_en, #adm2+code, #loc+name, #geo+lat    (any row of tags among the first ten)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from wayhome.places.importing.records import (
    Contents,
    NewArea,
    NewName,
    take_moment,
    take_people,
    take_position,
)
from wayhome.places.importing.tables import Table

_SETTLEMENT = 5
_CODE = re.compile(r"(?:adm|admin)([0-4])_?(?:pcode|code)", re.I)
_NAME = re.compile(r"(?:adm|admin)([0-4])(?:name)?_?([a-z]{2,3})?", re.I)
_NUMBERED = re.compile(r"(?:adm|admin)([0-4])_name([1-3]?)", re.I)
_OTHER = re.compile(r"(?:adm|admin)([0-4])_?alt[1-3]?(?:name)?_?([a-z]{2})?", re.I)
_TAG = re.compile(r"\s*#[a-z][a-z0-9_]*(\s*\+[a-z0-9_]+)*\s*", re.I)
_NO_LANGUAGE = {"ref", "typ", "type", "cod", "src", "pco"}
# Habits of shapefiles, whose names of columns end after ten letters: A2Code, A2NameEn, A2NaArAlt1; admin2Pcod; GADM's GID_2, NAME_2.
_SHORT_CODE = re.compile(r"a([0-4])code|(?:adm|admin)([0-4])_?pcod?|gid_([0-4])", re.I)
_SHORT_NAME = re.compile(r"a([0-4])name([a-z]{2})?|name_([0-4])", re.I)
_SHORT_OTHER = re.compile(r"a([0-4])na(?:me)?([a-z]{2})?alt[1-3]?|(?:var|nl_)name_([0-4])", re.I)


@dataclass(slots=True)
class Columns:
    """Where things stand: code of each level, names of each level with language and kind, and what is said of the deepest."""

    codes: dict[int, int] = field(default_factory=dict)
    names: dict[int, list[tuple[int, str, str]]] = field(default_factory=dict)  # column, language or "@n", kind
    other: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)


def by_heads(head: list[str]) -> Columns:
    """The columns of a COD-AB table."""
    found = Columns()
    for n, cell in enumerate(head):
        word = cell.strip()
        if match := _CODE.fullmatch(word):
            found.codes.setdefault(int(match[1]), n)
        elif match := _NUMBERED.fullmatch(word):
            found.names.setdefault(int(match[1]), []).append((n, "@" + match[2], "official"))
        elif match := _OTHER.fullmatch(word):
            found.names.setdefault(int(match[1]), []).append((n, (match[2] or "").lower(), "variant"))
        elif match := _SHORT_CODE.fullmatch(word):
            found.codes.setdefault(int(match[1] or match[2] or match[3]), n)
        elif match := _SHORT_OTHER.fullmatch(word):
            found.names.setdefault(int(match[1] or match[3]), []).append((n, (match[2] or "").lower(), "variant"))
        elif match := _SHORT_NAME.fullmatch(word):
            found.names.setdefault(int(match[1] or match[3]), []).append((n, (match[2] or "").lower(), "official"))
        elif (match := _NAME.fullmatch(word)) and (match[2] or "").lower() not in _NO_LANGUAGE and len(word) > 4:
            found.names.setdefault(int(match[1]), []).append((n, (match[2] or "").lower(), "official"))
        elif word.casefold() in {"lang", "lang1", "lang2", "lang3"}:
            found.languages["@" + word[4:]] = n
        else:
            known = {
                "validon": "from", "valid_on": "from", "validto": "to", "valid_to": "to", "center_lat": "lat", "center_lon": "lon",
                "lat": "lat", "lon": "lon", "latitude": "lat", "longitude": "lon", "population": "population",
            }.get(word.casefold())  # fmt: skip
            if known:
                found.other.setdefault(known, n)
    return found


def by_tags(tags: list[str]) -> Columns:
    """The columns of an HXL table."""
    found = Columns()
    for n, cell in enumerate(tags):
        tag, *attributes = [part.strip().casefold() for part in cell.replace("+", " +").split() if part.strip()] or [""]
        said = {part.lstrip("+") for part in attributes}
        if match := re.fullmatch(r"#(?:adm([0-5])|(country)|(loc))", tag):
            level = int(match[1]) if match[1] else 0 if match[2] else _SETTLEMENT
            if said & {"code", "id"} or any(one.startswith("v_") for one in said):
                found.codes.setdefault(level, n)
            elif not said & {"type", "num"}:
                language = next((one[2:] for one in said if re.fullmatch(r"i_[a-z]{2,3}", one)), "")
                language = language or next((one for one in said if re.fullmatch(r"[a-z]{2}", one)), "")
                found.names.setdefault(level, []).append((n, language, "variant" if "alt" in said else "official"))
        elif tag == "#geo" and said & {"lat", "lon"}:
            found.other.setdefault("lat" if "lat" in said else "lon", n)
        elif tag == "#population":
            found.other.setdefault("population", n)
        elif tag == "#date" and said & {"start", "end"}:
            found.other.setdefault("from" if "start" in said else "to", n)
    return found


def tag_row(rows: list[list[str]]) -> int | None:
    """The number (from 0) of the row of tags among the first ten, or None."""
    for n, row in enumerate(rows[:10]):
        cells = [cell for cell in row if cell.strip()]
        if cells and all(_TAG.fullmatch(cell) for cell in cells):
            return n
    return None


def fits(columns: Columns) -> bool:
    """Whether areas can be told from these columns: a code and a name of at least one level."""
    return any(level in columns.names for level in columns.codes)


def read(table: Table, columns: Columns, first: int, contents: Contents, numbers: list[int] | None = None) -> None:
    """Add the areas of rows `first` (counted from 0) and on. `numbers` are what the rows are called, where not as a spreadsheet counts."""
    levels = sorted(columns.codes)
    for at, cells in enumerate(table.rows[first:], first + 1):
        row = numbers[at - first - 1] if numbers is not None else at
        if not any(cell.strip() for cell in cells):
            continue

        def cell(n: int | None, cells: list[str] = cells) -> str:
            return " ".join(cells[n].split()) if n is not None and n < len(cells) else ""

        above, deepest, hint = "", None, ""
        for level in levels:
            code = cell(columns.codes[level])[:60]
            if level not in columns.names:  # a code without names tells of no area, yet may name one that is on file
                hint = code or hint
                continue
            named = [one for one in columns.names.get(level, ()) if cell(one[0])]
            head = table.rows[0][columns.codes[level]] if columns.codes[level] < len(table.rows[0]) else f"ADM{level}"
            if not code:
                if named:
                    problem = _("%(name)s has no code.") % {"name": cell(named[0][0])}
                    contents.fault(table.name, row, head, problem, _("Write the P-code of the source."))
                continue
            area = contents.areas.get(code)
            if area is None:
                if not named:
                    problem = _("%(code)s has no name.") % {"code": code}
                    contents.fault(table.name, row, head, problem, _("Write its name in one of the name columns."))
                    continue
                kind = f"adm{level}" if level < _SETTLEMENT else "settlement"
                area = contents.areas[code] = NewArea(code, row, parent=above, kind=kind, level=level, file=table.name)
                area.hint = hint
            elif area.parent != above and (area.file, area.row) != (table.name, row):
                problem = _("%(code)s lies in %(one)s in row %(row)s and in %(two)s here.") % {
                    "code": code, "one": area.parent or "–", "row": area.row, "two": above or "–",
                }  # fmt: skip
                contents.fault(table.name, row, head, problem, _("Correct the code of the level above in one of the two rows."))
            for n, said, kind in named:
                language = cell(columns.languages.get(said)) if said.startswith("@") else said
                for text in cell(n).split("|") if kind == "variant" else [cell(n)]:
                    if text.strip():
                        area.add(NewName(text.strip()[:250], language[:12].lower(), "", kind))
            above, deepest, hint = code, area, ""
        if deepest is not None and (deepest.file, deepest.row) == (table.name, row):
            given = {name: cell(n) for name, n in columns.other.items()}
            take_position(contents, table.name, row, deepest, given, "lat", "lon")
            take_people(contents, table.name, row, deepest, given.get("population", ""), "population")
            deepest.valid_from = take_moment(contents, table.name, row, given.get("from", ""), "validOn")
            deepest.valid_to = take_moment(contents, table.name, row, given.get("to", ""), "validTo")
