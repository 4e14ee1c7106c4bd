"""Splits, merges, moves and changes of head. Each is an event that says what it did, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.numbers import next_number
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry import changes
from wayhome.registry.actions import checks
from wayhome.registry.models import Household, HouseholdEvent, PastMembership, Person
from wayhome.registry.relations import to_new_head
from wayhome.registry.states import Relation

Kind = HouseholdEvent.Kind


class _Step:
    """One step being taken: moves persons, changes heads, and remembers how it was."""

    def __init__(self, actor: Actor, reason: str, on: date | None) -> None:
        checks.not_in_future(on, "on")
        self.actor, self.reason, self.on = actor, checks.clean(reason), on or timezone.localdate()
        self.moved: list[dict[str, Any]] = []
        self.heads: list[dict[str, Any]] = []

    def place(self, person: Person, household: Household | None, relation: str) -> None:
        """Put a person into a household with a relation; where they were before is kept."""
        if person.household_id == (household.pk if household else None) and person.relation == relation:
            return
        self.moved.append(
            {
                "person": person.pk,
                "from": person.household_id,
                "was": person.relation,
                "to": household.pk if household else None,
                "is": relation,
            }
        )
        if person.household_id is not None:
            PastMembership.objects.create(
                person=person,
                household_id=person.household_id,
                relation=person.relation,
                until=timezone.now(),
                reason=self.reason,
            )
        changes.apply(person, {"household": household, "relation": relation}, actor=self.actor, reason=self.reason)

    def lead(self, household: Household, head: Person | None) -> None:
        """Set the head of a household."""
        if household.head_id == (head.pk if head else None):
            return
        self.heads.append({"household": household.pk, "was": household.head_id, "is": head.pk if head else None})
        changes.apply(household, {"head": head}, actor=self.actor, reason=self.reason)

    def relate(self, household: Household, head: Person, members: Sequence[Person]) -> None:
        """Make `head` the head and work the others' relations out anew, as far as they can be known."""
        was = head.relation
        for person in members:
            if person.pk != head.pk:
                self.place(person, household, to_new_head(was, person.relation))
        self.place(head, household, Relation.HEAD)
        self.lead(household, head)

    def close(self, kind: str, household: Household, other: Household | None, **more: Any) -> HouseholdEvent:
        """Write the event and its audit entry."""
        event = HouseholdEvent.objects.create(
            process_id=household.process_id,
            kind=kind,
            household=household,
            other=other,
            on=self.on,
            reason=self.reason,
            detail={"moved": self.moved, "heads": self.heads, **more},
            by_id=self.actor.user_id,
        )
        audit.record(
            f"household.{kind}",
            actor=self.actor,
            subject=household,
            process_id=household.process_id,
            detail={
                "household": household.ref,
                **({"other": other.ref} if other else {}),
                "people": len({row["person"] for row in self.moved}),
            },
        )
        return event


def _locked(household: Household) -> Household:
    row = Household.objects.select_for_update(of=("self",)).select_related("process").get(pk=household.pk)
    checks.is_open(row)
    return row


def _members(household: Household) -> list[Person]:
    return list(Person.objects.filter(household=household).order_by("number"))


@transaction.atomic
def change_head(*, household: Household, head: Person, actor: Actor, reason: str = "", on: date | None = None) -> HouseholdEvent:
    """Another member becomes head; the others' relations follow where they can be known.

    Raises:
        InvalidInput: the person is no member; a child under 18 where an adult lives in the household is allowed and not judged.
        Conflict: they are head already.
    """
    checks.may_register(actor, household.process)
    row = _locked(household)
    members = _members(row)
    chosen = next((person for person in members if person.pk == head.pk), None)
    if chosen is None:
        raise InvalidInput(_("This person is not in the household."), _("Choose one of its people."), field="head")
    if row.head_id == chosen.pk:
        raise Conflict(_("This person is the head already."))
    step = _Step(actor, reason, on)
    step.relate(row, chosen, members)
    return step.close(Kind.HEAD, row, None)


@transaction.atomic
def split(
    *, household: Household, leaving: Sequence[Person], head: Person, actor: Actor, reason: str = "", on: date | None = None
) -> Household:
    """Some of its people become a household of their own. Both keep their history; the new one keeps place and family.

    Raises:
        InvalidInput: nobody or everybody leaves, somebody is no member, or the new head does not leave.
    """
    checks.may_register(actor, household.process)
    row = _locked(household)
    members = _members(row)
    going = {person.pk for person in leaving}
    leave = [person for person in members if person.pk in going]
    stay = [person for person in members if person.pk not in going]
    if len(leave) != len(going):
        raise InvalidInput(_("Somebody chosen is not in the household."), _("Choose among its people."), field="leaving")
    if not leave or not stay:
        raise InvalidInput(_("A split leaves people on both sides."), _("Choose some of the people, not all."), field="leaving")
    first = next((person for person in leave if person.pk == head.pk), None)
    if first is None:
        raise InvalidInput(_("The new head is not among those who leave."), _("Choose one of them."), field="head")
    made = Household.objects.create(
        process=row.process,
        number=next_number(Household, row.process),
        name=first.family_name or row.name,
        origin_text=row.origin_text,
        origin=row.origin,
        present_text=row.present_text,
        present=row.present,
        family=row.family,
        registered_on=timezone.localdate(),
    )
    step = _Step(actor, reason, on)
    step.relate(made, first, leave)
    if row.head_id in going:
        step.lead(row, None)
    step.close(Kind.SPLIT, row, made, made=made.pk)
    return made


