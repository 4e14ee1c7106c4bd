"""A web page -> its article: navigation, share links, cookie notes and 'you might also like' left out.

Two opinions decide on a block: what trafilatura holds to be the main text, and the block's own place in the tree. A
block that only one of them wants stays when it stands between blocks of the article and is no list of links: a lost
sentence costs a reader more than a stray one. Title, byline and captions stay in the text, zoned as `wrapper`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import trafilatura
from lxml import etree

from wayhome.engines.reading.extract.blocks import Block, blocks, parse
from wayhome.engines.reading.extract.decode import decode
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.extract.sheet import Sheet
from wayhome.engines.reading.extract.sniff import HTML
from wayhome.engines.reading.types import Extracted, ZoneSpan

_CHARSET = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset\s*=\s*|\?xml[^>]{0,100}?encoding\s*=\s*)["']?([A-Za-z0-9_.:-]{2,30})""", re.I
)
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_DATE_NAMES = [
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
]
_PUBLISHER_NAMES = ["og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name"]
_TITLE_SPLIT = re.compile(r"\s+[|\u2013\u2014\u00b7\u00ab\u00bb-]\s+")
_TELLING = 25  # letters that are found in a text only because they come from it
_SEARCHED = 300_000_000  # characters looked through before a page of tens of thousands of strange blocks is given up on
_NOT_WORD = re.compile(r"[\W_]+")


