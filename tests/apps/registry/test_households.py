"""Households: registered, split, merged, moved, another head; every step taken back; families."""

import pytest

from tests.registry_factories import Register
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import households, moves
from wayhome.registry.models import FieldChange, Household, HouseholdEvent, PastMembership, Person
from wayhome.registry.relations import to_new_head
from wayhome.registry.states import Relation

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(process):
    return Register(process)


@pytest.fixture
def home(register):
    return register.household()


def who(household):
    """Given name to relation, of the people of a household."""
    return dict(Person.objects.filter(household=household).values_list("given_name", "relation"))


def member(household, name):
    return household.persons.get(given_name=name)


WHOLE = {"Tamar": "head", "Suren": "spouse", "Davit": "child", "Nare": "grandchild"}


def test_a_household_is_registered_with_its_people(home):
    assert who(home) == WHOLE and home.name == "Ayvelin" and home.head.given_name == "Tamar"
    assert set(home.persons.values_list("origin_text", flat=True)) == {"Meshul"}
    entry = AuditEntry.objects.get(action="household.registered")
    assert entry.detail == {"household": home.ref, "people": 4}


def test_a_refused_person_keeps_the_whole_household_out(process):
    with pytest.raises(InvalidInput):
        households.register(process=process, actor=SYSTEM, members=[{"given_name": "Lala"}, {"given_name": " "}])
    assert not Household.objects.exists() and not Person.objects.exists()


def test_two_heads_and_a_list_number_twice_are_refused(process, register):
    two = [{"given_name": name, "relation": "head"} for name in ("Lala", "Tamar")]
    with pytest.raises(InvalidInput, match="head"):
        households.register(process=process, actor=SYSTEM, members=two)
    register.household(list_name="Camp", list_key="7")
    with pytest.raises(InvalidInput, match="on file already"):
        register.household(list_name="Camp", list_key="7")


def test_some_split_off_and_it_is_taken_back(home):
    davit, nare = member(home, "Davit"), member(home, "Nare")
    made = moves.split(household=home, leaving=[davit, nare], head=davit, actor=SYSTEM, reason="Lives in town")
    assert who(home) == {"Tamar": "head", "Suren": "spouse"}
    assert who(made)["Davit"] == "head" and made.origin_text == "Meshul" and made.head == davit
    assert PastMembership.objects.filter(person=davit, household=home, relation="child").exists()
    assert AuditEntry.objects.get(action="household.split").detail["other"] == made.ref
    moves.undo(event=HouseholdEvent.objects.get(), actor=SYSTEM)
    made.refresh_from_db()
    assert who(home) == WHOLE and made.closed_on and not made.persons.exists()
    assert HouseholdEvent.objects.get().undone_at and FieldChange.objects.filter(person=davit, field="household").count() == 2


def test_a_head_who_leaves_leaves_no_head(home):
    made = moves.split(household=home, leaving=[home.head], head=home.head, actor=SYSTEM)
    home.refresh_from_db()
    assert home.head is None and made.head.given_name == "Tamar"
    moves.undo(event=HouseholdEvent.objects.get(), actor=SYSTEM)
    home.refresh_from_db()
    assert home.head.given_name == "Tamar"


def test_a_split_leaves_people_on_both_sides(home, register):
    everybody = list(home.persons.all())
    for leaving in ([], everybody):
        with pytest.raises(InvalidInput, match="both sides"):
            moves.split(household=home, leaving=leaving, head=everybody[0], actor=SYSTEM)
    with pytest.raises(InvalidInput, match="not among those"):
        moves.split(household=home, leaving=[member(home, "Davit")], head=home.head, actor=SYSTEM)
    with pytest.raises(InvalidInput, match="not in the household"):
        moves.split(household=home, leaving=[register.person("Lala")], head=home.head, actor=SYSTEM)


def test_two_households_merge_and_part_again(home, register):
    other = register.household([{"given_name": "Lala"}, {"given_name": "Guest", "relation": "unrelated"}], name="Hasanzade")
    moves.merge(kept=home, gone=other, actor=SYSTEM)
    other.refresh_from_db()
    assert other.closed_on and other.merged_into == home and other.head is None
    assert who(home)["Lala"] == "" and who(home)["Guest"] == "unrelated"
    with pytest.raises(Conflict, match="closed"):
        moves.merge(kept=home, gone=other, actor=SYSTEM)
    moves.undo(event=HouseholdEvent.objects.get(), actor=SYSTEM)
    other.refresh_from_db()
    assert who(home) == WHOLE and who(other) == {"Lala": "head", "Guest": "unrelated"}
    assert other.closed_on is None and other.merged_into is None and other.head.given_name == "Lala"


