"""Judging pairs: four answers, two judges for sensitive records, everything can be taken back, nothing merges by itself."""

import pytest
from django.db import IntegrityError, transaction

from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import judging, rules
from wayhome.registry.models import CandidatePair, Judgement, Person, RegistrySettings
from wayhome.registry.states import Band, PairState, Precision

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(process):
    """Five records of which the first three are one person."""
    return [Person.objects.create(process=process, number=n, given_name=f"Tamar {n}") for n in range(1, 6)]


@pytest.fixture
def amina(person):
    return Actor.of(person("case_worker"))


@pytest.fixture
def boris(person):
    return Actor.of(person("process_lead"))


def identity(record):
    return Person.objects.get(pk=record.pk).identity_id


def test_same_joins_and_taking_it_back_parts_again(records, amina):
    a, b, c, *_ = records
    judging.judge(one=b, other=a, verdict="same", actor=amina, reason="knows the family")
    judging.judge(one=b, other=c, verdict="same", actor=amina)
    assert [identity(r) for r in (a, b, c)] == [a.pk] * 3
    first = Judgement.objects.get(left=a, right=b)
    judging.take_back(judgement=first, actor=amina, reason="two sisters")
    assert [identity(r) for r in (a, b, c)] == [None, b.pk, b.pk]
    first.refresh_from_db()
    assert first.retired_at and first.verdict == "same"
    actions = list(AuditEntry.objects.filter(action__startswith="pair.").values_list("action", flat=True))
    assert actions == ["pair.judged", "pair.judged", "pair.judgement_taken_back"]


def test_no_field_of_a_record_changes_by_a_merge(records, amina):
    a, b, *_ = records
    before = list(Person.objects.order_by("pk").values_list("given_name", "number", "household", "birth_from"))
    judging.judge(one=a, other=b, verdict="same", actor=amina)
    assert list(Person.objects.order_by("pk").values_list("given_name", "number", "household", "birth_from")) == before


def test_different_parts_what_others_joined(records, amina):
    a, b, c, *_ = records
    judging.judge(one=a, other=b, verdict="same", actor=amina)
    judging.judge(one=b, other=c, verdict="same", actor=amina)
    judging.judge(one=a, other=c, verdict="different", actor=amina)
    assert [identity(r) for r in (a, b, c)] == [a.pk, a.pk, None]
    assert AuditEntry.objects.order_by("-seq").first().detail["contradictions"] == 1


def test_a_sensitive_record_needs_two_judges(records, amina, boris, process):
    a, b, *_ = records
    Person.objects.filter(pk=b.pk).update(sensitive=True)
    pair = judging.judge(one=a, other=b, verdict="same", actor=amina)
    assert pair.state == PairState.SECOND and identity(a) is None
    with pytest.raises(Conflict):
        judging.judge(one=a, other=b, verdict="same", actor=amina)
    pair = judging.judge(one=a, other=b, verdict="same", actor=boris)
    assert pair.state == PairState.SAME and identity(b) == a.pk


def test_the_process_can_do_with_one_judge(records, amina, process):
    a, b, *_ = records
    Person.objects.filter(pk=b.pk).update(sensitive=True)
    RegistrySettings.objects.create(process=process, two_judges=False)
    assert judging.judge(one=a, other=b, verdict="same", actor=amina).state == PairState.SAME


def test_judges_who_differ_merge_nothing(records, amina, boris):
    a, b, *_ = records
    judging.judge(one=a, other=b, verdict="same", actor=amina)
    pair = judging.judge(one=a, other=b, verdict="different", actor=boris)
    assert pair.state == PairState.DISPUTED and identity(a) is None


def test_who_may_judge_and_take_back(records, person, amina, boris):
    a, b, *_ = records
    for role in ("reader", "dpo", "administrator"):
        with pytest.raises(Forbidden):
            judging.judge(one=a, other=b, verdict="same", actor=Actor.of(person(role)))
    judging.judge(one=a, other=b, verdict="same", actor=boris)
    with pytest.raises(Forbidden):
        judging.take_back(judgement=Judgement.objects.get(), actor=amina)


