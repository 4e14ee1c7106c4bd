"""The registry's actions in the audit log, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "person.registered": _("Person registered"),
}
