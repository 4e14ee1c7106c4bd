"""Families of like claims decided by one text, samples drawn by a seed, and their results."""

from datetime import date

import pytest

from tests.apps.registry.land import Land
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.registry.actions import claim_evidence, claim_families, claim_links, claim_samples
from wayhome.registry.actions.claim_samples import drawn
from wayhome.registry.claim_states import FAMILY_STEPS, FamilyState, LinkJudgement
from wayhome.registry.models import Claim, ClaimFamily, ClaimLink
from wayhome.registry.queries.claim_merging import fields_of
from wayhome.registry.queries.claim_samples import result, wilson

pytestmark = pytest.mark.django_db
TEXT = "{claim}: {claimants} claimed {property}. The file holds {evidence}."


@pytest.fixture
def land(process, person):
    return Land(process, person("case_worker"), person("process_lead"), person("editor"))


def owned(land, *, deed=True, **fields):
    claim = land.review(land.claim(**fields))
    if deed:
        claim_evidence.add(claim=claim, kind="deed", title="Deed of 1984", actor=land.clerk)
    return claim


def family_of(land, **criteria):
    return claim_families.make(
        process=land.process, name="Deeds", why_alike="All hold a deed", criteria=criteria, actor=land.clerk
    )


def written(land, family, template=TEXT):
    return claim_families.write_template(
        family=family, outcome="granted", remedy="restitution", basis="Law, art. 12", template=template, actor=land.clerk
    )


def read_all(land, sample, finding="agrees"):
    for item in sample.items.all():
        claim_samples.review(item=item, finding=finding, note="read", actor=land.reader)


def test_a_family_is_gathered_by_criteria_and_leaves_competing_claims_outside(land):
    deeds = [owned(land) for _n in range(3)]
    owned(land, deed=False)
    owned(land, right="tenancy")
    land.claim()  # not yet under review
    rivals = [owned(land), owned(land)]
    link = ClaimLink.objects.create(one=rivals[0], other=rivals[1], kind="property", judgement=LinkJudgement.COMPETES)
    family = family_of(land, right="ownership", strength=3)
    assert set(family.claims.values_list("pk", flat=True)) == {claim.pk for claim in deeds}
    assert family.criteria == {"right": "ownership", "strength": "3"}
    link.delete()
    with pytest.raises(InvalidInput):
        family_of(land, right="use")


def test_each_claim_gets_reasons_of_its_own_and_those_whose_file_is_silent_are_left_out(land):
    one = owned(land)
    silent = owned(land, deed=False)
    family = written(land, family_of(land))
    would = claim_families.prepared(family, land.judge)
    assert [claim.pk for claim, _words in would.reasons] == [one.pk]
    words = would.reasons[0][1]
    assert one.ref in words and "Deed of 1984" in words and "Mill Lane" in words and "{" not in words
    assert [(row.claim.pk, "{evidence}" in row.why) for row in would.left_out] == [(silent.pk, True)]


def test_a_template_with_an_unknown_field_is_refused_and_names_those_there_are(land):
    owned(land)
    family = family_of(land)
    for bad in ("{claim} {income} and more words", "{claim and many more words", "{claim.process.slug} and more words"):
        with pytest.raises(InvalidInput) as caught:
            written(land, family, bad)
        assert caught.value.field == "template"
    assert fields_of(TEXT) == ["claim", "claimants", "property", "evidence"]


def test_a_family_is_decided_only_after_a_second_person_agreed_on_the_whole_sample(land):
    claims = [owned(land) for _n in range(6)]
    family = written(land, family_of(land))
    with pytest.raises(Conflict) as caught:
        claim_families.decide(family=family, actor=land.judge)
    assert caught.value.code == "no_sample"
    sample = claim_families.sample(family=family, size=3, seed=11, actor=land.clerk)
    with pytest.raises(Conflict) as caught:
        claim_families.decide(family=family, actor=land.judge)
    assert caught.value.code == "not_read"
    with pytest.raises(Conflict):  # the clerk lodged them
        claim_samples.review(item=sample.items.first(), finding="agrees", note="", actor=land.clerk)
    read_all(land, sample, "differs")
    with pytest.raises(Conflict) as caught:
        claim_families.decide(family=family, actor=land.judge)
    assert caught.value.code == "not_alike"
    sample = claim_families.sample(family=family, size=3, seed=12, actor=land.clerk)
    read_all(land, sample)
    with pytest.raises(Forbidden):
        claim_families.decide(family=family, actor=land.clerk)
    done = claim_families.decide(family=family, actor=land.judge)
    assert len(done.reasons) == 6 and done.left_out == []
    for claim in claims:
        claim.refresh_from_db()
        decision = claim.decisions.get()
        assert claim.state == "decided" and decision.family == family and claim.ref in decision.reasons
        assert claim.notices.filter(kind="decision").count() == claim.claimants.count()
    assert ClaimFamily.objects.get().state == FamilyState.DECIDED


