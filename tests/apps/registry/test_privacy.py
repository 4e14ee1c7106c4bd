"""Consent, erasing, keeping, sealed values in a copy of the database, the report a person is handed."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.registry_factories import Register
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput, WayhomeError
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import consents, documents, erasing, households, moves, needs, persons, reports, retention
from wayhome.registry.models import Consent, Erasure, FieldChange, Household, HouseholdEvent, Person, PersonName, SealedValue
from wayhome.registry.queries.consents import latest
from wayhome.registry.queries.retention import due
from wayhome.registry.sealing import Sealer

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


@pytest.fixture
def register(process):
    return Register(process)


@pytest.fixture
def home(register):
    return register.household()


@pytest.fixture
def tamar(home):
    return home.head


@pytest.fixture
def nare(home):
    """Under 18."""
    return home.persons.get(given_name="Nare")


def yes(person, purpose="services", **more):
    return consents.give(person=person, actor=SYSTEM, purpose=purpose, given="signed", on=DAY, **more)


def test_silence_is_a_no_and_each_purpose_is_its_own(tamar):
    yes(tamar)
    assert consents.allows(tamar, "services") and not consents.allows(tamar, "statistics")


def test_sharing_names_its_partner(tamar):
    with pytest.raises(InvalidInput, match="with whom"):
        yes(tamar, "sharing")
    yes(tamar, "sharing", partner="Bridge Fund")
    assert consents.allows(tamar, "sharing", partner="Bridge Fund") and not consents.allows(tamar, "sharing", partner="Other")


def test_a_withdrawal_needs_no_reason_and_works_at_once(tamar):
    consent = yes(tamar)
    yes(tamar)
    consents.withdraw(consent=consent, actor=SYSTEM)
    assert not consents.allows(tamar, "services")
    assert [one.state for one in latest(tamar.consents.all())] == ["withdrawn"]
    assert not Consent.objects.filter(consents.in_force()).exists()
    with pytest.raises(Conflict):
        consents.withdraw(consent=consent, actor=SYSTEM)
    consents.give(person=tamar, actor=SYSTEM, purpose="services", given="signed", on=timezone.localdate())
    assert consents.allows(tamar, "services", on=timezone.localdate() + timedelta(days=1))


def test_a_refusal_is_kept_and_ends_a_yes(tamar):
    yes(tamar)
    consents.refuse(person=tamar, actor=SYSTEM, purpose="services", on=DAY + timedelta(days=1))
    assert not consents.allows(tamar, "services") and [one.state for one in latest(tamar.consents.all())] == ["refused"]


def test_consent_ends_on_its_day(tamar):
    yes(tamar, expires_on=DAY + timedelta(days=10))
    assert consents.allows(tamar, "services", on=DAY + timedelta(days=10))
    assert not consents.allows(tamar, "services", on=DAY + timedelta(days=11))
    with pytest.raises(InvalidInput, match="end before"):
        yes(tamar, "statistics", expires_on=DAY)


def test_a_child_decides_with_a_guardian_and_an_adult_alone(home, tamar, nare):
    with pytest.raises(InvalidInput, match="under 18"):
        yes(nare)
    yes(nare, by_guardian=tamar)
    with pytest.raises(InvalidInput, match="alone"):
        yes(tamar, by_guardian=home.persons.get(given_name="Suren"))
    with pytest.raises(InvalidInput, match="of age"):
        yes(nare, "statistics", by_guardian=nare)


def test_an_oral_yes_has_a_witness(tamar):
    with pytest.raises(InvalidInput, match="witness"):
        consents.give(person=tamar, actor=SYSTEM, purpose="services", given="oral", on=DAY)


def test_the_legal_basis_is_the_officers(process, person):
    with pytest.raises(Forbidden):
        consents.set_purpose(process=process, actor=Actor.of(person("case_worker")), purpose="statistics", legal_basis="consent")
    row = consents.set_purpose(process=process, actor=Actor.of(person("dpo")), purpose="statistics", legal_basis="public")
    assert row.legal_basis == "public"


def everything(person):
    """A person with something in every table."""
    persons.add_name(person=person, actor=SYSTEM, given_name="Թամար", family_name="Այվելին")
    documents.add(person=person, actor=SYSTEM, kind="passport", number="ZZ 987654")
    needs.record(person=person, actor=SYSTEM, code="ER-NF")
    needs.write_note(person=person, actor=SYSTEM, kind="protection", text="Fears a neighbour")
    persons.set_status(person=person, actor=SYSTEM, status="idp", on=DAY)
    persons.change(person=person, actor=SYSTEM, phone="091 777888", reason="New number")
    yes(person)


def dump():
    """The whole database as text, with bytes as they are."""
    text = io.StringIO()
    call_command("dumpdata", "registry", "core", stdout=text, verbosity=0)
    stored = b"".join(bytes(value) for value in SealedValue.objects.values_list("ciphertext", flat=True))
    return text.getvalue(), stored


def test_a_copy_of_the_database_reads_no_sealed_value(tamar):
    everything(tamar)
    text, stored = dump()
    assert "Ayvelin" in text
    for plain in ("987654", "ER-NF", "Fears a neighbour"):
        assert plain not in text and plain.encode() not in stored


def test_a_sealed_value_opens_for_its_person_alone(tamar, nare):
    sealed = needs.record(person=tamar, actor=SYSTEM, code="ER-NF").code
    assert Sealer(tamar.process).decrypt(sealed, tamar.uid) == "ER-NF"
    for uid in (nare.uid, uuid4()):
        with pytest.raises(WayhomeError, match="another record"):
            Sealer(tamar.process).decrypt(sealed, uid)


def test_erasing_leaves_that_it_was_done_and_nothing_it_said(home, tamar):
    everything(tamar)
    moves.split(household=home, leaving=[tamar], head=tamar, actor=SYSTEM)
    pk, ref = tamar.pk, tamar.ref
    erasing.erase(person=tamar, actor=SYSTEM, note="Asked in writing")
    text, _stored = dump()
    for said in ("Tamar", "Թամար", "091 777888", "777888", "New number"):
        assert said not in text
    assert not SealedValue.objects.exists() and not PersonName.objects.exists() and not Person.objects.filter(pk=pk).exists()
    assert not FieldChange.objects.filter(person_id=pk).exists()
    assert all(line["person"] != pk for event in HouseholdEvent.objects.all() for line in event.detail["moved"])
    erasure = Erasure.objects.get(record=ref)
    assert erasure.ground == "request" and erasure.note == "Asked in writing"
    entry = AuditEntry.objects.get(action="person.erased")
    assert entry.detail["person"] == ref and AuditEntry.objects.filter(action="household.erased").exists()
    home.refresh_from_db()
    assert home.head is None and home.persons.count() == 3


def test_the_last_of_a_household_takes_it_along(register):
    home = register.household([{"given_name": "Lala"}])
    erasing.erase(person=home.head, actor=SYSTEM)
    assert not Household.objects.exists() and Erasure.objects.count() == 2


def test_who_may_erase(tamar, person):
    for role in ("reader", "case_worker", "editor", "administrator"):
        with pytest.raises(Forbidden):
            erasing.erase(person=tamar, actor=Actor.of(person(role)))


def test_what_waits_for_a_decision_comes_first(tamar, monkeypatch):
    monkeypatch.setattr(erasing, "_guards", [lambda one: ("Claim C-001 is open.", "Decide it first.") if one == tamar else None])
    with pytest.raises(Conflict, match="C-001") as refused:
        erasing.erase(person=tamar, actor=SYSTEM)
    assert "Nothing was erased" in str(refused.value.remedy)
    tamar.refresh_from_db()


def test_records_fall_due_by_the_last_confirmation(process, home, tamar):
    households.change(household=home, actor=SYSTEM, registered_on=date(2015, 3, 1))
    assert due(process).count() == 4
    households.confirm(household=home, actor=SYSTEM)
    assert not due(process).exists()
    retention.choose(process=process, actor=SYSTEM, retention_months=0)
    Household.objects.update(confirmed_on=date(2001, 1, 1))
    assert not due(process).exists()


def test_a_record_is_kept_longer_for_a_reason(process, home, tamar):
    Household.objects.update(registered_on=date(2015, 3, 1))
    with pytest.raises(InvalidInput):
        retention.keep(person=tamar, actor=SYSTEM, until=date(2199, 1, 1), reason="")
    retention.keep(person=tamar, actor=SYSTEM, until=date(2199, 1, 1), reason="A claim is open")
    assert tamar not in due(process) and due(process).count() == 3


def test_what_is_due_is_listed_or_erased_as_the_process_set(process, home, monkeypatch):
    Household.objects.update(registered_on=date(2015, 3, 1))
    ran = retention.run(process=process, actor=SYSTEM)
    assert (ran.due, ran.erased) == (4, []) and Person.objects.count() == 4
    retention.choose(process=process, actor=SYSTEM, retention_deletes=True)
    monkeypatch.setattr(
        erasing, "_guards", [lambda one: ("A claim is open.", "Decide it.") if one.given_name == "Nare" else None]
    )
    ran = retention.run(process=process, actor=SYSTEM)
    assert len(ran.erased) == 3 and len(ran.waiting) == 1 and Person.objects.get().given_name == "Nare"
    assert set(Erasure.objects.values_list("ground", flat=True)) == {"retention"}


def test_the_report_opens_everything_and_logs_each_opening(tamar, person):
    everything(tamar)
    with pytest.raises(Forbidden):
        reports.open_everything(person=tamar, actor=Actor.of(person("reader")), purpose="She asked")
    with pytest.raises(InvalidInput):
        reports.open_everything(person=tamar, actor=SYSTEM, purpose=" ")
    opened = reports.open_everything(person=tamar, actor=SYSTEM, purpose="She asked for it")
    assert set(opened.values()) == {"ZZ 987654", "ER-NF", "Fears a neighbour"}
    assert AuditEntry.objects.filter(action="sealed.opened", detail__purpose="She asked for it").count() == 3


def test_an_open_claim_holds_an_erasure_back_and_a_closed_one_keeps_no_name(process, tamar, person):
    from tests.apps.registry.land import Land
    from wayhome.registry.actions import claim_steps
    from wayhome.registry.claim_states import ClaimState

    land = Land(process, person("editor"), person("process_lead"))
    claim = land.claim(tamar)
    with pytest.raises(Conflict, match=claim.ref) as refused:
        erasing.erase(person=tamar, actor=SYSTEM)
    assert "Close the claim" in str(refused.value.remedy)
    claim_steps.transition(claim, ClaimState.CLOSED, actor=land.judge, on=DAY, note="Withdrawn by the family")
    ref = tamar.ref
    erasing.erase(person=tamar, actor=SYSTEM)
    claimant = claim.claimants.get()
    assert claimant.person is None and claimant.name == f"{ref}, erased" and claimant.name_key == ""
