"""Drawings of a plan as numbers that a template turns into SVG: households that come home, by month and group.

Every drawing has a table beside it that says the same. Coordinates are in the units of the drawing's view box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

WIDTH, HEIGHT, LEFT, FOOT = 720, 220, 44, 26
TONES = 5


@dataclass(frozen=True, slots=True)
class Block:
    """One group in one month."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    name: str
    n: int
    month: date


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, or a mark under the months."""

    at: float
    words: str


@dataclass(slots=True)
class Columns:
    """Columns by month; `line` is a path through the sums of all months up to each."""

    blocks: list[Block] = field(default_factory=list)
    scale: list[Tick] = field(default_factory=list)
    months: list[Tick] = field(default_factory=list)
    line: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - FOOT


def columns(months: Sequence[date], groups: Mapping[str, Sequence[int]], *, most: int = 0) -> Columns:
    """Stacked columns: one a month, one block a group. `most` fixes the scale so that two drawings can be laid side by side."""
    drawn = Columns()
    highest = max(most, max((sum(series[t] for series in groups.values()) for t in range(len(months))), default=0), 1)
    room = drawn.floor - 12
    step = (WIDTH - LEFT) / max(len(months), 1)
    top = nice(highest)
    for part in range(5):
        n = top * part / 4
        if n == int(n):
            drawn.scale.append(Tick(round(drawn.floor - room * n / top, 1), f"{int(n)}"))
    for t, month in enumerate(months):
        y = float(drawn.floor)
        for place, (name, series) in enumerate(groups.items()):
            if series[t]:
                height = room * series[t] / top
                y -= height
                drawn.blocks.append(
                    Block(
                        round(LEFT + t * step + step * 0.12, 1),
                        round(y, 1),
                        round(step * 0.76, 1),
                        round(height, 1),
                        TONES - place % TONES,
                        name,
                        series[t],
                        month,
                    )
                )
        if _named(months, t):
            drawn.months.append(Tick(round(LEFT + t * step, 1), f"{month.year}-{month.month:02d}"))
    return drawn


def _named(months: Sequence[date], t: int) -> bool:
    """Whether a month has its name under the drawing: each January and July, and the first where that leaves it room."""
    return months[t].month in {1, 7} or (t == 0 and not any(month.month in {1, 7} for month in months[1:3]))


def nice(n: int) -> int:
    """The smallest of 4, 8, 20, 40, 80, 200, ... that holds `n`."""
    size = 4
    while True:
        for factor in (1, 2, 5):
            if size * factor >= n:
                return size * factor
        size *= 10


@dataclass(frozen=True, slots=True)
class Fan:
    """Bands of what may come, darker where it is likelier, and the plan's own line. Paths are in the units of the view box."""

    outer: str
    inner: str
    middle: str
    planned: str
    scale: list[Tick]
    months: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def fan(months: Sequence[date], levels: Sequence[Sequence[float]], planned: Sequence[float]) -> Fan:
    """Five levels by month, low to high: the outer band from the first to the last, the inner from the second to the fourth."""
    top = nice(int(max([1, *planned, *levels[-1]])) or 1)
    floor, room = HEIGHT - FOOT, HEIGHT - FOOT - 12
    step = (WIDTH - LEFT) / max(len(months) - 1, 1)

    def points(series: Sequence[float]) -> list[tuple[float, float]]:
        return [(LEFT + t * step, floor - room * n / top) for t, n in enumerate(series)]

    def line(series: Sequence[float]) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points(series))

    def band(low: Sequence[float], high: Sequence[float]) -> str:
        there = "L".join(f"{x:.1f} {y:.1f}" for x, y in points(high))
        back = "L".join(f"{x:.1f} {y:.1f}" for x, y in reversed(points(low)))
        return f"M{there}L{back}Z"

    scale = [Tick(round(floor - room * part / 4, 1), f"{top * part // 4}") for part in range(5)]
    named = [
        Tick(round(LEFT + t * step, 1), f"{month.year}-{month.month:02d}") for t, month in enumerate(months) if _named(months, t)
    ]
    return Fan(band(levels[0], levels[4]), band(levels[1], levels[3]), line(levels[2]), line(planned), scale, named)
