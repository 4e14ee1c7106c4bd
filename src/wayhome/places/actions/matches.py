"""People's decisions about words for places: remembered, taken back; never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.engines.gazetteer.types import Candidate
from wayhome.places import bridge
from wayhome.places.models import Area, PlaceMatch
from wayhome.places.queries.matches import resolve_many
from wayhome.places.signals import place_decided


@transaction.atomic
def remember(
    *, process: Process, actor: Actor, text: str, area: Area | None, within: str = "", offered: Sequence[Candidate] = ()
) -> PlaceMatch:
    """`text` (beside `within`) means `area`, or none on file; an earlier decision about the same words is retired.

    The same decision twice is one.

    Raises: Forbidden without the permission to review; InvalidInput for empty words or an area of another process.
    """
    require_actor(actor, process, Permission.REVIEW)
    text, within = " ".join(text.split())[:300], " ".join(within.split())[:300]
    if not text:
        raise InvalidInput(_("There are no words to decide about."), field="text")
    if area is not None and area.process_id != process.pk:
        raise InvalidInput(_("This area belongs to another process."), _("Choose an area of this one."), field="area")
    key = bridge.text_key(text, within)
    earlier = PlaceMatch.objects.select_for_update().filter(process=process, key=key, retired_at=None).first()
    if earlier is not None and earlier.area_id == (area.pk if area is not None else None):
        return earlier
    if earlier is not None:
        _retire(earlier, actor)
    match = PlaceMatch.objects.create(
        process=process,
        text=text,
        within=within,
        key=key,
        area=area,
        by_id=actor.user_id,
        offered=[
            {"area": one.place, "score": one.score, "reasons": [{"code": r.code, **r.params} for r in one.reasons]}
            for one in offered[:9]
        ],
    )
    detail = {"text": text, "within": within, "area": area.pk if area is not None else None}
    if earlier is not None:
        detail["instead_of"] = earlier.pk
    audit.record("place.matched", actor=actor, subject=match, process_id=process.pk, detail=detail)
    _tell(match)
    return match


@transaction.atomic
def remember_certain(*, process: Process, actor: Actor, pairs: Iterable[tuple[str, str]]) -> int:
    """Confirm the area of every (text, within) whose words are the very name of one area and no other; how many.

    The person who presses this answers for all of them: each becomes a decision of its own that can be taken back.
    """
    done = 0
    for (text, within), found in resolve_many(process, pairs).items():
        if not found.decided and found.band == "certain":
            area = Area.objects.of(process).get(pk=found.candidates[0].place)
            remember(process=process, actor=actor, text=text, within=within, area=area, offered=found.candidates)
            done += 1
    return done


@transaction.atomic
def forget(*, match: PlaceMatch, actor: Actor) -> PlaceMatch:
    """Take a decision back: the words are open again. The decision stays on file, retired. Twice is once."""
    require_actor(actor, match.process, Permission.REVIEW)
    row = PlaceMatch.objects.select_for_update().get(pk=match.pk)
    if row.retired_at is None:
        _retire(row, actor)
        detail = {"text": row.text, "within": row.within, "area": row.area_id}
        audit.record("place.unmatched", actor=actor, subject=row, process_id=row.process_id, detail=detail)
        _tell(row, undone=True)
    return row


def _retire(match: PlaceMatch, actor: Actor) -> None:
    match.retired_at, match.retired_by_id = timezone.now(), actor.user_id
    match.save(update_fields=["retired_at", "retired_by"])


def _tell(match: PlaceMatch, *, undone: bool = False) -> None:
    place_decided.send(
        sender=PlaceMatch,
        process_id=match.process_id,
        text=match.text,
        within=match.within,
        key=match.key,
        area_id=None if undone else match.area_id,
        undone=undone,
    )
