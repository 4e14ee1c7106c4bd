"""Tables of works and supplies: brought in whole or not at all, everything wrong named by file, row, field and remedy."""

from datetime import date
from pathlib import Path

import pytest

from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Forbidden, InvalidInput
from wayhome.places.actions.gazetteers import bring_in as bring_in_gazetteer
from wayhome.places.actions.supply_imports import bring_in
from wayhome.places.importing import supply as reading
from wayhome.places.models import Area, Crew, Funding, HomeStock, Organisation, Presence, Work
from wayhome.places.queries import supply
from wayhome.places.shipped import bring_in_lirva_valley
from wayhome.places.shipped_works import bring_in_lirva_works
from wayhome.site.demo import load

pytestmark = pytest.mark.django_db
WORKS = "code,kind,title,area,cost,currency,price_date,months,after,crew,crew_units,resource,adds\n"


def take(process, text, **more):
    return bring_in(process=process, actor=SYSTEM, file_name="works.csv", data=text.encode(), **more)


def places(report):
    return [(fault.row, fault.field) for fault in report.faults]


def test_works_come_in_whatever_their_order_and_twice_changes_nothing(valley):
    text = (
        WORKS
        + "B,housing,Homes,VM0101,1000,EUR,2027-01-05,6,A,builders,2,dwelling,40\nA,clearance,Fields,Kul,500,EUR,2027-01,3,,,,,\n"
    )
    text = text.replace("Kul,", "Old Tavrek,")
    report = take(valley.process, text)
    assert report.written, report.faults
    assert report.lines == [("works", 2, 0, 0)]
    homes, fields = Work.objects.get(code="B"), Work.objects.get(code="A")
    assert (homes.after, homes.crew.code, homes.crew_units, homes.adds) == (fields, "builders", 2, 40)
    assert (fields.kind, fields.area, fields.price_date) == ("demining", valley.tavrek, date(2027, 1, 1))
    assert take(valley.process, text).lines == [("works", 0, 0, 2)]
    assert take(valley.process, text.replace("1000", "1100")).lines == [("works", 0, 1, 1)]
    assert take(valley.process, "code,kind,title,area\nA,demining,Fields,VM0202\n").lines == [("works", 0, 0, 1)]
    fields.refresh_from_db()
    assert fields.cost == 500  # a column that is not there is not touched


def test_everything_wrong_is_named_and_nothing_written(valley):
    rows = [
        "A,housing,Homes,VM0101,-5,EUR,2027-01-01,6,,,,,",
        "B,cinema,Homes,VM0101,5,EURO,2027,0.5,,,,,",
        'C,housing,,VM0101,"1,234",EUR,2027-01-01,1,,,,,',
        "D,housing,Homes,Atlantis,5,EUR,2027-01-01,6,,,,,",
        "E,housing,Homes,Kul,5,EUR,2027-01-01,6,,,,,",
        "F,housing,Homes,VM0101,5,EUR,2027-01-01,6,X,,,,",
        "G,housing,Homes,VM0101,5,EUR,2027-01-01,6,,,,dwelling,0",
        "H,housing,Homes,VM0101,5,,2027-01-01,6,,,,,",
        "A2,housing,Homes,VM0101,5,EUR,2027-01-01,6,A3,,,,",
        "A3,housing,Homes,VM0101,5,EUR,2027-01-01,6,A2,,,,",
        "Z,housing,Good,VM0101,5,EUR,2027-01-01,6,,,,,",
        "Z,housing,Twice,VM0101,5,EUR,2027-01-01,6,,,,,",
    ]
    report = take(valley.process, WORKS + "\n".join(rows) + "\n")
    assert not report.written
    assert Work.objects.count() == 0
    assert sorted(set(places(report))) == [
        (2, "cost"), (3, "currency"), (3, "kind"), (3, "months"), (3, "price_date"), (4, "cost"), (4, "title"), (5, "area"),
        (6, "area"), (7, "after"), (8, "adds"), (9, "currency"), (10, "after"), (13, "code"),
    ]  # fmt: skip
    assert all(fault.problem and fault.remedy and fault.file == "works.csv" for fault in report.faults)
    assert "A2 → A3 → A2" in next(fault.problem for fault in report.faults if fault.row == 10)
    kept = take(valley.process, WORKS + "\n".join(rows) + "\n", good_rows_only=True)
    assert kept.written
    assert list(Work.objects.values_list("code", flat=True)) == ["Z"]


def test_trying_only_writes_nothing(valley):
    report = take(valley.process, WORKS + "A,housing,Homes,VM0101,5,EUR,2027-01-01,6,,builders,2,,\n", dry=True)
    assert (report.written, report.lines) == (False, [("works", 1, 0, 0)])
    assert (Work.objects.count(), Crew.objects.count()) == (0, 0)


