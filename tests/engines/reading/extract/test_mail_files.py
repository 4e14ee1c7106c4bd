"""Mail: headers, own words, quoted words, attachments."""

from __future__ import annotations

import time

import pytest
from tests.engines.reading.extract import samples

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits, extract
from wayhome.engines.reading.extract.quoting import split_quoted, unflow
from wayhome.engines.reading.types import Extracted


def zones(extracted: Extracted) -> list[tuple[str, str]]:
    return [(zone.zone, extracted.text[zone.start : zone.end]) for zone in extracted.zones]


def test_a_mail_with_everything() -> None:
    extracted = extract("a.eml", samples.letter_mail())
    head = (
        "From: Sabela Orun <sabela@lirva.example>\nTo: Ministry of Return <office@return.example>\n"
        "Date: Tue, 02 May 2023 23:30:00 +0400\nSubject: Return of the families"
    )
    quoted = "On Mon, 1 May 2023, Office <office@return.example> wrote:\n> Thank you.\n> We will."
    assert extracted.text == f"{head}\n\nDear all,\n\nWe ask you to reply – soon.\n\n-- \nSabela\n\n{quoted}"
    assert zones(extracted) == [("letterhead", head), ("signature", "-- \nSabela\n"), ("quoted", quoted)]
    assert extracted.senders == ("Sabela Orun <sabela@lirva.example>",)
    assert extracted.recipients == ("Ministry of Return <office@return.example>",)
    assert (extracted.title, extracted.sent_on, extracted.message_id) == (
        "Return of the families",
        "2023-05-02",
        "<m1@lirva.example>",
    )
    assert [name for name, _ in extracted.attachments] == ["annexe – été.pdf", "Earlier letter.eml"]
    assert extract("a.pdf", extracted.attachments[0][1]).text.startswith("Lirva Valley Community")
    assert extract("b.eml", extracted.attachments[1][1]).title == "Earlier letter"


def test_threads() -> None:
    message = samples.mail(
        In_Reply_To="<m0@lirva.example>", References="<a@x> <m0@lirva.example>", Cc="Third <t@x.example>, f@x.example"
    )
    extracted = extract("a.eml", message.as_bytes())
    assert extracted.in_reply_to == "<m0@lirva.example>"
    assert extracted.references == ("<a@x>", "<m0@lirva.example>")
    assert extracted.recipients[1:] == ("Third <t@x.example>", "f@x.example")


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "windows-1251"])
@pytest.mark.parametrize("cte", ["8bit", "base64", "quoted-printable"])
def test_charsets_and_transfer_encodings(charset: str, cte: str) -> None:
    message = samples.mail(subject="Возвращение семей")
    message.set_content(samples.RUSSIAN + "\n", charset=charset, cte=cte)
    extracted = extract("a.eml", message.as_bytes())
    assert extracted.title == "Возвращение семей"
    assert extracted.text.endswith(samples.RUSSIAN)


def test_raw_letters_in_headers_and_body_without_any_declaration() -> None:
    data = f"From: Министр <m@x.example>\nSubject: Ответ\nMessage-ID: <1@x>\n\n{samples.RUSSIAN}\n".encode("cp1251")
    extracted = extract("a.eml", data)
    assert extracted.senders == ("Министр <m@x.example>",) and extracted.title == "Ответ"
    assert extracted.text.endswith(samples.RUSSIAN)
    assert "Windows-1251" in extracted.warnings[0]


def test_a_mail_in_html_alone() -> None:
    message = samples.mail()
    message.set_content("<p>We ask you<br>to reply.</p><blockquote><p>Thank you.</p><p>We will.</p></blockquote>", subtype="html")
    extracted = extract("a.eml", message.as_bytes())
    assert extracted.text.endswith("We ask you\nto reply.\n\nThank you.\n\nWe will.")
    assert zones(extracted)[1:] == [("quoted", "Thank you.\n\nWe will.")]


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 1 May 2023 at 10:00, Office <office@return.example> wrote:",
        "On Mon, 1 May 2023 at 10:00, The Office of the Minister\n<office@return.example> wrote:",
        "Le lun. 1 mai 2023 à 10:00, Bureau <office@return.example> a écrit :",
        "-----Original Message-----",
        "-----Message d'origine-----",
        "---------- Forwarded message ---------",
        "From: Office\nSent: Monday, 1 May 2023\nTo: Sabela Orun\nSubject: Return",
        "De : Bureau\nEnvoyé : lundi 1 mai 2023\nÀ : Sabela Orun\nObjet : Retour",
        "От: Министр\nОтправлено: 1 мая 2023\nКому: Сабела\nТема: Возвращение",
    ],
)
def test_an_earlier_message_below_is_quoted(introduction: str) -> None:
    own = "We ask you to reply.\n\n"
    text = f"{own}{introduction}\n\nThank you for your letter. We will answer."
    assert split_quoted(text) == [("quoted", len(own), len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "The Minister wrote:\n\nWe shall return.",
        "On 3 May the Committee wrote:\n\nWe shall return.",
        "To: be decided\n\nWe ask you to reply.",
        "A heading\n____________________________\nText below it.",
        "We wrote to you on 11 March -- and you did not reply.",
    ],
)
def test_what_only_looks_like_a_quotation_is_own_text(text: str) -> None:
    assert split_quoted(text) == []


