"""The database itself refuses to change what an ask's event says.

Foreign keys may still be set to null (a communication or an account is deleted), so only the columns that carry the meaning are
guarded. A row that is deleted together with its ask is not refused; a row deleted alone shows in the audit log, which names it.
On SQLite a migration that rebuilds the table drops its triggers: such a migration must create them again, and
tests/apps/dialogue/test_steps.py fails if it does not.
"""

from django.db import migrations

COLUMNS = ["ask_id", "axis", "before", "after", "on", "note", "by_label", "at"]


def guard(apps, schema_editor):
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER ask_event_append_only BEFORE UPDATE OF {columns} ON dialogue_askevent "
            "BEGIN SELECT RAISE(ABORT, 'events of an ask are appended, never changed'); END"
        )
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION ask_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'events of an ask are appended, never changed' USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER ask_event_append_only BEFORE UPDATE OF {columns} ON dialogue_askevent "
            "FOR EACH ROW EXECUTE FUNCTION ask_event_append_only()"
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS ask_event_append_only")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS ask_event_append_only ON dialogue_askevent")
        schema_editor.execute("DROP FUNCTION IF EXISTS ask_event_append_only()")


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0002_ask_log_rules")]
    operations = [migrations.RunPython(guard, unguard)]
