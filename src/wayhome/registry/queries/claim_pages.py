"""What the page of a claim shows beside the claim itself, and its map."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.places.maps import Map
from wayhome.places.models import Area
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_validators as valid
from wayhome.registry.claim_states import AWARDS, ClaimState, LinkJudgement
from wayhome.registry.models import Claim, ClaimLink, Property
from wayhome.registry.queries import claim_matches
from wayhome.registry.queries.claims import days_of

_PATH = ("lodged", "notified", "under_review", "decided", "enforced", "repossessed")
MOST_CONTEXT = 60


def parcel_map(process: Process, claim: Claim | None, others: list[Claim] | None = None) -> Map:
    """The parcel with those it touches; without one, the place, or the places that claims are about, to begin drawing from."""
    board = Map("parcel", _("The property on the map"), [_("What"), _("Size")])
    home = claim.holding if claim is not None else None
    if home is not None and home.outline:
        board.nearest = 18
    if home is not None and home.outline:
        board.shape(
            home.outline,
            _middle(home),
            name=f"{home.ref}",
            cells=[_("%(n)s m² by the outline") % {"n": round(valid.size_m2(home.outline))}],
            said={"here": True},
        )
    for other in others or []:
        if other.holding.outline and (home is None or other.holding_id != home.pk):
            board.shape(
                other.holding.outline,
                None,
                name=other.ref,
                cells=[_("%(n)s m² by the outline") % {"n": round(valid.size_m2(other.holding.outline))}],
                said={"tone": 3},
            )
    areas = Area.objects.of(process).exclude(latitude=None)
    if home is not None and home.area_id:
        areas = areas.filter(pk=home.area_id)
    elif home is not None and home.outline:
        areas = areas.none()
    else:
        used = Property.objects.of(process).exclude(area=None).values("area")
        near = areas.filter(pk__in=used)
        areas = near if near.exists() else areas.filter(level__gte=4)
    rows = list(areas[:MOST_CONTEXT])
    names = labels(process, [row.pk for row in rows])
    if not (home is not None and home.outline):
        for row in rows:
            board.area(row, name=names.get(row.pk, str(row)))
    return board


def _middle(home: Property) -> tuple[float, float] | None:
    if home.west is None or home.east is None or home.south is None or home.north is None:
        return None
    return (home.west + home.east) / 2, (home.south + home.north) / 2


def _reasons(link: ClaimLink) -> list[str]:
    return [
        f"{claim_matches.REASONS.get(code, code)}{f' ({detail})' if detail else ''}"
        for code, detail in (pair for pair in link.reasons)
    ]


def shown(claim: Claim) -> dict[str, Any]:
    """Everything on a claim's page; a constant number of queries."""
    links = list(claim_matches.links_of(claim))
    ends = [claim_matches.other_end(link, claim) for link in links]
    home = claim.holding
    claimants = list(claim.claimants.all())
    shares = [Fraction(row.numerator, row.denominator) for row in claimants if row.numerator and row.denominator]
    stated = sum(shares, Fraction(0))
    days = days_of(claim)
    occupants = list(home.occupants.select_related("household").order_by("left_on", "number"))
    evidence = list(claim.evidence.all())
    path = [(state, ClaimState(state).label, days.get(state), state == claim.state) for state in _PATH]
    return {
        "claimants": claimants,
        "stated": f"{stated.numerator}/{stated.denominator}" if shares and stated != 1 else ("1" if shares else ""),
        "unstated": sum(1 for row in claimants if row.numerator is None),
        "place": labels(claim.process, [home.area_id]).get(home.area_id or 0, "") or home.place_text,
        "size": round(valid.size_m2(home.outline)) if home.outline else None,
        "map": parcel_map(claim.process, claim, ends),
        "evidence": evidence,
        "strongest": max((item.strength for item in evidence if not item.against), default=None),
        "occupants": occupants,
        "living": [row for row in occupants if row.left_on is None],
        "links": [
            {"link": link, "other": other, "reasons": _reasons(link), "open": link.judgement == LinkJudgement.OPEN}
            for link, other in zip(links, ends, strict=True)
        ],
        "decisions": list(claim.decisions.select_related("by", "family")),
        "notices": list(claim.notices.select_related("claimant", "occupant")),
        "samples": list(claim.samples.exclude(finding="").select_related("by", "sample")),
        "path": path,
        "awarded": claim.outcome in AWARDS,
    }
