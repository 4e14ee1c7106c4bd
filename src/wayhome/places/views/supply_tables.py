"""Tables of works and supplies: brought in from a file, taken out as CSV or as one workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, TooLarge, WayhomeError
from wayhome.core.uploads import refused_uploads
from wayhome.places import iati
from wayhome.places.actions.supply_imports import Report, bring_in
from wayhome.places.forms_works import TableForm
from wayhome.places.importing.supply import KINDS
from wayhome.places.models import Area, Funding, Work
from wayhome.places.queries import supply_tables as queries
from wayhome.places.queries.areas import labels

MOST_FAULTS = 300
WORDS: dict[str, Any] = {
    "works": pgettext_lazy("table", "Works"),
    "funding": pgettext_lazy("table", "Money"),
    "homes": pgettext_lazy("table", "Counts of homes"),
    "capacities": pgettext_lazy("table", "Capacities of services"),
    "crews": pgettext_lazy("table", "Crews"),
    "seats": pgettext_lazy("table", "Seats to travel"),
    "rates": pgettext_lazy("table", "Exchange rates"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.EDIT_PLACES)
def tables(request: HttpRequest, process: Process) -> HttpResponse:
    """Bring a table in, all of it or nothing; the tables that can be taken out."""
    form = TableForm(request.POST or None, request.FILES or None)
    report: Report | None = None
    if request.method == "POST":
        if refused := refused_uploads(request):
            raise TooLarge(_("%(file)s is too large.") % {"file": refused[0].name}, _("Cut it into parts."))
        if form.is_valid():
            said = form.cleaned_data
            try:
                report = bring_in(
                    process=process, actor=Actor.of(request.user), file_name=said["file"].name, data=said["file"].read(),
                    good_rows_only=said["good_rows_only"], dry=said["dry"],
                )  # fmt: skip
            except WayhomeError as error:
                if error.status == 403:
                    raise
                form.add_error("file", str(error))
        if report is not None and report.written and not report.faults:
            messages.info(request, " ".join(_said(report)))
            return redirect("supply_tables", slug=process.slug)
    context = {
        "form": form, "report": report, "said": _said(report) if report else [], "most": MOST_FAULTS,
        "faults": report.faults[:MOST_FAULTS] if report else [],
        "kinds": [(name, WORDS[name], kind.columns, kind.needed) for name, kind in KINDS.items()],
    }  # fmt: skip
    wrong = bool(form.errors) or (report is not None and not report.written and bool(report.faults))
    return render(request, "places/supply_tables.html", context, status=422 if wrong else 200)


SAID = gettext_lazy("%(kind)s: %(new)s new, %(changed)s changed, %(same)s the same.")


def _said(report: Report) -> list[str]:
    return [
        str(SAID) % {"kind": WORDS[kind], "new": new, "changed": changed, "same": same}
        for kind, new, changed, same in report.lines
    ]


@require_safe
@in_process(Permission.EXPORT)
def export(request: HttpRequest, process: Process, name: str) -> HttpResponse:
    """One table as CSV (`works.csv`), or all of them as a workbook (`supplies.xlsx`). Taking out is logged."""
    kind, _dot, form = name.rpartition(".")
    if form == "csv" and kind in KINDS:
        data, content_type = queries.as_csv(process, kind), "text/csv; charset=utf-8"
    elif name == "supplies.xlsx":
        data, content_type = queries.as_workbook(process), XLSX
    else:
        raise Http404
    with transaction.atomic():
        audit.record("works.exported", actor=Actor.of(request.user), process_id=process.pk, detail={"file": name})
    response = HttpResponse(data, content_type=content_type)
    file = f"{process.slug}-{timezone.localdate().isoformat()}-{name}"
    response["Content-Disposition"] = content_disposition_header(True, file) or ""
    return response


@require_safe
@in_process(Permission.EXPORT)
def iati_activities(request: HttpRequest, process: Process) -> HttpResponse:
    """Works as IATI activities of the organisation that publishes them (`org`, `name`). Taking out is logged."""
    identifier = request.GET.get("org", "").strip()[:100]
    if not iati.is_identifier(identifier):
        raise InvalidInput(
            _("An IATI identifier of the publishing organisation is needed, without spaces and without / & | ?."),
            _("Write it as the IATI registry gives it."),
            field="org",
        )
    works = list(Work.objects.of(process).select_related("process", "area", "implementer"))
    funding: dict[int, list[Funding]] = {}
    for row in Funding.objects.of(process).filter(retired_at=None, work__isnull=False).select_related("funder"):
        funding.setdefault(row.work_id or 0, []).append(row)
    country = Area.objects.of(process).filter(level=0).first()
    publisher = iati.Publisher(identifier, request.GET.get("name", "").strip()[:200] or process.name)
    names = labels(process, {work.area_id for work in works})
    data = iati.activities(works, funding, names, country, publisher, timezone.now())
    if wrong := iati.faults(data):
        raise InvalidInput(
            _("The activities are not right: %(why)s") % {"why": "; ".join(wrong[:3])}, _("Correct the works it names.")
        )
    with transaction.atomic():
        audit.record("works.exported", actor=Actor.of(request.user), process_id=process.pk, detail={"file": "iati.xml"})
    response = HttpResponse(data, content_type="application/xml; charset=utf-8")
    file = f"{process.slug}-{timezone.localdate().isoformat()}-iati.xml"
    response["Content-Disposition"] = content_disposition_header(True, file) or ""
    return response
