"""The database itself refuses to change what a decision about a gate, the second person's word on it, or a rule says.

Foreign keys to accounts may still be set to null, so only the columns that carry the meaning are guarded. On SQLite a migration
that rebuilds one of these tables drops its triggers and must create them again; tests/apps/places/test_gates.py fails if not.
"""

from django.db import migrations

GUARDED = {
    "places_gatedecision": [
        *("gate_id", "ruling", "authority", "method", "certificate", "sha256", "file_name", "decided_on", "expires_on"),
        *("expected_on", "ground_kind", "ground_uid", "note", "rule_id", "by_label", "created_at"),
    ],
    "places_gatereview": ["decision_id", "need_id", "agreed", "note", "by_label", "on", "created_at"],
    "places_gateneed": ["kind_id", "required", "reason", "by_label", "created_at"],
    "places_rule": [
        *("standard_id", "process_id", "key", "version", "number", "statement", "value", "unit", "comparison", "edition"),
        *("source", "mark", "confirmed", "note", "valid_from", "valid_to", "reason", "editor_label", "at"),
    ],
}
WORDS = "what was decided is added to, never changed"


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION places_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, names in GUARDED.items():
        columns = ", ".join(f'"{name}"' for name in names)
        head = f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns} ON {table} "
        if vendor == "sqlite":
            schema_editor.execute(head + f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
        elif vendor == "postgresql":
            schema_editor.execute(head + "FOR EACH ROW EXECUTE FUNCTION places_append_only()")


def unguard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in GUARDED:
        on = f" ON {table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only{on}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS places_append_only()")


class Migration(migrations.Migration):
    dependencies = [("places", "0004_gates")]
    operations = [migrations.RunPython(guard, unguard)]
