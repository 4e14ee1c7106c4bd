"""Words of the dialogue room that need a date or a count: what a clock says, what silence says. Never "ignored"."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.core.days import written
from wayhome.dialogue.clocks import Clock, basis_words
from wayhome.dialogue.models import Ask
from wayhome.dialogue.states import Delivery, Outcome, Position, TimeState


def long_date(day: date | None) -> str:
    """14 May 2027, in the active language."""
    return written(day, "j E Y") if day else ""


def short_date(day: date | None, today: date | None = None) -> str:
    """14 May in the year of `today`, else with its year."""
    if not day:
        return ""
    return written(day, "j M" if today is not None and day.year == today.year else "j M Y")


def table_date(day: date | None) -> str:
    """4 Feb 2027: with the year and short, for cells."""
    return written(day, "j M Y") if day else ""


def clock_words(clock: Clock, basis_text: str = "") -> tuple[str, str]:
    """What a clock says: the head ("42 days overdue") and the line under it ("due 2 Apr · own request")."""
    on = short_date(clock.due_on, clock.today)
    basis = str(basis_words(clock.basis, basis_text))
    due = _("due %(date)s · %(basis)s") % {"date": on, "basis": basis} if basis else _("due %(date)s") % {"date": on}
    days = clock.days or 0
    match clock.state:
        case TimeState.OVERDUE | TimeState.LONG_OVERDUE:
            return ngettext("%(n)d day overdue", "%(n)d days overdue", days) % {"n": days}, due
        case TimeState.DUE_SOON | TimeState.NOT_DUE:
            if days == 0:
                return _("Due today"), due
            return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}, due
        case TimeState.PAUSED:
            if clock.days is None:
                return _("Clock paused"), _("no deadline was running")
            return ngettext("%(n)d working day kept", "%(n)d working days kept", days) % {"n": days}, basis
        case TimeState.ANSWERED:
            if clock.days is None:
                return _("Answered"), ""
            return _("Answered"), ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}
        case TimeState.CLOSED:
            if clock.days is None:
                return _("Closed"), ""
            return _("Closed"), ngettext("answered after %(n)d day", "answered after %(n)d days", days) % {"n": days}
    return _("No clock"), _("starts with delivery")


def is_silent(ask: Ask) -> bool:
    """No communication from the addressee on file since delivery, or none after its acknowledgement."""
    if ask.asked_on is None or ask.outcome != Outcome.NONE or ask.delivery == Delivery.BOUNCED:
        return False
    if ask.position == Position.MADE:
        return ask.last_reply_on is None
    if ask.position == Position.ACKNOWLEDGED:
        return ask.last_reply_on is None or (ask.acknowledged_on is not None and ask.last_reply_on <= ask.acknowledged_on)
    return False


def silence_words(ask: Ask, *, today: date, searched: int) -> str:
    """ "No reply on file as of 14 May 2027; 128 communications searched", or nothing where there is a reply."""
    if not is_silent(ask):
        return ""
    count = ngettext("%(n)d communication searched", "%(n)d communications searched", searched) % {"n": searched}
    if ask.position == Position.ACKNOWLEDGED and ask.acknowledged_on:
        return _("No reply on file since the acknowledgement of %(since)s, as of %(date)s; %(count)s") % {
            "since": long_date(ask.acknowledged_on),
            "date": long_date(today),
            "count": count,
        }
    return _("No reply on file as of %(date)s; %(count)s") % {"date": long_date(today), "count": count}


def outcome_words(ask: Ask, *, today: date, claimed: int = 0, verified: int = 0, escalated: bool = False) -> str:
    """The docket's word on what came of an ask, short enough for a cell."""
    if ask.outcome != Outcome.NONE:
        return str(ask.get_outcome_display())
    if ask.delivery == Delivery.BOUNCED:
        return _("Not delivered")
    if ask.position == Position.DRAFTED:
        return _("Not sent")
    if is_silent(ask):
        if ask.position == Position.ACKNOWLEDGED and ask.acknowledged_on:
            return _("No reply on file since %(date)s") % {"date": short_date(ask.acknowledged_on, today)}
        return _("No reply on file")
    if ask.position == Position.CLARIFICATION_ASKED:
        return _("Clock paused")
    if ask.position == Position.DEFERRED:
        return _("New date given")
    if claimed and not verified:
        return _("Claimed, not verified")
    if verified:
        return _("Under way, verified in part")
    if escalated:
        return _("Escalated")
    return _("Open")


STATE_TONES: dict[str, str] = {
    Position.DRAFTED: "draft",
    Position.MADE: "wait",
    Position.ACKNOWLEDGED: "wait",
    Position.ACCEPTED: "ok",
    Position.PARTLY_ACCEPTED: "ok",
    Position.REFUSED: "late",
    Position.REDIRECTED: "still",
    Position.CLARIFICATION_ASKED: "soon",
    Position.DEFERRED: "soon",
    Position.CLOSED: "still",
    Outcome.NONE: "still",
    Outcome.FULFILLED: "ok",
    Outcome.PARTLY: "wait",
    Outcome.LAPSED: "late",
    Outcome.WITHDRAWN: "still",
    Outcome.SUPERSEDED: "still",
    Delivery.UNSENT: "draft",
    Delivery.SENT: "wait",
    Delivery.BOUNCED: "late",
    Delivery.RECEIVED: "ok",
}


def tone(state: Any) -> str:
    """The chip class of a position, an outcome or a delivery."""
    return STATE_TONES.get(str(state), "still")
