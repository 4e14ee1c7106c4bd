"""Runs as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.core.days import written
from wayhome.places.queries.areas import labels
from wayhome.plans import words
from wayhome.plans.actions.running import interrupted
from wayhome.plans.models import PlanAlert, Publication, Run
from wayhome.plans.states import UNDER_WAY, WITH_PLAN, RunState

TONES = {
    RunState.QUEUED: "wait",
    RunState.SOLVING: "wait",
    RunState.SOLVED: "ok",
    RunState.INFEASIBLE: "late",
    RunState.STOPPED: "ok",
    RunState.FAILED: "late",
    RunState.APPROVED: "ok",
    RunState.SUPERSEDED: "still",
}


def runs(process: Process) -> QuerySet[Run]:
    """All runs, newest first, without the parts that only one page needs."""
    return (
        Run.objects.of(process)
        .select_related("scenario", "by", "approval", "approval__by")
        .defer("trace", "counts", "keys", "problems", "reasons", "assumed", "versions")
        .order_by("-number")
    )


def get(process: Process, number: int) -> Run:
    """One run of the process, or no such page."""
    found = (
        Run.objects.of(process)
        .select_related("process", "scenario", "scenario__process", "by", "previous", "approval", "approval__by")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found


def approved(process: Process) -> Run | None:
    """The plan that is approved today."""
    return (
        Run.objects.of(process)
        .select_related("process", "scenario", "by", "approval", "approval__by")
        .filter(state=RunState.APPROVED)
        .first()
    )


@dataclass(slots=True)
class Course:
    """How value and bound came together: two lines in a box 600 wide, 120 high, and where a reader finds the figures."""

    value: str
    bound: str
    seconds: float
    top: float


def course(run: Run) -> Course | None:
    """The lines of the chart of a run; nothing for one that has told nothing."""
    points = [point for point in run.trace if point[1] is not None]
    if len(points) < 2:
        return None
    bounds = [point[2] for point in points if point[2] is not None]
    last = max(points[-1][0], 0.1)
    top = max([point[1] for point in points] + ([min(bounds[0], max(bounds[-1], 1e-9) * 2)] if bounds else []) + [1e-9])

    def line(at: int) -> str:
        drawn, before = [], None
        for point in points:
            if point[at] is None:
                continue
            x, y = point[0] / last * 600, 120 - min(point[at] / top, 1.0) * 116
            if before is not None:
                drawn.append(f"{x:.1f},{before:.1f}")
            drawn.append(f"{x:.1f},{y:.1f}")
            before = y
        if before is not None:
            drawn.append(f"600,{before:.1f}")
        return " ".join(drawn)

    return Course(line(1), line(2), last, top)


def standing(run: Run) -> dict[str, Any]:
    """What a page shows of a run under way or done."""
    busy = run.state in UNDER_WAY
    return {
        "run": run,
        "tone": TONES[RunState(run.state)],
        "busy": busy,
        "has_plan": run.state in WITH_PLAN,
        "interrupted": interrupted(run),
        "stage": str(words.STAGES.get(run.stage, "")),
        "course": course(run),
        "percent": min(100, int(100 * run.seconds / max(run.time_limit, 1))),
    }


def reasons(run: Run) -> list[str]:
    """The demands that cannot be met together, in words."""
    names = labels(run.process, [row.get("area") for row in run.reasons] + list(run.keys.get("areas", {}).values()))
    areas = {key: names.get(pk, key) for key, pk in run.keys.get("areas", {}).items()}
    from wayhome.places.models import Work

    titles = dict(Work.objects.of(run.process).values_list("pk", "title"))
    works = {key: titles.get(pk, key) for key, pk in run.keys.get("projects", {}).items()}
    said = []
    for row in run.reasons:
        if "area" in row:
            what = names.get(row["area"], "")
        elif "work" in row:
            what = titles.get(row["work"], "")
        else:
            key = row.get("key", "")
            what = areas.get(key, works.get(key, key))
        text = f"{what} {words.DEMANDS.get(row['code'], row['code'])}"
        if "period" in row:
            text += " " + written(run.month(row["period"]), "F Y")
        said.append(text)
    return said


def alerts(run: Run) -> list[PlanAlert]:
    """What speaks for planning anew, with `place` and `gate_titles`."""
    from wayhome.plans.queries.scenarios import gate_titles

    rows = list(PlanAlert.objects.filter(run=run, resolved_at=None))
    names = labels(run.process, [row.area_id for row in rows])
    titles = gate_titles(run.process) if rows else {}
    for row in rows:
        row.place = names.get(row.area_id or 0, "")  # type: ignore[attr-defined]
        row.titles = ", ".join(titles.get(code, code) for code in row.gate_words.split(", "))  # type: ignore[attr-defined]
    return rows


@dataclass(slots=True)
class Bar:
    """Households home in one month: new ones and all up to then, as heights in a box 600 by 120."""

    month: date
    new: int
    total: int
    x: float
    width: float
    height: float

    @property
    def top(self) -> float:
        return round(120 - self.height, 2)


def home_by_month(run: Run) -> list[Bar]:
    """How many households a plan sees home in each month. One query."""
    from django.db.models import Count

    counted = dict(run.returns.values("period").annotate(n=Count("pk")).order_by().values_list("period", "n"))
    everybody = max(sum(counted.values()), 1)
    rows, total = [], 0
    for period in range(run.months):
        total += counted.get(period, 0)
        rows.append(
            Bar(
                run.month(period),
                counted.get(period, 0),
                total,
                round(period * 600 / run.months, 2),
                round(600 / run.months * 0.8, 2),
                round(total / everybody * 116, 2),
            )
        )
    return rows


def published(process: Process) -> Publication | None:
    """The version that the public sees."""
    return Publication.objects.of(process).select_related("run", "by").filter(withdrawn_at=None).order_by("-number").first()


def stopped_words(run: Run) -> str:
    """Why the engine stopped, in words."""
    return {
        "gap": _("near enough to the best possible"),
        "time": _("the time was up"),
        "time_limit": _("the time was up"),
        "stop": _("somebody stopped it"),
        "finished": _("its search was done"),
        "optimal": _("proven best"),
        "iterations": _("all its rounds were done"),
    }.get(run.stopped_by, run.stopped_by)
