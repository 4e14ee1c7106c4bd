"""Scenarios: the list, one with all it assumes, making, changing, copying, folders from outside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.uploads import refused_uploads
from wayhome.plans import words
from wayhome.plans.actions import folders, running
from wayhome.plans.actions import scenarios as actions
from wayhome.plans.bridge import preparing
from wayhome.plans.bridge.solving import Flawed
from wayhome.plans.forms.scenarios import CopyForm, FolderForm, RunForm, ScenarioForm
from wayhome.plans.models import Scenario
from wayhome.plans.months import month_at
from wayhome.plans.queries import runs as run_queries
from wayhome.plans.queries import scenarios as queries


@require_safe
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All scenarios with what their newest run found."""
    away = request.GET.get("away") == "1"
    page = paginate(queries.listing(process, away=away), request.GET, size=30)
    for row in page.rows:
        row.last = row.newest[0] if row.newest else None
        row.tone = run_queries.TONES[row.last.state] if row.last else ""
    return render(
        request,
        "plans/scenarios.html",
        {"page": page, "away": away, "put_away": Scenario.objects.of(process).exclude(archived_at=None).count()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PLAN)
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Make a scenario; what is proposed comes from what is on file."""
    start = month_at(timezone.localdate(), 1)
    initial = {"start": start, "currency": actions.main_currency(process, start, 24)}
    form = ScenarioForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(process=process, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("scenario", slug=process.slug, number=made.number)
    return render(request, "plans/scenario_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PLAN)
def edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Change the basics."""
    scenario = queries.get(process, number)
    form = ScenarioForm(request.POST if request.method == "POST" else None, instance=queries.get(process, number))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(scenario=scenario, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("scenario", slug=process.slug, number=number)
    return render(request, "plans/scenario_form.html", {"form": form, "scenario": scenario}, status=422 if form.errors else 200)


@require_safe
@in_process(Permission.VIEW)
def scenario(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One scenario: what it assumes, its runs, and the button that starts one."""
    row = queries.get(process, number)
    context: dict[str, Any] = {"scenario": row, "run_form": RunForm()}
    made = list(run_queries.runs(process).filter(scenario=row)[:20])
    for run in made:
        run.tone = run_queries.TONES[run.state]
    context["runs"] = made
    context["busy"] = next((run for run in made if run.state in run_queries.UNDER_WAY), None)
    if not row.imported:
        works = queries.works(row)
        context |= {
            "works": works,
            "works_out": sum(work.out for work in works),
            "works_changed": sum(
                work.own_duration is not None or work.own_cost is not None or bool(work.earliest) for work in works
            ),
            "works_lacking": [work for work in works if work.lacks],
            "money": queries.money(row, works),
            "gates": queries.gates(row, timezone.localdate()),
            "crews": queries.crews(row),
            "hubs": queries.hubs(row),
            "demands": row.demands.count(),
        }
        context["gates_assumed"] = sum(gate.assumed is not None for gate in context["gates"])
    return render(request, "plans/scenario.html", context)


@require_safe
@in_process(Permission.VIEW)
def who(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Who can be planned for as things stand, and who is left out and why: counts, no names."""
    row = queries.get(process, number)
    if row.imported:
        return HttpResponse("")
    prepared = preparing.prepare(process, row)
    return render(
        request,
        "plans/parts/who.html",
        {
            "scenario": row,
            "counts": prepared.counts,
            "left": queries.left_out(process, prepared.counts),
            "share": round(100 * prepared.counts["planned"] / max(prepared.counts["households"], 1), 2),
            "notes": [words.left(note["code"]) for note in prepared.counts["notes"]],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PLAN)
def copy(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The same assumptions under another name; the budget can be cut in the same step."""
    row = queries.get(process, number)
    initial = {"name": actions.free_name(row), "budget_share": row.budget_share}
    form = CopyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.copy(scenario=row, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("scenario", slug=process.slug, number=made.number)
    return render(request, "plans/copy.html", {"form": form, "scenario": row}, status=422 if form.errors else 200)


@require_POST
@in_process(Permission.PLAN)
def archive(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Put away, or take up again."""
    row = queries.get(process, number)
    actions.archive(scenario=row, actor=Actor.of(request.user), away=row.archived_at is None)
    return redirect("scenarios", slug=process.slug)


@require_POST
@in_process(Permission.PLAN)
def run(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Start a run of a scenario."""
    row = queries.get(process, number)
    form = RunForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidInput(_("Say how long the run may take."), " ".join(m for error in form.errors.values() for m in error))
        made = running.ask_for_run(scenario=row, actor=Actor.of(request.user), **form.cleaned_data)
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
        return redirect("scenario", slug=process.slug, number=number)
    return redirect("plan_run", slug=process.slug, number=made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PLAN)
def bring_in(request: HttpRequest, process: Process) -> HttpResponse:
    """An instance folder from outside, as a zip."""
    form = FolderForm(request.POST or None, request.FILES or None)
    error: WayhomeError | None = None
    flaws: list[dict[str, Any]] = []
    more = 0
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if refused_uploads(request):
                raise InvalidInput(
                    _("The file is larger than the limit of %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
                    _("Use “wayhome plan” for larger ones."),
                    field="file",
                )
            if form.is_valid():
                file = form.cleaned_data["file"]
                made = folders.bring_in(
                    process=process,
                    actor=Actor.of(request.user),
                    name=form.cleaned_data["name"] or file.name.rsplit(".", 1)[0],
                    data=file.read(),
                    start=form.cleaned_data["start"],
                )
                return redirect("scenario", slug=process.slug, number=made.number)
        except Forbidden:
            raise
        except Flawed as flawed:
            flaws, more = [words.flaw(flaw.as_json()) for flaw in flawed.flaws], flawed.more
        except WayhomeError as refused:
            error, status = refused, refused.status
    return render(
        request,
        "plans/folder.html",
        {"form": form, "error": error, "flaws": flaws, "more": more, "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        status=status,
    )