def test_answers_between_quoted_lines() -> None:
    text = "> Will you come?\nYes.\n\n> When?\n> And where?\n\nSoon."
    assert [text[start:end] for _, start, end in split_quoted(text)] == ["> Will you come?", "> When?\n> And where?"]


def test_flowed_text_is_joined() -> None:
    assert unflow("We ask the \nMinistry to \nreply.\nNow.\n> quoted \n> text\n-- \nS", delsp=False) == (
        "We ask the Ministry to reply.\nNow.\n> quoted text\n-- \nS"
    )


def test_two_hundred_attachments() -> None:
    message = samples.mail()
    for number in range(200):
        message.add_attachment(f"Annex {number}".encode(), maintype="text", subtype="plain", filename=f"annex-{number}.txt")
    data = message.as_bytes()
    begun = time.monotonic()
    extracted = extract("a.eml", data)
    assert time.monotonic() - begun < 5
    assert [name for name, _ in extracted.attachments] == [f"annex-{number}.txt" for number in range(50)]
    assert "200 attachments; the first 50 are read" in extracted.warnings[0]
    assert "annex-50.txt" in extracted.warnings[0] and "annex-199.txt" in extracted.warnings[0]
    assert len(extract("a.eml", data, limits=Limits(max_attachments=3)).attachments) == 3


def test_names_of_attachments_are_names() -> None:
    message = samples.mail()
    for name in ("../../etc/passwd", "C:\\temp\\a.txt", "a.txt", "line\r\nbreak\x1b[31m.txt", "<script>alert(1)</script>.txt"):
        message.add_attachment(b"text", maintype="text", subtype="plain", filename=name.replace("\r\n", " "))
    names = [name for name, _ in extract("a.eml", message.as_bytes()).attachments]
    assert names[:3] == ["passwd", "a.txt", "a (2).txt"]
    assert all("/" not in name and "\\" not in name and name.isprintable() for name in names)


def test_pictures_shown_inside_are_named_not_read() -> None:
    message = samples.mail()
    message.add_attachment(
        samples.png(), maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<logo>"
    )
    extracted = extract("a.eml", message.as_bytes())
    assert extracted.attachments == () and "logo.png" in extracted.warnings[0]


def test_a_mail_that_only_carries_a_file() -> None:
    message = samples.mail(subject="", body="", Date="never")
    message.add_attachment(samples.letter_docx(), maintype="application", subtype="octet-stream", filename="letter.docx")
    extracted = extract("a.eml", message.as_bytes())
    assert extracted.sent_on is None and extracted.title is None
    assert extracted.attachments[0][0] == "letter.docx"


@pytest.mark.parametrize("kind", ["multipart/encrypted", "application/pkcs7-mime; smime-type=enveloped-data"])
def test_an_encrypted_mail_says_so(kind: str) -> None:
    data = f"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: {kind}\n\nAAAA\n".encode()
    with pytest.raises(ReadingError) as caught:
        extract("a.eml", data)
    assert caught.value.code == "encrypted"


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\nSubject: s\nMIME-Version: 1.0\n"
    layer = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\nContent-Type: message/rfc822\n\nSubject: %d\nMIME-Version: 1.0\n"
    )
    return head + b"".join(layer % (number, number, number) for number in range(depth)) + b"\n\nhello\n"


@pytest.mark.parametrize("depth", [60, 400, 5_000, 100_000])
def test_deeply_nested_mails_are_refused_quickly(depth: int) -> None:
    begun = time.monotonic()
    with pytest.raises(ReadingError) as caught:
        extract("a.eml", nested(depth), limits=Limits())
    assert caught.value.code == "nested_too_deep"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "headers",
    [
        b"Subject: =?utf-8?b?====?=",
        b"Subject: =?no-such-charset?q?x=FF?=",
        b"From: =?utf-8?q?=\x80\xff?= <",
        b'To: a@b, , ;;: <<>>,"',
        b"Date: 31 Feb 99999 99:99:99 +9999",
        b"Content-Type: text/plain; charset=\"\xff\"; name*=x''%ZZ",
        b"Content-Transfer-Encoding: base64",
        b"Message-ID: <<<>",
    ],
)
def test_broken_headers_cost_only_themselves(headers: bytes) -> None:
    extracted = extract("a.eml", b"X-Mailer: y\n" + headers + b"\n\nWe ask you to reply.\n")
    assert "X-Mailer" not in extracted.text
    if b"base64" not in headers:
        assert extracted.text.endswith("We ask you to reply.")
