"""Assessments: the list, one, by hand, withdrawing; tables of them: checking, bringing in, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, TooLarge, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.uploads import refused_uploads
from wayhome.places.actions import assessment_tables as tables
from wayhome.places.actions.assessments import Said, record
from wayhome.places.actions.assessments import withdraw as withdraw_action
from wayhome.places.forms_readiness import AssessmentForm, TableForm
from wayhome.places.models import Area, Assessment, AssessmentTable
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries.readiness import in_force
from wayhome.places.readiness_bridge import Lens

MOST_FAULTS = 300
MOST_NAMES = 400


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All assessments, the newest first; those out of use on demand."""
    every = "all" in request.GET
    rows = Assessment.objects.of(process).select_related("area", "by", "table", "replaced_by").prefetch_related("values")
    if not every:
        rows = rows.filter(retired_at=None)
    page = paginate(rows, request.GET, size=100)
    named = area_queries.labels(process, [one.area_id for one in page.rows])
    for one in page.rows:
        one.area_name = named[one.area_id]
    return render(request, "places/assessments.html", {"page": page, "every": every})


@require_GET
@in_process(Permission.VIEW)
def assessment(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One assessment as it was said."""
    row = _fetch(process, number)
    values = list(row.values.select_related("indicator"))
    parts = {part.indicator_id: part for part in row.model.parts.all()}
    scales: dict[str, list[Any]] = {}
    for value in values:
        part = parts.get(value.indicator_id)
        scales.setdefault(part.scale if part else "", []).append(value)
    context = {
        "row": row,
        "area_name": area_queries.labels(process, [row.area_id])[row.area_id],
        "scales": [
            (row.model.scale_words(code) if code else _("In no scale of that version"), found) for code, found in scales.items()
        ],
        "missing": len(parts) - len(values),
        "replaces": list(row.replaces.all()),
    }
    return render(request, "places/assessment.html", context)


def _fetch(process: Process, number: int) -> Assessment:
    rows = Assessment.objects.of(process).select_related("area", "model", "by", "table", "retired_by", "replaced_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def add(request: HttpRequest, process: Process) -> HttpResponse:
    """An assessment by hand, one question under the other: made for a telephone as well."""
    model = in_force(process, timezone.localdate())
    if model is None:
        messages.info(request, _("Set the index up first."))
        return redirect("readiness", slug=process.slug)
    form = AssessmentForm(request.POST or None, process=process, lens=Lens.of(model), initial=_initial(request, process))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        names = ("area", "on", "source", "method", "assessor", "families", "note")
        given = Said(answers=form.answers, **{name: said[name] for name in names})
        try:
            made, new = record(process=process, actor=Actor.of(request.user), said=given, replace=said["replace"])
            messages.info(
                request,
                _("On file as %(ref)s.") % {"ref": made.ref} if new else _("%(ref)s says the same already.") % {"ref": made.ref},
            )
            return redirect("readiness_area", slug=process.slug, pk=made.area_id)
        except WayhomeError as error:
            if error.status == 403:
                raise
            field = "replace" if error.code == "differs" else error.field
            form.add_error(field if field in form.fields else None, str(error))
    context = {"form": form, "names": _names(process)}
    return render(request, "places/assessment_add.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, process: Process) -> dict[str, Any]:
    """The area the page was opened from; who assessed last here is likely to go on."""
    given = request.GET.get("area", "")
    area = Area.objects.of(process).filter(pk=int(given)).first() if given.isdigit() and len(given) < 12 else None
    last = Assessment.objects.of(process).filter(by=request.user, table=None).order_by("-number").first()
    said: dict[str, Any] = {"on": timezone.localdate()}
    if area is not None:
        said["area"] = area.code or area_queries.labels(process, [area.pk])[area.pk]
    if last is not None:
        said |= {"source": last.source, "method": last.method, "assessor": last.assessor}
    return said


def _names(process: Process) -> list[tuple[str, str]]:
    """Codes and names to choose from while typing."""
    rows = Area.objects.of(process).filter(kind__in=[Area.Kind.SETTLEMENT, Area.Kind.QUARTER]).exclude(code="")[:MOST_NAMES]
    codes = {area.pk: area.code for area in rows}
    return sorted(((codes[pk], name) for pk, name in area_queries.labels(process, codes).items()), key=lambda one: one[1])


@require_POST
@in_process(Permission.EDIT_PLACES)
def withdraw(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Take one out of use, with a reason."""
    row = _fetch(process, number)
    try:
        withdraw_action(assessment=row, actor=Actor.of(request.user), reason=request.POST.get("reason", ""))
    except InvalidInput as error:
        messages.error(request, str(error))
    return redirect("assessment", slug=process.slug, number=number)


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def bring(request: HttpRequest, process: Process) -> HttpResponse:
    """Give a table; it is checked, and nothing of it counts yet. Those given before stand beside the form."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if refused := refused_uploads(request):
            raise TooLarge(_("%(file)s is too large for this page.") % {"file": refused[0].name}, _("Cut it into parts."))
        if form.is_valid():
            said = form.cleaned_data
            defaults = {name: said[name] for name in ("source", "method", "assessor")}
            try:
                table = tables.check(
                    process=process,
                    actor=Actor.of(request.user),
                    file_name=said["file"].name,
                    data=said["file"].read(),
                    defaults=defaults,
                )
                if table.state == AssessmentTable.State.DONE:
                    messages.info(request, _("This file is on file already. Nothing was changed."))
                return redirect("assessment_table", slug=process.slug, number=table.number)
            except WayhomeError as error:
                if error.status == 403:
                    raise
                form.add_error("file", str(error))
    rows = AssessmentTable.objects.of(process).select_related("by").defer("rows", "faults")[:50]
    model = in_force(process, timezone.localdate())
    context = {"form": form, "rows": rows, "parts": Lens.of(model).parts if model else []}
    return render(request, "places/assessment_tables.html", context, status=422 if form.errors else 200)


@require_GET
@in_process(Permission.EDIT_PLACES)
def table(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What a table would bring, or has brought; what is wrong with which row."""
    row = _fetch_table(process, number)
    named = area_queries.labels(process, [one["area"] for one in row.rows[:50]])
    sample = [
        {**one, "area_name": named.get(one["area"], "–"), "n": len(one["answers"]), "first": one["rows"][0]}
        for one in row.rows[:50]
    ]
    context = {
        "table": row,
        "open": row.state == AssessmentTable.State.CHECKED,
        "faults": row.faults[:MOST_FAULTS],
        "sample": sample,
    }
    return render(request, "places/assessment_table.html", context)


def _fetch_table(process: Process, number: int) -> AssessmentTable:
    found = AssessmentTable.objects.of(process).select_related("by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_POST
@in_process(Permission.EDIT_PLACES)
def table_step(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Bring a checked table in, give it up, or take one back."""
    row, actor, do = _fetch_table(process, number), Actor.of(request.user), request.POST.get("do", "")
    try:
        if do == "undo":
            n = tables.undo(table=row, actor=actor)
            messages.info(request, ngettext("%(n)d assessment withdrawn.", "%(n)d assessments withdrawn.", n) % {"n": n})
        elif do == "drop":
            tables.drop(table=row, actor=actor)
        else:
            n = tables.bring_in(table=row, actor=actor, good_rows_only=do == "good").counts["written"]
            messages.info(request, ngettext("%(n)d assessment is on file.", "%(n)d assessments are on file.", n) % {"n": n})
    except WayhomeError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
    return redirect("assessment_table", slug=process.slug, number=number)
