"""A reply is logged, linked to asks with every effect, and taken back: states, clocks, passages, scope, one transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import ago, today
from wayhome.core import audit
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import answers, moves, replies
from wayhome.dialogue.actions.answers import Choice, ChoiceError
from wayhome.dialogue.models import Answer, Ask, AskPassage, Communication, Document, Incoming
from wayhome.dialogue.queries.replay import PROJECTED, replay
from wayhome.dialogue.states import Basis, Position

pytestmark = pytest.mark.django_db
Effect = Answer.Effect
SENTENCE = "The Ministry needs until the thaw and will open the road then."
TEXT = f"Dear Ms Marr,\n\nThank you for your letter.\n\n{SENTENCE}\n\nYours sincerely"


def state(ask):
    return Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get()


def faithful(ask):
    return replay(ask.events.order_by("id")) == state(ask)


def without(fields, *names):
    return {name: value for name, value in fields.items() if name not in names}


@pytest.fixture
def reply(house):
    return house.reply(on=ago(5), text=TEXT)


# Logging


def test_pasted_words_become_a_document_and_a_communication_in_the_thread(house, process, editor):
    ask = house.ask(on=ago(30))
    logged = replies.log_reply(
        process=process, user=editor, sender=house.ministry, on=ago(2), text=TEXT, earlier=ask.communication, asks=[ask]
    )
    row = logged.communication
    assert logged.new
    assert (row.kind, row.day, row.in_reply_to, row.delivery) == ("reply", ago(2), ask.communication, "received")
    assert row.thread == Communication.objects.get(pk=ask.communication_id).thread == ask.communication.uid
    assert row.document.origin == Document.Origin.TYPED
    assert SENTENCE in row.document.text
    assert {part.part: part.party for part in row.parts.all()} == {"from": house.ministry, "to": house.community}
    assert row.arrivals.get().state == Incoming.State.FILED
    ask.refresh_from_db()
    assert ask.position == Position.MADE  # logging moves nothing
    assert ask.last_reply_on == ago(2)  # but there is a reply on file
    assert {"reply.logged", "communication.created", "document.added"} <= set(AuditEntry.objects.values_list("action", flat=True))
    assert list(audit.verify()) == []


def test_a_call_is_a_communication_whose_note_can_be_cited(house, process, editor):
    ask = house.ask(on=ago(30))
    row = replies.log_reply(
        process=process,
        user=editor,
        sender=house.ministry,
        on=ago(1),
        kind="phone",
        text="Mr Orl said that the road opens on the first of March.",
        asks=[ask],
    ).communication
    assert (row.kind, row.summary) == ("phone", "Mr Orl said that the road opens on the first of March.")
    due = today() + timedelta(days=40)
    answers.decide(
        communication=row,
        user=editor,
        choices=[Choice(ask, Effect.DEFERRED, quote="the road opens on the first of March", due_on=due)],
    )
    ask.refresh_from_db()
    assert (ask.position, ask.due_on, ask.due_basis) == (Position.DEFERRED, due, Basis.PROMISE)


@pytest.mark.parametrize("kind", ["phone", "meeting", "reply"])
def test_a_deferral_noted_by_hand_is_cited_by_the_whole_note(house, process, editor, kind):
    ask = house.ask(on=ago(30))
    said = "Mr Orl said that it must wait\n\nuntil the first of March."
    row = replies.log_reply(
        process=process, user=editor, sender=house.ministry, on=ago(1), kind=kind, text=f"\n{said} \n", asks=[ask]
    ).communication
    due = today() + timedelta(days=40)
    answers.decide(communication=row, user=editor, choices=[Choice(ask, Effect.DEFERRED, due_on=due)])
    ask.refresh_from_db()
    assert (ask.position, ask.due_on) == (Position.DEFERRED, due)
    assert ask.events.get(axis="position", after=Position.DEFERRED).passage.exact == said
    assert ask.passages.get(use=AskPassage.Use.ANSWERS).passage.document == row.document
    assert faithful(ask)


def test_the_same_file_is_one_communication(house, process, editor):
    words = {"process": process, "user": editor, "sender": house.ministry, "on": ago(1), "file": ("reply.txt", TEXT.encode())}
    first, second = replies.log_reply(**words), replies.log_reply(**words)
    assert first.new and not second.new
    assert first.communication == second.communication
    assert Document.objects.count() == 1


@pytest.mark.parametrize("words", [{"text": "  "}, {"text": "Yes", "on": today() + timedelta(days=1)}, {"file": ("a.txt", b"")}])
def test_a_reply_needs_words_and_a_day_that_has_been(house, process, editor, words):
    with pytest.raises(InvalidInput):
        replies.log_reply(**{"process": process, "user": editor, "sender": house.ministry, "on": ago(1), **words})
    assert not Communication.objects.exists()


def test_a_reader_logs_nothing(house, process, person):
    with pytest.raises(Forbidden):
        replies.log_reply(process=process, user=person("reader"), sender=house.ministry, on=ago(1), text="Yes")


# Effects


@pytest.mark.parametrize(
    ("effect", "clock"),
    [
        (Effect.ACKNOWLEDGED, "runs"),
        (Effect.ACCEPTED, "stopped"),
        (Effect.PARTLY_ACCEPTED, "stopped"),
        (Effect.REFUSED, "stopped"),
        (Effect.REDIRECTED, "stopped"),
        (Effect.CLARIFICATION_ASKED, "paused"),
        (Effect.DEFERRED, "new"),
        (Effect.NONE, "runs"),
    ],
)
def test_every_effect_and_its_undo(house, editor, reply, effect, clock):
    ask = house.ask(on=ago(20))
    before = state(ask)
    new = today() + timedelta(days=60)
    choice = Choice(
        ask,
        effect,
        quote=SENTENCE,
        due_on=new if effect == Effect.DEFERRED else None,
        redirected_to=house.envoy if effect == Effect.REDIRECTED else None,
    )
    answers.decide(communication=reply, choices=[choice], user=editor, seen={ask.pk: before["position"]})
    after = state(ask)
    assert after["position"] == (Position.MADE if effect == Effect.NONE else effect)
    assert {
        "runs": after["due_on"] == before["due_on"],
        "stopped": after["due_on"] is None and after["paused_days_left"] is None,
        "paused": after["due_on"] is None and bool(after["paused_days_left"]),
        "new": after["due_on"] == new and after["due_basis"] == Basis.PROMISE,
    }[clock]
    answered = effect in {Effect.ACCEPTED, Effect.PARTLY_ACCEPTED, Effect.REFUSED, Effect.REDIRECTED}
    assert after["answered_on"] == (ago(5) if answered else None)
    event = ask.events.filter(axis="position" if effect != Effect.NONE else "note").latest("id")
    assert (event.communication, event.passage.exact, event.on) == (reply, SENTENCE, ago(5))
    assert ask.passages.filter(use=AskPassage.Use.ANSWERS).exists() == (effect != Effect.NONE)
    answer = Answer.objects.get()
    assert (answer.state, answer.effect, answer.decided_by) == ("confirmed", effect, editor)
    assert faithful(ask)

    events = ask.events.count()
    assert answers.take_back(communication=reply, user=editor) == 1
    assert state(ask) == before
    assert ask.events.count() > events  # continued, not erased
    assert not ask.passages.filter(use=AskPassage.Use.ANSWERS).exists()
    assert Answer.objects.get().state == Answer.State.TAKEN_BACK
    assert faithful(ask)
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    "first", [Effect.ACKNOWLEDGED, Effect.PARTLY_ACCEPTED, Effect.REFUSED, Effect.CLARIFICATION_ASKED, Effect.DEFERRED]
)
@pytest.mark.parametrize("second", [Effect.ACCEPTED, Effect.REFUSED, Effect.CLARIFICATION_ASKED, Effect.DEFERRED])
def test_a_second_reply_is_undone_to_what_the_first_said(house, editor, reply, first, second):
    if first == second and first != Effect.PARTLY_ACCEPTED and first not in {Effect.CLARIFICATION_ASKED, Effect.DEFERRED}:
        return  # the table has no such step
    ask = house.ask(on=ago(20))
    due = {Effect.DEFERRED: today() + timedelta(days=30)}
    answers.decide(communication=reply, choices=[Choice(ask, first, quote=SENTENCE, due_on=due.get(first))], user=editor)
    before = state(ask)
    later = house.reply(on=ago(1), text="Another word: the road opens when it opens.")
    answers.decide(
        communication=later,
        choices=[
            Choice(
                ask,
                second,
                quote="the road opens when it opens",
                due_on=today() + timedelta(days=90) if second == Effect.DEFERRED else None,
            )
        ],
        user=editor,
    )
    assert state(ask)["position"] == second
    answers.take_back(communication=later, user=editor)
    assert without(state(ask), "due_basis_text") == without(before, "due_basis_text")
    assert faithful(ask)


def test_an_acknowledgement_taken_back_leaves_the_earlier_one(house, editor, reply, hand):
    ask = house.ask(on=ago(20))
    answers.decide(communication=reply, choices=[Choice(ask, Effect.ACKNOWLEDGED)], user=editor)
    moves.move(ask=ask, position=Position.CLARIFICATION_ASKED, actor=hand, on=ago(4))
    moves.move(ask=ask, position=Position.MADE, actor=hand, on=ago(4))
    later = house.reply(on=ago(1), text="We have your explanation.")
    answers.decide(communication=later, choices=[Choice(ask, Effect.ACKNOWLEDGED)], user=editor)
    assert state(ask)["acknowledged_on"] == ago(1)
    answers.take_back(communication=later, user=editor)
    assert (state(ask)["position"], state(ask)["acknowledged_on"]) == (Position.MADE, ago(5))
    assert faithful(ask)


def test_an_ask_closed_by_hand_and_opened_again_keeps_its_first_reply(house, editor, reply, hand):
    ask = house.ask(on=ago(20))
    answers.decide(communication=reply, choices=[Choice(ask, Effect.ACKNOWLEDGED)], user=editor)
    moves.close(ask=ask, actor=hand)
    moves.reopen(ask=ask, actor=hand, note="Closed too early")
    assert (state(ask)["position"], state(ask)["acknowledged_on"]) == (Position.ACKNOWLEDGED, ago(5))
    assert faithful(ask)


def test_all_of_a_batch_or_nothing(house, editor, reply):
    good, bad = house.ask(on=ago(20)), house.ask("Publish the list of houses", on=ago(20))
    with pytest.raises(ChoiceError) as caught:
        answers.decide(
            communication=reply,
            choices=[Choice(good, Effect.ACCEPTED), Choice(bad, Effect.DEFERRED, due_on=today() + timedelta(days=9))],
            user=editor,
        )
    assert caught.value.ask == bad
    assert "A-002" in str(caught.value)
    assert state(good)["position"] == state(bad)["position"] == Position.MADE
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        {"effect": "fulfilled"},
        {"effect": Effect.REDIRECTED},
        {"effect": Effect.ACCEPTED, "quote": "words that are not there"},
        {"effect": Effect.ACCEPTED, "span": (0, 10**6)},
        {"effect": Effect.ACCEPTED, "span": (0, 4), "quote": "Other words"},
        {"effect": Effect.DEFERRED, "quote": SENTENCE},
    ],
)
def test_what_does_not_fit_is_refused(house, editor, reply, words):
    ask = house.ask(on=ago(20))
    with pytest.raises(ChoiceError):
        answers.decide(communication=reply, choices=[Choice(ask, **words)], user=editor)
    assert state(ask)["position"] == Position.MADE


def test_an_ask_of_another_process_is_refused(house, editor, reply, other_process):
    from tests.factories import House

    ask = House(other_process).ask(on=ago(20))
    with pytest.raises(ChoiceError):
        answers.decide(communication=reply, choices=[Choice(ask, Effect.ACCEPTED)], user=editor)
    assert state(ask)["position"] == Position.MADE


def test_an_automatic_reply_moves_nothing(house, editor):
    ask = house.ask(on=ago(20))
    machine = house.reply(kind="automatic_reply", text="I am out of the office.")
    assert answers.possible_effects(ask, machine) == [Effect.NONE]
    with pytest.raises(ChoiceError):
        answers.decide(communication=machine, choices=[Choice(ask, Effect.ACKNOWLEDGED)], user=editor)
    answers.decide(communication=machine, choices=[Choice(ask, Effect.NONE)], user=editor)
    assert "automatic reply" in ask.events.latest("id").note


def test_the_page_was_stale(house, editor, reply, hand):
    ask = house.ask(on=ago(20))
    moves.move(ask=ask, position=Position.ACKNOWLEDGED, actor=hand)
    with pytest.raises(ChoiceError) as caught:
        answers.decide(communication=reply, choices=[Choice(ask, Effect.ACCEPTED)], user=editor, seen={ask.pk: Position.MADE})
    assert caught.value.code == "changed_meanwhile"


def test_nothing_is_taken_back_once_the_ask_moved_on(house, editor, reply, hand):
    ask = house.ask(on=ago(20))
    answers.decide(communication=reply, choices=[Choice(ask, Effect.REFUSED)], user=editor)
    moves.move(ask=ask, position=Position.ACCEPTED, actor=hand)
    with pytest.raises(ChoiceError):
        answers.take_back(communication=reply, user=editor)
    assert state(ask)["position"] == Position.ACCEPTED
    assert Answer.objects.get().state == Answer.State.CONFIRMED


def test_one_reply_answers_an_ask_once(house, editor, reply):
    ask = house.ask(on=ago(20))
    answers.decide(communication=reply, choices=[Choice(ask, Effect.PARTLY_ACCEPTED)], user=editor)
    with pytest.raises(ChoiceError):
        answers.decide(communication=reply, choices=[Choice(ask, Effect.REFUSED)], user=editor)
    assert state(ask)["position"] == Position.PARTLY_ACCEPTED
    with pytest.raises(Conflict):
        answers.take_back(communication=house.reply(), user=editor)


def test_a_case_worker_proposes_and_an_editor_decides(house, process, editor, person, reply):
    ask = house.ask(on=ago(20))
    worker = person("case_worker")
    choice = Choice(ask, Effect.ACCEPTED, quote=SENTENCE)
    with pytest.raises(Forbidden):
        answers.decide(communication=reply, choices=[choice], user=worker)
    (proposed,) = answers.propose(communication=reply, choices=[choice], user=worker)
    assert (proposed.state, proposed.proposed_by) == ("open", worker)
    assert state(ask)["position"] == Position.MADE
    answers.decide(communication=reply, choices=[choice], user=editor)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.proposed_by, proposed.decided_by) == ("confirmed", worker, editor)