def extract_page(data: bytes, limits: Limits) -> Extracted:
    """The article of an HTML page with title, publisher and date of publication from its metadata."""
    found = _CHARSET.search(data[:4096])
    decoded = decode(data, declared=found[1].decode("ascii") if found else None)
    limits.check_characters(len(decoded.text) // 10)
    try:
        tree = parse(decoded.text)
    except etree.ParserError:  # nothing in it but space and comments
        return Extracted(text="", media_type=HTML, warnings=decoded.warnings)
    facts = _facts(tree)
    kept = choose(list(blocks(tree)), _main_text(decoded.text))
    title, publisher = _title(tree, facts, kept)
    text, zones = lay_out(kept, title)
    return Extracted(
        text=text,
        media_type=HTML,
        title=title,
        publisher=publisher,
        published_on=_published(tree, facts),
        zones=zones,
        warnings=decoded.warnings,
    )


def _main_text(text: str) -> str:
    """Trafilatura's opinion, as its words run together; empty where it has none or fails on a broken page."""
    try:
        document = trafilatura.bare_extraction(text, favor_recall=True, include_comments=False, with_metadata=False)
    except Exception:  # any failure of this opinion leaves the other one
        return ""
    return _squeeze(document.text or "") if document else ""


def _squeeze(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()


def choose(candidates: list[Block], main: str) -> list[Block]:
    """The blocks of the article, in order."""
    opinion = _Main(main)
    wanted = [bool(main) and not _is_furniture(block) and opinion.holds(block) for block in candidates]
    own = [not block.wrapper and not _is_furniture(block) for block in candidates]
    agreed = sum(len(block.text) for block, keep in zip(candidates, wanted, strict=True) if keep)
    possible = sum(len(block.text) for block, keep in zip(candidates, own, strict=True) if keep)
    if agreed < 200 or agreed < 0.2 * possible:
        return [block for block, keep in zip(candidates, own, strict=True) if keep] or [
            b for b in candidates if b.link_share < 0.9
        ]
    first = wanted.index(True)
    last = len(wanted) - 1 - wanted[::-1].index(True)
    return [block for position, block in enumerate(candidates) if wanted[position] or (first < position < last and own[position])]


class _Main:
    """A main text to look blocks up in. They mostly come in its order: the search begins where the last one ended."""

    def __init__(self, main: str) -> None:
        self._main = main
        self._at = 0
        self._left = _SEARCHED

    def holds(self, block: Block) -> bool:
        """Whether the main text holds the block; a word or two in a menu would be found in any text and proves nothing."""
        key = _squeeze(block.text.removeprefix("- "))
        if not key or (block.wrapper and len(key) < _TELLING):
            return False
        if self._main.startswith(key, self._at):
            self._at += len(key)
            return True
        if self._left < 0:
            return False
        at = self._main.find(key, self._at)
        if at < 0:
            at = self._main.find(key)
            self._left -= len(self._main)
        elif len(key) >= _TELLING:
            self._left -= at - self._at
            self._at = at + len(key)
        return at >= 0


def _is_furniture(block: Block) -> bool:
    """A list of links, or a short link alone; links inside a sentence are part of it."""
    return block.link_share > 0.6 and (len(block.text) < 200 or block.wrapper)


def lay_out(kept: list[Block], title: str | None) -> tuple[str, tuple[ZoneSpan, ...]]:
    """Paragraphs apart by an empty line, list items and rows on lines of their own; the zones the page itself proves."""
    heading = _squeeze(title or "")
    if title and not any(_squeeze(block.text) == heading for block in kept):
        kept = [Block(title, "h", False, True, 0.0, False), *kept]
    sheet = Sheet()
    before: Block | None = None
    for block in kept:
        close = before is not None and block.tag == before.tag and block.tag in ("li", "tr", "dd", "dt")
        is_title = block.tag == "h" and title is not None and _squeeze(block.text) == heading
        sheet.add(block.text, zone="wrapper" if is_title or block.aside else None, gap="\n" if close else "\n\n")
        before = block
    return sheet.text(), tuple(sheet.zones)


def _facts(tree: Any) -> dict[str, str]:
    """Metadata by lower-case name: meta elements, then JSON-LD (`ld:headline`, `ld:datepublished`, `ld:publisher`)."""
    facts: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        content = " ".join((element.get("content") or "").split())
        if name and content:
            facts.setdefault(name, content[:500])
    for element in tree.iter("script"):
        if (element.get("type") or "").strip().lower() == "application/ld+json" and element.text and len(element.text) < 200_000:
            try:
                loaded = json.loads(element.text)
            except (ValueError, RecursionError):
                continue
            for node in _nodes(loaded):
                publisher = node.get("publisher")
                name = publisher.get("name") if isinstance(publisher, dict) else publisher
                for key, value in (
                    ("ld:headline", node.get("headline")),
                    ("ld:datepublished", node.get("datePublished")),
                    ("ld:publisher", name),
                ):
                    if isinstance(value, str) and value.strip():
                        facts.setdefault(key, " ".join(value.split())[:500])
    return facts


def _nodes(loaded: Any) -> Iterator[dict[str, Any]]:
    queue, seen = [loaded], 0
    while queue and seen < 500:
        node = queue.pop(0)
        seen += 1
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            yield node
            queue.extend(value for key, value in node.items() if key == "@graph")


def _published(tree: Any, facts: dict[str, str]) -> str | None:
    candidates = [facts.get("ld:datepublished"), *(facts.get(name) for name in _DATE_NAMES)]
    candidates += [element.get("datetime") for element in list(tree.iter("time"))[:3]]
    for candidate in candidates:
        if candidate and (match := _DATE.match(candidate.strip())):
            try:
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:
                continue
    return None


def _title(tree: Any, facts: dict[str, str], kept: list[Block]) -> tuple[str | None, str | None]:
    """Title and publisher; a `Title | Publisher` in the window's title is taken apart when the page has that heading too."""
    window = " ".join(str(tree.xpath("string(//title)")).split())[:500]
    publisher = facts.get("ld:publisher") or next((facts[name] for name in _PUBLISHER_NAMES if name in facts), None)
    headings = [block.text for block in kept if block.tag == "h"]
    title = facts.get("og:title") or facts.get("ld:headline") or facts.get("dc.title") or facts.get("twitter:title")
    parts = _TITLE_SPLIT.split(window)
    if title is None and len(parts) > 1 and any(_squeeze(parts[0]) == _squeeze(text) for text in headings):
        title = parts[0]
        publisher = publisher or parts[-1]
    if title is None and window:
        title = _TITLE_SPLIT.sub(" | ", window).removesuffix(f" | {publisher}") if publisher else window
    if title is None and headings:
        title = headings[0].split("\n")[0]
    if title and publisher:
        title = re.sub(rf"\s+[|\u2013\u2014-]\s+{re.escape(publisher)}$", "", title)
    return title, publisher
