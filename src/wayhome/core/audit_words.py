"""What the actions in the audit log are called for people. Each room registers its own when it starts:

    audit_words.register({"ask.confirmed": _("Ask confirmed")})

An action without words is shown by its name, which is what the log itself keeps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wayhome.core.models import AuditEntry

_words: dict[str, Any] = {}
_details: dict[str, Any] = {}
_kept_back: dict[str, Callable[[Iterable[str]], Iterable[Any]]] = {}


def register(words: Mapping[str, Any], details: Mapping[str, Any] | None = None) -> None:
    """Add words, by action, and words for what the details of entries are called; values may be lazy translations."""
    _words.update(words)
    _details.update(details or {})


def word_for_detail(key: str) -> str:
    """The word for a detail in the active language; empty when nobody gave it one."""
    return str(_details.get(key, ""))


def words_for(action: str) -> str:
    """The words for an action in the active language, or its name."""
    return str(_words.get(action, action))


def keep_back(subject_type: str, find: Callable[[Iterable[str]], Iterable[Any]]) -> None:
    """Say which records of a type (`dialogue.ask`) are restricted: `find` gets their keys and gives back those that are."""
    _kept_back[subject_type] = find


def kept_back(entries: Iterable[AuditEntry]) -> set[int]:
    """Numbers (`seq`) of the entries about restricted records. One query for each type of record among them."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if entry.subject_type in _kept_back:
            found[entry.subject_type][entry.subject_id].append(entry.seq)
    return {seq for kind, rows in found.items() for pk in _kept_back[kind](rows) for seq in rows[str(pk)]}
