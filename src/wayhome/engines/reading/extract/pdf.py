"""PDF -> text, page by page: the lines with their place on the page, then (in `layout`) paragraphs without running heads."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.layout import HYPHEN, Line, compose
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.extract.sniff import PDF
from wayhome.engines.reading.types import Extracted, ZoneSpan

_USELESS_TITLE = re.compile(
    r"^(untitled|microsoft word|document\d*|title|sans titre|без имени|.*\.(docx?|pdf|rtf|odt|wpd|indd|qxd|p65|tmp))\b", re.I
)
_SPACES = re.compile(r"[ \t]+")
_SCAN_CHARACTERS_A_PAGE = 12  # a scanned page carries at most a stamp or a page number as text


def extract_pdf(data: bytes, limits: Limits) -> Extracted:
    """The text layer of a PDF. Raises `encrypted`, `no_text_layer`, `garbled_text_layer`, `damaged`, `too_many_pages`."""
    document = _open(data)
    try:
        count = len(document)
        if count == 0:
            raise ReadingError("damaged", "The PDF has no pages.", "Get it again from its source.")
        limits.check_pages(count)
        pages: list[list[Line]] = []
        unread: list[int] = []
        broken: list[int] = []
        characters = 0
        for number in range(count):
            lines, is_picture = _page(document, number, broken)
            characters += sum(len(line.text) for line in lines)
            limits.check_characters(characters)
            if is_picture and sum(len(line.text) for line in lines) < _SCAN_CHARACTERS_A_PAGE:
                unread.append(number + 1)
            pages.append(lines)
        title = _title(document)
    finally:
        document.close()
    if characters < _SCAN_CHARACTERS_A_PAGE * count and (unread or characters == 0):
        raise ReadingError(
            "no_text_layer",
            f"The PDF has no text layer: its {'page is a picture' if count == 1 else f'{count} pages are pictures'}, probably a scan.",
            "Run text recognition (OCR) over it and give the result, or type the text into a .txt or .docx file.",
        )
    text, head = compose(pages)
    _refuse_garbled(text, pages)
    warnings = []
    if unread:
        warnings.append(
            f"Pages without a text layer (scanned), not read: {_numbers(unread)}. Run text recognition (OCR) over them."
        )
    if broken:
        warnings.append(f"Damaged pages, not read: {_numbers(broken)}.")
    return Extracted(
        text=text, media_type=PDF, title=title, zones=(ZoneSpan("letterhead", 0, head),) if head else (), warnings=tuple(warnings)
    )


def _open(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise ReadingError(
                "encrypted",
                "The PDF is protected by a password.",
                "Open it with its password, print or save it as a new PDF without one, and give that.",
            ) from None
        raise ReadingError(
            "damaged",
            "The PDF is damaged or cut off and could not be opened.",
            "Get it again from its source, or open it in a PDF viewer and print it to a new PDF.",
        ) from None


def _page(document: Any, number: int, broken: list[int]) -> tuple[list[Line], bool]:
    """The lines of one page and whether it holds a picture. A page that cannot be opened is noted in `broken`."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        broken.append(number + 1)
        return [], False
    try:
        textpage = page.get_textpage()
        try:
            lines = _lines(textpage, page.get_height())
        finally:
            textpage.close()
        # Looking at the page's objects costs time; only a page with next to no text needs it.
        few = sum(len(line.text) for line in lines) < _SCAN_CHARACTERS_A_PAGE
        is_picture = few and any(True for _ in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3))
        return lines, is_picture
    except pdfium.PdfiumError:
        broken.append(number + 1)
        return [], False
    finally:
        page.close()


def _lines(textpage: Any, page_height: float) -> list[Line]:
    """Lines in the order of the content, with left, right, top and bottom in points from the page's top left corner."""
    text = textpage.get_text_range()
    # A character outside the basic plane is two of PDFium's: then places cannot be looked up by offset.
    placed = textpage.count_chars() == len(text)
    lines: list[Line] = []
    position = 0
    for raw in text.split("\n"):
        start = position
        position += len(raw) + 1
        stripped = raw.strip(" \t\r\f\v\u00a0")
        if not stripped:
            continue
        begin = start + len(raw) - len(raw.lstrip(" \t\r\f\v\u00a0"))
        shown = _SPACES.sub(" ", stripped.replace("\x02", HYPHEN).replace("\0", "\ufffd"))
        lines.append(_placed_line(shown, textpage, begin, begin + len(stripped) - 1, page_height) if placed else Line(shown))
    return lines


def _placed_line(text: str, textpage: Any, first: int, last: int, page_height: float) -> Line:
    try:
        left, bottom, outer, top = textpage.get_charbox(first, loose=True)
        other, _, right, end_top = textpage.get_charbox(last, loose=True)
    except pdfium.PdfiumError:
        return Line(text)
    # A line whose first letter is Hebrew or Arabic begins at its right: turned round, it is laid out like any other.
    if next((unicodedata.bidirectional(char) for char in text if char.isalpha()), "L") in ("R", "AL"):
        left, right = -outer, -other
    return Line(text, left, right, page_height - top, page_height - end_top, max(0.1, top - bottom))


def _title(document: Any) -> str | None:
    try:
        title = " ".join(str(document.get_metadata_value("Title") or "").replace("\0", "").split())
    except (pdfium.PdfiumError, UnicodeDecodeError):
        return None
    return title[:500] if len(title) > 3 and not _USELESS_TITLE.match(title) else None


def _refuse_garbled(text: str, pages: list[list[Line]]) -> None:
    """A text layer that reads as nothing, whatever it looks like on paper.

    Either its fonts carry no letters (private use, U+FFFD), or the font builds Arabic letters from strokes and dots that lie
    apart: then words come out as crumbs, line by line.
    """
    seen = [char for char in text[:200_000] if not char.isspace()]
    bad = sum(1 for char in seen if char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " ")
    joined = [
        line.text for page in pages for line in page if any(unicodedata.bidirectional(char) == "AL" for char in line.text[:20])
    ]
    crumbs = sum(1 for line in joined if len(line) <= 3)
    if (seen and bad > 0.3 * len(seen)) or (len(joined) >= 10 and crumbs > 0.4 * len(joined)):
        raise ReadingError(
            "garbled_text_layer",
            "The PDF's text layer does not hold words: its fonts don't say which letter each sign is.",
            "Get the file that it was made from (.docx, .html), or run text recognition (OCR) over it and give the result.",
        )


def _numbers(pages: list[int]) -> str:
    """`1-3, 7`; at most 20 ranges are named."""
    ranges: list[list[int]] = []
    for page in sorted(set(pages)):
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    named = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges[:20])
    return named if len(ranges) <= 20 else f"{named} and more"
