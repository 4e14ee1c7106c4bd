"""An e-mail (.eml) -> its headers, its own words, the words it quotes, and its attachments as files to read in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.decode import decode
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.extract.quoting import split_quoted, unflow
from wayhome.engines.reading.extract.sheet import Sheet
from wayhome.engines.reading.extract.sniff import MAIL
from wayhome.engines.reading.types import Extracted, Zone, ZoneSpan

_HEADERS_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_NOT_READ = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
)
_EXTENSION = {
    "text/plain": ".txt",
    "text/html": ".html",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_NESTED = re.compile(rb"^content-type:\s*(?:message/rfc822|multipart/)", re.I | re.M)
_MAX_PARTS = 1_000
_LONGEST_HEADER = 30_000  # characters: room for some hundred recipients


def extract_mail(data: bytes, limits: Limits) -> Extracted:
    """Read one message. Attached messages and files come back in `attachments`, at most `limits.max_attachments`."""
    nested = len(_NESTED.findall(data))
    if nested > _MAX_PARTS:
        # The parser needs time in proportion to depth times length: such a mail is made to hang it.
        raise _too_deep()
    if data.startswith(b"From ") or data.startswith(b">From "):
        data = data.partition(b"\n")[2]
    message = message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=policy.compat32.clone(max_line_length=None))
    if _depth(message) > 50:
        raise _too_deep()
    _refuse_encrypted(message)
    warnings: list[str] = []
    body, attached, pictures = _parts(message)
    text, zones = _body(body, warnings, limits)
    head, head_zone = _head(message)
    attachments, warned = _attachments(attached, limits)
    warnings.extend(warned)
    if pictures:
        warnings.append(f"Pictures inside the message, not read: {_names(pictures)}.")
    if not head:
        warnings.append("The file has no mail headers; it was read as the text of a mail.")
    offset = len(head) + 2 if head and text else len(head)
    placed = tuple(ZoneSpan(zone, start + offset, end + offset) for zone, start, end in zones)
    sent = sent_day(message)
    return Extracted(
        text=f"{head}\n\n{text}" if head and text else head + text,
        media_type=MAIL,
        title=header(message, "Subject") or None,
        senders=_people(message, "From") or _people(message, "Sender"),
        recipients=(*_people(message, "To"), *_people(message, "Cc")),
        sent_on=sent,
        message_id=next(iter(message_ids(message, "Message-ID")), None),
        in_reply_to=next(iter(message_ids(message, "In-Reply-To")), None),
        references=message_ids(message, "References"),
        zones=(*head_zone, *placed),
        attachments=attachments,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _too_deep() -> ReadingError:
    return ReadingError(
        "nested_too_deep",
        "The mail's parts are nested too deeply to be an ordinary mail.",
        "Open it in a mail program and save the message that you need by itself.",
    )


def _depth(message: Message) -> int:
    deepest, stack = 0, [(message, 1)]
    while stack:
        part, depth = stack.pop()
        deepest = max(deepest, depth)
        payload = part.get_payload()
        if isinstance(payload, list):
            stack.extend((child, depth + 1) for child in payload if isinstance(child, Message))
    return deepest


def _refuse_encrypted(message: Message) -> None:
    kind = message.get_content_type()
    smime = str(message.get_param("smime-type", "") or "").lower()
    if kind == "multipart/encrypted" or (
        kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and "signed" not in smime
    ):
        raise ReadingError(
            "encrypted",
            "The mail is encrypted.",
            "Open it in the mail program that holds its key and save the decrypted text or its attachments.",
        )


def header(message: Message, name: str) -> str:
    """A header's decoded text on one line, `""` where it is missing. Broken encodings are shown as far as they go."""
    # As it came: `get` would already have thrown away what is not ASCII.
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), None)
    if raw is None:
        return ""
    text = ""
    try:
        for piece, charset in decode_header(str(raw)[:_LONGEST_HEADER]):
            if isinstance(piece, str):
                text += piece
            else:
                text += _loose(piece, charset)
    except (ValueError, LookupError, TypeError, HeaderParseError):
        text = str(raw)
    # Raw bytes beyond ASCII in a header arrive as surrogates.
    if any("\udc80" <= char <= "\udcff" for char in text):
        text = _loose(text.encode("ascii", "surrogateescape") if _only_escapes(text) else text.encode("utf-8", "replace"), None)
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).encode("utf-8", "replace").decode("utf-8").split())[:2_000]


