"""Households of the registry as a plan may use them, and how many it may not, by reason. A constant number of queries.

Nothing is guessed. A household is planned for only while the last answer on file is that it wishes to return to a place that
somebody has decided on, while no adult of it refused to have data used for services, and while its people and its present
place are known. What a need is stays sealed: each person with a need on file counts as one who uses a clinic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from wayhome.accounts.models import Process
from wayhome.plans.bridge.types import Member, Tally
from wayhome.plans.models import Scenario
from wayhome.plans.states import GroupBy
from wayhome.registry.births import years_before
from wayhome.registry.models import Consent, Household, Intention, Person, ProcessingPurpose, SpecificNeed
from wayhome.registry.states import LegalBasis, Purpose, Relation
from wayhome.registry.wish_states import Wish

SCHOOL_AGE = (6, 18)  # from the sixth birthday until the eighteenth
_YOUNG = frozenset({Relation.CHILD, Relation.GRANDCHILD})
Placing = Callable[[int], "tuple[int | None, str, tuple[str, ...]]"]
"""Wished area to (area of the plan or None, why not, gates that hold it back)."""


@dataclass(slots=True)
class _People:
    persons: int = 0
    children: int = 0
    clinic: int = 0
    identities: set[int] = field(default_factory=set)
    refused: bool = False
    consented: bool = False


@dataclass(slots=True)
class Wishing:
    """Who may be planned for, who not and why, and answers that a plan can only partly honour."""

    members: list[Member]
    tally: Tally
    households: int
    persons: int
    not_after: int = 0
    """Households that named a last month, which a plan does not know."""


def wishing(process: Process, scenario: Scenario, *, on: date, placing: Placing) -> Wishing:
    """Every open household of the process, sorted into those planned for and those left out. Seven queries."""
    people = _people(process, on)
    answers = _answers(process)
    needs_consent = ProcessingPurpose.objects.filter(
        process=process, purpose=Purpose.SERVICES, legal_basis=LegalBasis.CONSENT
    ).exists()
    found = Wishing([], Tally(), 0, 0)
    rows = (
        Household.objects.of(process)
        .filter(closed_on=None, merged_into=None)
        .order_by("number")
        .values_list("pk", "number", "family_id", "origin_id", "present_id", "size_stated")
    )
    counted: dict[int, int] = {}
    for pk, number, family_id, origin_id, present_id, stated in rows.iterator(chunk_size=5_000):
        who = people.get(pk) or _People()
        persons = max(who.persons, stated or 0)
        found.households += 1
        found.persons += persons

        def leave(code: str, area_id: int | None = None, gates: tuple[str, ...] = (), size: int = persons) -> None:
            found.tally.household(code, size, area_id, gates)

        wish, wished, when_from, when_to = answers.get(pk, ("", None, None, None))
        if wish != Wish.RETURN:
            leave(wish or "no_wish")
        elif who.refused:
            leave("refused")
        elif needs_consent and not who.consented:
            leave("no_consent")
        elif not persons:
            leave("no_members")
        elif any(counted.get(identity, pk) != pk for identity in who.identities):
            leave("counted_twice")
        elif wished is None:
            leave("place_undecided")
        elif present_id is None:
            leave("present_unknown")
        else:
            area_id, why, gates = placing(wished)
            if area_id is None:
                leave(why, wished, gates)
                continue
            counted |= dict.fromkeys(who.identities, pk)
            found.not_after += when_to is not None
            found.members.append(
                Member(
                    household_id=pk,
                    key=f"{Household.prefix}-{number:03d}",
                    family=str(family_id or ""),
                    hub_id=present_id,
                    group_id=origin_id if scenario.group_by == GroupBy.ORIGIN else present_id,
                    persons=persons,
                    children=min(who.children, persons),
                    clinic=min(who.clinic, persons),
                    earliest=_earliest(scenario, when_from),
                    area_id=area_id,
                )
            )
    return found


def _earliest(scenario: Scenario, when_from: date | None) -> int:
    """The first period that begins on or after the day, so that nobody is planned home before they want to be."""
    if when_from is None:
        return 0
    period = scenario.period(when_from)
    return max(period + (when_from.day > 1), 0)


def _answers(process: Process) -> dict[int, tuple[str, int | None, date | None, date | None]]:
    """The last answer of each household, over all waves. That a household was not reached since takes nothing back; that it
    declined to answer does."""
    found: dict[int, tuple[str, int | None, date | None, date | None]] = {}
    rows = (
        Intention.objects.of(process)
        .filter(replaced_at=None)
        .order_by("wave__starts_on", "wave_id")
        .values_list("household_id", "wish", "silence", "area_id", "when_from", "when_to")
    )
    for household, wish, silence, area, when_from, when_to in rows.iterator(chunk_size=5_000):
        if wish == Wish.NO_ANSWER and silence not in {"declined", "stopped"} and household in found:
            continue
        found[household] = (wish, area, when_from, when_to)
    return found


def _people(process: Process, on: date) -> dict[int, _People]:
    found: dict[int, _People] = defaultdict(_People)
    ill = set(
        SpecificNeed.objects.filter(person__process=process)
        .filter(Q(until=None) | Q(until__gte=on))
        .values_list("person_id", flat=True)
    )
    refused, consented = _consents(process, on)
    youngest, oldest = years_before(on, SCHOOL_AGE[0]), years_before(on, SCHOOL_AGE[1])
    seen: dict[int, set[int]] = defaultdict(set)
    rows = (
        Person.objects.of(process)
        .filter(died_on=None)
        .exclude(household=None)
        .order_by("number")
        .values_list("pk", "household_id", "birth_from", "birth_to", "relation", "identity_id")
    )
    for pk, household, birth_from, birth_to, relation, identity in rows.iterator(chunk_size=5_000):
        who = found[household]
        who.refused |= pk in refused
        who.consented |= pk in consented
        one = identity or pk
        if one in seen[household]:
            continue  # two records of one person, as somebody judged
        seen[household].add(one)
        who.identities.add(one)
        who.persons += 1
        who.clinic += pk in ill
        if birth_from is None or birth_to is None:
            who.children += relation in _YOUNG
        else:
            who.children += oldest < birth_from + (birth_to - birth_from) / 2 <= youngest
    return found


def _consents(process: Process, on: date) -> tuple[set[int], set[int]]:
    """Persons whose last word on services is no, and those whose last word is yes and holds on the day."""
    last: dict[int, tuple[bool, date | None, date | None]] = {}
    rows = (
        Consent.objects.of(process)
        .filter(purpose=Purpose.SERVICES)
        .order_by("given_on", "pk")
        .values_list("person_id", "refused", "withdrawn_on", "expires_on")
    )
    for person, refused, withdrawn, expires in rows.iterator(chunk_size=5_000):
        last[person] = (refused, withdrawn, expires)
    no = {person for person, (refused, withdrawn, _e) in last.items() if refused or (withdrawn is not None and withdrawn <= on)}
    yes = {person for person, (_r, _w, expires) in last.items() if person not in no and (expires is None or expires >= on)}
    return no, yes
