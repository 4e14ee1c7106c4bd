"""Commitments and obligations: list, page, steps; the table of instruments."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.accounts.scope import in_process, sees_restricted
from wayhome.core.actors import Actor
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import commitments as actions
from wayhome.dialogue.forms.commitments import STEPS, CommitmentForm, possible
from wayhome.dialogue.models import Commitment, Instrument
from wayhome.dialogue.queries import commitments as query
from wayhome.dialogue.queries.ask_page import evidence_rows
from wayhome.dialogue.queries.history import history
from wayhome.dialogue.queries.passages import WITHOUT_TEXT, cite, speaking
from wayhome.dialogue.views.asks import record_restricted
from wayhome.dialogue.views.carrying import carried_out

PAGE = 50


def _commitment(request: HttpRequest, process: Process, number: int) -> Commitment:
    row = query.get(process, number, restricted=sees_restricted(request))
    if row is None:
        raise Http404
    return row


@require_safe
@in_process(Permission.VIEW)
def commitments(request: HttpRequest, process: Process) -> HttpResponse:
    """All commitments of the process with their grade and what shows them."""
    today = timezone.localdate()
    wanted = query.Filter.read(request.GET)
    restricted = sees_restricted(request)
    views = query.counts(process, today, restricted=restricted)
    found = query.commitments(process, wanted, today, restricted=restricted)
    page = paginate(found, request.GET, size=PAGE, total=None if wanted.narrowed else views[wanted.view])
    context = {
        "views": [(name, title, views[name]) for name, title in query.VIEWS.items()],
        "wanted": wanted,
        "sorts": query.SORTS,
        "page": page,
        "rows": query.present(page.rows, process, today, restricted=restricted),
        "parties": query.parties(process, restricted=restricted),
        "kinds": Commitment.Kind.choices,
        "now": timezone.localtime(),
        "total": views["all"],
    }
    partial = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(request, "dialogue/commitment_list.html" if partial else "dialogue/commitments.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@in_process(Permission.VIEW)
def commitment(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One commitment: whose, what, by which instrument or words, due, grades by date, evidence claimed and verified."""
    row = _commitment(request, process, number)
    today = timezone.localdate()
    restricted = sees_restricted(request)
    links = list(row.passages.select_related("passage__document").defer(*(f"passage__{name}" for name in WITHOUT_TEXT)))
    spoken = speaking(link.passage.document_id for link in links)
    quotes = [
        cite(link.passage, spoken.get(link.passage.document_id), restricted=restricted, slug=process.slug) for link in links
    ]
    evidence = evidence_rows(row.evidence.all(), process.slug, restricted=restricted)
    grades = list(row.assessments.select_related("by").order_by("-on", "-id"))
    lines, total = history(row, limit=None if request.GET.get("history") == "all" else 8)
    due, tone = query.due_words(row, grades[0].grade if grades else None, today, process.soon_days)
    record_restricted(request, row, [*quotes, *(line["citation"] for line in evidence)])
    return render(
        request,
        "dialogue/commitment.html",
        {
            "commitment": row,
            "now": timezone.localtime(),
            "quotes": quotes,
            "evidence": evidence,
            "grades": grades,
            "grade": grades[0] if grades else None,
            "due": due,
            "due_tone": tone,
            "asks": list(row.asks.readable(restricted=restricted).select_related("addressee")),
            "claimed": sum(1 for line in evidence if line["row"].standing == "claimed"),
            "verified": sum(1 for line in evidence if line["row"].standing == "verified"),
            "history": lines,
            "history_total": total,
            "steps": [step for step in possible(row) if request.access.may(step.permission)],  # type: ignore[attr-defined]
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REVIEW)
def commitment_step(request: HttpRequest, process: Process, number: int, step: str) -> HttpResponse:
    """One step on a commitment: the form with what it needs, and the step itself."""
    found = STEPS.get(step)
    if found is None:
        raise Http404
    row = _commitment(request, process, number)
    require(request.user, process, found.permission)
    form = found.form(
        request.POST if request.method == "POST" else None,
        process=process,
        user=request.user,
        commitment=row,
        restricted=sees_restricted(request),
    )
    if carried_out(request, form, lambda: found.run(row, form.cleaned_data, Actor.of(request.user))):
        messages.success(request, _("%(ref)s: %(step)s.") % {"ref": row.ref, "step": found.title})
        return redirect("commitment", slug=process.slug, number=row.number)
    return render(
        request,
        "dialogue/commitment_step.html",
        {"commitment": row, "step": found, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REVIEW)
def commitment_new(request: HttpRequest, process: Process) -> HttpResponse:
    """Write a commitment down by hand."""
    form = CommitmentForm(
        request.POST if request.method == "POST" else None,
        process=process,
        user=request.user,
        restricted=sees_restricted(request),
    )
    made = carried_out(
        request, form, lambda: actions.create_commitment(process=process, actor=Actor.of(request.user), **form.cleaned_data)
    )
    if made:
        messages.success(request, _("%(ref)s is written down.") % {"ref": made[0].ref})
        return redirect("commitment", slug=process.slug, number=made[0].number)
    return render(request, "dialogue/commitment_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@in_process(Permission.VIEW)
def instruments(request: HttpRequest, process: Process) -> HttpResponse:
    """The shipped table of instruments with how often this process relies on each; what is unconfirmed is marked."""
    rows = Instrument.objects.annotate(
        asked=Count("asks", filter=Q(asks__process=process), distinct=True),
        owed=Count("commitments", filter=Q(commitments__process=process), distinct=True),
    )
    return render(
        request,
        "dialogue/instruments.html",
        {"rows": list(rows), "unconfirmed": sum(1 for row in rows if not row.confirmed), "now": timezone.localtime()},
    )
