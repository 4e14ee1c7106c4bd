"""Studies of a plan: asked by a person, carried out in the background. Nothing of the plan changes."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.plans.bridge import studying
from wayhome.plans.models import Run, Study
from wayhome.plans.states import WITH_PLAN

logger = logging.getLogger(__name__)
MOST_DRAWS = 1000
MOST_PRICES = 8
_SPREAD = ("duration", "cost", "withdraw", "postpone")
S = Study.State


def ask_sturdy(*, run: Run, actor: Actor, other: Run | None = None, draws: int = 200, seed: int = 0, **spread: float) -> Study:
    """Carry the plan out `draws` times with works longer and dearer and families deciding otherwise, and `other` with the same luck.

    Args:
        spread: `duration`, `cost` (standard deviation of a factor's logarithm), `withdraw`, `postpone` (shares of households).

    Raises:
        InvalidInput: a number out of range.
        Conflict: a run holds no plan, or a study of it is under way.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise InvalidInput(_("Choose 1 to %(n)s draws.") % {"n": MOST_DRAWS}, field="draws")
    for name in _SPREAD:
        if not 0 <= spread.get(name, 0) <= 1:
            raise InvalidInput(_("A share lies between 0 and 1."), field=name)
    params: dict[str, Any] = {"draws": draws, "seed": seed, "spread": {name: spread[name] for name in _SPREAD if name in spread}}
    return _ask(run, other, Study.Kind.STURDY, params, actor)


def ask_prices(*, run: Run, actor: Actor, most: int = 6) -> Study:
    """Plan again with a little more and a little less of what the bound says returns most."""
    if not 1 <= most <= MOST_PRICES:
        raise InvalidInput(_("Choose 1 to %(n)s things.") % {"n": MOST_PRICES}, field="most")
    return _ask(run, None, Study.Kind.PRICES, {"most": most}, actor)


def _ask(run: Run, other: Run | None, kind: str, params: dict[str, Any], actor: Actor) -> Study:
    from wayhome.plans import jobs

    require_actor(actor, run.process, Permission.PLAN)
    for one in (run, other):
        if one is not None and one.state not in WITH_PLAN:
            raise Conflict(_("%(run)s holds no plan.") % {"run": one.ref}, _("Choose a run that was solved."))
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)
        if Study.objects.filter(run=run, kind=kind, state__in=[S.QUEUED, S.WORKING]).exists():
            raise Conflict(_("A study of this plan is under way."), _("Wait until it is done."))
        made = Study.objects.create(process=run.process, run=run, other=other, kind=kind, params=params, by_id=actor.user_id)
        audit.record(
            "plan.studied",
            actor=actor,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "kind": kind, "other": other.ref if other else ""},
        )
        transaction.on_commit(lambda: jobs.study.enqueue(made.pk))
    return made


def study_now(study_id: int) -> str:
    """Carry out a queued study. Returns its state then."""
    if not Study.objects.filter(pk=study_id, state=S.QUEUED).update(state=S.WORKING):
        return str(Study.objects.values_list("state", flat=True).get(pk=study_id))
    study = Study.objects.select_related("run__process", "other__process").get(pk=study_id)
    said: dict[str, Any]
    try:
        if study.kind == Study.Kind.STURDY:
            given = study.params
            result = studying.sturdy(study.run, study.other, draws=given["draws"], seed=given["seed"], spread=given["spread"])
        else:
            result = studying.prices(study.run, most=study.params["most"])
        said = {"state": S.DONE, "result": result}
    except Exception:
        logger.exception("a study of %s failed", study.run.ref)
        said = {"state": S.FAILED, "problem": _("The planning engine stopped because of a fault of its own.")}
    Study.objects.filter(pk=study_id).update(done_at=timezone.now(), **said)
    return str(said["state"])
