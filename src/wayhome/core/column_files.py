"""Tables in files: CSV and Parquet to columns and back, through DuckDB. What the columns mean is the caller's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy import ma

FORMATS = ("parquet", "csv")


class TableError(Exception):
    """A file cannot be read as a table; `problem` and `remedy` are sentences."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: {problem} {remedy}")
        self.file = file
        self.problem = problem
        self.remedy = remedy


def find(folder: Path, name: str) -> Path | None:
    """`name.parquet` or `name.csv` in `folder`; None where there is neither. Raises `TableError` where there are both."""
    there = [path for path in (folder / f"{name}.{ending}" for ending in FORMATS) if path.is_file()]
    if len(there) > 1:
        raise TableError(name, f"There are both {there[0].name} and {there[1].name}.", "Keep the one that is meant.")
    return there[0] if there else None


def read(path: Path) -> dict[str, Any]:
    """Columns by name. Cells of CSV are text, None where empty, so that an id 007 stays what it is; Parquet keeps its types (masked
    arrays where cells are empty)."""
    with duckdb.connect() as connection:
        try:
            if path.suffix == ".csv":
                found = connection.execute(
                    "select * from read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')",
                    [str(path)],
                )
            else:
                found = connection.execute("select * from read_parquet(?)", [str(path)])
            columns: dict[str, Any] = dict(found.fetchnumpy())
        except duckdb.Error as error:
            first = str(error).strip().splitlines()[0]
            raise TableError(
                path.name, f"The file cannot be read ({first}).", "Save it again as CSV (UTF-8, commas) or Parquet."
            ) from None
    return columns


def read_folder(folder: Path, names: Iterable[str]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The tables of `names` that are in `folder`, and the file name of each. Raises `TableError`."""
    tables, files = {}, {}
    for name in names:
        path = find(folder, name)
        if path is not None:
            tables[name] = read(path)
            files[name] = path.name
    return tables, files


def write(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns of equal length; None and masked cells are left empty. The ending of `path` says which format; another file of
    the same name and the other format is removed, so that only one is meant."""
    for ending in FORMATS:
        path.with_suffix(f".{ending}").unlink(missing_ok=True)
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as handle:
            rows = csv.writer(handle, lineterminator="\n")
            rows.writerow(columns)
            rows.writerows(zip(*(_cells(column) for column in columns.values()), strict=True))
        return
    with duckdb.connect() as connection:
        parts = []
        given: dict[str, Any] = {}
        for at, (name, column) in enumerate(columns.items()):
            values, blank = _split(column)
            given[f"c{at}"] = values
            quoted = name.replace('"', '""')
            if blank is None:
                parts.append(f'c{at} as "{quoted}"')
            else:
                given[f"n{at}"] = blank
                parts.append(f'case when n{at} then null else c{at} end as "{quoted}"')
        connection.register("given", given)
        target = str(path).replace("'", "''")
        query = f"copy (select {', '.join(parts)} from given) to '{target}' (format parquet)"  # noqa: S608 - names are quoted above
        connection.execute(query)


def _cells(column: Any) -> list[Any]:
    cells: list[Any] = column.tolist() if isinstance(column, np.ndarray) else list(column)
    return cells


def _split(column: Any) -> tuple[Any, Any]:
    """Values, and where they are empty (None: nowhere)."""
    if isinstance(column, ma.MaskedArray):
        return ma.getdata(column), ma.getmaskarray(column)
    values = np.asarray(column)
    if values.dtype != object:
        return values, None
    blank = np.fromiter((cell is None for cell in values), dtype=bool, count=len(values))
    filled = values.copy()
    filled[blank] = ""
    return filled, blank
