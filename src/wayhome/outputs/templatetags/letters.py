"""Marks of letters in templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from wayhome.dialogue.states import LetterState
from wayhome.dialogue.words import long_date

register = template.Library()
_TONES = {
    LetterState.DRAFT: "draft",
    LetterState.IN_REVIEW: "soon",
    LetterState.APPROVED: "wait",
    LetterState.SENT: "ok",
    LetterState.DISCARDED: "still",
}


@register.filter
def letter_tone(state: Any) -> str:
    """The chip class of a letter's state."""
    return _TONES.get(state, "still")


@register.filter
def day_in_full(day: date | None) -> str:
    """14 May 2027"""
    return long_date(day)


@register.filter
def plain_marks(text: str) -> str:
    """Text without the marks that hold its directions apart, for places where the page isolates it itself."""
    return text.replace("\u2068", "").replace("\u2069", "")