def test_what_is_no_pair(records, amina, other_process):
    a, *_ = records
    stranger = Person.objects.create(process=other_process, number=1)
    for other in (a, stranger):
        with pytest.raises(InvalidInput):
            judging.judge(one=a, other=other, verdict="same", actor=amina)
    with pytest.raises(InvalidInput):
        judging.judge(one=a, other=records[1], verdict="perhaps", actor=amina)


def test_the_database_keeps_pairs_in_order(records, process):
    a, b, *_ = records
    with pytest.raises(IntegrityError), transaction.atomic():
        CandidatePair.objects.create(process=process, left=b, right=a, probability=0.5, band=Band.REVIEW)


@pytest.fixture
def likely(records, process):
    from datetime import date

    Person.objects.filter(process=process).update(
        birth_from=date(1961, 3, 12), birth_to=date(1961, 3, 12), birth_precision=Precision.DAY
    )
    a, b, c, d, _e = records
    make = CandidatePair.objects.create
    return [
        make(process=process, left=a, right=b, probability=0.999, band=Band.AUTO),
        make(process=process, left=a, right=c, probability=0.995, band=Band.AUTO),
        make(process=process, left=c, right=d, probability=0.95, band=Band.REVIEW),
    ]


def on(process, actor, **more):
    given = {"minimum": 0.99, "same_birth_date": True, "same_document": False, "reason": "checked on 200 pairs by hand"} | more
    return rules.switch_on(process=process, name="Sure and born the same day", actor=actor, **given)


def test_nothing_is_merged_without_a_rule_and_only_the_data_officer_switches_one_on(likely, process, person, boris):
    assert not Judgement.objects.exists()
    for role in ("case_worker", "editor", "process_lead", "administrator"):
        with pytest.raises(Forbidden):
            on(process, Actor.of(person(role)))
    with pytest.raises(InvalidInput):
        on(process, Actor.of(person("dpo")), minimum=0.5)
    with pytest.raises(InvalidInput):
        on(process, Actor.of(person("dpo")), reason="ok")


def test_a_rule_judges_what_it_covers_and_is_taken_back_whole(likely, records, process, person, boris):
    officer = Actor.of(person("dpo"))
    rule = on(process, officer)
    assert rules.apply(rule=rule, actor=officer) == 2
    a, b, c, d, _e = records
    assert [identity(r) for r in (a, b, c, d)] == [a.pk, a.pk, a.pk, None]
    assert rules.apply(rule=rule, actor=officer) == 0
    assert rules.switch_off(rule=rule, actor=officer, take_back=True) == 2
    assert [identity(r) for r in (a, b, c, d)] == [None] * 4
    assert set(CandidatePair.objects.values_list("state", flat=True)) == {PairState.OPEN}
    assert [e.action for e in AuditEntry.objects.filter(action__startswith="rule.")] == [
        "rule.switched_on",
        "rule.applied",
        "rule.switched_off",
    ]


def test_a_rule_leaves_alone_what_a_person_said_and_what_is_sensitive(likely, records, process, person, boris):
    officer = Actor.of(person("dpo"))
    a, b, c, *_ = records
    judging.judge(one=a, other=b, verdict="unsure", actor=boris)
    Person.objects.filter(pk=c.pk).update(sensitive=True)
    assert rules.apply(rule=on(process, officer), actor=officer) == 0


def test_a_rule_that_asks_for_equal_documents_finds_them_by_their_digests(likely, records, process, person, settings, tmp_path):
    from wayhome.registry.sealing import Sealer
    from wayhome.registry.states import SealedKind

    settings.MASTER_KEY_FILE, settings.OLD_MASTER_KEY_FILES = tmp_path / "k", []
    officer = Actor.of(person("dpo"))
    a, b, c, *_ = records
    sealer = Sealer(process)
    for record, number in ((a, "AA 1"), (b, "aa-1"), (c, "AA 2")):
        sealer.seal(record, SealedKind.DOCUMENT_NUMBER, number)
    assert [p.right for p in rules.covered(on(process, officer, same_document=True))] == [b]
