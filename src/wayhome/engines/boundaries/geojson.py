"""GeoJSON: WGS 84 by its standard; the `crs` member of older files is understood where it names an authority's code."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from wayhome.engines.boundaries.packing import Source
from wayhome.engines.boundaries.types import MOST_FEATURES, MOST_FIELDS, Options, Raw, Refused, text_of

_URN = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|ESRI):(?:[\d.]*:)?(\d+)", re.I)
_KINDS = {"Polygon": 2, "MultiPolygon": 3, "Point": 0}


def read(source: Source, _options: Options) -> list[Raw]:
    """The one layer of a GeoJSON file. Raises: Refused for what is no FeatureCollection."""
    try:
        found = json.loads(source.parts["geojson"].decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refused("no_geojson") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise Refused("no_features")
    if len(features) > MOST_FEATURES:
        raise Refused("too_many_features", n=len(features), most=MOST_FEATURES)
    said = [one.get("properties") if isinstance(one, dict) else None for one in features]
    fields = list(dict.fromkeys(str(key) for one in said if isinstance(one, dict) for key in one))
    if len(fields) > MOST_FIELDS:
        raise Refused("too_many_fields", n=len(fields), most=MOST_FIELDS)
    raw = Raw(source.file, str(found.get("name") or source.file)[:200], "geojson", fields, [], [])
    raw.authority = _system(found.get("crs"))
    for number, (feature, one) in enumerate(zip(features, said, strict=True), 1):
        given = one if isinstance(one, dict) else {}
        values = (given.get(key) for key in fields)
        raw.rows.append((str(number), *("" if isinstance(value, dict | list) else text_of(value) for value in values)))
        raw.shapes.append(_geometry(feature.get("geometry") if isinstance(feature, dict) else None))
    return [raw]


def _system(crs: Any) -> str:
    if crs is None:
        return "EPSG:4326"
    name = (
        str(crs.get("properties", {}).get("name", ""))
        if isinstance(crs, dict) and isinstance(crs.get("properties"), dict)
        else ""
    )
    if re.search(r"CRS:?:?(1\.3:)?84", name, re.I):
        return "EPSG:4326"
    match = _URN.fullmatch(name)
    if not isinstance(crs, dict) or crs.get("type") != "name" or match is None:
        raise Refused("crs_elsewhere")  # a link to another file is not followed
    return f"{match[1].upper()}:{match[2]}"


def _geometry(said: Any) -> object:
    import shapely
    from shapely.geometry import shape

    if said is None:
        return None
    depth = _KINDS.get(str(said.get("type"))) if isinstance(said, dict) else None
    if depth is None:
        return str(said.get("type"))[:40] if isinstance(said, dict) else "unreadable"
    try:
        return shape({"type": said["type"], "coordinates": _nested(said.get("coordinates"), depth)})
    except (shapely.errors.GEOSException, shapely.errors.ShapelyError, ValueError, TypeError, IndexError):
        return "unreadable"


def _nested(part: Any, depth: int) -> Any:
    """Coordinates nested `depth` lists above a position. Raises: ValueError for any other nesting and for what is no number."""
    if not isinstance(part, list) or not part:
        raise ValueError("not nested as its type says")
    if depth == 0:
        if len(part) < 2 or not all(
            isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in part[:2]
        ):
            raise ValueError("no position")
        return (float(part[0]), float(part[1]))
    return [_nested(inner, depth - 1) for inner in part]
