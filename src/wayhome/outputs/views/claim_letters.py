"""Letters of decision on claims, as PDF."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.outputs.composing.decision import decision_sheet
from wayhome.outputs.rendering.pdf import pdf
from wayhome.registry.queries import claims as queries


@require_safe
@in_process(Permission.WORK_ON_CLAIMS)
def letter(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The letter that tells of the decision in force; `?notice=` names the paper and with it the addressee. Making it is logged."""
    claim = queries.get(process, number)
    decision = claim.decisions.order_by("-id").first() if claim is not None else None
    if claim is None or decision is None:
        raise Http404
    asked = request.GET.get("notice", "")
    notice = None
    if asked:
        notice = claim.notices.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
        if notice is None:
            raise Http404
    data = pdf(decision_sheet(claim, decision, notice, queries.settings_of(process), timezone.localdate()))
    with transaction.atomic():
        audit.record(
            "claim.letter_made",
            actor=Actor.of(request.user),
            subject=claim,
            process_id=process.pk,
            detail={"claim": claim.ref, "notice": notice.ref if notice else ""},
        )
    name = f"{claim.ref}{f'-{notice.ref}' if notice else ''}.pdf"
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
