"""Kin that can be: ages of parents, spouses and siblings; namesakes, twins and married names occur; nothing refers to nobody."""

from collections import Counter
from random import Random

import pytest

from wayhome.engines.population.families import LAST_YEAR, Maker, Pools
from wayhome.engines.population.words import all_cultures, culture

CLANS = 40


@pytest.fixture(scope="module")
def homes():
    rng = Random(11)
    maker = Maker(rng)
    made = []
    for code in all_cultures():
        pools = Pools.drawn(code, rng)
        for i in range(CLANS):
            made += list(maker.clan(pools, i, i + 1))
    return made


def test_nobody_is_born_before_their_parents_could(homes):
    people = {m.number: m for h in homes for m in h.members}
    checked = 0
    for person in people.values():
        assert 1925 <= person.birth[0] <= LAST_YEAR
        mother, father = people.get(person.mother_number), people.get(person.father_number)
        if mother is not None:
            assert 17 <= person.birth[0] - mother.birth[0] <= 46
            checked += 1
        if father is not None:
            assert 18 <= person.birth[0] - father.birth[0] <= 80
            assert person.father is father.given
            assert person.grandfather is father.father
    assert checked > 3000


def test_spouses_are_each_others_and_of_an_age(homes):
    people = {m.number: m for h in homes for m in h.members}
    couples = [(a, people[a.spouse_number]) for a in people.values() if a.spouse_number in people]
    assert len(couples) > 1500
    for a, b in couples:
        assert b.spouse_number == a.number
        assert {a.sex, b.sex} == {"M", "F"}
        assert abs(a.birth[0] - b.birth[0]) <= 25


def test_one_head_a_household_and_no_empty_one(homes):
    for home in homes:
        assert home.members
        assert sum(m.role == "head" for m in home.members) == 1
        assert len({m.number for m in home.members}) == len(home.members)


def test_siblings_of_one_name_do_not_occur_but_namesake_grandfathers_and_twins_do(homes):
    twins = namesakes = 0
    for home in homes:
        children = [m for m in home.members if m.role == "child"]
        names = Counter(m.given for m in children)
        twins += sum(n > 1 for n in Counter(m.birth for m in children).values())
        namesakes += sum(m.given is m.grandfather for m in children)
        if len(children) > 1:
            assert names.most_common(1)[0][1] <= 2
    assert twins > 12
    assert namesakes > 120


def test_married_names_and_chains_of_names(homes):
    people = [m for h in homes for m in h.members]
    assert sum(m.maiden is not None for m in people) > 300
    for code in ("am", "ti", "so", "om"):
        assert all(m.family is None for m in people if m.culture.code == code)
    assert all(m.family is not None for m in people if m.culture.code in ("hy", "ka", "ru", "sr", "tr"))
    shared = [h for h in homes if len({m.phone for m in h.members if m.phone}) < sum(bool(m.phone) for m in h.members)]
    assert len(shared) > len(homes) * 0.2  # a telephone is often the family's


def test_pools_are_large():
    for code in all_cultures():
        people = culture(code)
        assert len(people.male) >= 25, code
        assert len(people.female) >= 25, code
        assert len(people.family) >= 30 or people.chain, code
