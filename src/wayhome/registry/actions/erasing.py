"""Erasing: the row and all that hangs on it goes, sealed values and history too. That it was done remains, and nothing it said.

A room that holds something which needs a decision before (a claim, a plan) registers a guard; one that keeps copies of what a
person said elsewhere (the file of a list) registers a cleaner, which runs in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry import changes, naming
from wayhome.registry.actions.judging import renew_identities
from wayhome.registry.models import CandidatePair, Erasure, Household, HouseholdEvent, Person, PersonWord

Guard = Callable[[Person], tuple[str, str] | None]
Cleaner = Callable[[Person], None]
_guards: list[Guard] = []
_cleaners: list[Cleaner] = []


def register_guard(guard: Guard) -> None:
    """`guard(person)` gives (what waits for a decision, what to do) while the person may not be erased, else None."""
    if guard not in _guards:
        _guards.append(guard)


def register_cleaner(cleaner: Cleaner) -> None:
    """`cleaner(person)` takes away copies that the database does not delete with the person."""
    if cleaner not in _cleaners:
        _cleaners.append(cleaner)


def hindrances(person: Person) -> list[tuple[str, str]]:
    """What has to be decided before this person can be erased: pairs of problem and remedy."""
    return [found for guard in _guards if (found := guard(person)) is not None]


def erase(*, person: Person, actor: Actor, ground: str = Erasure.Ground.REQUEST, note: str = "") -> Erasure:
    """Erase a person. A household left empty goes with the last of its people.

    Args:
        note: kept with the erasure for good; nothing of what the record said belongs here.

    Raises:
        Forbidden: the role does not erase.
        Conflict: a claim or a plan needs a decision first; the message says which and what to do. Nothing is erased then.
    """
    require_actor(actor, person.process, Permission.PRIVACY)
    if ground not in Erasure.Ground.values:
        raise InvalidInput(_("Choose why the record is erased."), field="ground")
    with transaction.atomic():
        if connection.vendor == "sqlite":  # freed pages are overwritten, not only given back
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = ON")
        row = Person.objects.select_for_update(of=("self",)).select_related("process", "household").get(pk=person.pk)
        found = hindrances(row)
        if found:
            problem, remedy = found[0]
            raise Conflict(problem, _("%(remedy)s Nothing was erased.") % {"remedy": remedy})
        for cleaner in _cleaners:
            cleaner(row)
        erasure = _erasure(row, actor, ground, note)
        _scrub_events(row)
        household, photo = row.household, row.photo
        words = list(PersonWord.objects.filter(person=row).values_list("word_id", flat=True))
        pairs = CandidatePair.objects.filter(Q(left=row) | Q(right=row)).values_list("left_id", "right_id")
        beside = {pk for pair in pairs for pk in pair} - {row.pk}
        Household.objects.filter(head=row).update(head=None)
        pk, ref = row.pk, row.ref
        row.delete()
        naming.forget(erasure.process, words)
        if beside:
            renew_identities(erasure.process, beside)
        audit.record(
            "person.erased",
            actor=actor,
            subject=erasure,
            process_id=erasure.process_id,
            detail={"person": ref, "key": pk, "ground": ground, "note": erasure.note},
        )
        if household is not None and not household.persons.exists():
            _erase_empty(household, actor, ground, erasure.note)
        if photo and not Person.objects.filter(photo=photo).exists():
            transaction.on_commit(lambda: files.path_of(photo).unlink(missing_ok=True))
    return erasure


def _erasure(record: Person | Household, actor: Actor, ground: str, note: str) -> Erasure:
    return Erasure.objects.create(
        process=record.process,
        record=record.ref,
        record_uid=record.uid,
        ground=ground,
        note=" ".join(note.split())[:250],
        by_id=actor.user_id,
    )


def _scrub_events(person: Person) -> None:
    """Take the person out of what splits and merges remember. Events name persons by key alone."""
    places = {person.household_id, *person.past_memberships.values_list("household_id", flat=True)} - {None}
    for event in HouseholdEvent.objects.filter(Q(household__in=places) | Q(other__in=places)):
        moved = [line for line in event.detail.get("moved", []) if line["person"] != person.pk]
        heads = [
            {**line, **{key: None for key in ("was", "is") if line[key] == person.pk}} for line in event.detail.get("heads", [])
        ]
        if moved != event.detail.get("moved") or heads != event.detail.get("heads"):
            event.detail = {**event.detail, "moved": moved, "heads": heads}
            event.save(update_fields=["detail"])


def _erase_empty(household: Household, actor: Actor, ground: str, note: str) -> None:
    family = household.family
    erasure = _erasure(household, actor, ground, note)
    pk, ref = household.pk, household.ref
    household.delete()
    audit.record(
        "household.erased",
        actor=actor,
        subject=erasure,
        process_id=erasure.process_id,
        detail={"household": ref, "key": pk, "ground": ground},
    )
    if family is not None and family.households.count() < 2:
        for left in family.households.all():
            changes.apply(left, {"family": None}, actor=actor)
        family.delete()
