"""The map of a whole process, one level at a time: light enough for hundreds of outlines, and kept until something changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.places.maps import Map, Row
from wayhome.places.models import Area, AreaBoundary, AreaName
from wayhome.places.names import APART, Policy
from wayhome.places.periods import standing_on
from wayhome.places.queries.areas import areas, labels, put_labels

MOST_DRAWN = 3_000
_KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of area with how many there are on a day, how many have an outline, and how many at least a point."""

    kind: str
    title: str
    total: int
    outlined: int
    placed: int


def levels(process: Process, on: date) -> list[Level]:
    """The kinds of areas on file, the highest first. One query."""
    rows = (
        Area.objects.of(process)
        .filter(standing_on(on))
        .values("kind")
        .annotate(
            n=Count("pk"),
            outlined=Count("boundary"),
            placed=Count("pk", filter=Q(latitude__isnull=False) | Q(boundary__isnull=False)),
        )
    )
    counted = {row["kind"]: row for row in rows.order_by()}
    return [
        Level(kind, str(title), counted[kind]["n"], counted[kind]["outlined"], counted[kind]["placed"])
        for kind, title in Area.Kind.choices
        if kind in counted
    ]


def first_level(found: list[Level]) -> str:
    """The level a map opens with: the deepest of which most areas have an outline, else the one with most positions."""
    outlined = [one for one in found if one.outlined * 2 >= one.total and one.outlined > 1]
    if outlined:
        return outlined[-1].kind
    return max(found, key=lambda one: one.placed).kind if found else ""


def stamp(process: Process, kind: str, on: date) -> str:
    """Changes whenever what the map of this level shows does: areas, names, outlines, policy, language. Four queries."""
    said: list[Any] = [process.pk, process.slug, kind, on.isoformat(), translation.get_language(), Policy.of(process.pk)]
    for rows, last in (
        (Area.objects.of(process), "changed_at"),
        (AreaName.objects.filter(process=process), "changed_at"),
        (AreaBoundary.objects.filter(area__process=process), "pk"),
    ):
        said += rows.aggregate(n=Count("pk"), last=Max(last)).values()
    return hashlib.sha256(repr(said).encode()).hexdigest()


def drawing(process: Process, kind: str, on: date, mark: str) -> bytes:
    """The level as GeoJSON: outlines for maps, points, names. `mark` is its stamp, by which it is kept."""
    key = f"places-map-{mark}"
    kept = cache.get(key)
    if isinstance(kept, bytes):
        return kept
    board = Map("whole", "", [])
    rows = list(_rows(process, kind, on).select_related("boundary"))
    put_labels(rows, Policy.of(process.pk), on=on if on != date.today() else None)
    for row in rows:
        board.area(
            row,
            name=row.shown_name,  # type: ignore[attr-defined]
            short=row.shown_name.split(APART)[0],  # type: ignore[attr-defined]
            url=reverse("area", args=[process.slug, row.pk]),
            outline=row.boundary if hasattr(row, "boundary") else None,
        )
    made = json.dumps(board.geojson, ensure_ascii=False, separators=(",", ":")).encode()
    cache.set(key, made, _KEPT_SECONDS)
    return made


def _rows(process: Process, kind: str, on: date) -> Any:
    return areas(process).filter(standing_on(on), kind=kind).order_by("code", "pk")[:MOST_DRAWN]


def board(process: Process, kind: str, on: date, source: str) -> Map:
    """The map with its table; what is drawn is fetched from `source`. Constant queries, however many areas."""
    found = Map(
        "whole", _("Areas of the process"), [_("Area"), _("Code"), _("Lies in"), _("People"), _("Drawn as")], source=source
    )
    rows = list(_rows(process, kind, on).annotate(outlines=Count("boundary")))
    put_labels(rows, Policy.of(process.pk), on=on if on != date.today() else None)
    above = labels(process, {row.parent_id for row in rows})
    for row in rows:
        placed = row.latitude is not None
        drawn = _("outline") if row.outlines else _("point") if placed else _("not drawn")
        people = f"{row.population:,}".replace(",", "\u202f") if row.population is not None else ""
        cells = [row.code, above.get(row.parent_id, "").split(APART)[0], people, drawn]
        url = reverse("area", args=[process.slug, row.pk])
        found.rows.append(Row(row.shown_name, url, cells, bool(row.outlines) or placed, found.columns[1:]))
    if not any(row.drawn for row in found.rows):
        found.source = ""
    return found
