"""The words for places in the registry, offered to the room of places: each different text once, with its number of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.places import texts
from wayhome.registry.models import Displacement, Household, Intention, Person

_SOURCES: tuple[tuple[str, Any, tuple[tuple[Any, str], ...]], ...] = (
    ("origins", _("Places of origin"), ((Person, "origin_text"), (Household, "origin_text"), (Displacement, "from_text"))),
    ("present", _("Present places"), ((Person, "present_text"), (Household, "present_text"), (Displacement, "to_text"))),
    ("wishes", _("Where households want to go"), ((Intention, "place_text"),)),
)


def _words(columns: tuple[tuple[Any, str], ...]) -> texts.Source:
    def source(process_id: int) -> Iterable[texts.Written]:
        for model, column in columns:
            rows = model._default_manager.filter(process_id=process_id).exclude(**{column: ""})
            for text, count in rows.order_by().values_list(column).annotate(n=Count("pk")):
                yield texts.Written(text, count=count)

    return source


def register() -> None:
    """Offer the words to those who may see the registry; called once when the app is ready."""
    for name, title, columns in _SOURCES:
        texts.register(name, title, _words(columns), permission=Permission.VIEW_REGISTRY)
