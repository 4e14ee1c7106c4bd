"""Pages of a list: a count, a slice, and links that keep the filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `first` to `last` (counted from 1) of `total`; `earlier` and `later` are query strings or None."""

    rows: list[Any]
    first: int
    last: int
    total: int
    earlier: str | None
    later: str | None


def paginate(queryset: QuerySet[Any] | list[Any], query: QueryDict, *, size: int = 50, total: int | None = None) -> Page:
    """Cut the page that `?page=` names; a page that does not exist becomes the nearest one that does."""
    count = total if total is not None else (queryset.count() if isinstance(queryset, QuerySet) else len(queryset))
    pages = max(1, -(-count // size))
    asked = query.get("page", "1")
    number = min(max(int(asked) if asked.isdigit() and len(asked) < 9 else 1, 1), pages)
    rows = list(queryset[(number - 1) * size : number * size])

    def link(to: int) -> str:
        parameters = query.copy()
        parameters["page"] = str(to)
        return "?" + parameters.urlencode()

    first = (number - 1) * size + 1 if count else 0
    return Page(
        rows,
        first,
        (number - 1) * size + len(rows),
        count,
        link(number - 1) if number > 1 else None,
        link(number + 1) if number < pages else None,
    )
