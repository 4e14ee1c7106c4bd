"""The registry's actions in the audit log, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "linking.asked_for": _("Comparison of all records asked for"),
    "linking.done": _("Records compared"),
    "linking.failed": _("Comparison of records failed"),
    "pair.named": _("Two records put side by side"),
    "pair.read": _("Pair of records read"),
    "pair.judged": _("Pair of records judged"),
    "pair.judgement_taken_back": _("Judgement on a pair taken back"),
    "person.registered": _("Person registered"),
    "rule.applied": _("Merging rule applied"),
    "rule.switched_off": _("Merging rule switched off"),
    "rule.switched_on": _("Merging rule switched on"),
    "sealed.opened": _("Sealed value opened"),
    "sealed.rewrapped": _("Sealing keys wrapped under another master key"),
}
