"""Pages of works, money, homes: what they show, what they refuse, and that lists cost the same however long they are."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.apps.places.test_works import SAID, picture
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry
from wayhome.places.actions import funding, homes, works
from wayhome.places.models import ExchangeRate, Funding, HomeStock, Work
from wayhome.places.queries import works as queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(as_user, person):
    return lambda role: as_user(person(role))


def at(route, process, **parts):
    return reverse(route, kwargs={"slug": process.slug, **parts})


def add(area, **more):
    return works.add(process=area.process, actor=SYSTEM, area=area, **{**SAID, **more})


def pay(work, amount, **more):
    funder = funding.organisation(process=work.process, actor=SYSTEM, name="A fund")
    said = {"currency": "EUR", "stage": "committed", "on": date(2027, 1, 1), **more}
    return funding.add(process=work.process, actor=SYSTEM, funder=funder, work=work, amount=Decimal(amount), **said)


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_lists_cost_the_same_however_long(valley, client_of):
    client, process = client_of("editor"), valley.process
    urls = [at(name, process) for name in ("works", "works_months", "funding", "homes", "supply_tables")]

    def fill(n):
        area = valley.add(f"VM03{n:02}", "settlement", 5, valley.borun_district, (f"Place {n}", "en"))
        work = add(area, resource="dwelling", adds=3, planned_start=timezone.localdate())
        pay(work, 5)
        pay(work, 7, stage="pledged")
        homes.count_homes(process=process, actor=SYSTEM, area=area, as_of=date(2026, 1, 1), source="S", none=4, major=3)
        homes.set_capacity(
            process=process, actor=SYSTEM, area=area, service="water", as_of=date(2026, 1, 1), places=9, source="S"
        )
        homes.set_seats(process=process, actor=SYSTEM, area=area, code=f"h{n}", starts_on=date(2026, 1, 1), persons=3)

    fill(0)
    few = [queries_of(client, url) for url in urls]
    for n in range(1, 30):
        fill(n)
    assert [queries_of(client, url) for url in urls] == few


def test_the_board_narrows_and_shows_the_gap(valley, client_of):
    client, process = client_of("reader"), valley.process
    intake, road = add(valley.kul), add(valley.tavrek, kind="road", title="Bridge at Tavrek", cost=Decimal(100))
    pay(road, 100)
    page = client.get(at("works", process)).content.decode()
    assert "Water intake" in page
    assert "gap 41,001\u00a0EUR" in page
    assert "no gap" in page
    found = client.get(at("works", process), {"gap": "1"}).content.decode()
    assert "Water intake" in found
    assert "Bridge at Tavrek" not in found
    assert "Bridge at Tavrek" in client.get(at("works", process), {"q": road.ref}).content.decode()
    assert "No work fits" in client.get(at("works", process), {"kind": "school"}).content.decode()
    within = client.get(at("works", process), {"area": valley.borun_district.pk}).content.decode()
    assert ("Bridge at Tavrek" in within, "Water intake" in within) == (True, False)
    assert intake.ref in page


def test_money_of_two_currencies_names_the_missing_rate_and_a_rate_mends_it(valley, client_of):
    client, process = client_of("editor"), valley.process
    work = add(valley.kul, cost=Decimal(1000))
    pay(work, 400)
    pay(work, 110, currency="USD")
    for url in (at("work", process, number=work.number), at("funding", process)):
        assert "USD and EUR were not added: no exchange rate between them of 2027-01-01" in client.get(url).content.decode()
    posted = {"form": "rate", "base": "eur", "quote": "USD", "rate": "1.1", "on": "2026-12-01", "source": "A bank"}
    assert client.post(at("funding", process), posted).status_code == 302
    assert ExchangeRate.objects.get().base == "EUR"
    page = client.get(at("work", process, number=work.number)).content.decode()
    assert "not added" not in page
    assert queries.shown(process, work.number).money.gap == 500
    wrong = client.post(at("funding", process), {**posted, "quote": "EUR"})
    assert wrong.status_code == 422
    assert "A rate is between two currencies" in wrong.content.decode()


def test_a_work_by_hand_from_the_form_to_its_finish(valley, client_of):
    client, process = client_of("process_lead"), valley.process
    form = {
        "title": "Wells", "kind": "water", "area": "VM0101", "cost": "120000", "currency": "eur", "price_date": "2026-05-01",
        "duration_months": "3", "resource": "water", "adds": "200", "implementer": "Water Board",
    }  # fmt: skip
    refused = client.post(at("work_add", process), {**form, "area": "Nowhere", "currency": "XYZW"})
    assert refused.status_code == 422
    assert client.post(at("work_add", process), {**form, "price_date": ""}).status_code == 422
    assert Work.objects.count() == 0
    made = client.post(at("work_add", process), form)
    work = Work.objects.get()
    assert made.url == at("work", process, number=work.number)
    assert (work.area, work.implementer.name, work.currency, work.crew_units) == (valley.kul, "Water Board", "EUR", 0)
    edited = client.post(at("work_edit", process, number=1), {**form, "title": "Three wells"})
    assert edited.status_code == 302
    step = at("work_step", process, number=1)
    today = timezone.localdate()
    assert client.post(step, {"after": "cancelled", "on": today, "seen": "planned"}).status_code == 422
    assert client.post(step, {"after": "finished", "on": today, "seen": "planned"}).status_code == 409
    assert client.post(step, {"after": "under_way", "on": today - timedelta(days=9), "seen": "planned"}).status_code == 302
    assert client.post(at("work_progress", process, number=1), {"progress": "40"}).status_code == 302
    assert client.post(step, {"after": "finished", "on": today, "seen": "under_way"}).status_code == 302
    page = client.get(at("work", process, number=1)).content.decode()
    assert "Three wells" in page
    assert "Under way → Finished" in page


def test_money_and_photographs_on_the_page_of_a_work(valley, client_of):
    client, process = client_of("editor"), valley.process
    work = add(valley.kul)
    money = {"funder": "A fund", "amount": "1000", "currency": "EUR", "stage": "pledged", "on": "2027-01-01"}
    assert client.post(at("work_money", process, number=1), money).status_code == 302
    row = Funding.objects.get()
    assert client.post(at("funding_one", process, pk=row.pk), {"stage": "committed"}).status_code == 302
    assert client.post(at("funding_one", process, pk=row.pk), {"act": "retire"}).status_code == 422
    assert client.post(at("funding_one", process, pk=row.pk), {"act": "retire", "reason": "Withdrawn"}).status_code == 302
    assert "Withdrawn" in client.get(at("work", process, number=1)).content.decode()
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert client.post(at("work_photo", process, number=1), {"photo": upload, "caption": "Intake"}).status_code == 302
    photo = work.photos.get()
    shown = client.get(at("work_picture", process, pk=photo.pk))
    assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    bad = SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg")
    assert client.post(at("work_photo", process, number=1), {"photo": bad, "caption": "x"}).status_code == 422


def test_homes_by_area(valley, client_of):
    client, process = client_of("editor"), valley.process
    url = at("area_homes", process, pk=valley.kul.pk)
    count = {
        "form": "homes",
        "as_of": "2026-03-01",
        "none": "12",
        "minor": "3",
        "major": "9",
        "occupied": "2",
        "source": "Survey",
    }
    assert client.post(url, count).status_code == 302
    assert client.post(url, {**count, "occupied": "99"}).status_code == 422
    places = {"form": "capacity", "service": "water", "as_of": "2026-03-01", "places": "80", "used": "30", "source": "Board"}
    assert client.post(url, places).status_code == 302
    page = client.get(at("homes", process)).content.decode()
    assert "Kul" in page
    assert "<b>13</b>" in page
    retire = at("count_retire", process, kind="homes", pk=HomeStock.objects.get().pk)
    assert client.post(retire, {"reason": ""}).status_code == 422
    assert client.post(retire, {"reason": "Wrong village"}).status_code == 302
    assert "Wrong village" in client.get(url).content.decode()
    assert (
        client.post(
            at("homes", process), {"form": "crew", "code": "builders", "starts_on": "2026-01-01", "units": "3"}
        ).status_code
        == 302
    )
    reader = client_of("reader")
    assert reader.post(url, count).status_code == 403
    assert reader.post(at("homes", process), {"form": "crew"}).status_code == 403
    assert reader.get(url).status_code == 200


def test_what_goes_out_comes_in_again_and_no_cell_is_a_formula(valley, client_of):
    client, process = client_of("editor"), valley.process
    first = add(valley.kul, title="=1+1", code="A", adds=4, resource="dwelling")
    add(valley.tavrek, title="Second, with a comma", after=first)
    pay(first, 50)
    homes.count_homes(process=process, actor=SYSTEM, area=valley.kul, as_of=date(2026, 1, 1), source="S", none=4)
    homes.set_capacity(
        process=process, actor=SYSTEM, area=valley.kul, service="school", as_of=date(2026, 1, 1), places=9, source="S"
    )
    homes.set_crew(process=process, actor=SYSTEM, code="builders", name="Builders", starts_on=date(2026, 1, 1), units=2)
    homes.set_seats(process=process, actor=SYSTEM, area=valley.kul, code="kul", starts_on=date(2026, 1, 1), persons=3)
    text = client.get(at("supply_export", process, name="works.csv")).content.decode("utf-8-sig")
    assert "'=1+1" in text
    book = client.get(at("supply_export", process, name="supplies.xlsx")).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("works").to_python()
    assert sheet[1][2] == "=1+1"
    assert b"<f>" not in book
    assert AuditEntry.objects.filter(action="works.exported").count() == 2
    for name, data in (("works.csv", text.encode()), ("supplies.xlsx", book)):
        sent = client.post(at("supply_tables", process), {"file": SimpleUploadedFile(name, data)}, follow=True)
        said = sent.content.decode()
        assert "0 new, 0 changed" in said, said
        assert "1 new" not in said
    assert client.get(at("supply_export", process, name="other.csv")).status_code == 404


def test_a_table_with_faults_is_shown_by_row_and_field(valley, client_of):
    client, process = client_of("editor"), valley.process
    data = b"code,kind,title,area,cost,currency,price_date\nA,housing,Homes,Atlantis,5,EUR,2027-01-01\nB,road,Road,VM0101,-5,EUR,2027-01-01\n"
    sent = client.post(at("supply_tables", process), {"file": SimpleUploadedFile("w.csv", data)})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "Nothing was brought in: 2 faults." in page
    assert "“Atlantis” is no single area on file." in page
    assert "-5 is less than nothing." in page
    none = client.post(at("supply_tables", process), {"file": SimpleUploadedFile("w.csv", b"x,y\n1,2\n")})
    assert none.status_code == 422
    assert "is no table of works or supplies" in none.content.decode()


def test_by_month(valley, client_of):
    client, process = client_of("reader"), valley.process
    today = timezone.localdate().replace(day=1)
    add(valley.kul, planned_start=today)
    add(valley.kul, title="No start yet")
    paid = add(valley.kul, title="Paid homes", kind="housing", planned_start=today)
    pay(paid, "41000.50")
    drawn = queries.by_month(Work.objects.all(), queries.money_of(Work.objects.all(), process), start=today)
    assert [sum(cell.span for cell in row.cells) for row in drawn.rows] == [24, 24]
    assert [row.cells[0].span for row in drawn.rows] == [5, 5]
    assert [row.cells[0].tone for row in drawn.rows] == ["soon", "home"]
    assert [work.title for work in drawn.undated] == ["No start yet"]
    page = client.get(at("works_months", process)).content.decode()
    assert "gap 41,001\u00a0EUR" in page
    assert "No start yet" in page
    assert client.get(at("works_months", process), {"from": "nonsense"}).status_code == 200
    assert "No work in these months" in client.get(at("works_months", process), {"from": "2001-01"}).content.decode()
