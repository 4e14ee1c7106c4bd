"""Outlines of areas from GeoJSON: a FeatureCollection whose features carry the P-code of an area on file."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.places.importing.records import Contents

_CODE = re.compile(r"(?:adm|admin)([0-4])_?(?:pcode|code)|(place_id|pcode|code|id)", re.I)
_MOST_POINTS = 200_000


def fits(data: bytes) -> bool:
    """Whether a file is JSON rather than a table."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def code_of(properties: dict[str, Any]) -> str:
    """The code of the deepest level that the properties name."""
    found = ("", -1)
    for key, value in properties.items():
        match = _CODE.fullmatch(key)
        if match and value not in (None, ""):
            level = int(match[1]) if match[1] else 9
            if level > found[1]:
                found = (str(value).strip(), level)
    return found[0]


def read(name: str, data: bytes, contents: Contents) -> None:
    """Add the outlines; each fault names the feature by its number in the collection.

    Raises: InvalidInput for what is no GeoJSON.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(_("%(file)s is no GeoJSON.") % {"file": name}, _("Save the layer as GeoJSON in WGS 84.")) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise InvalidInput(_("%(file)s holds no features.") % {"file": name}, _("Save the layer as a GeoJSON FeatureCollection."))
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        code = code_of(properties) if isinstance(properties, dict) else ""
        if not code:
            problem = _("The feature carries no P-code.")
            contents.fault(name, number, "properties", problem, _("Give it a property like ADM2_PCODE, pcode or place_id."))
            continue
        geometry = feature.get("geometry")
        why = wrong_with(geometry)
        if why:
            contents.fault(name, number, "geometry", why, _("Save the layer as polygons in WGS 84 (EPSG:4326)."))
            continue
        if code in contents.outlines:
            problem = _("%(code)s has two outlines.") % {"code": code}
            contents.fault(name, number, "properties", problem, _("Join its parts into one multipolygon."))
            continue
        contents.outlines[code] = (number, {"type": geometry["type"], "coordinates": geometry["coordinates"]})


def wrong_with(geometry: Any) -> str:
    """What is wrong with the geometry of an outline, in words; nothing when it will do."""
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return str(_("The feature is no polygon."))
    points = list(points_of(geometry))
    if len(points) > _MOST_POINTS:
        return str(_("The outline has %(n)s points, more than can be drawn.") % {"n": len(points)})
    if len(points) < 4:
        return str(_("The outline has fewer than four points."))
    for point in points:
        if not (
            isinstance(point, list)
            and len(point) >= 2
            and all(isinstance(value, int | float) for value in point[:2])
            and abs(point[0]) <= 180
            and abs(point[1]) <= 90
        ):
            return str(_("A point of the outline is no longitude and latitude in degrees."))
    return ""


def points_of(geometry: dict[str, Any]) -> Any:
    """Every point of a polygon or multipolygon; what is not nested as it should be comes out as it is."""
    polygons = geometry.get("coordinates")
    polygons = [polygons] if geometry["type"] == "Polygon" else polygons
    for polygon in polygons if isinstance(polygons, list) else []:
        for ring in polygon if isinstance(polygon, list) else [None]:
            yield from ring if isinstance(ring, list) else [None]
