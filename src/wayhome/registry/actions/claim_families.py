"""Families of like claims: gathered by criteria, sampled, decided by one template with reasons of each claim's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, WayhomeError
from wayhome.places.names import Policy
from wayhome.registry.actions import claim_links, claim_samples, claim_steps
from wayhome.registry.claim_states import AWARDS, FAMILY_STEPS, ClaimState, FamilyState, Finding, Outcome, Remedy
from wayhome.registry.models import Claim, ClaimFamily, ClaimSample
from wayhome.registry.queries import claim_matches
from wayhome.registry.queries.claim_merging import empty_fields, fields_of, merged, values_of, with_parts

CRITERIA = ("right", "loss", "kind", "area", "strength", "lodged_to")
MOST_CLAIMS = 5_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim of a family that is not decided with it, and why."""

    claim: Claim
    why: str


@dataclass(slots=True)
class Prepared:
    """What deciding a family would do: the reasons of each claim, and the claims left out with the reason."""

    reasons: list[tuple[Claim, str]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def candidates(process: Process, criteria: dict[str, Any]) -> QuerySet[Claim]:
    """Claims under review that fit the criteria and belong to no family."""
    rows = Claim.objects.of(process).filter(state=ClaimState.UNDER_REVIEW, family=None)
    if criteria.get("right"):
        rows = rows.filter(right=criteria["right"])
    if criteria.get("loss"):
        rows = rows.filter(loss=criteria["loss"])
    if criteria.get("kind"):
        rows = rows.filter(holding__kind=criteria["kind"])
    if criteria.get("area"):
        rows = rows.filter(holding__area=criteria["area"])
    if criteria.get("strength"):
        rows = rows.filter(evidence__strength__gte=int(criteria["strength"]), evidence__against=False).distinct()
    if criteria.get("lodged_to"):
        rows = rows.filter(lodged_on__lte=criteria["lodged_to"])
    return rows


def transition(family: ClaimFamily, after: str, *, actor: Actor) -> None:
    """The one writer of a family's state."""
    locked = ClaimFamily.objects.select_for_update().get(pk=family.pk)
    before = FamilyState(locked.state)
    if after not in FamilyState.values or FamilyState(after) not in FAMILY_STEPS[before]:
        raise Conflict(
            _("A family of claims that is “%(before)s” can't take this step.") % {"before": before.label}, code="no_such_step"
        )
    family.state = after
    family.save(update_fields=["state"])
    audit.record(
        "claim_family.step",
        actor=actor,
        subject=family,
        process_id=family.process_id,
        detail={"family": family.ref, "before": before, "after": after},
    )


@transaction.atomic
def make(*, process: Process, name: str, why_alike: str, criteria: dict[str, Any], actor: Actor) -> ClaimFamily:
    """Gather the claims under review that fit, in order of their lodging. Claims with competing claims stay outside."""
    require_actor(actor, process, Permission.WORK_ON_CLAIMS)
    if not name.strip() or not why_alike.strip():
        raise InvalidInput(_("A family of claims needs a name and what makes its claims alike."), field="name")
    kept = {key: value for key, value in criteria.items() if key in CRITERIA and value not in (None, "", 0)}
    rows = candidates(process, kept)
    rival = set()
    for one, other in claim_matches.competing(rows).values_list("one", "other"):
        rival |= {one, other}
    chosen = [pk for pk in rows.order_by("lodged_on", "number").values_list("pk", flat=True) if pk not in rival][:MOST_CLAIMS]
    if not chosen:
        raise InvalidInput(
            _("No claim under review fits and stands outside every family."), _("Take a criterion away."), field="right"
        )
    family = ClaimFamily.objects.create(
        process=process,
        number=next_number(ClaimFamily, process),
        name=name.strip()[:150],
        why_alike=why_alike.strip()[:500],
        criteria={key: str(value) for key, value in kept.items()},
        made_by_id=actor.user_id,
    )
    Claim.objects.filter(pk__in=chosen).update(family=family)
    audit.record(
        "claim_family.made",
        actor=actor,
        subject=family,
        process_id=process.pk,
        detail={"family": family.ref, "claims": len(chosen), "criteria": family.criteria},
    )
    return family


@transaction.atomic
def write_template(*, family: ClaimFamily, outcome: str, remedy: str, basis: str, template: str, actor: Actor) -> ClaimFamily:
    """Write the common text and what it decides. A changed text needs a new sample."""
    require_actor(actor, family.process, Permission.WORK_ON_CLAIMS)
    if family.state not in {FamilyState.GATHERING, FamilyState.SAMPLED}:
        raise Conflict(_("This family is no longer open."), code="no_such_step")
    if outcome not in Outcome.values:
        raise InvalidInput(_("Say what the decision is."), field="outcome")
    if (outcome in AWARDS) != (remedy in Remedy.values):
        raise InvalidInput(_("A decision that grants something says what; any other has no remedy."), field="remedy")
    if len(template.strip()) < 20:
        raise InvalidInput(_("The template needs reasons in words."), field="template")
    fields_of(template)
    if (family.outcome, family.remedy, family.basis, family.template) == (outcome, remedy, basis.strip(), template.strip()):
        return family
    family.outcome, family.remedy, family.basis, family.template = outcome, remedy, basis.strip()[:300], template.strip()
    family.save(update_fields=["outcome", "remedy", "basis", "template"])
    audit.record(
        "claim_family.changed",
        actor=actor,
        subject=family,
        process_id=family.process_id,
        detail={"family": family.ref, "outcome": outcome, "remedy": remedy},
    )
    if family.state == FamilyState.SAMPLED:
        transition(family, FamilyState.GATHERING, actor=actor)
    return family


@transaction.atomic
def sample(*, family: ClaimFamily, size: int, actor: Actor, seed: int | None = None) -> ClaimSample:
    """Draw the sample that a second person reads before the family is decided."""
    if not family.template:
        raise InvalidInput(_("Write the template first: the sample is read against it."), field="size")
    if family.state == FamilyState.SAMPLED:
        transition(family, FamilyState.GATHERING, actor=actor)
    made = claim_samples.draw_for_family(family=family, size=size, actor=actor, seed=seed)
    transition(family, FamilyState.SAMPLED, actor=actor)
    return made


@transaction.atomic
def take_out(*, family: ClaimFamily, claim: Claim, actor: Actor) -> None:
    """Take a claim out of its family, to be decided by itself."""
    require_actor(actor, family.process, Permission.WORK_ON_CLAIMS)
    if claim.family_id != family.pk or family.state not in {FamilyState.GATHERING, FamilyState.SAMPLED}:
        raise Conflict(_("This claim can't be taken out of the family."), code="no_such_step")
    claim.family = None
    claim.save(update_fields=["family"])
    audit.record(
        "claim_family.changed",
        actor=actor,
        subject=family,
        process_id=family.process_id,
        detail={"family": family.ref, "taken_out": claim.ref},
    )


@transaction.atomic
def dissolve(*, family: ClaimFamily, actor: Actor) -> None:
    """Give a family up; its claims are decided one by one."""
    require_actor(actor, family.process, Permission.WORK_ON_CLAIMS)
    transition(family, FamilyState.DISSOLVED, actor=actor)
    family.claims.update(family=None)


def prepared(family: ClaimFamily, actor: Actor) -> Prepared:
    """Each claim's own reasons, and who is left out: not under review, matched with another claim, lodged by the decider, or with
    a field empty that the template needs. Changes nothing."""
    used = fields_of(family.template)
    claims = list(with_parts(family.claims.order_by("lodged_on", "number")))
    ids = [claim.pk for claim in claims]
    matched: set[int] = set()
    for links in (claim_matches.blocking(ids), claim_matches.competing(ids)):
        for one, other in links.values_list("one", "other"):
            matched |= {one, other}
    policy = Policy.of(family.process_id)
    result = Prepared()
    with translation.override(family.process.language):
        for claim in claims:
            values = values_of(claim, policy=policy, language=family.process.language)
            missing = empty_fields(used, values)
            if claim.state != ClaimState.UNDER_REVIEW:
                why = _("is “%(state)s”, not under review") % {"state": claim.get_state_display()}
            elif claim.pk in matched:
                why = _("has a match with another claim")
            elif claim.lodged_by_id == actor.user_id:
                why = _("was lodged by you")
            elif missing:
                why = _("its file says nothing on: %(fields)s") % {"fields": ", ".join(f"{{{name}}}" for name in missing)}
            else:
                result.reasons.append((claim, merged(family.template, values)))
                continue
            result.left_out.append(LeftOut(claim, why))
    return result


def sample_stands(family: ClaimFamily) -> ClaimSample:
    """The sample on which the family may be decided.

    Raises:
        Conflict: none was drawn, some claims of it were not read, or a reader would decide one otherwise.
    """
    newest = family.samples.order_by("-id").first()
    if newest is None or family.state != FamilyState.SAMPLED:
        raise Conflict(_("Draw a sample first; a second person reads it."), code="no_sample")
    items = list(newest.items.select_related("claim"))
    waiting = [item.claim.ref for item in items if item.finding == Finding.OPEN]
    if waiting:
        raise Conflict(_("Of the sample these were not read yet: %(refs)s.") % {"refs": ", ".join(waiting[:20])}, code="not_read")
    against = [item.claim.ref for item in items if item.finding != Finding.AGREES]
    if against:
        raise Conflict(
            _("The second reader does not agree for %(refs)s.") % {"refs": ", ".join(against[:20])},
            _("Take such claims out or change the template, then draw a new sample."),
            code="not_alike",
        )
    return newest


@transaction.atomic
def decide(*, family: ClaimFamily, actor: Actor, on: date | None = None) -> Prepared:
    """Decide every claim of the family that nothing holds back; all or none. Those left out leave the family."""
    require_actor(actor, family.process, Permission.DECIDE_CLAIMS)
    sample_stands(family)
    on = on or timezone.localdate()
    for claim in with_parts(family.claims.filter(state=ClaimState.UNDER_REVIEW)):
        claim_links.seek(claim, actor=actor)
    result = prepared(family, actor)
    if not result.reasons:
        raise Conflict(_("No claim of the family can be decided now."), _("The list says what holds each back."), code="none")
    for claim, reasons in result.reasons:
        try:
            claim_steps.decide(
                claim=claim,
                outcome=family.outcome,
                remedy=family.remedy,
                basis=family.basis,
                reasons=reasons,
                actor=actor,
                on=on,
                family=family,
                sought=True,
            )
        except WayhomeError as error:
            raise Conflict(
                _("Nothing was decided. %(ref)s: %(problem)s") % {"ref": claim.ref, "problem": error.problem}, error.remedy
            ) from error
    Claim.objects.filter(pk__in=[row.claim.pk for row in result.left_out]).update(family=None)
    transition(family, FamilyState.DECIDED, actor=actor)
    audit.record(
        "claim_family.decided",
        actor=actor,
        subject=family,
        process_id=family.process_id,
        detail={
            "family": family.ref,
            "decided": len(result.reasons),
            "left_out": [row.claim.ref for row in result.left_out][:200],
        },
    )
    return result
