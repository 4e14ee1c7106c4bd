"""Django's `date` filter with months as the language writes them inside a sentence."""

from __future__ import annotations

from typing import Any

from django import template

from wayhome.core.days import written

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, form: str | None = None) -> str:
    """The day or moment in the active language; nothing for what is none."""
    if value in (None, ""):
        return ""
    try:
        return written(value, form or "DATE_FORMAT")
    except AttributeError:
        return ""
