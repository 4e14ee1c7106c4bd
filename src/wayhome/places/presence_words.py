"""Places as tables of who does what where write them: offered to those who decide what words mean, and following what they decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from wayhome.places import signals, texts
from wayhome.places.models import Area, Presence


def written(process_id: int) -> Iterable[texts.Written]:
    """The places written in standing tables; those with a P-code that is known need no decision and are left out."""
    known = Area.objects.filter(process_id=process_id).exclude(code="").values("code")
    rows = Presence.objects.filter(process_id=process_id).exclude(pcode__in=known)
    for place, within, n in rows.values_list("place_text", "within_text").annotate(n=Sum("rows")).order_by("place_text"):
        yield texts.Written(place, within, n)


def on_place_decided(sender: Any, *, process_id: int, key: str, area_id: int | None, **_more: Any) -> None:
    """What people decide about words for places holds for presences too, except where a known P-code says more."""
    from wayhome.places import bridge  # loads the gazetteer's engine, which only some commands need

    known = Area.objects.filter(process_id=process_id).exclude(code="").values("code")
    rows = Presence.objects.filter(process_id=process_id).exclude(pcode__in=known)
    for place, within in rows.values_list("place_text", "within_text").distinct():
        if bridge.text_key(place, within) == key:
            rows.filter(place_text=place, within_text=within).update(area_id=area_id)


def connect() -> None:
    """Called once when the app is ready."""
    texts.register("presence", _("Who does what where"), written)
    signals.place_decided.connect(on_place_decided, dispatch_uid="presence")
