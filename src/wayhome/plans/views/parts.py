"""The parts of a scenario as tables to fill in: money, rates, crews, transport, works, gates, demands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.plans.actions import scenarios as actions
from wayhome.plans.forms import scenarios as forms
from wayhome.plans.models import Scenario
from wayhome.plans.queries import scenarios as queries
from wayhome.plans.states import Inclusion


@dataclass
class Part:
    """A table of a part: its title, words above it, fixed heads before the fields, and for each line what stands there."""

    title: Any
    help: Any
    heads: list[Any] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    forms: Any = None
    more: Any = None
    """A second set of lines (single months of transport)."""
    more_title: Any = ""


Build = Callable[[Scenario, Any], Part]


def _budget(scenario: Scenario, data: Any) -> Part:
    initial = list(scenario.budget.values("month", "amount", "currency", "source"))
    extra = [{"currency": scenario.currency}] * 3
    lines = forms.rows_of(forms.BudgetRow, extra=3)(
        data, prefix="rows", initial=initial, form_kwargs={"use_required_attribute": False}
    )
    for form, given in zip(lines.forms[len(initial) :], extra, strict=False):
        form.fields["currency"].initial = given["currency"]
        form.fields["currency"].has_changed = lambda *_values: False
    return Part(
        gettext_lazy("Money by month"),
        gettext_lazy("What is not spent in a month is kept for later ones. The share of the budget scales all lines."),
        forms=lines,
    )


def _rates(scenario: Scenario, data: Any) -> Part:
    initial = list(scenario.rates.values("currency", "rate", "on", "source"))
    return Part(
        gettext_lazy("Exchange rates"),
        gettext_lazy("Money and works in another currency count only with a rate that names its day and source."),
        forms=forms.rows_of(forms.RateRow, extra=2)(
            data, prefix="rows", initial=initial, form_kwargs={"use_required_attribute": False}
        ),
    )


def _crews(scenario: Scenario, data: Any) -> Part:
    rows = queries.crews(scenario)
    initial = [{"crew": row.code, "units": row.own} for row in rows]
    return Part(
        gettext_lazy("Crews"),
        gettext_lazy("How many crews can work in every month. Empty: the fewest on file in any month of the plan."),
        [gettext_lazy("Crew"), gettext_lazy("Works that need it"), gettext_lazy("On file")],
        [[row.name, row.needed, row.filed] for row in rows],
        forms.rows_of(forms.CrewRow, extra=0)(data, prefix="rows", initial=initial),
    )


def _transport(scenario: Scenario, data: Any) -> Part:
    rows = queries.hubs(scenario)
    choices = [(row.hub_id, row.name) for row in rows]
    single = scenario.transport.exclude(month=None).values("hub_id", "month", "persons")
    return Part(
        gettext_lazy("Transport"),
        gettext_lazy(
            "Persons who can travel from a place in a month. Empty: the seats on file, else the number of the scenario."
        ),
        [gettext_lazy("From"), gettext_lazy("Households there"), gettext_lazy("Seats on file")],
        [[row.name, row.households, row.filed if row.filed is not None else "–"] for row in rows],
        forms.rows_of(forms.HubRow, extra=0)(
            data, prefix="rows", initial=[{"hub_id": row.hub_id, "persons": row.every} for row in rows]
        ),
        forms.rows_of(forms.MonthSeatsRow, extra=3)(
            data, prefix="more", initial=list(single), form_kwargs={"hubs": choices, "use_required_attribute": False}
        ),
        gettext_lazy("Single months"),
    )


def _works(scenario: Scenario, data: Any) -> Part:
    rows = [row for row in queries.works(scenario) if not row.lacks]
    initial = [
        {
            "work_id": row.id,
            "leave_out": row.out,
            "duration": row.own_duration,
            "cost": row.own_cost,
            "earliest": row.earliest,
        }
        for row in rows
    ]
    part = Part(
        gettext_lazy("Works"),
        gettext_lazy(
            "Leave a work out, or plan it with other months, another cost or an earliest month. Empty fields stay as on file."
        ),
        [gettext_lazy("Work"), gettext_lazy("Place"), gettext_lazy("On file")],
        [],
        forms.rows_of(forms.WorkRow, extra=0)(data, prefix="rows", initial=initial),
    )
    for row, form in zip(rows, part.forms.forms, strict=False):
        form.fields["duration"].widget.attrs["placeholder"] = row.duration if row.own_duration is None else ""
        part.lines.append([row.title, row.area, _filed(row)])
    return part


def _filed(row: queries.WorkRow) -> str:
    from wayhome.places.money import written

    parts = [row.state, _("%(n)s months") % {"n": row.duration}, written(row.cost, row.currency), row.adds]
    return ", ".join(part for part in parts if part)


def _gates(scenario: Scenario, data: Any) -> Part:
    rows = queries.gates(scenario, timezone.localdate())
    part = Part(
        gettext_lazy("Gates"),
        gettext_lazy(
            "Gates that are closed today. One opens in a plan when its works are done, on the day its authority expects, or in a month "
            "you assume here; else its place stays closed. An assumption is shown as one and promises nothing."
        ),
        [gettext_lazy("Place"), gettext_lazy("Gate"), gettext_lazy("Wish to return"), gettext_lazy("Opens by")],
        [],
        forms.rows_of(forms.GateRow, extra=0)(
            data,
            prefix="rows",
            initial=[{"area_id": row.area_id, "kind": row.kind, "expected": row.assumed, "reason": row.why} for row in rows],
        ),
    )
    for row in rows:
        opens = ", ".join(row.works) or (
            _("expected in %(month)s") % {"month": forms.month_words(row.expected)} if row.expected else _("nothing known")
        )
        part.lines.append([row.area, f"{row.title}: {row.state.lower()}", row.wishing, opens])
    return part


def _demands(scenario: Scenario, data: Any) -> Part:
    works = [(row.id, f"{row.title} ({row.area})") for row in queries.works(scenario) if not row.lacks and not row.underway]
    initial = list(scenario.demands.values("kind", "work_id", "area_id", "month", "note"))
    given = {"works": works, "places": queries.places(scenario.process), "use_required_attribute": False}
    return Part(
        gettext_lazy("Demands"),
        gettext_lazy("What must happen by a month. A run meets all demands, or says which cannot be met together."),
        forms=forms.rows_of(forms.DemandRow, extra=2)(data, prefix="rows", initial=initial, form_kwargs=given),
    )


BUILD: dict[str, Build] = {
    "budget": _budget,
    "rates": _rates,
    "crews": _crews,
    "transport": _transport,
    "works": _works,
    "gates": _gates,
    "demands": _demands,
}


def _kept(lines: Any) -> list[dict[str, Any]]:
    """Lines that say something and are not taken out."""
    return [
        {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
        for form in lines.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.initial)
    ]


def _said(scenario: Scenario, part: str, shown: Part) -> list[dict[str, Any]]:
    rows = _kept(shown.forms)
    match part:
        case "crews":
            return [row for row in rows if row["units"] is not None]
        case "transport":
            every = [{**row, "month": None} for row in rows if row["persons"] is not None]
            return every + _kept(shown.more)
        case "works":
            said = []
            for row in rows:
                out = row.pop("leave_out")
                if out or any(row[name] is not None for name in ("duration", "cost", "earliest")):
                    said.append({**row, "inclusion": Inclusion.OUT if out else Inclusion.FREE})
            return said
        case "gates":
            known = {(row.area_id, row.kind) for row in queries.gates(scenario, timezone.localdate())}
            return [row for row in rows if row["expected"] is not None and (row["area_id"], row["kind"]) in known]
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PLAN)
def part(request: HttpRequest, process: Process, number: int, part: str) -> HttpResponse:
    """One part of a scenario: shown as a table to fill in, saved as a whole."""
    scenario = queries.get(process, number)
    if part not in BUILD or scenario.imported:
        raise Http404
    shown = BUILD[part](scenario, request.POST if request.method == "POST" else None)
    error: WayhomeError | None = None
    status = 200
    if request.method == "POST":
        if part == "budget" and request.POST.get("act") == "take":
            actions.take_money(scenario=scenario, actor=Actor.of(request.user))
            messages.success(request, _("The money on file was taken."))
            return redirect("scenario_part", slug=process.slug, number=number, part=part)
        status = 422
        if shown.forms.is_valid() and (shown.more is None or shown.more.is_valid()):
            try:
                actions.set_part(scenario=scenario, actor=Actor.of(request.user), part=part, rows=_said(scenario, part, shown))
            except Forbidden:
                raise
            except WayhomeError as refused:
                error, status = refused, refused.status
            else:
                messages.success(request, _("Saved."))
                return redirect("scenario", slug=process.slug, number=number)
    return render(
        request,
        "plans/part.html",
        {
            "scenario": scenario,
            "part": part,
            "shown": shown,
            "rows": _side_by_side(shown),
            "error": error,
            "bad": status == 422 and error is None,
        },
        status=status,
    )


def _side_by_side(shown: Part) -> list[tuple[list[tuple[Any, Any]], Any]]:
    """Each line's fixed cells with their heads, beside its form."""
    every = shown.forms.forms
    lines = shown.lines or [[]] * len(every)
    return [(list(zip(shown.heads, line, strict=False)), form) for line, form in zip(lines, every, strict=False)]
