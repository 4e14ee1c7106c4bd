"""Areas and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.places import bridge
from wayhome.places.maps import Map
from wayhome.places.models import Area, AreaBoundary, AreaName, FullOutline, PlaceMatch
from wayhome.places.names import APART, Policy, label, ranked
from wayhome.places.periods import standing_on
from wayhome.places.queries.succession import Story, standing_for, story

NAMES = Prefetch("names", queryset=AreaName.objects.filter(retired_at=None), to_attr="standing_names")
WHOLE_TREE = 400  # up to so many areas the list shows all levels at once
MOST_FOUND = 100
MOST_DRAWN = 500
MOST_BESIDE = 80  # outlines on the map of one area
MOST_POINTS = 25_000


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


def put_labels(rows: Sequence[Area], policy: Policy, language: str | None = None, on: date | None = None) -> None:
    """Set `shown_name`, by what was used on a day (today), and `other_names` (a few more) on areas whose names were fetched."""
    language = language or translation.get_language() or "en"
    for row in rows:
        names: list[AreaName] = row.standing_names  # type: ignore[attr-defined]
        row.shown_name = label(names, policy, language, str(row), on)  # type: ignore[attr-defined]
        shown = set(row.shown_name.split(APART))  # type: ignore[attr-defined]
        others = {one.text: one for one in sorted(names, key=lambda one: one.kind == "former") if one.text not in shown}
        row.other_names = list(others.values())[:4]  # type: ignore[attr-defined]


def languages(process: Process) -> list[tuple[str, str]]:
    """Languages that names on file are in, with what they are called, those of the interface left out. One query."""
    rows = AreaName.objects.filter(process=process, retired_at=None).exclude(language="").order_by("language")
    known = {code for code, _title in settings.LANGUAGES}
    found = {code.split("-")[0] for code in rows.values_list("language", flat=True).distinct()} - known
    return [(code, _language(code)) for code in sorted(found)]


def _language(code: str) -> str:
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code


def in_languages(rows: Sequence[Area], policy: Policy) -> list[tuple[Area, list[tuple[str, str]]]]:
    """These areas with what readers of each language of the interface see; languages that see the same stand together."""
    found = []
    for row in rows:
        names: list[AreaName] = row.standing_names  # type: ignore[attr-defined]
        seen: dict[str, list[str]] = {}
        for code, title in settings.LANGUAGES:
            seen.setdefault(label(names, policy, code, str(row)), []).append(str(title))
        found.append((row, [(text, ", ".join(titles)) for text, titles in seen.items()]))
    return found


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
    hidden: int = 0  # areas of other times than the day asked for


def listing(process: Process, *, words: str = "", within: int | None = None, on: date | None = None) -> Listing:
    """The areas to show: those that exist on a day (None: of all times). A search finds them of all times. Constant queries."""
    standing = standing_on(on) if on is not None else Q()
    rows = areas(process).annotate(below=Count("children", distinct=True)).select_related("boundary")
    total = Area.objects.of(process).count()
    if words:
        order = {pk: n for n, pk in enumerate(find(process, words))}
        found = sorted(rows.filter(pk__in=order), key=lambda row: order[row.pk])
        _indent(found, flat=True)
        return Listing(found, total)
    hidden = total - Area.objects.of(process).filter(standing).count() if on is not None else 0
    if within is None and total <= WHOLE_TREE:
        return Listing(_tree(list(rows.filter(standing))), total, whole=True, hidden=hidden)
    here = area(process, within) if within is not None else None
    found = list(rows.filter(standing, parent=here).order_by("level", "code", "pk")[: WHOLE_TREE * 5])
    _indent(found, flat=True)
    return Listing(found, total, here, above(here) if here is not None else [], hidden=hidden)


def _tree(rows: list[Area]) -> list[Area]:
    children: dict[int | None, list[Area]] = {}
    known = {row.pk for row in rows}
    for row in rows:  # below an area of another time a row stands at the top
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
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
    story: Story
    heirs: list[tuple[Area, int | None]]  # the areas that stand for it today, with the share of it in per cent
    beside: list[Area]


def shown(process: Process, pk: int) -> Shown:
    """The page of one area."""
    row, policy = area(process, pk), Policy.of(process.pk)
    path = above(row)
    children = list(areas(process).filter(parent=row).select_related("boundary").order_by("level", "code", "pk")[:MOST_DRAWN])
    beside = neighbours(process, row)
    told = story(process, row)
    others = {one.pk: one for one in areas(process).filter(pk__in=_named_in(told))}
    put_labels([row, *path, *children, *beside, *others.values()], policy)
    for one in (*told.earlier, *told.later, *told.retired):
        one.shown_before, one.shown_after = others.get(one.before_id), others.get(one.after_id)  # type: ignore[attr-defined]
    every = list(AreaName.objects.filter(area=row).select_related("added_by", "retired_by"))
    every = ranked(every)
    written = list(
        PlaceMatch.objects.of(process).filter(area=row, retired_at=None).select_related("by").order_by("text")[:MOST_FOUND]
    )
    board = Map("area", _("Where it lies"), [_("Area"), _("Kind"), _("Latitude"), _("Longitude")])
    whole = _whole_outlines([row, *children, *beside])
    for one in [*beside, row, *children]:
        draw(board, process, one, here=one.pk == row.pk, whole=whole.get(one.pk))
    return Shown(
        row,
        path,
        [name for name in every if name.retired_at is None],
        [name for name in every if name.retired_at is not None],
        children,
        written,
        board,
        told,
        [(others[heir.area_id], round(heir.share * 100) if heir.share is not None else None) for heir in told.heirs],
        beside,
    )


def _named_in(told: Story) -> set[int]:
    rows = (*told.earlier, *told.later, *told.retired)
    return {pk for one in rows for pk in (one.before_id, one.after_id)} | {heir.area_id for heir in told.heirs}


def neighbours(process: Process, row: Area) -> list[Area]:
    """Areas of the same kind that exist today and touch its outline. Two queries."""
    boundary: AreaBoundary | None = row.boundary if hasattr(row, "boundary") else None
    if boundary is None:
        return []
    apart = max(boundary.east - boundary.west, boundary.north - boundary.south) / 200
    near = (
        areas(process)
        .filter(standing_on(date.today()), kind=row.kind, boundary__west__lte=boundary.east + apart)
        .filter(boundary__east__gte=boundary.west - apart, boundary__south__lte=boundary.north + apart)
        .filter(boundary__north__gte=boundary.south - apart)
        .exclude(pk=row.pk)
        .select_related("boundary")
        .order_by("code", "pk")[:MOST_BESIDE]
    )
    found = {one.pk: one for one in near}
    hits = bridge.touching(boundary.geometry, {pk: one.boundary.geometry for pk, one in found.items()}, apart)
    return [found[pk] for pk in hits]


def _whole_outlines(rows: Sequence[Area]) -> dict[int, dict[str, Any]]:
    """The whole outlines by area, where they are few and light enough for a page. One query."""
    outlined = [row.boundary for row in rows if hasattr(row, "boundary")]
    if len(outlined) > MOST_BESIDE or sum(one.points for one in outlined) > MOST_POINTS:
        return {}
    found = FullOutline.objects.filter(boundary__in=[one.pk for one in outlined]).select_related("boundary")
    return {one.boundary.area_id: bridge.outline_of(bytes(one.shape)) for one in found}


def put_heirs(process: Process, rows: Sequence[Area], policy: Policy) -> None:
    """Set `heirs` on areas that have ended: the areas that stand for them today. Queries only where one has ended."""
    over = [row for row in rows if row.period.over]
    for row in rows:
        row.heirs = []  # type: ignore[attr-defined]
    if not over:
        return
    standing = standing_for(process, [row.pk for row in over])
    known = {one.pk: one for one in areas(process).filter(pk__in={heir.area_id for some in standing.values() for heir in some})}
    put_labels(list(known.values()), policy)
    for row in over:
        row.heirs = [known[heir.area_id] for heir in standing[row.pk]]  # type: ignore[attr-defined]


def draw(board: Map, process: Process, row: Area, *, here: bool = False, whole: dict[str, Any] | None = None) -> None:
    """Put an area with its shown name on a map whose columns are name, kind, latitude, longitude."""
    boundary: Any = row.boundary if hasattr(row, "boundary") else None
    if boundary is not None and whole is not None:
        boundary.geometry = whole
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
    outlined = {row.parent_id for row in rows if hasattr(row, "boundary")}
    for row in rows[:MOST_DRAWN]:
        if row.pk in outlined or (row.pk in parents and not hasattr(row, "boundary")):
            continue  # the outlines of its parts draw it; a point in the middle of a whole province says nothing beside its villages
        draw(board, process, row)
    return board


def counted(process: Process) -> dict[str, int]:
    """How many areas and names are on file, and how many areas have a position."""
    return Area.objects.of(process).aggregate(
        areas=Count("pk"), placed=Count("pk", filter=Q(latitude__isnull=False) | Q(boundary__isnull=False))
    ) | AreaName.objects.filter(process=process, retired_at=None).aggregate(names=Count("pk"))
