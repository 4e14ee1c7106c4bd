"""The registry's actions in the audit log, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "person.registered": _("Person registered"),
    "sealed.opened": _("Sealed value opened"),
    "sealed.rewrapped": _("Sealing keys wrapped under another master key"),
}