def test_a_work_new_to_us_may_have_begun_before_and_a_state_on_file_is_not_overwritten(valley):
    text = "code,kind,title,area,state,started_on,finished_on,progress\nA,road,Bridge,VM0101,under_way,2026-01-05,,40\n"
    text += "B,road,Road,VM0101,finished,2025-01-05,2025-06-01,\n"
    assert take(valley.process, text).written
    bridge, road = Work.objects.get(code="A"), Work.objects.get(code="B")
    assert (bridge.state, bridge.started_on, bridge.progress) == ("under_way", date(2026, 1, 5), 40)
    assert (road.state, road.finished_on, road.steps.count()) == ("finished", date(2025, 6, 1), 3)
    report = take(valley.process, text.replace("under_way", "finished"))
    assert places(report) == [(2, "state")]


def test_money_homes_and_seats(valley):
    take(valley.process, WORKS + "A,housing,Homes,VM0101,5,EUR,2027-01-01,6,,,,,\n")
    text = "work,funder,amount,currency,stage,on,reference\nA,A fund,1 000.50,EUR,pledged,2026-01-01,R1\n,A FUND,7,EUR,committed,2026-01-01,R2\n"
    assert take(valley.process, text).lines == [("funding", 2, 0, 0)]
    assert take(valley.process, text).lines == [("funding", 0, 0, 2)]
    assert take(valley.process, text.replace("pledged", "committed")).lines == [("funding", 0, 1, 1)]
    assert Organisation.objects.count() == 1
    assert Funding.objects.get(reference="R1").amount == 1000.5
    homes = "area,as_of,none,minor,major,destroyed,occupied,source\nVM0101,2026-01-01,5,,7,0,2,Survey\n"
    assert take(valley.process, homes).lines == [("homes", 1, 0, 0)]
    assert take(valley.process, homes).lines == [("homes", 0, 0, 1)]
    assert HomeStock.objects.get().minor is None
    assert places(take(valley.process, homes.replace(",2,Survey", ",9,Survey"))) == [(2, "occupied")]
    seats = "hub,area,from,persons\ncamp,VM0101,2026-01,40\n"
    assert take(valley.process, seats).lines == [("seats", 1, 0, 0)]
    assert take(valley.process, seats).lines == [("seats", 0, 0, 1)]


def test_a_file_without_a_known_table_says_what_one_is(valley):
    with pytest.raises(InvalidInput, match="code, kind, title, area"):
        take(valley.process, "a,b\n1,2\n")


def test_a_reader_may_not(valley, person):
    with pytest.raises(Forbidden):
        bring_in(process=valley.process, actor=Actor.of(person("reader")), file_name="w.csv", data=b"code,kind,title,area\n")


@pytest.mark.parametrize(
    ("text", "value"), [("1 234,50", "1234.50"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("12,5", "12.5"), ("", None)]
)
def test_numbers_as_people_write_them(text, value):
    found = reading.decimal_cell(text)
    assert (str(found) if found is not None else None) == value


def test_the_works_of_the_valley_that_ship_are_whole(process):
    bring_in_lirva_valley(process=process, actor=SYSTEM)
    refuge = Path(load.__file__).with_name("places_of_refuge.csv")
    bring_in_gazetteer(process=process, actor=SYSTEM, name="Places of refuge", file_name=refuge.name, data=refuge.read_bytes())
    today = date.today()
    assert bring_in_lirva_works(process=process, actor=SYSTEM, today=today) == 31
    assert bring_in_lirva_works(process=process, actor=SYSTEM, today=today) == 31
    works = supply.plannable_works(process, today)
    assert (len(works), supply.unplannable_works(process)) == (31, [])
    assert {work.currency for work in works} == {"EUR"}
    assert len({work.area_id for work in works}) == 11
    crews = supply.crews(process, today)
    assert all(work.crew_units <= crews[work.crew] for work in works if work.crew)
    there = supply.area_supply(process, today)
    homes = sum(one.dwelling for one in there) + sum(work.adds for work in works if work.resource == "dwelling")
    assert 950 <= homes <= 1050
    assert all(min(one.dwelling, one.water, one.school, one.clinic) > 0 for one in there)
    money = supply.funding_by_month(process, today, 24)
    assert list(money) == ["EUR"]
    assert sum(money["EUR"]) < sum(work.cost for work in works)
    assert len(supply.hubs(process, today, 24)) == 7
    assert Area.objects.filter(works__isnull=False).distinct().count() == 11
    assert Presence.objects.count() == 15
    assert not Presence.objects.filter(area=None).exists()
