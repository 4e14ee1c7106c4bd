"""The one writer of a claim's state, and the steps people take with it.

`transition` checks the step against the table, sets the state with its dates, appends the event and writes the audit entry, in
one transaction with the claim's row locked. It asks for no permission: the use cases below do.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.actions import claim_links
from wayhome.registry.claim_states import (
    AFTER_DECISION,
    AWARDS,
    NEEDS_REASON,
    TRANSITIONS,
    UNDECIDED,
    ClaimState,
    NoticeKind,
    NoticeState,
    Outcome,
    Remedy,
)
from wayhome.registry.models import Claim, ClaimDecision, ClaimEvent, ClaimFamily, ClaimNotice, ClaimsSettings
from wayhome.registry.queries import claim_matches

STEP_PERMISSION = {
    ClaimState.NOTIFIED: Permission.WORK_ON_CLAIMS,
    ClaimState.UNDER_REVIEW: Permission.WORK_ON_CLAIMS,
    ClaimState.DECIDED: Permission.DECIDE_CLAIMS,
    ClaimState.APPEALED: Permission.WORK_ON_CLAIMS,
    ClaimState.ENFORCED: Permission.DECIDE_CLAIMS,
    ClaimState.REPOSSESSED: Permission.WORK_ON_CLAIMS,
    ClaimState.CLOSED: Permission.DECIDE_CLAIMS,
}


def _day(on: date | None, claim: Claim) -> date:
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise InvalidInput(_("The day lies in the future."), field="on")
    if on < claim.lodged_on:
        raise InvalidInput(_("The day lies before the claim was lodged."), field="on")
    return on


def transition(
    claim: Claim, after: str, *, actor: Actor, on: date, note: str = "", outcome: str = "", seen: str | None = None
) -> ClaimEvent:
    """Move a claim along the table. `outcome` goes with a decision and with nothing else.

    Raises:
        Conflict: the table has no such step, or the claim is no longer in the state `seen` that the person saw.
        RuntimeError: outside a transaction.
    """
    locked = Claim.objects.select_for_update().only("state").get(pk=claim.pk)
    before = ClaimState(locked.state)
    if seen is not None and seen != before:
        raise Conflict(
            _("%(ref)s is “%(state)s” by now; somebody took a step meanwhile.") % {"ref": claim.ref, "state": before.label},
            _("Look at the claim again. Nothing was changed."),
            code="changed",
        )
    if after not in ClaimState.values or ClaimState(after) not in TRANSITIONS[before]:
        raise Conflict(
            _("A claim that is “%(before)s” can't become “%(after)s”.")
            % {"before": before.label, "after": ClaimState(after).label if after in ClaimState.values else after},
            _("Possible are: %(states)s.") % {"states": ", ".join(str(s.label) for s in ClaimState if s in TRANSITIONS[before])},
            code="no_such_step",
        )
    target = ClaimState(after)
    if (before, target) in NEEDS_REASON and not note.strip():
        raise InvalidInput(_("This step needs a reason."), field="note")
    if (target == ClaimState.DECIDED) != bool(outcome):
        raise RuntimeError("an outcome goes with a decision and with nothing else")
    claim.state = target
    if target == ClaimState.DECIDED:
        claim.outcome, claim.decided_on = outcome, on
    elif target in UNDECIDED:
        claim.outcome, claim.decided_on, claim.enforced_on, claim.repossessed_on = "", None, None, None
    elif target == ClaimState.ENFORCED:
        claim.enforced_on, claim.repossessed_on = on, None
    elif target == ClaimState.REPOSSESSED:
        claim.repossessed_on = on
    claim.save(update_fields=["state", "outcome", "decided_on", "enforced_on", "repossessed_on"])
    event = ClaimEvent.objects.create(
        claim=claim,
        kind=ClaimEvent.Kind.STEP,
        before=before,
        after=target,
        on=on,
        note=note.strip(),
        by_id=actor.user_id,
        by_label=actor.label[:200],
    )
    audit.record(
        "claim.step",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={"claim": claim.ref, "before": before, "after": target, "on": on.isoformat()},
    )
    return event


def possible(claim: Claim) -> list[ClaimState]:
    """The states a claim can go to, in the order of the table."""
    return [state for state in ClaimState if state in TRANSITIONS[ClaimState(claim.state)]]


def concerns(claim: Claim, to: str, on: date | None = None) -> list[str]:
    """What speaks against a step now. Each needs a reason in words from whoever takes the step all the same."""
    on = on or timezone.localdate()
    found: list[str] = []
    living = [row for row in claim.holding.occupants.all() if row.left_on is None]
    if to == ClaimState.UNDER_REVIEW and claim.state == ClaimState.NOTIFIED:
        told = set(
            ClaimNotice.objects.filter(claim=claim, kind=NoticeKind.LODGING)
            .exclude(state=NoticeState.PREPARED)
            .values_list("occupant", flat=True)
        )
        unheard = [row.ref for row in living if row.pk not in told]
        if unheard:
            found.append(
                ngettext(
                    "An occupant was not told of the claim: %(who)s.",
                    "Occupants were not told of the claim: %(who)s.",
                    len(unheard),
                )
                % {"who": ", ".join(unheard)}
            )
    if to in {ClaimState.ENFORCED, ClaimState.REPOSSESSED}:
        decided = ClaimNotice.objects.filter(claim=claim, kind=NoticeKind.DECISION)
        if not decided.filter(state=NoticeState.RECEIVED).exists():
            found.append(_("The decision is not known to have been received by anybody."))
        setting = ClaimsSettings.objects.filter(process_id=claim.process_id).first()
        days = setting.appeal_days if setting is not None else ClaimsSettings._meta.get_field("appeal_days").default
        if claim.decided_on is not None and claim.state == ClaimState.DECIDED and on < claim.decided_on + timedelta(days=days):
            found.append(
                ngettext("The %(n)d day to appeal is not over.", "The %(n)d days to appeal are not over.", days) % {"n": days}
            )
        waiting = [row.ref for row in living if row.waits_for_home]
        if waiting:
            found.append(
                _("Another home was not provided to those who live there and need one: %(who)s.") % {"who": ", ".join(waiting)}
            )
    return found


@transaction.atomic
def step(
    *,
    claim: Claim,
    to: str,
    actor: Actor,
    on: date | None = None,
    note: str = "",
    despite: bool = False,
    seen: str | None = None,
) -> ClaimEvent:
    """Take any step but a decision. What speaks against it (`concerns`) is answered with `despite` and a reason.

    Enforcement and repossession need a decision that grants something.
    """
    if to == ClaimState.DECIDED:
        raise InvalidInput(_("A decision has a form of its own, with its reasons."), field="to")
    permission = STEP_PERMISSION.get(ClaimState(to)) if to in ClaimState.values else None
    if permission is None:
        raise Conflict(_("There is no such step."), code="no_such_step")
    if claim.state == ClaimState.CLOSED or (claim.state, to) == (ClaimState.APPEALED, ClaimState.UNDER_REVIEW):
        permission = Permission.DECIDE_CLAIMS
    require_actor(actor, claim.process, permission)
    on = _day(on, claim)
    if to in {ClaimState.ENFORCED, ClaimState.REPOSSESSED} and claim.outcome not in AWARDS:
        raise Conflict(
            _("%(ref)s was not granted; there is nothing to enforce.") % {"ref": claim.ref},
            _("Close it, or record the appeal."),
            code="not_granted",
        )
    against = concerns(claim, to, on)
    if against and not (despite and note.strip()):
        raise InvalidInput(
            " ".join(against),
            _("Settle it first, or say why the step is taken all the same."),
            code="concerns",
            field="despite" if note.strip() else "note",
        )
    words = note.strip() if not against else f"{note.strip()}\n{_('Taken although:')} {' '.join(against)}"
    return transition(claim, to, actor=actor, on=on, note=words, seen=seen)


def second_person(claim: Claim, actor: Actor) -> None:
    """A decision is made by a person, and by another one than who lodged the claim or made the decision appealed against."""
    if actor.user_id is None:
        raise Conflict(_("A claim is decided by a person who is logged in."), code="second_person")
    if claim.lodged_by_id == actor.user_id:
        raise Conflict(
            _("%(ref)s was lodged by you; another person decides it.") % {"ref": claim.ref},
            _("Ask a colleague who may decide claims."),
            code="second_person",
        )
    if claim.state == ClaimState.APPEALED:
        first = claim.decisions.order_by("-id").first()
        if first is not None and first.by_id == actor.user_id:
            raise Conflict(
                _("The decision appealed against was yours; another person decides the appeal."),
                _("Ask a colleague who may decide claims."),
                code="second_person",
            )


@transaction.atomic
def decide(
    *,
    claim: Claim,
    outcome: str,
    reasons: str,
    actor: Actor,
    remedy: str = "",
    basis: str = "",
    on: date | None = None,
    family: ClaimFamily | None = None,
    seen: str | None = None,
    sought: bool = False,
) -> ClaimDecision:
    """Decide a claim, or an appeal against its decision. Papers to every claimant are prepared with it.

    Before an award, matches with other claims are sought once more; one that nobody judged, or a second copy of the same
    claim that still stands, blocks it.
    """
    require_actor(actor, claim.process, Permission.DECIDE_CLAIMS)
    second_person(claim, actor)
    if outcome not in Outcome.values:
        raise InvalidInput(_("Say what the decision is."), field="outcome")
    if len(reasons.strip()) < 10:
        raise InvalidInput(_("A decision needs its reasons in words."), field="reasons")
    if outcome in AWARDS and remedy not in Remedy.values:
        raise InvalidInput(_("Say what is granted: restitution, compensation, another home, recognition."), field="remedy")
    if outcome not in AWARDS and remedy:
        raise InvalidInput(_("A claim that is not granted has no remedy."), field="remedy")
    on = _day(on, claim)
    if not sought:  # the caller has just done it
        claim_links.seek(claim, actor=actor)
    if outcome in AWARDS:
        stop_unjudged(claim)
    on_appeal = claim.state == ClaimState.APPEALED
    transition(claim, ClaimState.DECIDED, actor=actor, on=on, outcome=outcome, seen=seen, note=Outcome(outcome).label)
    decision = ClaimDecision.objects.create(
        claim=claim,
        outcome=outcome,
        remedy=remedy,
        reasons=reasons.strip(),
        basis=basis.strip()[:300],
        on=on,
        on_appeal=on_appeal,
        family=family,
        by_id=actor.user_id,
        by_label=actor.label[:200],
    )
    audit.record(
        "claim.decided",
        actor=actor,
        subject=claim,
        process_id=claim.process_id,
        detail={
            "claim": claim.ref,
            "outcome": outcome,
            "remedy": remedy,
            "on_appeal": on_appeal,
            "family": family and family.ref,
        },
    )
    _prepare_papers(claim, actor)
    return decision


def stop_unjudged(claim: Claim) -> None:
    """Raise when a match with another claim stands in the way of an award."""
    links = list(claim_matches.blocking([claim.pk]).select_related("one", "other"))
    if links:
        names = ", ".join(sorted({claim_matches.other_end(link, claim).ref for link in links}))
        raise Conflict(
            _("%(ref)s may concern the same home or person as %(others)s, and nobody has judged that.")
            % {"ref": claim.ref, "others": names},
            _("Judge each match on the claim's page, then decide. Nothing was decided."),
            code="not_judged",
        )


def _prepare_papers(claim: Claim, actor: Actor) -> None:
    from wayhome.registry.actions import notices

    for claimant in claim.claimants.select_related("person"):
        notices.prepare(claim=claim, kind=NoticeKind.DECISION, claimant=claimant, actor=actor, checked=True)


def has_decision(claim: Claim) -> bool:
    """Whether a decision is in force."""
    return claim.state in AFTER_DECISION or bool(claim.outcome)


def event(claim: Claim, kind: str, actor: Actor, note: str = "", on: date | None = None, **values: Any) -> ClaimEvent:
    """Append an event that is no step. The caller's transaction and audit entry."""
    return ClaimEvent.objects.create(
        claim=claim,
        kind=kind,
        on=on or timezone.localdate(),
        note=note,
        by_id=actor.user_id,
        by_label=actor.label[:200],
        **values,
    )
