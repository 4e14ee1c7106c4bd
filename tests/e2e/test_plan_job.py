"""The main job of places and plans in a browser, on the demo: assess, open and close gates, plan for the whole register, read one
family's reasons, cut the budget by a third, compare, approve, plan again after a gate closes.

Importing the real boundaries is `test_places`.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

import pytest

from tests.e2e.axe import faults
from tests.e2e.running import EDITOR, LEAD

pytestmark = pytest.mark.e2e
PATIENCE = 180_000  # ms: for a run of the engine and what it compiles the first time


def number_of(page):
    return int(re.search(r"/runs/(\d+)/", page.url).group(1))


def solved(page):
    """Wait until the run of this page has a plan; gives its number."""
    page.get_by_role("link", name="See the plan").wait_for(timeout=PATIENCE)
    return number_of(page)


def home(page):
    """Households home at the end, as the page of the run says."""
    return int(re.sub(r"\D", "", page.locator(".figures dd").first.inner_text().split("of")[0].split("\n")[0]))


def test_from_an_assessment_to_a_plan_made_again_after_a_gate_closed(window, running):
    page, lead, mark = window(EDITOR), window(LEAD), secrets.token_hex(3)
    run_assessment(page)
    area, kind = open_a_gate(page, lead, running)

    # a scenario is proposed from what is on file and run with live progress
    page.goto("/p/lirva/plans/scenarios/new/")
    page.get_by_label("Name", exact=True).fill(f"As funded {mark}")
    page.locator("form.plain button.main").click()
    page.wait_for_url(re.compile(r"/scenarios/\d+/$"))
    scenario = page.url
    page.get_by_text(re.compile(r"households? (is|are) planned for|can be planned for|of \d")).first.wait_for()
    page.locator("[name=time_limit]").select_option("20")
    page.get_by_role("button", name=re.compile("^Run|^Plan")).first.click()
    page.wait_for_url(re.compile(r"/runs/\d+/$"))
    first = solved(page)
    steady = home(page)
    assert steady > 100

    # months roll on the map, a place and a family answer
    page.goto(f"/p/lirva/plans/runs/{first}/plan/")
    page.locator(".canvas[data-ready]").wait_for()
    page.locator("#plan-month").evaluate("slider => { slider.value = 1; slider.dispatchEvent(new Event('input')) }")
    begin = page.locator("tbody [data-cell=home]").all_inner_texts()
    page.locator("#plan-month").evaluate("slider => { slider.value = slider.max; slider.dispatchEvent(new Event('input')) }")
    end = page.locator("tbody [data-cell=home]").all_inner_texts()
    assert sum(map(int, end)) == steady > sum(map(int, begin))
    assert page.locator(".mapname small").first.inner_text()
    page.locator("#plan-why ol.reasons > li, #plan-why p.quiet").first.wait_for()
    page.locator("tbody a[data-plan-place]").nth(1).click()
    page.locator("#plan-place").get_by_role("link", name="Who goes there, and when").wait_for()
    page.locator("#plan-place").get_by_role("link", name="Who goes there, and when").click()
    page.get_by_role("link", name="Why then").last.click()
    page.get_by_role("heading", name="Why not sooner").wait_for()
    assert page.locator("ol.reasons > li, p.quiet").count() > 0
    assert not faults(page)

    # a third of the money less, side by side
    page.goto(scenario + "copy/")
    page.get_by_label("Name of the copy").fill(f"A third less {mark}")
    page.get_by_label("Share of the budget, per cent").fill("66.7")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.wait_for_url(re.compile(r"/scenarios/\d+/$"))
    page.locator("[name=time_limit]").select_option("20")
    page.get_by_role("button", name=re.compile("^Run|^Plan")).first.click()
    page.wait_for_url(re.compile(r"/runs/\d+/$"))
    second = solved(page)
    assert home(page) < steady
    page.goto(f"/p/lirva/plans/runs/compare/?a={first}&b={second}")
    page.get_by_role("heading", name="Who gains and who loses").wait_for()
    assert page.locator("span.down").count() > 0
    assert page.locator("figure[data-map]").count() == 2
    assert not faults(page)

    # approved by a second person; the gate closes; it is planned again, the others stay
    lead.goto(f"/p/lirva/plans/runs/{first}/")
    lead.get_by_label("Why this plan").fill("It opens the first villages soonest.")
    lead.get_by_role("button", name="Approve", exact=True).click()
    lead.locator("h1 .chip", has_text="Approved").wait_for()
    before = returns(running, first)
    close_the_gate(page, area, kind)
    lead.goto(f"/p/lirva/plans/runs/{first}/")
    lead.get_by_role("heading", name="This plan must be planned anew").wait_for()
    page.goto(f"/p/lirva/plans/runs/{first}/")
    page.get_by_role("button", name="Plan again from today").first.click()
    page.wait_for_url(lambda url: f"/runs/{first}/" not in url)
    third = solved(page)
    after = returns(running, third)
    assert all(row[1] != area for row in after.values()), "nobody is planned into a closed place"
    concerned = {key for key, row in before.items() if row[1] == area}
    others = before.keys() - concerned
    moved = [key for key in others if after.get(key) != before[key]]
    assert concerned and len(moved) <= 0.05 * len(others)
    assert page.complaints == [] and lead.complaints == []


def run_assessment(page):
    """One more assessment by hand, of the first area that the form offers."""
    page.goto("/p/lirva/places/readiness/assessments/add/")
    code = page.locator("#areas option").first.get_attribute("value")
    page.locator("[name=area]").fill(code)
    page.locator("[name=on]").fill(date.today().isoformat())
    page.locator("[name=source]").fill("Two of the returnees' committee")
    for question in page.locator("fieldset.question").all()[:6]:
        question.locator("input[type=radio]").nth(1).check()
    page.get_by_role("button", name="Put it on file").click()
    page.wait_for_url(re.compile(r"/readiness/areas/\d+/$"))


def open_a_gate(page, lead, running):
    """Find an open place with planned households and renew one of its gates by two people; gives (area, kind)."""
    rows = running.ask(
        "select r.area_id, count(*) from plans_householdreturn r join plans_run u on u.id = r.run_id where u.state = 'approved' "
        "group by r.area_id order by 2 desc"
    )
    area = rows[0][0]
    kind = "access"
    page.goto(f"/p/lirva/places/gates/{area}/{kind}/?step=renew")
    if page.get_by_label("Whose decision it is").count() == 0:
        page.goto(f"/p/lirva/places/gates/{area}/{kind}/?step=open")
    page.get_by_label("Whose decision it is").fill("Road authority of the valley")
    page.get_by_label("How it was established").fill("Joint visit")
    page.get_by_label("Certificate or document, with its number").fill("RA-118")
    expiry = page.get_by_label("Valid until and with")
    if expiry.count():
        expiry.fill("2031-12-31")
    page.get_by_role("button", name="Record", exact=True).click()
    lead.goto(f"/p/lirva/places/gates/{area}/{kind}/")
    lead.get_by_role("button", name="I read the paper and agree").click()
    lead.locator(".dateline .lamp.open").wait_for()
    return area, kind


def close_the_gate(page, area, kind):
    page.goto(f"/p/lirva/places/gates/{area}/{kind}/?step=close")
    page.get_by_label("Why", exact=True).fill("The bridge on the way was washed away, says the road authority.")
    page.get_by_role("button", name="Close it now").click()
    page.locator(".dateline .lamp.closed").wait_for()


def returns(running, number):
    rows = running.ask(
        "select r.key, r.area_id, r.period from plans_householdreturn r join plans_run u on u.id = r.run_id where u.number = ?",
        number,
    )
    return {key: (key, area, period) for key, area, period in rows}
