"""Pages of readiness: what they say, that map and table agree, who may what, that lists cost the same for 1 and 30 areas."""

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.apps.places.test_assessments import BEST, LONG, TODAY, WORST, draft
from wayhome.core import measures
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.models import AuditEntry
from wayhome.places.actions.assessments import Said, record
from wayhome.places.actions.readiness_models import make_version, set_up
from wayhome.places.models import Assessment, AssessmentTable, Indicator, ReadinessModel
from wayhome.places.queries import readiness_pages
from wayhome.places.queries.readiness import in_force, readings
from wayhome.places.queries.readiness_charts import chart
from wayhome.places.shipped import bring_in_lirva_valley
from wayhome.places.shipped_assessments import bring_in_lirva_assessments

pytestmark = pytest.mark.django_db


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


@pytest.fixture
def index(process):
    return set_up(process=process, actor=SYSTEM)


@pytest.fixture
def said(process, index):
    """`said(area, days_ago=0, ...)`: an assessment of these days."""
    keys = {one.code: one.pk for one in Indicator.objects.of(process)}

    def make(area, days_ago=0, source="Joint visit", families=None, **answers):
        on = timezone.localdate() - timedelta(days=days_ago)
        given = Said(area, on, source, {keys[code]: text for code, text in answers.items()}, families=families)
        return record(process=process, actor=SYSTEM, said=given)[0]

    return make


def test_without_an_index_the_board_says_how_to_begin(process, as_user, editor, person):
    assert "Set the index up" not in as_user(person("reader")).get(url(process, "readiness")).content.decode()
    client = as_user(editor)
    assert "Set the index up" in client.get(url(process, "readiness")).content.decode()
    client.post(url(process, "readiness_set_up"))
    client.post(url(process, "readiness_set_up"))
    assert ReadinessModel.objects.get().parts.count() == 16


def test_map_and_table_say_the_same(process, valley, said, as_user, person):
    for area, latitude in ((valley.kul, 10.0), (valley.tavrek, 10.2), (valley.other_kul, None)):
        area.latitude, area.longitude = latitude, None if latitude is None else -30.0
        area.save()
    said(valley.kul, families=60, **WORST)
    said(valley.tavrek, **BEST)
    said(valley.other_kul, water="some")
    html = as_user(person("reader")).get(url(process, "readiness")).content.decode()
    shown = json.loads(re.search(r'id="map-readiness"[^>]*>(.+?)</script>', html)[1])
    tones = {one["properties"]["name"].split(" ")[0]: one["properties"].get("tone") for one in shown["features"]}
    assert tones == {"Kul": 1, "Old": 5}
    board = html.split('class="readiness"')[1].split("</table>")[0]
    assert board.index("high severity") < board.index("low severity") < board.index("not classed")
    assert board.count("hotspot") == 1 and "1 without a position is in the table alone" in html
    assert "Add an assessment" not in html and "Take out" not in html


def test_the_area_says_what_it_is_made_of_and_what_would_change_its_class(process, valley, said, as_user, editor):
    said(valley.kul, 40, **BEST)
    said(valley.kul, 3, source="Council", **{**BEST, "water": "none", "mines": "confirmed"})
    answers = {code: text for code, text in WORST.items() if code not in ("mines", "water")}
    said(valley.tavrek, **{**BEST, **dict(list(answers.items())[:5])})
    html = as_user(editor).get(url(process, "readiness_area", valley.kul.pk)).content.decode()
    assert html.count("contradiction<") >= 2 and "Council" in html and "from memory, not read" in html
    assert "No 3 indicators alone bring it to a worse class" in html
    assert '<svg class="scores"' in html and " style=" not in html.split("<main")[1]
    html = as_user(editor).get(url(process, "readiness_area", valley.tavrek.pk)).content.decode()
    assert "To a worse class" in html and "becomes" in html
    section = as_user(editor).get(url(process, "area", valley.tavrek.pk)).content.decode()
    assert "What would change the class" in section and url(process, "readiness_area", valley.tavrek.pk) in section


def test_an_area_never_assessed_and_a_day_before_all(process, valley, said, as_user, editor):
    said(valley.kul, **BEST)
    client = as_user(editor)
    assert "Nothing that counts is on file" in client.get(url(process, "readiness_area", valley.tavrek.pk)).content.decode()
    early = client.get(url(process, "readiness"), {"on": "2001-01-01"}).content.decode()
    assert "Nothing that counts is on file for this day" in early
    for wrong in ("2026-02-31", "x", "2999-01-01"):
        assert client.get(url(process, "readiness"), {"on": wrong}).status_code == 200
    assert client.get(url(process, "readiness"), {"version": "9"}).status_code == 404


