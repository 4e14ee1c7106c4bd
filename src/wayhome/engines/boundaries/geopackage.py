"""GeoPackages by Python's own SQLite, from bytes alone.

A GeoPackage is a database that a stranger made. It is opened in memory and cannot be written; views, triggers and virtual tables
are never asked, so that nothing its maker wrote into it is run; no other file can be attached, no extension loaded.
"""

from __future__ import annotations

import sqlite3
import struct
from typing import Any

from wayhome.engines.boundaries.packing import Source
from wayhome.engines.boundaries.types import MOST_FEATURES, MOST_FIELDS, Finding, Options, Raw, Refused, text_of

_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_MOST_LAYERS = 60
_MOST_STEPS = 200  # a hundred thousand virtual instructions each
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


def read(source: Source, _options: Options) -> list[Raw]:
    """The layers of features of a GeoPackage. Raises: Refused for a file that is none, damaged, or beyond the bounds."""
    data = bytearray(source.parts["geopackage"])
    data[18:20] = b"\x01\x01"  # a write-ahead log stands beside the file, never in it: read what the file itself holds
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(bytes(data))
        return _layers(base, source)
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise Refused("broken_geopackage", why=str(error)[:120]) from error
    finally:
        base.close()


def _layers(base: sqlite3.Connection, source: Source) -> list[Raw]:
    base.execute("PRAGMA trusted_schema=OFF")
    base.execute("PRAGMA query_only=ON")
    base.execute("PRAGMA cell_size_check=ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 200 * 1024 * 1024)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    base.text_factory = lambda value: value.decode("utf-8", errors="replace")
    tables = _plain_tables(base)
    base.set_authorizer(lambda action, *_said: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    steps = iter(range(_MOST_STEPS))
    base.set_progress_handler(lambda: next(steps, None) is None, 100_000)
    if "gpkg_geometry_columns" not in tables:
        raise Refused("no_geopackage")
    systems = _systems(base) if "gpkg_spatial_ref_sys" in tables else {}
    listed = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchmany(_MOST_LAYERS)
    found = []
    for table, column, system in listed:
        if table in tables:  # a view or a virtual table is not: its maker's words would be run
            found.append(_layer(base, source, str(table), tables[table], str(column), systems.get(system, ("", ""))))
    if not found:
        raise Refused("no_layers")
    return found


def _plain_tables(base: sqlite3.Connection) -> dict[str, list[str]]:
    """Tables that only hold what was put into them, each with its columns; columns that would be worked out are left out."""
    found = {}
    for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master").fetchall():
        if kind != "table" or not isinstance(name, str) or str(sql or "").lstrip()[:14].upper() == "CREATE VIRTUAL":
            continue
        columns = base.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
        found[name] = [str(one[1]) for one in columns if one[6] == 0]
    wanted = {"gpkg_geometry_columns": 3, "gpkg_spatial_ref_sys": 4}
    known = {"table_name", "column_name", "srs_id", "organization", "organization_coordsys_id", "definition"}
    return {name: columns for name, columns in found.items() if len(known & set(columns)) >= wanted.get(name, 0)}


def _systems(base: sqlite3.Connection) -> dict[object, tuple[str, str]]:
    rows = base.execute("SELECT srs_id, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys").fetchmany(
        5_000
    )
    found: dict[object, tuple[str, str]] = {}
    for number, said, code, definition in rows:
        owner, words = str(said or "").upper(), str(definition or "")
        authority = f"{owner}:{code}" if owner in {"EPSG", "ESRI"} and isinstance(code, int) and code > 0 else ""
        found[number] = (authority, "" if words.casefold() == "undefined" else words)
    return found


def _layer(base: sqlite3.Connection, source: Source, table: str, names: list[str], column: str, system: tuple[str, str]) -> Raw:
    if len(names) > MOST_FIELDS:
        raise Refused("too_many_fields", n=len(names), most=MOST_FIELDS)
    if column not in names:
        raise Refused("broken_geopackage", why=f"{table}: {column}")
    rows = base.execute(f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(table)}")  # noqa: S608 - names of the schema, quoted
    at = names.index(column)
    raw = Raw(source.file, table, "geopackage", [name for n, name in enumerate(names) if n != at], [], [])
    raw.authority, raw.wkt = system
    for number, row in enumerate(rows, 1):
        if number > MOST_FEATURES:
            raise Refused("too_many_features", n=f"> {MOST_FEATURES}", most=MOST_FEATURES)
        texts = [text_of(value) if not isinstance(value, bytes) else "" for n, value in enumerate(row) if n != at]
        for name, text in zip(raw.fields, texts, strict=True):
            if "\ufffd" in text:
                raw.findings.append(Finding(source.file, number, name, "encoding", {"text": text[:60], "encoding": "utf-8"}))
                raw.skip.add(number)
        raw.rows.append((str(number), *texts))
        raw.shapes.append(_geometry(row[at]))
    return raw


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _geometry(blob: Any) -> object:
    """A shapely geometry out of GeoPackage's binary (a header, perhaps an envelope, WKB); None where there is none."""
    import shapely

    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return "unreadable"
    flags = blob[3]
    envelope = _ENVELOPES.get((flags >> 1) & 7)
    if flags & 0x20 or envelope is None:
        return "unreadable"
    if flags & 0x10:
        return None
    try:
        found = shapely.from_wkb(blob[8 + envelope :])
    except (shapely.errors.GEOSException, struct.error, ValueError, TypeError):
        return "unreadable"
    return shapely.force_2d(found) if found is not None else None
