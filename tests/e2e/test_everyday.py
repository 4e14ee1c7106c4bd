"""The docket, replies, outside links and the public timeline of the demo, as served: one installation, a real worker, real windows."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest

from tests.e2e.running import EDITOR, LEAD

pytestmark = pytest.mark.e2e
DOCKET = "/p/lirva/dialogue/docket/"


def refs(page):
    return page.locator("tbody .ref").all_inner_texts()


def faults(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_the_docket_is_filtered_searched_and_worked_on_in_bulk(running, window):
    page = window(LEAD)
    page.goto(DOCKET)
    everything = refs(page)
    assert len(everything) >= 20
    # words in two scripts, and a part of the word
    for words, expected in (("школу", "A-011"), ("учителя", "A-012"), ("transport", "A-004"), ("familles", "A-013")):
        page.goto(DOCKET)
        page.get_by_label("Words in any language").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("q="))
        page.wait_for_function("n => document.querySelectorAll('tbody .ref').length < n", arg=len(everything))
        assert expected in refs(page), words
    page.goto(DOCKET + "?position=refused")
    assert refs(page) == ["A-011"]
    # everything, by the search in the top bar
    page.goto("/p/lirva/")
    page.keyboard.press("/")
    page.keyboard.type("cemetery")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("search/"))
    assert page.locator("main a", has_text=re.compile("cemetery", re.I)).count() >= 1

    # pick by key, remind in bulk
    page.goto(DOCKET + "?view=silent")
    silent = refs(page)
    page.goto(DOCKET)
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    picked = page.locator("tr.picked .ref").all_inner_texts()
    assert len(picked) == 2
    page.get_by_role("button", name="Remind", exact=True).click()
    page.get_by_role("button", name="Remind", exact=True).click()
    page.wait_for_url(re.compile("/docket/$"))
    assert re.search(r"2 asks: ", page.locator("main").inner_text()), page.locator(".messages").inner_text()
    assert running.one("select count(*) from dialogue_reminder") == 2

    # escalate one that has no reply in bulk; the ladder says to whom
    page.goto(DOCKET + "?view=all")
    page.locator("input[name=ask][value='8']").check()
    page.get_by_role("button", name="Escalate").click()
    party = page.locator("main form select").first
    if not party.input_value():
        party.select_option(index=1)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/docket/"))
    assert "1 ask" in page.locator(".messages").inner_text()
    page.goto(DOCKET + "asks/8/")
    assert page.locator(".ladder li").count() >= 2
    assert silent and page.complaints == []


def test_the_docket_is_cards_on_a_phone(window):
    page = window(LEAD, viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(DOCKET)
    row = page.locator("tbody tr").first.bounding_box()
    title = page.locator("tbody tr a.ttl").first.bounding_box()
    clock = page.locator("tbody tr .clock").first.bounding_box()
    assert clock["y"] >= title["y"] + title["height"] - 1, "one under the other"
    assert row["width"] <= 390 and faults(page) <= 0
    boxes = page.locator("button.btn, a.btn, .views a").evaluate_all(
        "all => all.map(e => [e.innerText, e.getBoundingClientRect().height]).filter(b => b[1] > 0)"
    )
    assert [box for box in boxes if box[1] < 43.5] == [], "under a finger, controls are 44 px high"
    page.get_by_role("link", name=re.compile("Outputs")).first.click()
    page.wait_for_load_state()
    assert faults(page) <= 0 and page.complaints == []


def test_a_reply_by_telephone_answers_two_asks(window):
    page = window(EDITOR)
    page.goto(DOCKET)
    for number in (1, 2):
        page.locator(f"input[name=ask][value='{number}']").check()
    page.get_by_role("button", name="Log a reply").click()
    page.get_by_label(re.compile("phone|telephone", re.I)).first.check()
    page.locator("[name=text]").fill(
        "The Prime Minister's office rang. The meeting is accepted for next month. No official can be named yet."
    )
    page.locator("[name=on]").fill(date.today().isoformat())
    page.get_by_role("button", name="Keep it and go on to the asks").click()
    page.wait_for_url(re.compile("/inbox/replies/"))
    page.locator("[name=a1-effect]").select_option("accepted")
    page.locator("[name=a2-effect]").select_option("acknowledged")
    page.get_by_role("button", name="Confirm what is chosen").click()
    page.locator(".messages").wait_for()
    page.goto(DOCKET + "asks/1/")
    assert "Accepted" in page.locator(".figures").inner_text()
    assert (
        "The meeting is accepted" in page.locator("#thread").inner_text()
        or "phone" in page.locator("#thread").inner_text().lower()
    )
    page.goto(DOCKET + "asks/2/")
    assert "Acknowledged" in page.locator(".figures").inner_text()
    assert page.complaints == []


def test_an_outside_link_is_answered_by_a_stranger_and_confirmed(running, window):
    lead = window(LEAD)
    lead.goto(DOCKET)
    for number in (17, 18):
        lead.locator(f"input[name=ask][value='{number}']").check()
    lead.get_by_role("button", name="Make a link").click()
    lead.get_by_label("Language").select_option("en")
    lead.get_by_role("button", name="Make the link").click()
    address = lead.locator("#made-url").input_value()
    assert address.startswith(running.url + "/answer/")

    stranger = window()
    stranger.goto(address)
    stranger.get_by_role("heading", level=1).wait_for()
    words = stranger.locator("body").inner_text()
    assert "Establish who gave the order at the bridge" in words and "Restore the Kul" not in words
    stranger.locator("[name=a17-effect][value=accepted]").check()
    stranger.locator("[name=a17-text]").fill("An inquiry was opened; its report is due in spring.")
    stranger.locator("#name").fill("R. Sand")
    stranger.get_by_role("button", name="Send the answers").click()
    stranger.locator("[role=status]").wait_for()
    assert stranger.context.cookies() == []

    lead.goto(DOCKET + "asks/17/")
    assert "Accepted" not in lead.locator(".figures").inner_text(), "nothing moves before a person confirms"
    lead.goto("/p/lirva/dialogue/inbox/")
    lead.locator("tbody a.ttl").first.click()
    lead.wait_for_url(re.compile("/inbox/replies/"))
    assert "An inquiry was opened" in lead.locator("main").inner_text()
    assert lead.locator("[name=a17-effect]").input_value() == "accepted"
    lead.get_by_role("button", name="Confirm what is chosen").click()
    lead.locator(".messages").wait_for()
    lead.goto(DOCKET + "asks/17/")
    assert "Accepted" in lead.locator(".figures").inner_text()

    # revoked, the address is a page no longer
    lead.goto("/p/lirva/dialogue/links/")
    lead.locator("main tbody a").first.click()
    lead.get_by_role("button", name="Revoke the link").click()
    lead.wait_for_load_state()
    assert stranger.goto(address).status in {404, 410}
    assert lead.complaints == []


def test_the_public_timeline_needs_no_log_in_and_keeps_back_what_is_withheld(running, window):
    page = window()
    assert page.goto("/public/lirva/").ok
    words = page.locator("body").inner_text()
    assert "Office of the Lirva Valley Community wrote to Prime Minister of Velmar" in words
    assert "We therefore propose a first meeting" in words
    assert "No reply on file as of" in words and "Weavers" not in page.content()
    assert page.locator(".accounts > div").count() == 2, "two accounts of one event, side by side"
    lefts = page.locator(".accounts > div").evaluate_all("all => all.map(e => Math.round(e.getBoundingClientRect().width))")
    assert abs(lefts[0] - lefts[1]) <= 1, "the same size for both"
    for path in page.locator("main a.evidence, main a.cite").evaluate_all("all => [...new Set(all.map(a => a.pathname))]"):
        assert page.goto(path).ok, path
        assert "Weavers" not in page.content()
    rows = list(csv.reader(io.StringIO(page.request.get("/public/lirva/timeline.csv").text().lstrip("\ufeff"))))
    assert len(rows) > 10
    json.loads(page.request.get("/public/lirva/timeline.jsonld").text())
    assert "<rss" in page.request.get("/public/lirva/timeline.rss").text()

    # an embargo takes an entry out until its day
    lead = window(LEAD)
    lead.goto("/p/lirva/outputs/timeline/")
    lead.locator("tbody a", has_text="Cadastre Agency").first.click()
    lead.locator("[name=embargo_until]").fill(f"{date.today() + timedelta(days=3)}T08:00")
    lead.get_by_role("button", name="Save").click()
    lead.locator(".messages", has_text="Saved.").wait_for()
    page = window()  # a new visitor: who has just been here may see what the browser keeps for a minute
    page.goto("/public/lirva/")
    assert "Cadastre Agency, Velmar replied" not in page.locator("body").inner_text()
    assert page.context.cookies() == [] and page.complaints == [] and lead.complaints == []
    assert running.one("select count(*) from dialogue_timelineitem where embargo_until is not null") >= 1
