"""The contract's instance folder as one zip file of CSV tables, and back. The same instance always gives the same bytes.

A file from outside is refused before it is unpacked where it is larger than the limits, holds more than the contract's tables,
names a place outside itself, is encrypted, or is packed tighter than tables are. Parquet tables are read by DuckDB.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput

TABLES = ("areas", "projects", "budget", "crews", "transport", "households", "wishes")
SETTINGS = "settings.json"
MOST_BYTES = 256 * 1024 * 1024  # unpacked, all tables together
MOST_FILES = 32
MOST_RATIO = 200  # unpacked to packed; tables of numbers reach 30
MOST_ROWS = 3_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)

Tables = dict[str, dict[str, list[Any]]]


def pack(settings: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The folder as a zip: no dates, no order of chance."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as folder:
        write(folder, SETTINGS, json_text(settings))
        for name in sorted(tables):
            write(folder, f"{name}.csv", table_text(tables[name]))
    return sink.getvalue()


def table_text(table: Mapping[str, Any]) -> str:
    """A table as CSV for programs: empty cells for what is not given, numbers with a point."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table)
    columns = [column.tolist() if hasattr(column, "tolist") else column for column in table.values()]  # masked cells become None
    for row in zip(*columns, strict=True):
        writer.writerow(["" if cell is None else _plain(cell) for cell in row])
    return buffer.getvalue()


def _plain(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell


def json_text(said: Mapping[str, Any]) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(said, sort_keys=True, indent=1, default=str)


def write(folder: zipfile.ZipFile, name: str, text: str) -> None:
    """A text file into a zip, without a date."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    folder.writestr(info, text)


def unpack(data: bytes) -> tuple[dict[str, Any], Tables, dict[str, str]]:
    """Settings, tables, and what each table's file is called.

    Raises:
        InvalidInput: no zip, a hostile one, or a file of it that cannot be read; says which and what to do.
    """
    try:
        folder = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise InvalidInput(
            _("The file is no zip."),
            _("Pack the instance folder (settings.json and the seven tables) as one zip file."),
            field="file",
        ) from None
    with folder:
        members = _members(folder)
        settings = _settings(folder, members)
        tables: Tables = {}
        names = {}
        for table in TABLES:
            found = [name for name in (f"{table}.csv", f"{table}.parquet") if name in members]
            if len(found) != 1:
                problem = _("The folder has no table “%(table)s”.") if not found else _("The table “%(table)s” is there twice.")
                raise InvalidInput(
                    problem % {"table": table},
                    _("Each table is there once, as %(table)s.csv or %(table)s.parquet.") % {"table": table},
                    field=table,
                )
            names[table] = found[0]
            content = _content(folder, members[found[0]])
            tables[table] = _csv(found[0], content) if found[0].endswith(".csv") else _parquet(found[0], content)
    return settings, tables, names


def _members(folder: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in folder.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise _hostile(_("It holds %(n)s files, more than a folder of the contract.") % {"n": len(infos)})
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise _hostile(_("Unpacked it is larger than %(limit)s.") % {"limit": filesizeformat(MOST_BYTES)})
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or len(path.parts) > 2:
            raise _hostile(_("It names a place outside itself: %(name)s.") % {"name": info.filename[:80]})
        if info.flag_bits & 1:
            raise _hostile(_("%(name)s is encrypted.") % {"name": path.name})
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            raise _hostile(_("%(name)s is a link, not a table.") % {"name": path.name})
        if info.file_size > 1_000_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise _hostile(_("%(name)s is packed tighter than a table can be.") % {"name": path.name})
        if path.name in found:
            raise _hostile(_("%(name)s is there twice.") % {"name": path.name})
        found[path.name] = info
    return found


def _hostile(problem: str) -> InvalidInput:
    return InvalidInput(
        _("The zip file was not opened. %(problem)s") % {"problem": problem},
        _("Pack settings.json and the seven tables of the instance folder, nothing else. Nothing was kept."),
        field="file",
    )


def _content(folder: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file, read no further than its stated size: what is stated may be a lie."""
    try:
        with folder.open(info) as source:
            content = source.read(info.file_size + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise _hostile(_("%(name)s is damaged.") % {"name": info.filename[:80]}) from error
    if len(content) > info.file_size:
        raise _hostile(_("%(name)s is larger than it says.") % {"name": info.filename[:80]})
    return content


def _settings(folder: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    if SETTINGS not in members:
        raise InvalidInput(
            _("The folder has no settings.json."), _("It names periods, discount, fairness_floor and families."), field=SETTINGS
        )
    try:
        found = json.loads(_content(folder, members[SETTINGS]).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            _("settings.json is no JSON."), _("Correct it: %(error)s") % {"error": str(error)[:120]}, field=SETTINGS
        ) from None
    if not isinstance(found, dict):
        raise InvalidInput(_("settings.json is no JSON object."), field=SETTINGS)
    return found


def _csv(name: str, content: bytes) -> dict[str, list[Any]]:
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        head = next(reader, [])
        table: dict[str, list[Any]] = {title.strip(): [] for title in head}
        if len(table) != len(head):
            raise InvalidInput(_("%(name)s has a column twice.") % {"name": name}, field=name)
        columns = list(table.values())
        for number, row in enumerate(reader, start=1):
            if not row:
                continue
            if len(row) != len(head):
                raise InvalidInput(
                    _("%(name)s, row %(row)s has %(n)s cells, the heading has %(m)s.")
                    % {"name": name, "row": number, "n": len(row), "m": len(head)},
                    _("Correct the row."),
                    field=name,
                )
            if number > MOST_ROWS:
                raise InvalidInput(_("%(name)s has more than %(n)s rows.") % {"name": name, "n": MOST_ROWS}, field=name)
            for column, cell in zip(columns, row, strict=True):
                column.append(cell.strip() or None)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(_("%(name)s is no CSV in UTF-8.") % {"name": name}, _("Save it as CSV, UTF-8."), field=name) from error
    return table


def _parquet(name: str, content: bytes) -> dict[str, list[Any]]:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="wayhome-plan-") as place:
        path = Path(place) / "table.parquet"
        path.write_bytes(content)
        connection = duckdb.connect(config={"memory_limit": "512MB", "threads": 1, "temp_directory": place})
        try:
            rows = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
            if rows is None or rows[0] > MOST_ROWS:
                raise InvalidInput(_("%(name)s has more than %(n)s rows.") % {"name": name, "n": MOST_ROWS}, field=name)
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            titles = [column[0] for column in found.description]
            cells = list(zip(*found.fetchall(), strict=True)) or [()] * len(titles)
        except duckdb.Error as error:
            raise InvalidInput(
                _("%(name)s cannot be read as Parquet.") % {"name": name}, _("Write it anew, or as CSV."), field=name
            ) from error
        finally:
            connection.close()
    return {title: list(column) for title, column in zip(titles, cells, strict=True)}
