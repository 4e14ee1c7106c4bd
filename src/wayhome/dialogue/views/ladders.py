"""Escalation ladders: that of one ask, and the process's own, of which every new ask gets a copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue.actions.escalation import set_ladder
from wayhome.dialogue.forms.asks import ladder_formset, rungs_of
from wayhome.dialogue.models import Ask, LadderStep
from wayhome.dialogue.queries import ask_page


def _edit(request: HttpRequest, process: Process, ask: Ask | None) -> HttpResponse:
    steps = list(LadderStep.objects.filter(process=process, ask=ask).order_by("rank"))
    formset = ladder_formset(request.POST if request.method == "POST" else None, process=process, steps=steps)
    more = "more" in request.POST
    if request.method == "POST" and not more and formset.is_valid():
        try:
            set_ladder(process=process, ask=ask, rungs=rungs_of(formset), actor=Actor.of(request.user))
        except Forbidden:
            raise
        except WayhomeError as error:
            formset.non_form_errors().append(str(error))
        else:
            messages.success(request, _("The ladder is saved."))
            return redirect("ask", slug=process.slug, number=ask.number) if ask else redirect("process_ladder", slug=process.slug)
    bad = request.method == "POST" and not more
    return render(request, "dialogue/ladder.html", {"ask": ask, "formset": formset}, status=422 if bad else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.DECIDE)
def ask_ladder(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The ladder of one ask, of any length."""
    restricted = request.access.may(Permission.VIEW_RESTRICTED)  # type: ignore[attr-defined]
    ask = ask_page.get(process, number, restricted=restricted)
    if ask is None:
        raise Http404
    return _edit(request, process, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.MANAGE_PROCESS)
def process_ladder(request: HttpRequest, process: Process) -> HttpResponse:
    """The process's own ladder."""
    return _edit(request, process, None)
