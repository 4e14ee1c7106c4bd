"""Which files belong together: companions of a Shapefile, archives, single files."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from wayhome.engines.boundaries.types import MOST_FILES, MOST_UNPACKED, Finding, Refused

COMPANIONS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_NEEDED = (".shp", ".dbf")
_QUIET = {".shx", ".sbn", ".sbx", ".xml", ".qix", ".qpj", ".lyr", ".txt", ".pdf", ".html", ".htm", ".md", ".csv", ".xlsx", ".png",
          ".jpg", ".qmd", ".fbn", ".fbx", ".ain", ".aih", ".atx", ".ixs", ".mxs", ".idx", ".cst", ".wld", ".qml", ".sld"}  # fmt: skip
_FOREIGN = {".gdb", ".kml", ".kmz", ".gml", ".tab", ".mif", ".mid", ".vrt", ".fgb", ".dxf", ".dwg", ".gdbtable", ".topojson", ".sqlite",
            ".parquet", ".pbf", ".osm", ".gpx", ".mdb"}  # fmt: skip


@dataclass(slots=True)
class Source:
    """One thing to read: `kind` (shapefile, geopackage, geojson), its name as people know it, bytes by extension."""

    kind: str
    file: str
    parts: dict[str, bytes] = field(default_factory=dict)


def kind_of(name: str, data: bytes) -> str:
    """What a single file is by its first bytes, then by its name: archive, workbook, geopackage, geojson, or an extension."""
    if data[:4] == b"PK\x03\x04":
        return "archive"
    if data[:16] == b"SQLite format 3\x00":
        return "geopackage"
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix in COMPANIONS:
        return suffix
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:100]
    if data[:100].lstrip()[:1] == b"{":
        return "geojson"
    return suffix


def sources(files: Mapping[str, bytes]) -> tuple[list[Source], list[Finding]]:
    """The things to read among the files of an upload, and what is wrong with the others."""
    found: list[Source] = []
    problems: list[Finding] = []
    loose: dict[str, dict[str, bytes]] = {}
    shown: dict[str, str] = {}
    budget = MOST_UNPACKED
    for name, data in files.items():
        try:
            inside = _unpack(data, budget) if kind_of(name, data) == "archive" else None
        except Refused as refused:
            problems.append(Finding(name, 0, "file", refused.code, refused.said))
            continue
        held = {f"{name}!{inner}": content for inner, content in inside.items()} if inside is not None else {name: data}
        budget -= sum(map(len, held.values()))
        before = len(found) + len(loose)
        for full, content in held.items():
            _sort(full, content, found, problems, loose, shown, nested=inside is not None)
        if inside is not None and before == len(found) + len(loose) and not problems:
            problems.append(Finding(name, 0, "file", "empty_archive"))
    for stem, parts in loose.items():
        file = shown[stem]
        missing = [suffix for suffix in _NEEDED if suffix not in parts]
        if missing:
            code = "no_dbf" if missing == [".dbf"] else "no_shp"
            problems.append(Finding(file, 0, "file", code, {"missing": ", ".join(missing)}))
        else:
            found.append(Source("shapefile", file, parts))
    return sorted(found, key=lambda source: source.file), problems


def _sort(
    full: str,
    content: bytes,
    found: list[Source],
    problems: list[Finding],
    loose: dict[str, dict[str, bytes]],
    shown: dict[str, str],
    *,
    nested: bool,
) -> None:
    kind = kind_of(full, content)
    if kind in COMPANIONS:
        stem = full[: -len(kind)].casefold()
        loose.setdefault(stem, {})[kind] = content
        if kind == ".shp" or stem not in shown:
            shown[stem] = full
    elif kind in {"geopackage", "geojson"}:
        found.append(Source(kind, full, {kind: content}))
    elif kind == "archive":
        problems.append(Finding(full, 0, "file", "archive_in_archive"))
    elif kind in _FOREIGN:
        problems.append(Finding(full, 0, "file", "foreign", {"kind": kind.lstrip(".").upper()}))
    elif not nested and kind not in _QUIET:
        problems.append(Finding(full, 0, "file", "unknown", {"kind": kind or "?"}))


def _unpack(data: bytes, budget: int) -> dict[str, bytes]:
    """The files of an archive, in memory. Names in it are labels only: nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES:
                raise Refused("too_many_files", n=len(entries), most=MOST_FILES)
            found: dict[str, bytes] = {}
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if "__MACOSX" in path.parts or path.name.startswith("."):
                    continue
                if any(part.casefold().endswith(".gdb") for part in path.parts):
                    raise Refused("foreign", kind="GDB")
                suffix = path.suffix.casefold()
                if suffix in _QUIET or suffix == ".shx":
                    continue
                if entry.flag_bits & 1:
                    raise Refused("locked_archive")
                with archive.open(entry) as stream:
                    content = stream.read(budget + 1)  # what the directory of the archive says of sizes may be false
                budget -= len(content)
                if budget < 0:
                    raise Refused("too_large", most=MOST_UNPACKED // (1024 * 1024))
                found[str(path)] = content
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Refused("broken_archive") from error
