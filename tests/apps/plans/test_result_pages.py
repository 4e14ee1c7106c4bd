"""The plan of a run on its pages: months, works, places, households and why then, two plans side by side."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.urls import reverse

from tests.apps.plans.solved import settlements, solved
from wayhome.core.models import AuditEntry
from wayhome.plans.queries import comparing, results
from wayhome.plans.states import RunState

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(process, editor):
    return solved(process, editor)


def page(client, name, run, **query):
    return client.get(reverse(name, args=[run.process.slug, run.number]), query)


def test_the_months_roll_from_the_figures_of_the_plan(as_user, editor, run) -> None:
    text = page(as_user(editor), "plan_months", run, month=3).content.decode()
    assert "August 2027" in text and "Meshul" in text
    rolling = json.loads(re.search(r'id="plan-rolling" type="application/json">(.*?)</script>', text).group(1))
    assert [rolling["places"]["LV01"][t][0] for t in range(6)] == [False, False, True, True, True, True]
    assert [rolling["places"]["LV01"][t][3] for t in range(6)] == ["0", "0", "2", "2", "2", "3"]
    assert [rolling["places"]["LV01"][t][1] for t in range(6)] == ["0", "0", "2", "2", "2", "4"]
    assert rolling["places"]["LV03"][5][5] == "closed" and rolling["totals"][5] == ["1", "4"]
    row = re.search(r'<tr data-place="LV01".*?</tr>', text, re.S).group(0)
    assert 'class="lamp open"' in row and ">2</td>" in row


def test_a_place_alone_answers_the_click(as_user, editor, run) -> None:
    client = as_user(editor)
    address = reverse("plan_months", args=[run.process.slug, run.number])
    part = client.get(address, {"place": "LV03", "month": "1"}, headers={"HX-Request": "true", "HX-Target": "plan-place"})
    text = part.content.decode()
    assert "<html" not in text and "Old Tavrek" in text and "nothing in this plan opens it" in text


def test_works_stand_in_their_months_and_those_left_out_are_named(run) -> None:
    started, left = results.gantt(results.board(run))
    assert [(row.work.key, row.before, row.span) for row in started] == [("W-001", range(0), 2), ("W-002", range(2), 3)]
    assert [work.key for work in left] == ["W-003", "W-004", "W-005"]
    assert started[1].place == "Meshul" and started[1].words == "Aug to Oct 2027"


def test_the_number_of_queries_does_not_grow_with_places_or_households(
    as_user, editor, run, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(40):
        page(as_user(editor), "plan_months", run)


def test_tables_to_take_along_hold_counts_and_no_household(as_user, editor, run) -> None:
    client = as_user(editor)
    months = list(csv.reader(io.StringIO(page(client, "plan_months_csv", run).content.decode("utf-8-sig"))))
    assert len(months) == 1 + 3 * 6 and ["Meshul", "2027-08", "1", "2", "2", "2", "8"] in months
    works = list(csv.reader(io.StringIO(page(client, "plan_works_csv", run).content.decode("utf-8-sig"))))
    assert works[1][:5] == ["W-001", "Meshul", "demining", "2027-06", "2027-08"]
    assert "H-0" not in str(months) + str(works)


def test_who_comes_home_is_read_by_those_who_read_the_registry_and_logged(as_user, editor, person, run) -> None:
    client = as_user(editor)
    text = page(client, "plan_households", run, place="LV01").content.decode()
    key = run.returns.filter(period=5).get().key
    assert text.count("Why then") == 3 and key in text
    entry = AuditEntry.objects.filter(action="plan.households_read").get()
    assert entry.detail["shown"] == 3 and entry.detail["area"] == run.keys["areas"]["LV01"]
    assert page(as_user(person("reader")), "plan_households", run).status_code in {403, 200}


def test_a_household_reads_when_where_and_why_not_sooner(as_user, editor, run) -> None:
    client = as_user(editor)
    key = run.returns.get(period=5).key
    text = client.get(reverse("plan_household", args=[run.process.slug, run.number, key])).content.decode()
    assert "November 2027" in text and "Meshul is closed until August 2027." in text
    assert "No home is free in Meshul before November 2027: of 2 there, 2 are taken." in text
    assert "W-002: from August 2027, done by November 2027." in text
    assert AuditEntry.objects.filter(action="plan.household_read").get().detail["household"] == key
    waiting = [key for key in keys_of(run) if not run.returns.filter(key=key).exists()]
    said = client.get(reverse("plan_household", args=[run.process.slug, run.number, waiting[-1]])).content.decode()
    assert "Not within this plan" in said and "Old Tavrek stays closed within this plan." in said
    assert client.get(reverse("plan_household", args=[run.process.slug, run.number, "H-999"])).status_code == 404


def keys_of(run) -> list[str]:
    from wayhome.plans.bridge.keeping import instance_of

    return instance_of(run).household_ids.tolist()


def test_two_plans_side_by_side(as_user, editor, process) -> None:
    places = settlements(process)
    a = solved(process, editor, places=places)
    b = solved(process, editor, name="A third less", homes_start=3, late=1, places=places)
    found = comparing.compare(a, b)
    by_title = {row.title: row for row in found.measures}
    assert by_title["Households home by Nov 2027"].a == "4" and by_title["Households home by Nov 2027"].b == "3"
    assert by_title["Households home by Nov 2027"].gain == -1
    assert by_title["Cost, USD"].change == "the same"
    assert [(pair.title, pair.bars[0][1][:3], pair.bars[1][1][:3]) for pair in found.works] == [("W-002", (2, 3, 1), (3, 3, 0))]
    assert found.same_works == 4
    text = as_user(editor).get(reverse("plan_compare", args=[process.slug]), {"a": a.number, "b": b.number}).content.decode()
    assert "A third less" in text and "1 fewer" in text and text.count("data-map=") == 2


def test_households_are_matched_between_plans_of_the_same_people(process, editor) -> None:
    a = solved(process, editor)
    b = solved(process, editor, name="Later", late=1, places={**a.keys["areas"], **a.keys["hubs"]})
    keys = dict(
        zip(b.returns.order_by("pk").values_list("pk", flat=True), a.returns.order_by("pk").values_list("key", flat=True))
    )
    for pk, key in keys.items():
        b.returns.filter(pk=pk).update(key=key)
    fates = {fate.group: fate for fate in comparing.compare(a, b).fates}
    assert (fates["Meshul"].later, fates["Meshul"].same, fates["Kul"].same) == (1, 2, 1)


def test_a_run_without_a_plan_has_no_such_page(as_user, editor, run) -> None:
    type(run).objects.filter(pk=run.pk).update(state=RunState.FAILED)
    assert page(as_user(editor), "plan_months", run).status_code == 404


def test_other_processes_have_no_such_page(as_user, editor, other_process, run) -> None:
    client = as_user(editor)
    for name in ("plan_months", "plan_households", "plan_months_csv"):
        assert client.get(reverse(name, args=[other_process.slug, run.number])).status_code == 404
