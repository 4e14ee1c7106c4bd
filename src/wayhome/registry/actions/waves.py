"""Survey waves: opening one with the households that are asked, closing it, opening it again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.models import Area
from wayhome.registry.models import Household, Wave, WaveHousehold
from wayhome.registry.wish_states import Frame

_AT_ONCE = 5_000


def frame_of(
    process: Process, frame: str, *, areas: Sequence[Area] = (), share: int | None = None, seed: int | None = None
) -> list[int]:
    """Keys of the open households that a frame means, in order of their numbers."""
    rows = Household.objects.of(process).filter(closed_on=None).order_by("number")
    if frame == Frame.ORIGINS:
        rows = rows.filter(origin__in=areas)
    elif frame == Frame.PRESENT:
        rows = rows.filter(present__in=areas)
    elif frame == Frame.LIST:
        return []
    keys = list(rows.values_list("pk", flat=True))
    if frame == Frame.SAMPLE:
        size = -(-len(keys) * (share or 0) // 100)
        chosen = set(random.Random(seed).sample(keys, size))  # noqa: S311 - a draw to be repeated, not a secret
        keys = [key for key in keys if key in chosen]
    return keys


@transaction.atomic
def open_wave(
    *,
    process: Process,
    name: str,
    starts_on: date,
    ends_on: date,
    language: str,
    actor: Actor,
    frame: str = Frame.EVERY,
    frame_note: str = "",
    areas: Iterable[Area] = (),
    share: int | None = None,
    seed: int | None = None,
) -> Wave:
    """Open a wave and write down whom it asks. The frame is fixed then: households registered later belong to the next wave."""
    require_actor(actor, process, Permission.REGISTER)
    areas = list(areas)
    if not name.strip():
        raise InvalidInput(_("A wave needs a name."), field="name")
    if Wave.objects.of(process).filter(name=name.strip()).exists():
        raise InvalidInput(_("There is a wave of this name already."), field="name")
    if ends_on < starts_on:
        raise InvalidInput(_("The wave ends before it begins."), field="ends_on")
    if frame not in Frame.values:
        raise InvalidInput(_("Say who is asked."), field="frame")
    if frame in {Frame.ORIGINS, Frame.PRESENT} and not areas:
        raise InvalidInput(_("Choose the places."), field="areas")
    if any(area.process_id != process.pk for area in areas):
        raise InvalidInput(_("This record belongs to another process."), field="areas")
    if frame == Frame.SAMPLE:
        if share is None or not 1 <= share <= 100:
            raise InvalidInput(_("Say how many of a hundred households are drawn."), field="share")
        seed = seed if seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    keys = frame_of(process, frame, areas=areas, share=share, seed=seed)
    wave = Wave.objects.create(
        process=process,
        number=next_number(Wave, process),
        name=name.strip()[:120],
        starts_on=starts_on,
        ends_on=ends_on,
        language=language,
        frame=frame,
        frame_note=frame_note.strip()[:500],
        seed=seed if frame == Frame.SAMPLE else None,
        share=share if frame == Frame.SAMPLE else None,
        made_by_id=actor.user_id,
    )
    WaveHousehold.objects.bulk_create((WaveHousehold(wave=wave, household_id=key) for key in keys), batch_size=_AT_ONCE)
    audit.record(
        "wave.opened",
        actor=actor,
        subject=wave,
        process_id=process.pk,
        detail={"wave": wave.ref, "frame": frame, "asked": len(keys), "areas": [area.pk for area in areas], "seed": wave.seed},
    )
    return wave


@transaction.atomic
def add_household(*, wave: Wave, household: Household) -> WaveHousehold:
    """Count a household among those asked, because it was. Inside the caller's transaction, with the caller's audit entry."""
    row, _made = WaveHousehold.objects.get_or_create(wave=wave, household=household, defaults={"added": True})
    return row


@transaction.atomic
def close(*, wave: Wave, actor: Actor, on: date | None = None) -> None:
    """End a wave: no answer is added or corrected any more. Households without an answer stay visible as such."""
    require_actor(actor, wave.process, Permission.REGISTER)
    if wave.closed_on is not None:
        raise Conflict(_("This wave is closed already."), code="unchanged")
    wave.closed_on = on or timezone.localdate()
    wave.save(update_fields=["closed_on"])
    audit.record("wave.closed", actor=actor, subject=wave, process_id=wave.process_id, detail={"wave": wave.ref})


@transaction.atomic
def reopen(*, wave: Wave, actor: Actor) -> None:
    """Open a closed wave again, for answers that came late."""
    require_actor(actor, wave.process, Permission.REGISTER)
    if wave.closed_on is None:
        raise Conflict(_("This wave is not closed."), code="unchanged")
    wave.closed_on = None
    wave.save(update_fields=["closed_on"])
    audit.record("wave.reopened", actor=actor, subject=wave, process_id=wave.process_id, detail={"wave": wave.ref})
