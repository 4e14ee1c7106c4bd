"""Lists of people that leave the house: who is on them, what is not, what is logged."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from wayhome.core.models import AuditEntry
from wayhome.registry.models import Consent, Person

pytestmark = pytest.mark.django_db
OUT = "/p/lirva/registry/persons/list/"


def rows(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def people(process):
    today = timezone.localdate()
    made = {}
    for n, (name, terms) in enumerate(
        {
            "agreed": {},
            "other partner": {"partner": "River Clinic"},
            "withdrawn": {"withdrawn_on": today},
            "refused": {"refused": True},
            "expired": {"expires_on": today - timedelta(days=1)},
            "never asked": None,
        }.items(),
        start=1,
    ):
        person = Person.objects.create(process=process, number=n, given_name=name, phone="055 123", family_name="=HYPERLINK(1)")
        if terms is not None:
            given = {"purpose": "sharing", "partner": "Bridge Fund", "given_on": date(2026, 1, 1)}
            Consent.objects.create(process=process, person=person, **given | terms)
        made[name] = person
    return made


def test_only_who_agreed_to_this_partner_is_on_the_list(people, as_user, person):
    given = {"purpose": "sharing", "partner": "bridge fund", "why": "winter clothes"}
    head, tags, *found = rows(as_user(person("process_lead")).post(OUT, given))
    assert [row[2] for row in found] == ["agreed"]
    assert tags[0] == "#meta+id+person" and len(head) == len(tags)
    assert not any("055 123" in cell for row in found for cell in row)
    assert found[0][4] == "'=HYPERLINK(1)"
    detail = AuditEntry.objects.get(action="persons.taken_out").detail
    assert detail == {"purpose": "sharing", "partner": "bridge fund", "why": "winter clothes", "people": 1, "withheld": 5}


@pytest.mark.parametrize(
    "given",
    [
        {"purpose": "sharing", "partner": "", "why": "winter"},
        {"purpose": "statistics", "why": "a report"},
        {"purpose": "services", "why": ""},
    ],
)
def test_no_list_without_purpose_partner_and_reason(people, as_user, person, given):
    answer = as_user(person("process_lead")).post(OUT, given)
    assert answer.status_code == 200 and "Not saved" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="persons.taken_out").exists()
