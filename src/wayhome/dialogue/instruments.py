"""The shipped table of instruments and their provisions that concern return (`data/instruments.csv`), loaded on every migrate.

`confirmed` says whether the provision's number and content were read in a text; what was not is shown as such.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import connections

from wayhome.dialogue.models import Instrument

TABLE = Path(__file__).parent / "data" / "instruments.csv"
_FIELDS = ("name", "provision", "date", "status", "paraphrase", "how_read", "source", "confirmed")


def rows() -> list[dict[str, Any]]:
    """The table as it is shipped."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return [{**row, "confirmed": row["confirmed"] == "true"} for row in csv.DictReader(handle)]


def load() -> int:
    """Bring the database in step with the table by key; the number of rows. A row that left the table stays where it is used."""
    shipped = rows()
    Instrument.objects.bulk_create(
        [Instrument(**row) for row in shipped], update_conflicts=True, unique_fields=["key"], update_fields=list(_FIELDS)
    )
    return len(shipped)


def load_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    if _ready(kwargs.get("using", "default")):
        load()


def _ready(using: str) -> bool:
    """Whether the table stands in its present form; it does not when somebody migrates backwards."""
    connection = connections[using]
    table = Instrument._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return all(field.column in found for field in Instrument._meta.concrete_fields)
