"""What was found in a boundary file, in words: each code of the engine with what is wrong and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wayhome.engines.boundaries import Finding
from wayhome.places.importing.records import Fault

_SAVE = _("Save the layer as a GeoPackage or a Shapefile with QGIS, and choose that.")
_WORDS: dict[str, tuple[Any, Any]] = {
    "too_many_files": (_("The archive holds %(n)s files; at most %(most)s are looked at."), _("Take out what is no boundary.")),
    "locked_archive": (_("The archive is locked with a password."), _("Unpack it, and choose the files in it together.")),
    "broken_archive": (_("The archive is damaged."), _("Fetch it again from where it came.")),
    "empty_archive": (_("The archive holds no boundaries."), _("Choose a file with a Shapefile, a GeoPackage or GeoJSON.")),
    "archive_in_archive": (_("It is an archive within an archive."), _("Unpack the outer one, and choose what is in it.")),
    "too_large": (_("It unpacks to more than %(most)s megabytes."), _("Bring it in by parts, one layer at a time.")),
    "foreign": (_("%(kind)s files are not read."), _SAVE),
    "unknown": (_("The file is of a kind that is not read (%(kind)s)."), _SAVE),
    "no_dbf": (
        _("The table of the Shapefile (.dbf) is missing."),
        _("Choose the .shp, .dbf, .shx, .prj and .cpg together, or the ZIP archive that holds them."),
    ),
    "no_shp": (
        _("The outlines of the Shapefile (.shp) are missing."),
        _("Choose the .shp, .dbf, .shx, .prj and .cpg together, or the ZIP archive that holds them."),
    ),
    "broken_shapefile": (_("The Shapefile is damaged (%(why)s)."), _("Fetch it again, or save the layer as a GeoPackage.")),
    "rows_differ": (
        _("The table has %(rows)s rows, the outlines are %(shapes)s."),
        _("The .dbf and the .shp are not of the same layer or of the same day: fetch both again."),
    ),
    "broken_geopackage": (_("The GeoPackage is damaged (%(why)s)."), _("Fetch it again, or save the layer anew with QGIS.")),
    "no_geopackage": (_("The file is a database, but no GeoPackage."), _SAVE),
    "no_layers": (_("The GeoPackage holds no layer of features that is a plain table."), _SAVE),
    "no_geojson": (_("The file is no GeoJSON."), _("Save the layer as GeoJSON in WGS 84.")),
    "no_features": (_("The file holds no features."), _("Save the layer as a GeoJSON FeatureCollection.")),
    "too_many_fields": (_("The layer has %(n)s columns; at most %(most)s are read."), _("Take out the columns that are not needed.")),
    "too_many_features": (_("The layer has %(n)s features; at most %(most)s are read."), _("Bring it in by parts.")),
    "too_many_points": (
        _("The outlines have %(n)s points; at most %(most)s are read at once."),
        _("Bring in one layer at a time, or simplify the layer first."),
    ),
    "crs_unknown": (_("The coordinate system is not known: %(crs)s."), _("Save the layer in WGS 84 (EPSG:4326).")),
    "crs_refused": (
        _("The description of the coordinate system names other files."),
        _("Save the layer in WGS 84 (EPSG:4326)."),
    ),
    "crs_elsewhere": (_("The coordinate system is kept in another file, which is not fetched."), _("Save the layer in WGS 84 (EPSG:4326).")),
    "no_crs": (
        _("Nothing says in which coordinate system the outlines are, and they are not in degrees."),
        _("Add the .prj file, or say the system (as EPSG:32638) when bringing it in."),
    ),
    "unknown_encoding": (_("There is no encoding “%(encoding)s”."), _("Write for example utf-8, cp1256 or cp1251.")),
    "encoding": (
        _("“%(text)s” holds letters that are none in %(encoding)s."),
        _("Say the encoding of the file (for example cp1256) when bringing it in."),
    ),
    "no_geometry": (_("The feature has no outline."), _("Draw its outline, or take the feature out.")),
    "no_area": (_("The feature is no area but %(kind)s."), _("Take it out, or save the outlines as polygons.")),
    "not_finite": (_("A point of the outline has no numbers."), _("Repair the layer (in QGIS: “Fix geometries”).")),
    "unreadable": (_("The outline cannot be read."), _("Save the layer anew as polygons, without curves.")),
    "outside": (
        _("A point of the outline is no longitude and latitude in degrees (read as %(crs)s)."),
        _("Correct the coordinate system of the layer, or save it as polygons in WGS 84 (EPSG:4326)."),
    ),
    "no_ground": (_("Nothing is left of the outline when it is repaired (%(why)s)."), _("Draw the outline anew.")),
    # notes
    "cpg_unknown": (_("The .cpg names an encoding that is not known: %(encoding)s."), _("Look at the names; say the encoding if they are wrong.")),
    "encoding_guessed": (
        _("No file says the encoding of the names; their letters look like %(encoding)s."),
        _("Look at the names; say the encoding if they are wrong."),
    ),
    "lines_left": (_("Layer “%(layer)s” holds %(n)s lines, no areas. It was left aside."), ""),
    "repaired": (_("The outline was not sound (%(why)s) and was repaired; %(percent)s %% of its ground changed."), ""),
    "crs_assumed": (_("Nothing says the coordinate system; the numbers are degrees and were read as WGS 84."), _("Look at the map.")),
    "reprojected": (_("The outlines were turned from %(crs)s into longitude and latitude (WGS 84)."), ""),
}  # fmt: skip


def in_words(found: Finding) -> Fault:
    """A finding as this room reports it: file, row (here the number of the feature), field, what is wrong, what to do."""
    problem, remedy = _WORDS[found.code]
    said = dict(found.said)
    return Fault(found.file, found.feature, found.field, str(problem) % said if said else str(problem), str(remedy))
