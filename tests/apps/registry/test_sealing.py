"""Sealed values: what the database holds, who opens, what is logged, what happens without the key."""

import pytest
from django.db import IntegrityError, transaction

from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, InvalidInput, WayhomeError
from wayhome.core.models import AuditEntry
from wayhome.registry import changes, sealing
from wayhome.registry.models import FieldChange, Person, SealedValue
from wayhome.registry.states import SealedKind

pytestmark = pytest.mark.django_db
NUMBER = "AA 0412-77"


@pytest.fixture(autouse=True)
def master(settings, tmp_path):
    settings.MASTER_KEY_FILE = tmp_path / "master.key"
    settings.OLD_MASTER_KEY_FILES = []


@pytest.fixture
def tamar(process):
    return Person.objects.create(process=process, number=1, given_name="Tamar", family_name="Ayvelin")


@pytest.fixture
def sealed(process, tamar):
    return sealing.Sealer(process).seal(tamar, SealedKind.DOCUMENT_NUMBER, NUMBER)


def test_the_table_holds_no_plaintext_and_the_value_opens_again(process, tamar, sealed, person):
    stored = SealedValue.objects.get()
    assert NUMBER.encode() not in bytes(stored.ciphertext) and b"0412" not in bytes(stored.ciphertext)
    worker = Actor.of(person("case_worker"))
    assert sealing.open_value(stored, actor=worker, purpose="to renew the card") == NUMBER
    entry = AuditEntry.objects.get(action="sealed.opened")
    assert entry.detail == {"person": "P-001", "kind": "document", "purpose": "to renew the card", "value": stored.pk}
    assert NUMBER not in str(entry.detail)


def test_the_same_value_seals_differently_but_is_found_by_its_digest(process, tamar, sealed):
    again = sealing.Sealer(process).seal(tamar, SealedKind.DOCUMENT_NUMBER, "aa041277")
    assert bytes(again.ciphertext) != bytes(sealed.ciphertext)
    assert set(sealing.find_equal(process, SealedKind.DOCUMENT_NUMBER, "AA-0412 77")) == {sealed, again}
    assert not list(sealing.find_equal(process, SealedKind.HEALTH, NUMBER))


def test_a_digest_of_another_process_does_not_compare(process, other_process, sealed):
    assert sealing.Sealer(other_process).digest(NUMBER, SealedKind.DOCUMENT_NUMBER) != sealed.digest


def test_a_ciphertext_moved_to_another_person_does_not_open(process, tamar, sealed, person):
    suren = Person.objects.create(process=process, number=2, given_name="Suren")
    SealedValue.objects.filter(pk=sealed.pk).update(person=suren)
    with pytest.raises(WayhomeError, match="belongs to another record"):
        sealing.open_value(SealedValue.objects.get(), actor=Actor.of(person("case_worker")), purpose="to renew the card")
    assert not AuditEntry.objects.filter(action="sealed.opened").exists()


@pytest.mark.parametrize("role", ["reader", "administrator"])
def test_a_role_without_the_need_does_not_open(sealed, person, role):
    with pytest.raises(Forbidden):
        sealing.open_value(sealed, actor=Actor.of(person(role)), purpose="curious about it")


def test_no_purpose_no_opening(sealed, person):
    with pytest.raises(InvalidInput):
        sealing.open_value(sealed, actor=Actor.of(person("case_worker")), purpose="  ")


def test_without_the_master_key_nothing_opens_and_the_error_says_what_to_do(process, sealed, settings, tmp_path):
    settings.MASTER_KEY_FILE = tmp_path / "another.key"
    with pytest.raises(sealing.KeyMissing, match="WAYHOME_OLD_MASTER_KEY_FILES"):
        sealing.Sealer(process)


def test_a_new_master_key_wraps_the_data_keys_again(process, tamar, sealed, settings, tmp_path, person):
    old = settings.MASTER_KEY_FILE
    settings.MASTER_KEY_FILE, settings.OLD_MASTER_KEY_FILES = tmp_path / "new.key", [str(old)]
    lead = Actor.of(person("process_lead"))
    assert sealing.rewrap(actor=lead) == 1
    settings.OLD_MASTER_KEY_FILES = []
    assert sealing.open_value(SealedValue.objects.get(), actor=lead, purpose="to see it still opens") == NUMBER
    assert sealing.rewrap(actor=lead) == 0


def test_the_master_key_is_readable_by_its_owner_alone(process, settings):
    sealing.Sealer(process)
    assert settings.MASTER_KEY_FILE.stat().st_mode & 0o077 == 0


def test_a_changed_field_is_written_once_with_what_it_was(process, tamar, person):
    lead = Actor.of(person("process_lead"))
    with transaction.atomic():
        written = changes.apply(tamar, {"given_name": "Tamara", "family_name": "Ayvelin"}, actor=lead, reason="as in her card")
    assert [(c.field, c.before, c.after, c.reason) for c in FieldChange.objects.all()] == [
        ("given_name", "Tamar", "Tamara", "as in her card")
    ]
    assert len(written) == 1 and Person.objects.get(pk=tamar.pk).given_name == "Tamara"


def test_a_birth_range_runs_forwards(process):
    from datetime import date

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(process=process, number=9, birth_from=date(2000, 1, 2), birth_to=date(2000, 1, 1))
