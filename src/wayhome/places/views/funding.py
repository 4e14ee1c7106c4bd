"""Money: what works cost, what is there for them, what is missing; rates between currencies."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.places.actions import funding as actions
from wayhome.places.forms_works import FundingForm, RateForm
from wayhome.places.models import ExchangeRate, Funding
from wayhome.places.queries import works as queries
from wayhome.places.queries.areas import labels
from wayhome.places.views.works import add_money
from wayhome.places.work_states import Stage


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW)
def gaps(request: HttpRequest, process: Process) -> HttpResponse:
    """Where money is missing; forms for money that is tied to no work and for rates."""
    posted = request.POST if request.method == "POST" else None
    which = posted.get("form", "") if posted is not None else ""
    if posted is not None and not request.access.may(Permission.EDIT_PLACES):  # type: ignore[attr-defined]
        raise Forbidden(
            _("Your role in this process does not include this step."),
            _("Ask the process lead for the role or for elevated access."),
        )
    today = timezone.localdate()
    money = FundingForm(posted if which == "money" else None, initial={"on": today})
    rate = RateForm(posted if which == "rate" else None, initial={"on": today})
    form: forms.Form | None = {"money": money, "rate": rate}.get(which)
    if form is not None and form.is_valid():
        try:
            if which == "money":
                add_money(request, process, form.cleaned_data, None)
            else:
                actions.set_rate(process=process, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("Saved."))
            return redirect("funding", slug=process.slug)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    found = queries.gaps(process, request.GET.get("currency", ""))
    names = labels(process, {work.area_id for work, _money in found.rows})
    for work, _money in found.rows:
        work.area_name = names.get(work.area_id, "")  # type: ignore[attr-defined]
    context = {
        "gaps": found, "money_form": money, "rate_form": rate, "stages": Stage.choices, "now": timezone.localtime(),
        "rates": ExchangeRate.objects.of(process), "which": which,
    }  # fmt: skip
    return render(request, "places/funding.html", context, status=422 if posted is not None else 200)


@require_POST
@in_process(Permission.EDIT_PLACES)
def one(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Move money to another stage, or take it back with a reason."""
    row = Funding.objects.of(process).filter(pk=pk).select_related("process", "work", "funder").first()
    if row is None:
        raise Http404
    actor = Actor.of(request.user)
    if request.POST.get("act") == "retire":
        actions.retire(row=row, reason=request.POST.get("reason", ""), actor=actor)
    else:
        actions.set_stage(row=row, stage=request.POST.get("stage", ""), actor=actor)
    messages.info(request, _("Saved."))
    if row.work is not None:
        return redirect("work", slug=process.slug, number=row.work.number)
    return redirect("funding", slug=process.slug)
