"""What a document is: its kind, title, publisher and date of publication, where its container does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.dates import find_dates
from wayhome.engines.reading.document_parties import greets
from wayhome.engines.reading.types import Extracted
from wayhome.engines.reading.zones import Block

HEAD = 10
MAIL_TYPES = frozenset({"message/rfc822", "application/vnd.ms-outlook"})
_SUBJECT = re.compile(
    r"^\W*(?:subject|subj|re|object|objet|sujet|тема|mövzu|թեմա|asunto|betreff)\s*\.?\s*:\s*(?P<title>.{3,160})$", re.IGNORECASE
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s*(?:\d{4}\s*)?(?P<name>[^\d\n|·.]{2,60}(?:\.[a-z]{2,6})?)", re.IGNORECASE)
_PRESENTER = re.compile(r"(?P<name>[A-Z][\w-]*(?:\.[a-z]{2,4}| [A-Z][\w-]*)) (?:presents|publishes|reports|publie|présente)\b")
_BYLINE = re.compile(
    r"^\W*(?:[Bb]y|[Pp]ar)\s+(?:an? |our |un |notre )?(?:staff |own )?(?:[A-Z]\w+|\w*reporter|\w*correspond\w+|rédaction|\w+ le )"
    r"|^\W*(?:[Pp]ublished|[Pp]ublié|[Pp]osted|[Uu]pdated|[Mm]is à jour)\b|\b(?:min read|min de lecture|reading time)\b|©|\(\w+ (?:Wire|Press|News|Presse)\)"
)
_PERSONAL = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Jj]e|[Nn]ous|[Vv]ous|[Jj]')\b")
_BRACKETED = re.compile(r"^\W*(?:matter omitted|extracts?|extraits?)", re.IGNORECASE)
_ADOPTED = re.compile(r"\b(?:adopted|adopté|adoptée)\b", re.IGNORECASE)
_SITE = re.compile(r"https?://(?:www\.)?(?P<name>[\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document's kind ("letter", "note verbale", ...), title, publisher and day of publication (ISO); None where nothing says so."""

    kind: str | None
    title: str | None
    publisher: str | None
    published_on: str | None


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((row["kind"], row["where"], re.compile(row["pattern"], re.IGNORECASE)) for row in tables.rows("document_kinds"))


def document_kind(text: str, blocks: Sequence[Block], language: str, extracted: Extracted | None = None) -> DocumentKind:
    """The kind and the bibliographic facts of a document; what *extracted* (the container) says comes first."""
    kind = _kind(blocks, extracted)
    title = (extracted.title if extracted else None) or _title(blocks, kind)
    publisher = (extracted.publisher if extracted else None) or _publisher(text, blocks, kind)
    published = (extracted.published_on if extracted else None) or _published(text, blocks, language, kind)
    return DocumentKind(kind, title, publisher, published)


def _kind(blocks: Sequence[Block], extracted: Extracted | None) -> str | None:
    if extracted is not None and extracted.media_type in MAIL_TYPES:
        return "e-mail"
    presented = any(block.role == "wrapper" for block in blocks)
    prose = [block for block in blocks if block.role not in {"boilerplate", "quoted"}]
    head = [block.clean for block in prose[:HEAD] if len(block.clean) < 400]
    if presented and _addressed(blocks):
        return "letter"
    if not _addressed(blocks) and any("©" in block.clean for block in blocks[-8:]):
        return "news"
    for kind, where, rule in _rules():
        if where == "head":
            fits = any(
                rule.search(line[:180])
                for line in head
                if len(line) < 180 and not (kind != "petition" and _PERSONAL.search(line))
            )
        elif where == "start":
            fits = any(rule.match(line) for line in head[:4])
        elif where == "operative":
            fits = sum(bool(rule.match(re.sub(r"^(?:\W|\d)+|^(?:it|elle|il)\s+", "", block.clean))) for block in prose) >= 2
        else:
            fits = any(rule.search(block.clean) for block in prose)
        if fits and not (
            kind in {"petition", "statement", "report", "resolution", "cable"} and where == "head" and _addressed(blocks)
        ):
            return kind
    if _addressed(blocks):
        return "letter"
    return "news" if presented or _looks_published(blocks) else None


def _addressed(blocks: Sequence[Block]) -> bool:
    """Whether a salutation near the beginning of the document, or of what it presents, makes it a letter."""
    return any(block.role == "salutation" or greets(block) for block in blocks[:40]) or any(
        block.role == "signature" and re.search(r"\byours\b|\bassurance|agréer", block.clean, re.IGNORECASE) for block in blocks
    )


def _looks_published(blocks: Sequence[Block]) -> bool:
    edge = [block.clean for block in [*blocks[:6], *blocks[-6:]] if len(block.clean) < 200]
    return any(_BYLINE.search(line) for line in edge) or any("©" in block.clean for block in blocks[-8:])


def _title(blocks: Sequence[Block], kind: str | None) -> str | None:
    for block in blocks[: HEAD * 2]:
        match = _SUBJECT.match(block.clean)
        if match:
            return match["title"].strip(" .*")
    for block in blocks[:HEAD]:
        if (
            block.role == "heading"
            and 3 < len(block.clean) <= 200
            and not _dated(block.clean)
            and not _BRACKETED.match(block.clean)
        ):
            return block.clean
    first = next((block for block in blocks if block.clean and block.role != "boilerplate"), None)
    if first and kind in {"news", "letter", "statement", "press release", "resolution", "report", "minutes", "memorandum"}:
        plain = first.clean
        if (
            not _dated(plain)
            and 8 <= len(plain) <= 200
            and not plain.endswith((",", ";", "."))
            and first.role in {"heading", "letterhead", "wrapper"}
        ):
            return plain
    return None


def _dated(line: str) -> bool:
    """Whether a line bears a date to the day, as a dateline does."""
    return any(mention.iso and len(mention.iso) == 10 for mention in find_dates(line))


def _publisher(text: str, blocks: Sequence[Block], kind: str | None) -> str | None:
    for block in blocks[-8:]:
        match = _COPYRIGHT.search(block.clean)
        if match:
            return match["name"].strip(" ,;|")
    for block in blocks:
        if block.role == "wrapper" and (match := _PRESENTER.search(block.clean)):
            return match["name"]
    site = _SITE.match(text.lstrip())
    return site["name"] if site else None


def _published(text: str, blocks: Sequence[Block], language: str, kind: str | None) -> str | None:
    if kind not in {"news", "resolution", "report", "press release", "statement", None}:
        return None
    for block in [*blocks[-4:][::-1], *blocks[:5]]:
        adopted = kind == "resolution" and _ADOPTED.search(block.clean)
        if not adopted and (len(block.clean) > 200 or not _BYLINE.search(block.clean)):
            continue
        for mention in find_dates(block.clean, language):
            if mention.iso and len(mention.iso) == 10 and mention.basis == "written":
                return mention.iso
    return None
