"""Gazetteers: those on file, and bringing one in."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import TooLarge, WayhomeError
from wayhome.core.uploads import refused_uploads
from wayhome.places.actions.gazetteers import Report, bring_in
from wayhome.places.forms import GazetteerForm
from wayhome.places.models import Gazetteer
from wayhome.places.views import boundaries

MOST_FAULTS = 300


@require_http_methods(["GET", "POST"])
@in_process(Permission.VIEW)
def gazetteers(request: HttpRequest, process: Process) -> HttpResponse:
    """The list for everybody; the form for those who may bring one in."""
    form = GazetteerForm(request.POST or None, request.FILES or None)
    report: Report | None = None
    if request.method == "POST":
        if refused := refused_uploads(request):
            raise TooLarge(
                _("%(file)s is too large for this page.") % {"file": refused[0].name},
                _("Bring it in with the command `wayhome gazetteer import`, or cut it into parts."),
            )
        if form.is_valid():
            said = form.cleaned_data
            more = said["names"]
            main, companions = boundaries.arranged({one.name: one.read() for one in said["file"]})
            if said["choose"] and boundaries.fits({main[0]: main[1], **companions}):
                return boundaries.ask(request, process, {main[0]: main[1], **companions}, said)
            try:
                report = bring_in(
                    process=process,
                    actor=Actor.of(request.user),
                    name=said["name"],
                    file_name=main[0],
                    data=main[1],
                    companions=companions,
                    options=boundaries.options(said),
                    source=said["source"],
                    licence=said["licence"],
                    edition=said["edition"],
                    more_names=(more.name, more.read()) if more else None,
                    good_rows_only=said["good_rows_only"],
                    dry=said["dry"],
                )
            except WayhomeError as error:
                if error.status == 403:
                    raise
                form.add_error(error.field if error.field in form.fields else "file", str(error))
        if report is not None and report.columns_wanted and not report.written:
            return boundaries.ask(request, process, {main[0]: main[1], **companions}, said, report)
        if report is not None and report.known_file:
            messages.info(request, _("This file is on file already. Nothing was changed."))
            return redirect("gazetteers", slug=process.slug)
        if report is not None and report.written and not report.faults and not report.notes:
            messages.info(request, said_of(report))
            return redirect("gazetteers", slug=process.slug)
    return page(request, process, form, report)


def page(request: HttpRequest, process: Process, form: GazetteerForm, report: Report | None) -> HttpResponse:
    """The list with what came of a file that was just read."""
    rows = Gazetteer.objects.of(process).select_related("imported_by")
    context = {
        "rows": rows.annotate(n=Count("areas", distinct=True), drawn=Count("outlines", distinct=True)),
        "form": form,
        "report": report,
        "said": said_of(report) if report else "",
        "faults": report.faults[:MOST_FAULTS] if report else [],
        "notes": report.notes[:MOST_FAULTS] if report else [],
    }
    refused_rows = report is not None and not report.written and bool(report.faults)
    return render(request, "places/gazetteers.html", context, status=422 if form.errors or refused_rows else 200)


def said_of(report: Report) -> str:
    return _(
        "%(areas)s areas new, %(changed)s changed; %(names)s names new, %(retired)s retired; %(outlines)s outlines."
    ) % {
        "areas": report.areas_new, "changed": report.areas_changed, "names": report.names_new,
        "retired": report.names_retired, "outlines": report.outlines,
    }  # fmt: skip
