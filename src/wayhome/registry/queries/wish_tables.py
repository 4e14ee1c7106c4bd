"""Reading a table of answers: which column holds what, what each row says, what is wrong with it in which field and what to do."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.accounts.models import Process
from wayhome.core.errors import InvalidInput
from wayhome.places.models import Area
from wayhome.registry import claim_tables
from wayhome.registry.actions.intentions import Named, check, parse_period
from wayhome.registry.bridge.wishes import Cells, day, folded
from wayhome.registry.models import Household, Wave
from wayhome.registry.wish_states import Wish

_DATA = Path(__file__).resolve().parent.parent / "data"
FIELDS: dict[str, Any] = {
    "household": gettext_lazy("Household"),
    "list": gettext_lazy("List"),
    "wave": gettext_lazy("Wave"),
    "wish": gettext_lazy("Wish"),
    "where": gettext_lazy("Where"),
    "when": gettext_lazy("When"),
    "conditions": gettext_lazy("Conditions"),
    "asked_on": gettext_lazy("Asked on"),
    "asked": gettext_lazy("How asked"),
    "presence": gettext_lazy("Who else heard the answer"),
    "adults_agreeing": gettext_lazy("Adults of the same wish"),
    "adults": gettext_lazy("Adults asked"),
    "silence": gettext_lazy("Why there is no answer"),
    "note": gettext_lazy("Note"),
}
NEEDED = ("household", "wish")
MOST_ISSUES = 2_000


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    """The field of each heading that is understood, by the heading's key."""
    with (_DATA / "wish_headings.csv").open(encoding="utf-8", newline="") as handle:
        found = {folded(row["phrase"]): row["field"] for row in csv.DictReader(handle)}
    return {**found, **{folded(name): name for name in FIELDS}}


