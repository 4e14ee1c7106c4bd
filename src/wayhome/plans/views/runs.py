"""Runs: the list, one with its live progress, steps on it, its folders, the approved plan, what the public sees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.days import written
from wayhome.core.errors import Forbidden, InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.tables import csv_text
from wayhome.places.queries.areas import labels
from wayhome.plans import words
from wayhome.plans.actions import approving, folders, publishing, running
from wayhome.plans.bridge import fitness
from wayhome.plans.forms.scenarios import ApproveForm, PublishForm, month_words
from wayhome.plans.models import Publication, Run
from wayhome.plans.months import month_at
from wayhome.plans.queries import runs as queries
from wayhome.plans.queries.scenarios import gate_titles, left_out
from wayhome.plans.states import UNDER_WAY, WITH_PLAN, RunState


@require_safe
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All runs, newest first."""
    page = paginate(queries.runs(process), request.GET, size=50)
    for row in page.rows:
        row.tone = queries.TONES[row.state]
    return render(request, "plans/runs.html", {"page": page})


@require_safe
@in_process(Permission.VIEW)
def run(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One run: how far it is or what it found, what went in, and the steps that can follow."""
    row = queries.get(process, number)
    context = queries.standing(row)
    context |= {
        "flaws": [words.flaw(one) for one in row.problems],
        "reasons": queries.reasons(row) if row.state == RunState.INFEASIBLE else [],
        "left": left_out(process, row.counts) if row.counts else [],
        "bars": queries.home_by_month(row) if row.state in WITH_PLAN else [],
        "alerts": queries.alerts(row) if row.state == RunState.APPROVED else [],
        "stopped": queries.stopped_words(row),
        "may_approve": _may_approve(request, row),
        "own": request.user.pk in {row.by_id, row.scenario.made_by_id},
        "approve_form": ApproveForm(),
        "publish_form": PublishForm(),
        "published": queries.published(process) if row.state == RunState.APPROVED else None,
        "versions": sorted(row.versions.items()),
    }
    return render(request, "plans/run.html", context)


def _may_approve(request: HttpRequest, row: Run) -> bool:
    return (
        row.state in {RunState.SOLVED, RunState.STOPPED}
        and not row.scenario.imported
        and request.access.may(Permission.APPROVE_PLAN)
    )


@require_GET
@in_process(Permission.VIEW)
def progress(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """How far a run is, asked for every second; when it is done the page loads itself anew."""
    row = queries.get(process, number)
    response = render(request, "plans/parts/progress.html", {**queries.standing(row), "live": True})
    if row.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@in_process(Permission.PLAN)
def step(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Stop and keep the best, go on after an interruption, plan again from today."""
    row = queries.get(process, number)
    actor = Actor.of(request.user)
    act = request.POST.get("act", "")
    try:
        if act == "stop":
            running.stop(run=row, actor=actor)
        elif act == "resume":
            running.resume(run=row, actor=actor)
        elif act == "again":
            made = approving.plan_again(run=row, actor=actor)
            return redirect("plan_run", slug=process.slug, number=made.number)
        else:
            raise InvalidInput(_("There is no such step."))
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    return redirect("plan_run", slug=process.slug, number=number)


@require_POST
@in_process(Permission.APPROVE_PLAN)
def approve(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Approve the plan of a run that somebody else asked for."""
    row = queries.get(process, number)
    try:
        approving.approve(run=row, actor=Actor.of(request.user), note=request.POST.get("note", ""))
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(run)s is the approved plan.") % {"run": row.ref})
    return redirect("plan_run", slug=process.slug, number=number)


@require_safe
@in_process(Permission.VIEW)
def approved(request: HttpRequest, process: Process) -> HttpResponse:
    """The approved plan, whether it still fits the gates of today, and what the public sees of it."""
    row = queries.approved(process)
    context: dict[str, Any] = {"run": row}
    if row is not None:
        affected = fitness.affected(row)
        names = labels(process, [one.area_id for one in affected])
        titles = gate_titles(process) if affected else {}
        context |= {
            "affected": [
                (
                    names.get(one.area_id, ""),
                    one,
                    ", ".join(titles.get(code, code) for code in one.gates),
                    month_words(row.month(one.opens)) if one.opens is not None else "",
                )
                for one in affected
            ],
            "affected_households": sum(one.households for one in affected),
            "affected_persons": sum(one.persons for one in affected),
            "bars": queries.home_by_month(row),
            "published": queries.published(process),
            "publish_form": PublishForm(),
        }
    context["before"] = list(queries.runs(process).filter(state=RunState.SUPERSEDED)[:10])
    return render(request, "plans/approved.html", context)


@require_POST
@in_process(Permission.EXPORT_PERSONS)
def folder(request: HttpRequest, process: Process, number: int, what: str) -> HttpResponse:
    """The instance or plan folder of a run, as a zip; it lists households, so taking it out is logged."""
    row = queries.get(process, number)
    if what not in {"instance", "plan"}:
        raise Http404
    try:
        data = folders.take_out(run=row, actor=Actor.of(request.user), plan=what == "plan")
    except WayhomeError as error:
        messages.error(request, str(error))
        return redirect("plan_run", slug=process.slug, number=number)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{row.ref}-{what}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@in_process(Permission.PUBLISH)
def publish(request: HttpRequest, process: Process) -> HttpResponse:
    """Publish a version of the approved plan, or take the published one back."""
    actor = Actor.of(request.user)
    try:
        if request.POST.get("act") == "withdraw":
            standing = publishing.current(process)
            if standing is not None:
                publishing.withdraw(publication=standing, actor=actor)
                messages.success(request, _("The published version was withdrawn."))
        else:
            row = queries.approved(process)
            if row is None:
                raise InvalidInput(_("No plan is approved."), _("Have one approved first."))
            made = publishing.publish(run=row, actor=actor, lede=request.POST.get("lede", ""))
            messages.success(request, _("Version %(ref)s is published.") % {"ref": made.ref})
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    return redirect("plan_approved", slug=process.slug)


# --- the public page ---


def _standing(slug: str) -> tuple[Process, Publication]:
    process = Process.objects.filter(slug=slug, public=True).first()
    publication = publishing.current(process) if process is not None else None
    if process is None or publication is None:
        raise Http404
    return process, publication


def _quarters(table: dict[str, Any]) -> list[str]:
    start, step = date.fromisoformat(table["start"]), table["step"]
    found = []
    for first in range(0, table["months"], step):
        last = min(first + step, table["months"]) - 1
        one, other = written(month_at(start, first), "M Y"), written(month_at(start, last), "M Y")
        found.append(f"{one} – {other}" if first != last else one)
    return found


def _public_rows(process: Process, table: dict[str, Any]) -> list[tuple[str, list[int | None], int | None]]:
    names = labels(process, table["areas"])
    rows = [
        (names.get(pk, ""), cells, total) for pk, cells, total in zip(table["areas"], table["cells"], table["rows"], strict=True)
    ]
    return sorted(rows, key=lambda row: row[0])


@require_http_methods(["GET", "HEAD"])
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """What the public sees of the approved plan: counts by place and quarter."""
    process, publication = _standing(slug)
    table = publication.table
    return render(
        request,
        "plans/public.html",
        {
            "of": process,
            "publication": publication,
            "quarters": _quarters(table),
            "rows": _public_rows(process, table),
            "columns": table["columns"],
            "total": table["total"],
            "least": table["least"],
        },
    )


@require_http_methods(["GET", "HEAD"])
def public_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table."""
    process, publication = _standing(slug)
    table = publication.table
    rows = [[name, *cells, total] for name, cells, total in _public_rows(process, table)]
    rows.append([_("All places"), *table["columns"], table["total"]])
    text = csv_text([_("Place"), *_quarters(table), _("Whole plan")], rows)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-plan-{publication.ref}.csv"'
    return response
