"""Rows with a known error, of the kinds that real lists hold; each is told in bad_rows.csv so that an import's report can be checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from wayhome.engines.population.families import Person

Cells = dict[str, Any]
Change = tuple[str, str] | None
"""Column changed and what is wrong in words; None where this error does not fit the row."""

FORMULAS = ("=1+1", "=SUM(A1:A9)", '=HYPERLINK("http://list.invalid","open")', "+7*7", "@SUM(A1:A9)", "-2+3")


def future_birth(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "birth" not in cells:
        return None
    cells["birth"] = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.randint(2031, 2099)}"
    return "birth", "born in the future"


def before_parent(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    """Only where the list tells who is whose parent: a child of the head or the spouse, or a parent of the head."""
    parent = kin.get(person.mother_number) or kin.get(person.father_number)
    if parent is None or "birth" not in cells or "relation" not in cells:
        return None
    if (person.role, parent.role) not in {("child", "head"), ("child", "spouse"), ("head", "parent")}:
        return None
    cells["birth"] = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{parent.birth[0] - rng.randint(1, 9)}"
    return "birth", "born before their parent in the same household"


def no_such_day(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "birth" not in cells:
        return None
    cells["birth"] = f"{rng.choice((31, 30, 32, 0))}.{rng.choice(('02', '13', '00'))}.{person.birth[0]}"
    return "birth", "no such day"


def letters_in_date(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "birth" not in cells:
        return None
    y, m, d = person.birth
    cells["birth"] = rng.choice((f"l9{y % 100:02d}", f"{d}.O{m % 10}.{y}", f"{y // 10}b", f"{d:02d}.{m:02d}.{y // 10}x"))
    return "birth", "letters in a date"


def two_centuries_old(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "birth" not in cells:
        return None
    cells["birth"] = f"{person.birth[2]:02d}.{person.birth[1]:02d}.{rng.randint(1700, 1890)}"
    return "birth", "born too long ago"


def bad_age(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "age" not in cells:
        return None
    cells["age"] = str(rng.choice((-3, 160, 999, 1961)))
    return "age", "no possible age"


def formula(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    column = rng.choice([c for c in ("remarks", "given", "family", "full_name", "origin", "document", "phone") if c in cells])
    cells[column] = rng.choice(FORMULAS)
    return column, "a formula where a text belongs"


def no_name(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    for column in ("given", "family", "patronymic", "full_name"):
        if column in cells:
            cells[column] = ""
    return ("full_name" if "full_name" in cells else "given"), "no name at all"


def unknown_sex(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "sex" not in cells:
        return None
    cells["sex"] = rng.choice(("3", "M/F", "мж", "##"))
    return "sex", "no word for a sex"


def scientific_number(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if not cells.get("phone"):
        return None
    cells["phone"] = f"{rng.uniform(1, 9):.5f}E+11"
    return "phone", "a telephone number turned into a power of ten by a spreadsheet"


def displaced_before_birth(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    if "displaced_on" not in cells or not cells.get("birth"):
        return None
    cells["displaced_on"] = date(max(1901, person.birth[0] - rng.randint(2, 9)), 5, 11).strftime("%d.%m.%Y")
    return "displaced_on", "displaced before birth"


def columns_shifted(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    keys = list(cells)
    if "birth" not in keys:
        return None
    start = max(1, keys.index("birth") - 1)
    values = [cells[k] for k in keys[start:]]
    for key, value in zip(keys[start:], ["", *values], strict=False):
        cells[key] = value
    return keys[start], "the row's cells stand one column too far to the right"


def control_signs(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    column = "given" if "given" in cells else "full_name"
    cells[column] = f"{cells[column]}\u200e\n(see overleaf)"
    return column, "a line break and an invisible sign in a name"


def too_long(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> Change:
    column = rng.choice([c for c in ("document", "remarks", "origin") if c in cells])
    cells[column] = "x" * 5000
    return column, "a text of 5,000 letters"


KINDS: dict[str, Callable[[Cells, Person, dict[int, Person], Random], Change]] = {
    f.__name__: f
    for f in (
        future_birth, before_parent, no_such_day, letters_in_date, two_centuries_old, bad_age, formula, no_name, unknown_sex,
        scientific_number, displaced_before_birth, columns_shifted, control_signs, too_long,
    )
}  # fmt: skip


def spoil(cells: Cells, person: Person, kin: dict[int, Person], rng: Random) -> tuple[str, str, str]:
    """Put one error into `cells` (in place). Returns kind, column and what is wrong."""
    names = list(KINDS)
    rng.shuffle(names)
    for name in names:
        change = KINDS[name](cells, person, kin, rng)
        if change is not None:
            return name, *change
    raise AssertionError("some error fits every row")
