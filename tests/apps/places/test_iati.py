"""Works as IATI activities, and a check of structure that the standard's own annotated example passes."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from lxml import etree

from tests.apps.places.test_works import SAID
from tests.conftest import SHARED
from wayhome.core.actors import SYSTEM
from wayhome.places import iati
from wayhome.places.actions import funding, works

pytestmark = pytest.mark.django_db
EXAMPLE = SHARED / "data" / "IATI+IATI-Extra-Documentation" / "en__activity-standard__activity-standard-example-annotated.xml"


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the annotated example of the standard in ../shared/data is not here")
def test_the_standards_own_example_passes_and_each_change_to_it_is_named():
    data = EXAMPLE.read_bytes()
    assert iati.faults(data) == []
    root = etree.fromstring(data)

    def broken(change):
        copy = etree.fromstring(data)
        change(copy.find("iati-activity"))
        return iati.faults(etree.tostring(copy))

    assert root.find("iati-activity") is not None
    assert any("stands after" in one for one in broken(lambda a: a.append(a.find("title"))))
    assert any("title is missing" in one for one in broken(lambda a: a.remove(a.find("title"))))
    assert any("code “9”" in one for one in broken(lambda a: a.find("activity-status").set("code", "9")))
    assert any("not an element" in one for one in broken(lambda a: etree.SubElement(a, "cinema")))
    assert any("has no day" in one for one in broken(lambda a: a.find("activity-date").set("iso-date", "soon")))
    assert any("without amount" in one for one in broken(lambda a: a.find("budget/value").set("value-date", "")))
    assert any("not in order" in one for one in broken(lambda a: a.find("transaction").remove(a.find("transaction/value"))))
    assert iati.faults(b"<a")[0].startswith("not well formed")
    assert iati.faults(b"<a/>") == ["the root is not iati-activities of version 2"]


def test_works_go_out_with_their_money_dates_and_place(valley, as_user, person):
    process = valley.process
    fund = funding.organisation(process=process, actor=SYSTEM, name="A <fund> & co", kind="donor", iati_identifier="XM-F-1")
    board = funding.organisation(process=process, actor=SYSTEM, name="Water Board", kind="government")
    work = works.add(
        process=process, actor=SYSTEM, area=valley.kul, implementer=board, sector="14030", code="KW-1", language="en",
        planned_start=date(2027, 5, 1), **SAID,
    )  # fmt: skip
    works.add(process=process, actor=SYSTEM, area=valley.kul, **{**SAID, "title": "Without any date"})
    for stage, amount in (("pledged", 5), ("committed", 7), ("disbursed", 9)):
        funding.add(
            process=process, actor=SYSTEM, funder=fund, work=work, amount=Decimal(amount), currency="EUR", stage=stage,
            on=date(2027, 1, 1), reference=f"R-{stage}",
        )  # fmt: skip
    client = as_user(person("editor"))
    url = reverse("iati_activities", args=[process.slug])
    answer = client.get(url, {"org": "XM-EX-1", "name": "Office of the return"})
    assert answer.status_code == 200
    assert iati.faults(answer.content) == []
    [activity] = etree.fromstring(answer.content).findall("iati-activity")
    assert activity.findtext("iati-identifier") == f"XM-EX-1-{process.slug}-W-001"
    assert activity.findtext("title/narrative") == "Water intake"
    assert activity.find("activity-status").get("code") == "1"
    assert {(one.get("type"), one.get("iso-date")) for one in activity.findall("activity-date")} == {
        ("1", "2027-05-01"), ("3", "2027-10-01"),
    }  # fmt: skip
    assert activity.findtext("budget/value") == "41000.50"
    assert [one.find("transaction-type").get("code") for one in activity.findall("transaction")] == ["13", "11", "1"]
    assert activity.findtext("transaction/provider-org/narrative") == "A <fund> & co"
    assert [one.get("role") for one in activity.findall("participating-org")] == ["1", "4"]
    assert activity.find("location").get("ref") == "VM0101"
    assert activity.find("recipient-country") is None  # the valley's country is invented
    assert client.get(url, {"org": "no good"}).status_code == 422
    assert client.get(url).status_code == 422
