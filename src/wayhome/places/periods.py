"""Periods of names and areas: often only a year is known. A moment is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, empty when not known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_MOMENT = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def is_moment(text: str) -> bool:
    """Whether `text` is a year, a month or a day that exists."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10])
    except ValueError:
        return False
    return True


def check_moment(text: Any) -> None:
    """Validator of a model field: empty or a moment."""
    if text and not is_moment(str(text)):
        raise ValidationError(_("Write a year (1974), a month (1974-05) or a day (1974-05-31)."))


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included as far as they are known; empty is open."""

    start: str = ""
    end: str = ""

    def holds(self, on: date) -> bool:
        """Whether the period is not over and not yet to come on a day; the first and the last year count whole."""
        day = on.isoformat()
        return (not self.start or self.start <= day[: len(self.start)]) and (not self.end or day[: len(self.end)] <= self.end)

    @property
    def over(self) -> bool:
        """Whether it has ended by today."""
        return bool(self.end) and not Period("", self.end).holds(date.today())


def standing_on(day: date) -> Q:
    """Rows with `valid_from` and `valid_to` whose period holds on a day, as `Period.holds` tells it."""
    text = day.isoformat()
    ends = Q(valid_to="") | Q(valid_to__gte=text) | Q(valid_to__in=[text[:4], text[:7]])
    return Q(valid_from__lte=text) & ends  # a year sorts before each of its days, so an empty or known beginning compares as text
