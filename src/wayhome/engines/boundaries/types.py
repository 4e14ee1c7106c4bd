"""What a reading of boundary files holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

MOST_FILES = 2_000  # entries of an archive
MOST_UNPACKED = 512 * 1024 * 1024  # bytes, all files of a reading together
MOST_FEATURES = 100_000  # in one layer
MOST_POINTS = 4_000_000  # in one reading
MOST_FIELDS = 400
MOST_TEXT = 2_000  # letters of one cell


@dataclass(frozen=True, slots=True)
class Options:
    """What somebody says about the files because they do not say it, or say it wrongly.

    `crs` is an authority's code (`EPSG:32638`) for layers that carry none; `encoding` (`cp1256`) is that of every `.dbf`;
    `detail` is how many steps the longer side of a layer has on a map: what is finer is left out of `Feature.display`.
    """

    crs: str = ""
    encoding: str = ""
    detail: int = 2_500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a file: in which file, feature (from 1; 0 for the file) and field, a code, and what goes into its words."""

    file: str
    feature: int
    field: str
    code: str
    said: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. `values` are texts in the order of the layer's fields.

    `shape` is its whole outline and `display` one for maps, both WKB (Polygon or MultiPolygon, longitude and latitude in WGS 84);
    `display` keeps the borders that neighbours share. Both are empty where the feature is a point. `inside` is (longitude,
    latitude) of a point inside, or the point itself; `points` counts those of `shape`.
    """

    number: int
    values: tuple[str, ...]
    shape: bytes
    display: bytes
    inside: tuple[float, float]
    points: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its file as people know it (`archive.zip!adm2.shp`), name, fields, features, coordinate system, encoding."""

    file: str
    name: str
    kind: str  # shapefile, geopackage, geojson
    fields: tuple[str, ...]
    features: tuple[Feature, ...]
    crs: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read, and everything to be said of it."""

    layers: tuple[Layer, ...]
    problems: tuple[Finding, ...]
    notes: tuple[Finding, ...]


class Refused(Exception):
    """A file that cannot be read at all; becomes a `Finding` of the reading."""

    def __init__(self, code: str, **said: object) -> None:
        super().__init__(code)
        self.code = code
        self.said = {key: str(value) for key, value in said.items()}


@dataclass(slots=True)
class Raw:
    """A layer as its format gives it: shapely geometries (or None) in its own coordinates, texts, and what is known of both."""

    file: str
    name: str
    kind: str
    fields: list[str]
    rows: list[tuple[str, ...]]
    shapes: list[object]
    wkt: str = ""
    authority: str = ""  # "EPSG:4326"
    encoding: str = "utf-8"
    findings: list[Finding] = dataclasses.field(default_factory=list)  # problems of single features
    notes: list[Finding] = dataclasses.field(default_factory=list)
    skip: set[int] = dataclasses.field(default_factory=set)  # numbers of features that were named as problems already


def text_of(value: object) -> str:
    """A cell as text: nothing for None, whole numbers without a point, white space made single."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(str(value).replace("\x00", " ").split())[:MOST_TEXT]
