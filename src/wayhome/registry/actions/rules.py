"""Rules that judge "same" without a person: switched on and off by a data protection officer, every use logged."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.actions.judging import renew_identities
from wayhome.registry.models import CandidatePair, Judgement, MergeRule, SealedValue
from wayhome.registry.states import Band, PairState, Precision, SealedKind, Verdict

BATCH = 2000


def switch_on(
    *, process: Process, name: str, minimum: float, same_birth_date: bool, same_document: bool, reason: str, actor: Actor
) -> MergeRule:
    """Switch a rule on. It judges nothing by itself: `apply` does, after a run or when somebody asks.

    Raises:
        Forbidden: only a data protection officer.
        InvalidInput: a rule so lax that it is no rule, or without a reason.
    """
    require_actor(actor, process, Permission.LINK_RULES)
    if not 0.9 <= minimum <= 1:
        raise InvalidInput(
            _("A rule must ask for a probability of 0.90 at least."), _("Leave less certain pairs to judges."), field="minimum"
        )
    if not name.strip():
        raise InvalidInput(_("Give the rule a name."), field="name")
    if len(reason.strip()) < 10:
        raise InvalidInput(
            _("Say why this rule is safe for these records."), _("Name what was checked, on how many pairs."), field="reason"
        )
    with transaction.atomic():
        rule = MergeRule.objects.create(
            process=process,
            name=name.strip()[:120],
            minimum=minimum,
            same_birth_date=same_birth_date,
            same_document=same_document,
            reason=reason.strip()[:250],
            switched_on_by_id=actor.user_id,
        )
        audit.record(
            "rule.switched_on",
            actor=actor,
            subject=rule,
            process_id=process.pk,
            detail={
                "name": rule.name,
                "minimum": minimum,
                "birth": same_birth_date,
                "document": same_document,
                "reason": rule.reason,
            },
        )
    return rule


def switch_off(*, rule: MergeRule, actor: Actor, take_back: bool = False) -> int:
    """Switch a rule off; with `take_back` also retire everything it judged. Returns how many judgements were retired."""
    require_actor(actor, rule.process, Permission.LINK_RULES)
    with transaction.atomic():
        rule = MergeRule.objects.select_for_update().get(pk=rule.pk)
        if rule.switched_off_at is not None and not take_back:
            raise Conflict(_("This rule is switched off already."))
        if rule.switched_off_at is None:
            rule.switched_off_at, rule.switched_off_by_id = timezone.now(), actor.user_id
            rule.save(update_fields=["switched_off_at", "switched_off_by"])
        retired = 0
        if take_back:
            standing = list(Judgement.objects.filter(rule=rule, retired_at=None).values_list("pk", "left_id", "right_id"))
            for start in range(0, len(standing), BATCH):
                part = standing[start : start + BATCH]
                Judgement.objects.filter(pk__in=[pk for pk, _left, _right in part]).update(
                    retired_at=timezone.now(), retired_by_id=actor.user_id, retired_reason=_("The rule was switched off.")
                )
                lone = CandidatePair.objects.filter(
                    ~Exists(Judgement.objects.filter(left=OuterRef("left"), right=OuterRef("right"), retired_at=None)),
                    left__in=[left for _pk, left, _right in part],
                    state=PairState.SAME,
                )
                lone.update(state=PairState.OPEN)
                renew_identities(rule.process, {record for _pk, left, right in part for record in (left, right)})
                retired += len(part)
        audit.record(
            "rule.switched_off",
            actor=actor,
            subject=rule,
            process_id=rule.process_id,
            detail={"name": rule.name, "retired": retired},
        )
    return retired


def covered(rule: MergeRule) -> QuerySet[CandidatePair]:
    """The open pairs a rule would judge: never a sensitive one, never one a person has said anything about."""
    pairs = CandidatePair.objects.filter(
        process_id=rule.process_id, state=PairState.OPEN, band=Band.AUTO, probability__gte=rule.minimum
    ).filter(left__sensitive=False, right__sensitive=False)
    pairs = pairs.exclude(Exists(Judgement.objects.filter(left=OuterRef("left"), right=OuterRef("right"))))
    if rule.same_birth_date:
        pairs = pairs.filter(
            left__birth_precision=Precision.DAY, right__birth_precision=Precision.DAY, left__birth_from=F("right__birth_from")
        )
    if rule.same_document:
        of_left = SealedValue.objects.filter(
            person=OuterRef(OuterRef("left")), kind=SealedKind.DOCUMENT_NUMBER, digest=OuterRef("digest")
        )
        pairs = pairs.filter(
            Exists(
                SealedValue.objects.filter(person=OuterRef("right"), kind=SealedKind.DOCUMENT_NUMBER)
                .exclude(digest="")
                .filter(Exists(of_left))
            )
        )
    return pairs


def apply(*, rule: MergeRule, actor: Actor) -> int:
    """Judge "same" for every pair the rule covers now; returns how many. One audit entry a batch names the pairs.

    Raises:
        Conflict: the rule is switched off.
    """
    if rule.switched_off_at is not None:
        raise Conflict(_("This rule is switched off."), _("A data protection officer can switch on a new one."))
    done = 0
    while True:
        with transaction.atomic():
            process = Process.objects.select_for_update().get(pk=rule.process_id)
            pairs = list(covered(rule).order_by("-probability", "id")[:BATCH])
            if not pairs:
                return done
            Judgement.objects.bulk_create(
                Judgement(
                    process=process,
                    left_id=pair.left_id,
                    right_id=pair.right_id,
                    verdict=Verdict.SAME,
                    reason=rule.name,
                    probability=pair.probability,
                    by_label=rule.name,
                    rule=rule,
                )
                for pair in pairs
            )
            CandidatePair.objects.filter(pk__in=[pair.pk for pair in pairs]).update(state=PairState.SAME)
            renew_identities(process, {record for pair in pairs for record in (pair.left_id, pair.right_id)})
            audit.record(
                "rule.applied",
                actor=actor,
                subject=rule,
                process_id=process.pk,
                detail={"name": rule.name, "judged": len(pairs), "pairs": [pair.pk for pair in pairs]},
            )
            done += len(pairs)
