"""The linking engine's reasons in the reader's language, by their stable codes; a code without words here shows its English ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {}


def words_for(reason: Mapping[str, Any]) -> str:
    """The sentence of a reason; its parameters are put in."""
    words = WORDS.get(str(reason.get("code", "")))
    if words is None:
        return str(reason.get("words", ""))
    try:
        return str(words) % dict(reason.get("params") or {})
    except (KeyError, TypeError, ValueError):
        return str(reason.get("words", ""))


DIRECTIONS: dict[str, Any] = {
    "for": _("speaks for"),
    "against": _("speaks against"),
    "neither": _("says little"),
}
