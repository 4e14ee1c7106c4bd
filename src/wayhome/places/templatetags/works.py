"""Tags of the pages of works and homes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from wayhome.places import money
from wayhome.places.work_states import TONES, WorkState

register = template.Library()


@register.filter
def amount(value: Decimal | int | None, currency: str = "") -> str:
    """An amount as the reader's language writes it, with its currency."""
    return money.written(value, currency)


@register.filter
def work_tone(state: Any) -> str:
    """The tone of the chip of a state of a work."""
    return TONES.get(WorkState(state), "")


@register.filter
def damage_words(name: str) -> str:
    """The words for a class of damage."""
    from wayhome.places.work_states import Damage

    return str(Damage(name).label)


@register.filter
def stage_words(name: str) -> str:
    """The words for a stage of money."""
    from wayhome.places.work_states import Stage

    return str(Stage(name).label)
