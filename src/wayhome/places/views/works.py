"""Works: the board, by month, one work and its steps, money and photographs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import files
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, TooLarge, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.uploads import refused_uploads
from wayhome.places.actions import funding, work_photos
from wayhome.places.actions import works as actions
from wayhome.places.forms_works import FundingForm, PhotoForm, ProgressForm, StepForm, WorkForm
from wayhome.places.models import Funding, Work, WorkPhoto
from wayhome.places.queries import works as queries
from wayhome.places.queries.areas import labels
from wayhome.places.queries.supply import month_of
from wayhome.places.work_states import Stage, WorkKind, WorkState

PAGE = 50
MOST_BARS = 200


def may_edit(request: HttpRequest) -> bool:
    return bool(request.access.may(Permission.EDIT_PLACES))  # type: ignore[attr-defined]


@require_safe
@in_process(Permission.VIEW)
def board(request: HttpRequest, process: Process) -> HttpResponse:
    """The works as a list with their money, and on the map."""
    wanted = queries.Filter.read(request.GET)
    counts = queries.counts(process, wanted)
    rows = list(wanted.rows(process))
    money = queries.money_of(rows, process)
    if wanted.gap:
        rows = [row for row in rows if money[row.pk].gap]
    page = paginate(rows, request.GET, size=PAGE)
    names = labels(process, {row.area_id for row in page.rows} | ({wanted.area} if wanted.area else set()))
    for row in page.rows:
        row.area_name = names.get(row.area_id, "")
        row.money = money[row.pk]
    context = {
        "page": page, "wanted": wanted, "total": sum(counts.values()), "area_name": names.get(wanted.area or 0, ""),
        "states": [(state, state.label, counts[state]) for state in WorkState if counts[state] or wanted.state == state],
        "kinds": WorkKind.choices, "map": queries.map_of(process, rows), "now": timezone.localtime(),
    }  # fmt: skip
    return render(request, "places/works.html", context)


@require_safe
@in_process(Permission.VIEW)
def months(request: HttpRequest, process: Process) -> HttpResponse:
    """The works by month."""
    wanted = queries.Filter.read(request.GET)
    rows = list(wanted.rows(process)[:MOST_BARS])
    asked = request.GET.get("from", "")
    try:
        start = date.fromisoformat(f"{asked}-01"[:10])
    except ValueError:
        start = month_of(timezone.localdate())
    drawn = queries.by_month(rows, queries.money_of(rows, process), start=start)
    names = labels(process, {row.area_id for row in rows})
    for row in rows:
        row.area_name = names.get(row.area_id, "")
    context = {"drawn": drawn, "wanted": wanted, "kinds": WorkKind.choices, "now": timezone.localtime(), "months": queries.MONTHS}
    return render(request, "places/works_months.html", context)


@require_safe
@in_process(Permission.VIEW)
def work(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One work."""
    return _page(request, process, number)


