"""How many households the approved plan brings to each place: what a gate of the place bears on."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.places import bearing
from wayhome.places.bearing import Affected
from wayhome.plans.models import HouseholdReturn, Run
from wayhome.plans.states import RunState


def planned(process_id: int) -> Mapping[int, Affected]:
    """Households of the approved plan by place; two queries."""
    run = Run.objects.filter(process_id=process_id, state=RunState.APPROVED).select_related("process").first()
    if run is None:
        return {}
    url = reverse("plan_approved", args=[run.process.slug])
    rows = HouseholdReturn.objects.filter(run=run, area__isnull=False).order_by().values_list("area").annotate(n=Count("pk"))
    return {area: Affected(n, url) for area, n in rows}


def connect() -> None:
    """Offer the count; called once when the app is ready."""
    bearing.register("plan", _("Households in the approved plan"), planned, permission=Permission.VIEW_REGISTRY)
