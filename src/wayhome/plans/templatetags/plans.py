"""Figures of plans as a language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel import Locale, numbers
from django import template
from django.utils.translation import get_language

from wayhome.places.money import written

register = template.Library()


@register.filter
def amount(value: Any) -> str:
    """An amount of money, whole units."""
    return written(Decimal(str(value)) if value is not None else None)


@register.filter
def share(value: float | None) -> str:
    """A share as per cent with one digit: 0.0123 is 1.2 %."""
    if value is None:
        return "–"
    return str(numbers.format_percent(round(value, 4), "#,##0.0 %", locale=Locale.parse(get_language() or "en", sep="-")))


@register.filter
def times(n: int) -> range:
    """To go round `n` times in a template."""
    return range(n)
