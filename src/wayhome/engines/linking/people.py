"""People from files or rows into one table of the database, what cannot be read set apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from wayhome.engines.linking.errors import LinkingError
from wayhome.engines.linking.types import COLUMNS, GAZETTEER_COLUMNS, BadRow

_FIRST_YEAR = 1850
_BAD_SHOWN = 10_000


def connect(threads: int, memory: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills to disk, for one run."""
    connection = duckdb.connect()
    connection.execute("set threads = ?", [threads])
    connection.execute("set memory_limit = ?", [memory])
    connection.execute("set preserve_insertion_order = false")
    return connection


def load(connection: duckdb.DuckDBPyConnection, people: Sequence[Path] | Sequence[Mapping[str, Any]]) -> list[BadRow]:
    """Fill table `people`: the contract's columns as text or null and `i`, the rank of the record id (so nothing depends on the
    order of rows). Rows without an id, or with one that is taken, are set apart; a date that cannot be read is left empty."""
    bad: list[BadRow] = []
    _raw(connection, "raw", people, COLUMNS, ("record_id", "list_id"), bad)
    connection.execute("create table numbered as select *, row_number() over (order by record_id, line, file) as turn from raw")
    connection.execute("drop table raw")
    connection.execute(
        "create table twice as select record_id, min(turn) as kept from numbered where record_id is not null group by record_id having count(*) > 1"
    )
    _set_apart(connection, bad)
    columns = ", ".join(COLUMNS)
    source = "numbered where record_id is not null and list_id is not null"
    if connection.execute("select count(*) from twice").fetchall()[0][0]:
        # Of rows that share an id one is kept by its content, not by its place, so the order of rows cannot matter.
        chosen = f"row_number() over (partition by record_id order by {', '.join(COLUMNS[1:])})"
        source = f"(select * from (select *, {chosen} as choice from {source}) where choice = 1)"
    connection.execute(
        f"create table people as select (row_number() over (order by record_id) - 1)::integer as i, {columns} from {source} order by i"
    )
    connection.execute("drop table numbered")
    connection.execute("drop table twice")
    return bad


def load_gazetteer(
    connection: duckdb.DuckDBPyConnection, gazetteer: Sequence[Path] | Sequence[Mapping[str, Any]]
) -> list[BadRow]:
    """Fill table `gazetteer` (`place_id`, `name`), sorted and without repetitions."""
    bad: list[BadRow] = []
    _raw(connection, "raw_places", gazetteer, GAZETTEER_COLUMNS, GAZETTEER_COLUMNS, bad)
    connection.execute(
        "create table gazetteer as select distinct place_id, name from raw_places where place_id is not null and name is not null order by all"
    )
    connection.execute("drop table raw_places")
    return bad


def _raw(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: Sequence[Path] | Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    needed: Sequence[str],
    bad: list[BadRow],
) -> None:
    connection.execute(f"create table {table} ({', '.join(f'{name} varchar' for name in columns)}, line bigint, file varchar)")
    rows = [item for item in source if isinstance(item, Mapping)]
    if rows:
        held: dict[str, Any] = {name: np.array([_text(row.get(name)) for row in rows], dtype=object) for name in columns}
        held["line"] = np.arange(1, len(rows) + 1)
        connection.register("given_rows", held)
        _insert(connection, table, "given_rows", set(columns), columns, "line", "rows")
        connection.unregister("given_rows")
    for item in source:
        if not isinstance(item, Mapping):
            _file(connection, table, Path(item), columns, needed, bad)


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    present: set[str],
    columns: Sequence[str],
    line: str,
    file: str,
) -> None:
    picked = ", ".join(f"nullif(trim({name}::varchar), '')" if name in present else "null" for name in columns)
    connection.execute(f"insert into {table} select {picked}, {line}, ? from {source}", [file])


def _file(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    columns: Sequence[str],
    needed: Sequence[str],
    bad: list[BadRow],
) -> None:
    if not path.is_file():
        raise LinkingError("no_file", f"There is no file {path}.", "Check the name; the other files were not linked either.")
    name = str(path)
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            connection.execute("create temp table one_file as select * from read_parquet(?)", [name])
        else:
            connection.execute("set preserve_insertion_order = true")
            connection.execute(
                "create temp table one_file as select * from read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', "
                "escape = '\"', store_rejects = true, rejects_limit = 100000, strict_mode = true, null_padding = false)",
                [name],
            )
    except duckdb.Error as error:
        raise LinkingError(
            "unreadable_file",
            f"{path} cannot be read as a table: {str(error).splitlines()[0]}.",
            "Save it as CSV in UTF-8 with commas, or as Parquet.",
        ) from error
    finally:
        connection.execute("set preserve_insertion_order = false")
    present = {row[0] for row in connection.execute("describe one_file").fetchall()}
    missing = [column for column in needed if column not in present]
    if missing:
        raise LinkingError(
            "missing_column",
            f"{path} has no column {', '.join(missing)}.",
            f"The first line must name the columns; needed are {', '.join(needed)}.",
        )
    rejected = _rejects(connection, path, bad)
    _number_lines(connection, rejected, [column for column in columns if column in present])
    _insert(connection, table, "one_file_numbered", present, columns, "line", name)
    connection.execute("drop table one_file_numbered")
    connection.execute("drop table one_file")


