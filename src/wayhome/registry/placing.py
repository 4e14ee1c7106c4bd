"""Places of persons and households: the area that their words mean, and keeping it in step with what people decide."""

from __future__ import annotations

from typing import Any

from wayhome.accounts.models import Process
from wayhome.places.models import Area, PlaceMatch
from wayhome.places.signals import place_decided
from wayhome.registry import place_words
from wayhome.registry.models import Displacement, Household, Person

_WORDS = (
    (Person, (("origin_text", "origin"), ("present_text", "present"))),
    (Household, (("origin_text", "origin"), ("present_text", "present"))),
    (Displacement, (("from_text", "from_area"), ("to_text", "to_area"))),
)


def area_of(process: Process, text: str) -> Area | None:
    """The area that words mean: as somebody decided, or where they are the very name of one area and no other."""
    from wayhome.places.queries.matches import resolve  # loads the gazetteer's engine, which only some commands need

    if not text.strip():
        return None
    found = resolve(process, text).best_id
    return Area.objects.of(process).filter(pk=found).first() if found else None


def _decided(sender: Any, process_id: int, text: str, within: str, area_id: int | None, **more: Any) -> None:
    if within:  # what stood beside the words in a list is known to the import alone
        return
    for model, fields in _WORDS:
        for words, area in fields:
            rows = model._default_manager.filter(process_id=process_id, **{words: text})
            rows.exclude(**{area: area_id}).update(**{area: area_id})


def connect() -> None:
    """Follow decisions about words for places; called once when the app is ready."""
    place_decided.connect(_decided, sender=PlaceMatch, dispatch_uid="registry-places")
    place_words.register()
