"""The history of an ask or a commitment: its entries in the audit log, in words, each with the beginning of its digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.core.models import AuditEntry
from wayhome.dialogue.deadlines import ClockValue
from wayhome.dialogue.states import Delivery, Outcome, Position
from wayhome.dialogue.words import long_date

_PLAIN: dict[str, Any] = {
    "created": gettext_lazy("written down"),
    "corrected": gettext_lazy("words or parties corrected"),
    "noted": gettext_lazy("note logged"),
    "passage_linked": gettext_lazy("passage linked"),
    "instruments_set": gettext_lazy("instruments set"),
    "evidence_added": gettext_lazy("evidence attached, claimed"),
    "measure_attached": gettext_lazy("measure attached"),
    "evidence_verified": gettext_lazy("evidence verified"),
    "evidence_disputed": gettext_lazy("evidence disputed"),
    "evidence_claimed": gettext_lazy("evidence taken back to claimed"),
    "reminder_set": gettext_lazy("reminder set"),
    "ladder_set": gettext_lazy("ladder changed"),
    "asks_linked": gettext_lazy("asks linked"),
    "withdrawn": gettext_lazy("withdrawn"),
    "reinstated": gettext_lazy("withdrawal taken back"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: when, who, what, and the first eight digits of its digest."""

    at: datetime
    who: str
    what: str
    digest: str


def _what(entry: AuditEntry) -> str:
    verb = entry.action.partition(".")[2]
    after = str(entry.detail.get("after", ""))
    match verb:
        case "position":
            return _("set “%(state)s”") % {"state": Position(after).label}
        case "outcome":
            return _("outcome “%(state)s”") % {"state": Outcome(after).label}
        case "delivery":
            return _("delivery “%(state)s”") % {"state": Delivery(after).label}
        case "deadline":
            value = ClockValue.read(after)
            if value.due_on is not None:
                return _("deadline %(date)s") % {"date": long_date(value.due_on)}
            if value.kept is not None:
                return _("clock paused, %(n)d working days kept") % {"n": value.kept}
            return _("clock stopped")
        case "assessed":
            return _("graded %(grade)s of 3") % {"grade": entry.detail.get("grade", "")}
        case "sent":
            return _("reminder sent")
    return str(_PLAIN.get(verb, verb.replace("_", " ")))


def history(row: models.Model, *, limit: int | None) -> tuple[list[Line], int]:
    """The newest `limit` entries (all when None) and how many there are; two queries."""
    entries = AuditEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=str(row.pk)).exclude(
        action__endswith=".read"
    )
    total = entries.count()
    newest = entries.order_by("-seq")
    return [
        Line(entry.at, entry.actor_label, _what(entry), f"{entry.digest[:4]} {entry.digest[4:8]}")
        for entry in (newest if limit is None else newest[:limit])
    ], total
