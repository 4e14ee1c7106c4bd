"""Words for places of an import become areas where that is decided or certain; the others wait for a person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count

from wayhome.places.queries.matches import resolve_many
from wayhome.registry.models import Displacement, Household, Import, Person

_BATCH = 500


def resolve_now(import_id: int) -> int:
    """Each distinct wording once. Returns for how many the area is known now."""
    source = Import.objects.select_related("process").filter(pk=import_id).first()
    if source is None or source.state != Import.State.DONE:
        return 0
    people = Person.objects.filter(source=source)
    texts: set[str] = set()
    for field in ("origin_text", "present_text"):
        # the words that most people use first: an interruption leaves the rare ones
        counted = people.exclude(**{field: ""}).values(field).annotate(n=Count("pk")).order_by("-n")
        texts.update(row[field] for row in counted.iterator())
    known = 0
    wanted = sorted(texts)
    for start in range(0, len(wanted), _BATCH):
        pairs = [_parted(text) for text in wanted[start : start + _BATCH]]
        found = resolve_many(source.process, pairs)
        with transaction.atomic():
            for text, pair in zip(wanted[start : start + _BATCH], pairs, strict=True):
                area = found[pair].best_id
                if area is None:
                    continue
                known += 1
                for model in (Person, Household):
                    rows = model.objects.filter(source=source)
                    rows.filter(origin_text=text, origin=None).update(origin=area)
                    rows.filter(present_text=text, present=None).update(present=area)
                for owner in ("household", "person"):
                    rows_left = Displacement.objects.filter(**{f"{owner}__source": source})
                    rows_left.filter(from_text=text, from_area=None).update(from_area=area)
                    rows_left.filter(to_text=text, to_area=None).update(to_area=area)
    return known


def _parted(text: str) -> tuple[str, str]:
    """ "Kul, Meshul District" as (Kul, Meshul District): columns of an import are joined so, the smallest part first."""
    place, _comma, within = text.partition(", ")
    return (place, within) if within else (text, "")
