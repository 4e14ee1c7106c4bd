"""Scoped reads of households: the list with its filters, one household with all that concerns it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.places.bridge import name_keys
from wayhome.places.models import AreaName
from wayhome.places.queries.areas import labels
from wayhome.registry import births, sections
from wayhome.registry.models import CandidatePair, Displacement, Household, HouseholdEvent, Person
from wayhome.registry.queries import consents, history, sealed
from wayhome.registry.states import PairState

_WAITING_PAIRS = (PairState.OPEN, PairState.SECOND, PairState.ASK, PairState.DISPUTED)
MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows the list; everything may be empty."""

    words: str = ""
    origin: str = ""
    present: str = ""
    list_name: str = ""
    size: str = ""  # 1, 2-4, 5-7, 8+
    view: str = "open"  # open, waits, closed

    @property
    def narrows(self) -> bool:
        return any((self.words, self.origin, self.present, self.list_name, self.size)) or self.view == "waits"


SIZES = {"1": (1, 1), "2-4": (2, 4), "5-7": (5, 7), "8+": (8, 10_000)}
VIEWS = ("open", "waits", "closed")


def _size() -> Coalesce:
    people = Person.objects.filter(household=OuterRef("pk")).order_by().values("household").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(people, output_field=IntegerField()), 0)


def _place(process: Process, name: str, text: str) -> Q:
    """Households whose place is called so: by the area's names that begin with the words, or as written."""
    key = name_keys(text)[0]
    areas = AreaName.objects.filter(process=process, retired_at=None, key__startswith=key).values("area") if key else []
    condition = Q(**{f"{name}_text__icontains": text})
    return condition | Q(**{f"{name}__in": areas}) if key else condition


def waits() -> Q:
    """Households that need somebody's decision: no head, no people, or a pair of records that waits for a judge."""
    people = Person.objects.filter(household=OuterRef("pk"))
    pairs = CandidatePair.objects.filter(
        Q(left__household=OuterRef("pk")) | Q(right__household=OuterRef("pk")), state__in=_WAITING_PAIRS
    )
    return Q(head=None) | ~Exists(people) | Exists(pairs)


def matching(process: Process, wanted: Filter) -> ScopedQuerySet[Household]:
    """The households the filter leaves, without what the list shows of each."""
    rows = Household.objects.of(process)
    rows = rows.exclude(closed_on=None) if wanted.view == "closed" else rows.filter(closed_on=None)
    if wanted.view == "waits":
        rows = rows.filter(waits())
    if wanted.words:
        digits = wanted.words.upper().removeprefix("H-").lstrip("0")
        number = Q(number=int(digits)) if digits.isdigit() and len(digits) < 10 else Q()
        rows = rows.filter(number or Q(name__icontains=wanted.words) | Q(list_key=wanted.words))
    for name, text in (("origin", wanted.origin), ("present", wanted.present)):
        if text:
            rows = rows.filter(_place(process, name, text))
    if wanted.list_name:
        rows = rows.filter(list_name=wanted.list_name)
    if wanted.size in SIZES:
        least, most = SIZES[wanted.size]
        rows = rows.annotate(people=_size()).filter(people__gte=least, people__lte=most)
    return rows  # type: ignore[return-value]


def listed(process: Process, wanted: Filter) -> ScopedQuerySet[Household]:
    """The same with the number of people and the head, in the order of numbers."""
    return matching(process, wanted).select_related("head").annotate(people=_size()).order_by("number")  # type: ignore[return-value]


def lists(process: Process) -> list[str]:
    """The lists that households came from."""
    rows = Household.objects.of(process).exclude(list_name="").order_by("list_name").values_list("list_name", flat=True)
    return list(rows.distinct()[:200])


def put_places(process: Process, rows: list[Any]) -> None:
    """Set `origin_words` and `present_words` on households or persons: the area's names, or what was written. Two queries."""
    named = labels(process, {pk for row in rows for pk in (row.origin_id, row.present_id)})
    for row in rows:
        row.origin_words = named.get(row.origin_id, "") or row.origin_text
        row.present_words = named.get(row.present_id, "") or row.present_text


def put_waiting(rows: list[Household]) -> None:
    """Set `waits_for` on listed households: what needs a decision, as keys. One query."""
    ids = [row.pk for row in rows]
    pairs = CandidatePair.objects.filter(state__in=_WAITING_PAIRS).filter(
        Q(left__household__in=ids) | Q(right__household__in=ids)
    )
    with_pairs = {pk for pair in pairs.values_list("left__household", "right__household") for pk in pair}
    for row in rows:
        row.waits_for = [  # type: ignore[attr-defined]
            *(["head"] if row.head_id is None and row.closed_on is None else []),
            *(["pairs"] if row.pk in with_pairs else []),
        ]