def test_no_circle_of_households(home, register):
    other = register.household([{"given_name": "Lala"}])
    with pytest.raises(InvalidInput, match="itself"):
        moves.merge(kept=home, gone=home, actor=SYSTEM)
    moves.merge(kept=home, gone=other, actor=SYSTEM)
    with pytest.raises(Conflict):
        moves.merge(kept=other, gone=home, actor=SYSTEM)


def test_the_last_to_move_closes_the_household_and_undo_opens_it(register, home):
    alone = register.household([{"given_name": "Lala"}])
    lala = alone.head
    moves.move(person=lala, to=home, relation="child_in_law", actor=SYSTEM)
    alone.refresh_from_db()
    assert alone.closed_on and who(home)["Lala"] == "child_in_law"
    moves.undo(event=HouseholdEvent.objects.get(), actor=SYSTEM)
    alone.refresh_from_db()
    assert alone.closed_on is None and alone.head == lala and who(home) == WHOLE


def test_steps_are_taken_back_from_the_latest_on(home):
    nare = member(home, "Nare")
    first = moves.move(person=nare, to=None, actor=SYSTEM)
    second = moves.move(person=nare, to=home, relation="child", actor=SYSTEM)
    with pytest.raises(Conflict, match="later step"):
        moves.undo(event=first, actor=SYSTEM)
    moves.undo(event=second, actor=SYSTEM)
    moves.undo(event=first, actor=SYSTEM)
    assert who(home) == WHOLE
    with pytest.raises(Conflict, match="already"):
        moves.undo(event=first, actor=SYSTEM)


def test_another_head_and_the_relations_that_follow(home):
    moves.change_head(household=home, head=member(home, "Suren"), actor=SYSTEM)
    assert who(home) == {"Tamar": "spouse", "Suren": "head", "Davit": "child", "Nare": "grandchild"}
    moves.undo(event=HouseholdEvent.objects.get(), actor=SYSTEM)
    assert who(home) == WHOLE


@pytest.mark.parametrize(
    ("head_was", "was", "now"),
    [
        (Relation.CHILD, Relation.HEAD, Relation.PARENT),
        (Relation.CHILD, Relation.CHILD, Relation.SIBLING),
        (Relation.CHILD, Relation.GRANDCHILD, Relation.OTHER_RELATIVE),
        (Relation.SPOUSE, Relation.PARENT, Relation.PARENT_IN_LAW),
        (Relation.NOT_RELATED, Relation.CHILD, Relation.NOT_RELATED),
        (Relation.SPOUSE, "", ""),
    ],
)
def test_relations_to_a_new_head(head_was, was, now):
    assert to_new_head(head_was, was) == now


def test_a_family_of_several_households(home, register):
    other = register.household([{"given_name": "Lala"}])
    family = households.keep_together(households=[home, other], actor=SYSTEM)
    assert set(family.households.all()) == {home, other}
    home.refresh_from_db()
    households.leave_family(household=home, actor=SYSTEM)
    other.refresh_from_db()
    assert other.family is None and home.family is None


def test_records_of_two_processes_never_meet(home, other_process):
    stranger = Register(other_process).household([{"given_name": "Edo"}])
    with pytest.raises(InvalidInput):
        moves.merge(kept=home, gone=stranger, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        moves.move(person=home.head, to=stranger, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        households.keep_together(households=[home, stranger], actor=SYSTEM)


def test_who_may_split(home, person):
    for role in ("reader", "dpo", "administrator"):
        with pytest.raises(Forbidden):
            moves.change_head(household=home, head=member(home, "Suren"), actor=Actor.of(person(role)))


def test_a_decision_about_a_place_reaches_the_people(home, process):
    from wayhome.places.actions.matches import remember
    from wayhome.places.models import Area

    area = Area.objects.create(process=process, code="MSH")
    remember(process=process, actor=SYSTEM, text="Meshul", area=area)
    home.refresh_from_db()
    assert home.origin == area and set(home.persons.values_list("origin", flat=True)) == {area.pk}
