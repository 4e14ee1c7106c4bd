"""Lines of pages -> running text: repeated heads and feet removed, hyphens at line ends joined, paragraphs rebuilt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

HYPHEN = "\ufffe"
_EDGE = 3  # lines at the top and at the bottom of a page that may be its running head or foot
_PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:page|p\.|seite|стр\.?|страница|página|pagina|s\.)\s*)?(?:\d{1,3}|[ivxlc]{1,6})(?:\s*(?:/|of|sur|de|из|von)\s*\d{1,4})?\W*$",
    re.I,
)
_ITEM = re.compile(
    r"^(?:[-\u2013\u2014\u2022\u25aa\u25cf\u2023*\uf0b7]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s|\u00a7)",
    re.I,
)
_CLOSED = re.compile(r"[.!?:;\u2026\u0589\u061f\u06d4][\"'\u201d\u2019\u00bb)\]]*$")
_HYPHEN_END = re.compile(r"(\w+)[-\u2010\u00ad]$")
_WORD_START = re.compile(r"^\w+")


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a page is set: the step from line to line, its margins (None: unknown), the length of its longest line."""

    step: float
    left: float | None
    right: float | None
    longest: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. Points from the page's top left corner; None where the place is unknown.

    `left` is where the line begins: for scripts that run from right to left, `left` and `right` are those of its mirror image.
    """

    text: str
    left: float | None = None
    right: float | None = None
    top: float | None = None
    bottom: float | None = None


def compose(pages: list[list[Line]]) -> tuple[str, int]:
    """The text of a document, and the length of the running head at its beginning.

    Paragraphs are apart by an empty line, list items are each a paragraph of their own. What runs at the head of every page
    is said once, first: it is a letter's letterhead or a document's number.
    """
    head, bodies = _without_running(pages)
    known = Counter(word.casefold() for page in bodies for line in page for word in re.findall(r"\w+(?:-\w+)+|\w+", line.text))
    paragraphs: list[str] = []
    for body in bodies:
        on_page = _paragraphs(body, known)
        if paragraphs and on_page and _continues(paragraphs[-1], on_page[0]):
            paragraphs[-1] = _join(paragraphs[-1], on_page.pop(0), known)
        paragraphs.extend(on_page)
    body_text = "\n\n".join(_resolve_marks(paragraph, known) for paragraph in paragraphs)
    head_text = "\n".join(line.replace(HYPHEN, "-") for line in head)
    return "\n\n".join(part for part in (head_text, body_text) if part), len(head_text)


def _key(text: str) -> str:
    """What repeats in a running head: its words, with every number the same."""
    return re.sub(r"\d+", "#", " ".join(text.split()).casefold())


def _without_running(pages: list[list[Line]]) -> tuple[list[str], list[list[Line]]]:
    """The first page's running head without its page number, and the pages without running heads, feet and page numbers.

    These are lines that stand in the same place at the edge of a third of the pages (at least two): a third, because left and right pages often differ. Only lines up to the first that does not repeat: a letter's own
    first words are not a running head because another page begins with them too.
    """
    counts: Counter[tuple[int, str]] = Counter()
    filled = [page for page in pages if page]
    for page in filled:
        counts.update({(place, _key(line.text)) for place, line in enumerate(page[:_EDGE])})
        counts.update({(-1 - place, _key(line.text)) for place, line in enumerate(reversed(page[-_EDGE:]))})
    need = max(2, -(-len(filled) // 3))

    def is_running(place: int, line: Line) -> bool:
        if counts[place, _key(line.text)] >= need:
            return True
        return bool(_PAGE_NUMBER.match(line.text)) and (len(filled) > 1 or _is_bare_number(line.text))

    bodies: list[list[Line]] = []
    head: list[str] = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(_EDGE, last) and is_running(first, page[first]):
            if not bodies and not _PAGE_NUMBER.match(page[first].text):
                head.append(page[first].text)
            first += 1
        while last > first and len(page) - last < _EDGE and is_running(last - 1 - len(page), page[last - 1]):
            last -= 1
        bodies.append(page[first:last])
    return head, bodies


def _is_bare_number(text: str) -> bool:
    return bool(re.match(r"^\W*\d{1,3}\W*$|^page\s+\d", text, re.I))


def _paragraphs(lines: list[Line], known: Counter[str]) -> list[str]:
    """Group a page's lines by their gaps, indents and lengths."""
    if not lines:
        return []
    steps = [b.top - a.top for a, b in pairwise(lines) if a.top is not None and b.top is not None and b.top > a.top]
    step = median(sorted(steps)[: max(1, (len(steps) * 3) // 4)]) if steps else 0.0
    rights = [line.right for line in lines if line.right is not None and len(line.text) > 20]
    lefts = Counter(round(line.left) for line in lines if line.left is not None)
    measure = _Measure(
        step=step,
        left=lefts.most_common(1)[0][0] if lefts else None,
        right=max(rights) if rights else None,
        longest=max(len(line.text) for line in lines),
    )
    done: list[str] = []
    current = lines[0].text
    for before, line in pairwise(lines):
        if _breaks(before, line, measure):
            done.append(current)
            current = line.text
        else:
            current = _join(current, line.text, known)
    done.append(current)
    return done


def _breaks(before: Line, line: Line, measure: _Measure) -> bool:
    """Whether `line` begins a paragraph after `before`."""
    if _ITEM.match(line.text):
        return True
    if before.text.endswith(HYPHEN) or (_HYPHEN_END.search(before.text) and line.text[:1].islower()):
        return False
    if before.top is None or line.top is None or before.left is None or line.left is None or before.right is None:
        return len(before.text) < 0.75 * measure.longest and (bool(_CLOSED.search(before.text)) or not line.text[:1].islower())
    gap = line.top - (before.bottom or before.top)
    down = line.top - before.top
    height = max(1.0, (line.bottom or line.top) - line.top)
    if down < -0.5 * height:  # the next column, or a box placed elsewhere
        return bool(_CLOSED.search(before.text)) or not line.text[:1].islower()
    if gap > 0.6 * height and down > 1.25 * measure.step:
        return True
    full = measure.right is not None and before.right >= measure.right - 6 * height
    margin = measure.left
    indented = margin is not None and line.left > margin + 0.5 * height and abs(before.left - margin) <= 0.5 * height
    if indented and (bool(_CLOSED.search(before.text)) or not full):
        return True
    if full:
        return False
    return bool(_CLOSED.search(before.text)) or not line.text[:1].islower()


def _continues(before: str, after: str) -> bool:
    """Whether a page begins in the middle of the sentence that the page before ends with."""
    return not _CLOSED.search(before) and not _ITEM.match(after) and after[:1].islower()


def _join(before: str, after: str, known: Counter[str]) -> str:
    if before.endswith(HYPHEN):
        return before + after
    match = _HYPHEN_END.search(before)
    word = _WORD_START.match(after)
    if match and word:
        return before[: match.end(1)] + HYPHEN + after
    return f"{before} {after}"


def _resolve_marks(paragraph: str, known: Counter[str]) -> str:
    """A hyphen at a line end goes when the word goes on in small letters and is not written with a hyphen elsewhere."""
    pieces = paragraph.split(HYPHEN)
    text = pieces[0]
    for piece in pieces[1:]:
        left = re.search(r"\w+(?:-\w+)*$", text)
        right = _WORD_START.match(piece)
        if not left or not right:
            text += f"-{piece}" if right or left else piece
            continue
        whole, hyphened = (left[0] + right[0]).casefold(), f"{left[0]}-{right[0]}".casefold()
        keep = not right[0][0].islower() or left[0][-1].isdigit() or (known[hyphened] > 0 and known[whole] == 0)
        text += f"-{piece}" if keep else piece
    return text
