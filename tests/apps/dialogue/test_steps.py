"""The one writer: every allowed and every forbidden step of every axis, what a step does to the clock, and the log as the truth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import House, ago, today
from wayhome.core import audit
from wayhome.core.actors import SYSTEM
from wayhome.core.errors import Conflict, InvalidInput, WayhomeError
from wayhome.core.models import AuditEntry
from wayhome.dialogue import clocks
from wayhome.dialogue.actions.asks import make, own_request
from wayhome.dialogue.actions.steps import NewDeadline, append
from wayhome.dialogue.models import Ask, AskEvent
from wayhome.dialogue.queries.replay import PROJECTED, replay
from wayhome.dialogue.states import (
    ANSWERED_POSITIONS,
    DELIVERY_STEPS,
    OUTCOME_STEPS,
    POSITION_STEPS,
    Axis,
    Basis,
    Delivery,
    Outcome,
    Position,
)

pytestmark = pytest.mark.django_db


def stored(ask: Ask) -> dict:
    return Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get()


def in_state(house: House, *, position=Position.MADE, outcome=Outcome.NONE, delivery=None) -> Ask:
    """An ask brought to a state by legal steps alone."""
    ask = house.ask(drafted=True)
    if position == Position.DRAFTED:
        if delivery not in (None, Delivery.UNSENT):
            append(ask, Axis.DELIVERY, Delivery.SENT, actor=SYSTEM)
            if delivery != Delivery.SENT:
                append(ask, Axis.DELIVERY, delivery, actor=SYSTEM)
        if outcome != Outcome.NONE:
            append(ask, Axis.OUTCOME, outcome, actor=SYSTEM)
        return ask
    make(ask, actor=SYSTEM, on=ago(40))
    if position != Position.MADE:
        take(house, ask, position)
    if outcome != Outcome.NONE:
        append(ask, Axis.OUTCOME, outcome, actor=SYSTEM)
    return ask


def take(house: House, ask: Ask, position: str, on: date | None = None):
    """One step of position with what it needs."""
    needs = {}
    if position == Position.DEFERRED:
        document = house.document("It will be done by autumn.")
        needs = {
            "passage": house.passage(document),
            "deadline": NewDeadline(today() + timedelta(days=60), Basis.PROMISE, "its letter", house.passage(document)),
        }
    return append(ask, Axis.POSITION, position, actor=SYSTEM, on=on, **needs)


@pytest.mark.parametrize("before", list(Position))
@pytest.mark.parametrize("after", list(Position))
def test_every_pair_of_positions(house, before, after):
    ask = in_state(house, position=before)
    # A closed ask goes back only to what it was: the one here was made.
    allowed = after in POSITION_STEPS[before] and not (before == Position.CLOSED and after == Position.DRAFTED)
    log = ask.events.count()
    if allowed:
        take(house, ask, after)
        assert stored(ask)["position"] == after
    else:
        with pytest.raises(Conflict):
            take(house, ask, after)
        assert stored(ask)["position"] == before
        assert ask.events.count() == log
    assert replay(ask.events.order_by("id")) == stored(ask)


@pytest.mark.parametrize("before", list(Outcome))
@pytest.mark.parametrize("after", list(Outcome))
def test_every_pair_of_outcomes(house, before, after):
    ask = in_state(house, outcome=before)
    if after in OUTCOME_STEPS[before]:
        append(ask, Axis.OUTCOME, after, actor=SYSTEM, note="reason")
        assert stored(ask)["outcome"] == after
    else:
        with pytest.raises(Conflict):
            append(ask, Axis.OUTCOME, after, actor=SYSTEM)
        assert stored(ask)["outcome"] == before
    assert replay(ask.events.order_by("id")) == stored(ask)


@pytest.mark.parametrize("before", list(Delivery))
@pytest.mark.parametrize("after", list(Delivery))
def test_every_pair_of_deliveries(house, before, after):
    ask = in_state(house, position=Position.DRAFTED, delivery=before)
    if after in DELIVERY_STEPS[before]:
        append(ask, Axis.DELIVERY, after, actor=SYSTEM)
        assert stored(ask)["delivery"] == after
    else:
        with pytest.raises(Conflict):
            append(ask, Axis.DELIVERY, after, actor=SYSTEM)
        assert stored(ask)["delivery"] == before


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in {Outcome.NONE, Outcome.SUPERSEDED}])
def test_nothing_comes_of_a_draft(house, outcome):
    ask = in_state(house, position=Position.DRAFTED)
    with pytest.raises(Conflict):
        append(ask, Axis.OUTCOME, outcome, actor=SYSTEM)


def test_a_word_that_is_no_state_is_refused(house):
    ask = house.ask()
    for axis in (Axis.POSITION, Axis.OUTCOME, Axis.DELIVERY):
        with pytest.raises(Conflict):
            append(ask, axis, "agreed", actor=SYSTEM)


def test_the_clock_starts_with_delivery(house):
    draft = house.ask(drafted=True)
    assert (draft.due_on, draft.asked_on, draft.position) == (None, None, Position.DRAFTED)
    made = house.ask(on=ago(40))
    assert made.due_on == clocks.add_working_days(ago(40), house.process.answer_days)
    assert made.due_basis == Basis.REQUEST
    latest = made.deadlines.get()
    assert (latest.working_days, latest.counted_from) == (house.process.answer_days, ago(40))


def test_an_acknowledgement_does_not_stop_the_clock(house):
    ask = house.ask()
    due = ask.due_on
    append(ask, Axis.POSITION, Position.ACKNOWLEDGED, actor=SYSTEM, on=ago(30))
    assert stored(ask)["due_on"] == due
    assert stored(ask)["acknowledged_on"] == ago(30)
    assert stored(ask)["answered_on"] is None


@pytest.mark.parametrize("after", [Position.ACKNOWLEDGED, Position.ACCEPTED, Position.REFUSED, Position.CLARIFICATION_ASKED])
def test_an_automatic_reply_is_neither_acknowledgement_nor_answer(house, after):
    ask = house.ask()
    automatic = house.reply(kind="automatic_reply")
    with pytest.raises(Conflict) as caught:
        append(ask, Axis.POSITION, after, actor=SYSTEM, communication=automatic)
    assert caught.value.code == "automatic_reply"
    assert stored(ask)["position"] == Position.MADE
    ask.refresh_from_db()
    assert ask.last_reply_on is None


@pytest.mark.parametrize("answer", sorted(ANSWERED_POSITIONS))
def test_an_answer_stops_the_clock_and_keeps_its_day(house, answer):
    ask = house.ask(on=ago(40))
    append(ask, Axis.POSITION, answer, actor=SYSTEM, on=ago(2))
    state = stored(ask)
    assert (state["due_on"], state["answered_on"]) == (None, ago(2))
    assert ask.deadlines.count() == 1  # the date that stood stays visible


def test_clarification_pauses_and_keeps_the_working_days_left(house):
    ask = house.ask(on=ago(10))
    left = clocks.working_days_between(ago(4), ask.due_on)
    append(ask, Axis.POSITION, Position.CLARIFICATION_ASKED, actor=SYSTEM, on=ago(4))
    state = stored(ask)
    assert (state["due_on"], state["paused_days_left"], state["due_basis"]) == (None, left, Basis.REQUEST)
    append(ask, Axis.POSITION, Position.MADE, actor=SYSTEM, on=today())
    state = stored(ask)
    assert state["due_on"] == clocks.add_working_days(today(), left)
    assert (state["paused_days_left"], state["asked_on"]) == (None, ago(10))
    assert [d.due_on for d in ask.deadlines.all()][-1] == state["due_on"]


def test_a_deferral_needs_its_words_and_a_later_date(house):
    ask = house.ask()
    due = ask.due_on
    passage = house.passage(house.document("We shall do it by autumn."))
    promise = NewDeadline(today() + timedelta(days=90), Basis.PROMISE)
    for needs in ({}, {"passage": passage}, {"deadline": promise}, {"passage": passage, "deadline": NewDeadline(ago(1))}):
        with pytest.raises(InvalidInput):
            append(ask, Axis.POSITION, Position.DEFERRED, actor=SYSTEM, **needs)
        assert stored(ask)["position"] == Position.MADE
        assert ask.deadlines.count() == 1
    append(ask, Axis.POSITION, Position.DEFERRED, actor=SYSTEM, passage=passage, deadline=promise)
    assert stored(ask)["due_on"] == promise.due_on
    assert [d.due_on for d in ask.deadlines.all()] == [due, promise.due_on]


def test_a_bounce_stops_the_clock(house):
    ask = house.ask(communication=house.communication(delivery=Delivery.SENT))
    assert ask.due_on is not None
    append(ask, Axis.DELIVERY, Delivery.BOUNCED, actor=SYSTEM)
    assert stored(ask)["due_on"] is None
    with pytest.raises(Conflict):
        append(ask, Axis.DEADLINE, actor=SYSTEM, deadline=NewDeadline(today()))


def test_no_day_in_the_future_and_none_before_the_asking(house):
    ask = house.ask(on=ago(10))
    for on in (today() + timedelta(days=1), ago(11)):
        with pytest.raises(InvalidInput):
            append(ask, Axis.POSITION, Position.REFUSED, actor=SYSTEM, on=on)


def test_a_stale_page_changes_nothing(house):
    ask = house.ask()
    append(ask, Axis.POSITION, Position.REFUSED, actor=SYSTEM)
    with pytest.raises(Conflict) as caught:
        append(ask, Axis.POSITION, Position.ACCEPTED, actor=SYSTEM, seen=Position.MADE)
    assert caught.value.code == "changed_meanwhile"


def test_a_note_needs_words_and_changes_no_state(house):
    ask = house.ask()
    before = stored(ask)
    append(ask, Axis.NOTE, actor=SYSTEM, note="Rang the office.")
    with pytest.raises(InvalidInput):
        append(ask, Axis.NOTE, actor=SYSTEM, note="  ")
    assert stored(ask) == before


def test_each_event_is_in_the_audit_log_and_in_the_same_transaction(house):
    ask = house.ask()
    append(ask, Axis.POSITION, Position.REFUSED, actor=SYSTEM)
    named = {
        e.detail["event"]
        for e in AuditEntry.objects.filter(subject_type="dialogue.ask", subject_id=str(ask.pk))
        if "event" in e.detail
    }
    assert named == set(ask.events.values_list("pk", flat=True))
    assert list(audit.verify()) == []
    events, entries = AskEvent.objects.count(), AuditEntry.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        append(ask, Axis.OUTCOME, Outcome.LAPSED, actor=SYSTEM)
        raise RuntimeError
    assert (AskEvent.objects.count(), AuditEntry.objects.count()) == (events, entries)


def test_the_database_refuses_to_change_an_event(house):
    event = house.ask().events.first()
    for change in ({"after": "closed"}, {"note": "other words"}, {"on": ago(99)}, {"before": "x"}):
        with pytest.raises((IntegrityError, DatabaseError), match="appended, never changed"), transaction.atomic():
            AskEvent.objects.filter(pk=event.pk).update(**change)
    AskEvent.objects.filter(pk=event.pk).update(communication=None)  # a deleted communication may leave


@pytest.mark.parametrize(
    "broken",
    [
        {"position": "agreed"},
        {"outcome": "won"},
        {"delivery": "lost"},
        {"position": "drafted"},
        {"due_basis": ""},
        {"paused_days_left": 3},
        {"answered_on": date(2020, 1, 1)},
        {"position": "closed"},
    ],
)
def test_the_database_refuses_a_state_that_no_log_gives(house, broken):
    ask = house.ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.filter(pk=ask.pk).update(**broken)


steps = st.lists(
    st.tuples(
        st.sampled_from([Axis.POSITION, Axis.POSITION, Axis.POSITION, Axis.OUTCOME, Axis.DELIVERY, Axis.DEADLINE, Axis.NOTE]),
        st.integers(0, 11),
        st.integers(0, 40),
    ),
    max_size=14,
)


@given(steps)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_walk_the_ask_equals_its_log(house, walk):
    """Random steps, the illegal ones refused: whatever was taken, the row says what the log says, and a refusal left no trace."""
    with transaction.atomic():
        ask = house.ask(drafted=True)
        for axis, choice, days_ago in walk:
            before, length = stored(ask), ask.events.count()
            try:
                with transaction.atomic():
                    walk_step(house, ask, axis, choice, ago(days_ago))
            except WayhomeError:
                assert stored(ask) == before
                assert ask.events.count() == length
            assert replay(ask.events.order_by("id")) == stored(ask)
            reached = [e for e in ask.events.order_by("id") if e.axis != Axis.NOTE]
            for axis_name in (Axis.POSITION, Axis.OUTCOME, Axis.DELIVERY, Axis.DEADLINE):
                chain = [e for e in reached if e.axis == axis_name]
                assert all(a.after == b.before for a, b in zip(chain, chain[1:], strict=False))


def walk_step(house: House, ask: Ask, axis: str, choice: int, on: date) -> None:
    if axis == Axis.POSITION:
        options = sorted(Position)
        position = options[choice % len(options)]
        if position == Position.DEFERRED:
            take(house, ask, position, on)
        else:
            append(ask, axis, position, actor=SYSTEM, on=on)
    elif axis == Axis.OUTCOME:
        append(ask, axis, sorted(Outcome)[choice % len(Outcome)], actor=SYSTEM, on=on, note="n")
    elif axis == Axis.DELIVERY:
        append(ask, axis, sorted(Delivery)[choice % len(Delivery)], actor=SYSTEM, on=on)
    elif axis == Axis.DEADLINE:
        append(
            ask, axis, actor=SYSTEM, on=on, deadline=NewDeadline(on + timedelta(days=choice * 9), sorted(Basis)[choice % 3], "x")
        )
    else:
        append(ask, axis, actor=SYSTEM, on=on, note="n")


def test_the_trigger_stands_on_this_database():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'ask_event_append_only'")
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'ask_event_append_only'")
        assert cursor.fetchone()[0] == 1


def test_own_request_counts_by_the_addressees_calendar(house):
    house.process.calendar = "CH-GE"
    house.process.save()
    geneva = house.ask(addressee=house.party("An office in Geneva"), on=date(2026, 5, 4))
    other = house.ask(addressee=house.party("An office elsewhere", calendar="FR"), on=date(2026, 5, 4))
    assert own_request(geneva, date(2026, 5, 4), 10).calendar == "CH-GE"
    assert own_request(other, date(2026, 5, 4), 10).calendar == "FR"
