"""Invented families: clans of kin households with ages that can be, namesakes, twins, married names, shared telephones."""

from __future__ import annotations

import calendar
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from wayhome.engines.population.words import Culture, Pool, Word, culture, female_surname

LAST_YEAR = 2025
"""The youngest children are born in this year; nothing here reads a clock."""

HEAD, SPOUSE, CHILD, PARENT, SIBLING, GRANDCHILD, CHILD_IN_LAW, PARENT_IN_LAW, RELATIVE = (
    "head", "spouse", "child", "parent", "sibling", "grandchild", "child_in_law", "parent_in_law", "relative",
)  # fmt: skip
"""Relations to the head of the household."""


@dataclass(eq=False, slots=True)
class Person:
    """One invented person. `birth` is (year, month, day); `family` is None where people bear chains of fathers' names."""

    number: int
    culture: Culture
    sex: str
    given: Word
    father: Word
    grandfather: Word
    family: Word | None
    birth: tuple[int, int, int]
    place: int
    role: str
    maiden: Word | None = None
    second: Word | None = None
    father_number: int = 0
    mother_number: int = 0
    spouse_number: int = 0
    phone: str = ""
    phone_before: str = ""
    document: str = ""
    document_before: str = ""


@dataclass(eq=False, slots=True)
class Household:
    """People who live together; `clan` numbers the kin of one grandfather."""

    number: int
    clan: int
    place: int
    members: list[Person] = field(default_factory=list)


def born(rng: Random, year: int) -> tuple[int, int, int]:
    """A date in the year; first days of January come a little too often, as in every register."""
    if rng.random() < 0.02:
        return year, 1, 1
    month = rng.randint(1, 12)
    return year, month, rng.randint(1, calendar.monthrange(year, month)[1])


@dataclass(eq=False)
class Pools:
    """The names one region's people of one culture draw from."""

    culture: Culture
    male: Pool
    female: Pool
    family: Pool

    @classmethod
    def drawn(cls, code: str, rng: Random) -> Pools:
        """Pools with frequencies drawn: steep in some worlds (few names, many namesakes), flat in others."""
        people = culture(code)
        steep = rng.uniform(0.55, 1.05)
        families = people.family or people.male
        size = max(30, int(len(families) * rng.uniform(0.5, 1.0)))
        return cls(
            people,
            Pool(people.male, rng, steep),
            Pool(people.female, rng, steep),
            Pool(families, rng, rng.uniform(0.35, 0.85), size),
        )

    def given(self, rng: Random, sex: str) -> Word:
        return (self.male if sex == "M" else self.female).draw(rng)


@functools.cache
def _sizes(mean: float) -> tuple[list[int], list[float]]:
    return list(range(8)), [max(0.02, 1 - abs(n - mean) / 4) for n in range(8)]