@transaction.atomic
def merge(*, kept: Household, gone: Household, actor: Actor, reason: str = "", on: date | None = None) -> HouseholdEvent:
    """Two households become one: everybody of `gone` moves into `kept`, and `gone` is closed, not deleted.

    Relations of those who move are to another head and become unknown, but for those who were not related.
    """
    checks.may_register(actor, kept.process)
    checks.same_process(kept.process, gone)
    if kept.pk == gone.pk:
        raise InvalidInput(_("A household can't be merged with itself."), _("Choose another one."), field="other")
    stays, goes = _locked(kept), _locked(gone)
    step = _Step(actor, reason, on)
    for person in _members(goes):
        step.place(person, stays, Relation.NOT_RELATED if person.relation == Relation.NOT_RELATED else "")
    if stays.head_id is None and goes.head_id is not None:
        head = Person.objects.get(pk=goes.head_id)
        step.place(head, stays, Relation.HEAD)
        step.lead(stays, head)
    step.lead(goes, None)
    changes.apply(goes, {"closed_on": step.on, "merged_into": stays}, actor=actor, reason=step.reason)
    return step.close(Kind.MERGE, stays, goes)


@transaction.atomic
def move(
    *, person: Person, to: Household | None, actor: Actor, relation: str = "", reason: str = "", on: date | None = None
) -> HouseholdEvent:
    """One person goes to another household, or out of the household to none. A household left empty is closed.

    Raises:
        InvalidInput: the person lives there already, or lives in none and is to go to none.
    """
    checks.may_register(actor, person.process)
    checks.same_process(person.process, to)
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.household_id == (to.pk if to else None):
        raise InvalidInput(_("The person lives there already."), _("Choose another household."), field="to")
    source = Household.objects.select_for_update(of=("self",)).filter(pk=row.household_id).first() if row.household_id else None
    target = _locked(to) if to is not None else None
    step = _Step(actor, reason, on)
    becomes_head = target is not None and target.head_id is None and not target.persons.exists()
    step.place(row, target, Relation.HEAD if becomes_head else relation if target is not None else "")
    if target is not None and becomes_head:
        step.lead(target, row)
    if source is not None and source.head_id == row.pk:
        step.lead(source, None)
    closed = None
    if source is not None and not source.persons.exists():
        changes.apply(source, {"closed_on": step.on}, actor=actor, reason=step.reason)
        closed = source.pk
    about = source or target
    assert about is not None
    return step.close(Kind.MOVE, about, target if source is not None else None, closed=closed)


@transaction.atomic
def undo(*, event: HouseholdEvent, actor: Actor) -> HouseholdEvent:
    """Take a step back: everybody is where they were, with the relation they had. The step and its undoing stay on file.

    Raises:
        Conflict: it was taken back before, or somebody moved again since; then the later step comes first.
    """
    checks.may_register(actor, event.process)
    row = HouseholdEvent.objects.select_for_update(of=("self",)).select_related("household", "other").get(pk=event.pk)
    if row.undone_at is not None:
        raise Conflict(_("This step was taken back already."))
    now = {person.pk: person for person in Person.objects.filter(pk__in={line["person"] for line in row.detail["moved"]})}
    last = {line["person"]: line for line in row.detail["moved"]}
    households = Household.objects.in_bulk(
        {line["household"] for line in row.detail["heads"]}
        | {place for line in row.detail["moved"] for place in (line["from"], line["to"]) if place}
        | {pk for pk in (row.household_id, row.other_id) if pk}
    )
    for pk, line in last.items():
        person = now.get(pk)
        if person is not None and person.household_id != line["to"]:
            raise Conflict(
                _("%(ref)s moved again since.") % {"ref": person.ref}, _("Take the later step back first. Nothing was changed.")
            )
    for line in row.detail["heads"]:
        if line["household"] in households and households[line["household"]].head_id != line["is"]:
            raise Conflict(
                _("%(ref)s has another head since.") % {"ref": households[line["household"]].ref},
                _("Take the later step back first. Nothing was changed."),
            )
    step = _Step(actor, _("Taken back: %(step)s") % {"step": row.get_kind_display()}, None)
    _reopen(row, step)
    for line in reversed(row.detail["moved"]):
        person = now.get(line["person"])
        if person is not None:
            step.place(person, households.get(line["from"]), line["was"])
    for line in reversed(row.detail["heads"]):
        household = households.get(line["household"])
        if household is not None:
            step.lead(household, Person.objects.filter(pk=line["was"]).first() if line["was"] else None)
    if row.detail.get("made"):
        made = households[row.detail["made"]]
        if made.persons.exists():
            raise Conflict(
                _("Other people live in %(ref)s by now.") % {"ref": made.ref}, _("Move them first. Nothing was changed.")
            )
        changes.apply(made, {"closed_on": timezone.localdate()}, actor=actor, reason=step.reason)
    row.undone_at, row.undone_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        "household.step_undone",
        actor=actor,
        subject=row.household,
        process_id=row.process_id,
        detail={"household": row.household.ref, "step": row.kind},
    )
    return row


def _reopen(event: HouseholdEvent, step: _Step) -> None:
    """Open what the step closed."""
    closed = event.other_id if event.kind == Kind.MERGE else event.detail.get("closed")
    household = Household.objects.filter(pk=closed).first() if closed else None
    if household is not None:
        changes.apply(household, {"closed_on": None, "merged_into": None}, actor=step.actor, reason=step.reason)
