"""From the files of an upload to checked layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wayhome.engines.boundaries import geojson, geopackage, shapefile, shapes, systems
from wayhome.engines.boundaries.packing import Source, sources
from wayhome.engines.boundaries.types import MOST_POINTS, Feature, Finding, Layer, Options, Raw, Reading, Refused

VERSION = "1"
_READERS: dict[str, Callable[[Source, Options], list[Raw]]] = {
    "shapefile": shapefile.read,
    "geopackage": geopackage.read,
    "geojson": geojson.read,
}
_AREAS = {"Polygon", "MultiPolygon"}


def warm() -> None:
    """Load the libraries before the first file's clock starts."""
    import pyproj
    import shapefile as _shapefile
    import shapely  # noqa: F401

    pyproj.CRS.from_epsg(4326)
    assert _shapefile.Reader


def read(files: Mapping[str, bytes], options: Options | None = None) -> Reading:
    """Every layer of these files (name to bytes). Nothing is raised: what is wrong is in `problems`, what was done in `notes`."""
    options = options or Options()
    found, problems = sources(files)
    layers: list[Layer] = []
    notes: list[Finding] = []
    left = MOST_POINTS
    for source in found:
        try:
            for raw in _READERS[source.kind](source, options):
                layer = _checked(raw, options, problems, notes, left)
                left -= sum(feature.points for feature in layer.features)
                layers.append(layer)
        except Refused as refused:
            problems.append(Finding(source.file, 0, "file", refused.code, refused.said))
    return Reading(tuple(layers), tuple(problems), tuple(notes))


def _checked(raw: Raw, options: Options, problems: list[Finding], notes: list[Finding], left: int) -> Layer:
    """A layer with its shapes in WGS 84, sound and simplified; what is wrong with single features is added to `problems`."""
    import shapely

    problems.extend(raw.findings)
    notes.extend(raw.notes)
    wrong: dict[int, tuple[str, dict[str, str]]] = {}
    numbers = [int(row[0]) for row in raw.rows]
    for at, shape in enumerate(raw.shapes):
        if shape is None:
            wrong[at] = "no_geometry", {}
        elif isinstance(shape, str):
            wrong[at] = ("no_area", {"kind": shape}) if shape[:1].isupper() else (shape, {})
        elif getattr(shape, "geom_type", "") not in {*_AREAS, "Point"}:
            wrong[at] = "no_area", {"kind": str(getattr(shape, "geom_type", "?"))}
    kept = [at for at in range(len(raw.shapes)) if at not in wrong]
    geometries = np.array([raw.shapes[at] for at in kept], dtype=object)
    points = int(shapely.get_num_coordinates(geometries).sum()) if kept else 0
    if points > left:
        raise Refused("too_many_points", n=points, most=MOST_POINTS)
    crs_name, geometries = _placed(raw, options, geometries, notes)
    whole: dict[int, Any] = {}
    for at, shape in zip(kept, geometries, strict=True):
        west, south, east, north = shapely.bounds(shape)
        if not (np.isfinite([west, south, east, north]).all() and west >= -180 and east <= 180 and south >= -90 and north <= 90):
            wrong[at] = "outside", {"crs": crs_name}
            continue
        if shape.geom_type == "Point":
            whole[at] = shape
            continue
        sound, why, share = shapes.repaired(shape)
        if sound is None:
            wrong[at] = "no_ground", {"why": why}
            continue
        if why:
            said = {"why": why, "percent": f"{share * 100:.2f}"}
            notes.append(Finding(raw.file, numbers[at], "geometry", "repaired", said))
        whole[at] = sound
    lines = {at for at, (code, said) in wrong.items() if code == "no_area" and "Line" in said["kind"]}
    if lines and len(lines) == len(raw.shapes):
        notes.append(Finding(raw.file, 0, "geometry", "lines_left", {"layer": raw.name, "n": str(len(lines))}))
        wrong = {}
    for at, (code, said) in sorted(wrong.items()):
        problems.append(Finding(raw.file, numbers[at], "geometry", code, said))
    order = [at for at in whole if numbers[at] not in raw.skip]
    areas = [at for at in order if whole[at].geom_type in _AREAS]
    drawn = dict(zip(areas, shapes.displayed(np.array([whole[at] for at in areas], dtype=object), options.detail), strict=True))
    features = tuple(_feature(numbers[at], raw.rows[at][1:], whole[at], drawn.get(at)) for at in order)
    return Layer(raw.file, raw.name, raw.kind, tuple(raw.fields), features, crs_name, raw.encoding)


def _placed(raw: Raw, options: Options, geometries: Any, notes: list[Finding]) -> tuple[str, Any]:
    """The layer's shapes in WGS 84, and the name of the system they came in."""
    import shapely

    crs = systems.system(raw.wkt if not raw.authority else "", raw.authority)
    if crs is None and options.crs:
        crs = systems.system("", options.crs)
    if crs is None:
        west, south, east, north = shapely.total_bounds(geometries) if len(geometries) else (0, 0, 0, 0)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise Refused("no_crs")
        notes.append(Finding(raw.file, 0, "crs", "crs_assumed"))
        return "EPSG:4326 (WGS 84)", geometries
    name = systems.name_of(crs)
    if systems.is_wgs84(crs) or not len(geometries):
        return name, geometries
    notes.append(Finding(raw.file, 0, "crs", "reprojected", {"crs": name}))
    return name, systems.to_wgs84(crs, geometries)


def _feature(number: int, values: tuple[str, ...], shape: Any, drawn: Any) -> Feature:
    import shapely

    if shape.geom_type == "Point":
        return Feature(number, values, b"", b"", (float(shape.x), float(shape.y)), 1)
    made: bytes = shapely.to_wkb(shape, byte_order=1)
    less: bytes = shapely.to_wkb(drawn, byte_order=1)
    return Feature(number, values, made, less, shapes.inside(shape), int(shapely.get_num_coordinates(shape)))
