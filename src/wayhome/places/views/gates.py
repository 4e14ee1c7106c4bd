"""Pages of gates: the board, one gate with its history, steps and second words, which kinds are required."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.accounts.scope import in_process
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.tables import csv_text
from wayhome.places.actions import gates as actions
from wayhome.places.gate_forms import DecisionForm, KindForm, WordForm
from wayhome.places.gate_states import SECOND_PERSON, STEPS, State, Step, steps_from
from wayhome.places.models import GateDecision, GateNeed
from wayhome.places.queries import gate_board as queries

ROWS = 60


def _access(request: HttpRequest) -> Access:
    found: Access = request.access  # type: ignore[attr-defined]
    return found


def _asked(request: HttpRequest) -> tuple[str, str]:
    view = request.GET.get("view", "all")
    return (view if view in queries.VIEWS else "all"), request.GET.get("q", "").strip()[:200]


@require_GET
@in_process(Permission.VIEW)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """Places by kind of gate, with the map that says the same, what runs out soon and what waits for a second person."""
    view, words = _asked(request)
    found = queries.board(process, _access(request), timezone.localdate(), view=view, words=words)
    page = paginate(found.rows, request.GET, size=ROWS)
    standing = {row.area.pk: row.standing for row in found.rows}
    context = {
        "board": found,
        "page": page,
        "view": view,
        "words": words,
        "kind_rows": queries.kind_rows(process, found, standing),
        "most": max((one.households for one in found.asked.values()), default=0),
    }
    return render(request, "places/gates.html", context)


@require_GET
@in_process(Permission.EXPORT)
def board_csv(request: HttpRequest, process: Process) -> HttpResponse:
    """The board as a table, one row a place and kind of gate."""
    view, words = _asked(request)
    found = queries.board(process, _access(request), timezone.localdate(), view=view, words=words)
    head = [
        _("Code"),
        _("Place"),
        _("Kind of gate"),
        _("Required"),
        _("State"),
        _("Why"),
        _("Valid until"),
        _("Expected on"),
        _("By"),
    ]
    table = [
        [
            row.area.code,
            row.area.shown_name,  # type: ignore[attr-defined]
            cell.gate.title,
            _("yes") if cell.gate.required else _("no"),
            cell.gate.state.label,
            cell.gate.reason,
            cell.gate.expires_on,
            cell.gate.expected_on,
            cell.above,
        ]
        for row in found.rows
        for cell in row.cells
    ]
    response = HttpResponse(csv_text(head, table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-gates-{found.on.isoformat()}.csv"'
    return response


@require_GET
@in_process(Permission.VIEW)
def gate(request: HttpRequest, process: Process, pk: int, kind: str) -> HttpResponse:
    """One gate: what it is today and why, what it rests on and bears on, every decision, the steps that lead on."""
    shown = queries.shown(process, _access(request), pk, kind, timezone.localdate())
    step = request.GET.get("step", "")
    return _page(request, process, shown, step=Step(step) if step in Step.values else None)


def _own_state(shown: queries.Shown) -> State:
    return shown.own.state if shown.own is not None else State.UNDECIDED


def _page(
    request: HttpRequest,
    process: Process,
    shown: queries.Shown,
    *,
    step: Step | None = None,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    steps = steps_from(_own_state(shown)) if _access(request).may(Permission.DECIDE_GATES) else []
    if shown.waiting is not None:
        steps = [one for one in steps if STEPS[_own_state(shown), one] not in SECOND_PERSON]
    if step in steps and form is None:
        form = DecisionForm(step=step, kind=shown.kind, process=process, today=timezone.localdate())
    context = {
        "shown": shown,
        "area": shown.area,
        "steps": steps,
        "step": step if form is not None else None,
        "form": form,
        "own_word": shown.waiting is not None and shown.waiting.by_id == request.user.pk,
    }
    return render(request, "places/gate.html", context, status=status)


@require_POST
@in_process(Permission.DECIDE_GATES)
def decide(request: HttpRequest, process: Process, pk: int, kind: str) -> HttpResponse:
    """Take one step."""
    shown = queries.shown(process, _access(request), pk, kind, timezone.localdate())
    given = request.POST.get("step", "")
    if given not in Step.values:
        raise Http404
    step = Step(given)
    form = DecisionForm(request.POST, request.FILES, step=step, kind=shown.kind, process=process, today=timezone.localdate())
    if form.is_valid():
        try:
            made = actions.decide(area=shown.area, kind=shown.kind, step=step, actor=Actor.of(request.user), said=form.said())
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.info(
                request,
                _("Recorded. It opens once a second person has agreed.")
                if made.ruling in SECOND_PERSON
                else _("Recorded. It counts now."),
            )
            return redirect("gate", slug=process.slug, pk=pk, kind=kind)
    return _page(request, process, shown, step=step, form=form, status=422)


@require_POST
@in_process(Permission.DECIDE_GATES)
def word(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The second person's word on an opening."""
    decision = GateDecision.objects.of(process).select_related("process", "gate__kind").filter(pk=pk).first()
    if decision is None:
        raise Http404
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            actions.confirm(decision=decision, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("The gate is open.") if form.cleaned_data["agreed"] else _("Recorded. Nothing was opened."))
        except WayhomeError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Say whether you agree."))
    return redirect("gate", slug=process.slug, pk=decision.gate.area_id, kind=decision.gate.kind.code)