def _page(
    request: HttpRequest, process: Process, number: int, given: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    shown = queries.shown(process, number)
    given = given or {}
    one = shown.work
    today = timezone.localdate()
    context = {
        "shown": shown,
        "work": one,
        "steps": one.steps.select_related("by"),
        "photos": one.photos.select_related("added_by"),
        "step_form": given.get("step") or StepForm(states=actions.possible(one), initial={"seen": one.state, "on": today}),
        "progress_form": given.get("progress") or ProgressForm(initial={"progress": one.progress}),
        "money_form": given.get("money") or FundingForm(initial={"currency": one.currency, "on": today}),
        "photo_form": given.get("photo") or PhotoForm(),
        "stages": Stage.choices,
        "now": timezone.localtime(),
        "open_form": next(iter(given), ""),
    }
    return render(request, "places/work.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.EDIT_PLACES)
def add(request: HttpRequest, process: Process) -> HttpResponse:
    """A new work."""
    initial: dict[str, Any] = {"price_date": timezone.localdate()}
    if area := request.GET.get("area", "")[:60]:
        initial["area"] = area
    form = WorkForm(request.POST or None, process=process, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, process, form, lambda values: actions.add(process=process, actor=Actor.of(request.user), **values))
        if made is not None:
            return redirect("work", slug=process.slug, number=made.number)
    return render(request, "places/work_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.EDIT_PLACES)
def edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Change what is said of a work; its state is moved on its page."""
    row = queries.work(process, number)
    form = WorkForm(request.POST or None, instance=row, process=process)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, process, form, lambda values: actions.change(work=row, actor=Actor.of(request.user), **values))
        if made is not None:
            messages.info(request, _("Saved."))
            return redirect("work", slug=process.slug, number=number)
    return render(request, "places/work_form.html", {"form": form, "work": row}, status=422 if form.errors else 200)


def _saved(request: HttpRequest, process: Process, form: WorkForm, write: Callable[[dict[str, Any]], Work]) -> Work | None:
    """Write by the use case; what it refuses becomes an error of its field."""
    values = form.values()
    try:
        if values["implementer"]:
            values["implementer"] = funding.organisation(
                process=process, actor=Actor.of(request.user), name=values["implementer"]
            )
        else:
            values["implementer"] = None
        return write(values)
    except Forbidden:
        raise
    except WayhomeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


@require_POST
@in_process(Permission.EDIT_PLACES)
def step(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Move a work to another state."""
    row = queries.work(process, number)
    form = StepForm(request.POST, states=[WorkState(state) for state in WorkState.values])
    return _taken(
        request, process, row, "step", form,
        lambda said: actions.move(
            work=row, after=said["after"], actor=Actor.of(request.user), on=said["on"], reason=said["reason"], seen=said["seen"]
        ),
    )  # fmt: skip


@require_POST
@in_process(Permission.EDIT_PLACES)
def progress(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """How far a work is."""
    row = queries.work(process, number)
    form = ProgressForm(request.POST)
    actor = Actor.of(request.user)
    return _taken(
        request, process, row, "progress", form,
        lambda said: actions.set_progress(work=row, actor=actor, progress=said["progress"]),
    )  # fmt: skip


@require_POST
@in_process(Permission.EDIT_PLACES)
def money(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Write down money for a work."""
    row = queries.work(process, number)
    return _taken(
        request, process, row, "money", FundingForm(request.POST),
        lambda said: add_money(request, process, said, row),
    )  # fmt: skip


def add_money(request: HttpRequest, process: Process, said: dict[str, Any], work: Work | None) -> Funding:
    """Money of the funder that a form names, for a work or for all."""
    actor = Actor.of(request.user)
    values = dict(said)
    funder = funding.organisation(process=process, actor=actor, name=values.pop("funder"))
    return funding.add(process=process, actor=actor, funder=funder, work=work, **values)


@require_POST
@in_process(Permission.EDIT_PLACES)
def photo(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Add a photograph."""
    row = queries.work(process, number)
    if refused := refused_uploads(request):
        raise TooLarge(_("%(file)s is too large.") % {"file": refused[0].name}, _("Take a smaller one."))
    form = PhotoForm(request.POST, request.FILES)
    return _taken(
        request, process, row, "photo", form,
        lambda said: work_photos.add(
            work=row, actor=Actor.of(request.user), data=said["photo"].read(work_photos.MOST_BYTES + 1), caption=said["caption"],
            taken_on=said["taken_on"],
        ),
    )  # fmt: skip


def _taken(
    request: HttpRequest, process: Process, row: Work, name: str, form: forms.Form, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Do what a form of the page of a work asks, or show the page again with what is wrong."""
    status = 422
    if form.is_valid():
        try:
            act(form.cleaned_data)
            messages.info(request, _("Saved."))
            return redirect("work", slug=process.slug, number=row.number)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
    return _page(request, process, row.number, {name: form}, status=status)


def _photo(process: Process, pk: int) -> WorkPhoto:
    found = WorkPhoto.objects.of(process).filter(pk=pk).select_related("work", "process").first()
    if found is None:
        raise Http404
    return found


@require_safe
@in_process(Permission.VIEW)
def picture(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """The picture itself; its address changes with its content, so a browser may keep it."""
    row = _photo(process, pk)
    response = HttpResponse(files.load(row.sha256), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_POST
@in_process(Permission.EDIT_PLACES)
def photo_remove(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Take a photograph away."""
    row = _photo(process, pk)
    number = row.work.number
    work_photos.remove(photo=row, actor=Actor.of(request.user))
    messages.info(request, _("The photograph is removed."))
    return redirect("work", slug=process.slug, number=number)
