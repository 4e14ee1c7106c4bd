"""Matches between claims: sought by the machine, judged by people. A judgement can be changed; the event log keeps each."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry.claim_states import LinkJudgement
from wayhome.registry.models import Claim, ClaimEvent, ClaimLink
from wayhome.registry.queries import claim_matches


@transaction.atomic
def seek(claim: Claim, *, actor: Actor) -> list[ClaimLink]:
    """Bring the matches of a claim up to date; return those that are new. A judgement survives; what is not found again is gone."""
    wanted = {(match.claim_id, str(match.kind)): match for match in claim_matches.matches(claim)}
    held = {
        (link.other_id if link.one_id == claim.pk else link.one_id, link.kind): link
        for link in ClaimLink.objects.select_for_update().filter(Q(one=claim) | Q(other=claim))
    }
    numbers = dict(Claim.objects.filter(pk__in={pk for pk, _kind in wanted}).values_list("pk", "number"))
    made = []
    for (pk, kind), match in wanted.items():
        reasons = [list(reason) for reason in match.reasons]
        link = held.get((pk, kind))
        if link is None:
            first, second = (claim.pk, pk) if claim.number < numbers[pk] else (pk, claim.pk)
            made.append(ClaimLink(one_id=first, other_id=second, kind=kind, reasons=reasons))
        elif link.gone or link.reasons != reasons:
            link.gone, link.reasons = False, reasons
            link.save(update_fields=["gone", "reasons"])
    for place, link in held.items():
        if place not in wanted and not link.gone:
            link.gone = True
            link.save(update_fields=["gone"])
    made = ClaimLink.objects.bulk_create(made)
    if made:
        refs = ", ".join(sorted(f"C-{numbers[pk]:04d}" for pk, kind in wanted if (pk, kind) not in held))
        ClaimEvent.objects.create(
            claim=claim,
            kind=ClaimEvent.Kind.LINK,
            on=timezone.localdate(),
            note=_("May concern the same home or person: %(refs)s") % {"refs": refs},
            by_label=actor.label[:200],
            by_id=actor.user_id,
        )
        audit.record(
            "claim.link_found",
            actor=actor,
            subject=claim,
            process_id=claim.process_id,
            detail={"claim": claim.ref, "with": refs},
        )
    return made


@transaction.atomic
def judge(*, claim: Claim, link: ClaimLink, judgement: str, note: str, actor: Actor) -> None:
    """Say what a match is: two matters, competing claims, or the same claim twice. Needs a reason in words."""
    require_actor(actor, claim.process, Permission.WORK_ON_CLAIMS)
    if claim.pk not in {link.one_id, link.other_id}:
        raise InvalidInput(_("This match is not one of the claim's."), field="judgement")
    if judgement not in LinkJudgement.values or judgement == LinkJudgement.OPEN:
        raise InvalidInput(_("Say what the match is."), field="judgement")
    if len(note.strip()) < 4:
        raise InvalidInput(_("Say why, in a few words."), field="note")
    before = link.judgement
    link.judgement, link.note = judgement, note.strip()[:500]
    link.judged_by_id, link.judged_at = actor.user_id, timezone.now()
    link.save(update_fields=["judgement", "note", "judged_by", "judged_at"])
    for one, other in ((link.one, link.other), (link.other, link.one)):
        ClaimEvent.objects.create(
            claim=one,
            kind=ClaimEvent.Kind.LINK,
            on=timezone.localdate(),
            note=f"{other.ref}: {LinkJudgement(judgement).label}. {link.note}",
            by_label=actor.label[:200],
            by_id=actor.user_id,
        )
    audit.record(
        "claim.link_judged",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claims": [link.one.ref, link.other.ref], "kind": link.kind, "before": before, "after": judgement},
    )
