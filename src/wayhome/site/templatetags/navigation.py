"""Template filters of the frame."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def count(counts: dict[str, int], key: str) -> Any:
    """The number beside a page of a room."""
    return counts[key]
