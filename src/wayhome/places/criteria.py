"""The criteria that ship (`data/criteria`), brought into the database on every migrate.

A shipped rule that says something else than before becomes a new version; what a process wrote itself is never touched.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Any

from django.db import connections, transaction

from wayhome.places.models import GateKind, Rule, RuleOption, Standard
from wayhome.places.models.standards import Mark

READ = frozenset({Mark.READ, Mark.SECOND_HAND})
FIELDS = ("number", "statement", "value", "unit", "comparison", "edition", "source", "mark", "confirmed", "note")


def table(name: str) -> list[dict[str, str]]:
    """A table as it ships."""
    file = resources.files("wayhome.places.data.criteria").joinpath(f"{name}.csv")
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@transaction.atomic
def load() -> int:
    """Bring standards, rules, answers and kinds of gates in step with the tables; how many versions of rules were added."""
    shipped = [Standard(position=n, **row) for n, row in enumerate(table("standards"))]
    fields = ["body", "title", "edition", "section", "url_text", "language", "use", "position"]
    Standard.objects.bulk_create(shipped, update_conflicts=True, unique_fields=["key"], update_fields=fields)
    standards = dict(Standard.objects.values_list("key", "pk"))
    options: dict[str, list[tuple[str, str, bool]]] = {}
    for row in table("options"):
        options.setdefault(row["rule"], []).append((row["code"], row["label"], row["confirmed"] == "true"))
    latest: dict[str, Rule] = {}
    for rule in Rule.objects.filter(process=None).prefetch_related("options").order_by("version"):
        latest[rule.key] = rule
    added = 0
    for n, row in enumerate(table("rules")):
        said: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
        said |= {"confirmed": row["mark"] in READ, "standard_id": standards[row["standard"]]}
        known, answers = latest.get(row["key"]), options.get(row["key"], [])
        if known is not None and _same(known, said, answers):
            continue
        version = known.version + 1 if known is not None else 1
        rule = Rule.objects.create(key=row["key"], version=version, position=n, **said)
        RuleOption.objects.bulk_create(
            RuleOption(rule=rule, code=code, label=label, confirmed=confirmed, position=at)
            for at, (code, label, confirmed) in enumerate(answers)
        )
        added += 1
    for n, row in enumerate(table("gate_kinds")):
        said = {"rule_key": row["rule"], "required": row["required"] == "true", "needs_expiry": row["needs_expiry"] == "true"}
        GateKind.objects.update_or_create(process=None, code=row["code"], defaults={**said, "position": n})
    return added


def _same(rule: Rule, said: dict[str, Any], answers: list[tuple[str, str, bool]]) -> bool:
    return all(getattr(rule, name) == value for name, value in said.items()) and answers == [
        (one.code, one.label, one.confirmed) for one in rule.options.all()
    ]


def load_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    if _ready(kwargs.get("using", "default")):
        load()


def _ready(using: str) -> bool:
    """Whether the tables stand in their present form; they do not when somebody migrates backwards."""
    connection = connections[using]
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        for model in (Standard, Rule, RuleOption, GateKind):
            if model._meta.db_table not in names:
                return False
            described = connection.introspection.get_table_description(cursor, model._meta.db_table)
            if not {field.column for field in model._meta.concrete_fields} <= {column.name for column in described}:
                return False
    return True
