"""Finding a person: any script, slips, numbers, places; nothing of another process."""

import pytest

from tests.registry_factories import Register
from wayhome.core.actors import SYSTEM
from wayhome.registry.actions import contacts, documents, erasing, persons
from wayhome.registry.models import NameNear, NameWord
from wayhome.registry.queries import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(process):
    return Register(process)


def names(process, query, **more):
    return [str(person) for person in search.find(process, query, **more).persons()]


@pytest.mark.parametrize(
    ("query", "given", "family"),
    [
        ("Tamara Avetisian", "Թամարա", "Ավետիսյան"),
        ("Tamara Avetisian", "Тамара", "Аветисян"),
        ("Тамара Аветисян", "Tamara", "Avetisyan"),
        ("Hasan Guliyev", "Həsən", "Quliyev"),
        ("Гасан Гулиев", "Həsən", "Quliyev"),
        ("Nino Beridze", "ნინო", "ბერიძე"),
        ("Mariam Khalil", "مريم", "خليل"),
        ("Jafar Cəfərov", "Cəfər", "Cəfərov"),
    ],
)
def test_a_name_is_found_across_scripts(process, register, query, given, family):
    register.person(given, family)
    register.person("Lala", "Orbelin")
    assert names(process, query)[:1] == [f"{given} {family}"]


@pytest.mark.parametrize(
    "query", ["Petrosyan Anahit", "Anahit Petrossian", "Anhit Petrosyan", "Anahit Perosyan", "anahit petr", "Anahit Petrosyna"]
)
def test_slips_of_the_pen_and_beginnings_are_found(process, register, query):
    register.person("Anahit", "Petrosyan")
    register.person("Vahan", "Melkon")
    assert names(process, query) == ["Anahit Petrosyan"]


def test_the_best_fit_comes_first(process, register):
    for given in ("Tamara", "Tamar", "Damir"):
        register.person(given, "Ayvelin")
    assert names(process, "Tamar Ayvelin")[:2] == ["Tamar Ayvelin", "Tamara Ayvelin"]


def test_other_names_are_found_and_forgotten_with_the_name(process, register):
    lala = register.person("Lala", "Ayvelin")
    name = persons.add_name(person=lala, actor=SYSTEM, kind="former", given_name="Lalə", family_name="Həsənzadə")
    assert names(process, "Hasanzade") == ["Lala Ayvelin"]
    persons.remove_name(name=name, actor=SYSTEM)
    assert names(process, "Hasanzade") == []
    assert not NameWord.objects.filter(sounds__startswith="hasan").exists()


def test_numbers_telephones_lists_and_documents(process, register):
    household = register.household()
    tamar = household.persons.get(given_name="Tamar")
    persons.change(person=tamar, actor=SYSTEM, phone="+374 91 12-34-56", list_key="R/17-b")
    documents.add(person=tamar, actor=SYSTEM, kind="passport", number="AB 123 456")
    other = register.person("Vahan", "Melkon")
    contacts.add(person=other, actor=SYSTEM, channel="phone", value="077 555 444")
    assert names(process, tamar.ref)[0] == "Tamar Ayvelin"
    assert len(names(process, household.ref)) == 4
    assert names(process, "091 123456") == ["Tamar Ayvelin"]
    assert names(process, "077-555-444") == ["Vahan Melkon"]
    assert names(process, "R/17-b")[0] == "Tamar Ayvelin"
    assert names(process, "ab123456") == []
    found = search.find(process, "ab-123456", sealed=True)
    assert [str(one) for one in found.persons()] == ["Tamar Ayvelin"] and found.by_document


def test_a_place_among_the_words_narrows(process, register):
    register.person("Anna", "Melkon", origin_text="Meshul, upper quarter")
    register.person("Anna", "Melkon", origin_text="Kul")
    assert len(names(process, "Anna Melkon")) == 2
    found = search.find(process, "Anna Melkon Meshul").persons()
    assert [person.origin_text for person in found] == ["Meshul, upper quarter"]


def test_a_place_alone_finds_its_people(process, register):
    from wayhome.places.models import Area, AreaName

    area = Area.objects.create(process=process, code="MSH")
    AreaName.objects.create(process=process, area=area, text="Мешул", language="ru")
    register.person("Anna", "Melkon", origin_text="Мешул", origin=area)
    register.person("Vahan", "Orbel", origin_text="Kul")
    assert names(process, "мешул") == ["Anna Melkon"]


def test_nothing_of_another_process_is_found(process, other_process, register):
    Register(other_process).person("Tamar", "Ayvelin", phone="091 123456")
    assert names(process, "Tamar Ayvelin") == []
    assert names(process, "091 123456") == []
    assert names(process, "P-001") == []


def test_no_typed_words_and_odd_ones(process, register):
    register.person()
    for query in ("", "   ", "%", "_", "'; DROP TABLE registry_person; --", "\x00", "-" * 300, "٣٤", "。", "a" * 250):
        search.find(process, query)
    assert names(process, "%") == []


def test_the_words_of_an_erased_person_go(process, register):
    erasing.erase(person=register.person("Zarmandukht", "Ayvelin"), actor=SYSTEM)
    assert names(process, "Zarmandukht") == []
    assert not NameWord.objects.exists() and not NameNear.objects.exists()


def test_the_number_of_queries_does_not_grow(process, register):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    register.person("Anna", "Melkon")
    register.person("Anna", "Melkona")
    with CaptureQueriesContext(connection) as one:
        search.find(process, "Anna Melkon")
    for n in range(30):
        register.person("Anna", f"Melkon{'a' * (n % 3)}")
    with CaptureQueriesContext(connection) as many:
        assert len(search.find(process, "Anna Melkon").persons()) >= 20
    assert len(many) <= len(one)


def test_the_search_of_the_top_bar_offers_people_to_those_who_may(process, register, as_user, person):
    register.person("Թամար", "Այվելին", born="1961")
    page = as_user(person("case_worker")).get("/p/lirva/dialogue/search/?q=Tamar Ayvelin").content.decode()
    assert "Թամար Այվելին" in page and "/registry/persons/1/" in page and "1961" in page
    page = as_user(person("reader")).get("/p/lirva/dialogue/search/?q=Tamar Ayvelin").content.decode()
    assert "Թամար" not in page and "/registry/" not in page


def test_of_two_names_that_sound_the_same_the_one_typed_comes_first(process, register):
    for given, family in (("Անահիտ", "Պետրոսյան"), ("Анаит", "Петросян"), ("Anahit", "Petrosyan")):
        register.person(given, family)
    assert names(process, "Անահիտ Պետրոսյան")[0] == "Անահիտ Պետրոսյան"
    assert names(process, "Anahit Petrosyan")[0] == "Anahit Petrosyan"
    assert len(names(process, "Анаит Петросян")) == 3
