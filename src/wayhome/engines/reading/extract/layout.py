"""Lines of pages -> running text: repeated heads and feet removed, hyphens at line ends joined, paragraphs rebuilt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

HYPHEN = "\ufffe"  # PDFium's mark for a hyphen at the end of a line, in place of the hyphen and the line end
_EDGE = 3  # lines at the top and at the bottom of a page that may be its running head or foot
_COLUMN = 60.0  # points: lines that begin nearer to each other than this belong to one column
_MANY = 400  # lines of a page: beyond this its columns are not told apart, to bound the work
_SMALL = 0.88  # of the page's usual height: the print of footnotes
_PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:page|p\.|seite|стр\.?|страница|página|pagina|s\.)\s*)?(?:\d{1,3}|[ivxlc]{1,6})(?:\s*(?:/|of|sur|de|из|von)\s*\d{1,4})?\W*$",
    re.I,
)
_BARE_NUMBER = re.compile(r"^\W*\d{1,3}(?:\s*(?:/|of|sur|de|из|von)\s*\d{1,3})?\W*$|^page\s+\d", re.I)
_ITEM = re.compile(
    r"^(?:[-\u2013\u2014\u2022\u25aa\u25cf\u2023*\uf0b7]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s|\u00a7)",
    re.I,
)
_CLOSED = re.compile(r"[.!?:;\u2026\u0589\u061f\u06d4][\"'\u201d\u2019\u00bb)\]]*(?:\[?\d{1,3}\]?)?$")
_HYPHEN_END = re.compile(r"(?<=\w)[-\u2010\u00ad]$")
_WORD_START = re.compile(r"^\w+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. Points from the page's top left corner; all 0 where the place is unknown (`height` 0 says so).

    `left` is where the line begins: for scripts that run from right to left, `left` and `right` are those of its mirror image.
    PDFium joins lines at hyphens: `top` is that of the first line joined, `end_top` that of the last.
    """

    text: str
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    end_top: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with what its page says about it: the margins of its column, the step from line to line, a letter's width."""

    line: Line
    page: int
    margin_left: float
    margin_right: float
    step: float
    letter: float
    longest: int


def compose(pages: list[list[Line]]) -> tuple[str, int]:
    """The text of a document, and the length of the running head at its beginning.

    Paragraphs are apart by an empty line, list items are each a paragraph of their own. What runs at the head of every page
    is said once, first: it is a letter's letterhead or a document's number. Footnotes follow the paragraph that runs on.
    """
    head, bodies = _without_running(pages)
    placed: list[_Placed] = []
    notes: dict[int, list[_Placed]] = {}
    for number, body in enumerate(bodies):
        lines = _placed(body, number)
        first_note = _first_note(lines)
        placed += lines[:first_note]
        if first_note < len(lines):
            notes[number] = lines[first_note:]
    known = Counter(word.casefold() for page in bodies for line in page for word in re.findall(r"\w+(?:-\w+)*", line.text))
    paragraphs: list[str] = []
    group: list[_Placed] = []
    for place, one in enumerate(placed):
        after = placed[place + 1] if place + 1 < len(placed) else None
        if group and _breaks(group[-1], one, after):
            paragraphs.append(_joined(group))
            group = []
            for number in [number for number in notes if number < one.page]:
                paragraphs += _grouped(notes.pop(number))
        group.append(one)
    if group:
        paragraphs.append(_joined(group))
    for rest in notes.values():
        paragraphs += _grouped(rest)
    body_text = "\n\n".join(_resolve_marks(paragraph, known) for paragraph in paragraphs)
    head_text = "\n".join(line.replace(HYPHEN, "-") for line in head)
    return "\n\n".join(part for part in (head_text, body_text) if part), len(head_text)


def _key(text: str) -> str:
    """What repeats in a running head: its words, with every number the same."""
    return re.sub(r"\d+", "#", " ".join(text.split()).casefold())


