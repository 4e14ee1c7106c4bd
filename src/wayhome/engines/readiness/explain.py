"""Why a reading is what it is, what would change its class, and how two readings of one version differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from wayhome.engines.readiness.errors import ReadinessError, Stopped
from wayhome.engines.readiness.types import DIGITS, Contribution, Model, Reading

MOST_TOGETHER = 3  # indicators in one set
MOST_SETS = 12  # sets handed out in each direction; the rest is counted
_MOST_TRIED = 60_000  # sets looked at in each direction: some tenths of a second


@dataclass(frozen=True, slots=True)
class Move:
    """Indicators that together move the class: for each its code, x now (None: not measured) and the least x that does it.

    `steps` counts the answers passed over, `class_code` is the class reached, `score` the score then.
    """

    changes: tuple[tuple[str, float | None, float], ...]
    steps: int
    score: float
    class_code: str

    @property
    def measures(self) -> bool:
        """Whether measuring alone does it: none of the indicators has a value today."""
        return all(now is None for _code, now, _then in self.changes)

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(code for code, _now, _then in self.changes)


@dataclass(frozen=True, slots=True)
class Moves:
    """The smallest sets in each direction, the easiest first. `more`: how many further sets of that size there are.

    `needed` is filled instead where too little was measured for a class: the smallest sets of indicators whose measurement, whatever
    it finds, gives the reading a class. `beyond`: directions in which no set of `MOST_TOGETHER` or fewer does it.
    """

    better: tuple[Move, ...] = ()
    worse: tuple[Move, ...] = ()
    needed: tuple[tuple[str, ...], ...] = ()
    more: tuple[int, int] = (0, 0)
    beyond: tuple[str, ...] = ()


def what_moves(model: Model, reading: Reading, *, stop: Callable[[], bool] | None = None) -> Moves:
    """What would change the class of a reading: changed answers, or first measurements of what is missing.

    Every set named is smallest in number; inside a set each indicator goes no further than it must (fewest answers passed over).

    Raises: ReadinessError when the reading was made by another version of a model; Stopped.
    """
    if reading.key != model.key:
        raise _other_version(reading.key, model.key)
    if not reading.class_code:
        return Moves(needed=_needed(model, reading))
    rank = model.rank(reading.class_code)
    better, more_better = _moves(model, reading, better=True, stop=stop) if rank > 0 else ((), 0)
    worse, more_worse = _moves(model, reading, better=False, stop=stop) if rank < len(model.classes) - 1 else ((), 0)
    beyond = []
    if rank > 0 and not better:
        beyond.append("better")
    if rank < len(model.classes) - 1 and not worse:
        beyond.append("worse")
    return Moves(better, worse, (), (more_better, more_worse), tuple(beyond))


def _needed(model: Model, reading: Reading) -> tuple[tuple[str, ...], ...]:
    missing = [part for part in reading.contributions if not part.measured and part.weight > 0]
    lacking = model.least_share - reading.measured_share - 1e-12
    for size in range(1, len(missing) + 1):
        heaviest = sorted((part.share for part in missing), reverse=True)[:size]
        if math.fsum(heaviest) < lacking:
            continue
        found = []
        for tried, parts in enumerate(combinations(missing, size)):
            if math.fsum(part.share for part in parts) >= lacking:
                found.append(tuple(part.indicator for part in parts))
            if tried > _MOST_TRIED or len(found) >= MOST_SETS:
                break
        return tuple(found)
    return ()


def _moves(model: Model, reading: Reading, *, better: bool, stop: Callable[[], bool] | None) -> tuple[tuple[Move, ...], int]:
    """The smallest sets in one direction, and how many there are beyond those handed out."""
    steps = {one.code: one.steps for one in model.indicators}
    ends = {code: found[0] if better else found[-1] for code, found in steps.items()}
    parts = {part.indicator: part for part in reading.contributions}
    movable = [
        part
        for part in reading.contributions
        if part.weight > 0 and (part.x is None or (part.x > ends[part.indicator] if better else part.x < ends[part.indicator]))
    ]
    score = _Scores(list(parts.values()))
    cut = _cut(model, reading.class_code, better)
    for size in range(1, min(MOST_TOGETHER, len(movable)) + 1):
        able = []
        for tried, chosen in enumerate(combinations(movable, size)):
            if tried > _MOST_TRIED:
                break
            if stop is not None and stop():
                raise Stopped(0)
            if _moved(score.at({part.indicator: ends[part.indicator] for part in chosen}), cut, better):
                able.append(chosen)
        if able:
            found = [_least(model, score, chosen, steps, cut, better) for chosen in able]
            found.sort(key=lambda move: (move.steps, not move.measures, move.indicators))
            return tuple(found[:MOST_SETS]), max(len(found) - MOST_SETS, 0)
    return (), 0


def _cut(model: Model, class_code: str, better: bool) -> float:
    """The score to get below (better), or to reach (worse)."""
    rank = model.rank(class_code)
    return model.cuts[rank - 1] if better else model.cuts[rank]


def _moved(score: float, cut: float, better: bool) -> bool:
    score = round(score, DIGITS)
    return score < cut if better else score >= cut


class _Scores:
    """The score with some indicators set to other values."""

    def __init__(self, parts: Sequence[Contribution]) -> None:
        self._weights = {part.indicator: part.weight for part in parts}
        self._x = {part.indicator: part.x for part in parts if part.x is not None}
        self._weight = math.fsum(self._weights[code] for code in self._x)
        self._sum = math.fsum(self._weights[code] * x for code, x in self._x.items())

    def at(self, changes: dict[str, float]) -> float:
        weight, total = self._weight, self._sum
        for code, x in changes.items():
            own, now = self._weights[code], self._x.get(code)
            weight += own if now is None else 0.0
            total += own * (x - (now or 0.0))
        return 100 * total / weight


def _least(
    model: Model,
    score: _Scores,
    chosen: Sequence[Contribution],
    steps: dict[str, tuple[float, ...]],
    cut: float,
    better: bool,
) -> Move:
    """The set with each indicator going no further than it must; the way to the end of each is known to do it.

    Least means: fewest answers passed over in all, then the smallest change of the score.
    """
    ways: list[list[tuple[int, float]]] = []
    for part in chosen:
        if part.x is None:
            # A first measurement passes no answer over: among those that do it the mildest is named.
            ways.append([(0, x) for x in (reversed(steps[part.indicator]) if better else steps[part.indicator])])
        else:
            further = [x for x in steps[part.indicator] if (x < part.x if better else x > part.x)]
            ways.append(list(enumerate(reversed(further) if better else further, start=1)))
    best: tuple[int, float, tuple[float, ...]] | None = None
    for way in product(*ways):
        passed = sum(n for n, _x in way)
        if best is not None and passed > best[0]:
            continue
        then = score.at({part.indicator: x for part, (_n, x) in zip(chosen, way, strict=True)})
        if _moved(then, cut, better):
            rank = (passed, -then if better else then, tuple(x for _n, x in way))
            best = rank if best is None else min(best, rank)
    assert best is not None
    passed, signed, xs = best
    reached = -signed if better else signed
    changes = tuple((part.indicator, part.x, x) for part, x in zip(chosen, xs, strict=True))
    return Move(changes, passed, reached, model.class_of(reached))


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two readings of an area by one version.

    `score` later minus earlier (below nought: better), None where one has none. `apart`: the ranges do not touch, so the change
    is not owed to what is missing or contradictory. `by_indicator`: code, x before, x after, of those that differ.
    """

    earlier: date
    later: date
    score: float | None
    apart: bool
    class_before: str
    class_after: str
    by_indicator: tuple[tuple[str, float | None, float | None], ...]


def compare(earlier: Reading, later: Reading) -> Difference:
    """Two readings of one area. Raises: ReadinessError between areas, or between versions of a model."""
    if earlier.key != later.key:
        raise _other_version(earlier.key, later.key)
    if earlier.area != later.area:
        raise ReadinessError("other_area", "These are readings of two areas.", "Compare one area with itself.", where=later.area)
    if earlier.on > later.on:
        earlier, later = later, earlier
    before = {part.indicator: part.x for part in earlier.contributions}
    changed = tuple(
        (part.indicator, before[part.indicator], part.x) for part in later.contributions if before[part.indicator] != part.x
    )
    return Difference(
        earlier.on,
        later.on,
        None if earlier.score is None or later.score is None else later.score - earlier.score,
        later.high < earlier.low or later.low > earlier.high,
        earlier.class_code,
        later.class_code,
        changed,
    )


def _other_version(one: tuple[str, str], other: tuple[str, str]) -> ReadinessError:
    return ReadinessError(
        "other_version",
        f"Readings by {one[0]} version {one[1]} and {other[0]} version {other[1]} are not compared.",
        "Read both days by one version.",
        where=other[1],
    )
