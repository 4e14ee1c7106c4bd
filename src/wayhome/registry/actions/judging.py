"""Judging pairs: a word is appended or taken back, and what follows from all words is worked out anew.

`CandidatePair.state` and `Person.identity` repeat what the judgements say, so that the database can filter by them; this module
is their only writer and does it in the transaction of the judgement.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.identities import Identities, Said, identities, pair_state
from wayhome.registry.models import CandidatePair, Judgement, Person, RegistrySettings
from wayhome.registry.states import Band, PairState, Verdict


def ordered(one: Person, other: Person) -> tuple[Person, Person]:
    """The two records with the lower key first, as pairs and judgements keep them.

    Raises:
        InvalidInput: the same record twice, or records of two processes.
    """
    if one.pk == other.pk:
        raise InvalidInput(_("A record can't be judged against itself."), _("Choose another record."), field="right")
    if one.process_id != other.process_id:
        raise InvalidInput(_("The two records belong to different processes."), _("Judge records of one process."), field="right")
    return (one, other) if one.pk < other.pk else (other, one)


def judges_needed(pair: CandidatePair) -> int:
    """Two for a merge of sensitive records, unless the process has switched that off."""
    if not (pair.left.sensitive or pair.right.sensitive):
        return 1
    settings = RegistrySettings.objects.filter(process_id=pair.process_id).first()
    return 2 if settings is None or settings.two_judges else 1


def _judge_of(judgement: Judgement) -> str:
    if judgement.rule_id:
        return f"rule {judgement.rule_id}"
    return f"user {judgement.by_id}" if judgement.by_id else f"label {judgement.by_label}"


def _standing(left_id: int, right_id: int) -> list[Judgement]:
    return list(Judgement.objects.filter(left_id=left_id, right_id=right_id, retired_at=None).order_by("id"))


def _restate(pair: CandidatePair) -> PairState:
    """Write the pair's state from the judgements that stand."""
    said = [Said(j.pk, j.left_id, j.right_id, j.verdict, _judge_of(j)) for j in _standing(pair.left_id, pair.right_id)]
    state = pair_state(said, judges_needed=judges_needed(pair))
    if pair.state != state:
        pair.state = state
        pair.save(update_fields=["state"])
    return state


def component(process: Process, seeds: Iterable[int]) -> list[tuple[int, int, int, PairState]]:
    """Every settled pair that hangs together with the seeds by "same", with the "different" ones among those records."""
    known, frontier = set(seeds), set(seeds)
    rows: dict[int, tuple[int, int, int, PairState]] = {}
    while frontier:
        touching = CandidatePair.objects.filter(
            Q(left__in=frontier) | Q(right__in=frontier), process=process, state__in=[PairState.SAME, PairState.DIFFERENT]
        ).values_list("pk", "left_id", "right_id", "state")
        found = set()
        for pk, left, right, state in touching:
            rows[pk] = (pk, left, right, PairState(state))
            if state == PairState.SAME:
                found |= {left, right}
        frontier = found - known
        known |= found
    within = [row for row in rows.values() if row[1] in known and row[2] in known]
    same = Judgement.objects.filter(
        left__in={left for _pk, left, _right, _state in within}, retired_at=None, verdict=Verdict.SAME
    ).order_by("id")
    orders = {(left, right): pk for left, right, pk in same.values_list("left_id", "right_id", "pk")}
    return [(orders.get((left, right), 0), left, right, state) for _pk, left, right, state in within]


def renew_identities(process: Process, seeds: Iterable[int]) -> Identities:
    """Derive the identities of everything that hangs together with these records and write what changed."""
    seeds = set(seeds)
    # Records that stood together until now are looked at too: taking one judgement back can set several of them free.
    together = set(
        Person.objects.filter(
            Q(identity__in=Person.objects.filter(pk__in=seeds).values("identity")) | Q(pk__in=seeds), process=process
        ).values_list("pk", flat=True)
    )
    found = identities(component(process, together | seeds))
    touched = together | seeds | set(found.of)
    changed = []
    for person in Person.objects.filter(pk__in=touched).only("pk", "identity_id"):
        wanted = found.of.get(person.pk)
        if person.identity_id != wanted:
            person.identity_id = wanted
            changed.append(person)
    Person.objects.bulk_update(changed, ["identity"], batch_size=500)
    return found


