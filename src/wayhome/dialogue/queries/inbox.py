"""The inbox: what came in and waits for a person, and what was done with the rest."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue.models import Answer, Incoming

State = Incoming.State
VIEWS: dict[str, Q] = {
    "waiting": Q(state__in=[State.INBOX, State.FILED]),
    "reports": Q(state__in=[State.REPORT, State.REFUSED]),
    "done": Q(state__in=[State.DONE, State.ASIDE]),
}


def incoming(process: Process, access: Access) -> QuerySet[Incoming]:
    """What came in and this access may see. A mail whose document a person filed in the review no longer waits for assigning."""
    rows = Incoming.objects.of(process).exclude(Q(state=State.INBOX) & Q(document__communications__isnull=False))
    if access.may(Permission.VIEW_RESTRICTED):
        return rows
    return rows.exclude(document__restricted=True)


def listing(process: Process, access: Access, view: str) -> QuerySet[Incoming]:
    """One view of the inbox, newest first, with the number of asks that an answer waits for."""
    return (
        incoming(process, access)
        .filter(VIEWS[view])
        .select_related("document", "communication", "earlier", "party", "decided_by")
        .defer("document__text", "document__zones", "document__references", "document__warnings")
        .annotate(
            proposed=Count("communication__answers", filter=Q(communication__answers__state=Answer.State.OPEN), distinct=True)
        )
        .order_by("-created_at", "-pk")
    )


def counts(process: Process, access: Access) -> dict[str, int]:
    """How many each view holds; one query."""
    return incoming(process, access).aggregate(
        **{name: Count("pk", filter=condition, distinct=True) for name, condition in VIEWS.items()}
    )
