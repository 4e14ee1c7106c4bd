"""Shapefiles by pyshp, from bytes alone."""

from __future__ import annotations

import codecs
import io
import logging
import math
import re
import struct
from typing import Any

from charset_normalizer import from_bytes

from wayhome.engines.boundaries.packing import Source
from wayhome.engines.boundaries.types import MOST_FEATURES, MOST_FIELDS, Finding, Options, Raw, Refused, text_of

# The byte of a .dbf that tells its code page (dBase and its heirs); 0x57 stands for what Windows calls ANSI.
_PAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x13: "cp932", 0x1F: "cp852", 0x26: "cp866", 0x4D: "cp936",
    0x4E: "cp949", 0x4F: "cp950", 0x50: "cp874", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x6A: "cp737",
    0x6B: "cp857", 0x7D: "cp1255", 0x7E: "cp1256", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip


def read(source: Source, options: Options) -> list[Raw]:
    """The one layer of a Shapefile. Raises: Refused for files that are damaged or beyond the bounds."""
    import shapefile

    logging.getLogger("shapefile").setLevel(logging.CRITICAL)
    try:
        reader = shapefile.Reader(
            shp=io.BytesIO(source.parts[".shp"]),
            dbf=io.BytesIO(source.parts[".dbf"]),
            encoding="latin-1",
            encodingErrors="strict",
        )
        fields = [one for one in reader.fields if one[0] != "DeletionFlag"]
        if len(fields) > MOST_FIELDS:
            raise Refused("too_many_fields", n=len(fields), most=MOST_FIELDS)
        if (reader.numRecords or 0) > MOST_FEATURES:
            raise Refused("too_many_features", n=reader.numRecords, most=MOST_FEATURES)
        records = [list(record) if record is not None else None for record in reader.iterRecords(deleted_as_None=True)]
        shapes = [_geometry(shape) for shape in reader.iterShapes()]
    except Refused:
        raise
    except (
        shapefile.ShapefileException, struct.error, ValueError, TypeError, IndexError, KeyError, OSError, OverflowError, EOFError,
        AttributeError, UnicodeError,
    ) as error:  # fmt: skip
        raise Refused("broken_shapefile", why=type(error).__name__) from error
    if len(records) != len(shapes):
        raise Refused("rows_differ", rows=len(records), shapes=len(shapes))
    raw = Raw(source.file, source.file, "shapefile", [], [], [])
    raw.encoding = _encoding(source, options, records, raw)
    raw.fields = [_decoded(str(one[0]), raw.encoding)[0] for one in fields]
    for number, (record, shape) in enumerate(zip(records, shapes, strict=True), 1):
        if record is None:
            continue
        values = []
        for name, value in zip(raw.fields, record, strict=True):
            text, whole = _decoded(value, raw.encoding) if isinstance(value, str) else (text_of(value), True)
            if not whole:
                raw.findings.append(Finding(source.file, number, name, "encoding", {"text": text[:60], "encoding": raw.encoding}))
                raw.skip.add(number)
            values.append(text)
        raw.rows.append((str(number), *values))
        raw.shapes.append(shape)
    raw.wkt = source.parts.get(".prj", b"").decode("utf-8", errors="replace").strip("\x00\ufeff \r\n\t")
    return [raw]


def _geometry(shape: Any) -> object:
    """A shapely geometry; None for no shape, a text for a kind that is no area or point."""
    from shapely.geometry import shape as shaped

    if shape is None or shape.shapeType == 0:
        return None
    if not all(math.isfinite(value) for point in shape.points for value in point[:2]):
        return "not_finite"
    said = shape.__geo_interface__
    if not said.get("coordinates"):
        return None
    return shaped(_flat(said)) if said["type"] in {"Polygon", "MultiPolygon", "Point"} else str(said["type"])


def _flat(said: Any) -> Any:
    """The same geometry with longitude and latitude alone."""

    def walk(part: Any) -> Any:
        return tuple(part[:2]) if isinstance(part[0], int | float) else [walk(inner) for inner in part]

    return {"type": said["type"], "coordinates": walk(said["coordinates"])}


def _decoded(text: str, encoding: str) -> tuple[str, bool]:
    """A text that was read as Latin-1, in its own encoding; whether all of it could be read. A letter cut in two at the end is dropped."""
    data = text.encode("latin-1").rstrip(b"\x00 ")
    try:
        return text_of(data.decode(encoding)), True
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and len(data) >= 20 and error.reason.startswith("unexpected end"):
            return text_of(data[: error.start].decode(encoding)), True
        return text_of(data.decode(encoding, errors="replace")), False


def _encoding(source: Source, options: Options, records: list[list[Any] | None], raw: Raw) -> str:
    """The encoding that was said, that of the .cpg, that of the .dbf's own byte, UTF-8 where it fits, else what the letters look like."""
    if options.encoding:
        try:
            return codecs.lookup(options.encoding).name
        except LookupError as error:
            raise Refused("unknown_encoding", encoding=options.encoding) from error
    said = source.parts.get(".cpg", b"").decode("ascii", errors="ignore").strip("\x00 \r\n\t").casefold()
    if said:
        found = _named(said)
        if found:
            return found
        raw.notes.append(Finding(source.file, 0, ".cpg", "cpg_unknown", {"encoding": said[:40]}))
    sample = b"\n".join(
        value.encode("latin-1")
        for record in records[:5_000]
        if record
        for value in record
        if isinstance(value, str) and not value.isascii()
    )
    if not sample:
        return "utf-8"
    page = _PAGES.get(source.parts[".dbf"][29] if len(source.parts[".dbf"]) > 29 else 0)
    if page:
        return page
    try:
        sample.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        best = from_bytes(sample[:200_000]).best()
        guessed = codecs.lookup(best.encoding).name if best else "cp1252"
        raw.notes.append(Finding(source.file, 0, ".cpg", "encoding_guessed", {"encoding": guessed}))
        return guessed


def _named(said: str) -> str:
    """A Python codec for what a .cpg says: UTF-8, 65001, 1256, ANSI 1251, ISO 88591, windows-1255; nothing for another."""
    number = re.sub(r"^(ansi|windows|win|cp|oem|code ?page)[ _-]*", "", said)
    tries = [said, f"cp{number}", number]
    if number in {"65001", "utf8", "utf-8"}:
        tries.insert(0, "utf-8")
    if match := re.fullmatch(r"(?:iso[ _-]*)?8859[ _-]*(\d{1,2})", number):
        tries.insert(0, f"iso8859-{match[1]}")
    for one in tries:
        try:
            return codecs.lookup(one).name
        except LookupError:
            continue
    return ""
