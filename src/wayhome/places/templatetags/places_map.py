"""`{% map board %}`: a map with the table that says the same; `{% map_assets %}` once in the head of the page."""

from __future__ import annotations

from typing import Any

from django import template

from wayhome.places.maps import Map

register = template.Library()


@register.inclusion_tag("places/parts/map.html")
def map(board: Map) -> dict[str, Any]:
    return {"map": board}


@register.inclusion_tag("places/parts/map_assets.html", takes_context=True)
def map_assets(context: Any) -> dict[str, Any]:
    return {"csp_nonce": context.get("csp_nonce")}
