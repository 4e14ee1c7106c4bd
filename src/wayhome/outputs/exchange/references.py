"""Names of rows in a docket file, and primary keys inside JSON turned into such names and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models

from wayhome.dialogue import models as d
from wayhome.outputs.exchange.schema import BY_MODEL, JSON_KEYS

REF = "$row"
Name = Callable[[type[models.Model], int], str | None]
Find = Callable[[type[models.Model], str], int | None]


def outward(value: Any, place: str, name: Name) -> Any:
    """`value` of the JSON field `place` ("proposals.payload") with every primary key in it replaced by `{"$row": name}`.

    A key of a row that is gone becomes None.
    """
    keys = JSON_KEYS.get(place)
    if keys is None:
        return value

    def ref(model: type[models.Model], pk: Any) -> Any:
        found = name(model, int(pk)) if isinstance(pk, int) and not isinstance(pk, bool) else None
        return {REF: found} if found else None

    def walk(one: Any, key: str = "") -> Any:
        if isinstance(one, dict):
            return {inner: walk(item, inner) for inner, item in one.items()}
        if isinstance(one, list):
            if key == "made":
                return [pair for pair in (_made(item, name) for item in one) if pair is not None]
            return [walk(item, key) for item in one]
        if key in keys and isinstance(one, int) and not isinstance(one, bool):
            return ref(keys[key], one)
        return one

    return walk(value)


def _made(pair: Any, name: Name) -> Any:
    label, pk = pair
    model = _made_model(label)
    found = name(model, pk) if model is not None else None
    return [label, {REF: found}] if found else None


def _made_model(label: str) -> type[models.Model] | None:
    if label == "repeats":
        return d.Ask
    if label == "document":
        return d.Communication
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if model in BY_MODEL else None


def inward(value: Any, place: str, find: Find) -> Any:
    """The way back: names become the primary keys that the rows have here. A name that is not found becomes None."""
    keys = JSON_KEYS.get(place)
    if keys is None:
        return value

    def walk(one: Any, key: str = "") -> Any:
        if isinstance(one, dict):
            if set(one) == {REF}:
                return find(keys[key], str(one[REF])) if key in keys else None
            return {inner: walk(item, inner) for inner, item in one.items()}
        if isinstance(one, list):
            if key == "made":
                pairs = []
                for label, ref in one:
                    model = _made_model(label)
                    pk = find(model, str(ref.get(REF))) if model is not None and isinstance(ref, dict) else None
                    if pk is not None:
                        pairs.append([label, pk])
                return pairs
            return [walk(item, key) for item in one]
        return one

    return walk(value)


def mentions_rows(value: Any, place: str) -> bool:
    """Whether the JSON holds a name of a row anywhere: such a field is written when all rows are there."""
    if place not in JSON_KEYS:
        return False
    if isinstance(value, dict):
        return set(value) == {REF} or any(mentions_rows(item, place) for item in value.values())
    if isinstance(value, list):
        return any(mentions_rows(item, place) for item in value)
    return False
