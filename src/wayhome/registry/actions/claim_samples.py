"""Samples of claims, drawn by a seed that anybody can draw again, read by a second person."""

from __future__ import annotations

import random
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.claim_states import Finding
from wayhome.registry.models import Claim, ClaimFamily, ClaimSample, SampledClaim


def drawn(numbers: list[int], size: int, seed: int) -> list[int]:
    """`size` of the claim numbers, the same for the same numbers and seed."""
    return sorted(random.Random(seed).sample(sorted(numbers), size))  # noqa: S311 - a draw to be repeated, not a secret


def _draw(
    process: Process, claims: QuerySet[Claim], *, size: int, seed: int | None, actor: Actor, purpose: str, **fields: object
) -> ClaimSample:
    numbers = dict(claims.values_list("number", "pk"))
    if not numbers:
        raise InvalidInput(_("There is no claim to draw from."), field="size")
    if not 0 < size <= len(numbers):
        raise InvalidInput(_("Draw between 1 and %(n)d claims.") % {"n": len(numbers)}, field="size")
    seed = seed if seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    sample = ClaimSample.objects.create(
        process=process,
        number=next_number(ClaimSample, process),
        purpose=purpose,
        frame=len(numbers),
        size=size,
        seed=seed,
        drawn_on=timezone.localdate(),
        made_by_id=actor.user_id,
        **fields,
    )
    SampledClaim.objects.bulk_create(
        SampledClaim(sample=sample, claim_id=numbers[number]) for number in drawn(list(numbers), size, seed)
    )
    audit.record(
        "claim_sample.drawn",
        actor=actor,
        subject=sample,
        process_id=process.pk,
        detail={"sample": sample.ref, "frame": len(numbers), "size": size, "seed": seed},
    )
    return sample


@transaction.atomic
def draw_for_family(*, family: ClaimFamily, size: int, actor: Actor, seed: int | None = None) -> ClaimSample:
    """Draw claims of a family to be read before it is decided."""
    require_actor(actor, family.process, Permission.WORK_ON_CLAIMS)
    return _draw(
        family.process, family.claims.all(), size=size, seed=seed, actor=actor, purpose=ClaimSample.Purpose.FAMILY, family=family
    )


@transaction.atomic
def draw_for_quality(
    *, process: Process, decided_from: date, decided_to: date, size: int, actor: Actor, seed: int | None = None
) -> ClaimSample:
    """Draw among the claims decided in a period, to be read by somebody else than who decided them."""
    require_actor(actor, process, Permission.WORK_ON_CLAIMS)
    if decided_from > decided_to:
        raise InvalidInput(_("The period ends before it begins."), field="decided_to")
    claims = Claim.objects.of(process).filter(decided_on__range=(decided_from, decided_to))
    return _draw(
        process,
        claims,
        size=size,
        seed=seed,
        actor=actor,
        purpose=ClaimSample.Purpose.QUALITY,
        decided_from=decided_from,
        decided_to=decided_to,
    )


@transaction.atomic
def review(*, item: SampledClaim, finding: str, note: str, actor: Actor) -> None:
    """Say what a second reading of a sampled claim found. Not by who lodged it, nor by who decided it."""
    claim = item.claim
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if finding not in Finding.values or finding == Finding.OPEN:
        raise InvalidInput(_("Say what you found."), field="finding")
    if finding != Finding.AGREES and not note.strip():
        raise InvalidInput(_("Say why, in a few words."), field="note")
    involved = {claim.lodged_by_id, *claim.decisions.values_list("by", flat=True)}
    if actor.user_id is None or actor.user_id in involved:
        raise Conflict(
            _("%(ref)s was lodged or decided by you; another person reads it a second time.") % {"ref": claim.ref},
            code="second_person",
        )
    item.finding, item.note = finding, note.strip()[:500]
    item.by_id, item.at = actor.user_id, timezone.now()
    item.save(update_fields=["finding", "note", "by", "at"])
    audit.record(
        "claim_sample.reviewed",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "sample": item.sample.ref, "finding": finding},
    )
