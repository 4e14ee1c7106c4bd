"""What an entry of the audit log tells, in words: yes and no, dates, what changed from what to what; never the JSON it is kept in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Role
from wayhome.core.audit_words import word_for_detail
from wayhome.core.days import written

ROLE_LABELS = dict(Role.choices)
ARROW = " → "
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def pairs(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """The detail of an entry as pairs of words, what is empty left out; a list of two values reads as a change."""
    told: list[tuple[str, str]] = []
    rest = dict(detail)
    before = rest.get("before")
    if isinstance(before, dict):
        after = rest.pop("after") if isinstance(rest.get("after"), dict) else {key: rest.pop(key, None) for key in before}
        del rest["before"]
        told += [(_label(key), _change(key, before.get(key), after.get(key))) for key in _in_order(before, after)]
    elif "before" in rest and "after" in rest and not isinstance(rest["after"], dict):
        told.append((_("change"), _change("", rest.pop("before"), rest.pop("after"))))
    told += [(_label(key), _said(key, value)) for key, value in rest.items()]
    return [(key, words) for key, words in told if words]


def _in_order(before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    return dict.fromkeys([*before, *after])


def _label(key: str) -> str:
    return word_for_detail(key) or key.replace("_", " ")


def _change(key: str, before: Any, after: Any) -> str:
    if before == after:
        return _plain(key, after)
    return f"{_plain(key, before) or '–'}{ARROW}{_plain(key, after) or '–'}"


def _said(key: str, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(part, list | dict) for part in value):
        return _change(key, *value)
    return _plain(key, value)


def _plain(key: str, value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return _("yes") if value else _("no")
        case dict():
            return "; ".join(f"{_label(name)}: {words}" for name, part in value.items() if (words := _plain(name, part)))
        case list():
            return ", ".join(words for part in value if (words := _plain(key, part)))
        case str() if key == "role":
            return str(ROLE_LABELS.get(value, value))
        case str() if _DAY.match(value):
            return _day(value)
    return str(value)


def _day(words: str) -> str:
    try:
        if _MOMENT.match(words):
            moment = datetime.fromisoformat(words)
            return written(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "j E Y, H:i")
        return written(date.fromisoformat(words), "j E Y")
    except ValueError:
        return words
