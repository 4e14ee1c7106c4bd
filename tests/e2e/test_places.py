"""Places in a browser: the map draws without asking outside, words for places are decided with the keyboard."""

from __future__ import annotations

import pytest

from tests.e2e.running import EDITOR, WORKER

pytestmark = pytest.mark.e2e


def test_the_map_draws_its_areas_and_asks_nothing_outside(window, running):
    page = window(EDITOR)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/p/lirva/places/areas/")
    page.locator(".canvas[data-ready]").wait_for()
    shown = page.locator(".mapname").evaluate_all(
        "names => names.filter(n => n.style.visibility === 'visible').map(n => n.innerText)"
    )
    assert "Meshul District" in shown
    assert [url for url in asked if not url.startswith((running.url, "blob:", "data:"))] == []
    assert any("maplibre-gl-worker" in url for url in asked)
    page.get_by_text("The same as a table").click()
    assert page.locator(".maptable tbody tr").count() >= 30
    assert page.complaints == []


def test_a_search_in_another_script_and_a_name_by_hand(window):
    page = window(EDITOR)
    page.goto("/p/lirva/places/areas/?q=ильмет")
    page.locator("tbody a.ttl").first.click()
    page.get_by_text("Add a name").click()
    page.get_by_label("Name", exact=True).fill("Ilmeth-on-the-Hill")
    page.get_by_label("Who says so").fill("The elders, by telephone")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("table bdi", has_text="Ilmeth-on-the-Hill").wait_for()
    assert page.complaints == []


def test_words_are_decided_with_the_keyboard(window, running):
    """The demo's register names places in words; where it does not yet, the page says so and there is nothing to decide."""
    page = window(WORKER)
    page.goto("/p/lirva/places/written/")
    if page.locator("[data-choice='0']").count() == 0:
        assert page.get_by_text("No words wait for a place").is_visible()
        return
    first = page.locator("#ct").inner_text()
    page.locator("h1").click()
    page.keyboard.press("0")
    page.locator("#ct").filter(has_not_text=first).or_(page.get_by_text("No words wait for a place")).first.wait_for()
    page.goto("/p/lirva/places/written/?view=decided")
    assert first in page.locator("table.texts").inner_text()
    assert page.complaints == []
