"""The page of an ask, the steps on it, its ladder, and a new ask written by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.accounts.scope import in_process, sees_restricted
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue.actions import asks as actions
from wayhome.dialogue.actions import evidence
from wayhome.dialogue.forms.asks import NewAskForm, VerifyForm
from wayhome.dialogue.forms.steps import STEPS, possible
from wayhome.dialogue.models import Ask, Commitment, Evidence
from wayhome.dialogue.queries import ask_page, silence
from wayhome.dialogue.queries.asks import clock
from wayhome.dialogue.queries.history import history
from wayhome.dialogue.views.carrying import carried_out
from wayhome.dialogue.words import clock_words, is_silent


def _ask(request: HttpRequest, process: Process, number: int) -> Ask:
    ask = ask_page.get(process, number, restricted=sees_restricted(request))
    if ask is None:
        raise Http404
    return ask


def _readable(request: HttpRequest, model: type[Ask] | type[Commitment], process: Process) -> QuerySet[Any]:
    return model.objects.of(process).readable(restricted=sees_restricted(request))


def record_restricted(request: HttpRequest, row: Any, cited: list[Any]) -> None:
    """Showing words of a restricted document is a reading of it: one entry that names the passages' labels."""
    labels = sorted(
        {citation.label for citation in cited if citation is not None and citation.restricted and not citation.hidden}
    )
    if labels:
        with transaction.atomic():
            audit.record(
                f"{row._meta.model_name}.restricted_words.read",
                actor=Actor.of(request.user),
                subject=row,
                process_id=row.process_id,
                detail={"passages": labels},
            )


@require_safe
@in_process(Permission.VIEW)
def ask(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One ask: position, outcome, time, delivery; thread, evidence, ladder, clocks, what it concerns, history, next steps."""
    row = _ask(request, process, number)
    today = timezone.localdate()
    restricted = sees_restricted(request)
    searched = silence.searched(process)
    log = ask_page.events(row)
    links = ask_page.passages(row)
    thread = ask_page.thread(row, log, links, today=today, searched=searched, restricted=restricted)
    shown = ask_page.evidence(row, restricted=restricted)
    running = clock(row, today, process)
    head, tail = clock_words(running, row.due_basis_text)
    position_event = next((event for event in reversed(log) if event.axis == "position"), None)
    delivery_event = next((event for event in reversed(log) if event.axis == "delivery"), None)
    assessments = list(row.assessments.order_by("on", "id"))
    lines, total = history(row, limit=None if request.GET.get("history") == "all" else 8)
    record_restricted(request, row, [quote for item in thread for quote in item.quotes] + [line["citation"] for line in shown])
    may = request.access.may  # type: ignore[attr-defined]
    steps = possible(row)
    oldest_first = request.GET.get("thread") == "oldest"
    return render(
        request,
        "dialogue/ask.html",
        {
            "ask": row,
            "now": timezone.localtime(),
            "today": today,
            "searched": searched,
            "silent": is_silent(row),
            "thread": list(reversed(thread)) if oldest_first else thread,
            "communications": sum(1 for item in thread if item.ref),
            "oldest_first": oldest_first,
            "evidence": shown,
            "grade": assessments[-1] if assessments else None,
            "grade_words": evidence.GRADES[assessments[-1].grade] if assessments else "",
            "assessments": assessments,
            "clock": running,
            "head": head,
            "tail": tail,
            "position_event": position_event,
            "delivery_event": delivery_event,
            "ladder": ask_page.ladder(row),
            "clock_lines": ask_page.clock_lines(row, list(row.deadlines.all()), today),
            "instruments": list(row.instruments.all()),
            "commitments": list(row.commitments.readable(restricted=restricted).select_related("who")),
            "put_again": list(row.put_again.readable(restricted=restricted).only("number", "process_id")),
            "history": lines,
            "history_total": total,
            "steps": {name: [step for step in group if may(step.permission)] for name, group in steps.items()},
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REVIEW)
def ask_step(request: HttpRequest, process: Process, number: int, step: str) -> HttpResponse:
    """One step on an ask: the form with what it needs, and the step itself."""
    found = STEPS.get(step)
    if found is None:
        raise Http404
    row = _ask(request, process, number)
    require(request.user, process, found.permission)
    form = found.make_form(request.POST if request.method == "POST" else None, row, request.user, sees_restricted(request))
    if carried_out(request, form, lambda: found.run(row, form, Actor.of(request.user))):
        messages.success(request, _("%(ref)s: %(step)s.") % {"ref": row.ref, "step": found.title})
        return redirect("ask", slug=process.slug, number=row.number)
    if form.errors:
        row = _ask(request, process, number)  # as it is, not as the step would have left it
    today = timezone.localdate()
    head, tail = clock_words(clock(row, today, process), row.due_basis_text)
    return render(
        request,
        "dialogue/ask_step.html",
        {"ask": row, "step": found, "form": form, "head": head, "tail": tail, "clock": clock(row, today, process)},
        status=422 if form.errors else 200,
    )


@require_POST
@in_process(Permission.DECIDE)
def evidence_judge(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Verify evidence, dispute it, or take either back."""
    row = (
        Evidence.objects.filter(
            Q(ask__in=_readable(request, Ask, process)) | Q(commitment__in=_readable(request, Commitment, process))
        )
        .filter(pk=pk)
        .select_related("ask__process", "commitment__process")
        .first()
    )
    if row is None:
        raise Http404
    form = VerifyForm(request.POST)
    if form.is_valid():
        try:
            evidence.judge_evidence(evidence=row, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Evidence is claimed, verified or disputed."))
    if row.ask is not None:
        return redirect("ask", slug=process.slug, number=row.ask.number)
    assert row.commitment is not None
    return redirect("commitment", slug=process.slug, number=row.commitment.number)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REVIEW)
def ask_new(request: HttpRequest, process: Process) -> HttpResponse:
    """Write an ask down by hand: as a draft, or as made in a communication on file."""
    form = NewAskForm(
        request.POST if request.method == "POST" else None,
        process=process,
        user=request.user,
        restricted=sees_restricted(request),
    )
    made = carried_out(
        request, form, lambda: actions.create_ask(process=process, actor=Actor.of(request.user), **form.cleaned_data)
    )
    if made:
        messages.success(request, _("%(ref)s is written down.") % {"ref": made[0].ref})
        return redirect("ask", slug=process.slug, number=made[0].number)
    return render(request, "dialogue/ask_new.html", {"form": form}, status=422 if form.errors else 200)
