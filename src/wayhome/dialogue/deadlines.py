"""How the event log writes the state of a clock: a date and its basis, days kept while paused, or nothing.

The log keeps the result of every count of working days, so that reading it again needs no holiday calendar and a newer edition
of the calendars changes no deadline that was set.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ClockValue:
    """`due_on` while a clock runs, `kept` working days while it is paused, neither when there is none."""

    due_on: date | None = None
    kept: int | None = None
    basis: str = ""

    def written(self) -> str:
        """At most 19 characters: `2027-06-05 request`, `kept 11 law`, or empty."""
        if self.due_on is not None:
            return f"{self.due_on.isoformat()} {self.basis}"
        if self.kept is not None:
            return f"kept {self.kept} {self.basis}".rstrip()
        return ""

    @classmethod
    def read(cls, text: str) -> ClockValue:
        """The value that `written` wrote."""
        words = text.split()
        if not words:
            return cls()
        if words[0] == "kept":
            return cls(kept=int(words[1]), basis=words[2] if len(words) > 2 else "")
        return cls(due_on=date.fromisoformat(words[0]), basis=words[1])
