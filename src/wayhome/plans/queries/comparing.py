"""Two plans side by side: measures, places, arrivals, and which households gain or lose, by group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from wayhome.plans.models import Run, WorkStart
from wayhome.plans.queries.results import Board, bar, board
from wayhome.plans.schedule import median_period

# Cells before, months, cells after, words, style.
Bar = tuple[int, int, int, str, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of both plans. `gain` is 1 where B is better, -1 where it is worse, 0 where equal or where neither is better."""

    title: str
    a: str
    b: str
    change: str
    gain: int


@dataclass(frozen=True, slots=True)
class Fate:
    """How the households of a group fare in B against A."""

    group: str
    earlier: int
    later: int
    same: int
    only_a: int
    only_b: int
    elsewhere: int

    @property
    def of(self) -> int:
        return self.earlier + self.later + self.same + self.only_a + self.only_b


@dataclass(frozen=True, slots=True)
class WorkPair:
    """A work that the two plans do not do in the same months: its bar in A and in B, None where it does not start."""

    title: str
    place: str
    bars: tuple[tuple[str, Bar | None], tuple[str, Bar | None]]


@dataclass(slots=True)
class Comparison:
    a: Board
    b: Board
    measures: list[Measure] = field(default_factory=list)
    places: list[tuple[str, Any, Any, Any, Any, int]] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    works: list[WorkPair] = field(default_factory=list)
    same_works: int = 0
    comparable: bool = True
    most: int = 0


def compare(a: Run, b: Run) -> Comparison:
    """B against A. Households are matched by their identifiers; runs over different instances share none and are compared by figures alone."""
    found = Comparison(board(a), board(b))
    found.measures = _measures(found)
    found.places = _places(found)
    found.fates = _fates(found)
    _pair_works(found)
    found.comparable = any(fate.earlier + fate.later + fate.same for fate in found.fates)
    found.most = max(max(found.a.schedule.arriving, default=0), max(found.b.schedule.arriving, default=0))
    return found


def _measures(found: Comparison) -> list[Measure]:
    a, b = found.a, found.b
    rows = []
    last = max(len(a.months), len(b.months)) - 1
    for period in sorted({min(5, last), min(11, last), last}):
        title = _("Households home by %(month)s") % {"month": date_format(a.run.month(period), "M Y")}
        day = a.run.month(period)
        rows.append(_counted(title, _home_by(a, day), _home_by(b, day), _("%(n)s more"), _("%(n)s fewer"), more_is_better=True))
    rows.append(
        _counted(
            _("Persons home at the end"),
            a.run.persons_home,
            b.run.persons_home,
            _("%(n)s more"),
            _("%(n)s fewer"),
            more_is_better=True,
        )
    )
    rows.append(
        _counted(
            _("Median wait, months"),
            median_period(a.schedule.arriving),
            median_period(b.schedule.arriving),
            _("%(n)s longer"),
            _("%(n)s shorter"),
            more_is_better=False,
        )
    )
    rows.append(
        _counted(
            _("Longest wait of any place for its first household, months"),
            a.schedule.longest_wait(),
            b.schedule.longest_wait(),
            _("%(n)s longer"),
            _("%(n)s shorter"),
            more_is_better=False,
        )
    )
    if a.run.scenario.currency == b.run.scenario.currency:
        title = _("Cost, %(currency)s") % {"currency": a.run.scenario.currency}
        spent = [board.schedule.spent[-1] if board.schedule.spent else 0 for board in (a, b)]
        rows.append(_counted(title, round(spent[0]), round(spent[1]), _("%(n)s more"), _("%(n)s less"), more_is_better=False))
    gaps = [f"{100 * run.gap:.1f} %" if run.gap is not None else "–" for run in (a.run, b.run)]
    rows.append(Measure(_("Proven within"), gaps[0], gaps[1], "", 0))
    return rows


