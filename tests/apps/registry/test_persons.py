"""Persons: registered, changed with history, named, their status; what is sealed; who may do what; what the log says."""

from datetime import date

import pytest

from tests.registry_factories import Register
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry import births, naming
from wayhome.registry.actions import contacts, documents, needs, persons, photographs, retention
from wayhome.registry.models import FieldChange, PersonWord
from wayhome.registry.states import Precision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def register(process):
    return Register(process)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("31.12.1989", date(1989, 12, 31), date(1989, 12, 31), Precision.DAY),
        ("1989-12-31", date(1989, 12, 31), date(1989, 12, 31), Precision.DAY),
        ("٣١/١٢/١٩٨٩", date(1989, 12, 31), date(1989, 12, 31), Precision.DAY),
        ("12 mars 1961", date(1961, 3, 12), date(1961, 3, 12), Precision.DAY),
        ("марта 1961", date(1961, 3, 1), date(1961, 3, 31), Precision.MONTH),
        ("մարտ 1961", date(1961, 3, 1), date(1961, 3, 31), Precision.MONTH),
        ("12.1989", date(1989, 12, 1), date(1989, 12, 31), Precision.MONTH),
        ("1989", date(1989, 1, 1), date(1989, 12, 31), Precision.YEAR),
        ("about 1958", date(1956, 1, 1), date(1960, 12, 31), Precision.RANGE),
        ("60", date(1965, 11, 25), date(1966, 11, 24), Precision.AGE),
        ("about 60", date(1963, 11, 25), date(1968, 11, 24), Precision.AGE),
        ("60 лет", date(1965, 11, 25), date(1966, 11, 24), Precision.AGE),
        ("около 60", date(1963, 11, 25), date(1968, 11, 24), Precision.AGE),
    ],
)
def test_births_are_kept_as_exactly_as_they_are_known(text, first, last, precision):
    found = births.parse(text, on=TODAY)
    assert (found.first, found.last, found.precision, found.text) == (first, last, precision, text)


@pytest.mark.parametrize("text", ["31.02.1989", "soon", "2031", "12.1780", "200", "1989-13-01", "yesterday 5"])
def test_a_birth_that_cannot_be_is_refused_with_an_example(text):
    with pytest.raises(InvalidInput) as refused:
        births.parse(text, on=TODAY)
    assert text in str(refused.value.problem) and refused.value.field == "birth"


def test_birth_in_words(register):
    assert births.words(register.person(born="12.3.1961")) == "12 Mar 1961"
    assert births.words(register.person(born="7.1990")) == "Jul 1990"
    assert births.words(register.person(born="about 1958")) == "about 1958"
    assert births.words(register.person()) == ""


def test_who_is_a_child(register):
    years = births.years_before
    today = births.timezone.localdate()
    assert births.is_child(register.person(born=years(today, 17).strftime("%d.%m.%Y"))) is True
    assert births.is_child(register.person(born=years(today, 18).strftime("%d.%m.%Y"))) is False
    assert births.is_child(register.person(born="about 18")) is None
    assert births.is_child(register.person()) is None


def test_registering_needs_a_name_and_the_right(process, register, person):
    with pytest.raises(InvalidInput) as refused:
        persons.register(process=process, actor=SYSTEM, given_name="  ")
    assert refused.value.field == "given_name"
    for role in ("reader", "administrator", "dpo"):
        with pytest.raises(Forbidden):
            persons.register(process=process, actor=Actor.of(person(role)), given_name="Lala")
    made = persons.register(process=process, actor=Actor.of(person("case_worker")), given_name="Lala")
    entry = AuditEntry.objects.get(action="person.registered", subject_id=str(made.pk))
    assert entry.detail == {"person": made.ref}


def test_a_change_keeps_what_was_and_the_log_names_fields_only(register):
    lala = register.person("Lala", "Ayvelin")
    persons.change(person=lala, actor=SYSTEM, family_name="Hasanzade", reason="Married", on_request=True)
    line = FieldChange.objects.get(person=lala, field="family_name")
    assert (line.before, line.after, line.reason) == ("Ayvelin", "Hasanzade", "Married")
    entry = AuditEntry.objects.get(action="person.rectified")
    assert entry.detail == {"person": lala.ref, "fields": ["family_name"]} and "Hasanzade" not in str(entry.detail)
    persons.change(person=lala, actor=SYSTEM, family_name="Hasanzade")
    assert FieldChange.objects.filter(person=lala, field="family_name").count() == 1


