"""How ready areas are: by the version of the index in force on a day, or by one version for all days that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.core.errors import Conflict
from wayhome.engines import readiness as engine
from wayhome.places.models import Assessment, ReadinessModel
from wayhome.places.readiness_bridge import Lens, Measured, measured, read

TONES = 5


@dataclass(frozen=True, slots=True)
class Readiness:
    """What other rooms ask: 0 best to 100 worst. `model` is the version that says so, `as_of` the day of the newest value."""

    score: float | None
    low: float
    high: float
    class_code: str
    model: int
    as_of: date | None
    partial: bool


def in_force(process: Process, on: date) -> ReadinessModel | None:
    """The version in force on a day; None before the index was set up. One query."""
    rows = ReadinessModel.objects.of(process).filter(Q(in_force_from=None) | Q(in_force_from__lte=on))
    return rows.filter(Q(retired_on=None) | Q(retired_on__gt=on)).order_by("version").last()


def version(process: Process, number: int) -> ReadinessModel:
    """A version by its number; outside the process there is none."""
    found = ReadinessModel.objects.of(process).filter(version=number).first()
    if found is None:
        raise Http404
    return found


def on_file(
    process: Process, *, areas: Iterable[int] | None = None, until: date | None = None, since: date | None = None
) -> Measured:
    """What stands on file. Two queries, one more for each 500 assessments."""
    rows = Assessment.objects.of(process).filter(retired_at=None)
    if areas is not None:
        rows = rows.filter(area__in=areas)
    if until is not None:
        rows = rows.filter(on__lte=until)
    if since is not None:
        rows = rows.filter(on__gte=since)
    return measured(rows.only("area_id", "on", "source", "assessor", "families"))


def readings(process: Process, on: date, *, lens: Lens | None = None) -> dict[int, engine.Reading]:
    """Readings of all areas of which something counts on a day, by the version in force that day unless another is given."""
    if lens is None:
        row = in_force(process, on)
        if row is None:
            return {}
        lens = Lens.of(row)
    return read(lens, on, on_file(process, until=on, since=on - timedelta(days=lens.model.expire_days)))


def latest(process: Process, on: date) -> dict[int, Readiness]:
    """How ready each assessed area is on a day, by the version then in force. Four queries, however many areas."""
    return {
        area: Readiness(
            reading.score,
            reading.low,
            reading.high,
            reading.class_code,
            int(reading.version),
            reading.as_of,
            reading.partial,
        )
        for area, reading in readings(process, on).items()
    }


def tone(score: float | None) -> int | None:
    """The step of the one scale of colours, 1 far from ready to 5 ready; None without a score."""
    return None if score is None else TONES - min(int(score * TONES / 100), TONES - 1)


@dataclass(slots=True)
class Point:
    """One day in the history of an area: its reading by the version in force then (or the one asked for)."""

    on: date
    version: int
    reading: engine.Reading


@dataclass(slots=True)
class History:
    """Readings of an area on every day on which something new was said. `breaks`: days on which the version changed."""

    points: list[Point]
    breaks: list[date]


def history(process: Process, area: int, *, lens: Lens | None = None, until: date | None = None) -> History:
    """The readings of one area, the earliest first; by `lens` on all days, else by the version in force on each day."""
    known = on_file(process, areas=[area], until=until)
    days = sorted({value.on for values in known.values.values() for value in values})
    rows = [] if lens is not None else list(ReadinessModel.objects.of(process).order_by("version"))
    lenses: dict[int, Lens] = {}
    points: list[Point] = []
    breaks: list[date] = []
    for day in days:
        by = lens
        if by is None:
            row = in_force_of(rows, day)
            if row is None:
                continue
            if row.version not in lenses:
                lenses[row.version] = Lens.of(row)
            by = lenses[row.version]
        found = read(by, day, known).get(area)
        if found is not None:
            if points and points[-1].version != by.row.version:
                breaks.append(day)
            points.append(Point(day, by.row.version, found))
    return History(points, breaks)


def in_force_of(versions: Sequence[ReadinessModel], on: date) -> ReadinessModel | None:
    """The version in force on a day, of versions in their order."""
    for row in reversed(versions):
        if (row.in_force_from is None or row.in_force_from <= on) and (row.retired_on is None or on < row.retired_on):
            return row
    return None


def compared(
    process: Process, area: int, before: date, after: date, *, number: int | None = None
) -> tuple[Lens, engine.Difference]:
    """Two days of an area, by one version. Without `number` both days must have been under the same version.

    Raises: Conflict across a change of version or where nothing counts on one of the days; Http404 for no such version.
    """
    before, after = sorted((before, after))
    if number is None:
        one, other = in_force(process, before), in_force(process, after)
        if one is None or other is None:
            raise Conflict(_("The readiness index was not set up then."), _("Set it up first."))
        if one.version != other.version:
            raise Conflict(
                _(
                    "Between these days the index changed from version %(one)s to version %(other)s; their scores are not compared."
                )
                % {"one": one.version, "other": other.version},
                _("Choose one version to read both days by."),
                code="other_version",
            )
        row = other
    else:
        row = version(process, number)
    lens = Lens.of(row)
    known = on_file(process, areas=[area], until=after)
    readings_ = [read(lens, day, known).get(area) for day in (before, after)]
    for day, reading in zip((before, after), readings_, strict=True):
        if reading is None:
            raise Conflict(
                _("Nothing that counts is on file for %(day)s.") % {"day": day.isoformat()},
                _("Choose a day on which it was assessed."),
            )
    assert readings_[0] is not None and readings_[1] is not None
    return lens, engine.compare(readings_[0], readings_[1])
