"""Pages of scenarios, runs, the approved plan and its public version, as people use them."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.apps.plans.land import START
from wayhome.plans import folders
from wayhome.plans.actions import publishing, scenarios
from wayhome.plans.models import Approval, Publication, Run, Scenario
from wayhome.plans.months import month_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(land, ilse):
    return scenarios.make(process=land.process, actor=ilse, name="Steady funding", start=START, months=12)


def test_a_scenario_is_made_on_its_page_from_what_is_on_file(land, editor, as_user):
    client = as_user(editor)
    shown = client.get(reverse("scenario_new", args=["lirva"]))
    assert shown.context["form"].initial["currency"] == "EUR"
    said = {
        **{"name": "New one", "note": "", "start": f"{START:%Y-%m}", "months": 18, "currency": "EUR", "budget_share": "66.7"},
        **{"transport_each": 50, "discount": "0.98", "fairness_floor": "0.6", "group_by": "origin", "families": "free"},
    }
    answer = client.post(reverse("scenario_new", args=["lirva"]), said)
    made = Scenario.objects.get(name="New one")
    assert answer.url == reverse("scenario", args=["lirva", made.number])
    assert sum(line.amount for line in made.budget.all()) == 100_000
    page = client.get(answer.url).content.decode()
    assert "66,700" in page and "KUL-HOM" in page and "Old Tavrek" in page
    assert client.post(reverse("scenario_new", args=["lirva"]), said).status_code == 422  # the name is taken


def test_who_can_be_planned_for_is_counted_without_names(land, scenario, reader_client):
    land.household(land.tavrek, land.camp)
    page = reader_client.get(reverse("scenario_who", args=["lirva", scenario.number])).content.decode()
    assert "12 households" in page and "Old Tavrek" in page and "Ayvelin" not in page and "H-0" not in page


@pytest.fixture
def reader_client(person, as_user):
    return as_user(person("reader"))


def lines(prefix, rows, initial=0):
    said = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for n, row in enumerate(rows):
        said |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return said


def test_every_part_is_saved_by_its_table(land, scenario, editor, as_user):
    client = as_user(editor)

    def save(part, *sets):
        url = reverse("scenario_part", args=["lirva", scenario.number, part])
        assert client.get(url).status_code == 200
        said = {}
        for given in sets:
            said |= given
        return client.post(url, said)

    month = f"{month_at(START, 2):%Y-%m}"
    assert (
        save("budget", lines("rows", [{"month": month, "amount": "5000", "currency": "eur", "source": "A fund"}])).status_code
        == 302
    )
    assert scenario.budget.get().currency == "EUR"
    assert save("budget", lines("rows", [{"month": "2001-01", "amount": "-5", "currency": "EUR"}])).status_code == 422
    assert (
        save("rates", lines("rows", [{"currency": "USD", "rate": "0.9", "on": "2026-01-01", "source": "A bank"}])).status_code
        == 302
    )
    assert save("crews", lines("rows", [{"crew": "builders", "units": "3"}], 1)).status_code == 302
    hubs = [{"hub_id": land.camp.pk, "persons": "40"}, {"hub_id": land.hostel.pk, "persons": ""}]
    more = lines("more", [{"hub_id": land.hostel.pk, "month": month, "persons": "0"}])
    assert save("transport", lines("rows", hubs, 2), more).status_code == 302
    assert set(scenario.transport.values_list("hub_id", "month", "persons")) == {
        (land.camp.pk, None, 40),
        (land.hostel.pk, month_at(START, 2), 0),
    }
    works = [{"work_id": land.water.pk, "duration": "4"}, {"work_id": land.clearance.pk, "leave_out": "on"}]
    assert save("works", lines("rows", works, 2)).status_code == 302
    assert set(scenario.works.values_list("work_id", "inclusion", "duration")) == {
        (land.water.pk, "free", 4),
        (land.clearance.pk, "out", None),
    }
    gate = {"area_id": land.tavrek.pk, "kind": "clearance", "expected": month, "reason": "Talks"}
    assert save("gates", lines("rows", [gate], 1)).status_code == 302
    assert scenario.gates.get().reason == "Talks"
    demand = {"kind": "start_by", "work_id": land.water.pk, "area_id": "", "month": month, "note": "Donor"}
    assert save("demands", lines("rows", [demand])).status_code == 302
    assert save("demands", lines("rows", [{**demand, "work_id": ""}])).status_code == 422
    assert scenario.demands.count() == 1


def test_a_work_of_another_process_is_no_work_here(land, scenario, other_process, editor, as_user, lead):
    from wayhome.core.errors import InvalidInput
    from wayhome.places.models import Area, Work

    theirs = Area.objects.create(process=other_process, code="X")
    work = Work.objects.create(process=other_process, number=1, area=theirs, kind="water", title="Theirs")
    from wayhome.core.actors import SYSTEM

    for part, row in (
        ("works", {"work_id": work.pk, "inclusion": "out"}),
        ("demands", {"kind": "open_by", "area_id": theirs.pk, "month": START}),
        ("gates", {"area_id": theirs.pk, "kind": "clearance", "expected": START}),
        ("transport", {"hub_id": theirs.pk, "month": None, "persons": 3}),
    ):
        with pytest.raises(InvalidInput):
            scenarios.set_part(scenario=scenario, actor=SYSTEM, part=part, rows=[row])


def test_lists_cost_the_same_for_one_and_for_thirty(land, scenario, reader_client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def run(number, of):
        Run.objects.create(process=land.process, number=number, scenario=of, start=START, months=12, state="failed")

    run(1, scenario)
    urls = [reverse("scenarios", args=["lirva"]), reverse("plan_runs", args=["lirva"])]
    counts = []
    for url in urls:
        with CaptureQueriesContext(connection) as seen:
            reader_client.get(url)
        counts.append(len(seen))
    for n in range(2, 31):
        other = Scenario.objects.create(process=land.process, number=n, name=f"S {n}", start=START)
        run(n, other)
    for url, count in zip(urls, counts, strict=True):
        with django_assert_num_queries(count):
            assert reader_client.get(url).status_code == 200


def test_a_folder_with_faults_names_each_of_them(land, editor, as_user):
    good = {
        "areas": "area_id,district_id,dwelling,water,school,clinic\na,d,1,9,9,9\n",
        "projects": "project_id,area_id,kind,duration,cost,crew,crew_units,resource,adds,after,gate\np,a,,1,-4,,0,,0,,0\n",
        "budget": "period,amount\n0,5\n",
        "crews": "crew,units\nc,1\n",
        "transport": "hub_id,period,persons\nh,0,9\n",
        "households": "household_id,family_id,hub_id,group_id,persons,children,clinic,earliest\n1,,h,g,0,0,0,0\n",
        "wishes": "household_id,area_id,weight\n1,nowhere,1\n",
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as target:
        target.writestr("settings.json", '{"periods": 4, "discount": 0.98, "fairness_floor": 0.5, "families": "free"}')
        for name, text in good.items():
            target.writestr(f"{name}.csv", text)
    client = as_user(editor)
    url = reverse("plan_folder_in", args=["lirva"])
    answer = client.post(url, {"name": "A", "file": SimpleUploadedFile("a.zip", sink.getvalue())})
    page = answer.content.decode()
    assert answer.status_code == 422
    for word in ("projects.csv", "households.csv", "wishes.csv", "-4", "nowhere"):
        assert word in page
    assert client.post(url, {"name": "A", "file": SimpleUploadedFile("a.zip", b"no zip")}).status_code == 422
    assert folders.TABLES and not Scenario.objects.exists()


def test_the_public_page_shows_the_standing_version_alone(land, scenario, client, maren, lead):
    from django.utils import timezone

    url = reverse("plan_public", args=["lirva"])
    run = Run.objects.create(process=land.process, number=1, scenario=scenario, start=START, months=12, state="approved")
    Approval.objects.create(process=land.process, run=run, at=timezone.now(), note="Good", by=lead)
    publishing.publish(run=run, actor=maren, lede="Nobody is moved.")
    assert client.get(url).status_code == 404  # the process is not public
    land.process.public = True
    land.process.save()
    assert "Nobody is moved." in client.get(url).content.decode()
    assert client.get(reverse("plan_public_csv", args=["lirva"])).status_code == 200
    publishing.withdraw(publication=Publication.objects.get(), actor=maren)
    assert client.get(url).status_code == 404


def test_no_page_carries_an_inline_script_or_style(land, scenario, editor, as_user):
    client = as_user(editor)
    for name, *parts in (
        ("scenarios",),
        ("scenario", scenario.number),
        ("scenario_part", scenario.number, "works"),
        ("plan_runs",),
    ):
        page = client.get(reverse(name, args=["lirva", *parts])).content.decode()
        assert " style=" not in page and "<script>" not in page and " onclick" not in page
