"""Say what became of an area, and take that back. Statements are added and retired; periods follow where none was known."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.models import Area, AreaSuccession
from wayhome.places.periods import is_moment
from wayhome.places.queries.succession import statements

Kind = AreaSuccession.Kind


@transaction.atomic
def record(
    *,
    before: Area,
    actor: Actor,
    kind: str,
    afters: Sequence[tuple[Area, float | None]],
    moment: str,
    source: str,
    note: str = "",
    began: bool = True,
) -> list[AreaSuccession]:
    """What `before` became: one area (became, merged into), several (split into), or areas that took a part of it.

    `afters` are areas with the share of `before` that went to each (0 to 1, or None). Where `before` ended by it and no end was
    known, its end becomes `moment`; with `began` the same for the beginnings of what it became or was split into.

    Raises: Forbidden, InvalidInput, Conflict.
    """
    require_actor(actor, before.process, Permission.EDIT_PLACES)
    source, note = " ".join(source.split())[:300], " ".join(note.split())[:300]
    _check(before, kind, afters, moment, source)
    graph: dict[int, set[int]] = {}
    for one, other in statements(before.process).values_list("before_id", "after_id"):
        graph.setdefault(one, set()).add(other)
    made = []
    for area, share in afters:
        if area.pk in graph.get(before.pk, ()):
            raise Conflict(
                _("What %(area)s took over from this area is on file already.") % {"area": area},
                _("Take that statement back first."), field="afters",
            )  # fmt: skip
        if _reaches(graph, area.pk, before.pk):
            raise InvalidInput(
                _("%(area)s came before this area: it cannot have followed it.") % {"area": area},
                _("Correct the area, or take the other statement back first."), field="afters",
            )  # fmt: skip
        made.append(
            AreaSuccession(
                process_id=before.process_id, before=before, after=area, kind=kind, moment=moment, share=share,
                source=source, note=note, by_id=actor.user_id,
            )
        )  # fmt: skip
    AreaSuccession.objects.bulk_create(made)
    ended = kind != Kind.PART and bool(moment) and not before.valid_to
    if ended:
        Area.objects.filter(pk=before.pk).update(valid_to=moment, changed_at=timezone.now())
    started = [area for area, _share in afters if began and moment and kind in {Kind.BECAME, Kind.SPLIT} and not area.valid_from]
    Area.objects.filter(pk__in=[area.pk for area in started]).update(valid_from=moment, changed_at=timezone.now())
    detail = {
        "kind": kind, "moment": moment, "source": source, "ended": ended, "began": [str(area) for area in started],
        "into": [{"area": str(area), "share": share} for area, share in afters],
    }  # fmt: skip
    audit.record("area.succession_recorded", actor=actor, subject=before, process_id=before.process_id, detail=detail)
    return made


def _check(before: Area, kind: str, afters: Sequence[tuple[Area, float | None]], moment: str, source: str) -> None:
    if kind not in Kind.values:
        raise InvalidInput(_("Say what happened to the area."), field="kind")
    if not source:
        raise InvalidInput(_("Say who says so."), _("A law, a gazette, a map, the people of the place."), field="source")
    if moment and not is_moment(moment):
        raise InvalidInput(
            _("“%(text)s” is no date.") % {"text": moment}, _("Write 1974, 1974-05 or 1974-05-31."), field="moment"
        )
    ids = [area.pk for area, _share in afters]
    if not ids:
        raise InvalidInput(_("Name at least one area that followed."), field="afters")
    if before.pk in ids or len(set(ids)) != len(ids):
        raise InvalidInput(_("An area follows another one, and each is named once."), field="afters")
    if any(area.process_id != before.process_id for area, _share in afters):
        raise InvalidInput(_("An area belongs to another process."), field="afters")
    if kind in {Kind.BECAME, Kind.MERGED} and len(ids) != 1:
        raise InvalidInput(_("It became or was merged into one area."), _("Choose “was split into” for several."), field="afters")
    if kind == Kind.SPLIT and len(ids) < 2:
        raise InvalidInput(_("A split leaves at least two areas."), _("Name all of them, or choose “became”."), field="afters")
    shares = [share for _area, share in afters if share is not None]
    if any(not 0 < share <= 1 for share in shares) or sum(shares) > 1.0001:
        raise InvalidInput(_("Shares are from 0 to 100 % and no more than 100 % together."), field="afters")
    if kind == Kind.SPLIT and len(shares) == len(ids) and sum(shares) < 0.99:
        raise InvalidInput(
            _("The shares of a split come to less than 100 %."), _("Correct them, or leave one out."), field="afters"
        )


def _reaches(graph: dict[int, set[int]], start: int, goal: int) -> bool:
    queue, seen = [start], set()
    while queue:
        at = queue.pop()
        if at == goal:
            return True
        if at not in seen:
            seen.add(at)
            queue += graph.get(at, ())
    return False


@transaction.atomic
def retire(*, statement: AreaSuccession, actor: Actor, reason: str) -> AreaSuccession:
    """Take a statement back, with a reason; it stays on file. Periods of the areas stay as they are. Twice is once."""
    require_actor(actor, statement.process, Permission.EDIT_PLACES)
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise InvalidInput(_("A statement is taken back with a reason."), _("Write why, in a few words."), field="reason")
    row = AreaSuccession.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if row.retired_at is None:
        row.retired_at, row.retired_by_id, row.retired_reason = timezone.now(), actor.user_id, reason
        row.save()
        detail = {"kind": row.kind, "into": str(row.after), "reason": reason}
        audit.record("area.succession_retired", actor=actor, subject=row.before, process_id=row.process_id, detail=detail)
    return row
