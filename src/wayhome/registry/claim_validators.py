"""What holds for claims wherever they come from: shares, outlines, keys for finding. Used by forms, imports and actions."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.core.text import fold

MOST_CORNERS = 20_000
_SHARE = re.compile(r"^\s*(\d{1,9})\s*(?:/|⁄|of|из)\s*(\d{1,9})\s*$", re.IGNORECASE)
_VULGAR = {"½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def share(text: str) -> Fraction | None:
    """A share as people write it: 1/4, ½, 25 %, 1 (the whole). None where nothing is written.

    Raises:
        InvalidInput: for anything that is no fraction above 0 and up to 1.
    """
    plain = text.strip()
    if not plain:
        return None
    value: Fraction | None = None
    if found := _SHARE.match(plain):
        value = Fraction(int(found[1]), int(found[2])) if int(found[2]) else None
    elif plain in _VULGAR:
        value = _VULGAR[plain]
    else:
        try:
            number = plain.removesuffix("%").strip().replace(",", ".")
            value = Fraction(number) / (100 if plain.endswith("%") else 1)
        except (ValueError, ZeroDivisionError):
            value = None
    if value is None or not 0 < value <= 1:
        raise InvalidInput(
            _("“%(text)s” is no share.") % {"text": plain[:40]},
            _("Write a fraction such as 1/4, a per cent such as 25 %, 1 for the whole, or nothing where it is not known."),
            field="share",
        )
    return value.limit_denominator(10**9)


def check_sum(shares: Iterable[Fraction | None]) -> Fraction:
    """The sum of the shares that are stated; at most the whole.

    Raises:
        InvalidInput: when together they are more than the whole.
    """
    total = sum((one for one in shares if one is not None), Fraction(0))
    if total > 1:
        raise InvalidInput(
            _("The shares come to %(sum)s, more than the whole.") % {"sum": f"{total.numerator}/{total.denominator}"},
            _("Correct a share, or leave those out that are not known."),
            field="share",
        )
    return total


def key(text: str) -> str:
    """Letters and digits of a text, folded: the same address or number in another writing has the same key."""
    plain = fold(unicodedata.normalize("NFKC", text))
    return "".join(ch for ch in plain if ch.isalnum())


def words_key(text: str) -> str:
    """Folded words of a name in order of the alphabet, so that “Ayvelin Suren” and “Suren AYVELIN” are one."""
    plain = "".join(ch if ch.isalnum() else " " for ch in fold(text))
    return " ".join(sorted(plain.split()))[:250]


def outline(given: Any) -> tuple[dict[str, Any], tuple[float, float, float, float]] | None:
    """An outline as it is stored, and its box (west, south, east, north); None where nothing was given.

    Takes GeoJSON as text or as a value: a Polygon, a MultiPolygon, a Feature of one, or a FeatureCollection of polygons.

    Raises:
        InvalidInput: says what is wrong with it and where.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    from shapely import force_2d, get_num_coordinates
    from shapely.errors import ShapelyError
    from shapely.geometry import mapping, shape
    from shapely.ops import unary_union
    from shapely.validation import explain_validity

    def wrong(problem: str, remedy: str = "") -> InvalidInput:
        return InvalidInput(problem, remedy or _("Draw the outline on the map, or paste a GeoJSON polygon."), field="outline")

    if isinstance(given, str):
        if len(given) > 2_000_000:
            raise wrong(_("The outline is too long: at most 2 MB."))
        try:
            given = json.loads(given)
        except ValueError:
            raise wrong(_("The outline is no GeoJSON.")) from None
    try:
        parts = list(_geometries(given))
        shapes = [force_2d(shape(part)) for part in parts]
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError, RecursionError):
        raise wrong(_("The outline is no GeoJSON polygon.")) from None
    if not shapes or any(one.geom_type not in {"Polygon", "MultiPolygon"} or one.is_empty for one in shapes):
        raise wrong(_("The outline has no polygon: a point or a line is no parcel."))
    whole = shapes[0] if len(shapes) == 1 else unary_union(shapes)
    if whole.geom_type not in {"Polygon", "MultiPolygon"}:
        raise wrong(_("The outline has no polygon: a point or a line is no parcel."))
    if get_num_coordinates(whole) > MOST_CORNERS:
        raise wrong(_("The outline has more than %(n)d corners.") % {"n": MOST_CORNERS}, _("Simplify it first."))
    if not whole.is_valid:
        raise wrong(_("The outline crosses itself: %(where)s.") % {"where": explain_validity(whole)[:120]})
    west, south, east, north = whole.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise wrong(
            _("The outline does not lie on the earth in degrees: longitude %(west)s, latitude %(south)s.")
            % {"west": round(west, 2), "south": round(south, 2)},
            _("Convert it to WGS 84 (EPSG:4326), longitude first."),
        )
    if max(east - west, north - south) > 1:
        raise wrong(
            _("The outline is more than a degree wide; that is no parcel."), _("Check the numbers; longitude stands first.")
        )
    if whole.area == 0:
        raise wrong(_("The outline has no area."))
    stored = json.loads(json.dumps(mapping(whole)))
    return stored, (west, south, east, north)


def _geometries(value: Any) -> Iterable[dict[str, Any]]:
    kind = value["type"]
    if kind == "FeatureCollection":
        for feature in value["features"]:
            yield from _geometries(feature)
    elif kind == "Feature":
        yield from _geometries(value["geometry"])
    elif kind == "GeometryCollection":
        for part in value["geometries"]:
            yield from _geometries(part)
    else:
        yield value


def size_m2(stored: dict[str, Any]) -> float:
    """Square metres of an outline of parcel size, on a plane that touches the earth at its middle (error below 1 %)."""
    from math import cos, radians

    from shapely.affinity import scale
    from shapely.geometry import shape

    whole = shape(stored)
    metre = 111_195.0  # metres in one degree of a great circle, on a sphere of 6,371 km
    middle = (whole.bounds[1] + whole.bounds[3]) / 2
    return float(scale(whole, metre * cos(radians(middle)), metre, origin=(0, 0)).area)


def overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How much of the smaller of two outlines lies in the other, 0 to 1."""
    from shapely.geometry import shape

    a, b = shape(one), shape(other)
    smaller = min(a.area, b.area)
    return float(a.intersection(b).area / smaller) if smaller else 0.0
