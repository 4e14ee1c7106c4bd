"""Homes under a claim beside the counts of homes."""

from datetime import date

import pytest

from tests.apps.registry.land import Land
from wayhome.core.actors import SYSTEM
from wayhome.places.actions import homes
from wayhome.places.models import Area
from wayhome.places.queries import homes as queries
from wayhome.registry.claim_states import ClaimState
from wayhome.registry.models import Claim, Property

pytestmark = pytest.mark.django_db


def test_homes_under_an_open_claim_are_counted_once_in_their_area(process, person):
    land = Land(process, person("case_worker"), person("process_lead"), person("editor"))
    kul = Area.objects.create(process=process, code="KUL")
    made = [
        land.at(ClaimState.LODGED),
        land.at(ClaimState.UNDER_REVIEW),
        land.at(ClaimState.CLOSED),
        land.at(ClaimState.REPOSSESSED),
    ]
    Property.objects.filter(pk__in=[claim.holding_id for claim in made]).update(area=kul, kind="house")
    again = land.at(ClaimState.LODGED)
    Claim.objects.filter(pk=again.pk).update(holding=made[0].holding)
    field = land.at(ClaimState.LODGED)
    Property.objects.filter(pk=field.holding_id).update(area=kul, kind="land")
    homes.count_homes(process=process, actor=SYSTEM, area=kul, as_of=date(2026, 1, 1), source="Survey", none=9)
    [line] = queries.board(process, date(2026, 6, 1)).lines
    assert (line.supply.dwelling, line.disputed) == (9, 2)
