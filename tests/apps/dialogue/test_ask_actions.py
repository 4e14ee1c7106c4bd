"""Use cases on asks and commitments: created, put again, joined, escalated, reminded of, withdrawn, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from tests.factories import House, ago, today
from wayhome.core import audit, measures
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.measures import Figure
from wayhome.core.models import AuditEntry
from wayhome.dialogue import clocks
from wayhome.dialogue.actions import asks, bulk, commitments, delivery, escalation, evidence, moves, reminders
from wayhome.dialogue.actions.escalation import Rung
from wayhome.dialogue.models import Ask, AskPassage, Evidence, LadderStep, Reminder
from wayhome.dialogue.queries.replay import PROJECTED, replay
from wayhome.dialogue.states import Basis, Delivery, Outcome, Position
from wayhome.dialogue.words import is_silent, silence_words

pytestmark = pytest.mark.django_db


def faithful(ask: Ask) -> bool:
    return replay(ask.events.order_by("id")) == Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get()


# Creating


def test_an_ask_from_a_letter_is_made_on_the_letters_day(house, hand):
    ask = house.ask(on=ago(33), with_document=True)
    assert (ask.ref, ask.position, ask.delivery, ask.asked_on) == ("A-001", Position.MADE, Delivery.RECEIVED, ago(33))
    assert ask.passages.get().use == AskPassage.Use.STATES
    assert faithful(ask)


def test_a_stated_deadline_wins_over_the_own_request(house):
    from wayhome.dialogue.actions.steps import NewDeadline

    ask = house.ask(on=ago(3), deadline=NewDeadline(today() + timedelta(days=5), Basis.LAW, "Access Act, art. 9"))
    assert (ask.due_on, ask.due_basis, ask.due_basis_text) == (today() + timedelta(days=5), Basis.LAW, "Access Act, art. 9")


def test_a_letter_without_a_date_says_so(house):
    letter = house.communication()
    letter.day, letter.dated = None, ""
    letter.save()
    ask = house.ask(communication=letter)
    assert "no date" in ask.events.get(axis="position").note


def test_numbers_count_within_the_process(house, other_process):
    assert [house.ask().ref, house.ask().ref, House(other_process).ask().ref] == ["A-001", "A-002", "A-001"]


def test_records_of_another_process_are_refused(house, other_process):
    foreign = House(other_process)
    with pytest.raises(InvalidInput):
        house.ask(addressee=foreign.ministry, communication=house.communication())
    with pytest.raises(InvalidInput):
        house.ask(communication=foreign.communication())
    with pytest.raises(InvalidInput):
        house.ask(passages=[foreign.passage(foreign.document())])
    assert not Ask.objects.of(house.process).exists()


def test_an_ask_needs_words(house):
    with pytest.raises(InvalidInput) as caught:
        house.ask("  ")
    assert caught.value.field == "action"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("reader", False),
        ("case_worker", True),
        ("editor", True),
        ("process_lead", True),
        ("dpo", False),
        ("administrator", False),
    ],
)
def test_who_may_write_down_an_ask(house, person, role, may):
    create = lambda: asks.create_ask(  # noqa: E731
        process=house.process, actor=Actor.of(person(role)), action="x", addressee=house.ministry
    )
    if may:
        assert create().position == Position.DRAFTED
    else:
        with pytest.raises(Forbidden):
            create()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("reader", False),
        ("case_worker", False),
        ("editor", True),
        ("process_lead", True),
        ("dpo", False),
        ("administrator", False),
    ],
)
def test_who_may_move_an_ask(house, person, role, may):
    ask = house.ask()
    step = lambda: moves.move(ask=ask, position=Position.REFUSED, actor=Actor.of(person(role)))  # noqa: E731
    if may:
        assert step().after == Position.REFUSED
    else:
        with pytest.raises(Forbidden):
            step()
        ask.refresh_from_db()
        assert ask.position == Position.MADE


def test_an_outside_link_may_not_move_an_ask(house):
    with pytest.raises(Forbidden):
        moves.move(ask=house.ask(), position=Position.ACCEPTED, actor=Actor(None, "an office", "link"))


# Sending, delivery, putting again


def test_a_draft_is_made_when_its_letter_is_sent(house):
    ask = house.ask(drafted=True)
    letter = house.communication(on=ago(1), delivery=Delivery.SENT)
    asks.put(ask=ask, communication=letter, actor=SYSTEM)
    assert (ask.position, ask.delivery, ask.asked_on, ask.communication) == (Position.MADE, Delivery.SENT, ago(1), letter)
    assert ask.due_on == clocks.add_working_days(ago(1), 30)
    assert faithful(ask)


def test_a_receipt_counts_the_own_request_again_and_keeps_the_earlier_date(house):
    letter = house.communication(on=ago(8), delivery=Delivery.SENT)
    ask = house.ask(communication=letter)
    first = ask.due_on
    delivery.log_delivery(communication=letter, delivery=Delivery.RECEIVED, actor=SYSTEM, on=ago(1), proof="stamp 114")
    ask.refresh_from_db()
    assert (ask.delivery, ask.due_on) == (Delivery.RECEIVED, clocks.add_working_days(ago(1), 30))
    assert [d.due_on for d in ask.deadlines.all()] == [first, ask.due_on]
    assert faithful(ask)


def test_a_receipt_needs_its_proof(house):
    letter = house.communication(delivery=Delivery.SENT)
    with pytest.raises(InvalidInput):
        delivery.log_delivery(communication=letter, delivery=Delivery.RECEIVED, actor=SYSTEM, on=today())


def test_a_bounce_stops_the_clock_and_sending_again_starts_it(house):
    letter = house.communication(on=ago(8), delivery=Delivery.SENT)
    ask = house.ask(communication=letter)
    delivery.log_delivery(communication=letter, delivery=Delivery.BOUNCED, actor=SYSTEM, on=ago(7))
    ask.refresh_from_db()
    assert (ask.due_on, is_silent(ask)) == (None, False)  # who got nothing is not silent
    delivery.log_delivery(communication=letter, delivery=Delivery.SENT, actor=SYSTEM, on=ago(3))
    ask.refresh_from_db()
    assert ask.due_on == clocks.add_working_days(ago(3), 30)
    assert faithful(ask)


def test_putting_an_ask_again_keeps_its_first_day(house):
    from wayhome.dialogue.actions.steps import NewDeadline

    ask = house.ask(on=ago(60), with_document=True)
    again = house.communication(on=ago(5))
    passage = house.passage(house.document("We renew our request."))
    asks.put(ask=ask, communication=again, actor=SYSTEM, passage=passage, deadline=NewDeadline(today() + timedelta(days=9)))
    assert (ask.asked_on, ask.due_on) == (ago(60), today() + timedelta(days=9))
    assert set(ask.passages.values_list("use", flat=True)) == {"states", "repeats"}
    assert "L-002" in ask.events.filter(axis="note").get().note
    assert faithful(ask)


# Silence


def test_silence_is_no_communication_from_the_addressee_since_delivery(house):
    ask = house.ask(on=ago(40))
    assert is_silent(ask)
    words = silence_words(ask, today=today(), searched=128)
    assert words.startswith("No reply on file as of") and words.endswith("; 128 communications searched")
    house.reply(of=house.envoy, on=ago(20))  # somebody else wrote
    house.reply(on=ago(50))  # the addressee wrote before it was asked
    house.reply(on=ago(20), kind="automatic_reply")
    ask.refresh_from_db()
    assert is_silent(ask)
    house.reply(on=ago(12))
    ask.refresh_from_db()
    assert (is_silent(ask), ask.last_reply_on) == (False, ago(12))
    assert silence_words(ask, today=today(), searched=1) == ""


def test_a_letter_of_somebody_who_belongs_to_the_addressee_ends_silence(house):
    ask = house.ask(on=ago(40))
    minister = house.party("The minister", of=house.ministry)
    house.reply(of=minister, on=ago(12))
    ask.refresh_from_db()
    assert ask.last_reply_on == ago(12)


def test_a_reply_known_to_the_month_is_not_overlooked(house):
    ask = house.ask(on=ago(40))
    letter = house.reply(on=ago(40).replace(day=1))
    letter.dated = ago(40).isoformat()[:7]
    letter.save()
    ask.refresh_from_db()
    assert ask.last_reply_on == ago(40)


def test_a_reply_taken_off_the_file_brings_silence_back(house):
    ask = house.ask(on=ago(40))
    letter = house.reply(on=ago(12))
    letter.parts.all()[0].delete()
    for part in letter.parts.all():
        part.delete()
    ask.refresh_from_db()
    assert ask.last_reply_on is None


def test_after_an_acknowledgement_silence_counts_from_it(house):
    ask = house.ask(on=ago(40))
    receipt = house.reply(on=ago(30), kind="acknowledgement")
    moves.move(ask=ask, position=Position.ACKNOWLEDGED, actor=SYSTEM, on=ago(30), communication=receipt)
    ask.refresh_from_db()
    assert is_silent(ask)
    assert "since the acknowledgement" in silence_words(ask, today=today(), searched=2)
    house.reply(on=ago(3))
    ask.refresh_from_db()
    assert not is_silent(ask)


# Decisions


def test_an_acceptance_may_bring_a_promised_date(house, hand):
    ask = house.ask()
    moves.move(ask=ask, position=Position.ACCEPTED, actor=hand, on=ago(3), due_on=today() + timedelta(days=20))
    assert (ask.answered_on, ask.due_on, ask.due_basis) == (ago(3), today() + timedelta(days=20), Basis.PROMISE)
    assert faithful(ask)


def test_a_deadline_by_law_names_the_law(house, hand):
    ask = house.ask()
    with pytest.raises(InvalidInput) as caught:
        moves.set_deadline(ask=ask, actor=hand, basis=Basis.LAW, working_days=20)
    assert caught.value.field == "basis_text"
    moves.set_deadline(ask=ask, actor=hand, basis=Basis.LAW, working_days=20, basis_text="Access Act, art. 9")
    assert ask.due_on == clocks.add_working_days(ask.asked_on, 20)
    assert ask.deadlines.count() == 2


def test_withdrawing_asks_no_reason_and_closes(house, hand):
    ask = house.ask()
    moves.withdraw(ask=ask, actor=hand)
    assert (ask.outcome, ask.position, ask.due_on) == (Outcome.WITHDRAWN, Position.CLOSED, None)
    draft = house.ask(drafted=True)
    moves.withdraw(ask=draft, actor=hand)
    assert (draft.outcome, draft.position) == (Outcome.NONE, Position.CLOSED)


@pytest.mark.parametrize(
    "was",
    [Position.DRAFTED, Position.MADE, Position.ACKNOWLEDGED, Position.REFUSED, Position.CLARIFICATION_ASKED, Position.DEFERRED],
)
def test_a_closed_ask_opens_again_as_what_it_was(house, hand, was):
    from tests.apps.dialogue.test_steps import in_state

    ask = in_state(house, position=was)
    before = Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get()
    moves.close(ask=ask, actor=hand)
    with pytest.raises(InvalidInput):
        moves.reopen(ask=ask, actor=hand, note="")
    moves.reopen(ask=ask, actor=hand, note="closed by mistake")
    assert Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get() == before
    assert faithful(ask)


def test_taking_an_outcome_back_needs_a_reason(house, hand):
    ask = house.ask()
    moves.set_outcome(ask=ask, outcome=Outcome.FULFILLED, actor=hand)
    with pytest.raises(InvalidInput):
        moves.set_outcome(ask=ask, outcome=Outcome.NONE, actor=hand)
    moves.set_outcome(ask=ask, outcome=Outcome.NONE, actor=hand, note="the road is shut again")
    assert ask.outcome == Outcome.NONE


def test_two_records_of_one_ask_become_one(house, hand):
    first, second = house.ask(with_document=True), house.ask(with_document=True)
    asks.merge_same(ask=second, into=first, actor=hand)
    assert (second.outcome, second.position, second.same_as) == (Outcome.SUPERSEDED, Position.CLOSED, first)
    assert sorted(first.passages.values_list("use", flat=True)) == ["repeats", "states"]
    assert faithful(first) and faithful(second)
    with pytest.raises(Conflict):
        asks.merge_same(ask=first, into=second, actor=hand)
    with pytest.raises(Conflict):
        asks.merge_same(ask=house.ask(addressee=house.envoy), into=first, actor=hand)


def test_correcting_keeps_before_and_after(house, hand):
    ask = house.ask()
    house.reply(of=house.envoy, on=ago(1))
    asks.correct(ask=ask, actor=hand, addressee=house.envoy, action="Open both roads")
    entry = AuditEntry.objects.get(action="ask.corrected")
    assert entry.detail["before"]["addressee"] == "Ministry of Roads, Velmar"
    ask.refresh_from_db()
    assert (ask.action, ask.last_reply_on) == ("Open both roads", ago(1))


# Escalation


@pytest.fixture
def ladder(house, lead):
    commission = house.party("Joint Commission")
    rungs = [Rung(house.envoy, 10, 15), Rung(commission, 40, 20)]
    escalation.set_ladder(process=house.process, actor=Actor.of(lead), rungs=rungs)
    return rungs


def test_a_new_ask_gets_the_ladder_above_its_addressee(house, ladder):
    assert [s.party.name for s in house.ask().ladder.all()] == ["Regional Envoy", "Joint Commission"]
    assert [s.party.name for s in house.ask(addressee=house.envoy).ladder.all()] == ["Joint Commission"]


def test_escalation_makes_a_child_with_a_clock_of_its_own_and_the_parent_stays_answerable(house, hand, ladder):
    parent = house.ask(on=ago(60), with_document=True)
    due = parent.due_on
    child = escalation.escalate(ask=parent, actor=hand, reason="no reply")
    assert (child.addressee, child.position, child.due_on, child.escalated_from) == (house.envoy, Position.DRAFTED, None, parent)
    assert [s.party.name for s in child.ladder.all()] == ["Joint Commission"]
    asks.put(ask=child, communication=house.communication(to=house.envoy, on=ago(2)), actor=SYSTEM)
    assert child.due_on == clocks.add_working_days(ago(2), 15)  # the rung's days, not the process's
    parent.refresh_from_db()
    assert (parent.position, parent.due_on) == (Position.MADE, due)
    moves.move(ask=parent, position=Position.ACCEPTED, actor=hand)
    assert parent.position == Position.ACCEPTED
    assert faithful(parent) and faithful(child)


def test_too_early_needs_a_reason_and_nobody_is_asked_twice(house, hand, ladder):
    parent = house.ask(on=ago(2))
    with pytest.raises(InvalidInput) as caught:
        escalation.escalate(ask=parent, actor=hand)
    assert caught.value.field == "reason"
    child = escalation.escalate(ask=parent, actor=hand, reason="the road closes on Friday")
    with pytest.raises(Conflict):
        escalation.escalate(ask=parent, actor=hand, party=house.envoy, reason="again")
    asks.put(ask=child, communication=house.communication(to=house.envoy, on=ago(1)), actor=SYSTEM)
    with pytest.raises(Conflict):
        escalation.escalate(ask=child, actor=hand, party=house.ministry, reason="back down")
    grandchild = escalation.escalate(ask=child, actor=hand, reason="higher")
    assert grandchild.addressee.name == "Joint Commission"
    with pytest.raises(Conflict):
        escalation.escalate(ask=house.ask(drafted=True), actor=hand, reason="draft")


def test_a_ladder_has_any_length_and_each_party_once(house, lead):
    boss = Actor.of(lead)
    long = [Rung(house.party(f"Office {n}"), n, n + 1) for n in range(30)]
    escalation.set_ladder(process=house.process, actor=boss, rungs=long)
    assert LadderStep.objects.filter(process=house.process, ask=None).count() == 30
    with pytest.raises(InvalidInput):
        escalation.set_ladder(process=house.process, actor=boss, rungs=[long[0], long[0]])
    ask = house.ask()
    with pytest.raises(InvalidInput):
        escalation.set_ladder(process=house.process, actor=boss, rungs=[Rung(house.ministry)], ask=ask)
    escalation.set_ladder(process=house.process, actor=boss, rungs=[], ask=ask)
    assert ask.ladder.count() == 0


# Evidence and grades


def test_claimed_is_not_verified_and_nobody_verifies_their_own_claim(house, hand):
    ask = house.ask()
    claim = evidence.add_evidence(subject=ask, actor=hand, title="112 families given seed", source="Reception Board")
    assert claim.standing == Evidence.Standing.CLAIMED
    with pytest.raises(InvalidInput):
        evidence.judge_evidence(evidence=claim, standing="verified", actor=hand)
    with pytest.raises(Conflict):
        evidence.judge_evidence(evidence=claim, standing="verified", actor=hand, verified_by="reception board")
    judged = evidence.judge_evidence(evidence=claim, standing="verified", actor=hand, verified_by="Joint mission M-03")
    assert (judged.standing, judged.verified_by) == ("verified", "Joint mission M-03")
    assert ask.outcome == Outcome.NONE  # nothing is resolved by itself


def test_a_measure_says_itself_whether_it_was_verified(house, hand, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(measures, "_registry", {})
    measures.register(
        "test.returned", "Households returned", lambda pk: Figure(40, "households", timezone.now(), "Register", True)
    )
    found = evidence.attach_measure(subject=house.ask(), actor=hand, name="test.returned")
    assert (found.figure, found.standing, found.measure) == (40, "verified", "test.returned")
    with pytest.raises(InvalidInput):
        evidence.attach_measure(subject=house.ask(), actor=hand, name="test.unknown")


def test_a_grade_is_0_to_3_and_never_an_outcome(house, hand):
    ask = house.ask()
    evidence.assess(subject=ask, grade=3, actor=hand)
    ask.refresh_from_db()
    assert ask.outcome == Outcome.NONE
    for grade in (-1, 4):
        with pytest.raises(InvalidInput):
            evidence.assess(subject=ask, grade=grade, actor=hand)


# Commitments


def test_a_commitment_from_words_to_withdrawal(house, hand):
    ask = house.ask()
    promise = commitments.create_commitment(
        process=house.process,
        actor=hand,
        what="Register those who return",
        who=house.envoy,
        communication=house.reply(of=house.envoy, on=ago(9)),
        passages=[house.passage(house.document("We will register them."))],
        asks=[ask],
    )
    assert (promise.ref, promise.made_on, list(promise.asks.all())) == ("C-001", ago(9), [ask])
    evidence.add_evidence(subject=promise, actor=hand, title="40 registered", source="The Envoy")
    evidence.assess(subject=promise, grade=1, actor=hand)
    commitments.withdraw(commitment=promise, actor=hand, on=ago(1))
    with pytest.raises(Conflict):
        commitments.withdraw(commitment=promise, actor=hand)
    with pytest.raises(InvalidInput):
        commitments.reinstate(commitment=promise, actor=hand, note="")
    commitments.reinstate(commitment=promise, actor=hand, note="another promise was meant")
    assert promise.withdrawn_on is None
    assert list(audit.verify()) == []


# Reminders


def test_a_reminder_is_mailed_once_when_its_day_comes(house, hand, editor, django_capture_on_commit_callbacks):
    ask = house.ask(on=ago(60))
    reminders.remind(subject=ask, user=editor, on=today(), actor=hand, note="before the session")
    reminders.remind(subject=ask, user=editor, on=today() + timedelta(days=3), actor=hand)
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.send_due_reminders() == 1
    assert reminders.send_due_reminders() == 0
    (message,) = mail.outbox
    assert message.to == [editor.email]
    assert "overdue" in message.subject and "A-001" in message.subject
    assert "before the session" in message.body and f"/p/lirva/dialogue/docket/asks/{ask.number}/" in message.body
    assert Reminder.objects.filter(sent_at=None).count() == 1


def test_who_lost_the_role_gets_no_reminder(house, hand, person):
    reader = person("reader")
    reminders.remind(subject=house.ask(), user=reader, on=today(), actor=hand)
    reader.memberships.all().delete()
    assert reminders.send_due_reminders() == 0
    assert mail.outbox == []
    with pytest.raises(InvalidInput):
        reminders.remind(subject=house.ask(), user=reader, on=today(), actor=hand)


# Many at once


def test_a_bulk_step_does_what_it_can_and_says_what_it_cannot(house, hand):
    good, closed, draft = house.ask(), house.ask(), house.ask(drafted=True)
    moves.close(ask=closed, actor=hand)
    outcomes = bulk.set_deadline_many(
        asks=[good, closed, draft], actor=hand, basis=Basis.REQUEST, due_on=today() + timedelta(days=7)
    )
    assert [a.pk for a in outcomes.done] == [good.pk]
    assert {a.pk: e.code for a, e in outcomes.refused} == {closed.pk: "closed", draft.pk: "not_delivered"}
    assert faithful(good) and faithful(closed) and faithful(draft)


def test_a_bulk_step_without_permission_does_nothing(house, person):
    with pytest.raises(Forbidden):
        bulk.close_many(asks=[house.ask(), house.ask()], actor=Actor.of(person("reader")))
    assert not Ask.objects.filter(position=Position.CLOSED).exists()
