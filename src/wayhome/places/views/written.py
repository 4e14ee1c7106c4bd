"""Places people wrote: the words, what the machine proposes, what somebody chooses."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.places import bridge
from wayhome.places.actions import matches as actions
from wayhome.places.models import Area, PlaceMatch
from wayhome.places.queries import written as queries
from wayhome.places.reasons import BANDS

VIEWS = ("open", "decided")


def _context(request: HttpRequest, process: Process, asked: tuple[str, str] | None) -> dict[str, object]:
    given = request.POST if request.method == "POST" else request.GET
    view = given.get("view", "open")
    source = given.get("source", "")
    found = queries.board(
        process,
        request.access,  # type: ignore[attr-defined]
        request.GET,
        view=view if view in VIEWS else "open",
        source=source,
        asked=asked,
        words=given.get("find", "").strip()[:200],
    )
    return {
        "board": found, "page": found.page, "bands": BANDS, "source": source, "words": given.get("find", ""),
    }  # fmt: skip


@require_GET
@in_process(Permission.VIEW)
def written(request: HttpRequest, process: Process) -> HttpResponse:
    """The page; HTMX asks for the board alone, by the same query."""
    text = request.GET.get("text", "")[:300]
    context = _context(request, process, (text, request.GET.get("within", "")[:300]) if text else None)
    partial = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "places/parts/written_board.html" if partial else "places/written.html", context)


@require_POST
@in_process(Permission.REVIEW)
def choose(request: HttpRequest, process: Process) -> HttpResponse:
    """Remember what words mean (an area, or none on file), or take that back; then the next open words."""
    text, within = request.POST.get("text", "")[:300], request.POST.get("within", "")[:300]
    choice = request.POST.get("area", "")
    actor = Actor.of(request.user)
    if choice == "undo":
        match = PlaceMatch.objects.of(process).filter(key=bridge.text_key(text, within), retired_at=None).first()
        if match is None:
            raise Http404
        actions.forget(match=match, actor=actor)
    elif choice == "none":
        offered = bridge.ask(process.pk, text, within).candidates
        actions.remember(process=process, actor=actor, text=text, within=within, area=None, offered=offered)
    else:
        area = Area.objects.of(process).filter(pk=int(choice)).first() if choice.isdigit() and len(choice) < 12 else None
        if area is None:
            raise Http404
        offered = bridge.ask(process.pk, text, within).candidates
        actions.remember(process=process, actor=actor, text=text, within=within, area=area, offered=offered)
    if request.htmx:  # type: ignore[attr-defined]
        again = (text, within) if choice == "undo" else None
        return render(request, "places/parts/written_board.html", _context(request, process, again))
    return redirect(_back(request, process))


@require_POST
@in_process(Permission.REVIEW)
def confirm_certain(request: HttpRequest, process: Process) -> HttpResponse:
    """Confirm the certain ones that the page showed: their words come with the form."""
    pairs = list(zip(request.POST.getlist("text"), request.POST.getlist("within"), strict=False))[:200]
    done = actions.remember_certain(process=process, actor=Actor.of(request.user), pairs=pairs)
    messages.info(request, ngettext("%(n)s text confirmed.", "%(n)s texts confirmed.", done) % {"n": done})
    return redirect(_back(request, process))


def _back(request: HttpRequest, process: Process) -> str:
    kept = {key: request.POST.get(key, "") for key in ("view", "source")}
    query = urlencode({key: value for key, value in kept.items() if value})
    return reverse("places_written", args=[process.slug]) + (f"?{query}" if query else "")
