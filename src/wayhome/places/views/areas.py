"""Areas: the list, one area with its names, areas and names by hand, which names are shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.places.actions import areas as actions
from wayhome.places.forms import AreaForm, NameForm, PolicyForm
from wayhome.places.forms_succession import BecameForm
from wayhome.places.models import AreaName
from wayhome.places.names import Policy
from wayhome.places.queries import areas as queries
from wayhome.places.views.atlas import day_asked


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """The areas as a tree, the children of one, or what a search in any script found."""
    words = request.GET.get("q", "").strip()[:200]
    given = request.GET.get("within", "")
    on, asked = day_asked(request)
    every = request.GET.get("on") == "all"
    within = int(given) if given.isdigit() and len(given) < 12 else None
    found = queries.listing(process, words=words, within=within, on=None if every else on)
    page = paginate(found.rows, request.GET, size=200)
    policy = Policy.of(process.pk)
    queries.put_heirs(process, page.rows, policy)
    queries.put_labels([*page.rows, *found.path, *([found.within] if found.within else [])], policy, on=on if asked else None)
    context = {
        "page": page,
        "listing": found,
        "words": words,
        "on": on,
        "asked": asked,
        "every": every,
        "counted": queries.counted(process),
        "map": queries.map_of(process, page.rows),
    }
    return render(request, "places/areas.html", context)


@require_GET
@in_process(Permission.VIEW)
def area(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One area: its names by language and period, what lies above and below it, the map."""
    return show(request, process, pk)


def show(
    request: HttpRequest,
    process: Process,
    pk: int,
    *,
    name_form: NameForm | None = None,
    became_form: BecameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an area, with forms that were filled in wrongly where there are any."""
    shown = queries.shown(process, pk)
    context = {
        "shown": shown,
        "area": shown.area,
        "name_form": name_form or NameForm(initial={"kind": "variant"}),
        "became_form": became_form or BecameForm(process=process),
    }
    return render(request, "places/area.html", context, status=status)


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def add(request: HttpRequest, process: Process) -> HttpResponse:
    """An area that no gazetteer holds."""
    above = request.GET.get("within", "")
    form = AreaForm(request.POST or None, process=process, new=True, initial={"above": above[:60]})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_area(process=process, actor=Actor.of(request.user), **form.values())
            return redirect("area", slug=process.slug, pk=row.pk)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "places/area_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def edit(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Change what is said of an area."""
    row = queries.area(process, pk)
    queries.put_labels([row], Policy.of(process.pk))
    form = AreaForm(request.POST or None, instance=row, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_area(area=row, actor=Actor.of(request.user), **form.values())
            messages.info(request, _("Saved."))
            return redirect("area", slug=process.slug, pk=pk)
        except WayhomeError as error:
            field = "above" if error.field == "parent" else error.field
            form.add_error(field if field in form.fields else None, str(error))
    return render(request, "places/area_form.html", {"form": form, "area": row}, status=422 if form.errors else 200)


@require_POST
@in_process(Permission.EDIT_PLACES)
def add_name(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Another name, with who says so."""
    row = queries.area(process, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            actions.add_name(area=row, actor=Actor.of(request.user), **form.cleaned_data)
            return redirect("area", slug=process.slug, pk=pk)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return show(request, process, pk, name_form=form, status=422)


@require_POST
@in_process(Permission.EDIT_PLACES)
def name_state(request: HttpRequest, process: Process, pk: int, name: int) -> HttpResponse:
    """Retire a name with a reason, or take it into use again."""
    found = AreaName.objects.filter(process=process, area_id=pk, pk=name).select_related("area__process").first()
    if found is None:
        raise Http404
    if request.POST.get("act") == "restore":
        actions.restore_name(name=found, actor=Actor.of(request.user))
    else:
        actions.retire_name(name=found, actor=Actor.of(request.user), reason=request.POST.get("reason", ""))
    return redirect("area", slug=process.slug, pk=pk)


@require_http_methods(["GET", "POST"])
@in_process(Permission.EDIT_PLACES)
def policy(request: HttpRequest, process: Process) -> HttpResponse:
    """Which names the pages show, in which order."""
    now = Policy.of(process.pk)
    form = PolicyForm(request.POST or None, order=now.order, spoken=queries.languages(process), initial={"count": now.count})
    if request.method == "POST" and form.is_valid():
        actions.set_policy(process=process, actor=Actor.of(request.user), order=form.order, count=form.cleaned_data["count"])
        messages.info(request, _("Saved."))
        return redirect("place_names", slug=process.slug)
    some = list(queries.areas(process).exclude(level=0).order_by("-level", "pk")[:6])
    seen = queries.in_languages(some, now)
    return render(request, "places/names.html", {"form": form, "seen": seen}, status=422 if form.errors else 200)