def _without_running(pages: list[list[Line]]) -> tuple[list[str], list[list[Line]]]:
    """The first page's running head without its page number, and the pages without running heads, feet and page numbers.

    These are lines that stand in the same place at the edge of a third of the pages (at least two): a third, because left
    and right pages often differ. They reach to the first line that does not repeat, and stand apart from the text: a letter's
    own first words are not a running head because another page begins with them too.
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
        return bool(_PAGE_NUMBER.match(line.text)) and (len(filled) > 1 or bool(_BARE_NUMBER.match(line.text)))

    bodies: list[list[Line]] = []
    head: list[str] = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(_EDGE, last) and is_running(first, page[first]):
            first += 1
        while last > first and len(page) - last < _EDGE and is_running(last - 1 - len(page), page[last - 1]):
            last -= 1
        step = _step(page)
        first = first if _is_apart(page, first, step) else 0
        last = last if _is_apart(page, last, step) else len(page)
        if not bodies:
            head = [line.text for line in page[:first] if not _PAGE_NUMBER.match(line.text)]
        bodies.append(page[first:last])
    return head, bodies


def _is_apart(lines: list[Line], place: int, step: float) -> bool:
    """Whether there is more room than between lines, or another size of print, between a line and the one before it."""
    if not 0 < place < len(lines):
        return True
    before, line = lines[place - 1], lines[place]
    if not before.height or not line.height or not step:
        return True
    return line.top - before.end_top > 1.15 * step or not 0.95 < line.height / before.height < 1.05


def _step(lines: list[Line]) -> float:
    """Points from line to line inside paragraphs, 0 where unknown."""
    known = [line for line in lines if line.height]
    steps = sorted(b.top - a.end_top for a, b in pairwise(known) if b.top - a.end_top > 0.5 * a.height)
    # Most steps are inside paragraphs; on a page of short paragraphs the lower half still is.
    return median(steps[: len(steps) // 2 + 1]) if steps else 0.0


def _placed(lines: list[Line], page: int) -> list[_Placed]:
    known = [line for line in lines if line.height]
    step = _step(lines)
    widths = [(line.right - line.left) / len(line.text) for line in known if len(line.text) > 20 and HYPHEN not in line.text]
    letter = median(widths) if widths else 0.0
    longest = max((len(line.text) for line in lines), default=0)
    everywhere = _margins(known)
    out = []
    for line in lines:
        if len(known) > _MANY:
            left, right = everywhere
        else:
            left, right = _margins([other for other in known if abs(other.left - line.left) < _COLUMN])
        out.append(_Placed(line, page, left, right, step, letter, longest))
    return out


def _margins(column: list[Line]) -> tuple[float, float]:
    """Where most lines of a column begin and where the longest ends."""
    lefts = Counter(round(line.left) for line in column)
    return float(lefts.most_common(1)[0][0]) if lefts else 0.0, max((line.right for line in column), default=0.0)


def _first_note(lines: list[_Placed]) -> int:
    """Where the footnotes of a page begin: the last run of lines in smaller print, after lines in the usual one."""
    heights = [one.line.height for one in lines if one.line.height]
    if len(heights) < 4:
        return len(lines)
    usual = median(heights)
    first = len(lines)
    while first > 0 and 0 < lines[first - 1].line.height < _SMALL * usual:
        first -= 1
    return first if first > len(lines) // 2 else len(lines)


def _grouped(lines: list[_Placed]) -> list[str]:
    paragraphs: list[str] = []
    group: list[_Placed] = []
    for place, one in enumerate(lines):
        if group and _breaks(group[-1], one, lines[place + 1] if place + 1 < len(lines) else None):
            paragraphs.append(_joined(group))
            group = []
        group.append(one)
    if group:
        paragraphs.append(_joined(group))
    return paragraphs


def _breaks(before: _Placed, one: _Placed, after: _Placed | None) -> bool:
    """Whether `one` begins a paragraph."""
    text, ended = one.line.text, bool(_CLOSED.search(before.line.text))
    goes_on = text[:1].islower()
    if _ITEM.match(text):
        return True
    if before.line.text.endswith(HYPHEN) or (_HYPHEN_END.search(before.line.text[-2:]) and goes_on):
        return False
    if not before.line.height or not one.line.height:
        return len(before.line.text) < 0.75 * before.longest and (ended or not goes_on)
    full = _is_full(before, text)
    height = one.line.height
    down = one.line.top - before.line.end_top
    if before.page != one.page or down < -0.5 * height:  # the next page or column
        return ended or not (goes_on or full)
    if down > 1.3 * one.step:
        return True
    indent = one.margin_left + 0.5 * height
    # A first line is indented against the line before or after it; a block that is indented as a whole is not.
    first_line = one.line.left > indent and (
        before.line.left <= indent
        or (after is not None and after.page == one.page and after.line.left < one.line.left - 0.5 * height)
    )
    if first_line and (ended or not full):
        return True
    return not full and (ended or not goes_on)


def _is_full(one: _Placed, following: str) -> bool:
    """Whether the next line's first word would not have fitted on this one: then the line's end is no paragraph's end."""
    word = following.split(" ", 1)[0].split(HYPHEN, 1)[0]
    # An address can be longer than any line; it proves nothing.
    return one.line.right + one.letter * (min(len(word), 20) + 1) > one.margin_right - 0.5 * one.letter


def _joined(group: list[_Placed]) -> str:
    """The lines of a paragraph as one; a hyphen at a line's end becomes a mark that `_resolve_marks` decides on."""
    parts = [group[0].line.text]
    for one in group[1:]:
        text, last = one.line.text, parts[-1]
        if last.endswith(HYPHEN):
            parts.append(text)
        elif _HYPHEN_END.search(last[-2:]) and _WORD_START.match(text):
            parts[-1] = last[:-1]
            parts += [HYPHEN, text]
        else:
            parts.append(f" {text}")
    return "".join(parts)


def _resolve_marks(paragraph: str, known: Counter[str]) -> str:
    """A hyphen at a line end goes when the word goes on in small letters and is not written with a hyphen elsewhere."""
    pieces = paragraph.split(HYPHEN)
    done: list[str] = [pieces[0]]
    for piece in pieces[1:]:
        left = re.search(r"\w+(?:-\w+)*$", done[-1][-100:])
        right = _WORD_START.match(piece)
        if not left or not right:
            done.append(f"-{piece}" if right or left else piece)
            continue
        whole, hyphened = (left[0] + right[0]).casefold(), f"{left[0]}-{right[0]}".casefold()
        keep = not right[0][0].islower() or left[0][-1].isdigit() or (known[hyphened] > 0 and known[whole] == 0)
        done.append(f"-{piece}" if keep else piece)
    return "".join(done)
