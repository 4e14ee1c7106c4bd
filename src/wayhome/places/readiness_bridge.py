"""The only file of the room that calls the engine `readiness`: rows of a process in, readings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wayhome.engines import readiness as engine
from wayhome.places.models import Assessment, Indicator, IndicatorValue, ModelIndicator, ReadinessModel

CODE = "readiness"


def engine_indicator(indicator: Indicator, scale: str = "", weight: float = 1.0) -> engine.Indicator:
    """One indicator as the engine takes it, known to it by its key in the table: editions of a code are not the same."""
    answers = tuple(engine.Answer(one["code"], one["x"]) for one in indicator.answers)
    return engine.Indicator(str(indicator.pk), scale, weight, answers, indicator.best, indicator.worst)


def engine_model(row: ReadinessModel, parts: Sequence[ModelIndicator]) -> engine.Model:
    """A version as the engine takes it. Raises: engine.ReadinessError when it does not hang together."""
    return engine.Model(
        code=CODE,
        version=str(row.version),
        scales=tuple(engine.Scale(one["code"], n) for n, one in enumerate(row.scales)),
        indicators=tuple(engine_indicator(part.indicator, part.scale, part.weight) for part in parts),
        cuts=tuple(one["from"] for one in row.classes[1:]),
        classes=tuple(one["code"] for one in row.classes),
        rule=engine.Rule(row.rule),
        least_share=row.least_share,
        together_days=row.together_days,
        stale_days=row.stale_days,
        expire_days=row.expire_days,
        hotspot_families=row.hotspot_families,
    )


@dataclass(frozen=True, slots=True)
class Lens:
    """A version with its parts, ready to read areas. `row.parts` are not asked for again."""

    row: ReadinessModel
    parts: tuple[ModelIndicator, ...]
    model: engine.Model

    @classmethod
    def of(cls, row: ReadinessModel) -> Lens:
        """One query."""
        parts = tuple(row.parts.select_related("indicator").all())
        return cls(row, parts, engine_model(row, parts))

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators by the engine's key."""
        return {str(part.indicator_id): part.indicator for part in self.parts}


@dataclass(frozen=True, slots=True)
class Measured:
    """What is on file of some areas: values, and what the newest assessment that counted families said, by area."""

    values: Mapping[int, Sequence[engine.Value]]
    families: Mapping[int, Sequence[tuple[date, int]]]
    areas: tuple[int, ...]


def measured(assessments: Iterable[Assessment]) -> Measured:
    """Values of assessments that stand, laid out for readings on any day. Two queries (the assessments', then their values)."""
    found = list(assessments)
    values: dict[int, list[engine.Value]] = {one.area_id: [] for one in found}
    families: dict[int, list[tuple[date, int]]] = {}
    said = {one.pk: one for one in found}
    keys = sorted(said)
    fields = ("assessment_id", "indicator_id", "x")
    for start in range(0, len(keys), 500):
        rows = IndicatorValue.objects.filter(assessment_id__in=keys[start : start + 500]).values_list(*fields)
        for assessment, indicator, x in rows.iterator():
            by = said[assessment]
            values[by.area_id].append(engine.Value(str(indicator), x, by.on, by.source, by.assessor))
    for one in found:
        if one.families is not None:
            families.setdefault(one.area_id, []).append((one.on, one.families))
    return Measured(values, families, tuple(sorted(values)))


def read(lens: Lens, on: date, known: Measured) -> dict[int, engine.Reading]:
    """Readings of all areas on a day, by the area's key; areas of which nothing counts on that day are left out."""
    oldest = on - timedelta(days=lens.model.expire_days)
    asked = []
    for area in known.areas:
        if not any(oldest <= value.on <= on for value in known.values[area]):
            continue
        counted = [said for said in known.families.get(area, ()) if oldest <= said[0] <= on]
        asked.append(engine.AreaData(str(area), tuple(known.values[area]), max(counted)[1] if counted else None))
    result = engine.run(engine.Data(tuple(asked)), params=engine.Params(lens.model, on), seed=0)
    return {int(key): reading for key, reading in result.readings.items()}