class Maker:
    """Makes clans one after another; `clan()` yields its households. Numbers run on; everything is drawn from `rng`."""

    def __init__(self, rng: Random, children: float = 2.6) -> None:
        self.rng = rng
        self.children = children
        self.persons = self.households = self.clans = 0

    def _person(
        self,
        pools: Pools,
        sex: str,
        given: Word,
        father: Word,
        grandfather: Word,
        family: Word | None,
        birth: tuple[int, int, int],
        place: int,
        role: str,
    ) -> Person:
        rng = self.rng
        self.persons += 1
        person = Person(self.persons, pools.culture, sex, given, father, grandfather, family, birth, place, role)
        if rng.random() < pools.culture.second_surname:
            person.second = pools.given(rng, sex)
        adult = birth[0] <= LAST_YEAR - 16
        if rng.random() < (0.72 if adult else 0.3):
            person.document = (
                f"{rng.choice('ABCDEHKMNPRT')}{rng.choice('ABCEHKMPT')}{rng.randrange(10**7):07d}"
                if rng.random() < 0.5
                else f"{rng.randrange(10**9):09d}"
            )
            if rng.random() < 0.25:
                person.document_before = f"{rng.randrange(10**9):09d}"
        if adult and rng.random() < 0.45:
            person.phone = self._phone(pools)
        return person

    def _phone(self, pools: Pools) -> str:
        return f"+{pools.culture.phone}{self.rng.randrange(10**7):07d}"

    def _wife(self, pools: Pools, husband: Person, place: int) -> Person:
        rng, people = self.rng, pools.culture
        year = max(1928, min(LAST_YEAR - 17, husband.birth[0] + round(rng.gauss(3, 4))))
        own = pools.family.draw(rng)
        wife = self._person(
            pools, "F", pools.given(rng, "F"), pools.given(rng, "M"), pools.given(rng, "M"), None, born(rng, year), place, SPOUSE
        )
        if husband.family is not None:
            keeps = rng.random() > people.maiden + 0.35
            maiden = female_surname(own)
            wife.family = maiden if keeps and people.patronymic in ("father", "none") else female_surname(husband.family)
            if wife.family is not maiden:
                wife.maiden = maiden
        husband.spouse_number, wife.spouse_number = wife.number, husband.number
        return wife

    def _children(self, pools: Pools, husband: Person, wife: Person, place: int, many: int) -> list[Person]:
        rng, people = self.rng, pools.culture
        first = max(husband.birth[0] + 19, wife.birth[0] + 18)
        last = min(LAST_YEAR, wife.birth[0] + 44)
        if first > last:
            return []
        made: list[Person] = []
        year = first + rng.randint(0, min(6, last - first))
        used: set[Word] = set()
        while len(made) < many and year <= last:
            birth = born(rng, year)
            for _ in range(2 if rng.random() < 0.018 else 1):
                sex = "M" if rng.random() < 0.512 else "F"
                given = pools.given(rng, sex)
                if sex == "M" and rng.random() < people.namesake and husband.father not in used:
                    given = husband.father
                for _ in range(4):
                    if given not in used:
                        break
                    given = pools.given(rng, sex)
                used.add(given)
                family = None if husband.family is None else husband.family if sex == "M" else female_surname(husband.family)
                child = self._person(pools, sex, given, husband.given, husband.father, family, birth, place, CHILD)
                child.father_number, child.mother_number = husband.number, wife.number
                made.append(child)
            year += rng.choice((1, 2, 2, 3, 3, 4, 5))
        return made

    def clan(self, pools: Pools, place: int, other_place: int) -> Iterator[Household]:
        """The households of one grandfather's kin; `other_place` is where a branch may have moved before the displacement."""
        rng, people = self.rng, pools.culture
        self.clans += 1
        chain = people.chain == 1 or (people.chain and rng.random() < people.chain)
        family = None if chain else pools.family.draw(rng)
        grand_year = rng.randint(1928, 1962)
        grandfather = self._person(
            pools,
            "M",
            pools.given(rng, "M"),
            pools.given(rng, "M"),
            pools.given(rng, "M"),
            family,
            born(rng, grand_year),
            place,
            PARENT,
        )
        grandmother = self._wife(pools, grandfather, place)
        grandmother.role = PARENT
        branches = rng.choices((1, 2, 3, 4), (0.42, 0.3, 0.18, 0.1))[0]
        sons = [
            p for p in self._children(pools, grandfather, grandmother, place, branches * 2 + 1) if p.birth[0] <= LAST_YEAR - 20
        ]
        if not sons:
            grandfather.role, grandmother.role = HEAD, SPOUSE
            yield self._house(place, [grandfather, grandmother], pools)
            return
        alive_grandfather = rng.random() < (0.75 if grand_year > 1945 else 0.3)
        alive_grandmother = rng.random() < (0.85 if grand_year > 1945 else 0.45)
        for i, adult in enumerate(sons[:branches]):
            here = place if rng.random() < 0.8 else other_place
            adult.place = here
            adult.role = HEAD
            if adult.sex == "F":
                yield self._house(here, self._married_daughter(pools, adult, here), pools)
                continue
            members = [adult]
            if rng.random() < 0.88:
                wife = self._wife(pools, adult, here)
                children = self._children(pools, adult, wife, here, self._how_many())
                if rng.random() < 0.12 and children:
                    members = [wife]  # the husband is away or has died
                    wife.role = HEAD
                else:
                    members.append(wife)
                members += children
                for child in children:
                    if child.sex == "M" and child.birth[0] < LAST_YEAR - 24 and rng.random() < 0.2:
                        bride = self._wife(pools, child, here)
                        bride.role = CHILD_IN_LAW
                        members.append(bride)
                        young = self._children(pools, child, bride, here, rng.randint(0, 2))
                        for grandchild in young:
                            grandchild.role = GRANDCHILD
                        members += young
                        break
            if i == 0:
                widow = adult not in members  # then the elders are her husband's parents
                elders = [p for p, alive in ((grandfather, alive_grandfather), (grandmother, alive_grandmother)) if alive]
                for elder in elders:
                    elder.role = PARENT_IN_LAW if widow else PARENT
                members += elders
                for sibling in sons[branches : branches + 1]:
                    if rng.random() < 0.3:
                        sibling.role = RELATIVE if widow else SIBLING
                        members.append(sibling)
            yield self._house(here, members, pools)

    def _married_daughter(self, pools: Pools, woman: Person, place: int) -> list[Person]:
        """Her household in her husband's name; the daughter keeps her father's name as maiden name where names change."""
        rng = self.rng
        family = None if woman.family is None else pools.family.draw(rng)
        year = max(1925, min(LAST_YEAR - 19, woman.birth[0] - round(rng.gauss(3, 4))))
        husband = self._person(
            pools, "M", pools.given(rng, "M"), pools.given(rng, "M"), pools.given(rng, "M"), family, born(rng, year), place, HEAD
        )
        husband.spouse_number, woman.spouse_number = woman.number, husband.number
        woman.role = SPOUSE
        if family is not None and woman.family is not None and not (pools.culture.patronymic == "father" and rng.random() < 0.8):
            woman.maiden, woman.family = woman.family, female_surname(family)
        return [husband, woman, *self._children(pools, husband, woman, place, self._how_many())]

    def _how_many(self) -> int:
        numbers, weights = _sizes(self.children)
        return self.rng.choices(numbers, weights)[0]

    def _house(self, place: int, members: list[Person], pools: Pools) -> Household:
        rng = self.rng
        self.households += 1
        house = Household(self.households, self.clans, place, members)
        if not any(m.role == HEAD for m in members):
            members[0].role = HEAD
        if rng.random() < 0.55:
            shared = self._phone(pools)
            before = self._phone(pools) if rng.random() < 0.4 else ""
            for member in members:
                if not member.phone or rng.random() < 0.5:
                    member.phone, member.phone_before = shared, before
        for member in members:
            member.place = place
        return house
