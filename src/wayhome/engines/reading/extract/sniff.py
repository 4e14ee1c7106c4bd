"""What a file is: by its first bytes, then by its name. The content wins over the name wherever it is unmistakable."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import filetype

from wayhome.engines.reading.errors import ReadingError

TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIL = "message/rfc822"

SUFFIXES = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": DOCX,
    ".docm": DOCX,
    ".dotx": DOCX,
    ".eml": MAIL,
}
READABLE = ".txt .md .html .pdf .docx .eml"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HTML_START = re.compile(rb"<(!doctype\s+html|html|head|body)[\s>]", re.I)
_MAIL_LINE = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):(?=[ \t\r\n]|[^\s])")
_MAIL_NAMES = frozenset(
    b"from to cc bcc subject date sender reply-to message-id in-reply-to references received return-path delivered-to "
    b"mime-version content-type content-transfer-encoding dkim-signature authentication-results x-mailer user-agent".split()
)
_MAIL_PROOF = frozenset(
    b"message-id received return-path delivered-to mime-version content-transfer-encoding dkim-signature".split()
)


def suffix(name: str) -> str:
    """The lower-case extension of a file's name, `""` where it has none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def media_type(name: str, data: bytes) -> str:
    """One of the media types above. Raises `ReadingError` (`unsupported_...`, `encrypted`) for what cannot be read."""
    extension = suffix(name)
    plain = _looks_plain(data[:4096])
    if data.lstrip()[:5] == b"%PDF-" or (not plain and b"%PDF-" in data[:1024]):
        return PDF
    if data.startswith(_OLE):
        raise _ole_error(data, extension)
    if data.startswith(_ZIP):
        if extension in (".docx", ".docm", ".dotx") or b"word/document" in data or b"[Content_Types].xml" in data[:4096]:
            return DOCX
        raise _zip_error(data, extension)
    if data.lstrip()[:5] == b"{\\rtf":
        raise ReadingError("unsupported_rtf", "The file is in RTF.", "Open it in a word processor and save it as .docx or PDF.")
    if not plain:  # two letters are enough for some signatures: a text that begins with BM is no bitmap
        _refuse_known_binary(data)
    by_name = SUFFIXES.get(extension)
    if by_name in (TEXT, MARKDOWN, HTML, MAIL):
        return by_name
    if by_name in (PDF, DOCX):
        kind = "PDF" if by_name == PDF else "Word (.docx)"
        raise ReadingError(
            "damaged",
            f"The file is named {extension} but is no {kind} file: its beginning is missing or it is something else.",
            "Get it again from its source, or save it anew from the program that made it.",
        )
    if _looks_like_html(data[:4096]):
        return HTML
    if looks_like_mail(data):
        return MAIL
    if extension == ".msg":
        raise _msg_error()
    return TEXT


def _looks_plain(head: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)


def _looks_like_html(head: bytes) -> bool:
    """The first element, after comments and an XML declaration, is one that only HTML begins with."""
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while True:
        opening, closing = next(
            ((one, other) for one, other in ((b"<!--", b"-->"), (b"<?", b"?>")) if rest.startswith(one)), (b"", b"")
        )
        if not opening:
            return bool(_HTML_START.match(rest))
        _, found, rest = rest[len(opening) :].partition(closing)
        if not found:
            return False
        rest = rest.lstrip()


def looks_like_mail(data: bytes) -> bool:
    """Headers first: a sender or a subject, and one that only mail programs write (a typed memo's From/To/Subject is a text)."""
    names: set[bytes] = set()
    lines = data[:16_384].removeprefix(b"\xef\xbb\xbf").splitlines()
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    for line in lines:
        if not line.strip():
            break
        if line[:1] in (b" ", b"\t") and names:
            continue
        match = _MAIL_LINE.match(line)
        if not match:
            return False
        names.add(match[1].lower())
    return bool(names & {b"from", b"subject", b"sender"}) and bool(names & _MAIL_PROOF) and len(names & _MAIL_NAMES) >= 3


def _ole_error(data: bytes, extension: str) -> ReadingError:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return ReadingError(
            "encrypted",
            "The document is protected by a password.",
            "Open it with its password, save it without one, and give it again.",
        )
    if has("__substg1.0_") or has("__properties_version1.0") or extension == ".msg":
        return _msg_error()
    return ReadingError(
        "unsupported_doc",
        "The file is in an old binary Office format (.doc, .xls or .ppt).",
        "Open it in a word processor and save it as .docx or PDF.",
    )


def _msg_error() -> ReadingError:
    return ReadingError(
        "unsupported_msg",
        "The file is an Outlook message (.msg).",
        "Open it in Outlook or Thunderbird and save it as .eml (in Outlook: forward it as an attachment to yourself, "
        "or drag it from a web mailbox to the desktop); its attachments come with it.",
    )


def _zip_error(data: bytes, extension: str) -> ReadingError:
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:200]:
        return ReadingError(
            "unsupported_odf", "The file is an OpenDocument file.", "Open it in a word processor and save it as .docx or PDF."
        )
    if b"xl/workbook" in data or b"ppt/presentation" in data:
        return ReadingError(
            "unsupported_office",
            "The file is a spreadsheet or a presentation.",
            "Save it as PDF and give that, if it holds a letter.",
        )
    label = extension or "no extension"
    return ReadingError(
        "unsupported_archive",
        f"The file is an archive ({label}).",
        "Unpack it and give the files inside, one by one or together.",
    )


def _refuse_known_binary(data: bytes) -> None:
    kind = filetype.guess(data[:8192])
    if kind is None:
        return
    family = kind.mime.split("/")[0]
    if family == "image":
        raise ReadingError(
            "unsupported_image",
            f"The file is a picture ({kind.mime}); it has no text to read.",
            "Run text recognition (OCR) over it and save the result as PDF or DOCX, or type the text into a .txt file.",
        )
    if family in ("audio", "video"):
        raise ReadingError(
            "unsupported_media",
            f"The file is a recording ({kind.mime}).",
            "Write down what is said and give that as .txt or .docx.",
        )
    if family == "application" and kind.extension in _ARCHIVES:
        raise ReadingError(
            "unsupported_archive",
            f"The file is an archive ({kind.mime}).",
            "Unpack it and give the files inside, one by one or together.",
        )
    if family in ("application", "font"):
        raise ReadingError(
            "unsupported", f"The file is of a type that is not read ({kind.mime}).", f"Give it as one of these: {READABLE}."
        )


_ARCHIVES = frozenset(("zip", "tar", "rar", "gz", "bz2", "7z", "xz", "zst", "lz4", "lz", "Z", "cab", "ar", "rpm", "deb", "br"))
