"""Which area words for a place mean, as far as that is decided or certain."""

from __future__ import annotations

from wayhome.accounts.models import Process
from wayhome.places.models import Area


def area_of(process: Process, text: str) -> Area | None:
    """The area that a person decided on for these words, or the one of which the machine is certain; else None."""
    from wayhome.places.queries.matches import resolve  # loads the gazetteer's engine

    if not text.strip():
        return None
    found = resolve(process, text).best_id
    return Area.objects.of(process).filter(pk=found).first() if found else None
