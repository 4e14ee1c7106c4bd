"""Places in a browser: the map draws without asking outside, words for places are decided with the keyboard."""

from __future__ import annotations

import pytest

from tests.conftest import SHARED
from tests.e2e.running import EDITOR
from wayhome.core.actors import SYSTEM
from wayhome.places import texts
from wayhome.places.models import PlaceMatch
from wayhome.places.shipped import bring_in_lirva_valley

pytestmark = pytest.mark.e2e
REAL = SHARED / "data" / "unhcr-iraq+dtm-analysis"


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
    assert page.locator(".maptable tbody tr").count() > 25
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


@pytest.mark.django_db(transaction=True)
def test_words_are_decided_with_the_keyboard(open_window, process, person):
    bring_in_lirva_valley(process=process, actor=SYSTEM)
    said = [texts.Written("Dorvi", count=9), texts.Written("с. Куль, Мешульский р-н", count=5), texts.Written("Paris", count=2)]
    texts.register("browser", "Tests", lambda process_id: said)
    try:
        page = open_window(person("case_worker"))
        page.goto("/p/lirva/places/written/")
        title = page.locator("#ct")
        for words, key in (("Dorvi", "2"), ("с. Куль, Мешульский р-н", "1"), ("Paris", "0")):
            title.filter(has_text=words).wait_for()
            page.keyboard.press(key)
        page.get_by_text("No words wait for a place").wait_for()
        page.goto("/p/lirva/places/written/?view=decided")
        assert page.locator("table.texts tbody tr").count() == 3
        assert page.complaints == []
    finally:
        texts.unregister("browser")
    decided = {match.text: match.area.code if match.area else None for match in PlaceMatch.objects.all()}
    assert decided == {"Dorvi": "VM010104", "с. Куль, Мешульский р-н": "VM010102", "Paris": None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not REAL.exists(), reason="the real COD-AB files of ../shared/data are not here")
def test_real_boundaries_come_in_and_are_on_the_map(open_window, process, person):
    page = open_window(person("editor"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for level in (1, 2):
        page.goto("/p/lirva/places/gazetteers/")
        given = sorted(REAL.glob(f"data__shp__irq_admbnda_adm{level}_*"))
        page.get_by_label("File, or files that belong together").set_input_files(given)
        page.get_by_label("Name of the gazetteer").fill(f"COD-AB, level {level}")
        page.get_by_role("button", name="Bring in", exact=True).click()
        page.locator("tbody tr", has_text=f"COD-AB, level {level}").wait_for()
    page.goto("/p/lirva/places/map/")
    page.locator(".canvas[data-ready]").wait_for()
    assert page.locator(".maptable tbody tr").count() == 109
    page.get_by_role("link", name="First level").click()
    page.locator(".canvas[data-ready]").wait_for()
    assert page.locator(".maptable tbody tr").count() == 18
    host = page.url.split("/p/")[0]
    assert [url for url in asked if not url.startswith((host, "blob:", "data:"))] == []
    page.get_by_text("The same as a table").click()
    page.locator(".maptable tbody a").first.click()
    page.locator(".canvas[data-ready]").wait_for()
    page.get_by_role("heading", name="Beside it").wait_for()
    assert page.complaints == []
