"""Outlines of areas out of Shapefile, GeoPackage and GeoJSON: bytes in, checked polygons in WGS 84 out. No Django, no network.

    reading = read({"adm2.shp": ..., "adm2.dbf": ..., "adm2.prj": ...}, Options())
    for layer in reading.layers: layer.fields, [feature.values for feature in layer.features]
    reading.problems    # what has to be corrected, each with file, feature, field
    reading.notes       # what was repaired, assumed or left aside

Files come from strangers: run `read` where time and memory are bounded (`wayhome.core.sandbox`). No file is ever opened by a
name that stands in another file, nothing is unpacked to disk, and of a GeoPackage's SQLite only plain tables are read.
"""

from wayhome.engines.boundaries.run import VERSION, read
from wayhome.engines.boundaries.types import Feature, Finding, Layer, Options, Reading

__all__ = ["VERSION", "Feature", "Finding", "Layer", "Options", "Reading", "read"]
