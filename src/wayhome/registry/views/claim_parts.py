"""Single parts of a claim: checking evidence, occupants, judging matches, delivery; and the list of papers on their way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.registry.actions import claim_evidence, claim_links, notices
from wayhome.registry.claim_states import NOTICE_STEPS, NoticeState
from wayhome.registry.forms.claim_steps import EvidenceCheckForm, JudgeForm, MarkForm, OccupantForm
from wayhome.registry.models import Claim, ClaimEvidence, ClaimLink, ClaimNotice, Occupant
from wayhome.registry.queries import claim_matches
from wayhome.registry.views.claims import fetch


def _run(request: HttpRequest, form: Any, run: Any, claim: Claim, title: Any, about: str, explain: Any = "") -> HttpResponse:
    """A form on a page of its own: show it, or do what it says and go back to the claim."""
    if request.method == "POST" and form.is_valid():
        try:
            run()
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(ref)s: %(step)s.") % {"ref": claim.ref, "step": title})
            return redirect("claim", slug=claim.process.slug, number=claim.number)
    return render(
        request,
        "registry/claim_part.html",
        {"claim": claim, "form": form, "title": title, "about": about, "explain": explain},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def evidence_check(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Say what came of checking an item of evidence."""
    item = ClaimEvidence.objects.of(process).select_related("claim__process").filter(pk=pk).first()
    if item is None:
        raise Http404
    form = EvidenceCheckForm(
        request.POST if request.method == "POST" else None, initial={"standing": item.standing, "note": item.standing_note}
    )

    def run() -> None:
        claim_evidence.check(item=item, actor=Actor.of(request.user), **form.cleaned_data)

    return _run(request, form, run, item.claim, _("Evidence checked"), f"{item.ref} {item.title}")


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def occupant(request: HttpRequest, process: Process, number: int, pk: int) -> HttpResponse:
    """Change what is known of those who live on the property now."""
    claim = fetch(process, number)
    row = Occupant.objects.of(process).select_related("household").filter(pk=pk, holding=claim.holding_id).first()
    if row is None:
        raise Http404
    form = OccupantForm(request.POST if request.method == "POST" else None, claim=claim, occupant=row)

    def run() -> None:
        claim_evidence.change_occupant(claim=claim, occupant=row, actor=Actor.of(request.user), **form.values())

    return _run(request, form, run, claim, _("Secondary occupant"), f"{row.ref} {row.name}")


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def link_judge(request: HttpRequest, process: Process, number: int, pk: int) -> HttpResponse:
    """Judge a match: both claims side by side, and what the machine found."""
    claim = fetch(process, number)
    link = (
        ClaimLink.objects.filter(Q(one=claim) | Q(other=claim), pk=pk, gone=False)
        .select_related("one__process", "other__process", "judged_by")
        .first()
    )
    if link is None:
        raise Http404
    other = fetch(process, claim_matches.other_end(link, claim).number)
    form = JudgeForm(request.POST if request.method == "POST" else None, initial={"judgement": link.judgement, "note": link.note})
    if request.method == "POST" and form.is_valid():
        try:
            claim_links.judge(claim=claim, link=link, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(one)s and %(other)s: judged.") % {"one": claim.ref, "other": other.ref})
            return redirect("claim", slug=process.slug, number=claim.number)
    return render(
        request,
        "registry/claim_link.html",
        {
            "claim": claim,
            "other": other,
            "sides": [claim, other],
            "link": link,
            "reasons": [(claim_matches.REASONS.get(code, code), detail) for code, detail in link.reasons],
            "form": form,
        },
        status=422 if form.errors else 200,
    )


_MARKS = {"sent": NoticeState.SENT, "received": NoticeState.RECEIVED, "returned": NoticeState.RETURNED}


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.WORK_ON_CLAIMS)
def notice_mark(request: HttpRequest, process: Process, pk: int, mark: str) -> HttpResponse:
    """Say that a paper was sent, received, or came back."""
    notice = ClaimNotice.objects.of(process).select_related("claim__process").filter(pk=pk).first()
    state = _MARKS.get(mark)
    if notice is None or state is None:
        raise Http404
    form = MarkForm(request.POST if request.method == "POST" else None, notice=notice)
    if state != NoticeState.SENT:
        del form.fields["channel"]

    def run() -> None:
        notices.mark(notice=notice, state=state, actor=Actor.of(request.user), **form.cleaned_data)

    about = f"{notice.ref} {notice.get_kind_display()}, {notice.to_text}"
    return _run(request, form, run, notice.claim, state.label, about)


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def delivery(request: HttpRequest, process: Process) -> HttpResponse:
    """Papers by how far they are: to be sent, on their way, come back, received."""
    states = list(NoticeState)
    state = request.GET.get("state", NoticeState.PREPARED)
    state = state if state in NoticeState.values else NoticeState.PREPARED
    own = ClaimNotice.objects.of(process)
    counted = {row["state"]: row["n"] for row in own.values("state").annotate(n=Count("pk")).order_by()}
    rows = own.filter(state=state).select_related("claim", "claimant", "occupant").order_by("sent_on", "number")
    page = paginate(rows, request.GET, size=50, total=counted.get(state, 0))
    return render(
        request,
        "registry/claim_delivery.html",
        {
            "page": page,
            "rows": [
                (row, [str(step) for step in NoticeState if step in NOTICE_STEPS[NoticeState(row.state)]]) for row in page.rows
            ],
            "state": state,
            "states": [(one, one.label, counted.get(one, 0)) for one in states],
            "now": timezone.localtime(),
        },
    )
