"""What every page's frame needs: the processes to switch to, the open room, counts beside its pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Ask, Commitment, Communication, Incoming, Letter, Party, Proposal
from wayhome.dialogue.states import ProposalState
from wayhome.places.models import Area
from wayhome.site.navigation import rooms

_COUNTED: dict[str, Any] = {
    "asks": Ask.objects.all(),
    "communications": Communication.objects.all(),
    "proposals": Proposal.objects.filter(state=ProposalState.OPEN),
    "waiting": Incoming.objects.filter(state__in=[Incoming.State.INBOX, Incoming.State.FILED]),
    "commitments": Commitment.objects.all(),
    "parties": Party.objects.filter(merged_into=None),
    "letters": Letter.objects.all(),
    "areas": Area.objects.all(),
}


def counts(process: Process) -> dict[str, int]:
    """The numbers beside the pages of the rooms, in one query."""

    def subquery(rows: Any) -> Any:
        counted = rows.filter(process=OuterRef("pk")).order_by().values("process").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    found = Process.objects.filter(pk=process.pk).values(**{name: subquery(rows) for name, rows in _COUNTED.items()}).get()
    return dict(found)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the layout template; lazy, so that a page without the frame asks nothing of the database."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        asked = request.COOKIES.get("theme", "auto")
        return {"theme": asked if asked in {"light", "dark"} else "auto"}
    process = getattr(request, "process", None)
    return {
        "theme": user.theme,
        "processes": Process.objects.visible_to(user).only("slug", "name"),
        "process": process,
        "access": getattr(request, "access", None),
        "nav": SimpleLazyObject(lambda: counts(process)) if process is not None else {},
        "rooms": rooms(process, request.access, request.path) if process is not None else [],  # type: ignore[attr-defined]
    }
