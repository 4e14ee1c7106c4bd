"""A process as an instance: what goes in, what is left out and why, and that nothing is guessed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.apps.plans.land import LONG_AGO, START, TODAY, Land
from wayhome.core.actors import SYSTEM
from wayhome.engines.planning import Instance
from wayhome.plans.actions import scenarios
from wayhome.plans.bridge import preparing, solving
from wayhome.plans.models import GateAssumption, WorkChoice
from wayhome.plans.months import month_at
from wayhome.registry.actions import consents
from wayhome.registry.models import Consent, Household, Intention, Person, ProcessingPurpose, SpecificNeed, Wave
from wayhome.registry.sealing import Sealer
from wayhome.registry.states import SealedKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(land, ilse):
    return scenarios.make(process=land.process, actor=ilse, name="Steady funding", start=START, months=12)


def prepared(scenario):
    return preparing.prepare(scenario.process, scenario, today=TODAY)


def left(scenario):
    return {row["code"]: row["households"] for row in prepared(scenario).counts["left"]}


def test_the_tables_are_an_instance_of_the_contract(land, scenario):
    made = prepared(scenario)
    instance = solving.instance_from(made.settings, made.tables)
    assert isinstance(instance, Instance)
    assert (instance.households, instance.periods, instance.currency) == (12, 12, "EUR")
    assert set(instance.area_ids) == {"VM0101", "VM0102"}  # Old Tavrek is closed and nothing says when it opens
    assert set(instance.project_ids) == {"KUL-WAT", "KUL-HOM"}
    assert float(instance.budget.sum()) == 100_000
    at = list(instance.hub_ids).index("VM0901")
    assert set(instance.transport[at]) == {12}  # seats on file
    assert set(instance.transport[1 - at]) == {scenario.transport_each}
    assert not made.counts["left"]


def test_each_household_that_is_left_out_is_counted_with_its_reason(land, scenario):
    land.household(land.meshul, land.camp, wish="stay")
    land.household(land.meshul, land.camp, wish="undecided")
    land.household(land.meshul, land.camp, wish="")
    land.household(None, land.camp)
    land.household(land.meshul, None)
    land.household(land.tavrek, land.camp)
    land.household(land.valley.other_kul, land.camp)
    empty = land.household(land.meshul, land.camp)
    Person.objects.filter(household=empty).delete()
    Household.objects.filter(pk=empty.pk).update(size_stated=None)
    refusing = land.household(land.meshul, land.camp)
    Consent.objects.create(
        process=land.process, person=refusing.persons.first(), purpose="services", refused=True, given_on=LONG_AGO
    )
    twice = land.household(land.meshul, land.camp)
    twice.persons.update(identity=land.homes[0].persons.first())
    gone = land.household(land.meshul, land.camp)
    Household.objects.filter(pk=gone.pk).update(closed_on=LONG_AGO)
    assert left(scenario) == {
        **dict.fromkeys(("stay", "undecided", "no_wish", "place_undecided", "present_unknown", "gate_closed"), 1),
        **dict.fromkeys(("no_homes_on_file", "no_members", "refused", "counted_twice"), 1),
    }
    made = prepared(scenario)
    assert made.counts["households"] == 22 and made.counts["planned"] == 12
    closed = next(row for row in made.counts["left"] if row["code"] == "gate_closed")
    assert (closed["area"], closed["gates"]) == (land.tavrek.pk, ["clearance"])


def test_consent_is_needed_where_it_is_the_legal_basis(land, scenario):
    ProcessingPurpose.objects.create(process=land.process, purpose="services", legal_basis="consent")
    assert left(scenario) == {"no_consent": 12}
    person = land.homes[0].persons.first()
    given = Consent.objects.create(process=land.process, person=person, purpose="services", given_on=LONG_AGO, given="written")
    assert left(scenario) == {"no_consent": 11}
    consents.withdraw(consent=given, actor=SYSTEM, on=TODAY)
    assert left(scenario)["refused"] == 1


def test_the_last_answer_counts_and_a_silence_takes_nothing_back(land, scenario):
    later = Wave.objects.create(
        process=land.process, number=2, name="Survey 2", starts_on=LONG_AGO + timedelta(200), ends_on=TODAY, language="en"
    )
    one, other, third = land.homes[:3]
    say = {"process": land.process, "wave": later}
    Intention.objects.create(**say, household=one, wish="stay")
    Intention.objects.create(**say, household=other, wish="no_answer", silence="not_reached")
    Intention.objects.create(**say, household=third, wish="no_answer", silence="declined")
    assert left(scenario) == {"stay": 1, "no_answer": 1}


def test_needs_ages_and_earliest_months(land, scenario):
    home = land.household(land.meshul, land.camp, when_from=month_at(START, 3) + timedelta(5))
    child = Person.objects.create(
        process=land.process,
        number=901,
        household=home,
        birth_from=date(TODAY.year - 9, 1, 1),
        birth_to=date(TODAY.year - 9, 1, 1),
    )
    Person.objects.create(
        process=land.process,
        number=902,
        household=home,
        birth_from=date(TODAY.year - 2, 1, 1),
        birth_to=date(TODAY.year - 2, 1, 1),
    )
    sealed = Sealer(land.process).seal(child, SealedKind.NEED, "DS")
    SpecificNeed.objects.create(person=child, code=sealed)
    member = next(one for one in prepared(scenario).members if one.household_id == home.pk)
    assert (member.persons, member.children, member.clinic, member.earliest) == (3, 1, 1, 4)


def test_a_gate_opens_by_its_works_by_an_expected_day_or_by_an_assumption(land, scenario):
    land.household(land.tavrek, land.camp)
    scenarios.set_part(
        scenario=scenario,
        actor=SYSTEM,
        part="gates",
        rows=[{"area_id": land.tavrek.pk, "kind": "clearance", "expected": month_at(START, 5), "reason": "Talks"}],
    )
    made = prepared(scenario)
    gate = next(one for one in made.projects if one.gate_kind)
    assert (gate.duration, gate.cost, gate.gate, gate.expected) == (5, 0.0, True, True)
    assert made.latest_starts[gate.key] == 0 and made.counts["planned"] == 13
    GateAssumption.objects.all().delete()
    assert left(scenario) == {"gate_closed": 1}
    land.shut.gate.works.add(land.clearance)
    made = prepared(scenario)
    assert next(one for one in made.projects if one.work_id == land.clearance.pk).gate
    assert not made.counts["left"]
    scenarios.set_part(scenario=scenario, actor=SYSTEM, part="works", rows=[{"work_id": land.clearance.pk, "inclusion": "out"}])
    assert left(scenario) == {"gate_closed": 1}  # its only work is left out


def test_works_left_out_changed_or_begun(land, scenario):
    WorkChoice.objects.create(scenario=scenario, work_id=land.water.pk, inclusion="out")
    made = prepared(scenario)
    assert [row["code"] for row in made.counts["works_left"]] == ["work_out", "work_after_out"]
    WorkChoice.objects.all().delete()
    WorkChoice.objects.create(scenario=scenario, work_id=land.water.pk, duration=5, cost=Decimal(7), earliest=month_at(START, 2))
    made = prepared(scenario)
    water = next(one for one in made.projects if one.key == "KUL-WAT")
    assert (water.duration, water.cost, water.after) == (5, 7.0, "KUL-WAT wait")
    WorkChoice.objects.all().delete()
    land.water.state, land.water.started_on = "under_way", month_at(START, -1)
    land.water.save()
    water = next(one for one in prepared(scenario).projects if one.key == "KUL-WAT")
    assert (water.duration, water.cost, water.fixed_start) == (1, 0.0, 0)


def test_mixed_currencies_are_named_and_a_rate_settles_them(land, scenario):
    land.roofs.currency = "USD"
    land.roofs.save()
    made = prepared(scenario)
    with pytest.raises(solving.Flawed) as refused:
        solving.instance_from(made.settings, made.tables)
    assert any("USD" in flaw.found or "USD" in flaw.problem for flaw in refused.value.flaws)
    scenarios.set_part(
        scenario=scenario,
        actor=SYSTEM,
        part="rates",
        rows=[{"currency": "usd", "rate": Decimal("0.5"), "on": TODAY, "source": "Central bank"}],
    )
    made = prepared(scenario)
    instance = solving.instance_from(made.settings, made.tables)
    assert sorted(instance.cost) == [20_000, 30_000]


def test_more_people_cost_no_more_queries(process, editor, lead, ilse, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    land = Land(process, editor, lead, households=1)
    scenario = scenarios.make(process=process, actor=ilse, name="A", start=START, months=12)
    with CaptureQueriesContext(
        connection,
    ) as one:
        prepared(scenario)
    for _n in range(29):
        land.household(land.kul, land.camp)
    with django_assert_num_queries(len(one)):
        assert prepared(scenario).counts["planned"] == 30
