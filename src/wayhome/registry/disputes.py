"""Homes under a claim, by area: what the room of places shows beside its counts of homes and does not count itself."""

from __future__ import annotations

from django.db.models import Count

from wayhome.places import disputes
from wayhome.registry.claim_states import ClaimState, PropertyKind
from wayhome.registry.models import Claim

# Repossessed and closed claims no longer say that somebody else may hold the right.
SETTLED = (ClaimState.REPOSSESSED, ClaimState.CLOSED)
HOMES = (PropertyKind.HOUSE, PropertyKind.FLAT)


def by_area(process_id: int) -> dict[int, int]:
    """Houses and flats with at least one open claim, each counted once, by area. One query."""
    rows = Claim.objects.filter(process_id=process_id, holding__kind__in=HOMES, holding__area__isnull=False)
    counted = rows.exclude(state__in=SETTLED).order_by().values("holding__area").annotate(n=Count("holding", distinct=True))
    return dict(counted.values_list("holding__area", "n"))


def connect() -> None:
    """Offer the measure; called once when the app is ready."""
    disputes.register(by_area)
