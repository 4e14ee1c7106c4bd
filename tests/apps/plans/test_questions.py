"""Questions to a plan and studies of it, answered by the engine itself."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.apps.plans.solved import solved
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.plans.actions import asking, studying
from wayhome.plans.bridge import asking as bridge
from wayhome.plans.forms.questions import AskForm
from wayhome.plans.models import Study, WhatIf

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(process, editor):
    return solved(process, editor)


def test_a_household_is_told_what_would_bring_it_forward_and_it_is_checked_by_planning_again(
    as_user, editor, run, monkeypatch
) -> None:
    monkeypatch.setattr(bridge, "SECONDS", 0.5)
    client = as_user(editor)
    key = run.returns.get(period=5).key
    address = reverse("plan_household", args=[run.process.slug, run.number, key])
    text = client.get(address).content.decode()
    assert "there are 1 more homes in Meshul" in text and "3 months earlier" in text
    question = re.search(r"there are 1 more homes in Meshul.*?name=\"question\" value=\"([^\"]+)\"", text, re.S).group(1)
    assert client.post(reverse("plan_ask", args=[run.process.slug, run.number]), {"question": question}).url == address
    asked = WhatIf.objects.get()
    assert asked.key == key and asked.household.ref == key and asked.changes[0]["kind"] == "Places"
    assert asking.answer_now(asked.pk) == "answered"
    asked.refresh_from_db()
    before, after = asked.effect["this"]
    assert (before, after) == (5, 2)
    text = client.get(address).content.decode()
    assert "checked by planning again" in text
    assert AuditEntry.objects.filter(action="plan.what_if").get().detail["household"] == key
    asked.household.delete()
    assert not WhatIf.objects.exists()


def test_the_same_question_twice_is_one(run, editor) -> None:
    actor = Actor.of(editor)
    changes = [{"kind": "Crew", "crew": "repair", "units": 1}]
    assert asking.ask(run=run, changes=changes, actor=actor) == asking.ask(run=run, changes=changes, actor=actor)


def test_a_question_that_names_nothing_of_the_plan_is_refused(run, editor, person) -> None:
    actor = Actor.of(editor)
    for changes in (
        [{"kind": "Crew", "crew": "divers", "units": 1}],
        [{"kind": "Dance"}],
        [{"kind": "Crew", "crew": "repair"}],
        [{"kind": "StartWork", "project_id": "W-001", "by": 99}],
        [{"kind": "Crew", "crew": "repair", "units": 1, "path": "/etc"}],
    ):
        with pytest.raises(InvalidInput):
            asking.ask(run=run, changes=changes, actor=actor)
    with pytest.raises(Forbidden):
        asking.ask(run=run, changes=[{"kind": "Crew", "crew": "repair", "units": 1}], actor=Actor.of(person("reader")))
    assert not WhatIf.objects.exists()


def test_a_forged_question_is_not_found(as_user, editor, run) -> None:
    address = reverse("plan_ask", args=[run.process.slug, run.number])
    assert as_user(editor).post(address, {"question": "eyJ4Ijoi:forged"}).status_code == 404


def test_the_form_asks_for_what_its_question_needs(run) -> None:
    bad = AskForm(run, {"kind": "crew", "target": "place:LV01"})
    assert not bad.is_valid() and set(bad.errors) == {"target", "n"}
    assert not AskForm(run, {"kind": "less", "n": "120"}).is_valid()
    third = AskForm(run, {"kind": "less", "n": "33.3", "month": "2"})
    assert third.is_valid() and third.changes() == [{"kind": "BudgetTimes", "factor": 0.667, "since": 2}]
    closed = AskForm(run, {"kind": "closed", "target": "place:LV01", "month": "4"})
    assert closed.is_valid() and closed.changes() == [{"kind": "CloseArea", "area_id": "LV01", "until": 4}]


def test_what_holds_people_back_is_added_up(as_user, editor, run) -> None:
    text = as_user(editor).get(reverse("plan_why", args=[run.process.slug, run.number])).content.decode()
    assert "Old Tavrek is closed" in text and "No free homes in Meshul" in text
    assert "Which" in text and "H-0" not in text


def test_a_plan_is_tried_with_the_same_luck_as_another(as_user, editor, process, run) -> None:
    other = solved(process, editor, name="Later", homes_start=3, places={**run.keys["areas"], **run.keys["hubs"]})
    study = studying.ask_sturdy(run=run, other=other, actor=Actor.of(editor), draws=30, duration=0.3, cost=0.2, withdraw=0.1)
    with pytest.raises(Conflict):
        studying.ask_sturdy(run=run, actor=Actor.of(editor))
    assert studying.study_now(study.pk) == "done"
    study.refresh_from_db()
    found = study.result
    assert found["draws"] == 30 and found["planned"] == [1, 1, 3, 3, 3, 4] and len(found["home"]) == 5
    assert all(low <= high for low, high in zip(found["home"][0], found["home"][4], strict=True))
    assert 0 <= found["works_hold"] <= 1 and len(found["difference"]) == 3
    text = as_user(editor).get(reverse("plan_studies", args=[run.process.slug, run.number])).content.decode()
    assert "with the same luck" in text and 'class="outer"' in text


def test_prices_are_shown_with_how_far_they_hold(as_user, editor, run) -> None:
    study = studying.ask_prices(run=run, actor=Actor.of(editor), most=1)
    assert studying.study_now(study.pk) == "done", Study.objects.get().problem
    assert (
        "What one more unit returns"
        in as_user(editor).get(reverse("plan_studies", args=[run.process.slug, run.number])).content.decode()
    )


def test_draws_and_shares_have_limits(run, editor) -> None:
    for given in ({"draws": 0}, {"draws": 5000}, {"duration": 1.5}):
        with pytest.raises(InvalidInput):
            studying.ask_sturdy(run=run, actor=Actor.of(editor), **given)
