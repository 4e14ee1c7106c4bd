"""An HTML tree -> its text blocks in reading order, each with what its place in the tree says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree, html

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "select",
        "option",
        "datalist",
        "button",
        "input",
        "textarea",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "map",
        "head",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_WRAPPER_TAGS = frozenset(("nav", "aside", "footer", "form", "dialog"))
_WRAPPER_NAMES = re.compile(
    r"(^|[\s_-])(nav|navbar|menu|breadcrumbs?|share|sharing|social|cookies?|consent|gdpr|related|recommend(ed|ation|ations)?|"
    r"also-?like|read-?more|read-?next|more-?(news|stories)|trending|popular|newsletter|subscribe|subscription|comments?|disqus|"
    r"sidebar|advert|adverts|advertisement|ads?|banner|promo|sponsored|tags|tag-?list|pager|pagination|skip-?link|sitemap|toolbar|"
    r"site-?header|site-?footer|page-?footer|masthead|widget|popup|modal|paywall)([\s_-]|$)",
    re.I,
)
_BYLINE_NAMES = re.compile(
    r"(^|[\s_-])(by-?line|author|dateline|post-?meta|entry-?meta|article-?meta|pub-?date|timestamp)([\s_-]|$)", re.I
)
_SPACE = re.compile(r"[^\S\u00a0]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row. `wrapper`: site furniture by its place; `aside`: byline or caption."""

    text: str
    tag: str
    wrapper: bool
    aside: bool
    link_share: float
    quoted: bool


@dataclass(slots=True)
class _Frame:
    tag: str
    wrapper: bool
    aside: bool
    link: bool
    quoted: bool
    pre: bool
    layout: bool = False  # inside a table that only places things on the page
    counter: int = 0
    marker: str = ""


@dataclass(slots=True)
class _Pending:
    parts: list[str] = field(default_factory=list)
    linked: int = 0


def parse(text: str) -> Any:
    """The tree of an HTML page; raises `etree.ParserError` where there is none. Nothing is fetched."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    return html.document_fromstring(text.replace("\0", "\ufffd").encode("utf-8", "replace"), parser=parser)


def blocks(tree: Any) -> Iterator[Block]:
    """The blocks of `tree` in reading order. Iterative: deep nesting costs no stack."""
    stack: list[_Frame] = [_Frame("", False, False, False, False, False)]
    pending = _Pending()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if not tag or tag in _SKIPPED or _hidden(element):
                walk.skip_subtree()
                stack.append(_Frame("skipped", False, False, False, False, False))
                continue
            if _is_block(tag, stack[-1]) or (tag == "br" and _ends_in_break(pending)):
                yield from _flush(pending, stack)
            stack.append(_frame(element, tag, stack[-1]))
            if tag in ("td", "th") and any(part.strip() for part in pending.parts):
                pending.parts.append(" | ")
            elif tag == "br":
                pending.parts.append("\n")
            _add(pending, element.text, stack[-1])
            continue
        if stack[-1].tag != "skipped" and _is_block(tag, stack[-1]):
            yield from _flush(pending, stack)
        stack.pop()
        _add(pending, element.tail, stack[-1])
    yield from _flush(pending, stack)


def _is_block(tag: str, around: _Frame) -> bool:
    """Whether an element stands apart. A cell of a table of data is a part of its row."""
    return tag in _BLOCKS and (tag not in ("td", "th") or around.layout)


def _ends_in_break(pending: _Pending) -> bool:
    """Whether a line break was the last thing written: with the next one it makes a paragraph, as old pages do."""
    last = next((part for part in reversed(pending.parts) if part.strip(" ")), "")
    return last == "\n"


def _is_layout(table: Any) -> bool:
    """A table is there for layout when a cell holds another table, paragraphs, or more than a line or two of text."""
    for cell in islice(table.iter("td", "th"), 200):
        if cell.find(".//table") is not None or len(list(islice(cell.iter("br", "p"), 3))) > 2:
            return True
        if sum(len(text) for text in islice(cell.itertext(), 200)) > 300:
            return True
    return False


def _frame(element: Any, tag: str, parent: _Frame) -> _Frame:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    furniture = tag in _WRAPPER_TAGS or (tag not in ("html", "body", "main", "article") and bool(_WRAPPER_NAMES.search(names)))
    frame = _Frame(
        tag=tag,
        wrapper=parent.wrapper or furniture,
        aside=parent.aside or tag in ("figcaption", "time") or bool(_BYLINE_NAMES.search(names)),
        link=parent.link or tag == "a",
        quoted=parent.quoted or tag == "blockquote",
        pre=parent.pre or tag == "pre",
        layout=_is_layout(element) if tag == "table" else parent.layout,
    )
    if tag == "ol":
        start = element.get("start") or "1"
        frame.counter = int(start) - 1 if re.fullmatch(r"-?\d{1,6}", start) else 0
    if tag == "li":
        if parent.tag == "ol":
            parent.counter += 1
            frame.marker = f"{parent.counter}. "
        else:
            frame.marker = "- "
    return frame


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _add(pending: _Pending, text: str | None, frame: _Frame) -> None:
    if not text:
        return
    piece = text if frame.pre else _SPACE.sub(" ", text)
    pending.parts.append(piece)
    if frame.link:
        pending.linked += len(piece.strip())


def _flush(pending: _Pending, stack: list[_Frame]) -> Iterator[Block]:
    raw = "".join(pending.parts)
    linked = pending.linked
    pending.parts.clear()
    pending.linked = 0
    frame = stack[-1]
    if frame.pre:
        text = raw.strip("\n").rstrip()
    else:
        text = "\n".join(
            line for line in (" ".join(part.split(" ")).strip() for part in re.sub(r" {2,}", " ", raw).split("\n")) if line
        )
    if not text.strip(" |\n"):
        return
    tag = next((one.tag for one in reversed(stack) if one.tag in _BLOCKS), "body")
    item = next((one for one in reversed(stack) if one.marker), None)
    if item is not None and tag in ("li", "p", "div"):
        text, item.marker, tag = item.marker + text, "", "li"
    tag = "h" if tag in _HEADINGS else tag
    share = min(1.0, linked / max(1, len(text)))
    yield Block(text=text, tag=tag, wrapper=frame.wrapper, aside=frame.aside, link_share=share, quoted=frame.quoted)
