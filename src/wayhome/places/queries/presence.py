"""Who does what where, for the page: by area and sector, and which works stand where nobody of their sector is on file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict

from wayhome.accounts.models import Process
from wayhome.core.paging import Page, paginate
from wayhome.places.models import Area, Presence, PresenceImport, Work
from wayhome.places.queries.areas import labels
from wayhome.places.work_states import OPEN, WorkKind

Sector = Presence.Sector
# Which sector works of a kind belong to; kinds that no humanitarian sector covers are left out.
SECTOR_OF: dict[str, str] = {
    WorkKind.DEMINING: Sector.MINES,
    WorkKind.HOUSING: Sector.SHELTER,
    WorkKind.WATER: Sector.WATER,
    WorkKind.SCHOOL: Sector.EDUCATION,
    WorkKind.CLINIC: Sector.HEALTH,
}


@dataclass(slots=True)
class Cell:
    """A sector in an area: the organisations, and activities as they were written."""

    sector: str
    words: Any
    organisations: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """An area with who is there, sector by sector."""

    area_id: int | None
    name: str
    cells: list[Cell]

    @property
    def count(self) -> int:
        return len({name for cell in self.cells for name in cell.organisations})


@dataclass(slots=True)
class Missing:
    """Open works of one sector in an area where no organisation of that sector is on file, in it or above it."""

    area_id: int
    name: str
    sector: Any
    works: list[Work]


@dataclass
class Board:
    """The page."""

    page: Page
    lines: list[Line]
    sectors: list[tuple[str, Any, int]]
    totals: dict[str, int]
    missing: list[Missing]
    covered: int
    unplaced: list[dict[str, Any]]
    imports: list[PresenceImport]


def board(process: Process, query: QueryDict) -> Board:
    """Presences that fit the query (`sector`, `q`), 40 areas a page. Constant queries."""
    sector = query.get("sector", "")
    words = query.get("q", "").strip()[:100]
    rows = Presence.objects.of(process)
    if words:
        rows = rows.filter(
            Q(organisation__name__icontains=words) | Q(organisation__acronym__icontains=words) | Q(place_text__icontains=words)
        )
    counts = dict(rows.order_by().values("sector").annotate(n=Count("organisation", distinct=True)).values_list("sector", "n"))
    if sector in Sector.values:
        rows = rows.filter(sector=sector)
    ranked = rows.filter(area__isnull=False).order_by().values("area").annotate(n=Count("organisation", distinct=True))
    page = paginate(list(ranked.order_by("-n", "area").values_list("area", flat=True)), query, size=40)
    found: dict[int, dict[str, Cell]] = {}
    for one in rows.filter(area__in=page.rows).select_related("organisation").order_by("organisation__name", "pk"):
        cell = found.setdefault(one.area_id or 0, {}).setdefault(one.sector, Cell(one.sector, Sector(one.sector).label))
        if one.organisation.short not in cell.organisations:
            cell.organisations.append(one.organisation.short)
        cell.activities += [text for text in one.activities if text not in cell.activities][:3]
    missing, covered = _missing(process)
    names = labels(process, [*page.rows, *(one.area_id for one in missing)])
    for gap in missing:
        gap.name = names.get(gap.area_id, "")
    lines = [
        Line(pk, names.get(pk, ""), sorted(found.get(pk, {}).values(), key=lambda cell: Sector.values.index(cell.sector)))
        for pk in page.rows
    ]
    every = Presence.objects.of(process)
    totals = every.aggregate(
        organisations=Count("organisation", distinct=True), areas=Count("area", distinct=True),
        unplaced=Count("pk", filter=Q(area=None)), all=Count("pk"),
    )  # fmt: skip
    loose = every.filter(area=None).values("place_text", "within_text").annotate(n=Count("organisation", distinct=True))
    return Board(
        page,
        lines,
        [(name, label, counts.get(name, 0)) for name, label in Sector.choices if counts.get(name)],
        totals,
        missing,
        covered,
        list(loose.order_by("-n", "place_text")[:12]),
        list(PresenceImport.objects.of(process).select_related("by", "undone_by")[:20]),
    )


def _missing(process: Process) -> tuple[list[Missing], int]:
    """Open works without an organisation of their sector in their area or above it, and how many works have one."""
    works = list(Work.objects.of(process).filter(state__in=OPEN, kind__in=list(SECTOR_OF)).order_by("number"))
    above = _lines_above(process, {work.area_id for work in works})
    there = set(Presence.objects.of(process).filter(area__isnull=False).values_list("area_id", "sector").distinct())
    found: dict[tuple[int, str], Missing] = {}
    covered = 0
    for work in works:
        sector = SECTOR_OF[work.kind]
        if any((pk, sector) in there for pk in above[work.area_id]):
            covered += 1
            continue
        key = (work.area_id, sector)
        found.setdefault(key, Missing(work.area_id, "", Sector(sector).label, [])).works.append(work)
    return sorted(found.values(), key=lambda one: (-len(one.works), one.area_id, str(one.sector))), covered


def _lines_above(process: Process, ids: set[int]) -> dict[int, list[int]]:
    """Each area with those above it, down to the first level: a whole country says nothing of one village. A query a level."""
    parents: dict[int, int | None] = {}
    missing = set(ids)
    country: set[int] = set()
    while missing:
        rows = Area.objects.of(process).filter(pk__in=missing).values_list("pk", "parent_id", "level")
        for pk, parent, level in rows:
            parents[pk] = parent
            if level == 0:
                country.add(pk)
        missing = {parent for parent in parents.values() if parent is not None} - parents.keys()
    found = {}
    for pk in ids:
        line: list[int] = []
        at: int | None = pk
        while at is not None and at not in line:
            if at not in country:
                line.append(at)
            at = parents.get(at)
        found[pk] = line
    return found