def household(process: Process, number: int) -> Household:
    """One household by its number, closed ones too; 404 outside the process."""
    found = (
        Household.objects.of(process)
        .select_related("process", "origin", "present", "family", "head", "merged_into", "source")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found


@dataclass(slots=True)
class Member:
    """One person of a household as the page shows them."""

    person: Person
    born: str
    child: bool | None
    names: list[str]
    needs: str
    consents: list[consents.Standing]
    wish: str = ""
    same: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Shown:
    """A household's page."""

    household: Household
    members: list[Member]
    origin: str
    present: str
    displacements: list[Displacement]
    together: list[Household]
    withdrawn: list[Member]
    waits_for: list[str]
    lines: list[history.Line]
    changes: list[history.Changed]
    reads: int
    main: list[sections.Shown] = field(default_factory=list)
    side: list[sections.Shown] = field(default_factory=list)
    has_wishes: bool = False


def members_of(household: Household) -> list[Person]:
    """Its people, the head first, then by number, with their other names."""
    rows = Person.objects.filter(household=household).prefetch_related("names").order_by("number")[:MOST_MEMBERS]
    return sorted(rows, key=lambda person: (person.pk != household.head_id, person.number))


def same_as(process: Process, people: list[Person]) -> dict[int, list[Person]]:
    """For each of these records the others that were judged to be the same person."""
    stands_for = {person.pk: person.identity_id or person.pk for person in people}
    together: dict[int, list[Person]] = {}
    for record in (
        Person.objects.of(process).filter(Q(identity__in=stands_for.values()) | Q(pk__in=stands_for.values())).order_by("number")
    ):
        together.setdefault(record.identity_id or record.pk, []).append(record)
    return {pk: [record for record in together.get(first, []) if record.pk != pk] for pk, first in stands_for.items()}


def shown(household: Household, access: Access) -> Shown:
    """Everything on a household's page; a constant number of queries."""
    people = members_of(household)
    ids = [person.pk for person in people]
    same = same_as(household.process, people)
    needs, standing, wishes = sealed.needs_words(ids), consents.by_person(ids), sections.wishes(household)
    members = [
        Member(
            person=person,
            born=births.words(person),
            child=births.is_child(person),
            names=[str(name) for name in person.names.all()],
            needs=needs.get(person.pk, ""),
            consents=standing.get(person.pk, []),
            wish=wishes.get(person.pk, ""),
            same=same.get(person.pk, []),
        )
        for person in people
    ]
    put_places(household.process, [household])
    put_waiting([household])
    displacements = list(Displacement.objects.filter(household=household).select_related("from_area", "to_area"))
    put_displaced(household.process, displacements)
    return Shown(
        household=household,
        members=members,
        origin=household.origin_words,  # type: ignore[attr-defined]
        present=household.present_words,  # type: ignore[attr-defined]
        displacements=displacements,
        together=list(Household.objects.filter(family=household.family).exclude(pk=household.pk).order_by("number"))
        if household.family_id
        else [],
        withdrawn=[member for member in members if any(one.state == "withdrawn" for one in member.consents)],
        waits_for=household.waits_for,  # type: ignore[attr-defined]
        lines=history.lines(household.process, household=household, persons=people),
        changes=history.changed(household),
        reads=history.readings(household),
        main=sections.of("household", "main", household, access),
        side=sections.of("household", "side", household, access),
        has_wishes=sections.has_wishes(),
    )


def put_displaced(process: Process, rows: list[Displacement]) -> None:
    """Set `from_words`, `to_words` and `when` on episodes. Two queries."""
    named = labels(process, {pk for row in rows for pk in (row.from_area_id, row.to_area_id)})
    for row in rows:
        row.from_words = named.get(row.from_area_id, "") or row.from_text  # type: ignore[attr-defined]
        row.to_words = named.get(row.to_area_id, "") or row.to_text  # type: ignore[attr-defined]
        row.when = births.span_words(row.left_from, row.left_to, row.left_precision)  # type: ignore[attr-defined]


def events(household: Household) -> list[HouseholdEvent]:
    """Splits, merges, moves and changes of head of a household, newest first."""
    rows = HouseholdEvent.objects.filter(Q(household=household) | Q(other=household))
    return list(rows.select_related("household", "other", "by", "undone_by")[:50])
