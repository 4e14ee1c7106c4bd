"""What holds people back in a plan, what would bring a household forward, and questions answered by planning again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.plans.actions import asking
from wayhome.plans.bridge import asking as engine
from wayhome.plans.bridge import explaining
from wayhome.plans.forms.questions import AskForm
from wayhome.plans.models import Run, WhatIf
from wayhome.plans.queries import results
from wayhome.plans.sentences import Phrases, months_earlier
from wayhome.plans.views.results import run_with_plan

SALT = "wayhome.plans.question"


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that would bring a household forward, with the signed question that checks it by planning again."""

    words: str
    gain: str
    month: Any
    place: str
    question: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what planning again said."""

    question: WhatIf
    words: str
    lines: list[str]
    waiting: bool


def signed(changes: list[dict[str, Any]], key: str = "") -> str:
    """A question that comes back as it was put: nobody writes the engine's changes by hand."""
    return signing.dumps([changes, key], salt=SALT, compress=True)


def levers(run: Run, explained: explaining.Explained, key: str) -> list[Lever]:
    """What would bring one household forward, the largest gain first."""
    phrases = explained.phrases
    return [
        Lever(
            phrases.asked(one.changes),
            months_earlier(one.months) if one.months is not None else _("home within the plan"),
            run.month(one.period),
            phrases.place(one.area_id),
            signed(engine.as_json(one.changes), key),
        )
        for one in engine.forward(explained.opened, key)
    ]


def answers(run: Run, phrases: Phrases, *, key: str = "") -> list[Answer]:
    """Questions that were asked about a household, or about the whole plan."""
    rows = WhatIf.objects.of(run.process).filter(run=run, key=key).select_related("by")[:20]
    return [_answer(row, phrases) for row in rows]


def _answer(row: WhatIf, phrases: Phrases) -> Answer:
    words = phrases.asked(engine.from_json(row.changes))
    waiting = row.state in {WhatIf.State.QUEUED, WhatIf.State.ASKING}
    if row.state == WhatIf.State.FAILED:
        return Answer(row, words, [row.problem], False)
    return Answer(row, words, phrases.effect(row.effect) if row.effect else [], waiting)


@require_safe
@in_process(Permission.VIEW)
def why(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What keeps most people from being home sooner, and what is asked of the plan; a part of its page."""
    run = run_with_plan(process, number)
    phrases = explaining.phrases_of(run)
    held = explaining.held_back(run)
    context = {
        "run": run,
        "blockers": [(phrases.blocker(one), one, phrases.work(one.work)[:2] if one.work else []) for one in held.blockers[:6]],
        "roots": [(phrases.root(one), one) for one in held.roots[:4]],
        "answers": answers(run, phrases),
        "form": AskForm(run) if request.access.may(Permission.PLAN) else None,  # type: ignore[attr-defined]
    }
    return render(request, "plans/parts/why_shown.html", context)


@require_POST
@in_process(Permission.PLAN)
def ask(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Ask what a change would do: one that the page proposed, or one from the form."""
    run = run_with_plan(process, number)
    key, changes = "", None
    if "question" in request.POST:
        try:
            changes, key = signing.loads(request.POST["question"], salt=SALT, max_age=7 * 24 * 3600)
        except signing.BadSignature:
            raise Http404 from None
        if key and not request.access.may(Permission.VIEW_REGISTRY):  # type: ignore[attr-defined]
            raise Http404
    else:
        form = AskForm(run, request.POST)
        if form.is_valid():
            changes = form.changes()
        else:
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
    if changes is not None:
        household = results.household_of(run, key) if key else None
        try:
            asking.ask(run=run, changes=changes, actor=Actor.of(request.user), key=key, household=household)
        except WayhomeError as error:
            messages.error(request, str(error))
    if key:
        return redirect("plan_household", process.slug, run.number, key)
    return redirect("plan_months", process.slug, run.number)


@require_safe
@in_process(Permission.VIEW)
def answered(request: HttpRequest, process: Process, number: int, pk: int) -> HttpResponse:
    """One question, looked at again until it is answered; a part of a page. About a household only for who reads the registry."""
    run = run_with_plan(process, number)
    rows = WhatIf.objects.of(process).filter(run=run, pk=pk).select_related("by")
    if not request.access.may(Permission.VIEW_REGISTRY):  # type: ignore[attr-defined]
        rows = rows.filter(key="")
    row = rows.first()
    if row is None:
        raise Http404
    return render(request, "plans/parts/answer.html", {"run": run, "answer": _answer(row, explaining.phrases_of(run))})
