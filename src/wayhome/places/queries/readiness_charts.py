"""Drawings of readiness as numbers that a template turns into SVG. A table beside each says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from wayhome.core.days import written
from wayhome.places.queries.readiness import History, Point

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 240, 44, 130, 14, 30


@dataclass(frozen=True, slots=True)
class Dot:
    """One day: where it stands, where its range begins and ends."""

    point: Point
    x: float
    y: float | None
    high: float
    low: float

    @property
    def height(self) -> float:
        return round(self.low - self.high, 1)

    @property
    def start(self) -> float:
        return round(self.x - 5, 1)


@dataclass(slots=True)
class Chart:
    """A line over days with its range; broken where the version changes. 100, the worst, is at the top."""

    dots: list[Dot] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    cuts: list[tuple[float, str, float]] = field(default_factory=list)  # y, words of the class above, y of the words
    days: list[tuple[float, str, str]] = field(default_factory=list)  # x, day, anchor
    breaks: list[tuple[float, int]] = field(default_factory=list)  # x, version from there
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    end: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def y_of(score: float) -> float:
    return round(TOP + (100 - score) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def chart(history: History, classes: Sequence[tuple[float, str]]) -> Chart:
    """Lay a history out. `classes`: (beginning, words) from the best to the worst of the version whose cut-offs are drawn."""
    found = Chart()
    points = history.points
    if not points:
        return found
    first, last = points[0].on, points[-1].on
    span = max((last - first).days, 1)
    room = WIDTH - LEFT - RIGHT - 24

    def x_of(day: date) -> float:
        share = (day - first).days / span if last > first else 0.5
        return round(LEFT + 12 + share * room, 1)

    for point in points:
        reading = point.reading
        y = None if reading.score is None else y_of(reading.score)
        found.dots.append(Dot(point, x_of(point.on), y, y_of(reading.high), y_of(reading.low)))
    for _version, group in groupby(found.dots, key=lambda dot: dot.point.version):
        dots = list(group)
        drawn = [dot for dot in dots if dot.y is not None]
        if len(drawn) > 1:
            found.lines.append(" ".join(f"{dot.x},{dot.y}" for dot in drawn))
        if len(dots) > 1:
            there = [f"{dot.x},{dot.high}" for dot in dots]
            back = [f"{dot.x},{dot.low}" for dot in reversed(dots)]
            found.bands.append(" ".join(there + back))
    beginnings = [start for start, _words in classes] + [100]
    for n, (start, words) in enumerate(classes):
        found.cuts.append((y_of(start), words, round((y_of(start) + y_of(beginnings[n + 1])) / 2 + 4, 1)))
    shown: list[Dot] = []
    for dot in found.dots:  # days that would stand on each other are left to the table
        if not shown or dot.x - shown[-1].x > 90:
            shown.append(dot)
    if found.dots[-1] not in shown:
        if len(shown) > 1 and found.dots[-1].x - shown[-1].x <= 90:
            shown.pop()
        shown.append(found.dots[-1])
    for dot in shown:
        found.days.append((dot.x, written(dot.point.on, "j M Y"), "middle"))
    before = None
    for dot in found.dots:
        if before is not None and dot.point.version != before.point.version:
            found.breaks.append((round((before.x + dot.x) / 2, 1), dot.point.version))
        before = dot
    return found
