"""Tables of works and supplies (CSV, or a workbook of several): which table it is, and its cells as typed values or faults.

Headings are those that an export writes; capitals, spaces and hyphens do not matter. A column that is not there is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.places.importing.records import Fault, moment_of
from wayhome.places.importing.tables import tables
from wayhome.places.models.homes import Service
from wayhome.places.money import currencies
from wayhome.places.work_states import OrganisationKind, Resource, Stage, WorkKind, WorkState


class Wrong(Exception):
    """A cell that does not do: what is wrong, what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def text_cell(text: str) -> str:
    """Text; the apostrophe that guards a formula in our own exports is taken off again."""
    return text[1:] if text.startswith("'") and text[1:].lstrip()[:1] in {"=", "+", "-", "@"} else text


def decimal_cell(text: str) -> Decimal | None:
    """A number with a point or a comma before its decimals, not negative; None for an empty cell."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if not bare:
        return None
    if "," in bare and "." in bare:
        last = max(bare.rfind(","), bare.rfind("."))
        bare = re.sub(r"[,.]", "", bare[:last]) + "." + bare[last + 1 :]
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+", bare):
        raise Wrong(
            _("“%(text)s” may be thousands or decimals.") % {"text": text}, _("Write it without commas between thousands.")
        )
    bare = bare.replace(",", ".").replace("\u2212", "-")
    try:
        value = Decimal(bare)
    except InvalidOperation as error:
        raise Wrong(_("“%(text)s” is no number.") % {"text": text}, _("Write digits, or leave the cell empty.")) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13:
        raise Wrong(_("“%(text)s” is no number that can be kept.") % {"text": text}, _("Write digits."))
    if value < 0:
        raise Wrong(_("%(text)s is less than nothing.") % {"text": text}, _("Write a number from 0."))
    return value


def whole_cell(text: str) -> int | None:
    """A whole number from 0; None for an empty cell."""
    value = decimal_cell(text)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Wrong(_("“%(text)s” is no whole number.") % {"text": text}, _("Write a whole number."))
    if value > 2_000_000_000:
        raise Wrong(_("“%(text)s” is too large.") % {"text": text}, _("Write a number below two thousand million."))
    return int(value)


def day_cell(text: str) -> date | None:
    """A day; a month is its first day. None for an empty cell."""
    found = moment_of(text)
    if found is None or len(found) == 4:
        raise Wrong(_("“%(text)s” is no day.") % {"text": text}, _("Write 2027-06-30, or 2027-06 for a month."))
    return date.fromisoformat(f"{found}-01"[:10]) if found else None


def currency_cell(text: str) -> str:
    """A code of ISO 4217, or nothing."""
    code = text.strip().upper()
    if code and code not in currencies():
        raise Wrong(_("“%(text)s” is no currency.") % {"text": text}, _("Write its three letters: USD, EUR."))
    return code


def choice(values: Any, **aliases: str) -> Callable[[str], str]:
    """One of the codes of an enumeration, or its English label."""
    known = {str(value): str(value) for value in values.values} | aliases

    def read(text: str) -> str:
        word = text.strip().casefold().replace(" ", "_").replace("-", "_")
        if word in known:
            return known[word]
        if not word:
            return ""
        offered = ", ".join(one for one in values.values if one)
        raise Wrong(
            _("“%(text)s” is none of the words for this.") % {"text": text}, _("Write one of: %(words)s.") % {"words": offered}
        )

    return read


Cell = Callable[[str], Any]
T: Cell = text_cell


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: its columns with how each is read, and those that every row must fill."""

    name: str
    columns: dict[str, Cell]
    needed: frozenset[str]


