"""Homes and services: by area, one area with its counts, crews and seats."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.places.actions import homes as actions
from wayhome.places.forms_works import CapacityForm, CrewForm, HomesForm, SeatsForm
from wayhome.places.models import HomeStock, ServiceCapacity
from wayhome.places.queries import homes as queries


def _refuse_readers(request: HttpRequest) -> None:
    if not request.access.may(Permission.EDIT_PLACES):  # type: ignore[attr-defined]
        raise Forbidden(
            _("Your role in this process does not include this step."),
            _("Ask the process lead for the role or for elevated access."),
        )


def _do(form: forms.Form, write: Any, said: dict[str, Any]) -> bool:
    """Write by the use case; what it refuses becomes an error of its field."""
    try:
        write(**said)
    except Forbidden:
        raise
    except WayhomeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """Homes and services of every area, on the map and as a table; crews and seats."""
    posted = request.POST if request.method == "POST" else None
    which = posted.get("form", "") if posted is not None else ""
    if posted is not None:
        _refuse_readers(request)
    crew = CrewForm(posted if which == "crew" else None)
    seats = SeatsForm(posted if which == "seats" else None, process=process)
    form: forms.Form | None = {"crew": crew, "seats": seats}.get(which)
    if form is not None and form.is_valid():
        said = {"process": process, "actor": Actor.of(request.user), **form.cleaned_data}
        if _do(form, actions.set_crew if which == "crew" else actions.set_seats, said):
            messages.info(request, _("Saved."))
            return redirect("homes", slug=process.slug)
    context = {
        "board": queries.board(process, timezone.localdate()), "crew_form": crew, "seats_form": seats, "which": which,
        "now": timezone.localtime(),
    }  # fmt: skip
    return render(request, "places/homes.html", context, status=422 if posted is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW)
def area(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The counts of one area, with forms for new ones."""
    posted = request.POST if request.method == "POST" else None
    which = posted.get("form", "") if posted is not None else ""
    if posted is not None:
        _refuse_readers(request)
    shown = queries.shown(process, pk, timezone.localdate())
    count = HomesForm(posted if which == "homes" else None)
    capacity = CapacityForm(posted if which == "capacity" else None)
    form: forms.Form | None = {"homes": count, "capacity": capacity}.get(which)
    if form is not None and form.is_valid():
        said = {"process": process, "actor": Actor.of(request.user), "area": shown.area, **form.cleaned_data}
        said["occupied" if which == "homes" else "used"] = said["occupied" if which == "homes" else "used"] or 0
        if _do(form, actions.count_homes if which == "homes" else actions.set_capacity, said):
            messages.info(request, _("Saved."))
            return redirect("area_homes", slug=process.slug, pk=pk)
    context = {
        "shown": shown, "area": shown.area, "homes_form": count, "capacity_form": capacity, "which": which,
        "now": timezone.localtime(),
    }  # fmt: skip
    return render(request, "places/area_homes.html", context, status=422 if posted is not None else 200)


@require_POST
@in_process(Permission.EDIT_PLACES)
def retire(request: HttpRequest, process: Process, kind: str, pk: int) -> HttpResponse:
    """Retire a count with a reason."""
    rows: Any = {"homes": HomeStock, "capacity": ServiceCapacity}[kind].objects
    row = rows.of(process).filter(pk=pk, retired_at=None).select_related("process", "area").first()
    if row is None:
        raise Http404
    actions.retire_count(row=row, reason=request.POST.get("reason", ""), actor=Actor.of(request.user))
    messages.info(request, _("The count is retired."))
    return redirect("area_homes", slug=process.slug, pk=row.area_id)
