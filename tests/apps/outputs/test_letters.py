"""A letter from its asks to its filing: words, versions, every step allowed and forbidden, sending, clocks."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import product

import pytest
from django.core import mail
from django.utils import timezone

from tests.apps.dialogue.letters import result
from tests.factories import House, ago, today
from wayhome.accounts.models import Membership, User
from wayhome.core import audit, files
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import mail as incoming
from wayhome.dialogue.actions import moves, reading
from wayhome.dialogue.models import Ask, AskPassage, Communication, Deadline, Document, Letter, LetterDecision
from wayhome.dialogue.queries.replay import PROJECTED, replay
from wayhome.dialogue.states import LETTER_STEPS, Basis, Delivery, LetterState, Position
from wayhome.outputs.actions import letters, sending
from wayhome.outputs.actions.letters import Words
from wayhome.outputs.actions.sending import Means, Sending

pytestmark = pytest.mark.django_db
POST = Sending(Means.POST, today(), "registered RR 204 118")


def reread(letter):
    return Letter.objects.select_related("process", "sender", "addressee", "communication__document").get(pk=letter.pk)


def words(version, **changes):
    values = {
        "subject": version.subject,
        "salutation": version.salutation,
        "paragraphs": version.paragraphs,
        "closing": version.closing,
    }
    return Words(**{**values, **changes})


# Composing


def test_the_draft_says_what_is_on_file(process, house, writer, given):
    house.ask("Open the road to Meshul", communication=house.communication(on=ago(40), reference="LVC/2"))
    letter = letters.start(process=process, actor=writer, asks=Ask.objects.of(process), given=given())
    version = letters.current(letter)
    body = "\n".join(version.paragraphs)
    assert "we wrote to you (our reference LVC/2)." in body
    assert "No reply is on file as of" in body
    assert "Open the road to Meshul." in version.paragraphs
    assert "This date is our own request." in body
    assert version.subject == "Request: Open the road to Meshul"
    assert version.enclosure[0]["clock"]["state"] == "silent"
    assert list(letter.cites.values_list("reference", flat=True)) == ["LVC/2"]


def test_a_reference_and_the_requests_it_is_about_share_their_brackets(process, house, writer, given):
    for n in (2, 3):
        house.ask(f"Thing {n}", communication=house.communication(on=ago(40 + n), reference=f"LVC/{n}"))
    letter = letters.start(process=process, actor=writer, asks=Ask.objects.of(process), given=given())
    assert "we wrote to you (our reference LVC/2; request 1)." in "\n".join(letters.current(letter).paragraphs)


def test_answers_are_told_with_their_words(process, house, writer, given):
    asks = [house.ask(f"Thing {n}", on=ago(60)) for n in range(4)]
    document = house.document("The Office will be present at reception points.")
    reply = house.communication(of=house.ministry, to=house.community, on=ago(20), document=document)
    moves.move(
        ask=asks[0],
        position=Position.PARTLY_ACCEPTED,
        actor=SYSTEM,
        on=ago(20),
        communication=reply,
        passage=house.passage(document),
    )
    moves.move(ask=asks[1], position=Position.REFUSED, actor=SYSTEM, on=ago(19))
    moves.move(
        ask=asks[2],
        position=Position.DEFERRED,
        actor=SYSTEM,
        on=ago(18),
        passage=house.passage(document),
        due_on=today() + timedelta(days=9),
    )
    letter = letters.start(process=process, actor=writer, asks=asks, given=given())
    body = "\n".join(letters.current(letter).paragraphs)
    assert "you replied in part (request 1)" in body
    assert "“The Office will be present at reception points.”" in body
    assert "you declined (request 2)" in body
    assert "you put off your answer (request 3)" in body
    assert "ignored" not in body and "failed" not in body


def test_a_quote_from_a_restricted_document_is_not_put_into_a_letter(process, house, writer, given):
    ask = house.ask(on=ago(60))
    document = house.document("Words that few may read.", restricted=True)
    moves.move(ask=ask, position=Position.REFUSED, actor=SYSTEM, on=ago(20), passage=house.passage(document))
    letter = letters.start(process=process, actor=writer, asks=[ask], given=given())
    assert "few may read" not in "\n".join(letters.current(letter).paragraphs)


def test_an_ask_in_another_language_stands_in_quotes(process, house, writer, given):
    document = house.document("Просим открыть дорогу", language="ru")
    house.ask("открыть дорогу", with_document=False, passages=[house.passage(document)])
    letter = letters.start(process=process, actor=writer, asks=Ask.objects.of(process), given=given())
    assert "“открыть дорогу”" in letters.current(letter).paragraphs


def test_asks_of_others_are_enclosed_or_put_as_escalations(process, house, writer, given):
    mine, other = house.ask("Open the road"), house.ask("Open the road too", addressee=house.envoy, on=ago(90))
    first = letters.start(process=process, actor=writer, asks=[mine, other], given=given())
    rows = letters.current(first).enclosure
    assert [(row["action"], row["put"]) for row in rows] == [("Open the road", True), ("Open the road too", False)]
    second = letters.start(process=process, actor=writer, asks=[mine, other], given=given(), put_others=True)
    child = second.asks.exclude(pk=mine.pk).get()
    assert (child.escalated_from, child.addressee, child.position) == (other, house.ministry, Position.DRAFTED)
    body = "\n".join(letters.current(second).paragraphs)
    assert "we turned to another addressee: Regional Envoy" in body
    assert "No reply from that addressee is on file" in body
    third = letters.start(process=process, actor=writer, asks=[other], given=given(), put_others=True)
    assert third.asks.get() == child, "the escalation that waits is taken, not made twice"


def test_escalating_needs_the_permission_to_decide(process, house, person, given):
    other = house.ask(addressee=house.envoy)
    with pytest.raises(Forbidden):
        letters.start(process=process, actor=Actor.of(person("case_worker")), asks=[other], given=given(), put_others=True)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"answer_by": today()}, "answer_by"),
        ({"answer_basis": Basis.LAW}, "answer_basis_text"),
        ({"answer_basis": "wish"}, "answer_basis"),
    ],
)
def test_what_does_not_fit_is_named(process, house, writer, given, changes, field):
    with pytest.raises(InvalidInput) as caught:
        letters.start(process=process, actor=writer, asks=[house.ask()], given=given(**changes))
    assert caught.value.field == field


def test_sender_and_addressee_are_checked(process, other_process, house, writer, given):
    ask = house.ask()
    for wrong in ({"sender": house.ministry}, {"addressee": house.community}, {"addressee": House(other_process).ministry}):
        with pytest.raises(InvalidInput):
            letters.start(process=process, actor=writer, asks=[ask], given=given(**wrong))
    with pytest.raises(InvalidInput):
        letters.start(process=process, actor=writer, asks=[], given=given())
    with pytest.raises(InvalidInput):
        letters.start(process=process, actor=writer, asks=[House(other_process).ask()], given=given())


# Versions


def test_each_save_is_a_version_and_no_change_is_none(draft, writer, given):
    first = letters.current(draft)
    assert letters.save(letter=draft, actor=writer, seen=1, words=words(first), given=given()) == first
    second = letters.save(
        letter=draft, actor=writer, seen=1, words=words(first, paragraphs=["One.\n\nTwo.", "Three."]), given=given(place="Kul")
    )
    assert (second.version, second.paragraphs, second.head["place"]) == (2, ["One.", "Two.", "Three."], "Kul")
    first.refresh_from_db()
    assert first.head["place"] == "Sarn Ford", "an earlier version stays as it was"


def test_a_page_that_is_stale_changes_nothing(draft, writer, given, lead):
    first = letters.current(draft)
    letters.save(letter=draft, actor=Actor.of(lead), seen=1, words=words(first, subject="Another"), given=given())
    with pytest.raises(Conflict) as caught:
        letters.save(letter=draft, actor=writer, seen=1, words=words(first, subject="Mine"), given=given())
    assert caught.value.code == "changed_meanwhile"
    assert letters.current(draft).subject == "Another"


def test_composing_again_takes_what_is_on_file_today(draft, house, writer):
    ask = draft.asks.get(number=1)
    moves.move(ask=ask, position=Position.REFUSED, actor=SYSTEM, on=ago(2))
    again = letters.compose_again(letter=draft, actor=writer, seen=1, table_only=True)
    assert again.enclosure[0]["position"] == "refused"
    assert again.paragraphs == draft.versions.get(version=1).paragraphs
    anew = letters.compose_again(letter=draft, actor=writer, seen=2, table_only=False)
    assert "you declined" in "\n".join(anew.paragraphs)


def test_words_change_in_a_draft_alone(approved, writer, given):
    with pytest.raises(Conflict) as caught:
        letters.save(letter=approved, actor=writer, seen=1, words=words(letters.current(approved), subject="X"), given=given())
    assert caught.value.code == "not_a_draft"


# Steps


@pytest.mark.parametrize(("before", "after"), list(product(LetterState, LetterState)))
def test_every_step_is_allowed_or_refused_as_the_table_says(draft, approver, before, after):
    Letter.objects.filter(pk=draft.pk).update(state=before)
    letter = reread(draft)
    if after == LetterState.SENT:
        if after in LETTER_STEPS[before]:
            sending.send(letter=letter, actor=approver, seen=1, sending=POST)
            assert reread(draft).state == after
        else:
            with pytest.raises(Conflict):
                sending.send(letter=letter, actor=approver, seen=1, sending=POST)
        return
    if after in LETTER_STEPS[before]:
        letters.step(letter=letter, to=after, actor=approver, seen=1, note="Because.")
        decision = LetterDecision.objects.get(letter=draft)
        assert (reread(draft).state, decision.before, decision.after) == (after, before, after)
    else:
        with pytest.raises(Conflict):
            letters.step(letter=letter, to=after, actor=approver, seen=1, note="Because.")
        assert reread(draft).state == before
        assert not LetterDecision.objects.filter(letter=draft).exists()


def test_a_second_person_approves(process, house, given, lead, person):
    lead_actor = Actor.of(lead)
    letter = letters.start(process=process, actor=lead_actor, asks=[house.ask()], given=given())
    letters.step(letter=letter, to="in_review", actor=lead_actor, seen=1)
    with pytest.raises(Conflict) as caught:
        letters.step(letter=letter, to="approved", actor=lead_actor, seen=1)
    assert caught.value.code == "own_words"
    with pytest.raises(Forbidden):
        letters.step(letter=letter, to="approved", actor=Actor.of(person("editor")), seen=1)
    with pytest.raises(Forbidden):
        letters.step(letter=letter, to="approved", actor=Actor.of(person("reader")), seen=1)
    with pytest.raises(Conflict):
        letters.step(letter=letter, to="approved", actor=SYSTEM, seen=1)
    assert reread(letter).state == LetterState.IN_REVIEW
    second = User.objects.create_user("second@example.org", "a long password", full_name="A second lead")
    Membership.objects.create(user=second, process=process, role="process_lead")
    letters.step(letter=letter, to="approved", actor=Actor.of(second), seen=1)
    assert reread(letter).state == LetterState.APPROVED


def test_nobody_approves_a_version_they_did_not_read(draft, writer, approver, given):
    letters.save(letter=draft, actor=writer, seen=1, words=words(letters.current(draft), subject="New"), given=given())
    letters.step(letter=draft, to="in_review", actor=writer, seen=2)
    with pytest.raises(Conflict) as caught:
        letters.step(letter=draft, to="approved", actor=approver, seen=1)
    assert caught.value.code == "changed_meanwhile"


def test_back_to_draft_needs_a_note(draft, writer, approver):
    letters.step(letter=draft, to="in_review", actor=writer, seen=1)
    with pytest.raises(InvalidInput):
        letters.step(letter=draft, to="draft", actor=approver, seen=1, note="  ")
    letters.step(letter=draft, to="draft", actor=approver, seen=1, note="Name the villages.")
    assert draft.decisions.last().note == "Name the villages."


# Sending


def test_sending_files_the_letter_and_starts_the_clocks(approved, house, writer):
    letter = sending.send(letter=approved, actor=writer, seen=1, sending=POST)
    communication, document = letter.communication, letter.communication.document
    assert (letter.state, communication.kind, communication.reference) == ("sent", "letter", "LVC/31")
    assert {(part.part, part.party.name) for part in communication.parts.all()} == {
        ("from", house.community.name),
        ("to", house.ministry.name),
    }
    assert (communication.delivery, communication.delivery_proof) == (Delivery.SENT, "registered RR 204 118")
    assert (document.origin, document.state, document.media_type) == ("letter", "read", "application/pdf")
    assert files.load(document.sha256).startswith(b"%PDF-")
    again, new = letter.asks.order_by("number")
    assert (new.position, new.delivery, new.asked_on, new.communication) == (Position.MADE, Delivery.SENT, today(), communication)
    assert (new.due_on, new.due_basis) == (letter.answer_by, Basis.REQUEST)
    assert (again.position, again.due_on, again.asked_on) == (Position.MADE, letter.answer_by, ago(40))
    assert again.events.filter(communication=communication, axis="note").exists()
    for ask, use in ((new, AskPassage.Use.STATES), (again, AskPassage.Use.REPEATS)):
        passage = ask.passages.get(use=use, passage__document=document).passage
        assert document.text[passage.start : passage.end] == ask.action == passage.exact
        assert replay(ask.events.order_by("id")) == Ask.objects.filter(pk=ask.pk).values(*PROJECTED).get()
    assert AuditEntry.objects.filter(action="letter.sent").count() == 1
    assert list(audit.verify()) == []


def test_the_thread_goes_on(process, house, writer, approver, given):
    first = house.communication(on=ago(60))
    ask = house.ask(communication=first)
    reply = house.reply(on=ago(20))
    moves.move(ask=ask, position=Position.REFUSED, actor=SYSTEM, on=ago(20), communication=reply)
    letter = letters.start(process=process, actor=writer, asks=[ask], given=given())
    letters.step(letter=letter, to="in_review", actor=writer, seen=1)
    letters.step(letter=letter, to="approved", actor=approver, seen=1)
    sent = sending.send(letter=letter, actor=writer, seen=1, sending=POST).communication
    assert (sent.in_reply_to, sent.thread) == (reply, reply.uid)
    ask.refresh_from_db()
    assert (ask.position, ask.due_on) == (Position.REFUSED, letter.answer_by)


def test_sending_twice_is_refused(approved, writer):
    sending.send(letter=approved, actor=writer, seen=1, sending=POST)
    with pytest.raises(Conflict):
        sending.send(letter=reread(approved), actor=writer, seen=1, sending=POST)
    assert Communication.objects.filter(reference="LVC/31").count() == 1
    assert Document.objects.filter(origin="letter").count() == 1


def test_a_draft_cannot_be_sent_and_leaves_no_trace(draft, writer):
    before = Communication.objects.count(), Document.objects.count(), Deadline.objects.count()
    with pytest.raises(Conflict):
        sending.send(letter=draft, actor=writer, seen=1, sending=POST)
    assert (Communication.objects.count(), Document.objects.count(), Deadline.objects.count()) == before


def test_what_fails_half_way_is_undone(approved, writer, monkeypatch):
    monkeypatch.setattr(sending, "put", lambda **_: (_ for _ in ()).throw(Conflict("no")))
    communications = Communication.objects.count()
    with pytest.raises(Conflict):
        sending.send(letter=approved, actor=writer, seen=1, sending=POST)
    assert reread(approved).state == LetterState.APPROVED
    assert Communication.objects.count() == communications
    assert not Document.objects.filter(origin="letter").exists()


def test_a_case_worker_does_not_send(approved, person):
    with pytest.raises(Forbidden):
        sending.send(letter=approved, actor=Actor.of(person("case_worker")), seen=1, sending=POST)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (Sending(Means.POST, today(), " "), "proof"),
        (Sending(Means.POST, today() + timedelta(days=1), "x"), "on"),
        (Sending(Means.EMAIL, ago(1)), "on"),
        (Sending("pigeon", today(), "x"), "means"),
    ],
)
def test_how_it_was_sent_is_checked(approved, writer, sent, field):
    with pytest.raises(InvalidInput) as caught:
        sending.send(letter=approved, actor=writer, seen=1, sending=sent)
    assert caught.value.field == field


def test_by_hand_counts_as_received(approved, writer):
    letter = sending.send(letter=approved, actor=writer, seen=1, sending=Sending(Means.HAND, today(), "taken by the registry"))
    assert (letter.communication.delivery, letter.communication.delivered_on) == (Delivery.RECEIVED, today())
    assert letter.asks.get(number=2).delivery == Delivery.RECEIVED


def test_by_email_the_pdf_is_attached(approved, writer, house, django_capture_on_commit_callbacks):
    approved.copies.add(house.envoy)
    house.envoy.email = "envoy@example.org"
    house.envoy.save()
    with django_capture_on_commit_callbacks(execute=True):
        letter = sending.send(letter=approved, actor=writer, seen=1, sending=Sending(Means.EMAIL, today()))
    (message,) = mail.outbox
    document = letter.communication.document
    assert (message.to, message.cc, message.reply_to) == (
        ["roads@velmar.example"],
        ["envoy@example.org"],
        ["office@lirva.example"],
    )
    assert message.attachments[0][1] == files.load(document.sha256)
    assert message.extra_headers["Message-ID"] == document.message_id
    assert "Open the road to Meshul" in message.body


@pytest.mark.parametrize("again", [False, True])
def test_an_answer_to_the_email_is_filed_in_its_thread(
    approved, writer, house, process, again, django_capture_on_commit_callbacks
):
    """Also once the letter's PDF was read again, which does not know the Message-ID that it was sent with."""
    with django_capture_on_commit_callbacks(execute=True):
        letter = sending.send(letter=approved, actor=writer, seen=1, sending=Sending(Means.EMAIL, today()))
    (sent,) = mail.outbox
    name = sent.extra_headers["Message-ID"]
    assert sent.message()["Message-ID"] == name
    if again:
        document = letter.communication.document
        reading.record(document=document, result=result(document.text, [], media_type="application/pdf"), actor=SYSTEM)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = "roads@velmar.example", "office@lirva.example", "Re: Requests"
    answer["Message-ID"], answer["In-Reply-To"], answer["References"] = "<a1@velmar.example>", name, name
    answer["Date"] = format_datetime(timezone.now())
    answer.set_content("The road will be opened.")
    arrival = incoming.take_in(process=process, data=answer.as_bytes(), source="file").incoming
    assert (arrival.state, arrival.match, arrival.earlier, arrival.party) == (
        "filed",
        "message",
        letter.communication,
        house.ministry,
    )
    assert arrival.communication.thread == letter.communication.thread