_WORKS = {
    "code": T, "kind": choice(WorkKind, clearance="demining", mines="demining", homes="housing", bridge="road"), "title": T,
    "language": T, "area": T, "scope": T, "cost": decimal_cell, "currency": currency_cell, "price_date": day_cell,
    "months": whole_cell, "after": T, "crew": T, "crew_units": whole_cell, "resource": choice(Resource, homes="dwelling"),
    "adds": whole_cell, "implementer": T, "state": choice(WorkState), "progress": whole_cell, "planned_start": day_cell,
    "started_on": day_cell, "finished_on": day_cell, "source": T, "iati_identifier": T, "sector": T,
}  # fmt: skip
_FUNDING = {
    "work": T, "funder": T, "funder_kind": choice(OrganisationKind), "amount": decimal_cell, "currency": currency_cell,
    "price_date": day_cell, "stage": choice(Stage), "on": day_cell, "available_from": day_cell, "reference": T, "source": T,
}  # fmt: skip
_HOMES = {
    "area": T, "as_of": day_cell, "none": whole_cell, "minor": whole_cell, "major": whole_cell, "destroyed": whole_cell,
    "occupied": whole_cell, "source": T,
}  # fmt: skip
_CAPACITIES = {"area": T, "service": choice(Service), "as_of": day_cell, "places": whole_cell, "used": whole_cell, "source": T}
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("crews", {"crew": T, "name": T, "from": day_cell, "units": whole_cell, "source": T}, frozenset({"crew", "from", "units"})),
        Kind(
            "rates",
            {"base": currency_cell, "quote": currency_cell, "rate": decimal_cell, "on": day_cell, "source": T},
            frozenset({"base", "quote", "rate", "on", "source"}),
        ),
        Kind("works", _WORKS, frozenset({"code", "kind", "title", "area"})),
        Kind("funding", _FUNDING, frozenset({"funder", "amount", "currency", "stage", "on"})),
        Kind("homes", _HOMES, frozenset({"area", "as_of", "source"})),
        Kind("capacities", _CAPACITIES, frozenset({"area", "service", "as_of", "places", "source"})),
        Kind(
            "seats", {"hub": T, "area": T, "from": day_cell, "persons": whole_cell, "source": T},
            frozenset({"hub", "area", "from", "persons"}),
        ),
    )
}  # fmt: skip


@dataclass(slots=True)
class Read:
    """A table that was read: rows with their number in the file, as values by column; a row with a fault is not among them."""

    kind: Kind
    file: str
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def head_of(cell: str) -> str:
    """A heading as the columns are called."""
    return re.sub(r"[\s\-]+", "_", cell.strip().casefold()).strip("_*")


def kind_of(heads: list[str]) -> Kind | None:
    """The kind of table with all its needed columns among these headings; the one with most columns in common."""
    there = set(heads)
    fitting = [kind for kind in KINDS.values() if kind.needed <= there]
    return max(fitting, key=lambda kind: (len(there & kind.columns.keys()), kind.name == "works"), default=None)


def read(name: str, data: bytes) -> tuple[list[Read], list[Fault]]:
    """Every table of a file that is known, in the order in which they build on each other, and what is wrong in their cells.

    Raises: InvalidInput for a file without any known table, with the headings that would make it one; TooLarge.
    """
    found: list[Read] = []
    faults: list[Fault] = []
    given = tables(name, data)
    for table in given:
        heads = [head_of(cell) for cell in table.rows[0]]
        kind = kind_of(heads)
        if kind is None:
            continue
        known = Read(kind, table.name)
        found.append(known)
        faults += [
            Fault(
                table.name,
                1,
                head,
                _("This column is not known."),
                _("Take it out, or call it one of: %(names)s.") % {"names": ", ".join(kind.columns)},
            )
            for head in heads
            if head and head not in kind.columns
        ]
        faults += [
            Fault(table.name, 1, head, _("This column stands there twice."), _("Take one of the two out."))
            for head in sorted({head for head in heads if head and heads.count(head) > 1})
        ]
        for number, cells in enumerate(table.rows[1:], 2):
            if not any(cell.strip() for cell in cells):
                continue
            values, wrong = _row(kind, dict(zip(heads, cells, strict=False)), table.name, number)
            faults += wrong
            if not wrong:
                known.rows.append((number, values))
    if not found:
        heads_there = " · ".join(given[0].rows[0][:8])[:160]
        raise InvalidInput(
            _("%(file)s is no table of works or supplies: its first row is “%(head)s”.") % {"file": name, "head": heads_there},
            _("Give it the headings of an export. A table of works needs: code, kind, title, area."),
            field="file",
        )
    order = list(KINDS)
    found.sort(key=lambda one: order.index(one.kind.name))
    return found, faults


def _row(kind: Kind, cells: dict[str, str], file: str, number: int) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, reader in kind.columns.items():
        if name not in cells:
            continue
        text = " ".join(cells[name].split()) if name != "scope" else cells[name].strip()
        if not text and name in kind.needed:
            faults.append(Fault(file, number, name, _("The cell is empty."), _("Every row needs it.")))
            continue
        try:
            values[name] = reader(text)
        except Wrong as wrong:
            faults.append(Fault(file, number, name, wrong.problem, wrong.remedy))
    return values, faults
