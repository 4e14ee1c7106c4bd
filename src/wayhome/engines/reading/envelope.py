"""What a mail's headers and reports say about the mail itself: who, to which box, in answer to what, and whether a machine wrote it.

`envelope` reads the headers of any message, and the parts of a delivery report (RFC 3464) or a receipt (RFC 8098) alone; the
words of the message are the business of `extract.mail`. A pure function; whatever the bytes are, it returns or raises
`ReadingError`. Run it where time and memory are bounded (`wayhome.core.sandbox.run`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser, HeaderParser
from email.utils import getaddresses
from typing import Literal

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.mail import header, message_ids, sent_day
from wayhome.engines.reading.replies import automatic_subject

Fate = Literal["failed", "delayed", "delivered", "relayed", "expanded", "read", "deleted"]

_POLICY = policy.compat32.clone(max_line_length=None)
_LONGEST_HEAD = 256 * 1024
_LONGEST_REPORT = 2 * 1024 * 1024
_MOST_PARTS = 200
_MOST_ADDRESSES = 200
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_PLAIN_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[^\s<>@,;:\"()\[\]\\]{1,255}")
_DISPOSITIONS: dict[str, Fate] = {"displayed": "read", "deleted": "deleted"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail system or a mail program says became of an earlier message. `original` is that message's Message-ID."""

    fate: Fate
    recipient: str
    original: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message seen from outside. Addresses are lower case; `sent_on` is ISO 8601, in the sender's own time zone.

    `automatic` says which header or words show that a machine answered, and is empty for a person's mail. `attached` counts
    files by the markers of their parts, an upper bound that costs no parsing.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    sender_name: str
    sender: str
    recipients: tuple[str, ...]
    sent_on: str
    automatic: str
    reports: tuple[Report, ...] = ()
    attached: int = 0


def envelope(data: bytes) -> Envelope:
    """Read the headers of `data`, a message as it came from a mail box or a file, and its reports if it is one.

    Raises:
        ReadingError: no headers at all, so that it is no mail.
    """
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    data = data.removeprefix(b"\xef\xbb\xbf")
    head = BytesHeaderParser(policy=_POLICY).parsebytes(_head(data))
    if not head.keys() or not any(head.get(name) for name in ("From", "Sender", "Date", "Message-ID", "Subject", "Received")):
        raise ReadingError("not_a_mail", "The file has no mail headers.", "Save the message from the mail program as .eml.")
    name, sender = _sender(head)
    subject = header(head, "Subject")[:500]
    reports = _reports(head, data)
    return Envelope(
        message_id=next(iter(message_ids(head, "Message-ID")), ""),
        in_reply_to=next(iter(message_ids(head, "In-Reply-To")), ""),
        references=message_ids(head, "References")[-100:],
        subject=subject,
        sender_name=name[:200],
        sender=sender,
        recipients=_recipients(head),
        sent_on=sent_day(head) or "",
        automatic=_automatic(head, subject),
        reports=reports,
        attached=len(re.findall(rb"^content-disposition:\s*attachment", data[: 64 * 1024 * 1024], re.I | re.M)),
    )


def _head(data: bytes) -> bytes:
    end = re.search(rb"\r?\n\r?\n", data[:_LONGEST_HEAD])
    return data[: end.end()] if end else data[:_LONGEST_HEAD]


def _addresses(text: str) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses([text], strict=False)
    except TypeError:  # Python before its security release of 2024 has no such parameter
        pairs = getaddresses([text])
    except (ValueError, IndexError, AttributeError):
        pairs = []
    return [(name, address.strip().lower()) for name, address in pairs[:_MOST_ADDRESSES]]


def _sender(head: Message) -> tuple[str, str]:
    for field in ("From", "Sender", "Reply-To"):
        for name, address in _addresses(header(head, field)):
            if _PLAIN_ADDRESS.fullmatch(address):
                return name, address
    return "", ""


def _recipients(head: Message) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for field in _RECIPIENT_HEADERS:
        values = head.get_all(field) or []
        for value in values[:50]:
            shell = Message()
            shell["X"] = value
            for _name, address in _addresses(header(shell, "X")):
                if _PLAIN_ADDRESS.fullmatch(address):
                    found.setdefault(address)
    return tuple(found)[:_MOST_ADDRESSES]


def _automatic(head: Message, subject: str) -> str:
    """Which sign shows that no person wrote this; RFC 3834 first, then the older habits of mail systems, then the subject."""
    submitted = header(head, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted[:60]}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply"):
        value = header(head, name)
        if value and value.strip().lower() not in {"no", "false", "0"}:
            return f"{name}: {value[:60]}"
    precedence = header(head, "Precedence").strip().lower()
    if precedence in {"auto_reply", "auto-reply", "bulk", "junk"}:
        return f"Precedence: {precedence}"
    if header(head, "Return-Path").replace(" ", "") == "<>":
        return "Return-Path: <>"
    if words := automatic_subject(subject):
        return f"Subject: {words}"
    return ""


def _reports(head: Message, data: bytes) -> tuple[Report, ...]:
    if head.get_content_type() != "multipart/report" or len(data) > _LONGEST_REPORT or data.count(b"\n--") > _MOST_PARTS:
        return ()
    try:
        message = BytesParser(policy=_POLICY).parsebytes(data)
        parts = [part for _, part in zip(range(_MOST_PARTS), message.walk(), strict=False)]
    except (MessageError, ValueError, LookupError, RecursionError):
        return ()
    original = _original(parts)
    reports: list[Report] = []
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            reports.extend(_delivery(part, original))
        elif kind == "message/disposition-notification":
            reports.extend(_disposition(part, original))
    return tuple(reports[:100])


def _original(parts: list[Message]) -> str:
    """The Message-ID of the message a report is about, from the copy or the headers that it carries."""
    for part in parts:
        kind = part.get_content_type()
        payload = part.get_payload()
        ids: tuple[str, ...] = ()
        if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
            ids = message_ids(payload[0], "Message-ID")
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            ids = message_ids(HeaderParser(policy=_POLICY).parsestr(payload), "Message-ID")
        if ids:
            return ids[0]
    return ""


def _recipient(fields: Message) -> str:
    for name in ("Final-Recipient", "Original-Recipient"):
        address = header(fields, name).partition(";")[2].strip().strip("<>").lower()
        if _PLAIN_ADDRESS.fullmatch(address):
            return address
    return ""


def _delivery(part: Message, original: str) -> list[Report]:
    """One report for each recipient named; the first block of fields is about the message as a whole."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    found: list[Report] = []
    for block in blocks:
        action = header(block, "Action").strip().lower()
        if action not in ("failed", "delayed", "delivered", "relayed", "expanded"):
            continue
        fate: Fate = action  # type: ignore[assignment]
        diagnostic = header(block, "Diagnostic-Code").partition(";")[2].strip() or header(block, "Diagnostic-Code")
        found.append(Report(fate, _recipient(block), original, header(block, "Status").strip()[:12], diagnostic[:300]))
    return found


def _disposition(part: Message, original: str) -> list[Report]:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        fields: Message = payload[0]
    elif isinstance(payload, str):
        fields = HeaderParser(policy=_POLICY).parsestr(payload)
    else:
        return []
    kind = header(fields, "Disposition").partition(";")[2].strip().lower().partition("/")[0].strip()
    fate = _DISPOSITIONS.get(kind)
    if fate is None:
        return []
    own = next(iter(message_ids(fields, "Original-Message-ID")), "")
    return [Report(fate, _recipient(fields), own or original)]
