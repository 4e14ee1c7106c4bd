"""Who does what where: by area and sector, tables brought in and taken back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import TooLarge, WayhomeError
from wayhome.core.uploads import refused_uploads
from wayhome.places.actions import presence as actions
from wayhome.places.models import PresenceImport
from wayhome.places.queries import presence as queries

MOST_FAULTS = 300


class PresenceForm(forms.Form):
    """A table of presence."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with HXL tags, or headings in English, French or Spanish."),
    )
    made_by = forms.CharField(label=gettext_lazy("Who made it"), max_length=300, required=False)
    period = forms.CharField(
        label=gettext_lazy("Period"), max_length=60, required=False, help_text=gettext_lazy("As its makers write it.")
    )
    good_rows_only = forms.BooleanField(
        label=gettext_lazy("Bring in what is right although other rows have faults"), required=False
    )
    dry = forms.BooleanField(label=gettext_lazy("Try only: say what would change"), required=False)


@require_safe
@in_process(Permission.VIEW)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """By area and sector; where works stand and nobody of their sector is on file."""
    found = queries.board(process, request.GET)
    context = {
        "board": found, "page": found.page, "sector": request.GET.get("sector", ""), "words": request.GET.get("q", "")[:100],
        "now": timezone.localtime(),
    }  # fmt: skip
    return render(request, "places/presence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.EDIT_PLACES)
def bring(request: HttpRequest, process: Process) -> HttpResponse:
    """Bring a table in, or try."""
    form = PresenceForm(request.POST or None, request.FILES or None)
    report: actions.Report | None = None
    if request.method == "POST":
        if refused := refused_uploads(request):
            raise TooLarge(_("%(file)s is too large.") % {"file": refused[0].name}, _("Cut it into parts."))
        if form.is_valid():
            said = form.cleaned_data
            file = said.pop("file")
            try:
                report = actions.bring_in(
                    process=process, actor=Actor.of(request.user), file_name=file.name, data=file.read(), **said
                )
            except WayhomeError as error:
                if error.status == 403:
                    raise
                form.add_error("file", str(error))
        if report is not None and report.known_file:
            messages.info(request, _("This file is on file already. Nothing was changed."))
            return redirect("presence", slug=process.slug)
        if report is not None and report.written and not report.faults:
            messages.info(request, said_of(report))
            return redirect("presence", slug=process.slug)
    context = {
        "form": form, "report": report, "said": said_of(report) if report else "",
        "faults": report.faults[:MOST_FAULTS] if report else [],
    }  # fmt: skip
    wrong = bool(form.errors) or (report is not None and not report.written and bool(report.faults))
    return render(request, "places/presence_bring.html", context, status=422 if wrong else 200)


def said_of(report: actions.Report) -> str:
    """What a table brought, as a sentence."""
    return _(
        "%(rows)s rows read: %(organisations)s organisations (%(new)s new), %(presences)s presences, %(placed)s of them in an area on file."
    ) % {
        "rows": report.read, "organisations": report.organisations, "new": report.organisations_new,
        "presences": report.presences, "placed": report.placed,
    }  # fmt: skip


@require_POST
@in_process(Permission.EDIT_PLACES)
def undo(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Take a table back."""
    row = PresenceImport.objects.of(process).filter(number=number).select_related("process").first()
    if row is None:
        raise Http404
    gone = actions.undo(source=row, actor=Actor.of(request.user))
    messages.info(request, ngettext("%(n)s presence is taken back.", "%(n)s presences are taken back.", gone) % {"n": gone})
    return redirect("presence", slug=process.slug)
