"""Figures of gates that asks can cite."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.core import measures
from wayhome.core.measures import Figure


def _open(process_id: int) -> Figure | None:
    from wayhome.places.queries.gates import open_areas

    now = timezone.now()
    number, of = open_areas(process_id, timezone.localdate())
    # Each opening was confirmed by a second person of the process: not by somebody outside it.
    return Figure(number, "places", now, f"Gates on file, {of} places", verified=False) if of else None


def register() -> None:
    """Offer the measures of this room."""
    measures.register("places_open", _("Places whose gates are all open"), _open)
