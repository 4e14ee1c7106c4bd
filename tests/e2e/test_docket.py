"""The docket in a real browser: keys, picks, filters without a reload, steps on an ask, a phone, right to left; axe finds nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.e2e.axe import faults
from tests.factories import House, ago, today
from wayhome.core.actors import SYSTEM
from wayhome.dialogue.actions import evidence, moves
from wayhome.dialogue.states import Position

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def house(process):
    house = House(process)
    first = house.ask("Let a joint mission visit the upper valley", on=ago(99), with_document=True)
    house.ask("Keep the school open", addressee=house.envoy, on=ago(60), with_document=True)
    house.ask("Receive observers", addressee=house.envoy, drafted=True)
    evidence.add_evidence(subject=first, actor=SYSTEM, title="A visit was made", source="The ministry", figure=1)
    return house


DOCKET = "/p/lirva/dialogue/docket/"


def refs(page) -> list[str]:
    return page.locator("tbody .ref").all_inner_texts()


def test_keys_move_pick_and_open_and_the_bar_appears_with_the_picks(house, editor, open_window):
    page = open_window(editor)
    page.goto(DOCKET)
    assert refs(page) == ["A-001", "A-002", "A-003"]
    bar = page.locator(".bulkbar")
    assert bar.is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.picked .ref").all_inner_texts() == ["A-001", "A-002"]
    assert bar.is_visible() and "2 picked" in bar.inner_text()
    page.keyboard.press("*")
    assert "3 picked" in bar.inner_text()
    page.get_by_role("button", name="Clear").click()
    bar.wait_for(state="hidden")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docket/asks/1/")
    assert page.complaints == []


def test_filters_and_views_work_without_a_reload_and_the_address_can_be_kept(house, editor, open_window):
    page = open_window(editor)
    page.goto(DOCKET)
    page.evaluate("window.kept = true")
    page.get_by_label("Words in any language").fill("school")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=school"))
    assert refs(page) == ["A-002"]
    page.get_by_role("link", name=re.compile("^Open")).click()
    page.locator(".views a[aria-current]", has_text="Open").wait_for()
    assert refs(page) == ["A-002"]
    page.get_by_role("link", name=re.compile("^All")).click()
    page.locator(".views a[aria-current]", has_text="All").wait_for()
    page.get_by_label("Position").select_option("drafted")
    page.get_by_label("Words in any language").fill("")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url(re.compile("position=drafted"))
    page.wait_for_function("document.querySelectorAll('tbody .ref').length === 1")
    assert refs(page) == ["A-003"]
    assert page.evaluate("window.kept") is True  # the page was never loaded anew
    kept = page.url
    page.goto(DOCKET)
    page.goto(kept)
    assert refs(page) == ["A-003"]
    assert page.complaints == []


def test_a_deadline_for_several_asks_then_an_answer_on_one(house, editor, open_window):
    page = open_window(editor)
    page.goto(DOCKET)
    page.keyboard.press("*")
    page.get_by_role("button", name="Set deadline").click()
    page.get_by_label("Due on").fill((today() + timedelta(days=5)).isoformat())
    page.get_by_role("button", name="Set deadline").click()
    page.wait_for_url(re.compile("/docket/$"))
    words = page.locator("main").inner_text()
    assert "2 asks: deadline set." in words and "A-003: No clock runs before the ask is delivered." in words
    assert page.get_by_text("5 days left").count() == 2
    reply = house.reply(text="We cannot let a mission visit this year.", on=ago(3))
    page.goto(f"{DOCKET}asks/1/")
    page.get_by_role("link", name="Refused").click()
    page.get_by_label("Where it says so").select_option(str(reply.pk))
    page.get_by_label("The words").fill("We cannot let a mission visit")
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url("**/docket/asks/1/")
    words = page.locator("main").inner_text()
    assert "answered: Refused" in words and "We cannot let a mission visit" in words
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(house, lead, open_window, scheme):
    moves.move(ask=house.ask("Give the list", on=ago(50)), position=Position.ACKNOWLEDGED, actor=SYSTEM, on=ago(40))
    page = open_window(lead, color_scheme=scheme)
    for path in (
        "docket/",
        "docket/asks/1/",
        "docket/asks/4/",
        "docket/asks/1/steps/deferred/",
        "docket/asks/1/steps/assess/",
        "docket/asks/1/ladder/",
        "docket/asks/new/",
        "docket/step/?step=remind&ask=1",
        "docket/calendar/",
        "commitments/",
        "commitments/new/",
        "commitments/instruments/",
        "search/?q=school",
        "ladder/",
    ):
        page.goto(f"/p/lirva/dialogue/{path}")
        assert faults(page) == [], path
    assert page.complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(house, lead, open_window, language, width):
    lead.language = language
    lead.save()
    page = open_window(lead, viewport={"width": width, "height": 800}, has_touch=True)
    for path in (
        "docket/",
        "docket/asks/1/",
        "docket/asks/1/steps/deferred/",
        "commitments/instruments/",
        "search/?q=school",
        "ladder/",
    ):
        page.goto(f"/p/lirva/dialogue/{path}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (path, over)
    assert page.complaints == []


def test_without_script_the_docket_filters_picks_and_steps(house, editor, open_window):
    page = open_window(editor, java_script_enabled=False)
    page.goto(DOCKET)
    page.locator("#fq").fill("school")
    page.get_by_role("button", name="Filter").click()
    assert refs(page) == ["A-002"]
    page.locator("tbody input[name=ask]").check()
    page.get_by_role("button", name="Log a note").click()
    page.get_by_label("Note").fill("Rang the office.")
    page.get_by_role("button", name="Log a note").click()
    assert "1 ask: note logged." in page.locator("main").inner_text()
