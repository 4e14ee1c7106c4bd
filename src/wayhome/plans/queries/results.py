"""The plan of a run as a page shows it: places by month with a map, works by month, arrivals by month and group."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.places.maps import Map
from wayhome.places.models import Area, AreaBoundary
from wayhome.places.queries.areas import labels
from wayhome.plans.bridge.preparing import UNKNOWN
from wayhome.plans.lines import place_lines
from wayhome.plans.models import HouseholdReturn, Run, WorkStart
from wayhome.plans.schedule import ArrivalLine, PlaceMonths, Schedule, WorkLine, steps, tone
from wayhome.plans.states import WITH_PLAN
from wayhome.registry.models import Household


def with_plan(process: Process) -> list[Run]:
    """Runs of a process that hold a plan, the newest first."""
    rows = Run.objects.of(process).filter(state__in=WITH_PLAN).select_related("scenario", "approval__by")
    return list(rows.defer("trace", "assumed", "keys", "problems")[:100])


def schedule_of(run: Run) -> Schedule:
    """The figures of a run's plan; three queries and the places of its instance."""
    works = [
        WorkLine(row.key, row.area_key, row.period, row.duration, float(row.cost), row.resource, row.adds, row.gate)
        for row in run.works.all()
    ]
    arrivals = run.returns.values("area_key", "group_key", "period").annotate(n=Count("pk"), persons=Sum("persons")).order_by()
    lines = [ArrivalLine(row["area_key"], row["group_key"], row["period"], row["n"], row["persons"]) for row in arrivals]
    return Schedule(run.months, place_lines(run), works, lines)


@dataclass(slots=True)
class PlaceRow:
    """A place in a month. `opens` is the first day of the month from which it is open, None when not within the plan."""

    key: str
    name: str
    months: PlaceMonths
    area: Area | None
    opens: date | None

    def at(self, period: int) -> PlaceMonth:
        place = self.months
        return PlaceMonth(
            place.open(period), place.homes[period], place.arriving[period], place.home[period], place.persons_home[period]
        )


@dataclass(frozen=True, slots=True)
class PlaceMonth:
    open: bool
    homes: int
    arriving: int
    home: int
    persons: int


@dataclass(slots=True)
class Board:
    """Everything the page of a plan shows."""

    run: Run
    schedule: Schedule
    rows: list[PlaceRow]
    groups: dict[str, str]
    months: list[date]
    legend: list[tuple[int, int, int]] = field(default_factory=list)

    def row(self, key: str) -> PlaceRow | None:
        return next((row for row in self.rows if row.key == key), None)


def board(run: Run) -> Board:
    """The plan of a run. Constant queries, however many places and works."""
    schedule = schedule_of(run)
    ids = {place.line.area_id for place in schedule.places.values()} - {None}
    areas = {area.pk: area for area in Area.objects.of(run.process).filter(pk__in=ids).select_related("boundary")}
    group_ids: dict[str, int] = run.keys.get("groups", {})
    names = labels(run.process, [*ids, *group_ids.values()])
    rows = [
        PlaceRow(
            key,
            names.get(place.line.area_id or 0, key),
            place,
            areas.get(place.line.area_id or 0),
            run.month(place.opens) if place.opens is not None else None,
        )
        for key, place in schedule.places.items()
    ]
    rows.sort(key=lambda row: (-row.months.planned, row.opens is None, row.name))
    groups = {key: names.get(group_ids.get(key, 0)) or _group_words(key) for key in schedule.groups}
    months = [run.month(period) for period in range(run.months)]
    return Board(run, schedule, rows, groups, months, steps(schedule.most))


def _group_words(key: str) -> str:
    """What to call a group that is no area on file."""
    return _("not known where from") if key in {"", UNKNOWN} else key


def month_map(found: Board, period: int, here: str = "", *, name: str = "plan", title: str = "", most: int = 0) -> Map:
    """The places in one month: shade by households home, hatched while closed. `most` fixes the shades, for two maps side by side."""
    heads = [_("Place"), _("Gates"), _("Homes open"), _("Households home")]
    drawn = Map(name, title or _("Households home by place"), heads, nearest=13)
    most = most or found.schedule.most
    for row in found.rows:
        if row.area is None:
            continue
        said = row.at(period)
        outline: AreaBoundary | None = getattr(row.area, "boundary", None)
        drawn.area(
            row.area,
            name=row.name,
            url=f"{reverse('plan_months', args=[found.run.process.slug, found.run.number])}?month={period + 1}&place={row.key}",
            shut=not said.open,
            cells=[_("Open") if said.open else _("Closed"), said.homes, said.home],
            here=row.key == here,
            value=said.home,
            tone=tone(said.home, most),
            outline=outline,
        )
        for feature in drawn.features[-2:]:
            if feature["properties"].get("name") == row.name:
                feature["properties"] |= {"key": row.key, "under": under(said)}
    return drawn


