"""What the actions in the audit log are called for people. Each room registers its own when it starts:

    audit_words.register({"ask.confirmed": _("Ask confirmed")})

An action without words is shown by its name, which is what the log itself keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_words: dict[str, Any] = {}


def register(words: Mapping[str, Any]) -> None:
    """Add words, by action; values may be lazy translations."""
    _words.update(words)


def words_for(action: str) -> str:
    """The words for an action in the active language, or its name."""
    return str(_words.get(action, action))
