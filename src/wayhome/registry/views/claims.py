"""Claims: the board, lodging, the page of a claim, its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_tables
from wayhome.registry.actions import claims as actions
from wayhome.registry.claim_states import ClaimState, PropertyKind
from wayhome.registry.forms.claim_steps import CORRECTABLE, STEPS, StepForm, possible
from wayhome.registry.forms.claims import ClaimForm, claimants
from wayhome.registry.models import Claim, ClaimEvidence, Household
from wayhome.registry.queries import claim_matches
from wayhome.registry.queries import claims as queries
from wayhome.registry.queries.claim_pages import parcel_map, shown

PAGE = 50
MARKS = {
    "matches": gettext_lazy("with a match to judge"),
    "occupants": gettext_lazy("with people living there"),
    "undelivered": gettext_lazy("decision not received"),
}
_REFUSED = (
    gettext_lazy("Your role in this process does not include this step."),
    gettext_lazy("Ask the process lead for the role or for elevated access."),
)


def fetch(process: Process, number: int) -> Claim:
    """The claim with its people, or 404."""
    found = queries.get(process, number)
    if found is None:
        raise Http404
    return found


def may(request: HttpRequest, permission: Permission) -> bool:
    return bool(request.access.may(permission))  # type: ignore[attr-defined]


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """Columns by state, or the table of one state; on a telephone always the table."""
    wanted = queries.Filter.read(request.GET)
    as_table = bool(wanted.state) or request.GET.get("as") == "table"
    counts = queries.counts(process, wanted)
    page = paginate(queries.with_people(queries.claims(process, wanted)), request.GET, size=PAGE)
    columns: list[dict[str, Any]] = []
    if not as_table:
        for state in queries.BOARD:
            cards = []
            if counts[state]:
                only = queries.Filter(state, wanted.words, wanted.right, wanted.kind, wanted.area, wanted.mark)
                cards = list(queries.with_people(queries.claims(process, only)).order_by("lodged_on", "number")[: queries.CARDS])
            columns.append({"state": state, "words": state.label, "n": counts[state], "cards": cards})
    every = [*page.rows, *(claim for column in columns for claim in column["cards"])]
    names = labels(process, {claim.holding.area_id for claim in every})
    return render(
        request,
        "registry/claims.html",
        {
            "wanted": wanted,
            "as_table": as_table,
            "states": [(state, state.label, counts[state]) for state in queries.BOARD],
            "total": sum(counts.values()),
            "columns": columns,
            "page": page,
            "links": queries.open_links(every),
            "names": names,
            "rights": claim_tables.choices(claim_tables.rights()),
            "kinds": PropertyKind.choices,
            "marks": MARKS,
            "now": timezone.localtime(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Lodge a claim. The code for its claimant is shown once, on the next page."""
    given = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {}
    household = request.GET.get("household", "")
    if household.isascii() and household.isdigit() and len(household) < 10:
        home = Household.objects.of(process).filter(number=int(household)).first()
        if home is not None:
            initial = {"household": home.ref, "place_text": home.origin_text}
    form = ClaimForm(given, process=process, initial=initial)
    people = claimants(given, process=process)
    if request.method == "POST" and form.is_valid() and people.is_valid():
        try:
            made = actions.lodge(
                process=process,
                actor=Actor.of(request.user),
                claimants=people.given(),
                holding=form.holding_values(),
                **form.claim_values(),
            )
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            request.session["claim_code"] = [made.claim.pk, made.code]
            return redirect("claim_receipt", slug=process.slug, number=made.claim.number)
    return render(
        request,
        "registry/claim_form.html",
        {"form": form, "people": people, "claim": None, "map": parcel_map(process, None)},
        status=422 if given is not None else 200,
    )


