"""The map of the whole process, level by level, on a day."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.places.queries import atlas


def day_asked(request: HttpRequest) -> tuple[date, bool]:
    """The day of `?on=`, else today; whether one was asked for and is one."""
    try:
        return date.fromisoformat(request.GET.get("on", "")), True
    except ValueError:
        return date.today(), False


@require_GET
@in_process(Permission.VIEW)
def whole(request: HttpRequest, process: Process) -> HttpResponse:
    """The page: a choice of level and day, the map, and the table that says the same."""
    on, asked = day_asked(request)
    levels = atlas.levels(process, on)
    kind = request.GET.get("level", "")
    kind = kind if kind in {one.kind for one in levels} else atlas.first_level(levels)
    query = urlencode({"level": kind, "on": on.isoformat()})
    board = atlas.board(process, kind, on, f"{reverse('places_map_data', args=[process.slug])}?{query}") if kind else None
    context = {"levels": levels, "kind": kind, "on": on, "asked": asked, "board": board, "most": atlas.MOST_DRAWN}
    context["level"] = next((one for one in levels if one.kind == kind), None)
    return render(request, "places/atlas.html", context)


@require_GET
@in_process(Permission.VIEW)
def data(request: HttpRequest, process: Process) -> HttpResponse:
    """What the map draws, as GeoJSON; a browser that holds it as it is now is told so and fetches nothing."""
    kind = request.GET.get("level", "")
    on, _asked = day_asked(request)
    if kind not in atlas.Area.Kind.values:
        raise Http404
    mark = atlas.stamp(process, kind, on)
    known = f'"{mark}"'
    if known in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(atlas.drawing(process, kind, on, mark), content_type="application/geo+json")
    response["ETag"] = known
    response["Cache-Control"] = "private, no-cache"
    return response
