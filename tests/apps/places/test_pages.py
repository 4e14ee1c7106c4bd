"""The pages: what they show, who may what, that lists cost the same for 1 and 30 rows, that no map asks anything outside."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.apps.places.test_importing import PLAIN
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry
from wayhome.places import texts
from wayhome.places.models import Area, AreaBoundary, AreaName, NamePolicy, PlaceMatch
from wayhome.places.names import Policy, label, shown
from wayhome.places.queries.areas import labels
from wayhome.places.shipped import bring_in_lirva_valley

pytestmark = pytest.mark.django_db


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


@pytest.fixture
def wrote(process):
    """Words that another room holds: change the list to change what people wrote."""
    said = [texts.Written("Kul", count=7), texts.Written("Old Tavrek", count=5), texts.Written("Paris", count=1)]
    texts.register("test", "Tests", lambda process_id: said if process_id == process.pk else [])
    yield said
    texts.unregister("test")


def test_the_list_is_a_tree_with_names_in_other_scripts(process, valley, as_user, person):
    html = as_user(person("reader")).get(url(process, "areas")).content.decode()
    assert html.index("Velmar") < html.index("Meshul District") < html.index(">Kul")
    assert "Քուլ" in html and "Куль" in html and "Bring a gazetteer in" not in html


@pytest.mark.parametrize("words", ["kul", "КУЛЬ", "Քուլ", "كول", "Oktyabr", "VM0101"])
def test_a_search_in_any_script_finds_the_area(process, valley, as_user, editor, words):
    html = as_user(editor).get(url(process, "areas"), {"q": words}).content.decode()
    assert url(process, "area", valley.kul.pk) in html and "Old Tavrek" not in html


def test_children_of_one_area_and_areas_of_others_are_not_found(process, other_process, valley, as_user, editor):
    client = as_user(editor)
    html = client.get(url(process, "areas"), {"within": valley.borun_district.pk}).content.decode()
    assert "Old Tavrek" in html and "Meshul" not in html.split("<table")[1].split("</table")[0]
    theirs = Area.objects.create(process=other_process, code="X")
    assert client.get(url(process, "areas"), {"within": theirs.pk}).status_code == 404
    assert client.get(url(process, "area", theirs.pk)).status_code == 404


def test_the_area_page_shows_names_by_period_with_source(process, valley, as_user, person):
    html = as_user(person("reader")).get(url(process, "area", valley.kul.pk)).content.decode()
    assert html.index("Քուլ") < html.index("Октябрь") and "1931–1974" in html
    assert "Add a name" not in html and "Retire" not in html


def test_lists_cost_the_same_for_one_and_thirty(process, valley, as_user, editor, django_assert_max_num_queries, wrote):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(editor)

    def cost(name, *rest):
        client.get(url(process, name, *rest))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url(process, name, *rest)).status_code == 200
        return len(seen)

    places = [("areas",), ("area", valley.meshul_district.pk), ("places_written",), ("gazetteers",)]
    before = [cost(*place) for place in places]
    for n in range(30):
        valley.add(f"N{n}", "settlement", 5, valley.meshul_district, (f"Ilmet {n}", "en"))
        wrote.append(texts.Written(f"Ilmet {n}", count=2))
    assert [cost(*place) for place in places] == before


def test_a_name_is_added_with_who_says_so_and_found_at_once(process, valley, as_user, editor):
    client = as_user(editor)
    where = url(process, "area_add_name", valley.kul.pk)
    assert client.post(where, {"text": "Gullen", "kind": "local"}).status_code == 422
    said = {"text": " Gullen ", "kind": "local", "language": "ka", "source": "The elders", "valid_from": "1850"}
    assert client.post(where, said).status_code == 302
    name = AreaName.objects.get(text="Gullen")
    assert (name.by_hand, name.added_by, name.source, name.script) == (True, editor, "The elders", "Latn")
    assert url(process, "area", valley.kul.pk) in client.get(url(process, "areas"), {"q": "gullen"}).content.decode()
    assert AuditEntry.objects.filter(action="area.name_added").count() == 1


def test_a_name_is_retired_with_a_reason_and_used_again(process, valley, as_user, editor):
    client, name = as_user(editor), AreaName.objects.get(text="Октябрь")
    where = url(process, "area_name_state", valley.kul.pk, name.pk)
    assert client.post(where, {"reason": " "}).status_code == 422
    client.post(where, {"reason": "Another village"})
    name.refresh_from_db()
    assert name.retired_by == editor and name.retired_reason == "Another village"
    assert "Another village" in client.get(url(process, "area", valley.kul.pk)).content.decode()
    client.post(where, {"act": "restore"})
    name.refresh_from_db()
    assert name.retired_at is None
    actions = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions)[-2:] == ["area.name_retired", "area.name_restored"]


def test_an_area_by_hand_and_no_circle(process, valley, as_user, editor):
    client = as_user(editor)
    said = {"name": "Yurt 5", "source": "Our visit", "kind": "camp", "above": "VM01", "latitude": "10.5", "longitude": "-30.4"}
    client.post(url(process, "area_add"), said)
    camp = Area.objects.get(kind="camp")
    assert camp.parent == valley.meshul_district and camp.names.get().by_hand
    answer = client.post(url(process, "area_add"), {**said, "longitude": ""})
    assert answer.status_code == 422 and "latitude and longitude" in answer.content.decode()
    answer = client.post(url(process, "area_edit", valley.velmar.pk), {"kind": "adm0", "code": "VM", "above": "VM01"})
    assert answer.status_code == 422 and "within itself" in answer.content.decode()
    client.post(url(process, "area_edit", camp.pk), {"kind": "settlement", "above": "VM02"})
    camp.refresh_from_db()
    assert camp.parent == valley.borun_district
    assert AuditEntry.objects.get(action="area.changed").detail["before"]["kind"] == "camp"


def test_a_gazetteer_through_the_page(process, as_user, editor, person):
    where = url(process, "gazetteers")

    def send(client, text, **more):
        return client.post(where, {"file": SimpleUploadedFile("g.csv", text.encode()), "name": "Mine", **more})

    reader = as_user(person("reader"))
    assert send(reader, PLAIN).status_code == 403 and Area.objects.count() == 0
    assert "Bring one in" not in reader.get(where).content.decode()
    client = as_user(editor)
    answer = send(client, PLAIN + "Z,,en,,,,,,,,\n")
    html = answer.content.decode()
    assert answer.status_code == 422 and "Nothing was brought in" in html and "<code>name</code>" in html
    assert "This would come in" in send(client, PLAIN, dry="on").content.decode() and Area.objects.count() == 0
    assert send(client, PLAIN, licence="CC0").status_code == 302 and Area.objects.count() == 3
    html = client.get(where).content.decode()
    assert "Mine" in html and "CC0" in html
    assert send(client, "rubbish").status_code == 422


def test_places_people_wrote_by_number_of_records_with_reasons(process, valley, as_user, editor, wrote):
    html = as_user(editor).get(url(process, "places_written")).content.decode()
    assert html.index(">Kul<") < html.index(">Old Tavrek<") < html.index(">Paris<")
    assert "Ambiguous" in html and "Certain" in html and "Nothing near" in html
    assert 'data-choice="1"' in html and "the same name: Kul" in html


def test_a_choice_is_remembered_and_taken_back(process, valley, as_user, editor, wrote):
    client, where = as_user(editor), url(process, "place_choose")
    answer = client.post(where, {"text": "Kul", "within": "", "area": valley.kul.pk}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in html and '<h2 id="ct"><bdi>Old Tavrek' in html
    assert PlaceMatch.objects.get().by == editor
    html = client.get(url(process, "places_written"), {"view": "decided"}).content.decode()
    assert "Kul" in html and "Meshul District" in html
    client.post(where, {"text": "Paris", "area": "none"})
    assert PlaceMatch.objects.get(text="Paris").none_of_these
    client.post(where, {"text": "Kul", "area": "undo"})
    assert not PlaceMatch.objects.filter(text="Kul", retired_at=None).exists()
    assert client.post(where, {"text": "Kul", "area": "undo"}).status_code == 404


def test_a_choice_of_another_processs_area_is_not_found(process, other_process, valley, as_user, editor):
    theirs = Area.objects.create(process=other_process, code="X")
    answer = as_user(editor).post(url(process, "place_choose"), {"text": "Kul", "area": theirs.pk})
    assert answer.status_code == 404 and PlaceMatch.objects.count() == 0


def test_another_area_is_searched_for_words_nobody_knows(process, valley, as_user, editor, wrote):
    html = as_user(editor).get(url(process, "places_written"), {"text": "Paris", "find": "таврек"}).content.decode()
    assert "Found by your words" in html and "Old Tavrek" in html.split("Found by your words")[1]


def test_certain_ones_of_the_page_are_confirmed_together(process, valley, as_user, editor, person, wrote):
    said = {"text": ["Kul", "Old Tavrek"], "within": ["", ""]}
    assert as_user(person("reader")).post(url(process, "places_certain"), said).status_code == 403
    as_user(editor).post(url(process, "places_certain"), said)
    assert [match.area for match in PlaceMatch.objects.all()] == [valley.tavrek]


def test_readers_see_candidates_and_no_buttons(process, valley, as_user, person, wrote):
    html = as_user(person("reader")).get(url(process, "places_written")).content.decode()
    assert "the same name: Kul" in html and "data-choice" not in html and "None of these" not in html


def test_words_of_a_source_are_shown_to_those_who_may_read_it(process, valley, as_user, editor, person):
    from wayhome.accounts.roles import Permission

    texts.register("secret", "Secret", lambda process_id: [texts.Written("Zherin")], permission=Permission.REVIEW)
    try:
        for role, seen in (("reader", False), ("editor", True)):
            html = as_user(person(role)).get(url(process, "places_written"), {"source": "secret"}).content.decode()
            assert ("Zherin" in html) == seen, role
    finally:
        texts.unregister("secret")


def test_the_policy_says_which_names_stand_first(process, valley, as_user, editor):
    client = as_user(editor)
    assert labels(process, [valley.kul.pk], "ru") == {valley.kul.pk: "Куль / Քուլ"}
    client.post(url(process, "place_names"), {"wish0": "official", "wish1": "ru", "count": 1})
    assert NamePolicy.objects.get().order == ["official", "ru"]
    assert labels(process, [valley.kul.pk], "hy") == {valley.kul.pk: "Kul"}
    assert AuditEntry.objects.filter(action="places.policy_changed").count() == 1


def test_no_name_is_the_only_one_shown_for_lack_of_another(valley):
    names = list(valley.kul.names.all())
    assert [name.text for name in shown(names, Policy(("local",), 1), "en")] == ["Քուլ"]
    assert label(names, Policy(("fr",), 2), "en") == "Քուլ", "whatever is on file when no wish is met, a name in use first"
    assert label([], Policy(), "en", "VM0101") == "VM0101"


def test_maps_say_the_same_as_their_table_and_ask_nothing_outside(process, as_user, editor):
    bring_in_lirva_valley(process=process, actor=SYSTEM)
    answer = as_user(editor).get(url(process, "areas"))
    html = answer.content.decode()
    data = json.loads(re.search(r'<script id="map-areas" type="application/json">(.*?)</script>', html)[1])
    drawn = {one["properties"]["name"] for one in data["features"]}
    table = html.split('class="maptable"')[1]
    assert drawn and all(name in table for name in drawn)
    assert sum(one["geometry"]["type"] == "Polygon" for one in data["features"]) == AreaBoundary.objects.count() == 5
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"] and "<style" not in html
