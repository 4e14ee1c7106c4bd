"""Questions to a plan: asked by a person, answered in the background by planning again. Nothing of the plan changes."""

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
from wayhome.engines.planning import PlanError
from wayhome.plans.bridge import asking
from wayhome.plans.models import Run, WhatIf
from wayhome.plans.states import WITH_PLAN
from wayhome.registry.models import Household

logger = logging.getLogger(__name__)
MOST_WAITING = 4
S = WhatIf.State


def ask(*, run: Run, changes: list[dict[str, Any]], actor: Actor, key: str = "", household: Household | None = None) -> WhatIf:
    """Queue a question. The same one again gives the answer that is there.

    Raises:
        Forbidden: the role makes no plans.
        InvalidInput: a change that names nothing of the plan.
        Conflict: the run holds no plan, or too many questions wait.
    """
    from wayhome.plans import jobs

    require_actor(actor, run.process, Permission.PLAN)
    if run.state not in WITH_PLAN:
        raise Conflict(_("%(run)s holds no plan.") % {"run": run.ref}, _("Ask a run that was solved."))
    try:
        asking.check_changes(run, asking.from_json(changes))
    except PlanError as error:
        raise InvalidInput(str(error)) from None
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)
        asked = WhatIf.objects.filter(run=run, key=key, changes=changes).exclude(state=S.FAILED).first()
        if asked is not None:
            return asked
        if WhatIf.objects.filter(run=run, state__in=[S.QUEUED, S.ASKING]).count() >= MOST_WAITING:
            raise Conflict(_("%(n)s questions wait for an answer.") % {"n": MOST_WAITING}, _("Wait until one is answered."))
        question = WhatIf.objects.create(
            process=run.process,
            run=run,
            key=key,
            household_id=household.pk if household else None,
            changes=changes,
            by_id=actor.user_id,
        )
        audit.record(
            "plan.what_if",
            actor=actor,
            subject=run,
            process_id=run.process_id,
            detail={"run": run.ref, "household": key, "changes": changes},
        )
        transaction.on_commit(lambda: jobs.answer.enqueue(question.pk))
    return question


def answer_now(question_id: int) -> str:
    """Answer a queued question. Returns its state then."""
    if not WhatIf.objects.filter(pk=question_id, state=S.QUEUED).update(state=S.ASKING):
        return str(WhatIf.objects.values_list("state", flat=True).get(pk=question_id))
    question = WhatIf.objects.select_related("run__process").get(pk=question_id)
    try:
        effect = asking.answer(question.run, asking.from_json(question.changes), question.key)
    except PlanError as error:
        said = {"state": S.FAILED, "problem": str(error)[:500]}
    except Exception:
        logger.exception("a question to %s was not answered", question.run.ref)
        said = {"state": S.FAILED, "problem": _("The planning engine stopped because of a fault of its own.")}
    else:
        said = {"state": S.ANSWERED, "effect": effect}
    WhatIf.objects.filter(pk=question_id).update(answered_at=timezone.now(), **said)
    return str(said["state"])
