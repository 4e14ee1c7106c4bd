"""What goes in and comes out: models as data, measured values, readings with their ranges and reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from wayhome.engines.readiness.errors import ReadinessError

DIGITS = 9  # scores are compared with cut-offs to so many decimals: the last digits of floats say nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an indicator: its code, and x from 0 (best) to 1 (worst)."""

    code: str
    x: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a model: either a set of `answers`, or a number between `best` and `worst` (in its own unit).

    `weight` is relative to those of the others, not negative. `scale` is the code of the scale it counts in.
    """

    code: str
    scale: str
    weight: float = 1.0
    answers: tuple[Answer, ...] = ()
    best: float | None = None
    worst: float | None = None

    def x_of(self, said: str | float) -> float:
        """x of an answer's code or of a number; numbers beyond best or worst count as these.

        Raises: ReadinessError `unknown_answer` or `no_number`.
        """
        if self.answers:
            for answer in self.answers:
                if answer.code == said:
                    return answer.x
            known = ", ".join(answer.code for answer in self.answers)
            raise ReadinessError(
                "unknown_answer", f"“{said}” is no answer of {self.code}.", f"Its answers are: {known}.", where=self.code
            )
        assert self.best is not None and self.worst is not None
        try:
            number = float(said)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ReadinessError("no_number", f"“{said}” is no number for {self.code}.", "Write a number.", where=self.code)
        return min(max((number - self.best) / (self.worst - self.best), 0.0), 1.0)

    @property
    def steps(self) -> tuple[float, ...]:
        """The values x can be set to, the best first: those of the answers, or quarters between best and worst."""
        if self.answers:
            return tuple(sorted({answer.x for answer in self.answers}))
        return (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A part of the model with a score of its own."""

    code: str
    order: int = 0


class Rule(StrEnum):
    """Which of several values that count together gives the score. The range always spans all of them."""

    MEDIAN = "median"
    WORST = "worst"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Model:
    """A version of an index. Immutable; whatever changes makes another version, and versions are not compared.

    `cuts` rise; a score below `cuts[0]` has the class `classes[0]`, one from there on `classes[1]`, and so on: one class more
    than cuts. A reading gets a class only when at least `least_share` of all weight was measured. Days:

    - `together_days`: values of one indicator from several sources count together when they lie so near to the newest one; an
      older one gives way to it. Of one source and assessor only the newest counts.
    - `stale_days`: after so many days a value still gives the score, but its range is the whole scale again.
    - `expire_days`: after so many days it counts as not measured.

    `hotspot_families`: an area is a hotspot when a scale is in the worst class and at least so many families live in it.
    """

    code: str
    version: str
    scales: tuple[Scale, ...]
    indicators: tuple[Indicator, ...]
    cuts: tuple[float, ...]
    classes: tuple[str, ...]
    rule: Rule = Rule.MEDIAN
    least_share: float = 0.5
    together_days: int = 45
    stale_days: int = 270
    expire_days: int = 730
    hotspot_families: int = 50

    def __post_init__(self) -> None:
        check(self)

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.version

    @property
    def total(self) -> float:
        """The sum of all weights."""
        return math.fsum(one.weight for one in self.indicators)

    def class_of(self, score: float) -> str:
        """The class of a score; a score on a cut belongs to the worse class."""
        return self.classes[sum(round(score, DIGITS) >= cut for cut in self.cuts)]

    def rank(self, class_code: str) -> int:
        """The place of a class among the classes, 0 the best."""
        return self.classes.index(class_code)


