"""Readiness: the board, one area, taking both out, versions of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.tables import csv_line
from wayhome.places.actions import readiness_models as actions
from wayhome.places.forms_readiness import VersionForm
from wayhome.places.models import Assessment, ReadinessModel
from wayhome.places.names import Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries import readiness as queries
from wayhome.places.queries import readiness_charts, readiness_exports, readiness_pages
from wayhome.places.readiness_bridge import Lens

STEPS = [(5 - n, readiness_pages.isolated(f"{20 * n}–{20 * n + 20}")) for n in range(5)]


def day_of(request: HttpRequest, name: str = "on") -> date:
    """The day of the address, else today; a day to come is today."""
    today = timezone.localdate()
    try:
        given = parse_date(request.GET.get(name, ""))
    except ValueError:
        given = None
    return min(given, today) if given is not None else today


def version_of(request: HttpRequest, process: Process) -> ReadinessModel | None:
    """The version of the address; None where none is asked for."""
    given = request.GET.get("version", "")
    return queries.version(process, int(given)) if given.isdigit() and len(given) < 6 else None


@require_GET
@in_process(Permission.VIEW)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """All assessed areas: map and table, by the version in force on the day or by one that is chosen."""
    on, asked = day_of(request), version_of(request, process)
    found = readiness_pages.board(process, on, row=asked)
    page = paginate(found.rows, request.GET, size=200)
    context = {
        "board": found,
        "page": page,
        "on": on,
        "asked": asked,
        "today": timezone.localdate(),
        "map": readiness_pages.board_map(process, found, page.rows),
        "versions": list(ReadinessModel.objects.of(process)),
        "steps": STEPS,
        "waiting": Assessment.objects.of(process).exists(),
    }
    return render(request, "places/readiness.html", context)


@require_POST
@in_process(Permission.EDIT_PLACES)
def set_up(request: HttpRequest, process: Process) -> HttpResponse:
    """Begin with the structure that ships."""
    actions.set_up(process=process, actor=Actor.of(request.user))
    return redirect("readiness", slug=process.slug)


@require_GET
@in_process(Permission.VIEW)
def area(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One area: score and range, what it is made of, what would change its class, its history, two days compared."""
    row, on, asked = area_queries.area(process, pk), day_of(request), version_of(request, process)
    path = area_queries.above(row)
    area_queries.put_labels([row, *path], Policy.of(process.pk))
    shown = readiness_pages.shown(process, row, on, row=asked)
    lens = Lens.of(asked) if asked is not None else None
    history = queries.history(process, row.pk, lens=lens)
    classes = (
        [(one["from"], str(shown.lens.row.class_words(one["code"]))) for one in shown.lens.row.classes] if shown.lens else []
    )
    rows = Assessment.objects.of(process).filter(area=row).select_related("model", "replaced_by", "retired_by")
    context = {
        "area": row,
        "path": path,
        "shown": shown,
        "on": on,
        "today": timezone.localdate(),
        "asked": asked,
        "scales": readiness_pages.parts(shown.lens, shown.reading) if shown.lens and shown.reading else [],
        "history": history,
        "history_rows": _history_rows(process, history),
        "chart": readiness_charts.chart(history, classes),
        "assessments": rows[:100],
        "versions": list(ReadinessModel.objects.of(process)),
        **_compared(request, process, row.pk, history),
    }
    return render(request, "places/readiness_area.html", context)


def _history_rows(process: Process, history: queries.History) -> list[tuple[Any, str, str, Any]]:
    """The chart as a table: point, score, range, words of its class."""
    by_version = {row.version: row for row in ReadinessModel.objects.of(process)}
    return [
        (
            point,
            readiness_pages.number(point.reading.score),
            readiness_pages.span(point.reading.low, point.reading.high),
            by_version[point.version].class_words(point.reading.class_code),
        )
        for point in history.points
    ]


