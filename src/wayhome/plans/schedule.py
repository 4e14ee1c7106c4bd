"""A plan month by month, as numbers that pages, maps and tables show: what is open, how many homes, who has come home.

    schedule = Schedule(24, places, works, arrivals)
    schedule.places["LV05"].homes[3]      # dwellings there in the fourth month, of those that are open
    schedule.places["LV05"].home[3]       # households home by then

Pure: rows in, figures out. An area is open in a month when each of its gate works is finished by then (rule 2 of the planning
contract); what a work adds is there from the month its duration ends (rule 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """An area of the instance: its own places of each kind, there once it is open; `shut` when nothing opens it."""

    key: str
    area_id: int | None
    dwelling: float = 0
    water: float = 0
    school: float = 0
    clinic: float = 0
    shut: bool = False


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A work: `period` is None when the plan does not start it."""

    key: str
    area_key: str
    period: int | None
    duration: int
    cost: float = 0
    resource: str = ""
    adds: float = 0
    gate: bool = False

    @property
    def end(self) -> int | None:
        """First period in which it is finished."""
        return None if self.period is None else self.period + self.duration


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """Households that reach an area in a period, of one group."""

    area_key: str
    group_key: str
    period: int
    households: int
    persons: int


@dataclass(slots=True)
class PlaceMonths:
    """One area over the months. Lists are one entry a month."""

    line: PlaceLine
    opens: int | None
    homes: list[int]
    arriving: list[int]
    persons: list[int]
    home: list[int] = field(default_factory=list)
    persons_home: list[int] = field(default_factory=list)

    def open(self, period: int) -> bool:
        return self.opens is not None and self.opens <= period

    @property
    def planned(self) -> int:
        """Households home by the last month."""
        return self.home[-1] if self.home else 0


class Schedule:
    """A plan by area, by month and by group. `months` is the number of periods."""

    def __init__(
        self, months: int, places: Iterable[PlaceLine], works: Iterable[WorkLine], arrivals: Iterable[ArrivalLine]
    ) -> None:
        self.months = months
        self.works = list(works)
        by_area: dict[str, list[WorkLine]] = defaultdict(list)
        for work in self.works:
            by_area[work.area_key].append(work)
        self.places: dict[str, PlaceMonths] = {}
        for line in places:
            opens = opening(line, by_area[line.key], months)
            homes = capacity(line, by_area[line.key], "dwelling", opens, months)
            self.places[line.key] = PlaceMonths(line, opens, homes, [0] * months, [0] * months)
        self.groups: dict[str, list[int]] = defaultdict(lambda: [0] * months)
        self.arriving = [0] * months
        for one in arrivals:
            if one.area_key in self.places:
                place = self.places[one.area_key]
                place.arriving[one.period] += one.households
                place.persons[one.period] += one.persons
            self.groups[one.group_key][one.period] += one.households
            self.arriving[one.period] += one.households
        for place in self.places.values():
            place.home = list(accumulate(place.arriving))
            place.persons_home = list(accumulate(place.persons))
        self.home = list(accumulate(self.arriving))
        self.spent = spending(self.works, months)

    @property
    def most(self) -> int:
        """The largest number of households that any one place has home at the end."""
        return max((place.planned for place in self.places.values()), default=0)

    def median_wait(self) -> int | None:
        """Months until half of the households that return are home; None when nobody is."""
        return median_period(self.arriving)

    def longest_wait(self) -> int | None:
        """The last month in which a place sees its first household; None when nobody returns."""
        firsts = [next(t for t, n in enumerate(place.home) if n) for place in self.places.values() if place.planned]
        return max(firsts) if firsts else None


def median_period(arriving: Sequence[int]) -> int | None:
    """The first period by which at least half of all that arrive have arrived."""
    whole = sum(arriving)
    return next((period for period, n in enumerate(accumulate(arriving)) if 2 * n >= whole), None) if whole else None


def opening(line: PlaceLine, works: Iterable[WorkLine], months: int) -> int | None:
    """The period from which an area is open, or None when that is not within the plan."""
    if line.shut:
        return None
    ends = [work.end for work in works if work.gate]
    if any(end is None for end in ends):
        return None
    opens = max((end for end in ends if end is not None), default=0)
    return opens if opens < months else None


def capacity(line: PlaceLine, works: Iterable[WorkLine], resource: str, opens: int | None, months: int) -> list[int]:
    """Places of one kind in each month; none while the area is closed."""
    if opens is None:
        return [0] * months
    added = [0.0] * (months + 1)
    for work in works:
        if work.resource == resource and work.end is not None:
            added[min(work.end, months)] += work.adds
    there = list(accumulate(added[:months], initial=getattr(line, resource)))[1:]
    return [int(places) if period >= opens else 0 for period, places in enumerate(there)]


def spending(works: Iterable[WorkLine], months: int) -> list[float]:
    """Money spent up to and with each month: a work is paid in full when it starts."""
    paid = [0.0] * months
    for work in works:
        if work.period is not None and work.period < months:
            paid[work.period] += work.cost
    return list(accumulate(paid))


def tone(home: int, most: int) -> int | None:
    """Shade of a place on the map, 1 to 5, by households home; nothing where nobody is."""
    if home <= 0 or most <= 0:
        return None
    return min(5, 1 + int(5 * (home - 1) / most))


def steps(most: int) -> list[tuple[int, int, int]]:
    """The shades as (tone, from, to) households, for the legend; only those that hold a whole number."""
    found = []
    for shade in range(1, 6):
        inside = [n for n in range(1, most + 1) if tone(n, most) == shade] if most <= 500 else _edges(shade, most)
        if inside:
            found.append((shade, inside[0], inside[-1]))
    return found


def _edges(shade: int, most: int) -> list[int]:
    low = 1 + -(-(shade - 1) * most // 5)
    high = most if shade == 5 else -(-shade * most // 5)
    return [low, high] if low <= high else []
