"""Boundary layers as areas: codes, names, parents and outlines, from what the engine `boundaries` reads."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.engines.boundaries import Feature, Layer, Options
from wayhome.places import bridge
from wayhome.places.importing import columns as columns_of
from wayhome.places.importing import levels
from wayhome.places.importing.columns import Columns, Said
from wayhome.places.importing.findings import in_words
from wayhome.places.importing.records import KINDS, Contents, NewArea, NewName, NewOutline
from wayhome.places.importing.tables import Table
from wayhome.places.models import Gazetteer

_FORMATS = {
    "shapefile": Gazetteer.Format.SHAPEFILE, "geopackage": Gazetteer.Format.GEOPACKAGE, "geojson": Gazetteer.Format.GEOJSON,
}  # fmt: skip
_SUFFIXES = (".shp", ".dbf", ".shx", ".prj", ".cpg", ".gpkg", ".geojson", ".json")
FIELD = "properties"


def fits(files: Mapping[str, bytes]) -> bool:
    """Whether these are boundaries rather than a table: by the first bytes of one of them, or by its name."""
    for name, data in files.items():
        if data[:16] == b"SQLite format 3\x00" or name.casefold().endswith(_SUFFIXES):
            return True
        if data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
            return True
        if data[:4] == b"PK\x03\x04" and b"[Content_Types].xml" not in data and not name.casefold().endswith((".xlsx", ".ods")):
            return True
    return False


def read(files: Mapping[str, bytes], options: Options, said: Mapping[str, Said | Mapping[str, str]] | None = None) -> Contents:
    """Everything in the files. `said` are columns as a person named them, by the title of the layer, or `*` for every layer.

    Raises: InvalidInput for files that cannot be read at all within the bounds.
    """
    reading = bridge.read_boundaries(files, options)
    contents = Contents("", anywhere=True)
    contents.faults += [in_words(one) for one in reading.problems]
    contents.notes += [in_words(one) for one in reading.notes]
    kinds = {layer.kind for layer in reading.layers} or {bridge.kind_of_boundaries(name, data) for name, data in files.items()}
    contents.format = next((_FORMATS[kind] for kind in _FORMATS if kind in kinds), Gazetteer.Format.GEOJSON)
    if not reading.layers and contents.faults:
        first = contents.faults[0]
        raise InvalidInput(f"{first.file}: {first.problem}", first.remedy, field="file")
    layers = [layer for layer in reading.layers if layer.features]
    told = [(layer, _columns(layer, said or {})) for layer in layers]
    told.sort(key=lambda pair: (KINDS.get(pair[1].said.kind, 9), pair[0].file))
    contents.layers = [columns for _layer, columns in told]
    for layer, columns in told:
        if not columns.said.left_out:
            _take(layer, columns.said, contents)
    return contents


def _columns(layer: Layer, said: Mapping[str, Said | Mapping[str, str]]) -> Columns:
    rows = [feature.values for feature in layer.features]
    found = Columns(
        layer.file, layer.name, len(rows), layer.crs, layer.encoding, layer.fields, columns_of.examples(layer.fields, rows),
        columns_of.guess(layer.fields, rows, f"{layer.file} {layer.name}"),
    )  # fmt: skip
    given = said.get(found.title, said.get("*"))
    if given is None:
        return found
    try:
        chosen = given if isinstance(given, Said) else columns_of.said_by(dict(given), layer.fields)
    except ValueError as error:
        raise InvalidInput(
            _("%(layer)s has no column or word “%(word)s”.") % {"layer": found.title, "word": error},
            _("Its columns are: %(columns)s.") % {"columns": ", ".join(layer.fields)},
            field="columns",
        ) from error
    return Columns(
        found.file, found.name, found.features, found.crs, found.encoding, found.fields, found.examples,
        chosen if chosen.kind or chosen.left_out else Said(chosen.code, chosen.parent, found.said.kind, chosen.names),
    )  # fmt: skip


def _take(layer: Layer, said: Said, contents: Contents) -> None:
    if not said.code or said.code not in layer.fields:
        problem = _("No column of the layer is known to hold P-codes.")
        contents.fault(
            layer.file, 0, FIELD, problem, _("Say which column holds them (ADM2_PCODE, pcode and the like are known).")
        )
        return
    if said.levels is not None:
        table = Table(layer.file, [list(layer.fields), *(list(feature.values) for feature in layer.features)])
        levels.read(table, said.levels, 1, contents, [feature.number for feature in layer.features])
        _hints(layer, said, contents)
    at = layer.fields.index(said.code)
    for feature in layer.features:
        code = feature.values[at][:60]
        if not code:
            problem = _("The feature carries no P-code.")
            contents.fault(layer.file, feature.number, said.code, problem, _("Write the P-code of the source."))
            continue
        if said.levels is None:
            _area(layer, feature, code, said, contents)
        _outline(layer, feature, code, said, contents)


def _hints(layer: Layer, said: Said, contents: Contents) -> None:
    """Beside columns by level a file may have one that names the area above: it counts where nothing else does."""
    lower = {name.casefold(): name for name in layer.fields}
    column = next((lower[one] for one in ("hrparent", "parent", "parent_pcode") if one in lower), "")
    if not column:
        return
    at, code_at = layer.fields.index(column), layer.fields.index(said.code)
    for feature in layer.features:
        area = contents.areas.get(feature.values[code_at][:60])
        if area is not None and not area.parent and not area.hint:
            area.hint = feature.values[at][:60]


def _area(layer: Layer, feature: Feature, code: str, said: Said, contents: Contents) -> None:
    """One area by columns that hold no level; without names the area has to be on file."""
    values = dict(zip(layer.fields, feature.values, strict=True))
    named = [(values[column], language, kind) for column, language, kind in said.names if values.get(column)]
    above = values.get(said.parent, "")[:60] if said.parent else ""
    area = contents.areas.get(code)
    if area is None:
        if not named:
            return
        kind = said.kind or "other"
        area = contents.areas[code] = NewArea(code, feature.number, kind=kind, level=KINDS[kind], file=layer.file)
        if said.sure:
            area.parent = above if above != code else ""
        else:
            area.hint = above
        area.kind_told = bool(said.kind)
    for text, language, kind in named:
        area.add(NewName(text[:250], language[:12].lower(), "", kind))


def _outline(layer: Layer, feature: Feature, code: str, said: Said, contents: Contents) -> None:
    if not feature.shape:
        area = contents.areas.get(code)
        if area is not None and area.latitude is None:
            area.longitude, area.latitude = round(feature.inside[0], 6), round(feature.inside[1], 6)
        return
    new = NewOutline(layer.file, feature.number, feature.shape, feature.display, feature.inside, feature.points, feature.values)
    old = contents.outlines.get(code)
    if old is None:
        contents.outlines[code] = new
        return
    if old.file == layer.file and _same(old.values, new.values, layer, said):
        joined = bridge.joined([old.shape, new.shape]), bridge.joined([old.display, new.display])
        contents.outlines[code] = NewOutline(
            old.file, old.row, joined[0][0], joined[1][0], joined[0][1], old.points + new.points, old.values
        )
        problem = _("%(code)s has a second part here; both were joined with feature %(row)s.") % {"code": code, "row": old.row}
        contents.note(layer.file, feature.number, said.code, problem)
        return
    problem = _("%(code)s has two outlines.") % {"code": code}
    contents.fault(layer.file, feature.number, said.code, problem, _("Join its parts into one multipolygon."))


def _same(one: tuple[str, ...], two: tuple[str, ...], layer: Layer, said: Said) -> bool:
    """Whether two features say the same names and parent: then they are parts of one area."""
    told = {column for column, _language, _kind in said.names} | ({said.parent} if said.parent else set())
    return all(one[layer.fields.index(column)] == two[layer.fields.index(column)] for column in told if column in layer.fields)
