"""Mail comes in once, by IMAP and by file; automatic replies, bounces and receipts are told apart; hostile mails do no harm."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from click.testing import CliRunner
from django.conf import settings as live
from django.utils import timezone

from tests.factories import ago
from tests.imap_server import Box, Server, certificate
from wayhome.core import audit
from wayhome.core.errors import Conflict, InvalidInput, TooLarge
from wayhome.dialogue.actions import fetching, mail
from wayhome.dialogue.actions.reading import read_now
from wayhome.dialogue.mailbox import Access, Mailbox, MailboxError
from wayhome.dialogue.models import Communication, Document, Incoming
from wayhome.dialogue.queries.threads import find_earlier, reference_tokens, thread_of
from wayhome.dialogue.states import Delivery, Position

pytestmark = pytest.mark.django_db
State = Incoming.State


def eml(
    subject="Your letter LVC/11",
    *,
    sender="Ministry <roads@velmar.example>",
    to="office@lirva.example",
    text="Dear Ms Marr,\n\nthe road will be opened.",
    **headers,
):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(timezone.now() - timedelta(days=2))
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((subject, sender, text)))}@velmar.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@pytest.fixture
def sent(house):
    """Our letter of 30 days ago to the ministry, sent by mail, with one ask in it."""
    house.ministry.email = "roads@velmar.example"
    house.ministry.save()
    document = house.document("Reference: LVC/11\n\nWe ask that you open the road to Meshul.", message_id="<ours@lirva.example>")
    letter = house.communication(on=ago(30), document=document, delivery=Delivery.SENT, title="The road")
    house.ask(communication=letter)
    return letter


def take(process, message, source="file"):
    data = message.as_bytes() if isinstance(message, EmailMessage) else message
    return mail.take_in(process=process, data=data, source=source)


# One mail


def test_an_answer_to_our_message_is_filed_in_its_thread(process, house, sent):
    taken = take(process, eml(In_Reply_To="<ours@lirva.example>"))
    arrival, row = taken.incoming, taken.incoming.communication
    assert (arrival.state, arrival.match, arrival.earlier, arrival.party) == (State.FILED, "message", sent, house.ministry)
    assert (row.kind, row.day, row.in_reply_to, row.title) == ("reply", ago(2), sent, "Your letter LVC/11")
    assert [entry.communication for entry in thread_of(row)] == [row, sent]
    assert [entry.ours for entry in thread_of(row)] == [False, True]
    ask = sent.asks.get()
    assert (ask.position, ask.last_reply_on) == (Position.MADE, ago(2))  # on file, but nothing is decided
    assert row.document.message_id
    assert list(audit.verify()) == []


def test_a_mail_is_taken_in_once(process, sent):
    message = eml(In_Reply_To="<ours@lirva.example>")
    assert [take(process, message).new, take(process, message).new] == [True, False]
    again = message.as_bytes().replace(b"Dear Ms Marr", b"Dear  Ms Marr")  # the same Message-ID by another way
    assert not take(process, again).new
    assert (Incoming.objects.count(), Document.objects.filter(origin="mail").count()) == (1, 1)


def test_a_mail_without_message_id_is_known_by_its_bytes(process):
    message = eml()
    del message["Message-ID"]
    assert [take(process, message).new, take(process, message).new] == [True, False]
    assert Incoming.objects.get().key.startswith("sha256:")


def test_the_reference_number_suggests_and_a_person_assigns(process, house, sent, editor):
    arrival = take(process, eml("Re: LVC/11", sender="Orl <orl@elsewhere.example>")).incoming
    assert (arrival.state, arrival.match, arrival.earlier, arrival.communication) == (State.INBOX, "reference", sent, None)
    row = mail.assign(arrival=arrival, user=editor, sender=house.envoy, earlier=sent)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.communication, row.in_reply_to) == (State.FILED, row, sent)
    house.envoy.refresh_from_db()
    assert house.envoy.email == "orl@elsewhere.example"  # the next mail from there is known
    with pytest.raises(Conflict):
        mail.assign(arrival=arrival, user=editor, sender=house.envoy)


def test_a_stranger_with_our_message_id_is_not_taken_for_the_addressee(process, sent):
    arrival = take(process, eml(sender="x@stranger.example", In_Reply_To="<ours@lirva.example>")).incoming
    assert (arrival.state, arrival.party) == (State.INBOX, None)


def test_unknown_mail_waits_in_the_inbox_and_can_be_put_aside(process, editor):
    arrival = take(process, eml("Weather", sender="x@y.example")).incoming
    assert (arrival.state, arrival.earlier, arrival.match) == (State.INBOX, None, "")
    mail.put_aside(arrival=arrival, user=editor)
    arrival.refresh_from_db()
    assert arrival.state == State.ASIDE


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"subject": "Out of office: Your letter"},
        {"subject": "Автоответ: Ваше письмо"},
    ],
)
def test_an_automatic_reply_is_one_and_breaks_no_silence(process, sent, headers):
    arrival = take(process, eml(In_Reply_To="<ours@lirva.example>", **headers)).incoming
    assert (arrival.state, arrival.communication.kind) == (State.DONE, "automatic_reply")
    assert sent.asks.get().last_reply_on is None


def bounce(original="<ours@lirva.example>", action="failed", kind="delivery-status"):
    fields = (
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; roads@velmar.example\nAction: {action}\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 no such user\n"
        if kind == "delivery-status"
        else f"Final-Recipient: rfc822; roads@velmar.example\nOriginal-Message-ID: {original}\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: office@lirva.example\nSubject: Returned {action}\nMessage-ID: <{action}-{kind}@mx.example>\n"
        f"Date: {format_datetime(timezone.now())}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\nAbout your message.\n--b\nContent-Type: message/{kind}\n\n{fields}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {original}\nSubject: The road\n\n--b--\n"
    ).encode()


def test_a_bounce_stops_the_clocks_of_the_letter(process, sent):
    arrival = take(process, bounce()).incoming
    sent.refresh_from_db()
    ask = sent.asks.get()
    assert (arrival.state, arrival.earlier, sent.delivery) == (State.REPORT, sent, Delivery.BOUNCED)
    assert "550 no such user" in sent.delivery_proof
    assert (ask.delivery, ask.due_on) == (Delivery.BOUNCED, None)
    assert not Communication.objects.filter(document=arrival.document).exists()
    assert arrival.document.origin == "mail"  # the proof is kept


def test_a_delay_changes_nothing_and_a_receipt_proves_delivery(process, sent):
    take(process, bounce(action="delayed"))
    sent.refresh_from_db()
    assert sent.delivery == Delivery.SENT
    take(process, bounce(kind="disposition-notification"))
    sent.refresh_from_db()
    assert (sent.delivery, sent.delivered_on) == (Delivery.RECEIVED, timezone.localdate())
    assert sent.delivery_proof.startswith("Read receipt, roads@velmar.example")
    arrival = take(process, bounce()).incoming  # too late: what was received has not bounced
    sent.refresh_from_db()
    assert sent.delivery == Delivery.RECEIVED
    assert "stays" in arrival.problem


def test_a_bounce_of_an_unknown_message_touches_nothing(process, sent):
    arrival = take(process, bounce("<theirs@lirva.example>")).incoming
    sent.refresh_from_db()
    assert (sent.delivery, arrival.state, bool(arrival.problem)) == (Delivery.SENT, State.REPORT, True)


def test_a_receipt_does_not_cross_processes(process, other_process, sent):
    take(other_process, bounce())
    sent.refresh_from_db()
    assert sent.delivery == Delivery.SENT


# Hostile mails


def test_two_hundred_attachments_with_bad_names_are_bounded(process, house, sent):
    message = eml(In_Reply_To="<ours@lirva.example>")
    for n in range(200):
        message.add_attachment(f"File {n}", filename=f"../../<script>alert({n})</script>.txt")
    arrival = take(process, message).incoming
    assert read_now(arrival.document_id) == Document.State.READ
    inside = list(arrival.document.enclosures.all())
    assert 0 < len(inside) <= 50
    assert not any(set(document.name) & set("<>/\\") for document in inside)
    arrival.document.refresh_from_db()
    assert any("200 attachments" in warning for warning in arrival.document.warnings)


def test_header_injection_stays_words(process):
    data = (
        b"From: =?utf-8?q?Evil=0D=0ABcc=3A_victim=40x=2Eexample?= <evil@x.example>\r\nTo: office@lirva.example\r\n"
        b"Subject: =?utf-8?q?Hi=0D=0ABcc=3A_all=40x=2Eexample?=\r\nMessage-ID: <inject@x.example>\r\n\r\nHello"
    )
    arrival = take(process, data).incoming
    assert arrival.subject == "Hi Bcc: all@x.example"
    assert "\n" not in arrival.sender_name and "\r" not in arrival.sender_name


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"no headers at all"])
def test_what_is_no_mail_is_refused_in_words(process, data):
    with pytest.raises(InvalidInput):
        take(process, data)
    assert not Incoming.objects.exists() and not Document.objects.exists()


def test_an_oversized_mail_is_refused_whole(process, settings):
    settings.UPLOAD_MAX_BYTES = 2_000
    with pytest.raises(TooLarge):
        take(process, eml(text="x" * 3_000))
    assert not Incoming.objects.exists()


# An .eml in the upload


def test_a_mail_dropped_into_the_upload_is_an_arrival(process, house, sent, editor, django_capture_on_commit_callbacks):
    from wayhome.dialogue.actions.documents import add_file

    data = eml(In_Reply_To="<ours@lirva.example>").as_bytes()
    added = add_file(process=process, name="reply.eml", data=data, user=editor)
    with django_capture_on_commit_callbacks(execute=True):
        read_now(added.document.pk)
    arrival = Incoming.objects.get()
    assert (arrival.source, arrival.state, arrival.document, arrival.earlier) == ("file", State.FILED, added.document, sent)
    assert not take(process, data).new


# Threads


def test_reference_tokens():
    text = "Your letter LVC/11 of 4 May 2027, our no. 41-07/318-A., at 10/12/2027 by the A-road."
    assert reference_tokens(text) == ["LVC/11", "41-07/318-A"]


def test_two_letters_with_one_number_leave_the_choice_to_a_person(process, house):
    for _ in range(2):
        house.communication(reference="LVC/12")
    assert find_earlier(process, text="Re: LVC/12") is None
    house.communication(reference="LVC/13")
    assert find_earlier(process, text="Re: lvc/13").communication.reference == "LVC/13"


def test_the_number_of_queries_of_a_thread_is_constant(process, house, django_assert_num_queries):
    from wayhome.core.actors import SYSTEM
    from wayhome.dialogue.actions.replies import make_communication

    first = house.communication()
    for _ in range(2):
        with django_assert_num_queries(2):
            thread_of(first)
        for _n in range(15):
            make_communication(
                process=process,
                actor=SYSTEM,
                kind="reply",
                sender=house.ministry,
                recipient=house.community,
                on=ago(3),
                earlier=first,
            )
    assert len(thread_of(first)) == 31


# The box


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def server(box, certificates, settings):
    with Server(box, ("wayhome", "secret word"), certificates) as running:
        settings.IMAP = {
            **live.IMAP,
            "host": "localhost",
            "port": running.port,
            "user": "wayhome",
            "password": "secret word",
            "ca_file": str(certificates[0]),
            "addresses": ["office@lirva.example=lirva"],
            "timeout": 10,
        }
        yield running


def test_fetching_twice_takes_in_once(server, box, process, sent):
    box.add(eml(In_Reply_To="<ours@lirva.example>").as_bytes())
    box.add(eml("Weather", sender="x@y.example").as_bytes())
    box.add(bounce())
    done = fetching.fetch()
    assert dict(done.taken) == {"filed": 1, "inbox": 1, "report": 1}
    assert all(flags == {"WayhomeFiled"} for _data, flags in box.messages.values())  # people still see them as unread
    again = fetching.fetch()
    assert (again.new, again.known, Incoming.objects.count()) == (0, 0, 3)
    for _data, flags in box.messages.values():
        flags.clear()  # the marks were lost, e.g. the box was copied to another server
    again = fetching.fetch()
    assert (again.new, again.known, Incoming.objects.count()) == (0, 3, 3)


def test_a_server_without_keywords_is_marked_as_seen(server, box, process):
    box.keywords = False
    box.add(eml().as_bytes())
    assert fetching.fetch().new == 1
    assert [flags for _data, flags in box.messages.values()] == [{"\\Seen"}]
    assert fetching.fetch().new == 0


def test_a_mail_to_nobodys_address_stays_in_the_box(server, box, process, settings):
    box.add(eml(to="else@lirva.example").as_bytes())
    done = fetching.fetch()
    assert (done.new, dict(done.unrouted)) == (0, {"else@lirva.example": 1})
    assert [flags for _data, flags in box.messages.values()] == [set()]
    settings.IMAP = {**settings.IMAP, "addresses": ["office@lirva.example=lirva", "*=lirva"]}
    assert fetching.fetch().new == 1


def test_each_process_gets_the_mail_written_to_it(server, box, process, other_process, settings):
    settings.IMAP = {**settings.IMAP, "addresses": ["office@lirva.example=lirva", "office@ostra.example=ostra"]}
    box.add(eml(to="office@lirva.example, Office <Office@Ostra.example>").as_bytes())
    box.add(eml("Other", to="office@ostra.example").as_bytes())
    assert fetching.fetch().new == 3
    assert Incoming.objects.of(process).count() == 1
    assert Incoming.objects.of(other_process).count() == 2


def test_an_oversized_mail_is_not_downloaded_and_is_told_once(server, box, process, settings):
    settings.UPLOAD_MAX_BYTES = 3_000
    box.add(eml(text="x" * 5_000).as_bytes())
    box.add(eml("Small").as_bytes())
    done = fetching.fetch()
    assert (done.new, done.refused) == (1, 1)
    refused = Incoming.objects.get(state=State.REFUSED)
    assert "limit" in refused.problem and refused.remedy
    assert fetching.fetch().refused == 0


def test_a_connection_that_breaks_loses_nothing(server, box, process):
    for n in range(4):
        box.add(eml(f"Letter {n}").as_bytes())
    box.break_after = 5  # head, message, head, message, head: then the line is cut
    with pytest.raises(MailboxError):
        fetching.fetch()
    assert Incoming.objects.count() == 2
    box.break_after = None
    assert fetching.fetch().new == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, "refused the log-in"),
        ({"folder": "Else"}, "no folder"),
        ({"ca_file": ""}, "certificate"),
        ({"port": 1}, "does not answer"),
        ({"security": "none", "host": "imap.example.org"}, "not encrypted"),
        ({"security": "ssl3"}, "WAYHOME_IMAP_SECURITY"),
        ({"host": ""}, "No mail box"),
        ({"addresses": ["office@lirva.example"]}, "WAYHOME_IMAP_ADDRESSES"),
        ({"addresses": ["office@lirva.example=nowhere"]}, "does not exist"),
    ],
)
def test_what_is_wrong_is_said_in_words(server, process, settings, change, words):
    settings.IMAP = {**settings.IMAP, **change}
    result = CliRunner().invoke(_command(), ["fetch"])
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def _command():
    from wayhome.commands.mail import command

    return command


def test_the_commands_say_what_they_did(server, box, process, sent, tmp_path):
    box.add(eml(In_Reply_To="<ours@lirva.example>").as_bytes())
    result = CliRunner().invoke(_command(), ["fetch"])
    assert "1 taken in: 1 filed in their thread" in result.output
    good, bad = tmp_path / "a.eml", tmp_path / "b.eml"
    good.write_bytes(eml("By file", sender="x@y.example").as_bytes())
    bad.write_bytes(b"nothing")
    result = CliRunner().invoke(_command(), ["import", "--process", "lirva", str(good), str(bad), str(good)])
    assert result.exit_code == 1
    assert f"{good}: to be assigned" in result.output
    assert f"{bad}: The file has no mail headers." in result.output
    assert f"{good}: known before" in result.output


def test_the_box_reports_size_and_head_without_marking(server, box, certificates):
    uid = box.add(eml(text="y" * 100).as_bytes())
    access = Access("localhost", "wayhome", "secret word", server.port, ca_file=str(certificates[0]), timeout=10)
    with Mailbox(access) as opened:
        size, head = opened.head(str(uid).encode())
        assert size == len(box.messages[uid][0]) == len(opened.message(str(uid).encode()))
        assert b"Subject" in head and b"yyy" not in head
    assert box.messages[uid][1] == set()
