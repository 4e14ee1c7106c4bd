"""Named permission questions, answered from memberships and running elevations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Elevation, Membership, Process, User
from wayhome.accounts.roles import GRANTS, Permission, Role
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Access:
    """What a user may do in one process, worked out once a request. `raised_until`: when running elevated access ends."""

    roles: frozenset[Role]
    permissions: frozenset[Permission]
    raised_until: datetime | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def access(user: Any, process: Process) -> Access:
    """Roles held or elevated to today, and the permissions that come with them. Two queries."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Access(frozenset(), frozenset())
    roles = set(Membership.objects.filter(user=user, process=process).values_list("role", flat=True))
    raised = list(Elevation.objects.running().filter(user=user, process=process).values_list("role", "ends_at"))
    held = frozenset(Role(role) for role in roles | {role for role, _ends in raised})
    until = max((ends for _role, ends in raised), default=None)
    return Access(held, frozenset().union(*(GRANTS[role] for role in held)), until)


def require(user: Any, process: Process, permission: Permission) -> None:
    """Raise `Forbidden` unless the user may. For actions called outside a view, and below every view as a second wall."""
    if not access(user, process).may(permission):
        raise Forbidden(
            _("Your role in this process does not include this step."),
            _("Ask the process lead for the role or for elevated access."),
        )


def require_actor(actor: Actor, process: Process, permission: Permission) -> None:
    """`require` for the actor of a use case. The system and the command line may: whoever runs them holds the database.

    An outside party with a link holds no role and is refused here; what it may do is decided where the link is checked.
    """
    if actor.user_id is None:
        if actor.via in {"job", "cli"}:
            return
        user = None
    else:
        user = User.objects.filter(pk=actor.user_id).first()
    require(user, process, permission)
