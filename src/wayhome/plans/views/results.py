"""The plan of a run: months on the map, works by month, a place, and tables to take along."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.tables import csv_text
from wayhome.plans import charts
from wayhome.plans.models import Run
from wayhome.plans.queries import comparing, results, runs
from wayhome.plans.states import WITH_PLAN, RunState


def run_with_plan(process: Process, number: int) -> Run:
    """A run of the process that holds a plan; others have no such page."""
    rows = Run.objects.of(process).filter(state__in=WITH_PLAN).select_related("scenario", "approval__by", "process", "by")
    run = rows.filter(number=number).first()
    if run is None:
        raise Http404
    return run


def asked_month(request: HttpRequest, run: Run) -> int:
    """The period that the address asks for (`month` counts from 1), the last month where it asks for none."""
    words = request.GET.get("month", "")
    return min(max(int(words[:3]), 1), run.months) - 1 if words.isascii() and words.isdigit() else run.months - 1


@require_safe
@in_process(Permission.VIEW)
def plan(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What the plan does, month by month."""
    run = run_with_plan(process, number)
    board = results.board(run)
    period = asked_month(request, run)
    here = board.row(request.GET.get("place", "")[:80]) or next((row for row in board.rows if row.months.planned), None)
    started, left = results.gantt(board)
    context: dict[str, Any] = {
        "run": run,
        "month": run.month(period),
        "here": here,
        "here_month": here.at(period) if here else None,
        "here_works": [row for row in started if here and row.work.area_key == here.key],
    }
    if request.headers.get("HX-Target") == "plan-place":
        return render(request, "plans/parts/place.html", context)
    groups = {board.groups[key]: series for key, series in sorted(board.schedule.groups.items(), key=lambda one: -sum(one[1]))}
    drawn = results.month_map(board, period, here.key if here else "")
    drawn.rows = []  # the table of places below says the same, month by month
    context |= {
        "board": board,
        "period": period,
        "map": drawn,
        "rolling": results.rolling(board),
        "rows": [(row, row.at(period)) for row in board.rows],
        "gantt": started,
        "left": left,
        "years": results.years(board.months),
        "columns": charts.columns(board.months, groups),
        "groups": [
            (name, charts.TONES - place % charts.TONES, sum(series)) for place, (name, series) in enumerate(groups.items())
        ],
        "alerts": runs.alerts(run) if run.state == RunState.APPROVED else [],
        "by_month": list(zip(board.months, board.schedule.arriving, board.schedule.home, strict=True)),
        "course": runs.course(run),
        "median": board.schedule.median_wait(),
    }
    return render(request, "plans/plan.html", context)


@require_safe
@in_process(Permission.VIEW)
def compare(request: HttpRequest, process: Process) -> HttpResponse:
    """Two plans side by side: measures, places on two maps, works in other months, who gains and who loses."""
    choices = results.with_plan(process)
    a, b = (_chosen(choices, request.GET.get(name, "")) for name in ("a", "b"))
    context: dict[str, Any] = {"runs": choices, "a": a, "b": b}
    if a is not None and b is None:
        context["b"] = next((run for run in choices if run.pk != a.pk), None)
    if a is not None and b is not None:
        found = comparing.compare(a, b)
        period = asked_month(request, a)
        most = max(found.a.schedule.most, found.b.schedule.most)
        day = a.month(period)
        other = min(max(b.period(day), 0), b.months - 1)
        context |= {
            "found": found,
            "month": day,
            "period": period,
            "years": results.years(found.a.months),
            "maps": [
                results.month_map(board, at, name=f"plan-{side}", title=f"{side.upper()}: {board.run.scenario.name}", most=most)
                for side, board, at in (("a", found.a, period), ("b", found.b, other))
            ],
            "charts": [
                (
                    f"{side}: {board.run.scenario.name}",
                    charts.columns(board.months, {"": board.schedule.arriving}, most=found.most),
                )
                for side, board in (("A", found.a), ("B", found.b))
            ],
        }
    return render(request, "plans/compare.html", context)


def _chosen(choices: list[Run], words: str) -> Run | None:
    return next((run for run in choices if str(run.number) == words), None)


@require_safe
@in_process(Permission.EXPORT)
def months_csv(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Places by month: open, homes, households and persons home. Counts, no household."""
    run = run_with_plan(process, number)
    board = results.board(run)
    head = [_("Place"), _("Month"), _("Open"), _("Homes open"), _("Arriving"), _("Households home"), _("Persons home")]
    lines = []
    for row in board.rows:
        for period, month in enumerate(board.months):
            said = row.at(period)
            lines.append(
                [row.name, month.strftime("%Y-%m"), "1" if said.open else "0", said.homes, said.arriving, said.home, said.persons]
            )
    return _csv(f"{run.ref}-months", head, lines)


@require_safe
@in_process(Permission.EXPORT)
def works_csv(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Works with their start and end in the plan; empty for one that does not start."""
    run = run_with_plan(process, number)
    board = results.board(run)
    names = {row.key: row.name for row in board.rows}
    head = [_("Work"), _("Place"), _("Kind"), _("Starts"), _("Finished by"), _("Cost"), _("Currency"), _("Crew"), _("Adds")]
    lines = [
        [
            work.title or work.key,
            names.get(work.area_key, work.area_key),
            work.kind,
            _year_month(run.month(work.period)) if work.period is not None else "",
            _year_month(run.month(work.period + work.duration)) if work.period is not None else "",
            work.cost,
            run.scenario.currency,
            work.crew,
            f"{work.adds:g} {work.resource}" if work.resource else "",
        ]
        for work in sorted(run.works.all(), key=lambda one: (one.period is None, one.period or 0, one.key))
    ]
    return _csv(f"{run.ref}-works", head, lines)


def _year_month(month: date) -> str:
    return month.strftime("%Y-%m")


def _csv(name: str, head: list[Any], lines: list[list[Any]]) -> HttpResponse:
    response = HttpResponse(csv_text(head, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
