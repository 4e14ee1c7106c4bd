"""Claims that may concern each other: the same or an overlapping property, the same claimant. Found by the machine, judged by people.

Double awards across kinds of claims cost an earlier programme tens of millions to put right; so matches are sought across all
claims of the process, whatever right they are about, and again in the moment of decision, when identities may be known better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wayhome.registry.claim_states import ClaimState, LinkJudgement, LinkKind
from wayhome.registry.claim_validators import overlap
from wayhome.registry.models import Claim, Claimant, ClaimLink, Property

REASONS: dict[str, Any] = {
    "same_property": _("the same property of the registry"),
    "cadastral": _("the same old cadastral number"),
    "address": _("the same address"),
    "outline": _("outlines overlap"),
    "same_person": _("the same person of the registry"),
    "same_identity": _("records judged to be one person"),
    "same_name": _("the same name as written, same place"),
}
LEAST_OVERLAP = 0.02  # of the smaller outline: neighbours' outlines drawn by hand touch
_SHORTEST_ADDRESS = 6
_SHORTEST_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Match:
    """Another claim, in which way it may concern this one, and what that rests on (code and detail)."""

    claim_id: int
    kind: LinkKind
    reasons: tuple[tuple[str, str], ...]


def standing(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Claims that count: not those that were closed before anything was decided."""
    return claims.exclude(state=ClaimState.CLOSED, outcome="")


def _by_property(claim: Claim) -> dict[int, list[tuple[str, str]]]:
    home: Property = claim.holding
    # The same text counts within one area, or where the area of one of the two is not known.
    near = Q(area=None) if home.area_id is None else Q(area=None) | Q(area=home.area_id)
    if home.area_id is None:
        near = Q()
    wanted = Q(pk=home.pk)
    if len(home.cadastral_key) >= _SHORTEST_NUMBER:
        wanted |= Q(cadastral_key=home.cadastral_key) & near
    if len(home.address_key) >= _SHORTEST_ADDRESS:
        wanted |= Q(address_key=home.address_key) & near
    if home.outline is not None:
        wanted |= Q(west__lt=home.east, east__gt=home.west, south__lt=home.north, north__gt=home.south)
    found: dict[int, list[tuple[str, str]]] = {}
    for other in Property.objects.filter(wanted, process_id=claim.process_id):
        reasons = []
        if other.pk == home.pk:
            reasons.append(("same_property", ""))
        else:
            if len(home.cadastral_key) >= _SHORTEST_NUMBER and other.cadastral_key == home.cadastral_key:
                reasons.append(("cadastral", other.cadastral_number))
            if len(home.address_key) >= _SHORTEST_ADDRESS and other.address_key == home.address_key:
                reasons.append(("address", other.address))
            if home.outline is not None and other.outline is not None:
                part = overlap(home.outline, other.outline)
                if part >= LEAST_OVERLAP:
                    reasons.append(("outline", f"{part:.0%}"))
        if reasons:
            found[other.pk] = reasons
    return found


def _by_claimant(claim: Claim) -> dict[int, list[tuple[str, str]]]:
    own = list(claim.claimants.select_related("person"))
    roots = {row.person.identity_id or row.person_id for row in own if row.person is not None}
    persons = {row.person_id for row in own if row.person is not None}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    others = Claimant.objects.filter(claim__process_id=claim.process_id).exclude(claim=claim).select_related("person")
    if roots:
        for row in others.filter(Q(person__in=roots) | Q(person__identity__in=roots)):
            assert row.person is not None
            same = row.person_id in persons
            found[row.claim_id].append(("same_person" if same else "same_identity", row.person.ref))
    # A name alone counts where one of the two is only written, not registered, and the place is the same.
    written = [row.name_key for row in own if row.person is None and row.name_key]
    registered = [row.name_key for row in own if row.person is not None and row.name_key]
    if written or registered:
        alike = Q(name_key__in=written) | Q(name_key__in=registered, person=None)
        place = {"claim__holding__area": claim.holding.area_id} if claim.holding.area_id is not None else {}
        for row in others.filter(alike, **place):
            found[row.claim_id].append(("same_name", row.name or str(row.person or "")))
    return found


def matches(claim: Claim) -> list[Match]:
    """Every standing claim of the process that may concern this one. At most six queries."""
    counted = standing(Claim.objects.filter(process_id=claim.process_id)).exclude(pk=claim.pk)
    result = []
    properties = _by_property(claim)
    if properties:
        for pk, holding in counted.filter(holding__in=properties).values_list("pk", "holding"):
            result.append(Match(pk, LinkKind.PROPERTY, tuple(properties[holding])))
    people = _by_claimant(claim)
    if people:
        for pk in counted.filter(pk__in=people).values_list("pk", flat=True):
            result.append(Match(pk, LinkKind.CLAIMANT, tuple(dict.fromkeys(people[pk]))))
    return sorted(result, key=lambda match: (match.claim_id, match.kind))


def links_of(claim: Claim) -> QuerySet[ClaimLink]:
    """Matches of a claim as they stand, both ways round, the unjudged first."""
    return (
        ClaimLink.objects.filter(Q(one=claim) | Q(other=claim), gone=False)
        .select_related("one__holding", "other__holding", "judged_by")
        .order_by("judgement", "id")
    )


def blocking(claims: Iterable[int] | QuerySet[Claim]) -> QuerySet[ClaimLink]:
    """Links that stand in the way of an award: not judged, or judged the same claim twice while the other one stands."""
    touched = Q(one__in=claims) | Q(other__in=claims)
    withdrawn = Q(one__state=ClaimState.CLOSED, one__outcome="") | Q(other__state=ClaimState.CLOSED, other__outcome="")
    return ClaimLink.objects.filter(touched, gone=False).filter(
        Q(judgement=LinkJudgement.OPEN) | (Q(judgement=LinkJudgement.DUPLICATE) & ~withdrawn)
    )


def competing(claims: Iterable[int] | QuerySet[Claim]) -> QuerySet[ClaimLink]:
    """Links on the property that were judged to compete."""
    return ClaimLink.objects.filter(
        Q(one__in=claims) | Q(other__in=claims), gone=False, kind=LinkKind.PROPERTY, judgement=LinkJudgement.COMPETES
    )


def other_end(link: ClaimLink, claim: Claim) -> Claim:
    """The other claim of a link."""
    return link.other if link.one_id == claim.pk else link.one
