"""The first page after log-in, the first page of a process, and the pages for errors."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.dialogue.queries import today as queries


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The processes of the person; straight to the only one when there is one."""
    processes = list(Process.objects.visible_to(request.user))
    if len(processes) == 1 and "all" not in request.GET:
        return redirect("process_home", slug=processes[0].slug)
    return render(request, "wayhome/home.html", {"found": processes})


@in_process(Permission.VIEW)
def process_home(request: HttpRequest, process: Process) -> HttpResponse:
    """What needs attention in this process today."""
    today = timezone.localdate()
    access = request.access  # type: ignore[attr-defined]
    return render(
        request,
        "wayhome/process_home.html",
        {
            "today": today,
            "standing": queries.standing(process, access, today),
            "attention": queries.attention(process, access, today),
            "recent": queries.recent(process, access),
        },
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "wayhome/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "wayhome/server_error.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of this site, or from one that was open too long."""
    return render(request, "wayhome/csrf_failure.html", status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked too often, on the account pages."""
    return render(request, "429.html", status=429)
