"""What the pages of readiness show: the board, one area, one version; words for what the engine found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wayhome.accounts.models import Process
from wayhome.core.days import written
from wayhome.engines import readiness as engine
from wayhome.places.maps import Map
from wayhome.places.models import Area, Assessment, Indicator, ReadinessModel
from wayhome.places.names import APART, Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries import readiness as queries
from wayhome.places.readiness_bridge import Lens

CHIPS = ("ok", "soon", "late")


def class_chip(lens: Lens, code: str) -> str:
    """The tone of a class's chip: the best is as what is well, the worst as what is late."""
    if not code:
        return "still"
    rank, last = lens.model.rank(code), len(lens.model.classes) - 1
    return "ok" if rank == 0 else "late" if rank == last else "soon"


def number(score: float | None) -> str:
    """A score as it is shown: rounded down, so that it stands on the side of a whole cut-off on which it is."""
    return "–" if score is None else str(math.floor(round(score, 6)))


def span(low: float, high: float) -> str:
    """A range as it is shown: rounded outwards."""
    least, most = math.floor(round(low, 6)), math.ceil(round(high, 6))
    return str(least) if round(low, 6) == round(high, 6) else isolated(f"{least}–{most}")


def isolated(text: str) -> str:
    """Numbers from least to most that keep their order in a text from right to left."""
    return f"\u2066{text}\u2069"


@dataclass(slots=True)
class BoardRow:
    """An area with its reading; `bar` are the coordinates of its range."""

    area: Area
    reading: engine.Reading
    class_words: Any
    possible_words: str
    chip: str
    tone: int | None

    @property
    def score(self) -> str:
        return number(self.reading.score)

    @property
    def range(self) -> str:
        return span(self.reading.low, self.reading.high)

    @property
    def measured(self) -> int:
        """Share of weight measured in per cent."""
        return round(100 * self.reading.measured_share)

    @property
    def bar(self) -> Bar:
        return Bar.of(self.reading)


@dataclass(frozen=True, slots=True)
class Bar:
    """A range from 0 to 100 with the score in it."""

    low: float
    width: float
    score: float | None

    @classmethod
    def of(cls, reading: engine.Reading | engine.Subscore) -> Bar:
        return cls(
            round(reading.low, 2),
            round(max(reading.high - reading.low, 1.0), 2),
            None if reading.score is None else round(min(max(reading.score - 1, 0), 98), 2),
        )


@dataclass(slots=True)
class Board:
    """All assessed areas on a day by one version, the worst first."""

    rows: list[BoardRow] = field(default_factory=list)
    lens: Lens | None = None
    on: date | None = None
    not_assessed: int = 0
    counts: list[tuple[str, Any, int, str]] = field(default_factory=list)

    @property
    def hotspots(self) -> list[BoardRow]:
        return [row for row in self.rows if row.reading.hotspot]


def board(process: Process, on: date, *, row: ReadinessModel | None) -> Board:
    """The board; empty before the index is set up. Constant queries."""
    row = row or queries.in_force(process, on)
    if row is None:
        return Board(on=on)
    lens = Lens.of(row)
    readings = queries.readings(process, on, lens=lens)
    areas = list(area_queries.areas(process).filter(pk__in=readings).select_related("boundary"))
    area_queries.put_labels(areas, Policy.of(process.pk))
    rows = [board_row(lens, area, readings[area.pk]) for area in areas]
    rows.sort(key=lambda one: (not one.reading.class_code, -(one.reading.score or 0), one.area.shown_name))
    found = Board(rows, lens, on)
    settlements = Area.objects.of(process).filter(kind__in=[Area.Kind.SETTLEMENT, Area.Kind.QUARTER]).exclude(pk__in=readings)
    found.not_assessed = settlements.count()
    for code in (*lens.model.classes, ""):
        n = sum(one.reading.class_code == code for one in rows)
        if code or n:
            found.counts.append((code, row.class_words(code), n, class_chip(lens, code)))
    return found


def board_row(lens: Lens, area: Area, reading: engine.Reading) -> BoardRow:
    possible = "" if reading.certain else _(" or ").join(str(lens.row.class_words(code)) for code in reading.possible)
    tone = queries.tone(reading.score) if reading.class_code else None
    return BoardRow(area, reading, lens.row.class_words(reading.class_code), possible, class_chip(lens, reading.class_code), tone)


def board_map(process: Process, found: Board, rows: Sequence[BoardRow]) -> Map:
    """The areas of some rows in the colours of their scores; the table says the same."""
    title = _("Readiness of areas")
    columns = [
        _("Area"),
        _("Score, 0 best to 100 worst"),
        _("Range"),
        _("Class"),
        _("Measured"),
        _("Newest value"),
        pgettext("people", "Families"),
    ]
    drawn = Map("readiness", title, columns)
    # An empty village is drawn large enough to see its colour: it is often the one farthest from ready.
    least = max((row.reading.families or 0 for row in rows), default=0) / 8
    for row in rows:
        drawn.area(
            row.area,
            name=row.area.shown_name,
            short=row.area.shown_name.split(APART)[0],
            url=reverse("readiness_area", args=[process.slug, row.area.pk]),
            cells=[
                row.score,
                row.range,
                row.class_words,
                f"{row.measured} %",
                written(row.reading.as_of, "j M Y") if row.reading.as_of else "",
                "" if row.reading.families is None else str(row.reading.families),
            ],
            value=(row.reading.families or 0) + least if least else None,
            tone=row.tone,
            outline=getattr(row.area, "boundary", None),
        )
    return drawn


