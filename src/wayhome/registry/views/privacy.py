"""Sealed values, the report a person is handed, photographs, erasing, keeping, legal bases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import files
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.registry import needs
from wayhome.registry.actions import consents, erasing, photographs, reports, retention
from wayhome.registry.forms.persons import OpeningForm, PhotographForm
from wayhome.registry.forms.privacy import EraseForm, KeepForm, PurposeForm, SettingsForm
from wayhome.registry.models import Erasure, ProcessingPurpose
from wayhome.registry.queries import persons as queries
from wayhome.registry.queries.retention import due
from wayhome.registry.sealing import open_value
from wayhome.registry.states import Purpose, SealedKind
from wayhome.registry.views.households import refused


@never_cache
@require_http_methods(["GET", "POST"])
@in_process(Permission.OPEN_SEALED)
def opened(request: HttpRequest, process: Process, number: int, pk: int) -> HttpResponse:
    """Open one sealed value for a purpose. It is shown in this one answer and nowhere else."""
    row = queries.person(process, number)
    value = row.sealed.select_related("process", "person").filter(pk=pk).first()
    if value is None:
        raise Http404
    form = OpeningForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "person": row, "value": value}
    if request.method == "POST" and form.is_valid():
        try:
            plain = open_value(value, actor=Actor.of(request.user), purpose=form.cleaned_data["purpose"])
        except WayhomeError as error:
            refused(form, error)
        else:
            need = needs.table().get(plain) if value.kind == SealedKind.NEED else None
            context |= {"opened": True, "plain": plain, "need": need}
    return render(request, "registry/sealed.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_process(Permission.OPEN_SEALED)
def report(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Everything on file about a person as a document to print and hand over; sealed values are opened and logged."""
    row = queries.person(process, number)
    form = OpeningForm(request.POST or None, initial={"purpose": _("The person asked for it")})
    if request.method == "POST" and form.is_valid():
        try:
            plain = reports.open_everything(person=row, actor=Actor.of(request.user), purpose=form.cleaned_data["purpose"])
        except WayhomeError as error:
            refused(form, error)
        else:
            shown = queries.report(row, plain)
            shown["needs"] = [(need, needs.words(code)) for need, code in shown["needs"]]
            purposes = ProcessingPurpose.objects.filter(process=process)
            context = {**shown, "purposes": purposes, "now": timezone.localtime(), "settings": retention.settings_of(process)}
            return render(request, "registry/report.html", context)
    return render(request, "registry/report_ask.html", {"form": form, "person": row}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_process(Permission.PRIVACY)
def erase(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Erase a person; what needs a decision first is named."""
    row = queries.person(process, number)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["number"].strip().upper() not in {row.ref, str(row.number)}:
            form.add_error("number", _("The number of this record is %(ref)s.") % {"ref": row.ref})
        else:
            try:
                erasing.erase(
                    person=row, actor=Actor.of(request.user), ground=form.cleaned_data["ground"], note=form.cleaned_data["note"]
                )
                messages.info(request, _("%(ref)s is erased. That it was done stays in the log.") % {"ref": row.ref})
                return redirect("registry_privacy", slug=process.slug)
            except WayhomeError as error:
                refused(form, error)
    context = {"form": form, "person": row, "hindrances": erasing.hindrances(row)}
    return render(request, "registry/erase.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.PRIVACY)
def keep(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Keep a record longer than the period, for a reason."""
    row = queries.person(process, number)
    form = KeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            retention.keep(person=row, actor=Actor.of(request.user), **form.cleaned_data)
            return redirect("registry_privacy", slug=process.slug)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "person": row, "title": _("Keep the record longer")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.PRIVACY)
def privacy(request: HttpRequest, process: Process) -> HttpResponse:
    """The data protection officer's page: choices, legal bases, what is due, what was erased."""
    form = SettingsForm(request.POST or None, instance=retention.settings_of(process))
    if request.method == "POST" and form.is_valid():
        try:
            retention.choose(process=process, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("Saved."))
            return redirect("registry_privacy", slug=process.slug)
        except WayhomeError as error:
            refused(form, error)
    on_file = {row.purpose: row for row in ProcessingPurpose.objects.filter(process=process)}
    context = {
        "form": form,
        "choices": retention.settings_of(process),
        "purposes": [(value, label, on_file.get(value)) for value, label in Purpose.choices],
        "page": paginate(due(process), request.GET, size=25),
        "erasures": Erasure.objects.of(process).select_related("by")[:20],
        "today": timezone.localdate(),
    }
    return render(request, "registry/privacy.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.PRIVACY)
def purpose(request: HttpRequest, process: Process, purpose: str) -> HttpResponse:
    """Legal basis and notice of one purpose."""
    if purpose not in Purpose.values:
        raise Http404
    row = ProcessingPurpose.objects.filter(process=process, purpose=purpose).first()
    form = PurposeForm(request.POST or None, initial={"legal_basis": row.legal_basis, "notice": row.notice} if row else {})
    if request.method == "POST" and form.is_valid():
        consents.set_purpose(process=process, actor=Actor.of(request.user), purpose=purpose, **form.cleaned_data)
        messages.info(request, _("Saved."))
        return redirect("registry_privacy", slug=process.slug)
    context = {"form": form, "title": Purpose(purpose).label, "privacy": True}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@require_POST
@in_process(Permission.PRIVACY)
def run_retention(request: HttpRequest, process: Process) -> HttpResponse:
    """Erase now what is due."""
    ran = retention.run(process=process, actor=Actor.of(request.user), delete=True, most=500)
    said = ngettext("%(n)d record erased.", "%(n)d records erased.", len(ran.erased)) % {"n": len(ran.erased)}
    for ref, problem in ran.waiting[:5]:
        said += f" {ref}: {problem}"
    messages.info(request, said)
    return redirect("registry_privacy", slug=process.slug)


@never_cache
@require_safe
@in_process(Permission.VIEW_REGISTRY)
def photograph(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The photograph, where the process keeps photographs and there is one."""
    row = queries.person(process, number)
    if not row.photo or not retention.settings_of(process).photographs:
        raise Http404
    data = files.load(row.photo)
    return HttpResponse(data, content_type=photographs.kind_of(data), headers={"X-Content-Type-Options": "nosniff"})


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def put_photograph(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Put a photograph, or take it away."""
    row = queries.person(process, number)
    if request.method == "POST" and "remove" in request.POST:
        photographs.remove(person=row, actor=Actor.of(request.user))
        return redirect("person", slug=process.slug, number=number)
    form = PhotographForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["photo"]
            photographs.put(person=row, actor=Actor.of(request.user), data=given.read(photographs.MOST_BYTES + 1))
            return redirect("person", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "person": row, "title": _("Photograph"), "upload": True}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)
