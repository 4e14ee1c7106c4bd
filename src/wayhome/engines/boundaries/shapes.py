"""Outlines made sound, and drawn with fewer points without tearing neighbours apart. By Shapely (GEOS)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDED = 5  # decimals of a degree on maps: a metre


def repaired(shape: Any) -> tuple[Any, str, float]:
    """A valid polygon or multipolygon of the same ground, why it was not valid (or nothing), and the share of ground that changed.

    Nothing comes back (None) where no ground is left.
    """
    import shapely

    if shapely.is_valid(shape) and not shapely.is_empty(shape):
        return shape, "", 0.0
    why = str(shapely.is_valid_reason(shape)).split("[")[0].strip()
    made = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [
        part for part in shapely.get_parts(shapely.get_parts(np.array([made]))) if part.geom_type == "Polygon" and part.area > 0
    ]
    if not parts:
        return None, why, 1.0
    found = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    before = abs(float(shapely.area(shape)))
    return found, why, abs(float(shapely.area(found)) - before) / before if before else 0.0


def displayed(shapes: NDArray[Any], detail: int) -> NDArray[Any]:
    """The outlines of a layer with what is finer than its longer side divided by `detail` left out.

    Borders that neighbours share stay shared: the layer is simplified as a whole (Visvalingam's way, GEOS's coverage).
    """
    import shapely

    if not len(shapes):
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    step = max(east - west, north - south) / max(detail, 1)
    try:
        found = shapely.coverage_simplify(shapes, step)
    except shapely.errors.GEOSException:
        found = shapely.simplify(shapes, step / 2, preserve_topology=True)
    decimals = max(ROUNDED, int(np.ceil(-np.log10(step / 4)))) if step > 0 else ROUNDED
    rounded = shapely.transform(found, lambda points: np.round(points, min(decimals, 8)))
    bad = shapely.is_empty(rounded) | shapely.is_missing(rounded)
    return np.where(bad, shapes, rounded)


def inside(shape: Any) -> tuple[float, float]:
    """Longitude and latitude of a point well inside, for a name to stand on."""
    import shapely

    point = shapely.point_on_surface(shape)
    return round(float(point.x), 6), round(float(point.y), 6)


def joined(parts: list[bytes]) -> tuple[bytes, tuple[float, float]]:
    """One outline of several (WKB), and a point inside it."""
    import shapely

    found = shapely.union_all(shapely.from_wkb(np.array(parts, dtype=object)))
    return shapely.to_wkb(found, byte_order=1), inside(found)


def geojson(shape: bytes) -> dict[str, Any]:
    """WKB as GeoJSON, with at most seven decimals (a centimetre)."""
    import shapely

    found: dict[str, Any] = json.loads(shapely.to_geojson(shapely.from_wkb(shape)))
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def box(shape: bytes) -> tuple[float, float, float, float]:
    """West, south, east, north of WKB."""
    import shapely

    west, south, east, north = (float(value) for value in shapely.bounds(shapely.from_wkb(shape)))
    return west, south, east, north


def _rounded(part: list[Any]) -> list[Any]:
    return [round(one, 7) if isinstance(one, float) else one if isinstance(one, int) else _rounded(one) for one in part]


def neighbours(here: Mapping[str, Any], others: Mapping[int, Mapping[str, Any]], apart: float) -> list[int]:
    """Which of `others` (GeoJSON, by key) touch an outline or come within `apart` degrees of it."""
    import shapely
    from shapely.geometry import shape

    if not others:
        return []
    near = shapely.dwithin(np.array([shape(one) for one in others.values()], dtype=object), shape(here), apart)
    return [key for key, hit in zip(others, near, strict=True) if hit]
