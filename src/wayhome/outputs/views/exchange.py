"""Take a docket out, in one file or in the formats that other systems read; bring one in."""

from __future__ import annotations

import tempfile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden
from wayhome.core.models import AuditEntry
from wayhome.dialogue.models import Document
from wayhome.outputs.exchange import derived, reading, writing
from wayhome.outputs.exchange.errors import DocketFileError

WORDS: dict[str, Any] = {
    "annotations.jsonld": gettext_lazy(
        "Passages as W3C Web Annotations: which words of which document are an ask, a promise, a silence."
    ),
    "provenance.jsonld": gettext_lazy("Who proposed and who confirmed, as PROV-O: for whoever must trace a statement back."),
    "followthemoney.jsonl": gettext_lazy(
        "Parties and messages as FollowTheMoney entities: for investigation tools such as Aleph."
    ),
    "asks-plover.csv": gettext_lazy("Asks as coded events (PLOVER) in a table; no conflict scores."),
    "asks-plover.json": gettext_lazy("The same as JSON."),
}


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Docket file (.zip)"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        limit = 4 * settings.UPLOAD_MAX_BYTES
        if file.size > limit:
            raise ValidationError(
                _("The file has %(size)s; the limit here is %(limit)s. Larger ones go in by “wayhome docket import”.")
                % {"size": filesizeformat(file.size), "limit": filesizeformat(limit)}
            )
        return file


def _whole(request: HttpRequest, process: Process) -> None:
    """A docket with restricted documents leaves only with somebody who may read them."""
    if request.access.may(Permission.VIEW_RESTRICTED):  # type: ignore[attr-defined]
        return
    if Document.objects.of(process).filter(restricted=True).exists():
        raise Forbidden(
            _(
                "This docket holds restricted documents, which your role does not include; a docket is taken out whole or not at all."
            ),
            _("Ask a person who may read them."),
        )


@in_process(Permission.EXPORT)
def exchange(request: HttpRequest, process: Process) -> HttpResponse:
    """What can be taken out and what for; the last times somebody did; the way in."""
    past = AuditEntry.objects.filter(
        process_id=process.pk, action__in=["exchange.taken_out", "exchange.brought_in", "exchange.view_taken_out"]
    )
    return render(
        request,
        "outputs/exchange.html",
        {
            "views": [(name, WORDS[name]) for name in sorted(derived.VIEWS)],
            "past": past.order_by("-seq")[:10],
            "form": ImportForm(),
            "may_import": request.access.may(Permission.IMPORT),  # type: ignore[attr-defined]
        },
    )


@require_POST
@in_process(Permission.EXPORT)
def take_out(request: HttpRequest, process: Process) -> HttpResponse:
    """The whole docket as one file."""
    _whole(request, process)
    handle = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    writing.export(process, handle, actor=Actor.of(request.user))
    handle.seek(0)
    return FileResponse(handle, as_attachment=True, filename=f"{process.slug}-docket.zip", content_type="application/zip")


@require_POST
@in_process(Permission.EXPORT)
def take_view(request: HttpRequest, process: Process, name: str) -> HttpResponse:
    """One of the other formats."""
    if name not in derived.VIEWS:
        raise Http404
    _whole(request, process)
    content_type, chunks = derived.VIEWS[name]
    with transaction.atomic():
        audit.record(
            "exchange.view_taken_out", actor=Actor.of(request.user), subject=process, process_id=process.pk, detail={"view": name}
        )
    response = StreamingHttpResponse(chunks(process), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-{name}"'
    return response


@require_POST
@in_process(Permission.IMPORT)
def bring_in(request: HttpRequest, process: Process) -> HttpResponse:
    """A docket file becomes a process of its own, led by whoever brings it in; this process is not touched."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        for error in form.errors.get("file", []):
            messages.error(request, error)
        return redirect("exchange", slug=process.slug)
    try:
        made, counts, new = reading.import_docket(form.cleaned_data["file"], actor=Actor.of(request.user), owner=request.user)
    except DocketFileError as error:
        messages.error(request, _("Nothing was brought in. %(problem)s") % {"problem": error})
        return redirect("exchange", slug=process.slug)
    if not new:
        visible = Process.objects.visible_to(request.user).filter(pk=made.pk).exists()
        messages.warning(
            request,
            _("This docket is on file already, as “%(name)s”. Nothing was changed.") % {"name": made.name}
            if visible
            else _("This docket is on file already, in a process in which you hold no role. Nothing was changed."),
        )
        return redirect("exchange", slug=process.slug)
    messages.success(
        request,
        _("Brought in: %(asks)s asks, %(letters)s communications, %(documents)s documents.")
        % {"asks": counts["asks"], "letters": counts["communications"], "documents": counts["documents"]},
    )
    return redirect("process_home", slug=made.slug)
