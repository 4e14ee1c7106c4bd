"""`{% area_readiness process area %}`: the readiness of an area as a section of its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.places.models import Area
from wayhome.places.queries import readiness_pages

register = template.Library()


@register.inclusion_tag("places/parts/area_readiness.html")
def area_readiness(process: Process, area: Area) -> dict[str, Any]:
    """Of an area whose names were fetched and put (`put_labels`)."""
    return {"process": process, "area": area, "shown": readiness_pages.shown(process, area, timezone.localdate())}
