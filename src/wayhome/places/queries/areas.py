"""Areas and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.places import bridge
from wayhome.places.maps import Map
from wayhome.places.models import Area, AreaName, PlaceMatch
from wayhome.places.names import APART, Policy, label, ranked

NAMES = Prefetch("names", queryset=AreaName.objects.filter(retired_at=None), to_attr="standing_names")
WHOLE_TREE = 400  # up to so many areas the list shows all levels at once
MOST_FOUND = 100
MOST_DRAWN = 500


def areas(process: Process) -> ScopedQuerySet[Area]:
    """All areas of a process, with their names in use as `standing_names`."""
    return Area.objects.of(process).prefetch_related(NAMES)  # type: ignore[return-value]


def area(process: Process, pk: int) -> Area:
    """One area of the process; outside it there is no such page."""
    found = areas(process).select_related("gazetteer", "parent", "boundary").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def labels(process: Process, ids: Iterable[int | None], language: str | None = None) -> dict[int, str]:
    """What to call each of these areas for a reader (the active language by default). Three queries, however many areas."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    policy, language = Policy.of(process.pk), language or translation.get_language() or "en"
    rows = areas(process).filter(pk__in=wanted)
    return {row.pk: label(row.standing_names, policy, language, str(row)) for row in rows}  # type: ignore[attr-defined]


def put_labels(rows: Sequence[Area], policy: Policy, language: str | None = None) -> None:
    """Set `shown_name` and `other_names` (a few in other scripts) on areas whose names were fetched."""
    language = language or translation.get_language() or "en"
    for row in rows:
        names: list[AreaName] = row.standing_names  # type: ignore[attr-defined]
        row.shown_name = label(names, policy, language, str(row))  # type: ignore[attr-defined]
        shown = set(row.shown_name.split(APART))  # type: ignore[attr-defined]
        others = {one.text: one for one in sorted(names, key=lambda one: one.kind == "former") if one.text not in shown}
        row.other_names = list(others.values())[:4]  # type: ignore[attr-defined]


def find(process: Process, words: str) -> list[int]:
    """Areas whose names fit, the best first: by sound and letters in any script, then any name that holds the letters."""
    found = [one.place for one in bridge.ask(process.pk, words).candidates]
    key = bridge.name_keys(words)[0]
    if key:
        rows = AreaName.objects.filter(process=process, retired_at=None, key__contains=key).order_by("area__level", "key")
        found += rows.values_list("area_id", flat=True)[:MOST_FOUND]
    coded = Area.objects.of(process).filter(code__iexact=words.strip()).values_list("pk", flat=True)[:MOST_FOUND]
    return list(dict.fromkeys([*coded, *found]))[:MOST_FOUND]


@dataclass
class Listing:
    """Rows to show: the whole tree in order, or the children of one area, or what a search found."""

    rows: list[Area]
    total: int
    within: Area | None = None
    path: list[Area] = field(default_factory=list)
    whole: bool = False


def listing(process: Process, *, words: str = "", within: int | None = None) -> Listing:
    """The areas to show. Constant queries, however many rows."""
    rows = areas(process).annotate(below=Count("children", distinct=True)).select_related("boundary")
    total = Area.objects.of(process).count()
    if words:
        order = {pk: n for n, pk in enumerate(find(process, words))}
        found = sorted(rows.filter(pk__in=order), key=lambda row: order[row.pk])
        _indent(found, flat=True)
        return Listing(found, total)
    if within is None and total <= WHOLE_TREE:
        return Listing(_tree(list(rows)), total, whole=True)
    here = area(process, within) if within is not None else None
    found = list(rows.filter(parent=here).order_by("level", "code", "pk")[: WHOLE_TREE * 5])
    _indent(found, flat=True)
    return Listing(found, total, here, above(here) if here is not None else [])


def _tree(rows: list[Area]) -> list[Area]:
    children: dict[int | None, list[Area]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    ordered: list[Area] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in sorted(children.get(parent, ()), key=lambda one: (one.level, one.code, one.pk)):
            row.depth = depth  # type: ignore[attr-defined]
            ordered.append(row)
            walk(row.pk, depth + 1)

    walk(None, 0)
    return ordered


def _indent(rows: list[Area], *, flat: bool) -> None:
    for row in rows:
        row.depth = 0 if flat else getattr(row, "depth", 0)  # type: ignore[attr-defined]


def above(row: Area) -> list[Area]:
    """The areas above one, the highest first, with their names; one query a level."""
    line: list[int] = []
    at = row.parent_id
    while at is not None and at not in line:
        line.append(at)
        at = Area.objects.filter(pk=at).values_list("parent_id", flat=True).first()
    found = {one.pk: one for one in Area.objects.filter(pk__in=line).prefetch_related(NAMES)}
    return [found[pk] for pk in reversed(line) if pk in found]


@dataclass
class Shown:
    """One area with all its page shows."""

    area: Area
    path: list[Area]
    names: list[AreaName]
    retired: list[AreaName]
    children: list[Area]
    written: list[PlaceMatch]
    map: Map


def shown(process: Process, pk: int) -> Shown:
    """The page of one area."""
    row, policy = area(process, pk), Policy.of(process.pk)
    path = above(row)
    children = list(areas(process).filter(parent=row).select_related("boundary").order_by("level", "code", "pk")[:MOST_DRAWN])
    put_labels([row, *path, *children], policy)
    every = list(AreaName.objects.filter(area=row).select_related("added_by", "retired_by"))
    every = ranked(every)
    written = list(
        PlaceMatch.objects.of(process).filter(area=row, retired_at=None).select_related("by").order_by("text")[:MOST_FOUND]
    )
    board = Map("area", _("Where it lies"), [_("Area"), _("Kind"), _("Latitude"), _("Longitude")])
    for one in [row, *children]:
        draw(board, process, one, here=one.pk == row.pk)
    return Shown(
        row,
        path,
        [name for name in every if name.retired_at is None],
        [name for name in every if name.retired_at is not None],
        children,
        written,
        board,
    )


def draw(board: Map, process: Process, row: Area, *, here: bool = False) -> None:
    """Put an area with its shown name on a map whose columns are name, kind, latitude, longitude."""
    boundary: Any = row.boundary if hasattr(row, "boundary") else None
    board.area(
        row,
        name=row.shown_name,  # type: ignore[attr-defined]
        short=row.shown_name.split(APART)[0],  # type: ignore[attr-defined]
        url=reverse("area", args=[process.slug, row.pk]),
        cells=[row.get_kind_display(), *(f"{value:.3f}" if value is not None else "" for value in (row.latitude, row.longitude))],
        here=here,
        outline=boundary,
    )


def map_of(process: Process, rows: Sequence[Area]) -> Map:
    """The map of a list of areas: outlines and points of the lowest that have a position."""
    board = Map("areas", _("Areas of this list"), [_("Area"), _("Kind"), _("Latitude"), _("Longitude")])
    parents = {row.parent_id for row in rows}
    for row in rows[:MOST_DRAWN]:
        if row.pk in parents and not hasattr(row, "boundary"):
            continue  # a point in the middle of a whole province says nothing beside its villages
        draw(board, process, row)
    return board


def counted(process: Process) -> dict[str, int]:
    """How many areas and names are on file, and how many areas have a position."""
    return Area.objects.of(process).aggregate(
        areas=Count("pk"), placed=Count("pk", filter=Q(latitude__isnull=False))
    ) | AreaName.objects.filter(process=process, retired_at=None).aggregate(names=Count("pk"))
