"""Lists of people: upload, columns, what the check found, bringing in, taking back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.uploads import refused_uploads
from wayhome.engines.tabular import Choice, Plan, vocabulary
from wayhome.engines.tabular.plan import VOCABULARY
from wayhome.engines.tabular.types import DateHabit
from wayhome.registry import field_words, reports
from wayhome.registry.actions import importing, undoing
from wayhome.registry.models import Import
from wayhome.registry.queries import imports as queries
from wayhome.registry.states import DisplacementStatus

S = Import.State


@require_GET
@in_process(Permission.IMPORT_PERSONS)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All lists that came."""
    page = paginate(queries.imports(process), request.GET)
    for source in page.rows:
        source.tone = queries.tone(source)
    return render(request, "registry/imports.html", {"page": page})


@require_http_methods(["GET", "POST"])
@in_process(Permission.IMPORT_PERSONS)
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Choose a file and say which list it is."""
    error: WayhomeError | None = None
    if request.method == "POST":
        try:
            source = _take(request, process)
            return redirect("import_columns", slug=process.slug, number=source.number)
        except WayhomeError as refused:
            error = refused
    context = {
        "error": error,
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
        "names": Import.objects.of(process).values_list("list_name", flat=True).distinct().order_by("list_name")[:50],
        "list_name": request.POST.get("list_name", request.GET.get("list", "")),
    }
    return render(request, "registry/import_new.html", context, status=error.status if error else 200)


def _take(request: HttpRequest, process: Process) -> Import:
    file = request.FILES.get("file")
    if refused_uploads(request):
        raise InvalidInput(
            _("The file is larger than the limit of %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
            _("Split it, or ask the operator to bring it in with “wayhome registry import”."),
            field="file",
        )
    if file is None:
        raise InvalidInput(_("No file was given."), _("Choose the file of the list."), field="file")
    return importing.upload(
        process=process,
        actor=Actor.of(request.user),
        name=file.name or "",
        stream=file.file,
        list_name=request.POST.get("list_name", ""),
    )


@require_http_methods(["GET", "POST"])
@in_process(Permission.IMPORT_PERSONS)
def columns(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What each column is read as; saving it starts the check."""
    source = queries.get(process, number)
    error: WayhomeError | None = None
    if request.method == "POST":
        actor = Actor.of(request.user)
        try:
            if request.POST.get("act") == "look":
                importing.choose(source=source, actor=actor, choice=_choice(request))
                return redirect("import_columns", slug=process.slug, number=number)
            importing.set_plan(source=source, actor=actor, plan=_plan(request, source))
            importing.start_check(source=source, actor=actor)
            return redirect("import", slug=process.slug, number=number)
        except WayhomeError as refused:
            error = refused
    plan = _shown_plan(request, source) if error else importing.plan_of(source)
    rows = queries.columns(source)
    if error:
        chosen = {column.index: column.field for column in plan.columns}
        for row in rows:
            row.field = chosen.get(row.index, row.field)
    context = {
        "source": source,
        "tone": queries.tone(source),
        "error": error,
        "rows": rows,
        "left_out": sum(1 for row in rows if not row.field and row.filled),
        "words": queries.words(source),
        "plan": plan,
        "groups": field_words.GROUPS,
        "orders": field_words.ORDERS,
        "calendars": field_words.CALENDARS,
        "name_orders": field_words.NAME_ORDERS,
        "encodings": field_words.ENCODINGS,
        "statuses": DisplacementStatus.choices,
        "status": plan.defaults.get("status", ""),
        "origin": plan.defaults.get("origin_place", ""),
        "has_full_name": any(row.field == "full_name" for row in rows),
        "today": timezone.localdate(),
        "same": importing.same_file(source),
        "open": source.state in {S.UPLOADED, S.READY, S.FAILED},
    }
    return render(request, "registry/import_columns.html", context, status=error.status if error else 200)


def _choice(request: HttpRequest) -> Choice:
    header = request.POST.get("header", "").strip()
    encoding = request.POST.get("encoding", "")
    return Choice(
        request.POST.get("sheet", "")[:200],
        int(header) if header.isdecimal() and len(header) < 7 else None,
        encoding if encoding in field_words.ENCODINGS else "",
        "",
    )


def _shown_plan(request: HttpRequest, source: Import) -> Plan:
    try:
        return _plan(request, source)
    except WayhomeError:
        return importing.plan_of(source)


def _plan(request: HttpRequest, source: Import) -> Plan:
    """The plan that the form says; what it does not name stays as it was."""
    known = field_words.names()
    plan = importing.plan_of(source)
    read = []
    for column in plan.columns:
        field = request.POST.get(f"field-{column.index}", column.field)
        if field and field not in known:
            raise InvalidInput(_("There is no field “%(field)s”.") % {"field": field[:40]}, field="mapping")
        order = request.POST.get(f"order-{column.index}", column.habit.order)
        calendar = request.POST.get(f"calendar-{column.index}", column.habit.calendar)
        if order not in dict(field_words.ORDERS) or calendar not in dict(field_words.CALENDARS):
            raise InvalidInput(_("This way of writing dates is not known."), field="mapping")
        read.append(replace(column, field=field, habit=DateHabit(order, calendar, column.habit.serials)))
    at = plan.at
    if "at" in request.POST:
        try:
            day = parse_date(request.POST["at"])
        except ValueError:
            day = None
        if day is None:
            raise InvalidInput(_("Say which day the list speaks of."), field="at")
        at = day
    defaults = {
        name: value
        for name, value in (
            ("status", request.POST.get("status", plan.defaults.get("status", ""))),
            ("origin_place", " ".join(request.POST.get("origin", plan.defaults.get("origin_place", "")).split())[:250]),
        )
        if value
    }
    if defaults.get("status", "") not in {"", *DisplacementStatus.values}:
        raise InvalidInput(_("There is no such status."), field="status")
    return replace(
        plan,
        columns=tuple(read),
        at=at,
        name_order=request.POST.get("name_order", plan.name_order),
        defaults=defaults,
        values=_meanings(request, plan),
    )