def test_claims_with_a_match_found_at_the_last_moment_are_left_out_and_leave_the_family(land):
    tamar = land.person("Tamar")
    one, two = owned(land), land.review(land.claim(tamar))
    claim_evidence.add(claim=two, kind="deed", title="Deed", actor=land.clerk)
    family = written(land, family_of(land))
    read_all(land, claim_families.sample(family=family, size=1, seed=1, actor=land.clerk))
    land.claim(tamar)  # lodged after the sample
    done = claim_families.decide(family=family, actor=land.judge)
    assert [claim.pk for claim, _words in done.reasons] == [one.pk]
    two.refresh_from_db()
    assert two.state == "under_review" and two.family is None


def test_a_claim_lodged_by_the_decider_is_left_out(land):
    one = owned(land)
    mine = land.review(land.claim(actor=land.judge))
    claim_evidence.add(claim=mine, kind="deed", title="Deed", actor=land.clerk)
    family = written(land, family_of(land))
    read_all(land, claim_families.sample(family=family, size=1, seed=5, actor=land.clerk))
    done = claim_families.decide(family=family, actor=land.judge)
    assert [claim.pk for claim, _words in done.reasons] == [one.pk] and len(done.left_out) == 1


def test_a_changed_text_needs_a_new_sample(land):
    owned(land)
    family = written(land, family_of(land))
    read_all(land, claim_families.sample(family=family, size=1, actor=land.clerk))
    written(land, family, TEXT + " The right is shown.")
    assert family.state == FamilyState.GATHERING
    with pytest.raises(Conflict):
        claim_families.decide(family=family, actor=land.judge)


@pytest.mark.parametrize("before", list(FamilyState))
def test_every_step_of_a_family(land, before):
    owned(land)
    family = family_of(land)
    ClaimFamily.objects.filter(pk=family.pk).update(state=before)
    for after in FamilyState:
        if after in FAMILY_STEPS[before]:
            claim_families.transition(family, after, actor=land.clerk)
            ClaimFamily.objects.filter(pk=family.pk).update(state=before)
        else:
            with pytest.raises(Conflict):
                claim_families.transition(family, after, actor=land.clerk)


def test_the_same_seed_draws_the_same_claims_in_any_order():
    numbers = list(range(1, 101))
    assert drawn(numbers, 10, 42) == drawn(numbers[::-1], 10, 42) != drawn(numbers, 10, 43)
    assert len(set(drawn(numbers, 10, 42))) == 10


def test_quality_is_read_by_somebody_who_neither_lodged_nor_decided(land, person, process):
    for _n in range(4):
        land.decide(land.claim())
    sample = claim_samples.draw_for_quality(
        process=process, decided_from=date(2025, 1, 1), decided_to=date(2025, 12, 31), size=4, actor=land.clerk
    )
    items = list(sample.items.all())
    for actor in (land.clerk, land.judge):
        with pytest.raises(Conflict):
            claim_samples.review(item=items[0], finding="agrees", note="", actor=actor)
    for item, finding in zip(items, ("agrees", "agrees", "differs", "unclear"), strict=True):
        claim_samples.review(item=item, finding=finding, note="why", actor=land.reader)
    found = result(sample)
    assert (found.drawn, found.read, found.agrees, found.differs, found.unclear) == (4, 4, 2, 1, 1)
    assert found.low < 0.25 < found.high
    with pytest.raises(InvalidInput):
        claim_samples.draw_for_quality(
            process=process, decided_from=date(2025, 1, 1), decided_to=date(2025, 12, 31), size=5, actor=land.clerk
        )


def test_the_interval_of_a_share():
    assert wilson(0, 0) is None
    low, high = wilson(0, 10)
    assert low == 0 and high == pytest.approx(0.278, abs=0.002)  # the rule of three says 0.3
    assert wilson(10, 10)[1] == 1
    low, high = wilson(50, 100)
    assert (low, high) == (pytest.approx(0.404, abs=0.001), pytest.approx(0.596, abs=0.001))


def test_a_dissolved_family_lets_its_claims_go(land):
    claim = owned(land)
    family = family_of(land)
    claim_families.dissolve(family=family, actor=land.clerk)
    assert Claim.objects.get(pk=claim.pk).family is None
    assert claim_links.seek(claim, actor=land.clerk) == []
    assert isinstance(land.judge, Actor)
