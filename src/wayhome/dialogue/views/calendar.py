"""The calendar feed: its page, and the feed itself, which needs no log-in but its secret address."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.dialogue.actions import feeds as actions
from wayhome.dialogue.models import CalendarFeed
from wayhome.dialogue.queries import calendar as query


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW)
def feeds(request: HttpRequest, process: Process) -> HttpResponse:
    """One's own feed in this process: make it (the address is shown once), revoke it."""
    address = ""
    if request.method == "POST":
        actor = Actor.of(request.user)
        if request.POST.get("act") == "revoke":
            actions.revoke_feeds(process=process, actor=actor)
            return redirect("calendar_feeds", slug=process.slug)
        token = actions.make_feed(process=process, actor=actor)
        address = f"{settings.PUBLIC_URL}{reverse('calendar_feed', args=[token])}"
    mine = CalendarFeed.objects.of(process).filter(user=request.user, revoked_at=None).first()
    response = render(request, "dialogue/calendar.html", {"feed": mine, "address": address})
    if address:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines as iCalendar. A wrong, revoked or orphaned address is "no such page"."""
    found = query.feed_of(token)
    if found is None:
        raise Http404
    CalendarFeed.objects.filter(pk=found.pk).update(read_at=timezone.now())
    with translation.override(found.user.language or found.process.language):
        body = query.calendar(found.process, found.user, timezone.localdate())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.process.slug}.ics"'
    response["Cache-Control"] = "private, max-age=900"
    response["Referrer-Policy"] = "no-referrer"
    return response
