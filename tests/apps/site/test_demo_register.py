"""The demo's register, small: it goes in by the use cases, a second load changes nothing, and the log stays whole."""

from __future__ import annotations

from datetime import date

import pytest

from wayhome.accounts.models import Process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.models import AuditEntry
from wayhome.engines.population.registry import generate_registry
from wayhome.places.models import Area, PlaceMatch
from wayhome.places.shipped import bring_in_lirva_valley
from wayhome.registry.actions import import_work, importing, undoing, wave_tables, waves
from wayhome.registry.models import (
    CandidatePair,
    Claim,
    ClaimEvent,
    Consent,
    Household,
    Import,
    Intention,
    Judgement,
    Person,
    SealedValue,
    Wave,
)
from wayhome.site.demo import load, register

pytestmark = pytest.mark.django_db
COUNTED = (
    *(Area, PlaceMatch, Import, Person, Household, SealedValue, Consent, Wave, Intention, Claim, ClaimEvent),
    *(CandidatePair, Judgement, AuditEntry),
)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


@pytest.fixture
def valley(db):
    process = Process.objects.create(slug="lirva", name="Return to the Lirva Valley", is_demo=True)
    staff = load.people(process, "a-long-password-for-tests")
    bring_in_lirva_valley(process=process, actor=Actor.of(staff["editor"], "cli"))
    return process, staff


def test_a_small_register_loads_and_loads_again_without_a_change(valley) -> None:
    process, staff = valley
    said: list[str] = []
    register.load_register(process=process, staff=staff, tell=said.append, households=50)
    first = counts()
    assert first["Import"] == 5 and set(Import.objects.values_list("state", flat=True)) == {"done"}
    assert first["Person"] > 180 and first["Household"] >= 40, first
    assert Person.objects.exclude(origin=None).count() > first["Person"] / 3
    assert (
        Wave.objects.exclude(closed_on=None).count() == 3 and Wave.objects.get(closed_on=None).asked.count() == first["Household"]
    )
    assert Intention.objects.filter(asked_on__gt=date.today()).count() == 0 < first["Intention"]
    assert first["Claim"] >= 10 and Claim.objects.exclude(state="lodged").exists()
    assert first["Consent"] and first["Judgement"], first
    assert Judgement.objects.values("by").distinct().count() == 2
    assert Person.objects.exclude(identity=None).exists(), "records judged the same stand as one person"
    assert list(audit.verify()) == []
    assert any("lists:" in line for line in said)

    said.clear()
    register.load_register(process=process, staff=staff, tell=said.append, households=50)
    assert counts() == first and said == []


@pytest.fixture
def office(valley, tmp_path):
    """The demo's office with the files of ten households before it."""
    process, staff = valley
    generate_registry(tmp_path, 10, register.SEED, by_households=True)
    return register.Valley(process, staff, date.today(), len, tmp_path)


def test_lists_whose_load_was_killed_go_on_with_each_row_once(office, monkeypatch) -> None:
    commit, calls = import_work.commit_now, []

    def killed(*args, **more):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return commit(*args, **more)

    monkeypatch.setattr(import_work, "commit_now", killed)
    with pytest.raises(KeyboardInterrupt):
        register.bring_in_lists(office)
    monkeypatch.undo()
    assert sorted(Import.objects.values_list("state", flat=True)) == ["committing", "done"]
    register.bring_in_lists(office)
    assert set(Import.objects.values_list("state", flat=True)) == {"done"} and Import.objects.count() == 5
    rows = list(Person.objects.values_list("list_name", "source_row"))
    assert len(rows) == len(set(rows)) == sum(source.counts["persons"] for source in Import.objects.all())

    source = Import.objects.get(list_name=register.LISTS["tracing"])
    importing.begin(source, Import.State.UNDOING)
    undoing.undo_now(source.pk)
    register.bring_in_lists(office)
    assert Person.objects.count() == len(rows) - source.counts["persons"], "what somebody took back is not brought in again"


def test_a_table_of_one_answer_is_read_by_its_first_row(office) -> None:
    """Words such as “family” and “phone” below the headings do not make a row of answers the headings."""
    register.bring_in_lists(office)
    wave = waves.open_wave(
        process=office.process,
        name="One",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 1, 9),
        language="en",
        actor=office.actor("editor"),
    )
    row = next(row for row in office.rows("intentions") if row["list"] != "tracing" and row["wish"] == "return")
    table = wave_tables.upload(wave=wave, name="a.csv", data=register._table(office, [row]), actor=office.actor("editor"))
    assert wave_tables.commit(table=table, actor=office.actor("editor"))["new"] == 1
    assert Intention.objects.get().get_wish_display() == "Return"
