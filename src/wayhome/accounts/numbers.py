"""Numbers that people use (A-021): next in the process, given inside the caller's transaction."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Max

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Numbered

N = TypeVar("N", bound=Numbered)


def next_number(model: type[N], process: Process) -> int:
    """The next free number of `model` in `process`. Locks the process row, so two writers never get the same number."""
    Process.objects.select_for_update().only("pk").get(pk=process.pk)
    highest = model.objects.filter(process=process).aggregate(top=Max("number"))["top"]  # type: ignore[attr-defined]
    return (highest or 0) + 1