def _rejects(connection: duckdb.DuckDBPyConnection, path: Path, bad: list[BadRow]) -> list[int]:
    """Rows the CSV reader could not take apart; their line numbers, in order."""
    if path.suffix.lower() in {".parquet", ".pq"}:
        return []
    found = connection.execute(
        "select line_byte_position, column_name, csv_line, error_message from reject_errors order by line_byte_position"
    ).fetchall()
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")
    lines: list[int] = []
    # The reader counts rows; a person's editor counts lines.
    numbers = _lines_at(path, [row[0] for row in found])
    for line, (_, column, text, message) in zip(numbers, found, strict=True):
        if line not in lines[-1:]:
            lines.append(line)
            problem = str(message).splitlines()[0]
            bad.append(
                BadRow(str(path), line, column or "", (text or "")[:200], problem, "Correct the line and link again.", kept=False)
            )
    return lines


def _lines_at(path: Path, positions: list[int]) -> list[int]:
    """Line numbers of byte positions, given in order (the first byte is 1)."""
    found: list[int] = []
    if not positions:
        return found
    line, read = 1, 0
    with path.open("rb") as handle:
        for position in positions:
            while read < position - 1:
                part = handle.read(min(1 << 20, position - 1 - read))
                if not part:
                    break
                line += part.count(b"\n")
                read += len(part)
            found.append(line)
    return found


def _number_lines(connection: duckdb.DuckDBPyConnection, rejected: list[int], columns: list[str]) -> None:
    """Table `one_file_numbered`: each row's line in its file. Line breaks inside quotes and rejected lines count."""
    breaks = " + ".join(
        f"(length({name}) - length(replace({name}, chr(10), '')))" for name in [f"coalesce({c}::varchar, '')" for c in columns]
    )
    connection.execute(
        f"""create temp table one_file_numbered as
        with ranked as (select *, rowid as place, {breaks} as inside from one_file)
        select * exclude (place, inside), 2 + place + coalesce(sum(inside) over (order by place rows between unbounded preceding and 1 preceding), 0)::bigint as line
        from ranked"""
    )
    for line in rejected:
        connection.execute("update one_file_numbered set line = line + 1 where line >= ?", [line])


def _set_apart(connection: duckdb.DuckDBPyConnection, bad: list[BadRow]) -> None:
    add = bad.append
    for field in ("record_id", "list_id"):
        for file, line in connection.execute(
            f"select file, line from numbered where {field} is null order by all limit {_BAD_SHOWN}"
        ).fetchall():
            add(
                BadRow(file, line, field, "", f"The row has no {field}.", f"Fill in {field}; the row was not linked.", kept=False)
            )
    for record, file, line in connection.execute(
        f"select n.record_id, n.file, n.line from numbered n join twice t using (record_id) where n.turn <> t.kept order by all limit {_BAD_SHOWN}"
    ).fetchall():
        add(
            BadRow(
                file,
                line,
                "record_id",
                record,
                "The record_id is used by another row.",
                "Give every row an id of its own; one row of these was linked.",
                kept=False,
            )
        )
    last = dt.date.today().year
    for field, good in (
        (
            "birth_date",
            f"try_cast(birth_date as date) is not null and year(try_cast(birth_date as date)) between {_FIRST_YEAR} and {last}",
        ),
        ("birth_year", f"try_cast(birth_year as integer) between {_FIRST_YEAR} and {last}"),
    ):
        found = connection.execute(
            f"select file, line, {field} from numbered where {field} is not null and not coalesce({good}, false) order by all limit {_BAD_SHOWN}"
        ).fetchall()
        for file, line, value in found:
            form = "YYYY-MM-DD" if field == "birth_date" else "a year such as 1961"
            add(
                BadRow(
                    file,
                    line,
                    field,
                    value,
                    f"“{value}” is not {form}, or lies outside {_FIRST_YEAR} to {last}.",
                    f"Write it as {form}; the row was linked without it.",
                    kept=True,
                )
            )
        connection.execute(f"update numbered set {field} = null where {field} is not null and not coalesce({good}, false)")
