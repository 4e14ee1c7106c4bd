"""Runs of the linking engine: asked for by a person, done in the background, proposals written beside what people judged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict
from wayhome.registry.actions import rules
from wayhome.registry.bridge import linking as bridge
from wayhome.registry.identities import value_of_information
from wayhome.registry.models import CandidatePair, Household, LinkRun, MergeRule, Person
from wayhome.registry.states import PairState

BATCH = 1000


def ask_for_run(*, process: Process, actor: Actor, seed: int = 1) -> LinkRun:
    """Queue a run over all records of the process.

    Raises:
        Forbidden: the role does not judge.
        Conflict: one is waiting or running.
    """
    from wayhome.registry import jobs

    require_actor(actor, process, Permission.JUDGE)
    with transaction.atomic():
        number = next_number(LinkRun, process)  # locks the process row: two askers make one run
        if LinkRun.objects.filter(process=process, state__in=[LinkRun.State.QUEUED, LinkRun.State.RUNNING]).exists():
            raise Conflict(
                _("The records are being compared already."), _("Wait until that run is done; its pairs come here by themselves.")
            )
        run = LinkRun.objects.create(process=process, number=number, seed=seed, by_id=actor.user_id)
        audit.record("linking.asked_for", actor=actor, subject=run, process_id=process.pk, detail={"run": run.ref, "seed": seed})
        transaction.on_commit(lambda: jobs.link.enqueue(run.pk))
    return run


def run_now(run_id: int) -> str:
    """Do a queued run. Returns its state; a failure is kept with its words and raises nothing."""
    from wayhome.engines.linking.errors import LinkingError

    run = LinkRun.objects.select_related("process").get(pk=run_id)
    if run.state != LinkRun.State.QUEUED:
        return run.state
    run.state, run.started_at = LinkRun.State.RUNNING, timezone.now()
    run.save(update_fields=["state", "started_at"])
    try:
        linked = bridge.link(run.process, seed=run.seed, params=run.params)
        run.records, run.input_digest, run.engine, run.report = linked.records, linked.digest, linked.engine[:40], linked.report
        run.pairs = write(run, linked.proposals)
    except LinkingError as error:
        run.state, run.problem = LinkRun.State.FAILED, str(error)[:500]
    except Exception:
        LinkRun.objects.filter(pk=run.pk).update(
            state=LinkRun.State.FAILED,
            finished_at=timezone.now(),
            problem=_("The run stopped unexpectedly; judgements are untouched."),
        )
        raise
    else:
        run.state = LinkRun.State.DONE
    run.finished_at = timezone.now()
    with transaction.atomic():
        run.save()
        audit.record(
            "linking.done" if run.state == LinkRun.State.DONE else "linking.failed",
            actor=SYSTEM,
            subject=run,
            process_id=run.process_id,
            detail={
                "run": run.ref,
                "records": run.records,
                "pairs": run.pairs,
                "input": run.input_digest,
                "problem": run.problem,
            },
        )
    if run.state == LinkRun.State.DONE:
        for rule in MergeRule.objects.filter(process=run.process, switched_off_at=None).order_by("id"):
            rules.apply(rule=rule, actor=SYSTEM)
    return run.state


def write(run: LinkRun, proposals: Iterator[bridge.Proposal]) -> int:
    """Write proposals: new pairs are added, known ones renewed, open ones that are no longer proposed go. Judged ones stay."""
    written = 0
    while part := list(itertools.islice(proposals, BATCH)):
        keys = {key for proposal in part for key in (proposal.left, proposal.right)}
        people = Person.objects.filter(pk__in=keys, process=run.process).values_list("pk", "household_id", "sensitive")
        home = {pk: (household, sensitive) for pk, household, sensitive in people}
        sizes = dict(
            Household.objects.filter(pk__in={household for household, _sensitive in home.values() if household})
            .annotate(n=Count("persons"))
            .values_list("pk", "n")
        )
        pairs = []
        for proposal in part:
            if proposal.left not in home or proposal.right not in home:
                continue  # erased while the engine was at work
            (one, sealed), (other, sealed_too) = home[proposal.left], home[proposal.right]
            sensitive = sealed or sealed_too
            pairs.append(
                CandidatePair(
                    process=run.process,
                    left_id=proposal.left,
                    right_id=proposal.right,
                    run=run,
                    probability=proposal.probability,
                    band=proposal.band,
                    reasons=proposal.reasons,
                    value=value_of_information(
                        proposal.probability,
                        records=sum(sizes.get(household, 1) for household in {one, other} - {None}) or 2,
                        sensitive=sensitive,
                    ),
                )
            )
        with transaction.atomic():
            CandidatePair.objects.bulk_create(
                pairs,
                update_conflicts=True,
                unique_fields=["left", "right"],
                update_fields=["run", "probability", "band", "reasons", "value"],
            )
        written += len(pairs)
    CandidatePair.objects.filter(process=run.process, state=PairState.OPEN).exclude(run=run).exclude(run=None).delete()
    return written