def test_a_refused_email_is_written_down_and_can_be_sent_again(approved, writer, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*_args, **_kwargs):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        sending.send(letter=approved, actor=writer, seen=1, sending=Sending(Means.EMAIL, today()))
    monkeypatch.undo()
    letter = reread(approved)
    assert (letter.state, letter.communication.delivery) == (LetterState.SENT, Delivery.BOUNCED)
    assert "no server" in letter.communication.delivery_proof
    new = letter.asks.get(number=2)
    assert (new.delivery, new.due_on) == (Delivery.BOUNCED, None)
    assert "undelivered" in letter.asks.get(number=1).events.last().note
    with django_capture_on_commit_callbacks(execute=True):
        sending.send_again(letter=letter, actor=writer)
    new.refresh_from_db()
    assert (new.delivery, new.due_on) == (Delivery.SENT, letter.answer_by)
    assert len(mail.outbox) == 1
    with pytest.raises(Conflict):
        sending.send_again(letter=reread(letter), actor=writer)


def test_an_own_request_leaves_a_deadline_by_law_alone(process, house, writer, approver, given):
    from wayhome.dialogue.actions.steps import NewDeadline

    by_law = today() + timedelta(days=3)
    ask = house.ask(on=ago(20), deadline=NewDeadline(by_law, Basis.LAW, "Access Act, art. 9"))
    letter = letters.start(process=process, actor=writer, asks=[ask], given=given())
    letters.step(letter=letter, to="in_review", actor=writer, seen=1)
    letters.step(letter=letter, to="approved", actor=approver, seen=1)
    sending.send(letter=letter, actor=writer, seen=1, sending=POST)
    ask.refresh_from_db()
    assert (ask.due_on, ask.due_basis) == (by_law, Basis.LAW)


def test_a_letter_dated_later_waits(process, house, writer, approver, given):
    later = today() + timedelta(days=2)
    letter = letters.start(process=process, actor=writer, asks=[house.ask()], given=given(dated=later))
    letters.step(letter=letter, to="in_review", actor=writer, seen=1)
    letters.step(letter=letter, to="approved", actor=approver, seen=1)
    with pytest.raises(Conflict) as caught:
        sending.send(letter=letter, actor=writer, seen=1, sending=POST)
    assert caught.value.code == "dated_later"
