"""Every place of the database that points at a row, hidden relations and many-to-many tables included."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction


@lru_cache(maxsize=8)
def pointers(target: type[models.Model]) -> tuple[tuple[type[models.Model], str], ...]:
    """Pairs of model and foreign-key name that point at `target`; the tables behind many-to-many fields count too."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=False):
            if isinstance(field, models.ForeignKey) and field.remote_field.model is target:
                found.append((model, field.name))
    return tuple(found)


def repoint(row: models.Model, to: models.Model, *, leave: tuple[tuple[str, str], ...] = ()) -> dict[str, list[Any]]:
    """Point everything that points at `row` at `to`.

    Args:
        leave: (model label, field) pairs that stay as they are.

    Returns:
        What was moved: "app.Model.field" -> primary keys. Rows that would say the same twice are deleted and listed under
        "app.Model.field!" as dictionaries of their values, so that the step can be taken back.
    """
    moved: dict[str, list[Any]] = {}
    for model, name in pointers(type(row)):
        label = model._meta.label
        if (label, name) in leave:
            continue
        manager = model._base_manager
        for pk in list(manager.filter(**{name: row}).values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    manager.filter(pk=pk).update(**{name: to})
                moved.setdefault(f"{label}.{name}", []).append(pk)
            except IntegrityError:
                values = manager.filter(pk=pk).values().get()
                values.pop("id", None)
                manager.filter(pk=pk).delete()
                moved.setdefault(f"{label}.{name}!", []).append(values)
    return moved


def is_used(row: models.Model, *, beside: tuple[tuple[str, str], ...] = ()) -> bool:
    """Whether anything points at `row`, other than the (model label, field) pairs in `beside`."""
    return any(
        model._base_manager.filter(**{name: row}).exists()
        for model, name in pointers(type(row))
        if (model._meta.label, name) not in beside
    )
