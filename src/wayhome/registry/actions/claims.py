"""Lodging a claim, correcting it, noting things on it, and the code with which its claimant looks it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

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
from wayhome.registry import claim_codes, claim_tables
from wayhome.registry import claim_validators as valid
from wayhome.registry.actions import claim_links
from wayhome.registry.actions.claim_steps import event
from wayhome.registry.claim_states import UNDECIDED, Capacity, ClaimantKind, ClaimState
from wayhome.registry.models import Claim, Claimant, ClaimEvent, ClaimsSettings, Household, Person, Property

CLAIM_FIELDS = (
    *("lodged_on", "lodged_how", "language", "household", "right", "right_note", "remedy"),
    *("loss", "lost_from", "lost_to", "loss_note", "note"),
)
PROPERTY_FIELDS = ("kind", "address", "place_text", "area", "cadastral_number", "size_m2", "condition", "condition_on", "note")


@dataclass(frozen=True, slots=True)
class NewClaimant:
    """A claimant as given: a person of the registry or words, a share or none, in which capacity."""

    person: Person | None = None
    name: str = ""
    kind: str = ClaimantKind.PERSON
    capacity: str = Capacity.HOLDER
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A claim lodged, and the code to be handed to the claimant; it is not kept and cannot be shown again."""

    claim: Claim
    code: str


def _own(process: Process, **rows: Any) -> None:
    for field, row in rows.items():
        if row is not None and row.process_id != process.pk:
            raise InvalidInput(_("This record belongs to another process."), field=field)


def _check(values: Mapping[str, Any]) -> None:
    today = timezone.localdate()
    if values.get("right") is not None and values["right"] not in claim_tables.rights():
        raise InvalidInput(_("Say which right is claimed."), field="right")
    if values.get("loss") and values["loss"] not in claim_tables.losses():
        raise InvalidInput(_("This is not a way of loss in the table."), field="loss")
    for name in ("lodged_on", "lost_from", "lost_to"):
        if values.get(name) is not None and values[name] > today:
            raise InvalidInput(_("The day lies in the future."), field=name)
    if values.get("lost_from") and values.get("lost_to") and values["lost_from"] > values["lost_to"]:
        raise InvalidInput(_("The loss ends before it begins."), field="lost_to")


def _fill(home: Property, values: Mapping[str, Any]) -> None:
    """Set fields of a property with its keys, outline and box."""
    for name in PROPERTY_FIELDS:
        if name in values:
            setattr(home, name, values[name])
    home.address_key = valid.key(home.address)[:300]
    home.cadastral_key = valid.key(home.cadastral_number)[:120]
    if "outline" in values:
        found = valid.outline(values["outline"])
        home.outline = found[0] if found else None
        home.west, home.south, home.east, home.north = found[1] if found else (None, None, None, None)


def _set_claimants(claim: Claim, claimants: Iterable[NewClaimant]) -> bool:
    """Make the claimants of a claim these; whether anything differed. A claimant who stays keeps the row that papers point to."""
    given = list(claimants)
    if not given:
        raise InvalidInput(_("A claim needs somebody who claims."), field="claimants")
    valid.check_sum(one.share for one in given)
    held = {row.person_id or row.name_key: row for row in claim.claimants.all()}
    kept: set[int] = set()
    seen: set[int | str] = set()
    changed = False
    for one in given:
        _own(claim.process, claimants=one.person)
        if one.person is None and not one.name.strip():
            raise InvalidInput(_("A claimant is a person of the registry or a name in words."), field="claimants")
        name_key = valid.words_key(one.name or (one.person.full_name if one.person else ""))
        place = one.person.pk if one.person is not None else name_key
        if place in seen:
            raise InvalidInput(
                _("%(who)s stands twice among the claimants.") % {"who": one.person.ref if one.person else one.name},
                field="claimants",
            )
        seen.add(place)
        values = {
            "kind": one.kind,
            "person_id": one.person.pk if one.person is not None else None,
            "name": one.name.strip()[:250],
            "name_key": name_key,
            "capacity": one.capacity,
            "numerator": one.share.numerator if one.share is not None else None,
            "denominator": one.share.denominator if one.share is not None else None,
        }
        row = held.get(place) or Claimant(claim=claim)
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            changed = True
        kept.add(row.pk)
    gone = [row.pk for row in held.values() if row.pk not in kept]
    if gone:
        claim.claimants.filter(pk__in=gone).delete()
    return changed or bool(gone)


