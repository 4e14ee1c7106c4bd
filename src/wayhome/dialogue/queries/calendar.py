"""Deadlines as iCalendar (RFC 5545): whole-day events with stable identifiers, for asks, commitments and reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from wayhome.accounts.models import Process, User
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import access
from wayhome.dialogue.actions.feeds import digest_of
from wayhome.dialogue.clocks import basis_words
from wayhome.dialogue.models import Ask, CalendarFeed, Commitment, Reminder
from wayhome.dialogue.queries.asks import still_open

BACK = 365  # days: what is longer overdue is in the docket, not in a calendar


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of this token, while it is not revoked and its owner still holds a role in the process."""
    feed = (
        CalendarFeed.objects.select_related("process", "user")
        .filter(token_sha256=digest_of(token), revoked_at=None, user__is_active=True)
        .first()
    )
    if feed is None or not access(feed.user, feed.process).permissions:
        return None
    return feed


def calendar(process: Process, user: User, today: date) -> bytes:
    """Open deadlines of the process and the person's own reminders. Summaries name the ask and quote no document."""
    made = Calendar()
    made.add("prodid", "-//Wayhome//docket//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", process.name)
    made.add("name", process.name)
    made.add("refresh-interval;value=duration", "PT6H")
    stamp = timezone.now()
    since = today - timedelta(days=BACK)
    restricted = access(user, process).may(Permission.VIEW_RESTRICTED)
    asks = Ask.objects.of(process).readable(restricted=restricted)
    for ask in asks.filter(still_open(), due_on__gte=since).select_related("addressee").order_by("due_on", "number"):
        who = ask.addressee.name if ask.addressee else ""
        words = _("%(ref)s due: %(action)s") % {"ref": ask.ref, "action": ask.action}
        basis = str(basis_words(ask.due_basis, ask.due_basis_text))
        assert ask.due_on is not None
        path = reverse("ask", args=[process.slug, ask.number])
        made.add_component(_event(f"ask-{ask.uid}", ask.due_on, words, f"{who}\n{basis}", path, stamp))
    commitments = Commitment.objects.of(process).readable(restricted=restricted)
    for row in (
        commitments.filter(withdrawn_on=None, due_on__gte=since)
        .exclude(assessments__grade=3)
        .select_related("who")
        .order_by("due_on", "number")
    ):
        words = _("%(ref)s due: %(what)s") % {"ref": row.ref, "what": row.what}
        assert row.due_on is not None
        path = reverse("commitment", args=[process.slug, row.number])
        made.add_component(_event(f"commitment-{row.uid}", row.due_on, words, row.who.name if row.who else "", path, stamp))
    mine = Q(ask__in=asks) | Q(commitment__in=commitments)
    reminders = Reminder.objects.filter(mine, user=user, on__gte=since).select_related("ask", "commitment")
    for reminder in reminders:
        subject = reminder.ask or reminder.commitment
        assert subject is not None
        route = "ask" if reminder.ask else "commitment"
        words = _("Reminder: %(ref)s") % {"ref": subject.ref}
        path = reverse(route, args=[process.slug, subject.number])
        made.add_component(_event(f"reminder-{reminder.pk}-{subject.uid}", reminder.on, words, reminder.note, path, stamp))
    return bytes(made.to_ical())


def _event(uid: str, day: date, summary: str, description: str, path: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@wayhome")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", description)
    event.add("url", f"{settings.PUBLIC_URL}{path}")
    event.add("transp", "TRANSPARENT")
    return event
