"""Areas and names by hand: added, changed, retired and taken into use again. What a gazetteer says is never deleted."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.importing.records import KINDS
from wayhome.places.models import Area, AreaName, NamePolicy

EDITABLE = ("kind", "parent", "code", "latitude", "longitude", "population", "valid_from", "valid_to")


def _check_place(area: Area) -> None:
    """Parents in this process and in no circle; positions whole; a period that does not end before it begins."""
    above, seen = area.parent, {area.pk}
    while above is not None:
        if above.process_id != area.process_id:
            raise InvalidInput(_("The area above belongs to another process."), field="parent")
        if area.pk is not None and above.pk in seen:
            raise InvalidInput(_("The area would lie within itself."), _("Choose another area above it."), field="parent")
        seen.add(above.pk)
        above = above.parent
    if (area.latitude is None) != (area.longitude is None):
        raise InvalidInput(_("A position needs latitude and longitude."), _("Write both, or neither."), field="longitude")
    _check_period(area.valid_from, area.valid_to)


def _check_period(start: str, end: str) -> None:
    if start and end and end < start[: len(end)]:
        raise InvalidInput(_("The end is before the beginning."), _("Correct one of the two."), field="valid_to")


@transaction.atomic
def add_area(*, process: Process, actor: Actor, name: str, language: str = "", source: str = "", **fields: Any) -> Area:
    """An area that no gazetteer holds, with its first name.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if not name.strip():
        raise InvalidInput(_("An area needs a name."), field="name")
    area = Area(process=process, **{key: fields[key] for key in EDITABLE if key in fields})
    area.level = KINDS[area.kind]
    _check_place(area)
    area.save()
    audit.record("area.created", actor=actor, subject=area, process_id=process.pk, detail={"name": name, "kind": area.kind})
    add_name(area=area, actor=actor, text=name, language=language, source=source)
    return area


@transaction.atomic
def change_area(*, area: Area, actor: Actor, **fields: Any) -> Area:
    """Change what is said of an area; the log keeps before and after."""
    require_actor(actor, area.process, Permission.EDIT_PLACES)
    row = Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    before = {key: str(getattr(row, key) if getattr(row, key) is not None else "") for key in fields}
    for key, value in fields.items():
        if key not in EDITABLE:
            raise ValueError(f"not editable: {key}")
        setattr(row, key, value)
    row.level = KINDS[row.kind]
    _check_place(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(
            _("Another area of this gazetteer has the code %(code)s.") % {"code": row.code},
            _("Write another code."),
            field="code",
        ) from error
    after = {key: str(getattr(row, key) if getattr(row, key) is not None else "") for key in fields}
    if before != after:
        detail = {"before": before, "after": after}
        audit.record("area.changed", actor=actor, subject=row, process_id=row.process_id, detail=detail)
    return row


@transaction.atomic
def add_name(
    *,
    area: Area,
    actor: Actor,
    text: str,
    language: str = "",
    script: str = "",
    kind: str = AreaName.Kind.OFFICIAL,
    source: str = "",
    valid_from: str = "",
    valid_to: str = "",
) -> AreaName:
    """A name by hand, with who says so. A name that is on file and retired is taken into use again.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, area.process, Permission.EDIT_PLACES)
    text = " ".join(text.split())[:250]
    if not text:
        raise InvalidInput(_("There is no name."), field="text")
    _check_period(valid_from, valid_to)
    found = AreaName.objects.filter(area=area, text=text, language=language, kind=kind, valid_from=valid_from).first()
    if found is not None:
        return restore_name(name=found, actor=actor) if found.retired_at is not None else found
    name = AreaName.objects.create(
        area=area,
        process_id=area.process_id,
        text=text,
        language=language,
        script=script,
        kind=kind,
        source=source,
        valid_from=valid_from,
        valid_to=valid_to,
        by_hand=True,
        added_by_id=actor.user_id,
    )
    detail = {"text": text, "language": language, "kind": kind, "source": source}
    audit.record("area.name_added", actor=actor, subject=area, process_id=area.process_id, detail=detail)
    return name


@transaction.atomic
def retire_name(*, name: AreaName, actor: Actor, reason: str) -> AreaName:
    """Take a name out of use, with a reason; it stays on file, and no import takes it into use again. Twice is once."""
    require_actor(actor, name.area.process, Permission.EDIT_PLACES)
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise InvalidInput(_("A name is retired with a reason."), _("Write why, in a few words."), field="reason")
    row = AreaName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    if row.retired_at is None or row.retired_by_id is None:
        row.retired_at, row.retired_by_id, row.retired_reason = timezone.now(), actor.user_id, reason
        row.save()
        detail = {"text": row.text, "reason": reason}
        audit.record("area.name_retired", actor=actor, subject=row.area, process_id=row.process_id, detail=detail)
    return row


@transaction.atomic
def restore_name(*, name: AreaName, actor: Actor) -> AreaName:
    """Take a retired name into use again."""
    require_actor(actor, name.area.process, Permission.EDIT_PLACES)
    row = AreaName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    if row.retired_at is not None:
        row.retired_at, row.retired_by, row.retired_reason = None, None, ""
        row.save()
        audit.record("area.name_restored", actor=actor, subject=row.area, process_id=row.process_id, detail={"text": row.text})
    return row


@transaction.atomic
def set_policy(*, process: Process, actor: Actor, order: list[str], count: int) -> NamePolicy:
    """Which names pages show, in which order, and how many side by side (1 to 3)."""
    require_actor(actor, process, Permission.EDIT_PLACES)
    order = list(dict.fromkeys(one for one in order if one))
    if not order:
        raise InvalidInput(_("Choose at least one kind of name."), field="order")
    count = min(max(count, 1), 3)
    row, _new = NamePolicy.objects.select_for_update().get_or_create(process=process)
    if (row.order, row.count) != (order, count):
        detail = {"before": {"order": row.order, "count": row.count}, "after": {"order": order, "count": count}}
        row.order, row.count = order, count
        row.save()
        audit.record("places.policy_changed", actor=actor, subject=row, process_id=process.pk, detail=detail)
    return row