def check(model: Model) -> None:
    """Raise ReadinessError for the first thing that does not hang together."""

    def refuse(code: str, problem: str, remedy: str, where: str = "") -> None:
        raise ReadinessError(code, problem, remedy, where=where)

    if not model.indicators:
        refuse("no_indicators", "The model has no indicators.", "Give it at least one.")
    codes = [one.code for one in model.indicators]
    for code in codes:
        if codes.count(code) > 1:
            refuse("twice", f"The indicator {code} stands twice in the model.", "Keep it once.", code)
    scales = {scale.code for scale in model.scales}
    for one in model.indicators:
        if one.scale not in scales:
            refuse(
                "unknown_scale", f"{one.code} is on a scale that the model does not have.", "Name one of its scales.", one.code
            )
        if not math.isfinite(one.weight) or one.weight < 0:
            refuse("weight", f"The weight of {one.code} is below nought or no number.", "Give it 0 or more.", one.code)
        if one.answers:
            wrong = [answer for answer in one.answers if not 0 <= answer.x <= 1]
            if wrong or len({answer.code for answer in one.answers}) < max(2, len(one.answers)):
                refuse(
                    "answers",
                    f"The answers of {one.code} are not two or more, each with a value from 0 to 1.",
                    "Correct them.",
                    one.code,
                )
        elif one.best is None or one.worst is None or not math.isfinite(one.best - one.worst) or one.best == one.worst:
            refuse("bounds", f"{one.code} has neither answers nor a best and a worst number.", "Give it one of both.", one.code)
    if model.total <= 0:
        refuse("no_weight", "All weights of the model are 0.", "Give at least one indicator a weight above 0.")
    if len(model.classes) != len(model.cuts) + 1 or len(set(model.classes)) != len(model.classes):
        refuse("classes", "The classes are not one more than the cut-offs, each with its own code.", "Give one cut-off less.")
    if any(not 0 < cut < 100 for cut in model.cuts) or any(a >= b for a, b in zip(model.cuts, model.cuts[1:], strict=False)):
        refuse("cuts", "The cut-offs do not rise between 0 and 100.", "Order them, each above the one before.", "cuts")
    if not 0 <= model.least_share <= 1:
        refuse("least_share", "The least share of weight is not between 0 and 1.", "Write a share.", "least_share")
    if min(model.together_days, model.stale_days, model.expire_days, model.hotspot_families) < 0:
        refuse("days", "A number of days or families is below nought.", "Write 0 or more.")
    if model.stale_days > model.expire_days:
        refuse("days", "Values would expire before they are stale.", "Let the second number of days be the greater one.")


@dataclass(frozen=True, slots=True)
class Value:
    """What one source said about one indicator of an area on a day. `x` from 0 (best) to 1 (worst)."""

    indicator: str
    x: float
    on: date
    source: str = ""
    assessor: str = ""


@dataclass(frozen=True, slots=True)
class AreaData:
    """An area's values, in any order; values of indicators that the model does not have are passed over."""

    key: str
    values: tuple[Value, ...] = ()
    families: int | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """The areas to read."""

    areas: tuple[AreaData, ...]


@dataclass(frozen=True, slots=True)
class Params:
    """The version of the model, and the day on which the areas are read: later values do not count."""

    model: Model
    on: date


@dataclass(frozen=True, slots=True)
class Contribution:
    """One indicator in a reading.

    `x` is None when not measured; `low` to `high` is where x may lie. `points` are its points of the score (they add up to it),
    `share` its share of all weight. `values` are those that count, the newest first; several that differ: `conflict`.
    """

    indicator: str
    scale: str
    weight: float
    share: float
    x: float | None
    low: float
    high: float
    points: float
    values: tuple[Value, ...] = ()
    conflict: bool = False
    stale: bool = False

    @property
    def measured(self) -> bool:
        return self.x is not None

    @property
    def on(self) -> date | None:
        """The day of the newest value that counts."""
        return self.values[0].on if self.values else None


@dataclass(frozen=True, slots=True)
class Subscore:
    """The score of one scale, with its range and class, as for the whole."""

    scale: str
    score: float | None
    low: float
    high: float
    class_code: str
    measured_share: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One area by one version of a model on one day.

    `score` is None when nothing was measured, `class_code` empty when too little was. `low` to `high` holds the score under
    every way in which what is missing, stale or contradictory could turn out. `possible` are the classes of that range.
    `hotspot`: yes, no, or None where a scale is in the worst class and nobody said how many families there are.
    """

    area: str
    model: str
    version: str
    on: date
    score: float | None
    low: float
    high: float
    class_code: str
    possible: tuple[str, ...]
    measured_share: float
    partial: bool
    conflicts: int
    stale: int
    as_of: date | None
    oldest: date | None
    hotspot: bool | None
    families: int | None
    subscores: tuple[Subscore, ...]
    contributions: tuple[Contribution, ...]

    @property
    def certain(self) -> bool:
        """Whether the class is the same over the whole range."""
        return bool(self.class_code) and len(self.possible) == 1

    @property
    def key(self) -> tuple[str, str]:
        return self.model, self.version


@dataclass(frozen=True, slots=True)
class Result:
    """All readings by area, with what they were made by."""

    readings: Mapping[str, Reading]
    model: str
    version: str
    engine: str
    seed: int
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Values that did not count because their indicator is not in the model, by indicator."""
