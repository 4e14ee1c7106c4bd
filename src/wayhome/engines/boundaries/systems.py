"""Coordinate systems to WGS 84, by pyproj (PROJ), without its network and without files that a system's text may name."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wayhome.engines.boundaries.types import Refused

_MOST_TEXT = 20_000
_FILES = re.compile(
    r"(nadgrids|geoidgrids|grids|init|file|datumgrids)\s*=\s*(?!@null)|PARAMETERFILE|\.(?:gsb|gtx|tif|gpkg|db)\b", re.I
)
_CODE = re.compile(r"(EPSG|ESRI):(\d{1,7})", re.I)


def system(wkt: str, authority: str) -> Any:
    """A pyproj CRS, or None where nothing is said. Raises: Refused for what cannot be understood or names files."""
    from pyproj import CRS, network
    from pyproj.exceptions import CRSError

    network.set_network_enabled(False)
    try:
        if authority:
            match = _CODE.fullmatch(authority.strip())
            if match is None:
                raise Refused("crs_unknown", crs=authority[:60])
            return CRS.from_authority(match[1].upper(), match[2])
        if not wkt:
            return None
        if len(wkt) > _MOST_TEXT or _FILES.search(wkt):
            raise Refused("crs_refused")
        return CRS.from_wkt(wkt)
    except CRSError as error:
        raise Refused("crs_unknown", crs=(authority or wkt)[:60]) from error


def name_of(crs: Any) -> str:
    """What to call a system: EPSG:32638 (WGS 84 / UTM zone 38N)."""
    code = crs.to_authority(min_confidence=60)
    return f"{':'.join(code)} ({crs.name})" if code else str(crs.name)


def is_wgs84(crs: Any) -> bool:
    """Whether its coordinates are longitude and latitude in WGS 84 already, whatever the order of its axes on paper."""
    if not crs.is_geographic or crs.prime_meridian is None or crs.prime_meridian.longitude != 0:
        return False
    return crs.to_epsg(min_confidence=60) == 4326 or crs.name in {"WGS 84", "GCS_WGS_1984", "WGS 84 (CRS84)", "OGC:CRS84"}


def to_wgs84(crs: Any, shapes: NDArray[Any]) -> NDArray[Any]:
    """The geometries (x eastward first, as files keep them) in longitude and latitude of WGS 84; infinite where it cannot be told."""
    import shapely
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True, allow_ballpark=True)
    except ProjError as error:
        raise Refused("crs_unknown", crs=str(crs.name)[:60]) from error

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    turned: NDArray[Any] = shapely.transform(shapes, turn)
    return turned
