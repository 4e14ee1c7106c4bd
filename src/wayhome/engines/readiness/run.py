"""Readings of areas by one version of a model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from wayhome.engines.readiness.errors import ReadinessError, Stopped
from wayhome.engines.readiness.types import (
    AreaData,
    Contribution,
    Data,
    Indicator,
    Model,
    Params,
    Reading,
    Result,
    Rule,
    Subscore,
    Value,
)

ENGINE = "1"


def run(data: Data, *, params: Params, seed: int, stop: Callable[[], bool] | None = None) -> Result:
    """Read every area. Nothing is drawn by chance; `seed` is only noted in the result, as every engine's is.

    Raises: ReadinessError for a value outside 0 to 1 or an area given twice; Stopped when `stop` says so.
    """
    readings: dict[str, Reading] = {}
    passed: Counter[str] = Counter()
    known = {one.code for one in params.model.indicators}
    for area in data.areas:
        if stop is not None and stop():
            raise Stopped(len(readings))
        if area.key in readings:
            raise ReadinessError("twice", f"The area {area.key} is given twice.", "Put its values together.", where=area.key)
        passed.update(value.indicator for value in area.values if value.indicator not in known)
        readings[area.key] = read(area, params)
    return Result(readings, params.model.code, params.model.version, ENGINE, seed, dict(sorted(passed.items())))


def read(area: AreaData, params: Params) -> Reading:
    """One area."""
    model, on = params.model, params.on
    by_indicator: dict[str, list[Value]] = {}
    for value in area.values:
        if not (math.isfinite(value.x) and 0 <= value.x <= 1):
            raise ReadinessError(
                "value",
                f"{value.indicator} of {area.key} has a value outside 0 to 1.",
                "Correct the value.",
                where=value.indicator,
            )
        if value.on <= on:
            by_indicator.setdefault(value.indicator, []).append(value)
    parts = [_part(one, by_indicator.get(one.code, ()), model, on) for one in model.indicators]
    return assemble(area.key, area.families, parts, model, on)


def assemble(key: str, families: int | None, parts: Sequence[Contribution], model: Model, on: date) -> Reading:
    """A reading out of what is known of each indicator."""
    score, low, high, share = weigh(parts)
    measured = math.fsum(part.weight for part in parts if part.measured)
    parts = [replace(part, points=100 * part.weight * (part.x or 0.0) / measured if measured else 0.0) for part in parts]
    subscores = []
    for scale in sorted(model.scales, key=lambda one: (one.order, one.code)):
        own = [part for part in parts if part.scale == scale.code]
        if own:
            points, least, most, part_share = weigh(own)
            subscores.append(Subscore(scale.code, points, least, most, _class(model, points, part_share), part_share))
    days = [part.on for part in parts if part.on is not None]
    worst = model.classes[-1]
    severe = len(model.classes) > 1 and any(sub.class_code == worst for sub in subscores)
    return Reading(
        area=key,
        model=model.code,
        version=model.version,
        on=on,
        score=score,
        low=low,
        high=high,
        class_code=_class(model, score, share),
        possible=model.classes[model.rank(model.class_of(low)) : model.rank(model.class_of(high)) + 1],
        measured_share=share,
        partial=any(not part.measured and part.weight > 0 for part in parts),
        conflicts=sum(part.conflict for part in parts),
        stale=sum(part.stale for part in parts),
        as_of=max(days, default=None),
        oldest=min(days, default=None),
        hotspot=False if not severe else None if families is None else families >= model.hotspot_families,
        families=families,
        subscores=tuple(subscores),
        contributions=tuple(parts),
    )


def weigh(parts: Iterable[Contribution]) -> tuple[float | None, float, float, float]:
    """(score, low, high, share measured) of some indicators: the score over those measured, the range over all."""
    parts = list(parts)
    total = math.fsum(part.weight for part in parts)
    measured = math.fsum(part.weight for part in parts if part.measured)
    if total <= 0:
        return None, 0.0, 100.0, 0.0
    low = 100 * math.fsum(part.weight * part.low for part in parts) / total
    high = 100 * math.fsum(part.weight * part.high for part in parts) / total
    if measured <= 0:
        return None, _within(low), _within(high), 0.0
    score = _within(100 * math.fsum(part.weight * part.x for part in parts if part.x is not None) / measured)
    # In exact numbers the score lies within the range; the last digits of floats may not.
    return score, _within(min(low, score)), _within(max(high, score)), min(measured / total, 1.0)


def _within(score: float) -> float:
    return min(max(score, 0.0), 100.0)


def _class(model: Model, score: float | None, share: float) -> str:
    return model.class_of(score) if score is not None and share >= model.least_share - 1e-12 else ""


def _part(indicator: Indicator, values: Iterable[Value], model: Model, on: date) -> Contribution:
    share = indicator.weight / model.total
    standing = counting(values, model, on)
    if not standing:
        return Contribution(indicator.code, indicator.scale, indicator.weight, share, None, 0.0, 1.0, 0.0)
    stale = (on - standing[0].on).days > model.stale_days
    found = [value.x for value in standing]
    return Contribution(
        indicator=indicator.code,
        scale=indicator.scale,
        weight=indicator.weight,
        share=share,
        x=_one(standing, model.rule),
        low=0.0 if stale else min(found),
        high=1.0 if stale else max(found),
        points=0.0,
        values=tuple(standing),
        conflict=max(found) > min(found),
        stale=stale,
    )


def counting(values: Iterable[Value], model: Model, on: date) -> list[Value]:
    """The values of one indicator that count on a day, the newest first.

    Of each source and assessor the newest, and of these the ones near to the newest of all; expired ones not at all. Two values
    that one source and assessor gave on the same day both count: nobody knows which of them is meant.
    """
    alive = [value for value in values if 0 <= (on - value.on).days <= model.expire_days]
    last: dict[tuple[str, str], date] = {}
    for value in alive:
        who = value.source, value.assessor
        last[who] = max(value.on, last.get(who, value.on))
    if not last:
        return []
    newest = max(last.values())
    # Not a set: the same said twice counts twice, else making one of the two worse could make the middle better.
    kept = [
        value
        for value in alive
        if value.on == last[value.source, value.assessor] and (newest - value.on).days <= model.together_days
    ]
    return sorted(kept, key=lambda value: (-value.on.toordinal(), value.source, value.assessor, value.x))


def _one(standing: Sequence[Value], rule: Rule) -> float:
    """The value that gives the score: by the rule; of several on the latest day the worst."""
    ordered = sorted(value.x for value in standing)
    if rule is Rule.WORST:
        return ordered[-1]
    if rule is Rule.LATEST:
        return max(value.x for value in standing if value.on == standing[0].on)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
