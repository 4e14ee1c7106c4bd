"""What every page's frame needs: the processes to switch to, the open room, counts beside its pages."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.dialogue.models import Ask, Commitment, Communication, Incoming, Letter, Party, Proposal
from wayhome.dialogue.states import ProposalState
from wayhome.places.models import Area
from wayhome.plans.models import Scenario
from wayhome.registry.claim_states import ClaimState
from wayhome.registry.models import CandidatePair, Claim, Household
from wayhome.registry.states import PairState
from wayhome.site.navigation import rooms

# How far the number beside a page counts; above it stands "9,999+".
COUNTED_TO = 9_999


def counted(*, restricted: bool) -> dict[str, Any]:
    """What stands beside the pages of the rooms, for somebody who may or may not see restricted documents."""
    papers = Q() if restricted else Q(document=None) | Q(document__restricted=False)
    return {
        "asks": Ask.objects.readable(restricted=restricted),
        "communications": Communication.objects.filter(papers),
        "proposals": Proposal.objects.filter(papers, state=ProposalState.OPEN),
        "waiting": Incoming.objects.filter(papers, state__in=[Incoming.State.INBOX, Incoming.State.FILED]),
        "commitments": Commitment.objects.readable(restricted=restricted),
        "parties": Party.objects.filter(merged_into=None),
        "letters": Letter.objects.readable(restricted=restricted),
        "areas": Area.objects.all(),
        "claims": Claim.objects.exclude(state=ClaimState.CLOSED),
        "households": Household.objects.all(),
        "scenarios": Scenario.objects.filter(archived_at=None),
        "pairs": CandidatePair.objects.filter(state__in=[PairState.OPEN, PairState.SECOND, PairState.DISPUTED]),
    }


def counts(process: Process, access: Access) -> dict[str, int]:
    """The numbers beside the pages of the rooms, in one query; none is counted further than `COUNTED_TO` + 1.

    Counting a quarter of a million households took three quarters of the time of a page, for a number nobody needs to the unit.
    """
    shown = counted(restricted=access.may(Permission.VIEW_RESTRICTED))
    parts, values = [], []
    for place, rows in enumerate(shown.values()):
        sql, parameters = rows.filter(process=process).order_by().values("pk")[: COUNTED_TO + 1].query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS c{place})")  # noqa: S608 - the query is Django's own
        values.extend(parameters)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(shown, cursor.fetchone(), strict=True))


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
        "nav": SimpleLazyObject(lambda: counts(process, request.access)) if process is not None else {},
        "rooms": rooms(process, request.access, request.path) if process is not None else [],  # type: ignore[attr-defined]
    }
