"""Tags of the room's templates."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wayhome.places.queries.written import Item
from wayhome.places.reasons import BANDS

register = template.Library()


@register.simple_tag
def written_query(item: Item, view: str, source: str) -> str:
    """The query that opens one text on the page of places people wrote."""
    said = {"view": view if view != "open" else "", "source": source, "text": item.text, "within": item.within}
    return "?" + urlencode({key: value for key, value in said.items() if value})


@register.simple_tag
def band(name: str) -> SafeString:
    """The chip of a band."""
    words, tone = BANDS[name]
    return format_html('<span class="chip {}">{}</span>', tone, words)
