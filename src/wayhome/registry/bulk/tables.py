"""Rows into tables in bulk, inside the caller's transaction. Columns and defaults come from the models; values are given plain.

Dates and times are ISO text, UUIDs 32 hexadecimal digits, JSON is text, ciphertexts are bytes. The database checks types, unique
and foreign keys as for any other row.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


def require_transaction() -> None:
    """Bulk writes belong to a chunk that is committed whole with its audit entry."""
    if not connection.in_atomic_block:
        raise RuntimeError("bulk writes need a transaction: wrap the chunk and its audit entry in transaction.atomic()")


@contextlib.contextmanager
def bulk_mode(megabytes: int = 256) -> Iterator[None]:
    """On SQLite, while a list comes in and for this connection alone: room for the pages of the indexes, and no look-up of each row's
    foreign keys (a sixth of the time). Who writes then sees to them: `people.PeopleWriter` points only to rows of the same
    transaction and to rows that it finds unchanged at the start of each.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {-1024 * megabytes}")
    off = connection.disable_constraint_checking()
    try:
        yield
    finally:
        if off:
            connection.enable_constraint_checking()
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for `count` rows to come. Nobody else gets them: SQLite has one writer at a time, PostgreSQL a sequence."""
    require_transaction()
    if count == 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            first = (found[0] if found else 0) + 1
            # rows are written in this transaction, so the sequence moves on with the largest key of them
            return list(range(first, first + count))
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [connection.ops.quote_name(table), count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows whose values are in the order of `columns` (database columns). Columns left out get the model's defaults."""
    require_transaction()
    quote = connection.ops.quote_name
    more = _defaults(model, tuple(columns))
    table, names = quote(model._meta.db_table), ", ".join(map(quote, (*columns, *more)))
    values = tuple(more.values())
    rows = ((*row, *values) for row in rows) if values else rows
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        # The driver's own cursor: Django's would translate and log every placeholder of a hundred thousand rows.
        marks = ", ".join("?" * (len(columns) + len(more)))
        cursor.cursor.connection.cursor().executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names come from the models
            rows,
        )


@cache
def _defaults(model: type[models.Model], columns: tuple[str, ...]) -> dict[str, Any]:
    """Columns that must not be empty and are not among `columns`, with the values the model gives them."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.column in columns or field.null or field.primary_key:
            continue
        if not field.has_default() and not field.empty_strings_allowed:
            raise ValueError(f"{model.__name__}.{field.name} has no default and is not written")
        value = field.get_default()
        found[field.column] = json.dumps(value) if isinstance(field, models.JSONField) else "" if value is None else value
    return found


def moment(at: datetime) -> str:
    """A time as the database's text: SQLite keeps UTC without an offset."""
    text = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return text if connection.vendor == "sqlite" else text + "+00"


def uids(count: int) -> list[str]:
    """UUIDs of version 7 (RFC 9562) as text: they begin with the time and a counter, so that a unique index grows at its end.

    With random ones every chunk would touch, and write again, nearly every page of the index.
    """
    noise = os.urandom(8 * count).hex()
    first = (time.time_ns() // 1_000_000) << 12
    found = []
    for place in range(count):
        now = first + place
        rest = noise[16 * place : 16 * place + 16]
        found.append(f"{now >> 12:012x}7{now & 0xFFF:03x}{'89ab'[int(rest[0], 16) & 3]}{rest[1:]}")
    return found
