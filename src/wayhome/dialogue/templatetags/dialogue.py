"""Words and marks of the dialogue room in templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.http import QueryDict
from django.utils import timezone

from wayhome.dialogue import words

register = template.Library()


@register.filter
def longday(day: date | None) -> str:
    """14 May 2027"""
    return words.long_date(day)


@register.filter
def shortday(day: date | None) -> str:
    """14 May in this year, 14 May 2026 else."""
    return words.short_date(day, timezone.localdate())


@register.filter
def cellday(day: date | None) -> str:
    """4 Feb 2027"""
    return words.table_date(day)


@register.filter
def tone(state: Any) -> str:
    """The chip class of a state."""
    return words.tone(state)


@register.filter
def marks(grade: int | None) -> list[bool]:
    """Three boxes of a grade, filled or not."""
    return [n < (grade or 0) for n in range(3)]


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """The page's query string with these parameters changed; None or an empty value removes one. The page number is dropped."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"
