"""Tables to which rows are only added: the database itself refuses to change or delete them.

Triggers stop a mistake, a bug or a careless statement. They do not stop somebody who owns the database and drops them; that is
what the hash chain of the audit log is for.
"""

from __future__ import annotations

from typing import Any

TABLES = ("core_auditentry",)

_SQLITE = {
    "no_update": "CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only: rows are not changed'); END",
    "no_delete": "CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only: rows are not deleted'); END",
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "no_replace": "CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only: rows are not replaced'); END",
}
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION wayhome_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: rows are not changed or deleted', TG_TABLE_NAME;
END $$
"""


def install(connection: Any, table: str = "core_auditentry", key: str = "seq") -> None:
    """Create the triggers of `table` unless they are there. `key` is its primary key."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in _SQLITE.values():
                cursor.execute(statement.format(table=table, key=key))
        elif connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for name, events, each in (("no_change", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {table}_{name} BEFORE {events} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION wayhome_append_only()"
                )


def remove(connection: Any, table: str = "core_auditentry") -> None:
    """Drop the triggers of `table`, for migrations backwards and for tests that tamper."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        elif connection.vendor == "postgresql":
            for name in ("no_change", "no_truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}")


def installed(connection: Any, table: str = "core_auditentry") -> bool:
    """Whether every trigger of `table` is in place."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            wanted = len(_SQLITE)
        elif connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D'", [table]
            )
            wanted = 2
        else:
            return False
        return bool(cursor.fetchone()[0] >= wanted)
