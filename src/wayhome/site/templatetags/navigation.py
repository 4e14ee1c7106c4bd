"""Template filters of the frame."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.filter
def count(counts: dict[str, int], key: str) -> Any:
    """The number beside a page of a room."""
    return counts[key]


@register.simple_tag
def link(route: str, *arguments: Any) -> str:
    """The address of a route, or nothing where the installation has no such page."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return ""
