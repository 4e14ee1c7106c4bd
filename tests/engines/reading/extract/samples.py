"""Files of each kind, made by the libraries that people's programs are made of."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from functools import cache

import docx
import typst

LETTER = (
    "Lirva Valley Community\n\nExcellency,\n\nWe wrote to you on 11 March 2023. There is no reply on file.\n\n"
    "We ask the Ministry of Return to open the road to Upper Lirva – before the winter.\n\nSabela Orun\n"
)
FRENCH = "Monsieur le Ministre, nous vous prions de garantir le retour des familles déplacées avant l’hiver. Où est la réponse promise à l’été ?"
RUSSIAN = "Уважаемый господин министр, просим Вас обеспечить возвращение перемещённых семей. Ответа до сих пор нет."


@cache
def pdf(source: str) -> bytes:
    """A PDF of a Typst source."""
    return bytes(typst.compile(source.encode()))


def letter_pdf() -> bytes:
    """Two pages: running head, page numbers, justified and hyphenated paragraphs, a list."""
    paragraph = (
        "We write to follow up on a matter of the utmost importance, the safe and dignified return of the displaced inhabitants, "
        "notwithstanding the extraordinarily incomprehensible interdepartmental responsibilities that have hitherto delayed it. "
        "We ask the Ministry of Return to reconsider its administrative unresponsiveness."
    )
    return pdf(
        '#set page(paper: "a5", header: [Lirva Valley Community #h(1fr) No. 12/4], footer: context [Page #counter(page).display()])\n'
        '#set text(hyphenate: true, lang: "en", size: 11pt)\n#set par(justify: true, first-line-indent: 1.2em)\n= To the Minister\n'
        + "\n\n".join([paragraph] * 9)
        + "\n\n+ to open the road;\n+ to clear the mines.\n"
    )


def encrypted_pdf(password: bytes) -> bytes:
    """A small PDF under the standard security handler (PDF 1.7, 7.6.3; RC4, 40 bits), which asks for `password`."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    padded = (password + padding)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    identity = b"0123456789abcdef"
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + identity).digest()[:5]
    user = _rc4(key, padding)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + owner.hex().encode() + b">/U<" + user.hex().encode() + b">>>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    mark = identity.hex().encode()
    return out + b"trailer\n<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (mark, mark, xref)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def png(width: int = 40, height: int = 60) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@cache
def scanned_pdf(pages: int = 2, text: str = "") -> bytes:
    """Pages that are pictures; `text` is a page with a text layer before them."""
    picture = "#image(bytes((" + ", ".join(str(byte) for byte in png()) + ')), format: "png", width: 100%)'
    parts = [text] if text else []
    return pdf("#pagebreak()\n".join([*(f"{part}\n" for part in parts), *[f"{picture}\n"] * pages]))


def docx_bytes(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


@cache
def letter_docx() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Letter to the Minister of Return"
    document.sections[0].header.paragraphs[0].text = "Lirva Valley Community"
    document.sections[0].footer.paragraphs[0].text = "Registered under number 17"
    document.add_paragraph("Excellency,")
    document.add_paragraph("We ask the Ministry of Return:")
    document.add_paragraph("to open the road;", style="List Number")
    document.add_paragraph("to clear the mines.", style="List Number")
    document.add_paragraph("to reply", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Village", "Families", "Upper Lirva", "120"), strict=True
    ):
        cell.text = text
    document.add_paragraph("Respectfully yours")
    return docx_bytes(document)


def with_part(data: bytes, name: str, content: bytes | None) -> bytes:
    """An Office file with one part replaced, added, or (None) removed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        if content is not None:
            new.writestr(name, content)
    return buffer.getvalue()


def body_docx(body: str) -> bytes:
    """A Word file whose body is this WordprocessingML."""
    root = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return with_part(docx_bytes(docx.Document()), "word/document.xml", root.encode())


def mail(subject: str = "Return of the families", body: str = "We ask you to reply.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    defaults = {
        "From": "Sabela Orun <sabela@lirva.example>",
        "To": "Ministry of Return <office@return.example>",
        "Date": "Tue, 02 May 2023 23:30:00 +0400",
        "Message-ID": "<m1@lirva.example>",
        "Subject": subject,
    }
    for name, value in (defaults | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    message.set_content(body)
    return message


def letter_mail() -> bytes:
    """A mail in two versions with a quotation, a PDF, a picture and another mail attached."""
    message = mail(
        body="Dear all,\n\nWe ask you to reply – soon.\n\n-- \nSabela\n\nOn Mon, 1 May 2023, Office <office@return.example> wrote:\n"
        "> Thank you.\n> We will.\n"
    )
    message.add_alternative("<p>Dear all</p>", subtype="html")
    message.add_attachment(letter_pdf(), maintype="application", subtype="pdf", filename="annexe – été.pdf")
    message.add_attachment(mail(subject="Earlier letter"))
    return message.as_bytes()


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Community writes again | Lirva Post</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Community writes again",
"datePublished": "2023-05-02T23:10:00+04:00", "publisher": {"@type": "Organization", "name": "Lirva Post"}}</script></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/p">Politics</a></li></ul></nav></header>
<div class="cookie-banner">We use cookies to offer you a better experience on this site. <button>Accept</button></div>
<main><article><h1>Community writes again</h1><p class="byline">By A. Writer, 2 May 2023</p>
<p>The Lirva Valley Community sent a <a href="/letter">letter</a> to the Secretary-General asking that a mission be sent to the valley
before the winter begins.</p>
<div class="share">Share on <a href="#">one site</a> <a href="#">another site</a></div>
<p>The letter says:</p>
<blockquote><p>Your Excellency,</p><p>We ask you to send a mission. We call on the Ministry of Return:</p>
<ol><li>to open the road;</li><li>to clear the mines.</li></ol></blockquote>
<table><tr><th>Village</th><th>Families</th></tr><tr><td>Upper Lirva</td><td>120</td></tr></table>
</article></main>
<aside><h3>You might also like</h3><ul><li><a href="1">Ten villages to visit this summer</a></li></ul></aside>
<div style="display:none">Hidden words</div>
<footer><p>Copyright 2023 Lirva Post. All rights reserved. Reproduction needs our permission.</p></footer></body></html>"""
