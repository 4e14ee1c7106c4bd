"""Pages of gates and criteria: what they show, who may what, that many rows cost what one does."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.apps.places.gate_records import all_open, closed, kind, opened
from tests.factories import House
from wayhome.core.actors import Actor
from wayhome.core.models import AuditEntry
from wayhome.places import bearing
from wayhome.places.actions import gates as actions
from wayhome.places.actions.gates import Said
from wayhome.places.bearing import Affected
from wayhome.places.models import AreaBoundary, Gate, GateDecision
from wayhome.places.queries import gates as queries

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


def html_of(client, where, **query):
    answer = client.get(where, query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(html, mark="gateboard"):
    return html.split(f'class="{mark}"')[1].split("</table>")[0]


def test_the_board_shows_places_by_kind_and_says_states_in_words(process, valley, as_user, editor, lead, person):
    client = as_user(person("reader"))
    assert "Nothing was decided about any place" in html_of(client, url(process, "gates"))
    all_open(valley.kul, editor, lead)
    closed(valley.tavrek, "clearance", editor)
    html = html_of(client, url(process, "gates"))
    rows = table(html).split("<tr>")[2:]
    kul, tavrek = (next(row for row in rows if name in row) for name in ("Kul", "Old Tavrek"))
    assert kul.count("lamp open") == 5 and "Shut" not in kul
    assert "lamp closed" in tavrek and "Closed" in tavrek and "Not decided" in tavrek and "Shut" in tavrek
    assert "1 place open" in html and "1 shut" in html
    assert "Old Tavrek" not in table(html_of(client, url(process, "gates"), view="open"))
    assert "Kul" not in table(html_of(client, url(process, "gates"), view="shut"))


def test_a_place_without_any_decision_is_found_and_can_be_opened(process, valley, as_user, editor):
    html = html_of(as_user(editor), url(process, "gates"), q="Куль")
    assert url(process, "gate", valley.kul.pk, "clearance") in html and "Not decided" in table(html)


def test_the_map_says_the_same_as_the_table_and_hatches_what_is_shut(process, valley, as_user, editor, lead):
    for area, at in ((valley.kul, (10.1, -30.1)), (valley.tavrek, (10.2, -30.2)), (valley.borun_district, (10.0, -30.0))):
        type(area).objects.filter(pk=area.pk).update(latitude=at[0], longitude=at[1])
    ring = [[-30, 10], [-30, 10.4], [-30.4, 10.4], [-30, 10]]
    AreaBoundary.objects.create(
        area=valley.borun_district,
        geometry={"type": "Polygon", "coordinates": [ring]},
        west=-30.4,
        south=10,
        east=-30,
        north=10.4,
    )
    all_open(valley.kul, editor, lead)
    closed(valley.borun_district, "access", editor)
    closed(valley.tavrek, "clearance", editor)
    html = html_of(as_user(editor), url(process, "gates"))
    shapes = json.loads(re.search(r'<script id="map-gates" type="application/json">(.*?)</script>', html)[1])["features"]
    drawn = {(one["properties"]["name"].split(" · ")[0], one["geometry"]["type"]): one["properties"] for one in shapes}
    assert drawn["Borun", "Polygon"]["shut"] is True and drawn["Old Tavrek", "Point"]["shut"] is True
    kul = next(said for (name, _shape), said in drawn.items() if name.startswith("Kul"))
    assert "shut" not in kul and kul["tone"] == 5
    said = html.split('class="maptable"')[1].split("</table>")[0]
    assert "Access (closed)" in said and "Old Tavrek" in said


def test_what_runs_out_within_sixty_days_is_listed(process, valley, as_user, editor, lead):
    opened(valley.kul, "clearance", editor, lead, until=TODAY + timedelta(59))
    opened(valley.tavrek, "clearance", editor, lead, until=TODAY + timedelta(61))
    html = html_of(as_user(editor), url(process, "gates"))
    listed = html.split("Running out within 60 days</h2>")[1].split("</section>")[0]
    assert "Kul" in listed and "Old Tavrek" not in listed
    assert "Old Tavrek" not in table(html_of(as_user(editor), url(process, "gates"), view="soon"))


def test_the_table_goes_out_as_csv(process, valley, as_user, editor, lead):
    closed(valley.tavrek, "clearance", editor)
    answer = as_user(editor).get(url(process, "gates_csv"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    one = next(row for row in rows if row["Kind of gate"] == "Clearance")
    assert (one["Place"], one["State"], one["Required"], one["Code"]) == ("Old Tavrek", "Closed", "yes", "VM0202")


def test_open_by_two_people_on_the_pages(process, valley, client, editor, lead, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    house = House(process)
    ask = house.ask(with_document=True)
    page = url(process, "gate", valley.kul.pk, "clearance")
    assert "A gate not decided is shut" in html_of(client, page)
    assert 'type="file"' in html_of(client, page, step="open")
    said = {
        "step": "open", "authority": "Valley Mine Action Centre", "method": "Clearance", "certificate": "VMAC 12/3",
        "decided_on": TODAY.isoformat(), "expires_on": "", "ground": ask.ref, "note": "",
    }  # fmt: skip
    wrong = client.post(url(process, "gate_decide", valley.kul.pk, "clearance"), {**said, "certificate": "", "ground": "A-999"})
    assert wrong.status_code == 422 and "A-999" in wrong.content.decode() and GateDecision.objects.count() == 0
    file = SimpleUploadedFile("certificate.pdf", b"%PDF-1.4 paper")
    answer = client.post(url(process, "gate_decide", valley.kul.pk, "clearance"), {**said, "file": file})
    assert answer.status_code == 302
    html = html_of(client, page)
    assert "I read the paper and agree" not in html and "Take it back" in html and ask.ref in html
    (decision,) = GateDecision.objects.all()
    assert client.post(url(process, "gate_word", decision.pk), {"agreed": "yes"}).status_code == 302
    assert not queries.gate_state(process, decision.gate, TODAY).decision
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "Kul" in html_of(client, url(process, "gates")).split("Waiting for a second person")[1].split("</section>")[0]
    assert "I read the paper and agree" in html_of(client, page)
    paper = client.get(url(process, "gate_paper", decision.pk))
    assert b"".join(paper.streaming_content) == b"%PDF-1.4 paper" and "attachment" in paper["Content-Disposition"]
    client.post(url(process, "gate_word", decision.pk), {"agreed": "yes"})
    html = html_of(client, page)
    assert "agreed" in html and "VMAC 12/3" in html and "imas.handover" in html and "Record a newer certificate" in html
    assert set(AuditEntry.objects.filter(action__startswith="gate.").values_list("action", flat=True)) == {
        "gate.opening_proposed", "gate.paper_read", "gate.opened",
    }  # fmt: skip


def test_a_restricted_ask_is_not_shown_as_ground_to_who_may_not_read_it(process, valley, as_user, editor, person):
    house = House(process)
    ask = house.ask(with_document=True)
    for link in ask.passages.all():
        type(link.passage.document).objects.filter(pk=link.passage.document_id).update(restricted=True)
    if ask.communication is not None and ask.communication.document_id:
        type(ask.communication.document).objects.filter(pk=ask.communication.document_id).update(restricted=True)
    said = Said(note="As asked", ground=("ask", ask.uid))
    actions.decide(area=valley.kul, kind=kind(), step="close", actor=Actor.of(editor), said=said)
    page = url(process, "gate", valley.kul.pk, "clearance")
    html = html_of(as_user(person("reader")), page)
    assert ask.action not in html and "a record that you may not read" in html
    assert ask.action in html_of(as_user(editor), page)


def test_closing_on_the_page_counts_at_once(process, valley, as_user, editor, lead):
    all_open(valley.kul, editor, lead)
    client = as_user(editor)
    answer = client.post(
        url(process, "gate_decide", valley.kul.pk, "access"),
        {"step": "close", "note": "The bridge is down", "decided_on": TODAY.isoformat()},
    )
    assert answer.status_code == 302 and not queries.may_arrive(valley.kul)
    late = client.post(
        url(process, "gate_decide", valley.kul.pk, "access"), {"step": "close", "note": "Again", "decided_on": TODAY.isoformat()}
    )
    assert late.status_code == 422 and "does not lead on from there" in late.content.decode()
    assert "The bridge is down" in html_of(client, url(process, "gate", valley.kul.pk, "access"))
    area = html_of(client, url(process, "area", valley.kul.pk))
    assert "Gates today" in area and "lamp closed" in area


def test_pages_of_another_process_are_not_there(process, other_process, valley, as_user, editor, lead):
    decision = opened(valley.kul, "clearance", editor, lead)
    client = as_user(editor)
    for name, rest in (("gate", (valley.kul.pk, "nokind")), ("gate_paper", (decision.pk,))):
        assert client.get(url(process, name, *rest)).status_code == 404
    assert client.get(reverse("gate", args=["ostra", valley.kul.pk, "clearance"])).status_code == 404


def test_kinds_are_required_and_released_on_their_page(process, valley, client, editor, lead):
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    page = url(process, "gate_kinds")
    client.post(page, {"act": "require", "kind": "water", "reason": "No well works"})
    html = html_of(client, page)
    assert html.count(">required<") == 5
    client.post(page, {"act": "release", "kind": "water", "reason": "A slip"})
    assert "release waits" in html_of(client, page)
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    need = next(one.waiting for one in queries.kinds(process) if one.code == "water")
    client.post(url(process, "gate_need_word", need.pk), {"agreed": "yes"})
    assert html_of(client, page).count(">required<") == 4
    assert client.post(page, {"act": "add", "name": "", "reason": "x"}).status_code == 422
    assert client.post(page, {"act": "add", "name": "Graves cared for", "reason": "The elders asked"}).status_code == 302
    assert "Graves cared for" in html_of(client, page)


def test_what_a_gate_bears_on_and_what_people_ask_for(process, valley, as_user, editor, person):
    from wayhome.places.bearing import Asked

    bearing.register("test", "Journeys planned", lambda _process: {valley.kul.pk: Affected(12, "/there/")})
    before = list(bearing._asked)
    bearing.register_asked(lambda _process: {"clearance": Asked(40, (("Mines cleared", 40),), 90, TODAY)})
    try:
        client = as_user(person("reader"))
        html = html_of(client, url(process, "gates"))
        assert "Kul" in table(html) and '<a href="/there/">12</a>' in html
        asked = table(html, "askedfor")
        assert "Clearance" in asked and ">40<" in asked and "of 90 that answered" in html
        gate = html_of(client, url(process, "gate", valley.kul.pk, "clearance"))
        assert "Journeys planned" in gate and "40 households named it" in gate
    finally:
        bearing.unregister("test")
        bearing._asked[:] = before


def test_works_that_open_a_gate_are_chosen_and_known_to_plans(process, valley, as_user, editor, lead):
    work = made_work(process, valley.kul)
    client = as_user(editor)
    client.post(url(process, "gate_works", valley.kul.pk, "access"), {"work": [work.pk, "999999"]})
    gate = Gate.objects.get(area=valley.kul, kind=kind("access"))
    assert list(gate.works.all()) == [work]
    found = queries.standing(process, TODAY, [valley.kul.pk])[valley.kul.pk]
    assert next(one for one in found.gates if one.kind == "access").work_ids == (work.pk,)
    from wayhome.places.queries.supply import gate_ids

    assert gate_ids([work.pk]) == {work.pk: (gate.pk,)}
    assert AuditEntry.objects.filter(action="gate.works_set").count() == 1


def made_work(process, area):
    from wayhome.core.actors import SYSTEM
    from wayhome.places.actions import works

    return works.add(process=process, actor=SYSTEM, area=area, title="Mend the bridge", kind="road", duration_months=2)


def test_pages_cost_the_same_for_one_and_for_thirty(process, valley, as_user, editor, lead):
    client = as_user(editor)
    closed(valley.kul, "clearance", editor)
    opened(valley.kul, "access", editor, lead)
    pages = [
        url(process, "gates"), url(process, "gate", valley.kul.pk, "clearance"), url(process, "gate_kinds"), url(process, "criteria"),
    ]  # fmt: skip

    def cost(page):
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    before = [cost(page) for page in pages]
    for n in range(30):
        area = valley.add(f"N{n}", "settlement", 5, valley.meshul_district, (f"Ilmet {n}", "en"))
        closed(area, "clearance", editor)
    for _n in range(5):
        actions.decide(area=valley.kul, kind=kind(), step="withdraw", actor=Actor.of(editor), said=Said(note="Doubt"))
        closed(valley.kul, "clearance", editor)
    assert [cost(page) for page in pages] == before
