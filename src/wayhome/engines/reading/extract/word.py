"""Word (.docx) -> text: what a reader of the printed page sees, in its order.

Letterhead (page headers), paragraphs with their list numbers, tables row by row, text boxes, foot- and endnotes; tracked
insertions are in, tracked deletions are out; comments, field codes and hidden text are out. The XML is walked directly:
python-docx leaves out tracked insertions, notes, text boxes and list numbers, and loads every picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.archive import Package
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.extract.numbering import Numbering, W
from wayhome.engines.reading.extract.sheet import Sheet
from wayhome.engines.reading.extract.sniff import DOCX
from wayhome.engines.reading.types import Extracted, Zone, ZoneSpan

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_LEFT_OUT = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sectPr", "tblPr")
)
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MAX_DEPTH = 200


@dataclass(slots=True)
class _Writer:
    """Collects lines; a table's row is a line, a paragraph is a line with an empty one after it."""

    package: Package
    numbering: Numbering
    styles: dict[str, tuple[str, int]]
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    carried: str = ""

    def blocks(self, parent: Element, depth: int = 0) -> list[str]:
        """The paragraphs and table rows below `parent`, one string each; rows of one table are one string of lines."""
        _check(depth)
        out: list[str] = []
        for child in parent:
            if child.tag == f"{W}p":
                out.extend(self._paragraph(child, depth))
            elif child.tag == f"{W}tbl":
                rows = [row for row in (self._row(row, depth) for row in _rows(child)) if row.strip(" |")]
                if rows:
                    out.append("\n".join(rows))
            elif child.tag == f"{_MC}AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    out.extend(self.blocks(chosen, depth + 1))
            elif child.tag not in _LEFT_OUT:
                out.extend(self.blocks(child, depth + 1))
        return out

    def _row(self, row: Element, depth: int) -> str:
        cells = (" ".join(" ".join(self.blocks(cell, depth + 1)).split()) for cell in _inside(row, f"{W}tc"))
        return " | ".join(cells)

    def _paragraph(self, paragraph: Element, depth: int) -> list[str]:
        boxes: list[str] = []
        parts: list[str] = []
        self._inline(paragraph, parts, boxes, depth + 1)
        text = self.carried + "".join(parts)
        self.carried = ""
        properties = paragraph.find(f"{W}pPr")
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self.carried = text  # its mark is deleted: it runs on into the next paragraph
            return boxes
        text = "\n".join(line.strip() for line in text.split("\n")).strip()
        if text:
            text = self._label(properties) + text
        return [*([text] if text else []), *boxes]

    def _label(self, properties: Element | None) -> str:
        if properties is None:
            return ""
        numbered = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        number, level = self.styles.get(style.get(f"{W}val") or "", ("", 0)) if style is not None else ("", 0)
        if numbered is not None:
            own, deep = numbered.find(f"{W}numId"), numbered.find(f"{W}ilvl")
            number = (own.get(f"{W}val") or "") if own is not None else number
            at = deep.get(f"{W}val") if deep is not None else None
            level = int(at) if at and at.isdecimal() and len(at) < 3 else level
        return self.numbering.label(number, level)

    def _inline(self, parent: Element, parts: list[str], boxes: list[str], depth: int) -> None:
        _check(depth)
        for child in parent:
            tag = child.tag
            if tag == f"{W}t":
                parts.append(child.text or "")
            elif tag in (f"{W}tab", f"{W}ptab"):
                parts.append("\t")
            elif tag in (f"{W}br", f"{W}cr"):
                parts.append("\n")
            elif tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                key = (tag.removeprefix(W).removesuffix("Reference"), child.get(f"{W}id") or "")
                parts.append(f"[{self.notes.setdefault(key, len(self.notes) + 1)}]")
            elif tag == f"{W}txbxContent":
                boxes.extend(self.blocks(child, depth + 1))
            elif tag == f"{_MC}AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    self._inline(chosen, parts, boxes, depth + 1)
            elif tag == f"{W}r" and _is_hidden(child):
                continue
            elif tag not in _LEFT_OUT:
                self._inline(child, parts, boxes, depth + 1)


def extract_word(data: bytes, limits: Limits) -> Extracted:
    """The text of a Word document with its letterhead zoned. Nothing is run, nothing outside the file is fetched."""
    package = Package(data, limits)
    main = next(
        (target for kind, target, external in package.relationships("").values() if kind == "officeDocument" and not external),
        None,
    )
    if main is None or not package.has(main):
        main = "word/document.xml"
    if not package.has(main):
        raise ReadingError(
            "unsupported_office",
            "The file is an Office file without a text document in it.",
            "Save it as PDF and give that, if it holds a letter.",
        )
    related = package.relationships(main)
    root = package.xml(main)
    if _STRICT in root.tag:
        raise ReadingError(
            "unsupported_strict",
            "The document is saved as 'Strict Open XML'.",
            "Open it in a word processor and save it as an ordinary .docx.",
        )
    body = root.find(f"{W}body")
    if body is None:
        raise ReadingError("damaged", "The Word document has no body.", "Open it in a word processor and save it anew.")
    writer = _Writer(package, Numbering(_part(package, related, "numbering")), _styles(_part(package, related, "styles")))
    heads = _running(writer, root, related, "header")
    feet = [line for line in _running(writer, root, related, "footer") if line not in heads]
    paragraphs = writer.blocks(body)
    notes = _notes(writer, related)
    text, zones = _lay_out((("letterhead", heads), (None, paragraphs), (None, notes), ("boilerplate", feet)))
    return Extracted(
        text=text,
        media_type=DOCX,
        title=_title(package),
        zones=zones,
        warnings=tuple(_warnings(package, [*related.values(), *_others(package)])),
    )


