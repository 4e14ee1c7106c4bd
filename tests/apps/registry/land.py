"""Records of homes, people and waves for the tests of claims and intentions, made by the product's own use cases."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

from wayhome.accounts.numbers import next_number
from wayhome.core.actors import Actor
from wayhome.places.models import Area, AreaName
from wayhome.registry.actions import claim_steps, claims, notices, waves
from wayhome.registry.actions.claims import NewClaimant
from wayhome.registry.claim_states import ClaimState, NoticeKind, NoticeState
from wayhome.registry.models import Claim, Household, Person, Wave

_unique = count(1)
SQUARE = {"type": "Polygon", "coordinates": [[[45.0, 40.0], [45.001, 40.0], [45.001, 40.001], [45.0, 40.001], [45.0, 40.0]]]}


def square(west: float, south: float, size: float = 0.001) -> dict[str, Any]:
    east, north = west + size, south + size
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


class Land:
    """The homes and people of one process. `clerk` lodges, `judge` decides, `reader` reads a second time."""

    def __init__(self, process: Any, clerk: Any, judge: Any, reader: Any = None) -> None:
        self.process = process
        self.clerk, self.judge = Actor.of(clerk), Actor.of(judge)
        self.reader = Actor.of(reader) if reader is not None else self.clerk

    def area(self, name: str = "Meshul", parent: Area | None = None, level: int = 5, **fields: Any) -> Area:
        found = Area.objects.of(self.process).filter(names__text=name).first()
        if found is None:
            found = Area.objects.create(process=self.process, parent=parent, level=level, **fields)
            AreaName.objects.create(area=found, process=self.process, text=name, language="en")
        return found

    def household(self, name: str = "Ayvelin", **fields: Any) -> Household:
        return Household.objects.create(process=self.process, number=next_number(Household, self.process), name=name, **fields)

    def person(self, given: str = "Tamar", family: str = "Ayvelin", household: Household | None = None, **fields: Any) -> Person:
        return Person.objects.create(
            process=self.process,
            number=next_number(Person, self.process),
            given_name=given,
            family_name=family,
            household=household,
            **fields,
        )

    def claim(self, *people: Person | str, shares: tuple[Any, ...] = (), right: str = "ownership", **fields: Any) -> Claim:
        """A claim to a home of its own unless `holding` names one."""
        people = people or (self.person(given=f"Person{next(_unique)}"),)
        rows = [
            NewClaimant(
                person=who if isinstance(who, Person) else None,
                name=who if isinstance(who, str) else "",
                share=Fraction(shares[n]) if n < len(shares) else None,
            )
            for n, who in enumerate(people)
        ]
        holding = fields.pop("holding", None) or {"kind": "house", "address": f"Mill Lane {next(_unique) + 1000}, upper part"}
        return claims.lodge(
            process=self.process,
            actor=fields.pop("actor", self.clerk),
            claimants=rows,
            holding=holding,
            right=right,
            lodged_on=fields.pop("lodged_on", date(2025, 3, 1)),
            **fields,
        ).claim

    def notify(self, claim: Claim) -> Claim:
        claim_steps.step(claim=claim, to=ClaimState.NOTIFIED, actor=self.clerk)
        return claim

    def review(self, claim: Claim) -> Claim:
        self.notify(claim)
        claim_steps.step(claim=claim, to=ClaimState.UNDER_REVIEW, actor=self.clerk)
        return claim

    def decide(self, claim: Claim, outcome: str = "granted", **fields: Any) -> Claim:
        if claim.state == ClaimState.LODGED:
            self.review(claim)
        claim.refresh_from_db()
        fields.setdefault("remedy", "restitution" if outcome in {"granted", "partly"} else "")
        claim_steps.decide(
            claim=claim, outcome=outcome, reasons="The deed names the claimants.", actor=self.judge, on=date(2025, 9, 1), **fields
        )
        return claim

    def deliver(self, claim: Claim) -> Claim:
        for notice in claim.notices.filter(kind=NoticeKind.DECISION):
            notices.mark(notice=notice, state=NoticeState.SENT, actor=self.clerk, on=date(2025, 9, 2))
            notices.mark(notice=notice, state=NoticeState.RECEIVED, actor=self.clerk, on=date(2025, 9, 9), proof="signed")
        return claim

    def at(self, state: str) -> Claim:
        """A claim brought to a state by the steps people take."""
        claim = self.claim()
        if state == ClaimState.LODGED:
            return claim
        self.notify(claim)
        if state == ClaimState.NOTIFIED:
            return claim
        claim_steps.step(claim=claim, to=ClaimState.UNDER_REVIEW, actor=self.clerk)
        if state == ClaimState.UNDER_REVIEW:
            return claim
        if state == ClaimState.CLOSED:
            claim_steps.step(claim=claim, to=ClaimState.CLOSED, actor=self.judge, note="Withdrawn by the claimant")
            return claim
        self.deliver(self.decide(claim))
        if state == ClaimState.APPEALED:
            claim_steps.step(claim=claim, to=ClaimState.APPEALED, actor=self.clerk, note="Appealed by the occupant")
        if state in {ClaimState.ENFORCED, ClaimState.REPOSSESSED}:
            claim_steps.step(claim=claim, to=ClaimState.ENFORCED, actor=self.judge)
        if state == ClaimState.REPOSSESSED:
            claim_steps.step(claim=claim, to=ClaimState.REPOSSESSED, actor=self.clerk)
        return claim

    def wave(self, name: str = "March 2026", month: int = 3, **fields: Any) -> Wave:
        return waves.open_wave(
            process=self.process,
            name=name,
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month, 28),
            language="en",
            actor=self.clerk,
            **fields,
        )