# one area


@dataclass(slots=True)
class PartRow:
    """One indicator of a reading, in words."""

    indicator: Indicator
    part: engine.Contribution
    answers: str
    points: str
    width: float
    weight_mark: str


def answer_words(indicator: Indicator, x: float | None) -> str:
    """What an x means: the answer that has it, or the number."""
    if x is None:
        return _("not measured")
    if indicator.answers:
        ordered = sorted(indicator.answers, key=lambda one: one["x"])
        below = [one["code"] for one in ordered if one["x"] <= x]
        above = [one["code"] for one in ordered if one["x"] >= x]
        if below and above and below[-1] in above:
            return str(indicator.answer_words(below[-1]))
        both = {
            "one": indicator.answer_words(below[-1] if below else above[0]),
            "other": indicator.answer_words(above[0] if above else below[-1]),
        }
        return _("between “%(one)s” and “%(other)s”") % both
    assert indicator.best is not None and indicator.worst is not None
    return f"{indicator.best + x * (indicator.worst - indicator.best):g} {indicator.unit}".strip()


def parts(lens: Lens, reading: engine.Reading) -> list[tuple[str, Any, engine.Subscore, Bar, list[PartRow]]]:
    """Indicators by scale: (code, words, subscore, its bar, rows)."""
    indicators = lens.indicators
    marks = {str(part.indicator_id): part.weight_mark for part in lens.parts}
    most = max((part.points for part in reading.contributions), default=0.0) or 1.0
    found = []
    for sub in reading.subscores:
        rows = []
        for part in reading.contributions:
            if part.scale != sub.scale:
                continue
            indicator = indicators[part.indicator]
            said = dict.fromkeys(answer_words(indicator, value.x) for value in part.values)
            answers = " / ".join(said) if said else str(_("not measured"))
            rows.append(
                PartRow(indicator, part, answers, f"{part.points:.1f}", round(100 * part.points / most, 1), marks[part.indicator])
            )
        found.append((sub.scale, lens.row.scale_words(sub.scale), sub, Bar.of(sub), rows))
    return found


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One set of indicators, in words: for each its name, what is said now, what would have to be said."""

    changes: tuple[tuple[str, str, str, bool], ...]  # indicator, now, then, whether it would be a first measurement
    class_words: Any
    chip: str
    score: str


@dataclass(slots=True)
class MoveWords:
    """What would change the class, in words."""

    better: list[MoveRow] = field(default_factory=list)
    worse: list[MoveRow] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)
    more_better: int = 0
    more_worse: int = 0
    beyond: tuple[str, ...] = ()
    most: int = engine.MOST_TOGETHER

    @property
    def any(self) -> bool:
        return bool(self.better or self.worse or self.needed or self.beyond)


def moves(lens: Lens, reading: engine.Reading, *, most: int = 6) -> MoveWords:
    """What would change the class of a reading."""
    found, indicators = engine.what_moves(lens.model, reading), lens.indicators

    def said(sets: Sequence[engine.Move]) -> list[MoveRow]:
        return [
            MoveRow(
                tuple(
                    (
                        str(indicators[key].words),
                        answer_words(indicators[key], now),
                        answer_words(indicators[key], then),
                        now is None,
                    )
                    for key, now, then in one.changes
                ),
                lens.row.class_words(one.class_code),
                class_chip(lens, one.class_code),
                number(one.score),
            )
            for one in sets[:most]
        ]

    return MoveWords(
        said(found.better),
        said(found.worse),
        [", ".join(str(indicators[key].words) for key in keys) for keys in found.needed[:most]],
        found.more[0] + max(len(found.better) - most, 0),
        found.more[1] + max(len(found.worse) - most, 0),
        found.beyond,
    )


@dataclass(slots=True)
class AreaShown:
    """The readiness of one area on a day."""

    lens: Lens | None = None
    reading: engine.Reading | None = None
    row: BoardRow | None = None
    moves: MoveWords | None = None
    assessments: int = 0


def shown(process: Process, area: Area, on: date, *, row: ReadinessModel | None = None, labelled: bool = True) -> AreaShown:
    """One area's reading and what would change its class."""
    row = row or queries.in_force(process, on)
    if row is None:
        return AreaShown()
    lens = Lens.of(row)
    reading = queries.read(lens, on, queries.on_file(process, areas=[area.pk], until=on)).get(area.pk)
    found = AreaShown(lens, reading, assessments=Assessment.objects.of(process).filter(area=area, retired_at=None).count())
    if reading is not None:
        if not labelled:
            area_queries.put_labels([area], Policy.of(process.pk))
        found.row, found.moves = board_row(lens, area, reading), moves(lens, reading)
    return found