def test_two_days_are_compared_in_one_version_only(process, valley, index, said, as_user, editor):
    today = timezone.localdate()
    said(valley.kul, 100, **WORST)
    make_version(process=process, actor=SYSTEM, made_from=index, draft=draft(index), on=today - timedelta(days=50))
    said(valley.kul, 0, **{**WORST, "water": "all"})
    client, page = as_user(editor), url(process, "readiness_area", valley.kul.pk)
    days = {"before": today - timedelta(days=100), "after": today}
    html = client.get(page, days).content.decode()
    assert "their scores are not compared" in html and "points better" not in html
    html = client.get(page, {**days, "by": "1"}).content.decode()
    assert "6.2 points better" in html or "6.3 points better" in html
    assert html.count('class="break"') == 1


def test_an_assessment_by_hand(process, valley, index, as_user, editor, person):
    client = as_user(editor)
    water = Indicator.objects.get(code="water")
    page = url(process, "assessment_add")
    html = client.get(page, {"area": valley.kul.pk}).content.decode()
    assert 'value="VM0101"' in html and html.count("<fieldset") == 16 and "width=device-width" in html
    given = {"area": "VM0101", "on": "2026-05-04", "source": "Joint visit", "method": "visit", f"i{water.pk}": "some"}
    assert client.post(page, given).status_code == 302
    made = Assessment.objects.get()
    assert made.area == valley.kul and made.by == editor and made.values.get().answer == "some"
    assert client.post(page, given).status_code == 302 and Assessment.objects.count() == 1
    other = client.post(page, {**given, f"i{water.pk}": "none"})
    assert other.status_code == 422 and "already said something else" in other.content.decode()
    assert client.post(page, {**given, f"i{water.pk}": "none", "replace": "on"}).status_code == 302
    nowhere = client.post(page, {**given, "area": "Kul"})  # two areas have this name
    assert nowhere.status_code == 422 and "no area on file that is certain" in nowhere.content.decode()
    unanswered = client.post(page, {**given, f"i{water.pk}": ""})
    assert unanswered.status_code == 422 and "No indicator was answered" in unanswered.content.decode()
    assert 'value="Joint visit"' in client.get(page).content.decode()  # who assessed last goes on
    assert as_user(person("case_worker")).post(page, given).status_code == 403


def test_withdrawing_is_a_step_with_a_reason(process, valley, said, as_user, editor):
    made = said(valley.kul, **BEST)
    client = as_user(editor)
    client.post(url(process, "assessment_withdraw", made.number), {"reason": ""})
    made.refresh_from_db()
    assert made.retired_at is None
    client.post(url(process, "assessment_withdraw", made.number), {"reason": "Wrong village"})
    html = client.get(url(process, "assessment", made.number)).content.decode()
    assert "Wrong village" in html and "It does not count" in html
    assert made.ref not in client.get(url(process, "assessments")).content.decode()
    assert made.ref in client.get(url(process, "assessments") + "?all").content.decode()


def test_a_table_is_shown_before_it_counts_and_can_be_taken_back(process, valley, index, as_user, editor):
    client = as_user(editor)
    page = url(process, "assessment_tables")

    def send(text, name="may.csv"):
        return client.post(page, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)

    html = send(LONG + "Nowhere,2026-05-04,water,some,A,informants,,\n").content.decode()
    assert "“Nowhere” is no area on file" in html and "Bring in the right rows only" in html and not Assessment.objects.exists()
    html = send(LONG).content.decode()
    table = AssessmentTable.objects.first()
    step = url(process, "assessment_table_step", table.number)
    assert "Bring it in" in html
    assert "2 assessments are on file" in client.post(step, {"do": "bring"}, follow=True).content.decode()
    assert "This file is on file already" in send(LONG).content.decode()
    assert "2 assessments withdrawn" in client.post(step, {"do": "undo"}, follow=True).content.decode()
    assert readings(process, TODAY) == {}
    assert send("a,b\n1,2\n").status_code == 422


