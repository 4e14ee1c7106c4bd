"""The pages of Who is who: what they show, what they log, how many queries they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wayhome.core.models import AuditEntry
from wayhome.registry.models import CandidatePair, Household, Judgement, Person
from wayhome.registry.states import Band, PairState

pytestmark = pytest.mark.django_db
WHO = "/p/lirva/registry/who/"


def make(process, n, **more):
    household = Household.objects.create(process=process, number=n)
    left = Person.objects.create(process=process, number=2 * n, given_name="Թամար", household=household, origin_text="Meshul")
    right = Person.objects.create(process=process, number=2 * n + 1, given_name="Тамара", origin_text="Upper Meshul")
    reasons = [
        {
            "field": "given_name",
            "code": "x",
            "direction": "for",
            "weight": 92,
            "left": "tamar",
            "right": "tamara",
            "words": "two scripts",
        }
    ]
    return CandidatePair.objects.create(
        process=process, left=left, right=right, probability=0.94, band=Band.REVIEW, reasons=reasons, value=1 / n, **more
    )


def test_the_queue_costs_the_same_for_one_and_thirty_pairs(process, as_user, person):
    client = as_user(person("case_worker"))
    make(process, 1)
    client.get(WHO)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get(WHO).status_code == 200
    for n in range(2, 31):
        make(process, n)
    with CaptureQueriesContext(connection) as thirty:
        page = client.get(WHO).content.decode()
    assert len(one) == len(thirty) and page.count('class="ttl"') == 30


def test_a_pair_shows_letters_that_differ_and_why_and_its_reading_is_logged(process, as_user, person):
    pair = make(process, 1)
    page = as_user(person("case_worker")).get(f"{WHO}{pair.pk}/").content.decode()
    assert "Upper " in page and '<mark class="dl">Upper </mark>' in page
    assert "two scripts" in page and 'tamar<mark class="dl">a</mark>' in page and 'value="92"' in page
    assert AuditEntry.objects.get(action="pair.read").detail == {"left": "P-002", "right": "P-003"}


def test_judging_leads_to_the_next_pair_and_back(process, as_user, person):
    first, second = make(process, 1), make(process, 2)
    client = as_user(person("case_worker"))
    answer = client.post(f"{WHO}{first.pk}/judge/", {"verdict": "same", "reason": "their neighbour says so"})
    assert answer.url == f"{WHO}{second.pk}/"
    page = client.get(f"{WHO}{first.pk}/").content.decode()
    assert "their neighbour says so" in page and "Take back" in page
    client.post(f"{WHO}judgements/{Judgement.objects.get().pk}/back/")
    assert CandidatePair.objects.get(pk=first.pk).state == PairState.OPEN
    assert "taken back on" in client.get(f"{WHO}{first.pk}/").content.decode()


def test_markup_in_a_name_is_text(process, as_user, person):
    pair = make(process, 1)
    Person.objects.filter(pk=pair.left_id).update(given_name="<script>alert(1)</script>")
    page = as_user(person("case_worker")).get(f"{WHO}{pair.pk}/").content.decode()
    assert "<script>a" not in page and "&lt;" in page


def test_two_records_named_by_hand(process, as_user, person):
    pair = make(process, 1)
    other = Person.objects.create(process=process, number=9)
    client = as_user(person("case_worker"))
    answer = client.post(f"{WHO}compare/", {"one": "p-9", "other": pair.left.ref}, follow=True)
    assert (
        CandidatePair.objects.filter(left=pair.left, right=other, run=None).exists()
        and "named by hand" in answer.content.decode()
    )
    assert "There is no person" in client.post(f"{WHO}compare/", {"one": "P-77", "other": "P-1"}, follow=True).content.decode()


def test_only_the_data_officer_sees_the_form_of_a_rule(process, as_user, person):
    assert "Switch on and apply" not in as_user(person("process_lead")).get(f"{WHO}rules/").content.decode()
    client = as_user(person("dpo"))
    assert "Switch on and apply" in client.get(f"{WHO}rules/").content.decode()
    given = {"name": "Sure", "minimum": "0.5", "reason": "checked on 200 pairs"}
    assert "Not saved" in client.post(f"{WHO}rules/", given).content.decode()
    assert client.post(f"{WHO}rules/", given | {"minimum": "0.99"}).status_code == 302


def test_a_lead_cannot_switch_a_rule_on_by_posting(process, as_user, person):
    from wayhome.registry.models import MergeRule

    as_user(person("process_lead")).post(f"{WHO}rules/", {"name": "Sure", "minimum": "0.99", "reason": "checked on 200 pairs"})
    assert not MergeRule.objects.exists()
