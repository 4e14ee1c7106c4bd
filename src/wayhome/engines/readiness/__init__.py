"""How ready an area is for return: answers to indicators -> a score with a range, a class, and what would change it.

    model = Model("return_index", "2", scales, indicators, cuts, classes)
    result = run(Data(areas), params=Params(model, on), seed=0)
    reading = result.readings["LV0101"]            # score, low, high, class_code, subscores, contributions, marks
    what_moves(model, reading)                     # the smallest sets of indicators that move the class
    compare(earlier, later)                        # refused between versions of a model

0 is best, 100 is worst: 100 * sum(weight * x) / sum(weight) with x from 0 (the best answer) to 1 (the worst). An indicator that
was not measured makes the reading partial and widens its range; it is never counted as nought. Pure: no clock, no database.
"""

from __future__ import annotations

from wayhome.engines.readiness.errors import ReadinessError, Stopped
from wayhome.engines.readiness.explain import MOST_TOGETHER, Difference, Move, Moves, compare, what_moves
from wayhome.engines.readiness.run import run
from wayhome.engines.readiness.types import (
    Answer,
    AreaData,
    Contribution,
    Data,
    Indicator,
    Model,
    Params,
    Reading,
    Result,
    Rule,
    Scale,
    Subscore,
    Value,
)

__version__ = "1"

__all__ = [
    "MOST_TOGETHER",
    "Answer",
    "AreaData",
    "Contribution",
    "Data",
    "Difference",
    "Indicator",
    "Model",
    "Move",
    "Moves",
    "Params",
    "ReadinessError",
    "Reading",
    "Result",
    "Rule",
    "Scale",
    "Stopped",
    "Subscore",
    "Value",
    "compare",
    "run",
    "what_moves",
]