def test_the_latest_status_is_the_present_one(register):
    tamar = register.person(status="idp", status_on=date(1992, 5, 1))
    persons.set_status(person=tamar, actor=SYSTEM, status="refugee", on=date(1994, 1, 1))
    persons.set_status(person=tamar, actor=SYSTEM, status="other", on=date(1993, 1, 1))
    tamar.refresh_from_db()
    assert (tamar.status, tamar.status_on, tamar.statuses.count()) == ("refugee", date(1994, 1, 1), 3)


def test_nobody_dies_before_being_born(register):
    tamar = register.person(born="1961")
    with pytest.raises(InvalidInput, match="before being born"):
        persons.change(person=tamar, actor=SYSTEM, died_on=date(1950, 1, 1))
    tamar.refresh_from_db()
    assert tamar.died_on is None


def test_needs_are_sealed_ended_and_taken_away(register):
    tamar = register.person()
    need = needs.record(person=tamar, actor=SYSTEM, code="ER-NF")
    tamar.refresh_from_db()
    assert tamar.sensitive and b"ER-NF" not in bytes(need.code.ciphertext)
    with pytest.raises(InvalidInput, match="on file already"):
        needs.record(person=tamar, actor=SYSTEM, code="ER-NF")
    with pytest.raises(InvalidInput, match="no code of the table"):
        needs.record(person=tamar, actor=SYSTEM, code="XX")
    needs.end(need=need, actor=SYSTEM)
    with pytest.raises(Conflict):
        needs.end(need=need, actor=SYSTEM)
    needs.remove(need=need, actor=SYSTEM)
    tamar.refresh_from_db()
    assert not tamar.sensitive and not tamar.sealed.exists() and not tamar.needs.exists()
    assert all("ER-NF" not in str(entry.detail) for entry in AuditEntry.objects.all())


def test_a_document_number_goes_with_its_document(register):
    tamar = register.person()
    document = documents.add(person=tamar, actor=SYSTEM, kind="passport", number="AB 123456")
    assert b"123456" not in bytes(document.number.ciphertext)
    documents.mark_lost(document=document, actor=SYSTEM)
    documents.remove(document=document, actor=SYSTEM)
    assert not tamar.sealed.exists()
    with pytest.raises(InvalidInput):
        documents.add(person=tamar, actor=SYSTEM)


def test_one_preferred_channel_which_is_safe(register):
    tamar = register.person()
    with pytest.raises(InvalidInput, match="safe"):
        contacts.add(person=tamar, actor=SYSTEM, channel="phone", value="091 123456", preferred=True)
    phone = contacts.add(person=tamar, actor=SYSTEM, channel="phone", value="091 123456", safe=True, preferred=True)
    through = contacts.add(person=tamar, actor=SYSTEM, channel="through", value="her sister Lala")
    contacts.prefer(contact=through, actor=SYSTEM)
    phone.refresh_from_db()
    tamar.refresh_from_db()
    assert not phone.preferred and through.safe and tamar.phone == "091 123456"
    contacts.remove(contact=phone, actor=SYSTEM)
    tamar.refresh_from_db()
    assert tamar.phone == ""


def test_photographs_are_off_until_somebody_decides(process, register):
    tamar = register.person()
    with pytest.raises(Forbidden):
        photographs.put(person=tamar, actor=SYSTEM, data=b"\x89PNG\r\n\x1a\n...")
    retention.choose(process=process, actor=SYSTEM, photographs=True)
    with pytest.raises(InvalidInput):
        photographs.put(person=tamar, actor=SYSTEM, data=b"GIF89a")
    photographs.put(person=tamar, actor=SYSTEM, data=b"\x89PNG\r\n\x1a\n...")
    assert tamar.photo


def test_rows_for_a_bulk_import_are_what_registering_writes(process, register):
    tamar = register.person("Tamar Anna", "Ayvelin", patronymic="Сурени")
    book = naming.WordBook(process)
    assert book.prepare(["Tamar Anna", "Сурени", "Ayvelin"]) == 0
    rows = book.rows(tamar.pk, "Tamar Anna", "Сурени", "Ayvelin")
    assert sorted(rows) == sorted(PersonWord.objects.values_list("person_id", "word_id"))
    assert book.prepare(["Newname", "Newname", ""]) == 1
