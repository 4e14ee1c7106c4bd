"""Which column of a boundary layer says what: guessed from the habits of those who publish boundaries, or said by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wayhome.places.importing import levels
from wayhome.places.importing.records import KINDS

_CODES = ("pcode", "p_code", "hrpcode", "place_id", "adm_pcode", "shapeiso", "shapeid", "code", "id")
_PARENTS = ("parent_pcode", "parent_code", "parentpcode", "parent", "hrparent", "parentid", "parent_id")
_NAME = re.compile(r"(?:(?:place|area|feature)_?)?name(?:[_:]?([a-z]{2,3}))?|(hrname|shapename|nom|nombre|nome)", re.I)
_OTHER = re.compile(r"(?:alt|old)_?name(?:[_:]?([a-z]{2,3}))?", re.I)
_LEVEL = re.compile(r"(?:adm|admin|admbnd[ap]_adm|level)[_ -]?([0-4])(?![0-9])", re.I)
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What the columns of one layer are. `names` are (column, language, kind of name); `kind` is that of its areas, `adm2`.

    With `levels` the areas above are in columns beside each area and are made too; without, `parent` names a column of codes.
    """

    code: str = ""
    parent: str = ""
    kind: str = ""
    names: tuple[tuple[str, str, str], ...] = ()
    levels: levels.Columns | None = None
    sure: bool = True  # a guessed parent column whose areas are not on file is a note, one that a person chose is a fault
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """A layer for a person to look at: its columns with examples, what they are taken for, how many features there are."""

    file: str
    name: str
    features: int
    crs: str
    encoding: str
    fields: tuple[str, ...]
    examples: dict[str, list[str]] = field(default_factory=dict)
    said: Said = Said()

    @property
    def title(self) -> str:
        """The layer as people know it."""
        return self.file if self.name == self.file else f"{self.file} · {self.name}"


def guess(fields: tuple[str, ...], rows: list[tuple[str, ...]], where: str) -> Said:
    """What the columns are taken for; `code` is empty where it cannot be told. `where` is the layer's name and file."""
    filled = {name for n, name in enumerate(fields) if any(row[n] for row in rows)}
    by_level = levels.by_heads([name if name in filled else "" for name in fields])
    if by_level.codes:
        level = max(by_level.codes)
        named = tuple((fields[n], "" if said.startswith("@") else said, kind) for n, said, kind in by_level.names.get(level, ()))
        above = [one for one in sorted(by_level.codes) if one < level]
        parent = fields[by_level.codes[above[-1]]] if above else ""
        return Said(fields[by_level.codes[level]], parent, f"adm{level}", named, by_level, sure=False)
    lower = {name.casefold(): name for name in fields if name in filled}
    code = next((lower[one] for one in _CODES if one in lower), "")
    parent = next((lower[one] for one in _PARENTS if one in lower), "")
    names: list[tuple[str, str, str]] = []
    for name in fields:
        if name in filled and (match := _NAME.fullmatch(name)):
            names.append((name, (match[1] or "").lower(), "official"))
        elif name in filled and (match := _OTHER.fullmatch(name)):
            names.append((name, (match[1] or "").lower(), "variant"))
    return Said(code, parent, _kind(fields, rows, where), tuple(names), sure=False)


def _kind(fields: tuple[str, ...], rows: list[tuple[str, ...]], where: str) -> str:
    """The kind of a layer's areas by a column that says the same level in every row, else by the name of the layer or file."""
    for n, name in enumerate(fields):
        said = {row[n] for row in rows}
        if name.casefold() in {"shapetype", "admin_level", "adm_level", "level"} and len(said) == 1:
            word = said.pop()
            if match := re.fullmatch(r"(?:adm)?([0-4])", word, re.I):
                return f"adm{match[1]}"
    found = _LEVEL.findall(where)
    return f"adm{found[-1]}" if found else ""


def examples(fields: tuple[str, ...], rows: list[tuple[str, ...]]) -> dict[str, list[str]]:
    """A few different values of each column."""
    return {name: list(dict.fromkeys(row[n] for row in rows if row[n]))[:_MOST_SHOWN] for n, name in enumerate(fields)}


def said_by(words: dict[str, str], fields: tuple[str, ...]) -> Said:
    """Columns as a person names them: `code`, `parent`, `level` (0 to 4, or a kind), `name`, `name:ar`, `variant:en`, `former`.

    Raises: ValueError, with what is wrong as its text, for a column or word that is not there.
    """
    code, parent, kind = "", "", ""
    names: list[tuple[str, str, str]] = []
    for role, column in words.items():
        what, _colon, language = role.partition(":")
        if what == "level":
            kind = f"adm{column}" if column in {"0", "1", "2", "3", "4"} else column
            if kind not in KINDS:
                raise ValueError(column)
            continue
        if column not in fields:
            raise ValueError(column)
        if what == "code":
            code = column
        elif what == "parent":
            parent = column
        elif what == "name":
            names.append((column, language, "official"))
        elif what in {"variant", "former", "local", "exonym", "romanised", "official"}:
            names.append((column, language, what))
        else:
            raise ValueError(role)
    return Said(code, parent, kind, tuple(names))