@require_safe
@in_process(Permission.WORK_ON_CLAIMS)
def receipt(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The receipt for the claimant, with the code, once: reading it again shows no code."""
    claim = fetch(process, number)
    kept = request.session.get("claim_code")
    code = None
    if kept and kept[0] == claim.pk:
        code = kept[1]
        if request.method == "GET":
            del request.session["claim_code"]
    response = render(
        request,
        "registry/claim_receipt.html",
        {"claim": claim, "code": code, "setting": queries.settings_of(process), "days": timezone.localdate()},
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def claim(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One claim: who, what, evidence, who lives there, matches, decisions, papers, history. The reading is logged."""
    row = fetch(process, number)
    with transaction.atomic():
        audit.record("claim.read", actor=Actor.of(request.user), subject=row, process_id=process.pk, detail={"claim": row.ref})
    lines, total = queries.history(row, None if request.GET.get("history") == "all" else 12)
    steps = [step for step in possible(row) if may(request, step.permission)]
    return render(
        request,
        "registry/claim.html",
        {
            **shown(row),
            "claim": row,
            "steps": [step for step in steps if step.main],
            "more": [step for step in steps if not step.main],
            "correctable": row.state in CORRECTABLE and may(request, Permission.WORK_ON_CLAIMS),
            "works": may(request, Permission.WORK_ON_CLAIMS),
            "history": lines,
            "history_total": total,
            "now": timezone.localtime(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def correct(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Correct what a claim says, until it is decided."""
    row = fetch(process, number)
    given = request.POST if request.method == "POST" else None
    form = ClaimForm(given, process=process, claim=row)
    people = claimants(given, process=process, claim=row)
    if given is not None and form.is_valid() and people.is_valid():
        holding = form.holding_values()
        try:
            changed = actions.correct(
                claim=row,
                actor=Actor.of(request.user),
                changes=form.claim_values(),
                holding=holding if isinstance(holding, dict) else None,
                claimants=people.given(),
            )
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Corrected.") if changed else _("Nothing differed."))
            return redirect("claim", slug=process.slug, number=row.number)
    return render(
        request,
        "registry/claim_form.html",
        {"form": form, "people": people, "claim": row, "map": parcel_map(process, row)},
        status=422 if given is not None else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def step(request: HttpRequest, process: Process, number: int, step: str) -> HttpResponse:
    """One step on a claim: the form with what it needs, and the step itself."""
    found = STEPS.get(step)
    if found is None:
        raise Http404
    row = fetch(process, number)
    if not may(request, found.permission):
        raise Forbidden(*_REFUSED)
    given = request.POST if request.method == "POST" else None
    form = found.form(given, request.FILES or None, claim=row) if given is not None else found.form(claim=row)
    if given is not None and form.is_valid():
        try:
            made = found.run(row, form, Actor.of(request.user))
        except Forbidden:
            raise
        except WayhomeError as error:
            if error.code == "concerns" and isinstance(form, StepForm):
                form.offer_despite()
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if found.name == "code":
                request.session["claim_code"] = [row.pk, made]
                return redirect("claim_receipt", slug=process.slug, number=row.number)
            messages.success(request, _("%(ref)s: %(step)s.") % {"ref": row.ref, "step": found.title})
            return redirect("claim", slug=process.slug, number=row.number)
    return render(
        request,
        "registry/claim_step.html",
        {
            "claim": row,
            "step": found,
            "form": form,
            "open_links": list(claim_matches.blocking([row.pk]).select_related("one", "other")) if step == "decide" else [],
            "fits": found.states is None or ClaimState(row.state) in found.states,
            "files": any(name == "file" for name in form.fields),
        },
        status=422 if given is not None else 200,
    )


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def evidence_file(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The file of an item of evidence, never shown inside the site. The reading is logged."""
    item = ClaimEvidence.objects.of(process).select_related("claim").filter(pk=pk).exclude(sha256="").first()
    if item is None:
        raise Http404
    with transaction.atomic():
        audit.record(
            "claim.evidence_read",
            actor=Actor.of(request.user),
            subject=item.claim,
            process_id=process.pk,
            detail={"claim": item.claim.ref, "evidence": item.ref},
        )
    return HttpResponse(
        files.load(item.sha256),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, item.file_name) or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def shown_on_household(household: Household, access: Any) -> dict[str, Any] | None:
    """What the household's page shows of its claims (`registry/parts/household_claims.html`)."""
    rows = queries.of_household(household)
    names = labels(household.process, {claim.holding.area_id for claim in rows})
    may_lodge = access.may(Permission.WORK_ON_CLAIMS) and household.closed_on is None
    return {"rows": rows, "names": names, "household": household, "may_lodge": may_lodge}