def _home_by(found: Board, day: Any) -> int:
    period = found.run.period(day)
    series = found.schedule.home
    if period < 0 or not series:
        return 0
    return series[min(period, len(series) - 1)]


def _counted(title: str, a: int | None, b: int | None, up: str, down: str, *, more_is_better: bool) -> Measure:
    words = ["–" if n is None else number_format(n, force_grouping=True) for n in (a, b)]
    if a is None or b is None or a == b:
        return Measure(title, words[0], words[1], _("the same") if a == b else "", 0)
    change = (up if b > a else down) % {"n": number_format(abs(b - a), force_grouping=True)}
    return Measure(title, words[0], words[1], change, 1 if (b > a) == more_is_better else -1)


def _places(found: Comparison) -> list[tuple[str, Any, Any, Any, Any, int]]:
    """(name, opens in A, opens in B, home in A, home in B, difference), the largest differences first."""
    b_rows = {row.key: row for row in found.b.rows}
    rows = []
    for row in found.a.rows:
        other = b_rows.pop(row.key, None)
        home = other.months.planned if other else 0
        rows.append((row.name, row.opens, other.opens if other else None, row.months.planned, home, home - row.months.planned))
    rows += [(row.name, None, row.opens, 0, row.months.planned, row.months.planned) for row in b_rows.values()]
    return sorted(rows, key=lambda row: (-abs(row[5]), row[0]))


def _pair_works(found: Comparison) -> None:
    """Works whose months differ, by the calendar of A."""
    a, b = found.a.run, found.b.run
    names = {row.key: row.name for row in (*found.b.rows, *found.a.rows)}
    sides = [{work.key: work for work in run.works.all()} for run in (a, b)]
    shift = a.period(b.start)
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        one, two = sides[0].get(key), sides[1].get(key)
        when = [
            None if work is None or work.period is None else (work.period + moved, work.duration)
            for work, moved in ((one, 0), (two, shift))
        ]
        if when[0] == when[1]:
            found.same_works += 1
            continue
        work = one or two
        assert work is not None
        bars = (("A", _bar(a, one, 0, a.months)), ("B", _bar(b, two, shift, a.months)))
        found.works.append(WorkPair(work.title or work.key, names.get(work.area_key, work.area_key), bars))
    found.works.sort(key=lambda pair: min((bar[0] for _side, bar in pair.bars if bar), default=999))


def _bar(run: Run, work: WorkStart | None, shift: int, months: int) -> Bar | None:
    """A bar on the calendar of `months` months that begins `shift` months before the run's."""
    drawn = bar(run, work) if work is not None else None
    if drawn is None:
        return None
    begin, end = max(drawn[0] + shift, 0), min(drawn[0] + shift + drawn[1], months)
    return (begin, end - begin, months - end, drawn[3], drawn[4]) if begin < end else None


def _fates(found: Comparison) -> list[Fate]:
    """Counts by group; a household is compared by the month it comes home."""
    sides = []
    for side in (found.a, found.b):
        rows = side.run.returns.values_list("key", "group_key", "area_key", "period")
        sides.append({key: (group, area, side.run.month(period)) for key, group, area, period in rows.iterator(20_000)})
    a, b = sides
    counts: dict[str, Counter[str]] = {}
    for key in a.keys() | b.keys():
        one, two = a.get(key), b.get(key)
        group = (one or two)[0]  # type: ignore[index]
        tally = counts.setdefault(group, Counter())
        if one is None:
            tally["only_b"] += 1
        elif two is None:
            tally["only_a"] += 1
        else:
            tally["earlier" if two[2] < one[2] else "later" if two[2] > one[2] else "same"] += 1
            tally["elsewhere"] += two[1] != one[1]
    names = {**found.b.groups, **found.a.groups}
    fates = [
        Fate(names.get(group, group), *(tally[kind] for kind in ("earlier", "later", "same", "only_a", "only_b", "elsewhere")))
        for group, tally in counts.items()
    ]
    return sorted(fates, key=lambda fate: (-fate.of, fate.group))
