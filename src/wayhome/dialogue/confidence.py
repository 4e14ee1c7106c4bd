"""How sure the machine is, in words. Thresholds of the engine's calibrated confidence, 0 to 1."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SURE = 0.8
LIKELY = 0.5


def in_words(confidence: float) -> Any:
    """ "sure", "likely" or "doubtful"."""
    if confidence >= SURE:
        return _("sure")
    if confidence >= LIKELY:
        return _("likely")
    return _("doubtful")
