"""Areas: the list, and one area with its names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.paging import paginate
from wayhome.places.names import Policy
from wayhome.places.queries import areas as queries


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All areas."""
    page = paginate(queries.areas(process), request.GET)
    queries.put_labels(page.rows, Policy.of(process.pk))
    return render(request, "places/areas.html", {"page": page})


@require_GET
@in_process(Permission.VIEW)
def area(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One area."""
    row = queries.area(process, pk)
    queries.put_labels([row], Policy.of(process.pk))
    return render(request, "places/area.html", {"area": row})
