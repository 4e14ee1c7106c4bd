"""The neutral sentence of an entry: who did what towards whom, in verbs that judge nobody."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.dialogue.models import Communication

K = Communication.Kind
_TO: dict[str, Any] = {
    K.LETTER: gettext_lazy("%(from)s wrote to %(to)s."),
    K.NOTE_VERBALE: gettext_lazy("%(from)s sent a note verbale to %(to)s."),
    K.CABLE: gettext_lazy("%(from)s sent a cable to %(to)s."),
    K.EMAIL: gettext_lazy("%(from)s wrote to %(to)s by e-mail."),
    K.REPLY: gettext_lazy("%(from)s replied to %(to)s."),
    K.ACKNOWLEDGEMENT: gettext_lazy("%(from)s acknowledged a letter of %(to)s."),
    K.AUTOMATIC_REPLY: gettext_lazy("An automatic reply of %(from)s reached %(to)s."),
    K.STATEMENT: gettext_lazy("%(from)s made a statement, addressed to %(to)s."),
    K.RESOLUTION: gettext_lazy("%(from)s adopted a resolution, addressed to %(to)s."),
    K.PETITION: gettext_lazy("%(from)s sent a petition to %(to)s."),
    K.REPORT: gettext_lazy("%(from)s sent a report to %(to)s."),
    K.NEWS: gettext_lazy("%(from)s published a report."),
    K.PHONE: gettext_lazy("%(from)s and %(to)s spoke by telephone."),
    K.MEETING: gettext_lazy("%(from)s and %(to)s met."),
    K.APPEAL: gettext_lazy("%(from)s appealed to %(to)s."),
    K.OTHER: gettext_lazy("%(from)s addressed %(to)s."),
}
_ALONE: dict[str, Any] = {
    K.STATEMENT: gettext_lazy("%(from)s made a statement."),
    K.RESOLUTION: gettext_lazy("%(from)s adopted a resolution."),
    K.REPORT: gettext_lazy("%(from)s published a report."),
    K.NEWS: gettext_lazy("%(from)s published a report."),
    K.APPEAL: gettext_lazy("%(from)s made an appeal."),
    K.MEETING: gettext_lazy("%(from)s held a meeting."),
}


def names(parties: list[str]) -> str:
    """One, two or more names in a row."""
    if len(parties) < 2:
        return parties[0] if parties else ""
    return _("%(first)s and %(last)s") % {"first": ", ".join(parties[:-1]), "last": parties[-1]}


def sentence(kind: str, senders: list[str], recipients: list[str]) -> str:
    """What happened, said without taking a side."""
    who = names(senders) or _("A party not named")
    if recipients:
        return str(format_lazy("{}", _TO.get(kind, _TO[K.OTHER]))) % {"from": who, "to": names(recipients)}
    return str(_ALONE.get(kind, gettext_lazy("%(from)s wrote."))) % {"from": who}
