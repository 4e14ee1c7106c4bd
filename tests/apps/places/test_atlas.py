"""The map of a process: light, scoped, kept until something changes, with a table that says the same; maps of single areas."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.places.test_boundaries import together
from tests.engines.boundaries.making import geojson_of, polygon, square
from wayhome.places.models import Area, AreaName

pytestmark = pytest.mark.django_db


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


def grid(process, n, name="Grid"):
    """n districts side by side under one province."""
    said = [{"adm1_pcode": "P", "adm1_en": "North", "adm2_pcode": f"P{at:03}", "adm2_en": f"Place {at}"} for at in range(n)]
    features = [(polygon(square(-40 + at, 10)), one) for at, one in enumerate(said)]
    return together(process, {"adm2.geojson": geojson_of(features)}, name=name)


def test_the_page_opens_with_the_level_that_is_drawn_and_its_table_says_the_same(process, as_user, person):
    grid(process, 4)
    html = as_user(person("reader")).get(url(process, "places_map")).content.decode()
    table = html.split('<details class="maptable"')[1]
    assert [f"Place {n}" in table for n in range(4)] == [True] * 4 and "North" in table and "outline" in table
    [address] = re.findall(r'data-url="([^"]+)"', html)
    answer = as_user(person("reader")).get(address.replace("&amp;", "&"))
    drawn = json.loads(answer.content)["features"]
    assert sum(one["geometry"]["type"] == "Polygon" for one in drawn) == 4
    labels = [one["properties"] for one in drawn if one["geometry"]["type"] == "Point"]
    assert {one["name"] for one in labels} == {f"Place {n}" for n in range(4)} and all(one["label"] for one in labels)
    assert "Place 1" not in html.split('<details class="maptable"')[0], "what is drawn does not weigh on the page"


def test_what_is_drawn_is_kept_until_something_changes(process, as_user, editor):
    grid(process, 2)
    client, where = as_user(editor), url(process, "places_map_data") + "?level=adm2"
    first = client.get(where)
    assert first["Cache-Control"] == "private, no-cache"
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert not [one for one in seen if '"geometry"' in one["sql"]], "no outline is read"
    AreaName.objects.create(area=Area.objects.get(code="P000"), process=process, text="Another", kind="local")
    again = client.get(where, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and "Another" in again.content.decode()


def test_another_process_draws_its_own(process, other_process, as_user, editor):
    grid(other_process, 3)
    client = as_user(editor)
    assert client.get(url(other_process, "places_map_data") + "?level=adm2").status_code == 404
    assert json.loads(client.get(url(process, "places_map_data") + "?level=adm2").content)["features"] == []
    assert client.get(url(process, "places_map_data") + "?level=nothing").status_code == 404


def test_maps_and_pages_cost_the_same_for_few_and_many(process, as_user, editor):
    client = as_user(editor)

    def cost(where):
        client.get(where)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(where).status_code == 200
        return len(seen)

    grid(process, 2)
    pages = [
        url(process, "places_map"),
        url(process, "area", Area.objects.get(code="P000").pk),
        url(process, "area", Area.objects.get(code="P").pk),
    ]
    before = [cost(page) for page in pages]
    grid(process, 30, name="Second")
    assert [cost(page) for page in pages] == before


def test_a_day_is_respected(process, as_user, editor):
    grid(process, 2)
    Area.objects.filter(code="P001").update(valid_to="1990")
    client = as_user(editor)
    assert "Place 1" not in client.get(url(process, "places_map")).content.decode()
    assert "Place 1" in client.get(url(process, "places_map"), {"level": "adm2", "on": "1980-01-01"}).content.decode()


def test_the_map_of_an_area_shows_what_lies_beside_it_and_in_it(process, as_user, editor):
    grid(process, 5)
    client = as_user(editor)
    html = client.get(url(process, "area", Area.objects.get(code="P002").pk)).content.decode()
    drawn = json.loads(re.search(r'<script id="map-area" type="application/json">(.*?)</script>', html, re.S)[1])["features"]
    outlined = {one["properties"]["name"] for one in drawn if one["geometry"]["type"] == "Polygon"}
    assert outlined == {"Place 1", "Place 2", "Place 3"}, "those beside it, not those beyond"
    assert [one["properties"]["name"] for one in drawn if one["properties"].get("here")][0] == "Place 2"
    html = client.get(url(process, "area", Area.objects.get(code="P").pk)).content.decode()
    assert html.count("Place 4") >= 2


def test_a_process_without_areas_says_what_to_do(process, as_user, editor):
    html = as_user(editor).get(url(process, "places_map")).content.decode()
    assert "No areas yet" in html and "data-url" not in html
