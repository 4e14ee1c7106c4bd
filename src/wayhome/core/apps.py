from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def guard_append_only(using: str, **_: Any) -> None:
    """A migration that rebuilds a table on SQLite drops its triggers: put them back after every migration."""
    from django.db import connections

    from wayhome.core import append_only

    connection = connections[using]
    for table in append_only.TABLES:
        if table in connection.introspection.table_names():
            append_only.install(connection, table)


class CoreConfig(AppConfig):
    name = "wayhome.core"
    label = "core"

    def ready(self) -> None:
        post_migrate.connect(guard_append_only, sender=self)
