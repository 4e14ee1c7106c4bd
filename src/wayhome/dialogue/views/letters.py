"""Communications: the list, one with its text and all that was found in it, its correction."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import communications as actions
from wayhome.dialogue.actions import delivery
from wayhome.dialogue.actions.documents import record_reading_by
from wayhome.dialogue.forms.communications import CommunicationForm, DeliveryForm
from wayhome.dialogue.models import Communication
from wayhome.dialogue.queries import letters as queries


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """Who wrote to whom, when, what it asks, whether its review is done."""
    access = request.access  # type: ignore[attr-defined]
    filters = queries.Filters.of(request.GET)
    rows = queries.letters(process, access, filters)
    page = paginate(rows, request.GET, total=queries.count(process, access, filters))
    queries.with_sides(page.rows)
    context = {
        "page": page,
        "filters": filters,
        "kinds": Communication.Kind.choices,
        "years": queries.years(process),
        "parties": queries.party_choices(process),
        "today": timezone.localdate(),
    }
    return render(request, "dialogue/letters.html", context)


@require_GET
@in_process(Permission.VIEW)
def letter(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One communication; a restricted document's reading is logged."""
    shown = queries.letter(process, request.access, number)  # type: ignore[attr-defined]
    document: Any = shown.row.document
    if document is not None:
        record_reading_by(user=request.user, document=document, how="page")
    form = DeliveryForm(communication=shown.row)
    return render(request, "dialogue/letter.html", {"shown": shown, "letter": shown.row, "document": document, "delivery": form})


@require_POST
@in_process(Permission.ADD_DOCUMENT)
def log_delivery(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """A communication was sent, came back, or was received with proof; the clocks of its asks follow."""
    shown = queries.letter(process, request.access, number)  # type: ignore[attr-defined]
    form = DeliveryForm(request.POST, communication=shown.row)
    if form.is_valid():
        try:
            delivery.log_delivery(communication=shown.row, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("Delivery is logged; the clocks of its asks follow it."))
            return redirect("letter", slug=process.slug, number=number)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {"shown": shown, "letter": shown.row, "document": shown.row.document, "delivery": form}
    return render(request, "dialogue/letter.html", context, status=422)


@require_http_methods(["GET", "POST"])
@in_process(Permission.REVIEW)
def edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Correct what a communication is."""
    shown = queries.letter(process, request.access, number)  # type: ignore[attr-defined]
    form = CommunicationForm(request.POST or None, instance=shown.row, process=process)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        parts = {"from": data.pop("senders"), "to": data.pop("recipients"), "copy": data.pop("copies")}
        try:
            actions.correct(user=request.user, communication=shown.row, parts=parts, **data)
            messages.info(request, _("Saved."))
            return redirect("letter", slug=process.slug, number=number)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "dialogue/letter_form.html", {"form": form, "letter": shown.row}, status=422 if form.errors else 200)