@transaction.atomic
def lodge(
    *,
    process: Process,
    actor: Actor,
    claimants: Iterable[NewClaimant],
    holding: Property | Mapping[str, Any],
    right: str,
    lodged_on: date | None = None,
    household: Household | None = None,
    **fields: Any,
) -> Given:
    """Write a claim down: who claims which right in what. Matches with other claims are sought at once.

    `holding` is a property on file or the fields of a new one. Lodging needs no evidence and no wish to return (Pinheiro 13).
    """
    require_actor(actor, process, Permission.WORK_ON_CLAIMS)
    unknown = set(fields) - set(CLAIM_FIELDS)
    if unknown:
        raise ValueError(f"not fields of a claim: {sorted(unknown)}")
    values = {**fields, "right": right, "lodged_on": lodged_on or timezone.localdate()}
    _check(values)
    _own(process, household=household)
    if isinstance(holding, Property):
        _own(process, holding=holding)
        home = holding
    else:
        _own(process, area=holding.get("area") if isinstance(holding.get("area"), Area) else None)
        home = Property(process=process, number=next_number(Property, process))
        _fill(home, holding)
        if not (home.address or home.cadastral_number or home.outline or home.place_text or home.area_id):
            raise InvalidInput(
                _("Say which property is claimed."), _("An address, a place, a cadastral number or an outline."), field="address"
            )
        home.save()
    claim = Claim.objects.create(
        process=process,
        number=next_number(Claim, process),
        holding=home,
        household=household,
        lodged_by_id=actor.user_id,
        **values,
    )
    _set_claimants(claim, claimants)
    code = claim_codes.new_code()
    claim.code_digest = claim_codes.digest(code, claim.uid)
    claim.save(update_fields=["code_digest"])
    event(claim, ClaimEvent.Kind.LODGED, actor, on=claim.lodged_on, after=ClaimState.LODGED)
    audit.record("claim.lodged", actor=actor, subject=claim, process_id=process.pk, detail={"claim": claim.ref, "right": right})
    claim_links.seek(claim, actor=actor)
    return Given(claim, code)


@transaction.atomic
def correct(
    *,
    claim: Claim,
    actor: Actor,
    changes: Mapping[str, Any] | None = None,
    holding: Mapping[str, Any] | None = None,
    claimants: Iterable[NewClaimant] | None = None,
) -> list[str]:
    """Change what a claim says; return the names of fields that changed. Which fields changed is logged, not what they held.

    Once a decision is in force a claim is no longer corrected: its file is what was decided on.
    """
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if claim.state not in UNDECIDED:
        raise Conflict(
            _("%(ref)s is decided; what was decided on is not changed.") % {"ref": claim.ref},
            _("Add a note or evidence, or record an appeal."),
            code="decided",
        )
    changed: list[str] = []
    values = dict(changes or {})
    if set(values) - set(CLAIM_FIELDS):
        raise ValueError(f"not fields of a claim: {sorted(set(values) - set(CLAIM_FIELDS))}")
    _check({**{name: getattr(claim, name) for name in CLAIM_FIELDS}, **values})
    _own(claim.process, household=values.get("household"))
    for name, value in values.items():
        if getattr(claim, name) != value:
            setattr(claim, name, value)
            changed.append(name)
    if changed:
        claim.save(update_fields=changed)
    if holding is not None:
        _own(claim.process, area=holding.get("area") if isinstance(holding.get("area"), Area) else None)
        home = claim.holding
        names = (*PROPERTY_FIELDS, "outline")
        before = {name: getattr(home, name) for name in names}
        _fill(home, holding)
        moved = [f"holding.{name}" for name in names if getattr(home, name) != before[name]]
        if moved:
            home.save()
            changed += moved
    if claimants is not None and _set_claimants(claim, claimants):
        changed.append("claimants")
    if changed:
        event(claim, ClaimEvent.Kind.CORRECTED, actor, note=", ".join(changed))
        audit.record(
            "claim.corrected",
            actor=actor,
            subject=claim,
            process_id=claim.process_id,
            detail={"claim": claim.ref, "fields": changed},
        )
        claim_links.seek(claim, actor=actor)
    return changed


@transaction.atomic
def add_note(*, claim: Claim, actor: Actor, note: str, on: date | None = None) -> ClaimEvent:
    """Write something into the history of a claim that changes nothing else."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if not note.strip():
        raise InvalidInput(_("A note needs words."), field="note")
    made = event(claim, ClaimEvent.Kind.NOTE, actor, note=note.strip(), on=on)
    audit.record("claim.noted", actor=actor, subject=claim, process_id=claim.process_id, detail={"claim": claim.ref})
    return made


@transaction.atomic
def give_code(*, claim: Claim, actor: Actor) -> str:
    """A new code for the public look-up; the one before stops working. It is returned once and kept only as a hash."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    code = claim_codes.new_code()
    claim.code_digest = claim_codes.digest(code, claim.uid)
    claim.save(update_fields=["code_digest"])
    event(claim, ClaimEvent.Kind.CODE, actor)
    audit.record("claim.code_given", actor=actor, subject=claim, process_id=claim.process_id, detail={"claim": claim.ref})
    return code


@transaction.atomic
def set_settings(*, process: Process, actor: Actor, **values: Any) -> ClaimsSettings:
    """What of the claims is public, and the numbers the work is measured by."""
    require_actor(actor, process, Permission.PUBLISH)
    row, _made = ClaimsSettings.objects.get_or_create(process=process)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["process"])
    row.save()
    audit.record("claims.settings", actor=actor, subject=row, process_id=process.pk, detail=dict(values))
    return row
