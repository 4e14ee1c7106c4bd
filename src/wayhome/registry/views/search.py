"""Finding a person."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.paging import paginate
from wayhome.registry import births
from wayhome.registry.actions import reading
from wayhome.registry.queries import search
from wayhome.registry.queries.households import put_places


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def persons(request: HttpRequest, process: Process) -> HttpResponse:
    """Persons that fit what was typed, the best first."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = search.find(process, words, sealed=request.access.may(Permission.OPEN_SEALED))  # type: ignore[attr-defined]
    if found.by_document:
        reading.log_found(process, actor=Actor.of(request.user), found=len(found.ids))
    page = paginate(found.ids, request.GET, size=50)
    page = replace(page, rows=found.persons(page.first - 1, 50) if page.rows else [])
    put_places(process, page.rows)
    for row in page.rows:
        row.born_words = births.words(row)
        row.other_names = [str(name) for name in row.names.all()]
        row.why = found.why.get(row.pk, "")
    context = {"words": words, "page": page, "found": found, "now": timezone.localtime()}
    template = "registry/parts/found.html" if request.headers.get("HX-Request") else "registry/persons.html"
    return render(request, template, context)
