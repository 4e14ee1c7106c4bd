"""Households in a plan: who goes where and when, and what one household waits for. Every reading is logged."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.paging import paginate
from wayhome.plans.actions import reading
from wayhome.plans.bridge import explaining
from wayhome.plans.queries import results
from wayhome.plans.sentences import STANDINGS
from wayhome.plans.views import questions
from wayhome.plans.views.results import run_with_plan


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def households(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Who comes home in the plan, by month; of one place where asked."""
    run = run_with_plan(process, number)
    place = request.GET.get("place", "").replace("\x00", "")[:80]
    page = paginate(results.returns_of(run, place=place), request.GET)
    places = results.place_names(run)
    for row in page.rows:
        row.month, row.place = run.month(row.period), places.get(row.area_key, row.area_key)
    reading.log_list(run, actor=Actor.of(request.user), shown=len(page.rows), area_id=run.keys.get("areas", {}).get(place))
    context = {
        "run": run,
        "page": page,
        "place": places.get(place, place),
        "places": sorted(places.items(), key=lambda one: one[1]),
    }
    return render(request, "plans/households.html", {**context, "place_key": place})


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def household(request: HttpRequest, process: Process, number: int, key: str) -> HttpResponse:
    """When and where one household comes home, what it waits for, what would bring it forward."""
    run = run_with_plan(process, number)
    explained = explaining.household(run, key)
    if explained is None:
        raise Http404
    record = results.household_of(run, key)
    if record is not None:
        reading.log_household(run, record, actor=Actor.of(request.user))
    else:
        reading.log_list(run, actor=Actor.of(request.user), shown=1, page=key)
    found = explained.reasons
    places = results.place_names(run)
    context: dict[str, Any] = {
        "run": run,
        "key": key,
        "household": record,
        "standing": STANDINGS[found.standing],
        "place": places.get(found.area_id or "", found.area_id),
        "month": run.month(found.period) if found.period is not None else None,
        "wished": run.month(found.earliest) if found.earliest is not None and found.earliest < run.months else None,
        "said": [explained.phrases.reason(one) for one in found.binding],
        "levers": questions.levers(run, explained, key),
        "answers": questions.answers(run, explained.phrases, key=key),
        "others": [explained.phrases.reason(one) for one in found.reasons if one not in found.binding],
    }
    return render(request, "plans/household.html", context)