def _only_escapes(text: str) -> bool:
    return all(char < "\x80" or "\udc80" <= char <= "\udcff" for char in text)


def _loose(raw: bytes, charset: str | None) -> str:
    try:
        return decode(raw, declared=charset if charset not in (None, "unknown-8bit") else None).text
    except ReadingError:
        return raw.decode("ascii", "replace")


def _people(message: Message, name: str) -> tuple[str, ...]:
    """`Name <address>` of each person in a header, at most 200."""
    people: dict[str, None] = {}
    try:
        pairs = getaddresses([header(message, name)], strict=False)
    except TypeError:  # Python before its security release of 2024 has no such parameter
        pairs = getaddresses([header(message, name)])
    except (ValueError, IndexError, AttributeError):
        pairs = []
    for real, address in pairs[:200]:
        shown = f"{real} <{address}>" if real and address else real or address
        if shown:
            people.setdefault(shown)
    return tuple(people)


def message_ids(message: Message, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(header(message, name))))


def sent_day(message: Message) -> str | None:
    """The day in the sender's own time zone, ISO 8601."""
    try:
        sent = parsedate_to_datetime(header(message, "Date"))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _head(message: Message) -> tuple[str, tuple[ZoneSpan, ...]]:
    """The headers a person sees, as the first lines of the text, so that sender and date have a passage to point to."""
    lines = [f"{name}: {value}" for name in _HEADERS_SHOWN if (value := header(message, name))]
    head = "\n".join(lines)
    return head, ((ZoneSpan("letterhead", 0, len(head)),) if head else ())


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that are no containers, in order; an attached message is a leaf."""
    stack = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            children = [child for child in payload if isinstance(child, Message)]
            if part.get_content_subtype() == "alternative" and not any(child.is_multipart() for child in children):
                children = _best_alternative(children)
            stack.extend(reversed(children))
        else:
            yield part


def _best_alternative(children: list[Message]) -> list[Message]:
    """Plain text before HTML; what is neither (a calendar entry, an attachment put here) stays."""
    plain = [child for child in children if child.get_content_type() == "text/plain" and _content(child).strip()]
    if not plain:
        return children
    return [child for child in children if child.get_content_type() != "text/html" or _disposition(child) == "attachment"]


def _parts(message: Message) -> tuple[list[Message], list[tuple[str, bytes]], list[str]]:
    """The body's parts, the attached files, and the names of pictures shown inside the message."""
    body: list[Message] = []
    attached: list[tuple[str, bytes]] = []
    pictures: list[str] = []
    number = 0
    for part in _leaves(message):
        kind = part.get_content_type()
        name = _file_name(part)
        if kind in _NOT_READ:
            continue
        if kind in ("text/plain", "text/html") and (part is message or (_disposition(part) != "attachment" and not name)):
            body.append(part)
            continue
        number += 1
        if part.get_content_maintype() == "image" and (part.get("Content-ID") or _disposition(part) == "inline"):
            pictures.append(name or f"picture-{number}")
            continue
        payload = part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
            inner = payload[0]
            title = re.sub(r"[\\/:*?\"<>|\s]+", " ", header(inner, "Subject")).strip()[:80]
            attached.append((name or f"{title or f'message-{number}'}.eml", _as_bytes(inner)))
        elif kind not in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"):
            content = _content(part)
            if content:
                attached.append((name or f"part-{number}{_EXTENSION.get(kind, '.bin')}", content))
    return body, attached, pictures


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes(policy=policy.compat32.clone(max_line_length=None))
    except (UnicodeError, LookupError, ValueError, TypeError, KeyError, AttributeError):
        return str(message.get_payload()).encode("utf-8", "replace")


