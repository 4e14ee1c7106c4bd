"""Specific needs by age, sex and household, as UNHCR codes with plausible shares; what no list of names would ask is left out."""

from __future__ import annotations

from random import Random

from wayhome.engines.population.families import LAST_YEAR, Household, Person
from wayhome.engines.population.tables import data_rows

_ROWS = [
    (r["code"], r["sex"], int(r["from_age"]), int(r["to_age"]), float(r["share"]), r["when"]) for r in data_rows("lirva/needs")
]


def needs_of(person: Person, house: Household, rng: Random) -> list[str]:
    """Codes of one person's needs, drawn; most people have none."""
    age = LAST_YEAR - person.birth[0]
    out = []
    for code, sex, low, high, share, when in _ROWS:
        if (
            low <= age <= high
            and (not sex or sex == person.sex)
            and rng.random() < share
            and (not when or _fits(when, person, house))
        ):
            out.append(code)
    return out


def _fits(when: str, person: Person, house: Household) -> bool:
    adults = [m for m in house.members if m.birth[0] <= LAST_YEAR - 18]
    children = [m for m in house.members if m.birth[0] > LAST_YEAR - 18]
    if when == "alone":
        return len(house.members) == 1
    if when == "infant":
        return any(m.mother_number == person.number and m.birth[0] >= LAST_YEAR for m in house.members)
    if when == "single parent":
        return adults == [person] and any(person.number in (c.mother_number, c.father_number) for c in children)
    if when == "grandparent alone":
        return (
            adults == [person]
            and bool(children)
            and not any(person.number in (c.mother_number, c.father_number) for c in children)
        )
    raise ValueError(f"data/lirva/needs.csv: {when!r} is no condition known here")
