"""Adding documents, following how they are read, taking the original out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import files
from wayhome.core.errors import InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.uploads import refused_uploads
from wayhome.dialogue.actions import documents as actions
from wayhome.dialogue.filenames import safe_name
from wayhome.dialogue.models import Document
from wayhome.dialogue.queries import documents as queries
from wayhome.dialogue.queries.documents import document as get_document

KINDS_READ = ".txt,.md,.html,.htm,.pdf,.docx,.eml"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one file, for the list under the form: a document, or a refusal with what to do."""

    name: str
    document: Document | None = None
    new: bool = False
    problem: str = ""
    remedy: str = ""
    shown: dict[str, Any] | None = None
    waiting_before: int = 0
    late: bool = False


def _row(document: Document, *, new: bool = True) -> Row:
    open_count = document.proposals.filter(state="open").count() if document.state == Document.State.READ else 0
    shown = queries.state_words(document, open_count)
    waited = (timezone.now() - document.created_at).total_seconds()
    return Row(
        document.name,
        document,
        new,
        shown=shown,
        waiting_before=queries.waiting_before(document) if document.state == Document.State.WAITING else 0,
        late=shown["poll"] and waited > 90,
    )


def _refused(request: HttpRequest) -> list[Row]:
    limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
    reasons = {
        "size": (_("larger than the limit of %(limit)s") % {"limit": limit}, _("Split it, or save it without its pictures.")),
        "number": (_("more than 200 files at once"), _("Add the rest in a second step.")),
        "together": (_("the files together are too large for one step"), _("Add the rest in a second step.")),
    }
    return [
        Row(safe_name(one.name), problem=reasons[one.bound][0], remedy=reasons[one.bound][1]) for one in refused_uploads(request)
    ]


def _day(request: HttpRequest) -> Any:
    given = request.POST.get("received_on", "").strip()
    if not given:
        return None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None or day > timezone.localdate():
        raise InvalidInput(
            _("“%(given)s” is no day on which something was received.") % {"given": given[:20]},
            _("Give a day up to today, or leave the field empty."),
            field="received_on",
        )
    return day


def _take(request: HttpRequest, process: Process) -> list[Row]:
    """Keep every file and the pasted words; each is kept or reported, none stops the others."""
    given = request.FILES.getlist("files")  # reads the request; only then is known what was refused
    rows = _refused(request)
    received_on = _day(request)
    restricted = bool(request.POST.get("restricted")) and request.access.may(Permission.VIEW_RESTRICTED)  # type: ignore[attr-defined]
    earlier = None
    if request.POST.get("earlier", "").isdigit():
        earlier = get_document(process, request.access, int(request.POST["earlier"]))  # type: ignore[attr-defined]
    shared: dict[str, Any] = {"process": process, "user": request.user, "received_on": received_on, "restricted": restricted}
    if earlier is not None and len(given) > 1:
        raise InvalidInput(_("A newer version is one file; %(n)s were given.") % {"n": len(given)}, field="earlier")
    for file in given:
        try:
            added = actions.add_file(name=file.name or "", data=file.read(), earlier=earlier, **shared)
            rows.append(_row(added.document, new=added.new))
        except WayhomeError as error:
            rows.append(Row(safe_name(file.name or ""), problem=str(error.problem), remedy=str(error.remedy)))
    if request.POST.get("text", "").strip():
        try:
            added = actions.add_text(text=request.POST["text"], title=request.POST.get("title", ""), **shared)
            rows.append(_row(added.document, new=added.new))
        except WayhomeError as error:
            rows.append(Row(_("Pasted words"), problem=str(error.problem), remedy=str(error.remedy)))
    return rows


@require_http_methods(["GET", "POST"])
@in_process(Permission.ADD_DOCUMENT)
def add(request: HttpRequest, process: Process) -> HttpResponse:
    """The drop zone, the paste field, and what came of each file."""
    rows: list[Row] = []
    error: WayhomeError | None = None
    if request.method == "POST":
        try:
            rows = _take(request, process)
            if not rows:
                raise InvalidInput(_("No file and no words were given."), _("Choose a file or paste the text."), field="files")
        except WayhomeError as refused:
            error = refused
        if request.htmx:  # type: ignore[attr-defined]
            if error is not None:
                rows = [Row(_("Nothing was added"), problem=str(error.problem), remedy=str(error.remedy))]
            return render(request, "dialogue/parts/upload_rows.html", {"rows": rows})
    context = {
        "rows": rows,
        "error": error,
        "accept": KINDS_READ,
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "earlier": queries.choices_of_earlier(process, request.access),  # type: ignore[attr-defined]
        "chosen_earlier": request.GET.get("earlier", ""),
        "today": timezone.localdate(),
        "restrict": request.access.may(Permission.VIEW_RESTRICTED),  # type: ignore[attr-defined]
    }
    return render(request, "dialogue/add_document.html", context, status=error.status if error else 200)


@require_GET
@in_process(Permission.VIEW)
def status(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """How far the reading of one document is, as a row of the upload list; asked for every two seconds until it is read."""
    document = get_document(process, request.access, number)  # type: ignore[attr-defined]
    return render(request, "dialogue/parts/upload_rows.html", {"rows": [_row(document)]})


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All documents with the state of their reading and review."""
    rows = queries.with_counts(queries.documents(process, request.access)).select_related("enclosed_in", "added_by")  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    if state in Document.State.values:
        rows = rows.filter(state=state)
    context = {
        "page": paginate(rows.order_by("-number").defer("text", "zones"), request.GET),
        "state": state,
        "states": Document.State.choices,
    }
    return render(request, "dialogue/documents.html", context)


@require_GET
@in_process(Permission.VIEW)
def original(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The file as it came, always to be saved and never to be opened inside this site."""
    document = get_document(process, request.access, number)  # type: ignore[attr-defined]
    path = files.path_of(document.sha256)
    if not path.is_file():
        raise Http404
    actions.record_reading_by(user=request.user, document=document, how="download")
    response = FileResponse(path.open("rb"), as_attachment=True, filename=document.name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@in_process(Permission.REVIEW)
def read_again(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Queue one document once more."""
    document = get_document(process, request.access, number)  # type: ignore[attr-defined]
    actions.read_again(user=request.user, document=document)
    messages.info(request, _("%(ref)s is read again. Decisions stay as they are.") % {"ref": document.ref})
    return redirect("documents", slug=process.slug)


@require_POST
@in_process(Permission.REVIEW)
def restrict(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Mark a document as restricted, or take the mark away."""
    document = get_document(process, request.access, number)  # type: ignore[attr-defined]
    on = request.POST.get("restricted") == "1"
    actions.set_restricted(user=request.user, document=document, restricted=on)
    messages.info(
        request,
        _("%(ref)s is restricted now; every reading of it is logged.") % {"ref": document.ref}
        if on
        else _("%(ref)s is no longer restricted.") % {"ref": document.ref},
    )
    back = request.POST.get("back", "")
    if back.isdigit():
        return redirect("letter", slug=process.slug, number=int(back))
    return redirect("documents", slug=process.slug)
