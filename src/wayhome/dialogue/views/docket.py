"""The docket: list, export, and steps on many asks."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process, sees_restricted
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.tables import safe_cell
from wayhome.dialogue.forms.bulk import BULK_STEPS
from wayhome.dialogue.models import Ask
from wayhome.dialogue.queries import docket as query
from wayhome.dialogue.queries import silence
from wayhome.dialogue.queries.asks import clock
from wayhome.dialogue.states import Basis, Outcome, Position, TimeState
from wayhome.dialogue.words import clock_words, outcome_words

PAGE = 50


@require_safe
@in_process(Permission.VIEW)
def docket(request: HttpRequest, process: Process) -> HttpResponse:
    """All asks of the process. HTMX asks for the table alone; it is the same query and the same template."""
    today = timezone.localdate()
    wanted = query.Filter.read(request.GET)
    restricted = sees_restricted(request)
    views = query.counts(process, today, restricted=restricted)
    # Keys are sorted and cut first, so that thousands of whole rows are not.
    found = query.asks(process, wanted, today, restricted=restricted).values_list("pk", flat=True)
    page = paginate(found, request.GET, size=PAGE, total=None if wanted.narrowed else views[wanted.view])
    context: dict[str, Any] = {
        "views": [(name, title, views[name]) for name, title in query.VIEWS.items()],
        "wanted": wanted,
        "sorts": query.SORTS,
        "page": page,
        "rows": query.present(query.whole(process, page.rows), process, today, restricted=restricted),
        "today": today,
        "now": timezone.localtime(),
        "parties": query.addressees(process, restricted=restricted),
        "positions": Position.choices,
        "times": TimeState.choices,
        "bases": Basis.choices,
        "outcomes": Outcome.choices,
        "searched": silence.searched(process),
        "bulk_steps": [step for step in BULK_STEPS.values() if request.access.may(step.permission)],  # type: ignore[attr-defined]
        "total": views["all"],
    }
    partial = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(request, "dialogue/docket_list.html" if partial else "dialogue/docket.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


class _Echo:
    """A file that gives back what is written, so that rows are streamed."""

    def write(self, value: str) -> str:
        return value


@require_safe
@in_process(Permission.EXPORT)
def export(request: HttpRequest, process: Process) -> StreamingHttpResponse:
    """The filtered docket as CSV in UTF-8, all pages of it; the export is written to the audit log."""
    today = timezone.localdate()
    wanted = query.Filter.read(request.GET)
    found = query.shown(query.asks(process, wanted, today, restricted=sees_restricted(request)))
    with transaction.atomic():
        audit.record(
            "docket.exported",
            actor=Actor.of(request.user),
            subject=process,
            process_id=process.pk,
            detail={"rows": found.count(), "filter": request.GET.urlencode()[:500]},
        )
    head = [
        _("No."),
        _("What is asked"),
        _("Of whom"),
        _("Position"),
        _("Outcome"),
        _("Delivery"),
        _("Asked on"),
        _("Due on"),
        _("Basis of deadline"),
        _("Clock"),
        _("Answered on"),
        _("Letter"),
    ]

    def lines() -> Iterator[list[Any]]:
        yield head
        for ask in found.iterator(chunk_size=1000):
            words, _tail = clock_words(clock(ask, today, process), ask.due_basis_text)
            yield [
                ask.ref,
                ask.action,
                ask.addressee.name if ask.addressee else "",
                ask.get_position_display(),
                outcome_words(ask, today=today),
                ask.get_delivery_display(),
                ask.asked_on,
                ask.due_on,
                ask.get_due_basis_display() if ask.due_basis else "",
                words,
                ask.answered_on,
                ask.communication.ref if ask.communication else "",
            ]

    writer = csv.writer(_Echo())
    rows = (writer.writerow([safe_cell(cell) for cell in line]) for line in lines())
    response = StreamingHttpResponse(_with_mark(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="docket-{process.slug}-{today.isoformat()}.csv"'
    return response


def _with_mark(rows: Iterator[str]) -> Iterator[str]:
    """A byte order mark first: without it a spreadsheet program reads the names in another encoding."""
    yield "\ufeff"
    yield from rows


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.DECIDE)
def bulk(request: HttpRequest, process: Process) -> HttpResponse:
    """One step on the picked asks: the form that it needs, then the step on each, with what could not be done and why."""
    values = request.POST if request.method == "POST" else request.GET
    step = BULK_STEPS.get(values.get("step", ""))
    if step is None:
        raise Http404
    numbers = {int(n) for n in values.getlist("ask") if n.isascii() and n.isdigit() and len(n) < 10}
    asks = Ask.objects.of(process).readable(restricted=sees_restricted(request)).filter(number__in=numbers)
    picked = list(asks.select_related("process", "addressee").order_by("number")[:500])
    back = redirect("docket", slug=process.slug)
    if not picked:
        from django.contrib import messages

        messages.warning(request, _("Nothing was picked. Pick the asks first, then choose what to do with them."))
        return back
    data = request.POST if request.method == "POST" and "confirm" in request.POST else None
    form = step.form(data, process=process, user=request.user)
    if data is not None and form.is_valid():
        return _carry_out(request, process, step, form, picked)
    return render(
        request,
        "dialogue/bulk.html",
        {"step": step, "form": form, "picked": picked, "today": timezone.localdate()},
    )


def _carry_out(request: HttpRequest, process: Process, step: Any, form: Any, picked: list[Ask]) -> HttpResponse:
    from django.contrib import messages

    try:
        outcomes = step.run(picked, form.cleaned_data, Actor.of(request.user))
    except WayhomeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return render(request, "dialogue/bulk.html", {"step": step, "form": form, "picked": picked})
    if outcomes.done:
        done = ngettext("%(n)d ask: %(step)s.", "%(n)d asks: %(step)s.", len(outcomes.done))
        messages.success(request, done % {"n": len(outcomes.done), "step": step.done})
    for ask, error in outcomes.refused[:20]:
        messages.warning(request, f"{ask.ref}: {error}")
    if len(outcomes.refused) > 20:
        more = len(outcomes.refused) - 20
        messages.warning(request, ngettext("%(n)d more was not done.", "%(n)d more were not done.", more) % {"n": more})
    return redirect("docket", slug=process.slug)
