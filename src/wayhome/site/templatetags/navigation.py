"""Template filters of the frame."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format

from wayhome.site.context import COUNTED_TO

register = template.Library()


@register.filter
def count(counts: dict[str, int], key: str) -> str:
    """The number beside a page of a room, or "9,999+" where it is larger."""
    found = counts[key]
    return (
        f"{number_format(COUNTED_TO, force_grouping=True)}+" if found > COUNTED_TO else number_format(found, force_grouping=True)
    )


@register.simple_tag
def link(route: str, *arguments: Any) -> str:
    """The address of a route, or nothing where the installation has no such page."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return ""
