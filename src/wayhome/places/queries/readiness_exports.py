"""Readiness as tables that leave the house: scores of areas, and answers with a row of HXL tags that comes in again unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from wayhome.accounts.models import Process
from wayhome.places.models import Area, IndicatorValue, ReadinessModel
from wayhome.places.queries.areas import labels
from wayhome.places.queries.readiness_pages import board

SCORE_HEADS = (
    "area_code", "area_name", "on", "index_version", "score", "low", "high", "class", "possible_classes", "share_measured",
    "conflicting", "old", "newest_value", "families", "hotspot",
)  # fmt: skip
ANSWER_COLUMNS = (
    ("area_code", "#loc+code"), ("area_name", "#loc+name"), ("date", "#date"), ("indicator", "#indicator+code"),
    ("indicator_name", "#indicator+name"), ("answer", "#indicator+value"), ("points_of_1", "#x_score"), ("source", "#meta+source"),
    ("method", "#meta+method"), ("assessor", "#meta+assessor"), ("families", "#population+families"), ("note", "#description"),
    ("assessment", "#meta+id"),
)  # fmt: skip


def scores(process: Process, on: date, row: ReadinessModel | None) -> Iterator[list[Any]]:
    """The rows of the board, the worst first."""
    found = board(process, on, row=row)
    for one in found.rows:
        reading = one.reading
        yield [
            one.area.code, one.area.shown_name, on.isoformat(), reading.version,
            "" if reading.score is None else f"{reading.score:.2f}", f"{reading.low:.2f}", f"{reading.high:.2f}",
            reading.class_code, " ".join(reading.possible), f"{reading.measured_share:.4f}", reading.conflicts, reading.stale,
            reading.as_of, "" if reading.families is None else reading.families,
            {True: "yes", False: "no", None: "not known"}[reading.hotspot],
        ]  # fmt: skip


def answers(process: Process, on: date) -> Iterator[list[Any]]:
    """Every answer that stands, up to a day, the oldest first."""
    rows = (
        IndicatorValue.objects.filter(assessment__process=process, assessment__retired_at=None, assessment__on__lte=on)
        .select_related("assessment__area", "indicator")
        .order_by("assessment__on", "assessment__number", "id")
    )
    named = labels(process, Area.objects.of(process).filter(assessments__retired_at=None).values_list("pk", flat=True).distinct())
    for one in rows.iterator(chunk_size=2000):
        by = one.assessment
        yield [
            by.area.code, named.get(by.area_id, str(by.area)), by.on.isoformat(), one.indicator.code, one.indicator.words, one.answer,
            f"{one.x:g}", by.source, by.method, by.assessor, "" if by.families is None else by.families, by.note, by.ref,
        ]  # fmt: skip
