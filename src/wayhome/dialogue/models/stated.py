"""Asks and commitments are as open as the words that state them."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from wayhome.accounts.scoped import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class StatedQuerySet(ScopedQuerySet[M]):
    """Rows with passages that state them. `links` names the table of those passages, `owner` its field for the row.

    What a person reads is narrowed by `readable` before anything else: a row whose every statement stands in restricted
    documents is not there for somebody who may not see these, like the documents themselves. A row without any passage is as
    open as the communication it was made in.
    """

    links: ClassVar[str]
    owner: ClassVar[str]

    def readable(self, *, restricted: bool) -> Self:
        """The rows for somebody who may (`restricted`) or may not see restricted documents."""
        return self if restricted else self.exclude(pk__in=self._hidden()).exclude(pk__in=self._in_restricted())

    def unreadable(self) -> Self:
        """The rows that are kept from somebody who may not see restricted documents."""
        return self.filter(Q(pk__in=self._hidden()) | Q(pk__in=self._in_restricted()))

    def _links(self) -> QuerySet[Any]:
        return apps.get_model(self.links)._default_manager.all()

    def _states(self) -> QuerySet[Any]:
        return self._links().filter(use="states")

    def _hidden(self) -> QuerySet[Any]:
        """Keys of rows with statements, none of which, nor one that repeats it, stands in an open document.

        Restricted documents are few: the query begins with them.
        """
        said = self._links().filter(**{self.owner: OuterRef(self.owner)}, use__in=["states", "repeats"])
        somewhere_open = said.filter(passage__document__restricted=False)
        return (
            self._states()
            .filter(passage__document__restricted=True)
            .exclude(Exists(somewhere_open))
            .order_by()
            .values(self.owner)
        )

    def _in_restricted(self) -> QuerySet[Any]:
        rows = self.model._default_manager.filter(communication__document__restricted=True)
        return rows.exclude(Exists(self._states().filter(**{self.owner: OuterRef("pk")}))).order_by().values("pk")