def _meanings(request: HttpRequest, plan: Plan) -> dict[str, dict[str, str]]:
    found = {name: dict(own) for name, own in plan.values.items()}
    for name, value in request.POST.items():
        kind, _bar, rest = name.partition("|")
        field, _bar, text = rest.partition("|")
        if kind != "word" or field not in VOCABULARY or not text:
            continue
        if value in vocabulary.values(VOCABULARY[field]):
            found.setdefault(field, {})[text[:200]] = str(value)
        else:
            found.get(field, {}).pop(text, None)
    return {name: own for name, own in found.items() if own}


@require_GET
@in_process(Permission.IMPORT_PERSONS)
def page(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One list: how far it is, what the check found, and the next step."""
    source = queries.get(process, number)
    if source.state == S.UPLOADED:
        return redirect("import_columns", slug=process.slug, number=number)
    context = _standing(source)
    if source.state in {S.READY, S.DONE, S.FAILED, S.UNDONE}:
        code, column = request.GET.get("code", ""), request.GET.get("column")
        level = request.GET.get("level", "" if code else "error")
        found = paginate(queries.issues(source, code=code, column=column, level=level), request.GET)
        queries.with_words(found.rows)
        context |= {"kinds": queries.kinds(source), "page": found, "code": code, "column": column, "level": level}
    if source.state == S.DONE:
        context["changed"] = len(undoing.changed_since(source))
    return render(request, "registry/import.html", context)


@require_GET
@in_process(Permission.IMPORT_PERSONS)
def progress(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """How far the work is, asked for every two seconds; when it is done the page loads itself anew."""
    source = queries.get(process, number)
    response = render(request, "registry/parts/import_progress.html", _standing(source))
    if source.state not in {S.CHECKING, S.COMMITTING, S.UNDOING}:
        response["HX-Refresh"] = "true"
    return response


def _standing(source: Import) -> dict[str, Any]:
    counts = source.counts
    parts = [
        ("good", _("good rows"), counts.get("good", 0)),
        ("apart", _("set apart"), counts.get("apart", 0)),
        ("on_file", _("on file already"), counts.get("on_file", 0)),
        ("same", _("twice in the file"), counts.get("same", 0)),
        ("passed_over", _("totals and headings"), counts.get("passed_over", 0)),
    ]
    return {
        "source": source,
        "tone": queries.tone(source),
        "counts": counts,
        "parts": [part for part in parts if part[2] or part[0] in {"good", "apart"}],
        "busy": source.state in {S.CHECKING, S.COMMITTING, S.UNDOING},
        "interrupted": importing.interrupted(source),
        "same": importing.same_file(source) if source.state == S.READY else None,
    }


@require_POST
@in_process(Permission.IMPORT_PERSONS)
def step(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Bring in, take back, go on, or give up."""
    source = queries.get(process, number)
    actor = Actor.of(request.user)
    act = request.POST.get("act", "")
    try:
        if act == "commit":
            importing.start_commit(source=source, actor=actor)
        elif act in {"undo", "undo_keep"}:
            importing.start_undo(source=source, actor=actor, keep_changed=act == "undo_keep")
        elif act == "resume":
            importing.resume(source=source, actor=actor)
        elif act == "discard":
            importing.discard(source=source, actor=actor)
            messages.info(request, _("%(ref)s was given up and its file deleted.") % {"ref": source.ref})
            return redirect("imports", slug=process.slug)
        else:
            raise InvalidInput(_("There is no such step."))
    except WayhomeError as error:
        messages.error(request, str(error))
    return redirect("import", slug=process.slug, number=number)


@require_GET
@in_process(Permission.IMPORT_PERSONS)
def bad_rows(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The rows set apart, as a file to correct and give again. Taking it out is logged: it holds what the list says."""
    source = queries.get(process, number)
    ending = "csv" if request.GET.get("as") == "csv" else "xlsx"
    with tempfile.TemporaryDirectory(prefix="wayhome-bad-") as folder:
        target = Path(folder) / f"rows.{ending}"
        written = reports.write_bad_rows(source, target)
        handle = target.open("rb")  # stays open after the folder is gone
    with transaction.atomic():
        audit.record(
            "import.bad_rows",
            actor=Actor.of(request.user),
            subject=source,
            process_id=process.pk,
            detail={"ref": source.ref, "rows": written},
        )
    response = FileResponse(
        handle,
        as_attachment=True,
        filename=f"{source.ref}-{_('rows to correct')}.{ending}",
        content_type="application/octet-stream",
    )
    response["Cache-Control"] = "private, no-store"
    return response
