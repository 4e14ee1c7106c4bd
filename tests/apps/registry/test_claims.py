"""Claims: every allowed and forbidden step, shares, matches, the second person, concerns, delivery."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.registry.land import SQUARE, Land, square
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry import claim_codes, claim_tables
from wayhome.registry import claim_validators as valid
from wayhome.registry.actions import claim_evidence, claim_links, claim_steps, claims, notices
from wayhome.registry.actions.claims import NewClaimant
from wayhome.registry.claim_states import NOTICE_STEPS, TRANSITIONS, ClaimState, LinkJudgement, NoticeState
from wayhome.registry.models import Claim, ClaimEvent, ClaimLink, ClaimNotice
from wayhome.registry.queries import claim_matches

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(process, person):
    return Land(process, person("case_worker"), person("process_lead"), person("editor"))


# --- the table of states


@pytest.mark.parametrize("before", list(ClaimState))
def test_every_pair_of_states_is_allowed_or_refused_as_the_table_says(land, before):
    claim = land.at(before)
    assert claim.state == before
    for after in ClaimState:
        outcome = "granted" if after == ClaimState.DECIDED else ""
        events = ClaimEvent.objects.count()
        if after in TRANSITIONS[before]:
            with transaction.atomic():
                claim_steps.transition(claim, after, actor=land.judge, on=date(2025, 10, 1), note="why", outcome=outcome)
                claim.refresh_from_db()
                assert claim.state == after
                assert ClaimEvent.objects.latest("id").after == after
                transaction.set_rollback(True)
        else:
            with pytest.raises(Conflict):
                claim_steps.transition(claim, after, actor=land.judge, on=date(2025, 10, 1), note="why", outcome=outcome)
        claim.refresh_from_db()
        assert ClaimEvent.objects.count() == events


def test_the_database_refuses_states_that_contradict_themselves(land):
    claim = land.at(ClaimState.LODGED)
    for change in (
        {"state": "lost"},
        {"state": "decided"},  # without a decision
        {"repossessed_on": date(2025, 1, 1)},
        {"outcome": "granted"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimEvent.objects.create(claim=claim, kind="step", before="lodged", after="decided", on=date(2025, 1, 1))


def test_decided_is_not_repossessed_and_the_statistics_keep_them_apart(land):
    from wayhome.registry.queries.claims import figures

    land.at(ClaimState.DECIDED)
    land.at(ClaimState.REPOSSESSED)
    rows, total = figures(land.process)
    assert (total.lodged, total.decided, total.repossessed) == (2, 2, 1)
    assert len(rows) == 1 and rows[0].area is None


def test_a_step_taken_on_an_old_view_of_the_claim_is_refused(land):
    claim = land.at(ClaimState.NOTIFIED)
    with pytest.raises(Conflict) as caught:
        claim_steps.step(claim=claim, to=ClaimState.UNDER_REVIEW, actor=land.clerk, seen="lodged")
    assert caught.value.code == "changed"


def test_going_back_and_closing_need_a_reason(land):
    claim = land.at(ClaimState.UNDER_REVIEW)
    for to in (ClaimState.NOTIFIED, ClaimState.CLOSED):
        with pytest.raises(InvalidInput) as caught:
            claim_steps.step(claim=claim, to=to, actor=land.judge)
        assert caught.value.field == "note"


# --- who decides


def test_who_lodged_a_claim_does_not_decide_it(land):
    claim = land.claim(actor=land.judge)
    land.review(claim)
    with pytest.raises(Conflict) as caught:
        land.decide(claim)
    assert caught.value.code == "second_person"
    assert claim.decisions.count() == 0


def test_an_appeal_is_decided_by_another_person_than_the_first_decision(land, person, process):
    claim = land.at(ClaimState.APPEALED)
    with pytest.raises(Conflict) as caught:
        land.decide(claim, outcome="refused", remedy="")
    assert caught.value.code == "second_person"
    from wayhome.accounts.models import Membership, User
    from wayhome.core.actors import Actor

    other = User.objects.create_user("second@example.org", full_name="Second Lead")
    Membership.objects.create(user=other, process=process, role="process_lead")
    claim_steps.decide(
        claim=claim, outcome="refused", reasons="The deed was forged.", actor=Actor.of(other), on=date(2025, 12, 1)
    )
    assert [decision.on_appeal for decision in claim.decisions.all()] == [True, False]
    assert (claim.outcome, claim.state) == ("refused", "decided")


def test_permissions(land, person):
    from wayhome.core.actors import Actor

    reader = Actor.of(person("reader"))
    claim = land.at(ClaimState.UNDER_REVIEW)
    with pytest.raises(Forbidden):
        claim_steps.step(claim=claim, to=ClaimState.NOTIFIED, actor=reader, note="why")
    with pytest.raises(Forbidden):
        claim_steps.decide(claim=claim, outcome="refused", reasons="No paper names them.", actor=land.clerk)
    with pytest.raises(Forbidden):
        claim_steps.step(claim=claim, to=ClaimState.CLOSED, actor=land.clerk, note="why")


def test_every_change_is_in_the_log(land):
    claim = land.at(ClaimState.REPOSSESSED)
    actions = list(AuditEntry.objects.filter(subject_type="registry.claim", subject_id=claim.pk).values_list("action", flat=True))
    assert actions.count("claim.step") == 5
    assert {"claim.lodged", "claim.decided", "claim.notice_prepared", "claim.notice_step"} <= set(actions)


def test_a_decision_says_what_it_grants_and_why(land):
    claim = land.at(ClaimState.UNDER_REVIEW)
    for bad, field in (
        ({"outcome": "granted", "remedy": ""}, "remedy"),
        ({"outcome": "refused", "remedy": "restitution"}, "remedy"),
        ({"outcome": "maybe"}, "outcome"),
    ):
        with pytest.raises(InvalidInput) as caught:
            land.decide(claim, **bad)
        assert caught.value.field == field
    with pytest.raises(InvalidInput):
        claim_steps.decide(claim=claim, outcome="refused", reasons="no", actor=land.judge)


def test_nothing_is_enforced_that_was_not_granted(land):
    claim = land.deliver(land.decide(land.claim(), outcome="refused"))
    with pytest.raises(Conflict) as caught:
        claim_steps.step(claim=claim, to=ClaimState.ENFORCED, actor=land.judge)
    assert caught.value.code == "not_granted"


# --- secondary occupants and delivery


def test_an_occupant_who_was_not_told_or_has_no_other_home_is_a_concern_that_needs_a_reason(land):
    claim = land.notify(land.claim())
    occupant = claim_evidence.add_occupant(claim=claim, actor=land.clerk, name="A family of five", people=5, need="needed")
    claim = Claim.objects.get(pk=claim.pk)
    with pytest.raises(InvalidInput) as caught:
        claim_steps.step(claim=claim, to=ClaimState.UNDER_REVIEW, actor=land.clerk)
    assert caught.value.code == "concerns" and occupant.ref in str(caught.value)
    told = notices.prepare(claim=claim, kind="lodging", occupant=occupant, actor=land.clerk, channel="hand")
    notices.mark(notice=told, state="sent", actor=land.clerk)
    claim_steps.step(claim=claim, to=ClaimState.UNDER_REVIEW, actor=land.clerk)
    land.deliver(land.decide(claim))
    assert any(occupant.ref in concern for concern in claim_steps.concerns(claim, "enforced"))
    claim_steps.step(
        claim=claim, to=ClaimState.ENFORCED, actor=land.judge, despite=True, note="The municipality houses them from Monday."
    )
    assert occupant.ref in ClaimEvent.objects.latest("id").note
    claim_evidence.change_occupant(claim=claim, occupant=occupant, actor=land.clerk, need="provided", left_on=date(2025, 12, 1))
    assert claim_steps.concerns(Claim.objects.get(pk=claim.pk), "repossessed") == []


def test_a_decision_nobody_is_known_to_have_received_is_a_concern(land):
    claim = land.decide(land.claim())
    assert len(claim_steps.concerns(claim, "enforced", date(2026, 1, 1))) == 1
    land.deliver(claim)
    assert claim_steps.concerns(claim, "enforced", date(2026, 1, 1)) == []
    assert len(claim_steps.concerns(claim, "enforced", date(2025, 9, 15))) == 1  # the days to appeal


@pytest.mark.parametrize("before", list(NoticeState))
def test_every_step_of_a_delivery(land, before):
    claim = land.claim()
    path = {"prepared": [], "sent": ["sent"], "received": ["sent", "received"], "returned": ["sent", "returned"]}[before]
    notice = notices.prepare(claim=claim, kind="hearing", to_text="The village elder", actor=land.clerk)
    for state in path:
        notices.mark(notice=notice, state=state, actor=land.clerk, proof="signed")
    for after in NoticeState:
        fresh = ClaimNotice.objects.get(pk=notice.pk)
        if after in NOTICE_STEPS[before]:
            with transaction.atomic():
                notices.mark(notice=fresh, state=after, actor=land.clerk, proof="signed")
                assert ClaimNotice.objects.get(pk=notice.pk).state == after
                transaction.set_rollback(True)
        else:
            with pytest.raises(Conflict):
                notices.mark(notice=fresh, state=after, actor=land.clerk, proof="signed")


def test_received_needs_what_shows_it(land):
    notice = notices.prepare(claim=land.claim(), kind="hearing", to_text="Somebody", actor=land.clerk)
    notices.mark(notice=notice, state="sent", actor=land.clerk)
    with pytest.raises(InvalidInput):
        notices.mark(notice=notice, state="received", actor=land.clerk)


# --- shares, outlines, keys


def test_shares_as_people_write_them():
    assert valid.share("1/4") == valid.share("25 %") == valid.share("¼") == valid.share("0,25") == Fraction(1, 4)
    assert valid.share("1") == 1 and valid.share(" ") is None
    for bad in ("5/4", "0", "-1/2", "1/0", "half", "120 %"):
        with pytest.raises(InvalidInput):
            valid.share(bad)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda p: p[0] <= p[1]), max_size=6))
def test_shares_never_come_to_more_than_the_whole(pairs):
    shares = [Fraction(a, b) for a, b in pairs]
    if sum(shares) > 1:
        with pytest.raises(InvalidInput):
            valid.check_sum(shares)
    else:
        assert valid.check_sum([*shares, None]) == sum(shares)


def test_a_claim_with_shares_over_the_whole_is_not_lodged(land):
    with pytest.raises(InvalidInput) as caught:
        land.claim(land.person("A"), land.person("B"), shares=("2/3", "1/2"))
    assert caught.value.field == "share" and "7/6" in str(caught.value)
    assert not Claim.objects.exists()
    claim = land.claim(land.person("A"), "Heirs of Suren", shares=("2/3", "1/3"))
    assert claim.claimants.count() == 2


@pytest.mark.parametrize(
    "given, word",
    [
        ("{", "GeoJSON"),
        ("[]", "GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "polygon"),
        ('{"type": "Polygon", "coordinates": [[[0,0],[1,1],[0,1],[1,0],[0,0]]]}', "crosses"),
        (
            '{"type": "Polygon", "coordinates": [[[500000,4400000],[500100,4400000],[500100,4400100],[500000,4400000]]]}',
            "degrees",
        ),
        ('{"type": "Polygon", "coordinates": [[[0,0],[9,0],[9,9],[0,0]]]}', "wide"),
        ('{"type": "Polygon", "coordinates": [[["a",0],[9,0],[9,9],[0,0]]]}', "GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "polygon"),
    ],
)
def test_what_is_wrong_with_an_outline_is_said(given, word):
    with pytest.raises(InvalidInput) as caught:
        valid.outline(given)
    assert word in str(caught.value) and caught.value.field == "outline"


def test_outlines_as_they_come():
    stored, box = valid.outline({"type": "Feature", "properties": {}, "geometry": SQUARE})
    assert stored["type"] == "Polygon" and box == (45.0, 40.0, 45.001, 40.001)
    # 0.001 degree at 40 north: 111.195 m by 85.18 m
    assert valid.size_m2(stored) == pytest.approx(111.195 * 85.18, rel=0.01)
    two, _box = valid.outline(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": g} for g in (SQUARE, square(45.1, 40))]}
    )
    assert two["type"] == "MultiPolygon"
    assert valid.overlap(SQUARE, square(45.0005, 40.0)) == pytest.approx(0.5)


def test_tables_of_codes_have_words_and_sources():
    for table in (claim_tables.conditions(), claim_tables.rights(), claim_tables.losses(), claim_tables.evidence_kinds()):
        assert all(row.words and row.source for row in table.values())
    assert {row.gate for row in claim_tables.conditions().values()} <= set(claim_tables.GATE_WORDS)
    assert set(claim_tables.CONDITION_WORDS) == set(claim_tables.conditions())
    assert {row.strength for row in claim_tables.evidence_kinds().values()} == set(claim_tables.STRENGTH_WORDS)


# --- matches


def links(claim):
    return {
        (claim_matches.other_end(link, claim).number, link.kind): [reason[0] for reason in link.reasons]
        for link in claim_matches.links_of(claim)
    }


def test_the_same_home_is_found_by_number_address_and_outline(land):
    meshul, kul = land.area("Meshul"), land.area("Kul")
    one = land.claim(holding={"address": "Mill Lane 7", "area": meshul, "cadastral_number": "AZ-07/112", "outline": SQUARE})
    two = land.claim(holding={"address": "MILL lane, 7", "area": meshul})
    three = land.claim(holding={"cadastral_number": "az 07 112"})
    four = land.claim(holding={"outline": square(45.0005, 40.0)})
    land.claim(holding={"address": "Mill Lane 7", "area": kul})  # another village has a Mill Lane too
    land.claim(holding={"outline": square(45.001, 40.0)})  # a neighbour: the outlines touch
    assert links(one) == {
        (two.number, "property"): ["address"],
        (three.number, "property"): ["cadastral"],
        (four.number, "property"): ["outline"],
    }


def test_the_same_claimant_is_found_across_records_judged_one_person(land):
    first, second = land.person("Tamar"), land.person("Թամար", "Այվելին")
    one, two = land.claim(first), land.claim(second, right="tenancy")
    assert links(one) == {}
    second.identity = first
    second.save()
    claim_links.seek(one, actor=land.clerk)
    assert links(one) == links(one) == {(two.number, "claimant"): ["same_identity"]}
    three = land.claim(first)
    assert links(three)[one.number, "claimant"] == ["same_person"]


def test_heirs_written_in_words_are_matched_by_name_within_the_place(land):
    meshul = land.area("Meshul")
    one = land.claim("Ayvelin Suren", holding={"address": "Upper Street 1", "area": meshul})
    two = land.claim(land.person("Suren", "AYVELIN"), holding={"address": "Orchard by the river", "area": meshul})
    land.claim("Suren Ayvelin", holding={"address": "Elsewhere 1", "area": land.area("Kul")})
    assert links(one) == {(two.number, "claimant"): ["same_name"]}


def test_no_award_while_a_match_is_not_judged(land):
    person = land.person("Tamar")
    one, two = land.claim(person), land.claim(person)
    land.review(one)
    with pytest.raises(Conflict) as caught:
        land.decide(one)
    assert caught.value.code == "not_judged" and two.ref in str(caught.value)
    assert one.decisions.count() == 0 and Claim.objects.get(pk=one.pk).state == "under_review"
    link = ClaimLink.objects.get()
    claim_links.judge(claim=one, link=link, judgement=LinkJudgement.DUPLICATE, note="Lodged at both offices", actor=land.clerk)
    with pytest.raises(Conflict):
        land.decide(one)
    claim_steps.step(claim=two, to=ClaimState.CLOSED, actor=land.judge, note="The same as the first")
    land.decide(one)
    assert one.outcome == "granted"


def test_a_refusal_needs_no_judgement_on_matches(land):
    person = land.person("Tamar")
    one = land.claim(person)
    land.claim(person)
    land.decide(one, outcome="refused")
    assert one.outcome == "refused"


def test_a_judgement_survives_when_matches_are_sought_again(land):
    person = land.person("Tamar")
    one = land.claim(person)
    land.claim(person)
    claim_links.judge(
        claim=one, link=ClaimLink.objects.get(), judgement=LinkJudgement.APART, note="Two homes, one owner", actor=land.clerk
    )
    assert claim_links.seek(one, actor=land.clerk) == []
    assert ClaimLink.objects.get().judgement == LinkJudgement.APART
    land.decide(land.review(one))


def test_corrections_are_logged_by_field_and_end_with_the_decision(land):
    person = land.person("Tamar")
    claim = land.claim(person, "Heirs of Suren", shares=("1/2", "1/2"))
    kept = claim.claimants.get(person=person).pk
    changed = claims.correct(
        claim=claim,
        actor=land.clerk,
        changes={"right": "tenancy"},
        holding={"address": "Mill Lane 8", "cadastral_number": "12/7"},
        claimants=[NewClaimant(person=person, share=Fraction(1))],
    )
    assert changed == ["right", "holding.address", "holding.cadastral_number", "claimants"]
    assert claim.claimants.get().pk == kept
    entry = AuditEntry.objects.filter(action="claim.corrected").get()
    assert "Mill Lane" not in str(entry.detail)
    assert claims.correct(claim=claim, actor=land.clerk, changes={"right": "tenancy"}) == []
    land.decide(claim)
    with pytest.raises(Conflict):
        claims.correct(claim=claim, actor=land.clerk, changes={"right": "use"})


def test_records_of_another_process_are_refused(land, other_process, person):
    away = Land(other_process, person("process_lead", other_process), person("process_lead", other_process))
    with pytest.raises(InvalidInput):
        land.claim(away.person("Dara"))
    with pytest.raises(InvalidInput):
        land.claim(holding={"address": "Far away 1", "area": away.area("Ostra")})
    with pytest.raises(InvalidInput):
        land.claim(household=away.household())


# --- evidence and the code


def test_evidence_stands_unchecked_a_copy_is_weaker_and_a_check_says_how(land):
    claim = land.claim()
    deed = claim_evidence.add(claim=claim, kind="deed", title="Deed of 1984", actor=land.clerk)
    copy = claim_evidence.add(claim=claim, kind="deed", title="Copy of it", copy=True, actor=land.clerk)
    assert (deed.strength, copy.strength, deed.standing) == (3, 2, "unchecked")
    with pytest.raises(InvalidInput):
        claim_evidence.check(item=deed, standing="confirmed", note="", actor=land.clerk)
    claim_evidence.check(item=deed, standing="confirmed", note="Archive of Velmar, 3 May", actor=land.clerk)
    assert deed.standing == "confirmed"
    with pytest.raises(InvalidInput):
        claim_evidence.add(claim=claim, kind="rumour", title="Heard", actor=land.clerk)


def test_a_code_is_read_as_people_type_it_and_a_new_one_ends_the_old(land):
    given = claims.lodge(
        process=land.process,
        actor=land.clerk,
        claimants=[NewClaimant(name="Somebody")],
        holding={"address": "Mill Lane 7"},
        right="use",
    )
    claim, code = given.claim, given.code
    assert code.replace("-", "") not in claim.code_digest
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert claim_codes.fits(typed, claim.uid, claim.code_digest)
    assert not claim_codes.fits("0000-0000-0000", claim.uid, claim.code_digest)
    assert not claim_codes.fits("", claim_codes.NOBODY, "")
    new = claims.give_code(claim=claim, actor=land.clerk)
    assert not claim_codes.fits(code, claim.uid, claim.code_digest) and claim_codes.fits(new, claim.uid, claim.code_digest)