def test_a_version_is_made_on_a_page(process, index, as_user, editor):
    client, page = as_user(editor), url(process, "readiness_version_new")
    form = client.get(page).context["form"]
    given = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    water = Indicator.objects.get(code="water")
    assert client.post(page, given).status_code == 422  # no reason
    given |= {
        "reason": "Water weighs more",
        f"w{water.pk}": "2.5",
        "new_name": "Bread",
        "new_scale": "services",
        "new_answers": "cheap\ndear\nnone",
    }
    left_out = Indicator.objects.get(code="civil_servants")
    given.pop(f"w{left_out.pk}")
    assert client.post(page, given).status_code == 302
    made = in_force(process, timezone.localdate())
    assert made.version == 2 and made.parts.get(indicator=water).weight == 2.5
    bread = made.parts.get(indicator__code="bread").indicator
    assert [(one["x"], one["name"]) for one in bread.answers] == [(0, "cheap"), (0.5, "dear"), (1, "none")]
    assert not made.parts.filter(indicator=left_out).exists()
    wrong = client.post(page, {**given, "cut1": 70, "cut2": 30, "new_name": "", "new_answers": ""})
    assert wrong.status_code == 422 and "do not rise" in wrong.content.decode()
    html = client.get(url(process, "readiness_version", 2)).content.decode()
    assert "Water weighs more" in html and "Bread" in html and "not read in their source" in html


def test_scores_and_answers_go_out_safe_and_answers_come_in_again_unchanged(process, valley, said, as_user, editor, person):
    said(valley.kul, source="=cmd()", families=12, **WORST)
    said(valley.tavrek, 20, **BEST)
    client = as_user(editor)
    scores = b"".join(client.get(url(process, "readiness_scores")).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(scores)))
    assert [(row["area_code"], row["score"], row["class"]) for row in rows] == [
        ("VM0101", "100.00", "high"),
        ("VM0202", "0.00", "low"),
    ]
    answers = b"".join(client.get(url(process, "readiness_answers")).streaming_content).decode("utf-8-sig")
    assert "'=cmd()" in answers and "\n#loc+code,#loc+name,#date,#indicator+code" in answers.replace("\r", "")
    assert AuditEntry.objects.filter(action="readiness.exported").count() == 2
    table = client.post(
        url(process, "assessment_tables"), {"file": SimpleUploadedFile("again.csv", answers.encode())}, follow=True
    ).context["table"]
    assert not table.faults and table.counts["known"] == 2 and table.counts["answers"] == 32
    assert as_user(person("case_worker")).get(url(process, "readiness_answers")).status_code == 403


@pytest.mark.parametrize("name", ["readiness", "assessments"])
def test_lists_cost_the_same_for_one_and_for_thirty(process, valley, said, as_user, editor, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(editor)
    said(valley.kul, **BEST)
    client.get(url(process, name))
    with CaptureQueriesContext(connection) as one:
        client.get(url(process, name))
    for n in range(30):
        said(valley.add(f"VM03{n:02}", "settlement", 5, valley.borun_district, (f"Place {n}", "en")), **WORST)
    with django_assert_max_num_queries(len(one)):
        html = client.get(url(process, name)).content.decode()
    assert html.count("Place 29") >= 1


def test_readiness_can_be_cited_as_evidence(process, other_process, valley, said):
    assert measures.take("readiness.worst", process.pk) is None
    said(valley.kul, 4, families=70, **WORST)
    said(valley.tavrek, **BEST)
    figure = measures.take("readiness.worst", process.pk)
    assert (figure.value, figure.verified) == (1.0, False) and "Return Index, version 1, of 2 assessed areas" in figure.source
    assert measures.take("readiness.hotspots", process.pk).value == 1 and measures.take("readiness.best", process.pk).value == 1
    assert timezone.localdate(figure.as_of) == timezone.localdate()
    assert measures.take("readiness.worst", other_process.pk) is None


def test_a_chart_breaks_and_places_its_points(process, valley, said):
    said(valley.kul, 60, **WORST)
    said(valley.kul, 30, **BEST)
    from wayhome.places.queries.readiness import history

    found = chart(history(process, valley.kul.pk), [(0, "low"), (35, "medium"), (65, "high")])
    assert len(found.lines) == 1 and found.dots[0].y == found.top and found.dots[1].y == found.floor
    assert found.dots[0].x < found.dots[1].x and [words for _y, words, _middle in found.cuts] == ["low", "medium", "high"]
    assert chart(history(process, valley.tavrek.pk), []).dots == []


def test_the_valleys_assessments_ship_whole(process, editor):
    actor = Actor.of(editor)
    bring_in_lirva_valley(process=process, actor=actor)
    table = bring_in_lirva_assessments(process=process, actor=actor, today=date(2026, 6, 1))
    assert not table.faults and table.counts["written"] == 42
    assert bring_in_lirva_assessments(process=process, actor=actor, today=date(2026, 6, 2)) is None
    found = readiness_pages.board(process, date(2026, 6, 1), row=None)
    assert {code for code, _words, n, _chip in found.counts if n} == {"low", "medium", "high", ""}
    assert found.hotspots and any(row.reading.conflicts for row in found.rows) and any(row.reading.stale for row in found.rows)
