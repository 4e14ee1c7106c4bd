"""How sturdy a plan is, and what one more unit of money, crews, seats or places returns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.plans import charts
from wayhome.plans.actions import studying
from wayhome.plans.bridge import explaining
from wayhome.plans.forms.studies import SturdyForm
from wayhome.plans.models import Run, Study
from wayhome.plans.queries import results
from wayhome.plans.sentences import Phrases
from wayhome.plans.views.results import run_with_plan


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW)
def studies(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Both studies of a plan as they stand; who plans asks for them anew."""
    run = run_with_plan(process, number)
    form = SturdyForm(run, results.with_plan(process), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actor = Actor.of(request.user)
        try:
            if request.POST.get("act") == "prices":
                studying.ask_prices(run=run, actor=actor)
                return redirect("plan_studies", process.slug, number)
            if form.is_valid():
                studying.ask_sturdy(run=run, actor=actor, **form.values())
                return redirect("plan_studies", process.slug, number)
        except WayhomeError as error:
            messages.error(request, str(error))
    context = {"run": run, "form": form, **shown(run)}
    return render(request, "plans/studies.html", context)


@require_safe
@in_process(Permission.VIEW)
def study_parts(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The studies alone, looked at again while one is under way."""
    run = run_with_plan(process, number)
    return render(request, "plans/parts/studies.html", {"run": run, **shown(run)})


def shown(run: Run) -> dict[str, Any]:
    """The newest study of each kind, drawn and in words."""
    rows = {kind: run.studies.filter(kind=kind).select_related("other__scenario", "by").first() for kind in Study.Kind.values}
    sturdy, prices = rows[Study.Kind.STURDY], rows[Study.Kind.PRICES]
    months = [run.month(period) for period in range(run.months)]
    said: dict[str, Any] = {"sturdy": sturdy, "prices": prices, "fan": None, "priced": []}
    said["waiting"] = any(row is not None and row.state in {"queued", "working"} for row in (sturdy, prices))
    if sturdy is not None and sturdy.state == Study.State.DONE:
        found = sturdy.result
        said["fan"] = charts.fan(months, found["home"], found["planned"])
        said["by_month"] = list(zip(months, found["planned"], *(found["home"][place] for place in (0, 2, 4)), strict=True))
        said["difference"] = (
            list(zip(months, *found["difference"], strict=True))[5::6] if "difference" in found and sturdy.other else []
        )
    if prices is not None and prices.state == Study.State.DONE:
        phrases = explaining.phrases_of(run)
        said["priced"] = [_priced(row, phrases, run) for row in prices.result["rows"]]
    return said


def _priced(row: dict[str, Any], phrases: Phrases, run: Run) -> dict[str, Any]:
    names = {
        "money": _("Money, %(currency)s") % {"currency": run.scenario.currency},
        "crew": _("Crew: %(crew)s") % {"crew": row["crew"]},
        "seats": _("Seats a month from %(place)s") % {"place": phrases.place(row["hub"])},
        "dwelling": _("Homes in %(place)s") % {"place": phrases.place(row["area"])},
        "water": _("Water in %(place)s, persons") % {"place": phrases.place(row["area"])},
        "school": _("School places in %(place)s") % {"place": phrases.place(row["area"])},
        "clinic": _("Care at the clinic in %(place)s, persons") % {"place": phrases.place(row["area"])},
    }
    up = max((step for step in row["steps"] if step["amount"] > 0), key=lambda step: -step["amount"], default=None)
    return {
        "name": names[row["kind"]],
        "unit": _plain(row["unit"]),
        "worth": row["worth"],
        "confirmed": row["confirmed"],
        "low": _plain(row["low"]),
        "high": _plain(row["high"]),
        "households": up["households"] if up else None,
        "least": up["least"] if up else None,
        "most": up["most"] if up else None,
        "steps": [(_plain(step["amount"]), step["households"], step["value"]) for step in row["steps"]],
    }


def _plain(n: float) -> str:
    return number_format(round(n) if abs(n) >= 10 else round(n, 1), force_grouping=True)
