"""Homes that somebody disputes, by area: a measure that a higher room registers when it starts; this room imports none of them."""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[int], dict[int, int]]
_measures: list[Measure] = []


def register(measure: Measure) -> None:
    """Offer `measure(process_id)`, which gives areas to numbers of disputed homes. A second one is a programming error."""
    if _measures:
        raise ValueError("the measure of disputed homes is registered twice")
    _measures.append(measure)


def by_area(process_id: int) -> dict[int, int] | None:
    """Disputed homes by area; None where nobody measures them."""
    return _measures[0](process_id) if _measures else None
