"""Who does something: a person who is logged in, an outside party with a link, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """`via` is web, cli, job, mail or link; `label` is what the audit log shows when the account is gone."""

    user_id: int | None
    label: str
    via: str = "web"

    @classmethod
    def of(cls, user: Any, via: str = "web") -> Actor:
        """The actor for a logged-in user."""
        return cls(user.pk, user.get_full_name() or user.email, via)


SYSTEM = Actor(None, "system", "job")
COMMAND_LINE = Actor(None, "command line", "cli")
