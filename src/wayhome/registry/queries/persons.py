"""Scoped reads of persons: one person with all that concerns them, and everything on file for the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access
from wayhome.registry import births, sections
from wayhome.registry.models import (
    Consent,
    Contact,
    Displacement,
    FieldChange,
    IdentityDocument,
    PastMembership,
    Person,
    SealedValue,
    SpecificNeed,
    StatusRecord,
)
from wayhome.registry.queries import consents, history, sealed
from wayhome.registry.queries.households import put_displaced, put_places
from wayhome.registry.states import SealedKind


def person(process: Process, number: int) -> Person:
    """One person by their number; 404 outside the process."""
    found = (
        Person.objects.of(process)
        .select_related("process", "household", "origin", "present", "source", "identity")
        .prefetch_related("names")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with how often its sealed number was opened."""

    document: IdentityDocument
    times: int
    words: str


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need or a note: sealed, with how often it was opened. `need` is None for a note."""

    value: SealedValue
    need: SpecificNeed | None
    words: str
    over: bool = False


@dataclass(slots=True)
class Shown:
    """A person's page."""

    person: Person
    born: str
    child: bool | None
    origin: str
    present: str
    papers: list[Paper]
    needs: list[ShownNeed]
    consents: list[consents.Standing]
    contacts: list[Contact]
    statuses: list[StatusRecord]
    displacements: list[Displacement]
    past: list[PastMembership]
    same: list[Person]
    lines: list[history.Line]
    changes: list[history.Changed]
    reads: int
    main: list[sections.Shown] = field(default_factory=list)
    side: list[sections.Shown] = field(default_factory=list)


def _same(person: Person) -> list[Person]:
    """Other records that were judged to be this person."""
    stands_for = person.identity_id or person.pk
    rows = Person.objects.of(person.process).filter(identity=stands_for)
    if person.identity_id is None and not rows:
        return []
    return [
        *([person.identity] if person.identity and person.identity_id != person.pk else []),
        *(rows.exclude(pk__in=[person.pk, stands_for])),
    ]


def shown(person: Person, access: Access) -> Shown:
    """Everything on a person's page; a constant number of queries."""
    times = sealed.opened([person.pk])
    values = {value.pk: value for value in SealedValue.objects.filter(person=person)}
    needs = list(SpecificNeed.objects.filter(person=person))
    of_need = {need.code_id for need in needs}
    notes = [value for value in values.values() if value.kind in {SealedKind.HEALTH, SealedKind.PROTECTION}]
    today = timezone.localdate()
    displacements = list(Displacement.objects.filter(person=person))
    put_displaced(person.process, displacements)
    put_places(person.process, [person])
    return Shown(
        person=person,
        born=births.words(person),
        child=births.is_child(person),
        origin=person.origin_words,  # type: ignore[attr-defined]
        present=person.present_words,  # type: ignore[attr-defined]
        papers=[
            Paper(document, times[document.number_id or 0], sealed.words(1, times[document.number_id or 0]))
            for document in IdentityDocument.objects.filter(person=person)
        ],
        needs=[
            *(
                ShownNeed(
                    values[need.code_id], need, sealed.words(1, times[need.code_id]), bool(need.until and need.until <= today)
                )
                for need in needs
            ),
            *(ShownNeed(note, None, sealed.words(1, times[note.pk])) for note in notes if note.pk not in of_need),
        ],
        consents=consents.latest(Consent.objects.filter(person=person).select_related("by_guardian")),
        contacts=list(Contact.objects.filter(person=person)),
        statuses=list(StatusRecord.objects.filter(person=person)),
        displacements=displacements,
        past=list(PastMembership.objects.filter(person=person).select_related("household")),
        same=_same(person),
        lines=history.lines(person.process, persons=[person]),
        changes=history.changed(person),
        reads=history.readings(person),
        main=sections.of("person", "main", person, access),
        side=sections.of("person", "side", person, access),
    )


def report(person: Person, opened: dict[int, str]) -> dict[str, Any]:
    """Everything on file about a person for the document they are handed. `opened` holds the sealed values by key."""
    put_places(person.process, [person])
    displacements = list(Displacement.objects.filter(person=person)) + (
        list(Displacement.objects.filter(household=person.household)) if person.household_id else []
    )
    put_displaced(person.process, displacements)
    needs = list(SpecificNeed.objects.filter(person=person))
    return {
        "person": person,
        "born": births.words(person),
        "origin": person.origin_words,  # type: ignore[attr-defined]
        "present": person.present_words,  # type: ignore[attr-defined]
        "names": list(person.names.all()),
        "documents": [(document, opened.get(document.number_id or 0, "")) for document in person.documents.all()],
        "needs": [(need, opened.get(need.code_id, "")) for need in needs],
        "notes": [
            (value, opened.get(value.pk, ""))
            for value in SealedValue.objects.filter(person=person, kind__in=[SealedKind.HEALTH, SealedKind.PROTECTION])
        ],
        "consents": list(Consent.objects.filter(person=person).select_related("by_guardian")),
        "contacts": list(person.contacts.all()),
        "statuses": list(person.statuses.all()),
        "displacements": displacements,
        "past": list(person.past_memberships.select_related("household")),
        "same": _same(person),
        "changes": history.changed(person, most=500),
        "changes_total": FieldChange.objects.filter(person=person).count(),
        "lines": history.lines(person.process, persons=[person], most=500),
        "reads": history.readings(person),
        "claims": list(person.claims.select_related("claim", "claim__holding")),
        "wishes": list(person.wishes.select_related("intention__wave", "area")),
        "cells": getattr(getattr(person, "source_cells", None), "cells", {}),
        "sections": sections.of("report", "main", person, Access(frozenset(), frozenset())),
    }
