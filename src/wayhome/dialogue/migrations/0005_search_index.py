"""The full-text index over the search entries: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL.

On SQLite triggers keep the index in step; a later migration that rebuilds dialogue_searchentry must create them again (a test
fails if it does not).
"""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE dialogue_search USING fts5(scope, text, content='dialogue_searchentry', content_rowid='id', "
    "prefix='2 3 4', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER dialogue_search_added AFTER INSERT ON dialogue_searchentry BEGIN "
    "INSERT INTO dialogue_search(rowid, scope, text) VALUES (new.id, new.scope, new.text); END",
    "CREATE TRIGGER dialogue_search_removed AFTER DELETE ON dialogue_searchentry BEGIN "
    "INSERT INTO dialogue_search(dialogue_search, rowid, scope, text) VALUES ('delete', old.id, old.scope, old.text); END",
    "CREATE TRIGGER dialogue_search_changed AFTER UPDATE ON dialogue_searchentry BEGIN "
    "INSERT INTO dialogue_search(dialogue_search, rowid, scope, text) VALUES ('delete', old.id, old.scope, old.text); "
    "INSERT INTO dialogue_search(rowid, scope, text) VALUES (new.id, new.scope, new.text); END",
]
POSTGRESQL = [
    "ALTER TABLE dialogue_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    "CREATE INDEX dialogue_search_vector ON dialogue_searchentry USING gin (vector)",
]


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for trigger in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS dialogue_search_{trigger}")
        schema_editor.execute("DROP TABLE IF EXISTS dialogue_search")
    else:
        schema_editor.execute("ALTER TABLE dialogue_searchentry DROP COLUMN IF EXISTS vector")


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0004_search_entries")]
    operations = [migrations.RunPython(make, drop)]