def _lay_out(groups: tuple[tuple[Zone | None, list[str]], ...]) -> tuple[str, tuple[ZoneSpan, ...]]:
    sheet = Sheet()
    for zone, lines in groups:
        for line in lines:
            sheet.add(line, zone=zone)
    return sheet.text(), tuple(sheet.zones)


def _check(depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise RecursionError


def _rows(table: Element) -> list[Element]:
    """Rows of this table, not of tables in its cells; deleted rows are out."""
    return [row for row in _inside(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]


def _inside(parent: Element, wanted: str) -> list[Element]:
    """Children of one kind, also those inside content controls and tracked insertions, in order."""
    found: list[Element] = []
    queue = deque(parent)
    while queue:
        element = queue.popleft()
        if element.tag == wanted:
            found.append(element)
        elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            queue.extendleft(reversed(element))
    return found


def _alternative(element: Element) -> Element | None:
    """One of the versions that say the same thing."""
    choice = element.find(f"{_MC}Choice")
    return choice if choice is not None else element.find(f"{_MC}Fallback")


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _part(package: Package, related: dict[str, tuple[str, str, bool]], kind: str) -> Element | None:
    target = next((target for name, target, external in related.values() if name == kind and not external), None)
    return package.xml(target) if target and package.has(target) else None


def _styles(root: Element | None) -> dict[str, tuple[str, int]]:
    """List number and level of the paragraph styles that carry one."""
    found: dict[str, tuple[str, int]] = {}
    for style in root.findall(f"{W}style") if root is not None else []:
        number = style.find(f"{W}pPr/{W}numPr/{W}numId")
        level = style.find(f"{W}pPr/{W}numPr/{W}ilvl")
        if number is not None:
            at = level.get(f"{W}val") if level is not None else None
            found[style.get(f"{W}styleId") or ""] = (
                number.get(f"{W}val") or "",
                int(at) if at and at.isdecimal() and len(at) < 3 else 0,
            )
    return found


def _running(writer: _Writer, root: Element, related: dict[str, tuple[str, str, bool]], kind: str) -> list[str]:
    """The distinct lines of the page headers or footers in use, without page numbers."""
    lines: dict[str, None] = {}
    for reference in root.iter(f"{W}{kind}Reference"):
        name, target, external = related.get(reference.get(f"{_R}id") or "", ("", "", True))
        if name == kind and not external and writer.package.has(target):
            for line in writer.blocks(writer.package.xml(target)):
                if any(char.isalpha() for char in line) and not _is_page_mark(line):
                    lines.setdefault(line)
    return list(lines)


def _is_page_mark(line: str) -> bool:
    words = [word for word in line.casefold().replace("/", " ").split() if not word.strip(".,-–").isdecimal()]
    return bool(words) and all(
        word in ("page", "of", "sur", "de", "p.", "стр.", "страница", "из", "von", "seite") for word in words
    )


def _notes(writer: _Writer, related: dict[str, tuple[str, str, bool]]) -> list[str]:
    bodies: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = _part(writer.package, related, f"{kind}s")
        for note in root.findall(f"{W}{kind}") if root is not None else []:
            bodies[kind, note.get(f"{W}id") or ""] = " ".join(" ".join(writer.blocks(note)).split())
    return [
        f"[{number}] {bodies[key]}" for key, number in sorted(writer.notes.items(), key=lambda item: item[1]) if bodies.get(key)
    ]


def _title(package: Package) -> str | None:
    target = next(
        (target for kind, target, external in package.relationships("").values() if kind == "core-properties" and not external),
        None,
    )
    if not target or not package.has(target):
        return None
    try:
        title = package.xml(target).findtext(_DC_TITLE)
    except ReadingError as error:
        if error.code == "unsafe_xml":
            raise
        return None  # a damaged property sheet takes nothing from the text
    title = " ".join((title or "").split())[:500]
    return title if len(title) > 3 and title.casefold() not in ("word document", "microsoft word document", "document") else None


def _others(package: Package) -> list[tuple[str, str, bool]]:
    """Relationships of the parts beside the main one (settings carry the template), as far as they exist."""
    return list(package.relationships("word/settings.xml").values())


def _warnings(package: Package, related: list[tuple[str, str, bool]]) -> list[str]:
    warnings = []
    outside = sum(1 for kind, _, external in related if external and kind != "hyperlink")
    if outside:
        warnings.append(
            f"The document refers to {outside} files outside itself (pictures, templates, objects); they were not fetched."
        )
    if any(name.casefold().endswith("vbaproject.bin") for name in package.names()):
        warnings.append("The document holds macros; they were not run.")
    return warnings
