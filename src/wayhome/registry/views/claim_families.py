"""Families of like claims and samples: gathering, the template, the second reading, deciding all at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.registry.actions import claim_families as actions
from wayhome.registry.actions import claim_samples
from wayhome.registry.claim_states import FamilyState
from wayhome.registry.forms.claim_families import FamilyForm, QualitySampleForm, SampleForm, TemplateForm
from wayhome.registry.forms.claim_steps import ReviewForm
from wayhome.registry.models import Claim, ClaimFamily, ClaimSample, SampledClaim
from wayhome.registry.queries import claim_samples as sample_queries
from wayhome.registry.queries.claim_merging import with_parts

OPEN = frozenset({FamilyState.GATHERING, FamilyState.SAMPLED})
SHOWN = 100


def _family(process: Process, number: int) -> ClaimFamily:
    found = ClaimFamily.objects.of(process).select_related("process", "made_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW_REGISTRY)
def families(request: HttpRequest, process: Process) -> HttpResponse:
    """All families, and a new one."""
    form = FamilyForm(request.POST if request.method == "POST" else None, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(
                process=process,
                name=form.cleaned_data["name"],
                why_alike=form.cleaned_data["why_alike"],
                criteria=form.criteria(),
                actor=Actor.of(request.user),
            )
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("claim_family", slug=process.slug, number=made.number)
    rows = ClaimFamily.objects.of(process).annotate(n=Count("claims", distinct=True), decided=Count("decisions", distinct=True))
    return render(
        request,
        "registry/claim_families.html",
        {
            "page": paginate(rows, request.GET, size=30),
            "form": form,
            "free": Claim.objects.of(process).filter(state="under_review", family=None).count(),
            "now": timezone.localtime(),
        },
        status=422 if form.errors else 200,
    )


def _page(request: HttpRequest, family: ClaimFamily, template: TemplateForm, sample: SampleForm) -> HttpResponse:
    claims = with_parts(family.claims.order_by("lodged_on", "number"))
    newest = (
        family.samples.order_by("-id")
        .prefetch_related(
            Prefetch("items", queryset=SampledClaim.objects.select_related("claim", "by").order_by("claim__number"))
        )
        .first()
    )
    would: Any = None
    if family.template and family.state in OPEN:
        would = actions.prepared(family, Actor.of(request.user))
    ready, why_not = False, ""
    if family.state in OPEN:
        try:
            actions.sample_stands(family)
            ready = bool(would and would.reasons)
        except Conflict as error:
            why_not = str(error)
    reasons = {claim.pk: words for claim, words in would.reasons} if would else {}
    left = {row.claim.pk: row.why for row in would.left_out} if would else {}
    rows = [(claim, reasons.get(claim.pk, ""), left.get(claim.pk, "")) for claim in claims[:SHOWN]]
    return render(
        request,
        "registry/claim_family.html",
        {
            "family": family,
            "rows": rows,
            "total": family.claims.count(),
            "would": would,
            "template": template,
            "sample_form": sample,
            "sample": newest,
            "result": sample_queries.result(newest) if newest is not None else None,
            "ready": ready,
            "why_not": why_not,
            "open": family.state in OPEN,
            "now": timezone.localtime(),
        },
        status=422 if template.errors or sample.errors else 200,
    )


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def family(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One family: its claims with the reasons each would get, the sample, what holds the decision back."""
    row = _family(process, number)
    return _page(request, row, TemplateForm(family=row), SampleForm(initial={"size": min(10, row.claims.count() or 1)}))


@require_POST
@in_process(Permission.WORK_ON_CLAIMS)
def family_step(request: HttpRequest, process: Process, number: int, step: str) -> HttpResponse:
    """Write the template, draw a sample, take a claim out, decide, dissolve."""
    row = _family(process, number)
    actor = Actor.of(request.user)
    template, sample = TemplateForm(family=row), SampleForm()
    form: Any = None
    try:
        if step == "template":
            form = template = TemplateForm(request.POST, family=row)
            if not form.is_valid():
                return _page(request, row, template, sample)
            actions.write_template(family=row, actor=actor, **form.cleaned_data)
        elif step == "sample":
            form = sample = SampleForm(request.POST)
            if not form.is_valid():
                return _page(request, row, template, sample)
            actions.sample(family=row, actor=actor, **form.cleaned_data)
        elif step == "out":
            claim = row.claims.filter(
                number=request.POST.get("claim", "0") if request.POST.get("claim", "").isdigit() else 0
            ).first()
            if claim is None:
                raise Http404
            actions.take_out(family=row, claim=claim, actor=actor)
        elif step == "decide":
            done = actions.decide(family=row, actor=actor)
            messages.success(
                request,
                ngettext("%(n)d claim decided.", "%(n)d claims decided.", len(done.reasons)) % {"n": len(done.reasons)}
                + (" " + _("%(n)d left out, to be decided one by one.") % {"n": len(done.left_out)} if done.left_out else ""),
            )
        elif step == "dissolve":
            actions.dissolve(family=row, actor=actor)
        else:
            raise Http404
    except Forbidden:
        raise
    except WayhomeError as error:
        if form is not None:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return _page(request, _family(process, number), template, sample)
        messages.error(request, str(error))
    return redirect("claim_family", slug=process.slug, number=row.number)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW_REGISTRY)
def samples(request: HttpRequest, process: Process) -> HttpResponse:
    """Samples and what they showed; draw one for quality among decided claims."""
    form = QualitySampleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = claim_samples.draw_for_quality(process=process, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("claim_sample", slug=process.slug, number=made.number)
    page = paginate(
        ClaimSample.objects.of(process).select_related("family", "made_by").prefetch_related("items"), request.GET, size=30
    )
    return render(
        request,
        "registry/claim_samples.html",
        {
            "page": page,
            "rows": [(row, sample_queries.result(row)) for row in page.rows],
            "form": form,
            "decided": Claim.objects.of(process).filter(~Q(outcome="")).count(),
            "now": timezone.localtime(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def sample(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One sample with every claim drawn and what its second reader found."""
    row = ClaimSample.objects.of(process).select_related("family", "made_by").filter(number=number).first()
    if row is None:
        raise Http404
    items = list(row.items.select_related("claim__holding", "by").order_by("claim__number"))
    return render(
        request,
        "registry/claim_sample.html",
        {"sample": row, "items": items, "result": sample_queries.result(row), "now": timezone.localtime()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def sampled(request: HttpRequest, process: Process, number: int, claim: int) -> HttpResponse:
    """The second reading of one sampled claim."""
    item = (
        SampledClaim.objects.filter(sample__process=process, sample__number=number, claim__number=claim)
        .select_related("sample__family", "claim__process")
        .first()
    )
    if item is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"finding": item.finding, "note": item.note})
    if request.method == "POST" and form.is_valid():
        try:
            claim_samples.review(item=item, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(ref)s: written down.") % {"ref": item.claim.ref})
            return redirect("claim_sample", slug=process.slug, number=item.sample.number)
    claim_row = with_parts(Claim.objects.of(process)).get(pk=item.claim_id)
    words = ""
    family_row = item.sample.family
    if family_row is not None and family_row.template:
        would = actions.prepared(family_row, Actor.of(request.user))
        words = next((text for one, text in would.reasons if one.pk == claim_row.pk), "")
    return render(
        request,
        "registry/claim_sampled.html",
        {
            "item": item,
            "claim": claim_row,
            "form": form,
            "decision": claim_row.decisions.order_by("-id").first(),
            "words": words,
            "family": family_row,
        },
        status=422 if form.errors else 200,
    )