def _disposition(part: Message) -> str:
    return (part.get_content_disposition() or "").lower()


def _file_name(part: Message) -> str:
    """The attachment's name without any folder, `""` where it has none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError):
        return ""
    shell = Message()
    shell["X"] = str(name)
    return header(shell, "X").replace("\\", "/").rsplit("/", 1)[-1].strip()[:200]


def _content(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _body(parts: list[Message], warnings: list[str], limits: Limits) -> tuple[str, list[tuple[Zone, int, int]]]:
    sheet = Sheet()
    zones: list[tuple[Zone, int, int]] = []
    has_plain = any(part.get_content_type() == "text/plain" and _content(part).strip() for part in parts)
    for part in parts:
        content = _content(part)
        if not content.strip():
            continue
        if part.get_content_type() == "text/html":
            if has_plain:
                continue
            piece, piece_zones = _html_body(_decoded(content, part, warnings))
        else:
            piece = _decoded(content, part, warnings).replace("\r\n", "\n").replace("\r", "\n")
            if "flowed" in str(part.get_param("format", "") or "").lower():
                piece = unflow(piece, delsp="yes" in str(part.get_param("delsp", "") or "").lower())
            piece = piece.strip("\n").rstrip()
            piece_zones = split_quoted(piece)
        if piece:
            offset = sheet.add(piece)
            zones.extend((zone, start + offset, end + offset) for zone, start, end in piece_zones)
            limits.check_characters(sheet.length)
    return sheet.text(), zones


def _decoded(content: bytes, part: Message, warnings: list[str]) -> str:
    """A part's text. One that cannot be decoded costs its own letters, not the whole mail."""
    try:
        decoded = decode(content, declared=_charset(part))
    except ReadingError:
        warnings.append("A part of the message's text is damaged; what could not be decoded is shown as \ufffd.")
        return "".join(
            char if char.isprintable() or char in "\n\r\t" else "\ufffd" for char in content.decode("ascii", "replace")
        )
    warnings.extend(decoded.warnings)
    return decoded.text


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        return None
    return str(charset) if charset else None


def _html_body(page: str) -> tuple[str, list[tuple[Zone, int, int]]]:
    """An HTML mail has no wrapper to strip: all its blocks are text, those in a quote are quoted."""
    from lxml import etree

    from wayhome.engines.reading.extract.blocks import blocks, parse

    try:
        found = list(blocks(parse(page)))
    except (etree.ParserError, ValueError):
        return "", []
    sheet = Sheet()
    for block in found:
        sheet.add(block.text, zone="quoted" if block.quoted else None)
    text = sheet.text()
    return text, _merge([(zone.zone, zone.start, zone.end) for zone in sheet.zones], split_quoted(text))


def _merge(proved: list[tuple[Zone, int, int]], found: list[tuple[Zone, int, int]]) -> list[tuple[Zone, int, int]]:
    """What the tree proves, and what the text's own marks say where the tree says nothing."""
    return sorted(
        [*proved, *(one for one in found if not any(one[1] < end and start < one[2] for _, start, end in proved))],
        key=lambda zone: zone[1],
    )


def _attachments(attached: list[tuple[str, bytes]], limits: Limits) -> tuple[tuple[tuple[str, bytes], ...], list[str]]:
    """The first attachments, with names made distinct; the rest named in a warning."""
    seen: dict[str, int] = {}
    named: list[tuple[str, bytes]] = []
    for name, content in attached:
        count = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        stem, dot, extension = name.rpartition(".")
        named.append((name if count == 1 else f"{stem} ({count}).{extension}" if dot else f"{name} ({count})", content))
    kept, rest = named[: limits.max_attachments], named[limits.max_attachments :]
    if not rest:
        return tuple(kept), []
    return tuple(kept), [
        f"The mail has {len(named)} attachments; the first {len(kept)} are read. Not read: {_names([name for name, _ in rest])}. "
        "Save those that matter and give them as files."
    ]


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:200])
    return shown if len(names) <= 200 else f"{shown} and {len(names) - 200} more"