def under(said: PlaceMonth) -> str:
    """What stands under a place's name on the map."""
    if not said.open:
        return _("closed")
    return ngettext("%(n)s home", "%(n)s home", said.home) % {"n": number_format(said.home)}


def rolling(found: Board) -> dict[str, Any]:
    """The months as the page's script needs them to roll without a request: per place and month what the map and table show."""
    from django.utils.formats import date_format

    return {
        "months": [date_format(month, "F Y") for month in found.months],
        "open": [_("Open"), _("Closed")],
        "none": _("none"),
        "places": {
            row.key: [
                [
                    said.open,
                    number_format(said.homes, force_grouping=True),
                    number_format(said.arriving, force_grouping=True),
                    number_format(said.home, force_grouping=True),
                    tone(said.home, found.schedule.most) or 0,
                    under(said),
                ]
                for said in map(row.at, range(found.run.months))
            ]
            for row in found.rows
        },
        "totals": [
            [number_format(n, force_grouping=True), number_format(m, force_grouping=True)]
            for n, m in zip(found.schedule.arriving, found.schedule.home, strict=True)
        ],
    }


# --- works by month ---


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A row of the works by month: cells before the bar, the bar's months, cells after it."""

    work: WorkStart
    place: str
    before: range
    span: int
    after: range
    words: str
    style: str


def gantt(found: Board) -> tuple[list[GanttRow], list[WorkStart]]:
    """Works that start, in the order of their start, and those that do not."""
    run = found.run
    names = {row.key: row.name for row in found.rows}
    started, left = [], []
    for work in run.works.all():
        drawn = bar(run, work)
        if drawn is None:
            left.append(work)
            continue
        before, span, after, words, style = drawn
        place = names.get(work.area_key, work.area_key)
        started.append(GanttRow(work, place, range(before), span, range(run.months - after, run.months), words, style))
    started.sort(key=lambda row: (row.work.period, row.work.end, row.work.key))
    left.sort(key=lambda work: work.key)
    return started, left


def bar(run: Run, work: WorkStart) -> tuple[int, int, int, str, str] | None:
    """Cells before the bar, its months, cells after it, its words and its style; None for a work that does not start."""
    if work.period is None or work.period >= run.months:
        return None
    span = max(1, min(work.duration, run.months - work.period))
    return work.period, span, run.months - work.period - span, _bar_words(run, work, span), _bar_style(work)


def _bar_style(work: WorkStart) -> str:
    if work.expected:
        return "soon"
    if work.gate:
        return "ok"
    return "home" if work.resource == "dwelling" else ""


def _bar_words(run: Run, work: WorkStart, span: int) -> str:
    from django.utils.formats import date_format

    assert work.period is not None
    first, last = run.month(work.period), run.month(work.period + max(work.duration, 1) - 1)
    if work.expected:
        return _("expected %(month)s, not promised") % {"month": date_format(last, "M Y")}
    if work.period + work.duration > run.months:
        return _("%(month)s on") % {"month": date_format(first, "M Y")}
    if span <= 2:
        return date_format(last, "M")
    return _("%(first)s to %(last)s") % {"first": date_format(first, "M"), "last": date_format(last, "M Y")}


def years(months: list[date]) -> list[tuple[int, int]]:
    """(year, months of it in the plan), for the head of a table by month."""
    found: dict[int, int] = {}
    for month in months:
        found[month.year] = found.get(month.year, 0) + 1
    return list(found.items())


# --- households ---


def returns_of(run: Run, *, place: str = "", period: int | None = None) -> QuerySet[HouseholdReturn]:
    """Households that the plan brings home, by month; to one place or in one month where asked."""
    rows = run.returns.select_related("household").order_by("period", "area_key", "pk")
    if place:
        rows = rows.filter(area_key=place)
    if period is not None:
        rows = rows.filter(period=period)
    return rows


def household_of(run: Run, key: str) -> Household | None:
    """The household on file that a key of the run's instance means; None for a folder from outside."""
    digits = key.removeprefix(f"{Household.prefix}-")
    if not run.keys or not (digits.isascii() and digits.isdigit()):
        return None
    return Household.objects.of(run.process).filter(number=int(digits[:9])).first()


def place_names(run: Run) -> dict[str, str]:
    """What to call the areas of a run's instance, by their keys."""
    keys: dict[str, int] = run.keys.get("areas", {})
    names = labels(run.process, keys.values())
    found = {key: names.get(pk, key) for key, pk in keys.items()}
    return found or {key: key for key in run.returns.values_list("area_key", flat=True).distinct()}
