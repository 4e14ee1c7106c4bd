"""Areas and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch
from django.http import Http404
from django.utils import translation

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.places.models import Area, AreaName
from wayhome.places.names import Policy, label

NAMES = Prefetch("names", queryset=AreaName.objects.filter(retired_at=None), to_attr="standing_names")


def areas(process: Process) -> ScopedQuerySet[Area]:
    """All areas of a process, with their names in use as `standing_names`."""
    return Area.objects.of(process).prefetch_related(NAMES)  # type: ignore[return-value]


def area(process: Process, pk: int) -> Area:
    """One area of the process; outside it there is no such page."""
    found = areas(process).select_related("gazetteer", "parent").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def labels(process: Process, ids: Iterable[int | None], language: str | None = None) -> dict[int, str]:
    """What to call each of these areas for a reader (the active language by default). Two queries, however many areas."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    policy, language = Policy.of(process.pk), language or translation.get_language() or "en"
    rows = areas(process).filter(pk__in=wanted)
    return {row.pk: label(row.standing_names, policy, language, str(row)) for row in rows}  # type: ignore[attr-defined]


def put_labels(rows: Sequence[Area], policy: Policy, language: str | None = None) -> None:
    """Set `shown_name` on areas whose names were fetched."""
    language = language or translation.get_language() or "en"
    for row in rows:
        row.shown_name = label(row.standing_names, policy, language, str(row))  # type: ignore[attr-defined]