def _pair(left: Person, right: Person) -> tuple[CandidatePair, bool]:
    """The pair of two ordered records, and whether it was made now: with nothing known of it, since no run proposed it."""
    pair, made = CandidatePair.objects.get_or_create(
        left=left,
        right=right,
        defaults={"process_id": left.process_id, "probability": 0.5, "band": Band.REVIEW},
    )
    pair.left, pair.right = left, right
    return pair, made


def pair_of(*, one: Person, other: Person, actor: Actor) -> CandidatePair:
    """The pair of two records somebody named by hand; made if the machine had not thought of it."""
    require_actor(actor, one.process, Permission.JUDGE)
    with transaction.atomic():
        pair, made = _pair(*ordered(one, other))
        if made:
            audit.record(
                "pair.named",
                actor=actor,
                subject=pair,
                process_id=pair.process_id,
                detail={"left": pair.left.ref, "right": pair.right.ref},
            )
    return pair


def judge(*, one: Person, other: Person, verdict: str, actor: Actor, reason: str = "") -> CandidatePair:
    """Append what somebody says of two records and work out what follows. Rules judge in bulk (`actions.rules`).

    Raises:
        Forbidden: the role does not judge.
        InvalidInput: no such verdict, or no two records of one process.
        Conflict: the same judge said the same already.
    """
    require_actor(actor, one.process, Permission.JUDGE)
    if verdict not in Verdict.values:
        raise InvalidInput(_("Choose one of the four answers."), field="verdict")
    left, right = ordered(one, other)
    with transaction.atomic():
        # The process row orders judges: two at once would each see half of the log.
        process = Process.objects.select_for_update().get(pk=left.process_id)
        # Read anew: whether a record is sensitive may have changed since the page was opened.
        pair, _made = _pair(*Person.objects.filter(pk__in=[left.pk, right.pk]).order_by("pk"))
        judgement = Judgement(
            process=process,
            left=left,
            right=right,
            verdict=verdict,
            reason=reason.strip()[:250],
            probability=pair.probability if pair.run_id else None,
            by_id=actor.user_id,
            by_label=actor.label[:200],
        )
        mine = [j for j in _standing(left.pk, right.pk) if _judge_of(j) == _judge_of(judgement)]
        if mine and mine[-1].verdict == verdict:
            raise Conflict(_("You said this of the two records already."), _("Take it back, or give another answer."))
        judgement.save()
        before = pair.state
        state = _restate(pair)
        found = (
            renew_identities(process, [left.pk, right.pk]) if {before, state} & {PairState.SAME, PairState.DIFFERENT} else None
        )
        audit.record(
            "pair.judged",
            actor=actor,
            subject=pair,
            process_id=process.pk,
            detail={
                "left": left.ref,
                "right": right.ref,
                "verdict": verdict,
                "state": str(state),
                "contradictions": len(found.contradictions) if found else 0,
            },
        )
    return pair


def take_back(*, judgement: Judgement, actor: Actor, reason: str = "") -> CandidatePair:
    """Retire a judgement; identities become what they would be without it. One's own, or anybody's for who may decide.

    Raises:
        Conflict: it was taken back already.
    """
    require_actor(actor, judgement.process, Permission.JUDGE)
    if judgement.by_id != actor.user_id or judgement.rule_id:
        require_actor(actor, judgement.process, Permission.DECIDE)
    with transaction.atomic():
        process = Process.objects.select_for_update().get(pk=judgement.process_id)
        judgement = Judgement.objects.select_related("left", "right").select_for_update(of=("self",)).get(pk=judgement.pk)
        if judgement.retired_at is not None:
            raise Conflict(_("This judgement was taken back already."))
        judgement.retired_at = timezone.now()
        judgement.retired_by_id = actor.user_id
        judgement.retired_reason = reason.strip()[:250]
        judgement.save(update_fields=["retired_at", "retired_by", "retired_reason"])
        pair = CandidatePair.objects.select_related("left", "right").get(left=judgement.left, right=judgement.right)
        _restate(pair)
        renew_identities(process, [judgement.left_id, judgement.right_id])
        audit.record(
            "pair.judgement_taken_back",
            actor=actor,
            subject=pair,
            process_id=process.pk,
            detail={
                "left": judgement.left.ref,
                "right": judgement.right.ref,
                "verdict": judgement.verdict,
                "state": str(pair.state),
            },
        )
    return pair
