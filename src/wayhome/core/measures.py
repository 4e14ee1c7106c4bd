"""Measures: figures that a higher app offers to a lower one, e.g. households returned as evidence for an ask.

A higher app registers a function under a name when it starts; a lower app asks by name and never imports the higher one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as of a moment, with who measured it and whether it was verified by somebody other than the one who claims it."""

    value: float
    unit: str
    as_of: datetime
    source: str
    verified: bool


Measure = Callable[[int], Figure | None]
_registry: dict[str, tuple[str, Measure]] = {}


def register(name: str, title: str, measure: Measure) -> None:
    """Offer `measure(process_id)` under `name`. Registering a name twice is a programming error."""
    if name in _registry:
        raise ValueError(f"measure {name!r} is registered twice")
    _registry[name] = (title, measure)


def names() -> dict[str, str]:
    """Every registered measure's name and title."""
    return {name: title for name, (title, _) in sorted(_registry.items())}


def take(name: str, process_id: int) -> Figure | None:
    """The figure now, or None when the measure has nothing for this process."""
    return _registry[name][1](process_id)
