"""Evidence for and against a claim, checked against its source or not, and those who live on the property now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, TooLarge
from wayhome.registry import claim_tables
from wayhome.registry.actions.claim_steps import event
from wayhome.registry.claim_states import EvidenceStanding, HousingNeed, OccupantBasis
from wayhome.registry.models import Claim, ClaimEvent, ClaimEvidence, Household, Occupant


@transaction.atomic
def add(
    *,
    claim: Claim,
    kind: str,
    title: str,
    actor: Actor,
    issuer: str = "",
    issued_on: date | None = None,
    copy: bool = False,
    against: bool = False,
    file: tuple[str, bytes] | None = None,
) -> ClaimEvidence:
    """Add an item. Its strength is that of its kind; a copy is one step weaker. It stands as not checked."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    row = claim_tables.evidence_kinds().get(kind)
    if row is None:
        raise InvalidInput(_("Say what kind of evidence it is."), field="kind")
    if not title.strip():
        raise InvalidInput(_("Say what it is, in a few words."), field="title")
    if issued_on is not None and issued_on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), field="issued_on")
    if file is not None and len(file[1]) > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            _("The file is larger than %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}, field="file"
        )
    item = ClaimEvidence.objects.create(
        process_id=claim.process_id,
        number=next_number(ClaimEvidence, claim.process),
        claim=claim,
        kind=kind,
        strength=max(row.strength - 1, 0) if copy and row.strength > 1 else row.strength,
        title=title.strip()[:300],
        issuer=issuer.strip()[:200],
        issued_on=issued_on,
        copy=copy,
        against=against,
        sha256=files.store(file[1]) if file is not None else "",
        file_name=file[0][:255] if file is not None else "",
        added_by_id=actor.user_id,
    )
    event(claim, ClaimEvent.Kind.EVIDENCE, actor, note=f"{item.ref} {item.title}")
    audit.record(
        "claim.evidence_added",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "evidence": item.ref, "kind": kind},
    )
    return item


@transaction.atomic
def check(*, item: ClaimEvidence, standing: str, note: str, actor: Actor) -> None:
    """Say what came of checking an item against its source, and how it was checked."""
    require_actor(actor, item.claim.process, Permission.WORK_ON_CLAIMS)
    if standing not in EvidenceStanding.values:
        raise InvalidInput(_("Say what came of the check."), field="standing")
    if standing != EvidenceStanding.UNCHECKED and not note.strip():
        raise InvalidInput(_("Say how it was checked, and by whom."), field="note")
    before = item.standing
    item.standing, item.standing_note = standing, note.strip()[:300]
    item.save(update_fields=["standing", "standing_note"])
    event(
        item.claim,
        ClaimEvent.Kind.EVIDENCE,
        actor,
        note=f"{item.ref}: {EvidenceStanding(standing).label}. {item.standing_note}".strip(),
    )
    audit.record(
        "claim.evidence_checked",
        actor=actor,
        subject=item.claim,
        process_id=item.process_id,
        detail={"claim": item.claim.ref, "evidence": item.ref, "before": before, "after": standing},
    )


OCCUPANT_FIELDS = ("name", "household", "people", "since", "basis", "need", "need_on", "need_note", "left_on")


def _check_occupant(claim: Claim, values: dict[str, Any]) -> None:
    if set(values) - set(OCCUPANT_FIELDS):
        raise ValueError(f"not fields of an occupant: {sorted(set(values) - set(OCCUPANT_FIELDS))}")
    household = values.get("household")
    if isinstance(household, Household) and household.process_id != claim.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="household")
    if "name" in values and not str(values["name"]).strip():
        raise InvalidInput(_("Say who lives there: a name, or “a family, name not known”."), field="name")
    if values.get("basis", OccupantBasis.UNKNOWN) not in OccupantBasis.values:
        raise InvalidInput(_("Say how they came to live there."), field="basis")
    if values.get("need", HousingNeed.NOT_ASKED) not in HousingNeed.values:
        raise InvalidInput(_("Say whether they need another home."), field="need")
    for name in ("since", "need_on", "left_on"):
        if values.get(name) is not None and values[name] > timezone.localdate():
            raise InvalidInput(_("The day lies in the future."), field=name)


@transaction.atomic
def add_occupant(*, claim: Claim, actor: Actor, **values: Any) -> Occupant:
    """Write down who lives on the claimed property now, and whether they need another home."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    _check_occupant(claim, {"name": "", **values})
    row = Occupant.objects.create(
        process_id=claim.process_id, number=next_number(Occupant, claim.process), holding=claim.holding, **values
    )
    event(claim, ClaimEvent.Kind.OCCUPANT, actor, note=f"{row.ref} {row.get_need_display()}")
    audit.record(
        "claim.occupant_added",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "occupant": row.ref},
    )
    return row


@transaction.atomic
def change_occupant(*, claim: Claim, occupant: Occupant, actor: Actor, **values: Any) -> Occupant:
    """Change what is known of an occupant: asked, offered, provided, left."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if occupant.holding_id != claim.holding_id:
        raise InvalidInput(_("This occupant lives on another property."), field="name")
    _check_occupant(claim, values)
    before = {name: str(getattr(occupant, name) or "") for name in ("need", "left_on")}
    for name, value in values.items():
        setattr(occupant, name, value)
    after = {name: str(getattr(occupant, name) or "") for name in ("need", "left_on")}
    occupant.save()
    event(
        claim,
        ClaimEvent.Kind.OCCUPANT,
        actor,
        note=f"{occupant.ref} {occupant.get_need_display()}" + (f", {_('left')} {occupant.left_on}" if occupant.left_on else ""),
    )
    audit.record(
        "claim.occupant_changed",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "occupant": occupant.ref, "before": before, "after": after},
    )
    return occupant