@require_GET
@in_process(Permission.VIEW)
def paper(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The paper of a decision, as it was filed; each reading is logged."""
    decision = GateDecision.objects.of(process).select_related("gate__area", "gate__kind").filter(pk=pk).first()
    if decision is None or not decision.sha256 or not files.path_of(decision.sha256).exists():
        raise Http404
    with transaction.atomic():
        detail = {"area": str(decision.gate.area), "gate": decision.gate.kind.code, "file": decision.file_name}
        audit.record("gate.paper_read", actor=Actor.of(request.user), subject=decision.gate, process_id=process.pk, detail=detail)
    path = files.path_of(decision.sha256)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=decision.file_name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@in_process(Permission.DECIDE_GATES)
def works(request: HttpRequest, process: Process, pk: int, kind: str) -> HttpResponse:
    """Which works open a gate once they are finished."""
    shown = queries.shown(process, _access(request), pk, kind, timezone.localdate())
    given = {int(one) for one in request.POST.getlist("work") if one.isdigit() and len(one) < 12}
    chosen = [one for one in shown.choices if one.pk in given]
    actions.set_works(area=shown.area, kind=shown.kind, works=chosen, actor=Actor.of(request.user))
    messages.info(request, _("Saved."))
    return redirect("gate", slug=process.slug, pk=pk, kind=kind)


@require_http_methods(["GET", "POST"])
@in_process(Permission.VIEW)
def kinds(request: HttpRequest, process: Process) -> HttpResponse:
    """Which kinds of gates the process requires, what each rests on; a kind of the process's own."""
    form = KindForm()
    status = 200
    if request.method == "POST":
        actor, act = Actor.of(request.user), request.POST.get("act", "")
        form = KindForm(request.POST) if act == "add" else form
        try:
            if act == "add":
                if form.is_valid():
                    actions.add_kind(process=process, actor=actor, **form.cleaned_data)
                    messages.info(request, _("Added. It is required now: places without it are shut."))
                    return redirect("gate_kinds", slug=process.slug)
                status = 422
            else:
                kind = queries.find_kind(process, request.POST.get("kind", ""))
                actions.require_kind(
                    process=process, kind=kind, required=act == "require", reason=request.POST.get("reason", ""), actor=actor
                )
                messages.info(
                    request,
                    _("Required from now on.") if act == "require" else _("Recorded. It counts once a second person has agreed."),
                )
                return redirect("gate_kinds", slug=process.slug)
        except WayhomeError as error:
            if act == "add" and error.field in form.fields:
                form.add_error(error.field, str(error))
                status = 422
            else:
                messages.error(request, str(error))
                return redirect("gate_kinds", slug=process.slug)
    found = queries.board(process, _access(request), timezone.localdate())
    standing = {row.area.pk: row.standing for row in found.rows}
    rows = queries.kind_rows(process, found, standing)
    return render(request, "places/gate_kinds.html", {"rows": rows, "form": form, "places": len(standing)}, status=status)


@require_POST
@in_process(Permission.DECIDE_GATES)
def need_word(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The second person's word on requiring a kind of gate no longer."""
    need = GateNeed.objects.of(process).select_related("process", "kind").filter(pk=pk).first()
    if need is None:
        raise Http404
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            actions.confirm_need(need=need, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("Saved."))
        except WayhomeError as error:
            messages.error(request, str(error))
    return redirect("gate_kinds", slug=process.slug)
