"""Outlines of areas written: whole and for maps. An outline that is on file as it is given is not touched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from wayhome.places import bridge
from wayhome.places.importing.records import NewOutline
from wayhome.places.models import AreaBoundary, FullOutline, Gazetteer


def write_outlines(gazetteer: Gazetteer, outlines: Mapping[int, NewOutline]) -> int:
    """Set the outlines of these areas (by primary key); how many were not on file as they are now."""
    standing: dict[int, str] = {}
    keys = sorted(outlines)
    for start in range(0, len(keys), 500):
        rows = AreaBoundary.objects.filter(area_id__in=keys[start : start + 500])
        standing |= dict(rows.values_list("area_id", "digest"))
    digests = {pk: hashlib.sha256(one.shape).hexdigest() for pk, one in outlines.items()}
    changed = [pk for pk in keys if standing.get(pk) != digests[pk]]
    replaced = [pk for pk in changed if pk in standing]
    for start in range(0, len(replaced), 500):
        AreaBoundary.objects.filter(area_id__in=replaced[start : start + 500]).delete()
    rows = [_row(gazetteer, pk, outlines[pk], digests[pk]) for pk in changed]
    AreaBoundary.objects.bulk_create(rows, batch_size=100)
    whole = [
        FullOutline(boundary=row, shape=outlines[row.area_id].shape)
        for row in rows
        if outlines[row.area_id].shape != outlines[row.area_id].display
    ]
    FullOutline.objects.bulk_create(whole, batch_size=50)
    return len(changed)


def _row(gazetteer: Gazetteer, area_id: int, given: NewOutline, digest: str) -> AreaBoundary:
    west, south, east, north = bridge.box_of(given.shape)
    return AreaBoundary(
        area_id=area_id, geometry=bridge.outline_of(given.display), gazetteer=gazetteer, digest=digest, points=given.points,
        inside_longitude=given.inside[0], inside_latitude=given.inside[1], west=west, south=south, east=east, north=north,
    )  # fmt: skip