@lru_cache(maxsize=1)
def _values() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with (_DATA / "wish_values.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            words = found.setdefault(row["field"], {})
            words[folded(row["code"])] = row["code"]
            for phrase in row["phrase"].split("|"):
                words.setdefault(folded(phrase), row["code"])
    for code in claim_tables.conditions():
        found["conditions"].setdefault(folded(code), code)
    return found


def guess(titles: list[str]) -> dict[str, int]:
    """The column of each field, by its heading in one of the six languages; the first that fits."""
    known = headings()
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        name = known.get(folded(title))
        if name is not None:
            found.setdefault(name, index)
    return found


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: where, what, and what to do."""

    row: int
    field: str
    column: str
    value: str
    problem: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("row", "field", "column", "value", "problem", "remedy")}


@dataclass(slots=True)
class Line:
    """A row that can go in."""

    row: int
    household: int
    values: dict[str, Any]
    conditions: list[Named]
    digest: str


@dataclass(slots=True)
class Read:
    """All rows: those that can go in, those of other waves, and what is wrong with the rest."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    other_waves: int = 0
    rows: int = 0


class _Households:
    """Finds the household that a row means, by our number or by the number it has in its list."""

    def __init__(self, process: Process) -> None:
        self.by_number: dict[int, int] = {}
        self.by_key: dict[str, list[tuple[str, int]]] = {}
        rows = Household.objects.of(process).filter(closed_on=None).values_list("pk", "number", "list_name", "list_key")
        for pk, number, list_name, list_key in rows.iterator(chunk_size=5_000):
            self.by_number[number] = pk
            if list_key:
                self.by_key.setdefault(folded(list_key), []).append((folded(list_name), pk))

    def find(self, text: str, list_name: str) -> tuple[int | None, str, str]:
        """The household, or what is wrong and what to do."""
        wanted = folded(list_name)
        found = self.by_key.get(folded(text), [])
        if wanted:
            near = [pk for name, pk in found if name == wanted] or [pk for name, pk in found if wanted in name]
            if len(near) == 1:
                return near[0], "", ""
        elif len(found) == 1:
            return found[0][1], "", ""
        digits = text.upper().replace(" ", "").removeprefix("H-").removeprefix("H")
        own = self.by_number.get(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if own is not None and not found:
            return own, "", ""
        if len(found) > 1 or own is not None:
            return None, _("More than one household has this number."), _("Name the list it comes from in a column “list”.")
        return None, _("There is no household with this number."), _("Register it first, or correct the number.")


def read(
    *,
    process: Process,
    wave: Wave,
    cells: Cells,
    mapping: Mapping[str, int],
    today: date,
    areas: Mapping[str, Area] | None = None,
) -> Read:
    """Read every row. Changes nothing. `areas`: what the words for places mean, by their text; what is not there has no area."""
    result = Read(rows=len(cells.rows))
    households = _Households(process)
    seen: dict[int, int] = {}
    words = _values()
    for number, row in cells.rows:
        cell = {name: row[index].strip() if 0 <= index < len(row) else "" for name, index in mapping.items()}
        if cell.get("wave") and folded(cell["wave"]) not in {folded(wave.name), folded(wave.ref)}:
            result.other_waves += 1
            continue
        wrong: list[Problem] = []

        def say(
            name: str, problem: Any, remedy: Any, number: int = number, cell: dict[str, str] = cell, wrong: list[Problem] = wrong
        ) -> None:
            index = mapping.get(name, -1)
            title = cells.titles[index] if 0 <= index < len(cells.titles) else ""
            wrong.append(Problem(number, str(FIELDS.get(name, name)), title, cell.get(name, "")[:120], str(problem), str(remedy)))

        def coded(name: str, cell: dict[str, str] = cell, say: Any = say) -> str:
            text = cell.get(name, "")
            if not text:
                return ""
            code = words[name].get(folded(text), "")
            if not code:
                known = ", ".join(sorted(set(words[name].values())))
                say(
                    name,
                    _("“%(value)s” is not understood.") % {"value": text[:60]},
                    _("Write one of: %(words)s.") % {"words": known},
                )
            return code

        household: int | None = None
        if not cell.get("household"):
            say("household", _("The row names no household."), _("Write the household's number."))
        else:
            household, problem, remedy = households.find(cell["household"], cell.get("list", ""))
            if household is None:
                say("household", problem, remedy)
        wish = coded("wish")
        if not cell.get("wish"):
            say("wish", _("The row says no wish."), _("Write a wish, or “no answer” for a household that gave none."))
        values: dict[str, Any] = {
            "wish": wish,
            "silence": coded("silence") if wish == Wish.NO_ANSWER else "",
            "how": coded("asked"),
            "presence": coded("presence"),
            "note": cell.get("note", "")[:500],
            "asked_on": None,
        }
        if cell.get("asked_on"):
            values["asked_on"] = day(cell["asked_on"], today)
            if values["asked_on"] is None:
                say("asked_on", _("This is no day."), _("Write it as 31.12.2026 or 2026-12-31."))
        for name, target in (("adults", "adults"), ("adults_agreeing", "adults_same")):
            text = cell.get(name, "") if wish != Wish.NO_ANSWER else ""
            values[target] = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
            if text and values[target] is None:
                say(name, _("This is no number of people."), _("Write a whole number, or leave it empty."))
        conditions: list[Named] = []
        if wish and wish != Wish.NO_ANSWER:
            place = cell.get("where", "")[:250]
            values |= {"place_text": place, "area": (areas or {}).get(place), "when_text": cell.get("when", "")[:120]}
            values["when_from"], values["when_to"] = parse_period(values["when_text"])
            for part in (one.strip() for one in cell.get("conditions", "").replace("؛", ";").replace("|", ";").split(";")):
                if part:
                    code = words["conditions"].get(folded(part), "")
                    conditions.append(Named(code) if code else Named("own_words", part[:250]))
        elif wish == Wish.NO_ANSWER and cell.get("where"):
            say("where", _("A household that gave no answer named no place."), _("Correct the wish, or empty the cell."))
        if not wrong:
            try:
                check(wish, values, conditions)
            except InvalidInput as error:
                back = {"adults_same": "adults_agreeing", "how": "asked"}.get(error.field or "", error.field or "wish")
                say(back, error.problem, error.remedy or _("Correct the cell."))
        if not wrong and household is not None and household in seen:
            say(
                "household",
                _("This household stands in row %(row)d already.") % {"row": seen[household]},
                _("Keep one row of the two."),
            )
        if wrong:
            result.problems.extend(wrong)
            continue
        assert household is not None
        seen[household] = number
        told = "|".join([str(household), *(cell.get(name, "") for name in FIELDS if name not in {"list", "household"})])
        digest = hashlib.sha256(told.encode()).hexdigest()[:32]
        result.lines.append(Line(number, household, values, conditions, digest))
    return result
