"""Headers and reports of mails, friendly and hostile."""

from email.message import EmailMessage

import pytest

from wayhome.engines.reading.envelope import envelope
from wayhome.engines.reading.errors import ReadingError


def mail(**headers):
    message = EmailMessage()
    message["From"] = headers.pop("sender", '"Regional Envoy" <Envoy@Velmar.example>')
    message["To"] = "office@lirva.example"
    message["Subject"] = headers.pop("subject", "Your letter LVC/11")
    message["Message-ID"] = "<one@velmar.example>"
    message["Date"] = "Tue, 04 May 2027 23:30:00 +0400"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Dear Ms Marr,\n\nthank you.")
    return message.as_bytes()


def test_who_to_whom_and_in_answer_to_what():
    seen = envelope(
        mail(In_Reply_To="<ours@lirva.example>", References="<a@x> <ours@lirva.example>", Delivered_To="in+lirva@x.example")
    )
    assert (seen.sender, seen.sender_name) == ("envoy@velmar.example", "Regional Envoy")
    assert seen.recipients == ("in+lirva@x.example", "office@lirva.example")
    assert seen.message_id == "<one@velmar.example>"
    assert seen.in_reply_to == "<ours@lirva.example>"
    assert seen.references == ("<a@x>", "<ours@lirva.example>")
    assert seen.sent_on == "2027-05-04"  # the sender's own day, though it is another in UTC
    assert seen.automatic == ""


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
        ({"Auto_Submitted": "auto-generated; owner-email=x@y.example"}, "Auto-Submitted: auto-generated"),
        ({"Auto_Submitted": "no"}, ""),
        ({"X_Autoreply": "yes"}, "X-Autoreply: yes"),
        ({"Precedence": "auto_reply"}, "Precedence: auto_reply"),
        ({"Precedence": "list"}, ""),
        ({"subject": "Out of office: Your letter LVC/11"}, "Subject: Out of office"),
        ({"subject": "Автоматический ответ: Ваше письмо"}, "Subject: Автоматический ответ"),
        ({"subject": "Réponse automatique : LVC/11"}, "Subject: Réponse automatique"),
        ({"Return_Path": "<>"}, "Return-Path: <>"),
        ({}, ""),
    ],
)
def test_automatic_replies_are_recognised(headers, sign):
    assert envelope(mail(**headers)).automatic == sign


BOUNCE = b"""From: MAILER-DAEMON@mx.example
To: office@lirva.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn1@mx.example>
Date: Tue, 04 May 2027 10:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Envoy@Velmar.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

From: office@lirva.example
Message-ID: <ours@lirva.example>
Subject: LVC/11
--b--
"""


def test_a_bounce_names_the_message_and_the_reason():
    (report,) = envelope(BOUNCE).reports
    assert (report.fate, report.recipient, report.original) == ("failed", "envoy@velmar.example", "<ours@lirva.example>")
    assert (report.status, report.diagnostic) == ("5.1.1", "550 no such user")


def test_a_delay_and_a_delivery_are_told_apart():
    for action in (b"delayed", b"delivered"):
        (report,) = envelope(BOUNCE.replace(b"Action: failed", b"Action: " + action)).reports
        assert report.fate == action.decode()


def test_a_read_receipt():
    data = BOUNCE.replace(b"report-type=delivery-status", b"report-type=disposition-notification").replace(
        b"""Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Envoy@Velmar.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
""",
        b"""Content-Type: message/disposition-notification

Reporting-UA: pc; Mailer
Final-Recipient: rfc822; envoy@velmar.example
Original-Message-ID: <ours@lirva.example>
Disposition: manual-action/MDN-sent-manually; displayed
""",
    )
    (report,) = envelope(data).reports
    assert (report.fate, report.original) == ("read", "<ours@lirva.example>")


@pytest.mark.parametrize("data", [b"", b"\x00" * 5000, b"just some words\n\nand more", b"%PDF-1.7\n"])
def test_what_is_no_mail_is_refused(data):
    with pytest.raises(ReadingError):
        envelope(data)


def test_hostile_headers_do_no_harm():
    data = (
        b'From: "=?utf-8?q?Evil=0D=0ABcc=3A_all=40x=2Eexample?=" <a@x.example>\r\n'
        b"Subject: =?utf-8?b?" + b"A" * 3000 + b"?=\r\n"
        b"Message-ID: <" + b"x" * 5000 + b">\r\n"
        b"To: " + b", ".join(b"p%d@x.example" % n for n in range(5000)) + b"\r\n"
        b"References: " + b" ".join(b"<%d@x>" % n for n in range(5000)) + b"\r\n\r\nbody"
    )
    seen = envelope(data)
    assert "\r" not in seen.sender_name and "\n" not in seen.sender_name
    assert seen.message_id == ""
    assert len(seen.recipients) <= 200
    assert len(seen.references) <= 100
    assert len(seen.subject) <= 500


def test_a_report_nested_without_end_is_left_unread():
    data = BOUNCE.replace(b"--b\nContent-Type: text/plain", b"--b\nContent-Type: multipart/mixed; boundary=c\n" * 300)
    assert envelope(data).reports == ()
