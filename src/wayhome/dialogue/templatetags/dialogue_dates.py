"""Dates in templates as precise as their source."""

from django import template

from wayhome.dialogue import dating

register = template.Library()


@register.filter
def dated(value: str) -> str:
    """14 May 2027, May 2027 or 2027."""
    return dating.shown(value)
