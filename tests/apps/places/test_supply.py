"""What plans read: places free, works that may be planned, crews, seats and money by month."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayhome.places.models import (
    Crew,
    CrewCapacity,
    Funding,
    HomeStock,
    HubSeats,
    Organisation,
    ServiceCapacity,
    TransportHub,
    Work,
)
from wayhome.places.precedence import circles, in_order
from wayhome.places.queries import supply

pytestmark = pytest.mark.django_db
TODAY = date(2027, 6, 1)


def work(valley, number, area=None, **said):
    said = {
        "kind": "water", "title": f"Work {number}", "cost": Decimal(1000), "currency": "EUR", "duration_months": 3, **said,
    }  # fmt: skip
    return Work.objects.create(process=valley.process, number=number, area=area or valley.kul, **said)


def test_places_are_the_latest_count_and_what_works_added_since(valley, django_assert_num_queries):
    count = {"process": valley.process, "area": valley.kul, "source": "Survey"}
    HomeStock.objects.create(**count, as_of=date(2026, 1, 1), none=90)
    HomeStock.objects.create(**count, as_of=date(2027, 1, 1), none=10, minor=5, major=40, destroyed=3, occupied=4)
    HomeStock.objects.create(**count, as_of=date(2028, 1, 1), none=500)
    ServiceCapacity.objects.create(**count, service="water", as_of=date(2027, 1, 1), places=300, used=320)
    seen = {"resource": "dwelling", "state": "finished"}
    work(valley, 1, adds=7, finished_on=date(2027, 2, 1), **seen)
    work(valley, 2, adds=70, finished_on=date(2026, 12, 1), **seen)  # the count of 2027 has seen these
    work(valley, 3, adds=700, finished_on=date(2027, 8, 1), **seen)  # not yet on the day
    work(valley, 4, adds=7000, resource="dwelling", state="under_way")
    with django_assert_num_queries(5):
        [kul] = supply.area_supply(valley.process, TODAY)
    assert (kul.area_id, kul.district_id) == (valley.kul.pk, valley.meshul_district.pk)
    assert (kul.dwelling, kul.water, kul.school, kul.clinic) == (10 + 5 - 4 + 7, 0, 0, 0)


def test_works_without_cost_or_behind_a_cancelled_one_are_kept_out_and_named(valley):
    first = work(valley, 1, state="finished", finished_on=date(2027, 1, 1))
    second = work(valley, 2, after=first, code="KW-2")
    third = work(valley, 3, after=second, cost=None)
    work(valley, 4, after=third)
    cancelled = work(valley, 5, state="cancelled")
    work(valley, 6, after=cancelled, duration_months=None)
    [planned] = supply.plannable_works(valley.process, TODAY)
    assert (planned.code, planned.after_id, planned.gate_ids) == ("KW-2", None, ())
    assert {one.code: one.lacks for one in supply.unplannable_works(valley.process)} == {
        "W-003": ("cost",),
        "W-004": ("after_unplannable",),
        "W-006": ("duration", "after_cancelled"),
    }


def test_crews_seats_and_money_by_month(valley, other_process):
    crew = Crew.objects.create(process=valley.process, code="builders", name="Builders")
    CrewCapacity.objects.create(crew=crew, starts_on=date(2027, 7, 15), units=3)
    CrewCapacity.objects.create(crew=crew, starts_on=date(2027, 9, 1), units=1)
    assert supply.crews_by_month(valley.process, TODAY, 5) == {"builders": [0, 3, 3, 1, 1]}
    assert supply.crews(valley.process, date(2028, 1, 1)) == {"builders": 1}
    hub = TransportHub.objects.create(process=valley.process, code="camp", area=valley.tavrek)
    HubSeats.objects.create(hub=hub, starts_on=date(2027, 1, 1), persons=40)
    HubSeats.objects.create(hub=hub, starts_on=date(2027, 8, 1), persons=0)
    assert supply.hubs(valley.process, TODAY, 3)[0].seats == (40, 40, 0)
    fund = Organisation.objects.create(process=valley.process, name="A fund", key="a fund")
    begun = work(valley, 1, state="under_way")
    planned = work(valley, 2)
    said = {"process": valley.process, "funder": fund, "on": date(2027, 1, 1), "currency": "EUR", "stage": "committed"}
    Funding.objects.create(**said, amount=100)
    Funding.objects.create(**said, amount=10, available_from=date(2027, 7, 1), work=planned)
    Funding.objects.create(**said, amount=1, work=begun)
    Funding.objects.create(**(said | {"currency": "USD"}), amount=7, available_from=date(2027, 8, 1))
    Funding.objects.create(**(said | {"stage": "pledged"}), amount=5)
    Funding.objects.create(**said, amount=1000, available_from=date(2030, 1, 1))
    assert supply.funding_by_month(valley.process, TODAY, 3) == {"EUR": [100, 10, 0], "USD": [0, 0, 7]}
    assert supply.funding_by_month(valley.process, TODAY, 3, tied=False) == {"EUR": [100, 0, 0], "USD": [0, 0, 7]}
    assert supply.funding_by_month(other_process, TODAY, 3) == {}


def test_the_number_of_queries_does_not_grow(valley, django_assert_max_num_queries):
    for n in range(30):
        area = valley.add(f"VM03{n:02}", "settlement", 5, valley.borun_district, (f"Place {n}", "en"))
        work(valley, n + 1, area=area)
    with django_assert_max_num_queries(7):
        assert len(supply.area_supply(valley.process, TODAY)) == 30
    with django_assert_max_num_queries(4):
        assert len(supply.plannable_works(valley.process, TODAY)) == 30


@given(st.dictionaries(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12)), max_size=13))
def test_every_circle_is_found_and_without_one_there_is_an_order(after):
    found = circles(after)
    inside = {key for circle in found for key in circle}
    assert len(inside) == sum(map(len, found))
    for circle in found:
        for here, following in zip(circle, [*circle[1:], circle[0]], strict=True):
            assert after[here] == following
    for key in after:  # by definition: whoever comes back to itself is in a circle
        at = after[key]
        for _step in range(len(after)):
            if at == key or at not in after:
                break
            at = after[at]
        assert (at == key) == (key in inside)
    if found:
        with pytest.raises(ValueError, match="in a circle"):
            in_order(after)
    else:
        place = {key: n for n, key in enumerate(in_order(after))}
        assert place.keys() == after.keys()
        assert all(place[before] < place[key] for key, before in after.items() if before in after)
