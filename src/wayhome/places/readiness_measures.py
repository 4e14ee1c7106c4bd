"""Figures of this room that other rooms may cite as evidence (`core.measures`): how ready the areas of a process are today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.core import measures
from wayhome.core.measures import Figure
from wayhome.engines.readiness import Reading
from wayhome.places.queries.readiness import in_force, readings
from wayhome.places.readiness_bridge import Lens

Count = Callable[[Mapping[int, Reading], Lens], int]


def _best(found: Mapping[int, Reading], lens: Lens) -> int:
    return sum(one.class_code == lens.model.classes[0] for one in found.values())


def _worst(found: Mapping[int, Reading], lens: Lens) -> int:
    return sum(one.class_code == lens.model.classes[-1] for one in found.values())


def _hot(found: Mapping[int, Reading], lens: Lens) -> int:
    return sum(bool(one.hotspot) for one in found.values())


MEASURES: dict[str, tuple[Any, Count]] = {
    "readiness.best": (_("Areas in the best class of readiness"), _best),
    "readiness.worst": (_("Areas in the worst class of readiness"), _worst),
    "readiness.hotspots": (_("Hotspots among the assessed areas"), _hot),
}


def figure(process_id: int, count: Count) -> Figure | None:
    """The count today, as of the newest value it rests on; None before anything was assessed. Never marked as verified."""
    process, today = Process.objects.get(pk=process_id), timezone.localdate()
    row = in_force(process, today)
    if row is None:
        return None
    lens = Lens.of(row)
    found = readings(process, today, lens=lens)
    days = [one.as_of for one in found.values() if one.as_of is not None]
    if not days:
        return None
    as_of = datetime.combine(max(days), time(12), tzinfo=UTC)
    source = _now("%(name)s, version %(n)s, of %(areas)s assessed areas") % {
        "name": row.name, "n": row.version, "areas": len(found),
    }  # fmt: skip
    return Figure(float(count(found, lens)), _now("areas"), as_of, source, verified=False)


def register() -> None:
    """Offer the figures; called once when the app starts."""
    for name, (title, count) in MEASURES.items():
        measures.register(name, title, lambda process_id, count=count: figure(process_id, count))