def _compared(request: HttpRequest, process: Process, area: int, history: queries.History) -> dict[str, Any]:
    """Two days compared where the address names them; the refusal in words where they cannot be."""
    days = [point.on for point in history.points]
    if "before" not in request.GET or "after" not in request.GET:
        return {"before": days[-2] if len(days) > 1 else None, "after": days[-1] if days else None}
    before, after = sorted((day_of(request, "before"), day_of(request, "after")))
    given = request.GET.get("by", "")
    said: dict[str, Any] = {"before": before, "after": after, "by": given}
    try:
        lens, difference = queries.compared(
            process, area, before, after, number=int(given) if given.isdigit() and len(given) < 6 else None
        )
    except Conflict as error:
        return {**said, "refused": error}
    indicators = lens.indicators
    changes = [
        (
            indicators[key].words,
            readiness_pages.answer_words(indicators[key], one),
            readiness_pages.answer_words(indicators[key], other),
            "down"
            if one is not None and other is not None and other > one
            else "up"
            if one is not None and other is not None
            else "",
        )
        for key, one, other in difference.by_indicator
    ]
    return {
        **said,
        "difference": difference,
        "better_by": None if difference.score is None else round(-difference.score, 1),
        "difference_lens": lens,
        "difference_classes": (lens.row.class_words(difference.class_before), lens.row.class_words(difference.class_after)),
        "changes": changes,
    }


@require_GET
@in_process(Permission.EXPORT)
def scores_csv(request: HttpRequest, process: Process) -> HttpResponse | StreamingHttpResponse:
    """The board as CSV."""
    on, asked = day_of(request), version_of(request, process)
    _taken(request, process, "scores", on)
    return _csv(
        f"readiness-{process.slug}-{on}.csv", [readiness_exports.SCORE_HEADS], readiness_exports.scores(process, on, asked)
    )


@require_GET
@in_process(Permission.EXPORT)
def answers_hxl(request: HttpRequest, process: Process) -> HttpResponse | StreamingHttpResponse:
    """Every answer that stands, one a row, with a row of HXL tags."""
    on = day_of(request)
    _taken(request, process, "answers", on)
    columns = readiness_exports.ANSWER_COLUMNS
    heads = [[name for name, _tag in columns], [tag for _name, tag in columns]]
    return _csv(f"assessments-{process.slug}-{on}.hxl.csv", heads, readiness_exports.answers(process, on))


def _taken(request: HttpRequest, process: Process, what: str, on: date) -> None:
    with transaction.atomic():
        detail = {"what": what, "on": on.isoformat()}
        audit.record("readiness.exported", actor=Actor.of(request.user), process_id=process.pk, detail=detail)


def _csv(name: str, heads: Iterable[Iterable[Any]], rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in (*heads, *rows):
            yield csv_line(row)

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# versions of the index


@require_GET
@in_process(Permission.VIEW)
def version(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One version: indicators with weights and marks, classes, days; the other versions beside it."""
    row = queries.version(process, number)
    lens = Lens.of(row)
    total = lens.model.total
    scales: dict[str, list[tuple[Any, float]]] = {}
    for part in lens.parts:
        scales.setdefault(part.scale, []).append((part, 100 * part.weight / total))
    classes = [
        {**one, "words": row.class_words(one["code"]), "chip": readiness_pages.class_chip(lens, one["code"])}
        for one in row.classes
    ]
    context = {
        "row": row,
        "scales": [(row.scale_words(code), rows) for code, rows in scales.items()],
        "classes": classes,
        "least_share": round(100 * row.least_share),
        "unread": sum(not part.indicator.confirmed for part in lens.parts),
        "versions": ReadinessModel.objects.of(process).select_related("made_by"),
    }
    return render(request, "places/readiness_version.html", context)


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def new_version(request: HttpRequest, process: Process) -> HttpResponse:
    """Another version, made from the one in force."""
    row = queries.in_force(process, timezone.localdate())
    if row is None:
        return redirect("readiness", slug=process.slug)
    form = VersionForm(request.POST or None, row=row, parts=Lens.of(row).parts)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_version(process=process, actor=Actor.of(request.user), made_from=row, draft=form.draft(process))
            messages.info(
                request,
                _("Version %(n)s is in force from today. What was assessed before stays as it was.") % {"n": made.version},
            )
            return redirect("readiness_version", slug=process.slug, number=made.version)
        except WayhomeError as error:
            if error.status == 403:
                raise
            field = {"cuts": "cut1"}.get(error.field or "", error.field)
            form.add_error(field if field in form.fields else None, str(error))
    return render(request, "places/readiness_version_new.html", {"form": form, "row": row}, status=422 if form.errors else 200)
