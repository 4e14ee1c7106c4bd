"""Word document of a letter through python-docx: every string is set as the text of a run, so none is ever read as markup.

Right-to-left letters get bidirectional paragraphs, tables and sections; words of another direction get runs of their own. Fonts
are named; whoever opens the file without them sees their system's font for the same script.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from wayhome.outputs.rendering.sheet import Cell, Sheet

SERIF, SANS, ARABIC = "Noto Serif", "Noto Sans", "Noto Naskh Arabic"
_GREY = RGBColor(0x43, 0x50, 0x58)
_ISOLATED = re.compile("\u2068(.*?)\u2069", re.DOTALL)
_MARKS = {False: "\u200e", True: "\u200f"}  # left-to-right mark, right-to-left mark
_WIDTHS_MM = (14, 59, 29, 38, 42, 31, 48)


# The order that the schema of WordprocessingML wants; a strict reader refuses another.
_ORDER = {
    "w:rPr": ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "u", "rtl", "cs", "lang"],
    "w:pPr": [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "numPr",
        "pBdr",
        "bidi",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
        "sectPr",
    ],
    "w:tblPr": ["tblStyle", "bidiVisual", "tblW", "jc", "tblBorders", "tblLayout", "tblLook"],
    "w:trPr": ["cantSplit", "trHeight", "tblHeader"],
    "w:sectPr": [
        "headerReference",
        "footerReference",
        "type",
        "pgSz",
        "pgMar",
        "pgNumType",
        "cols",
        "titlePg",
        "bidi",
        "docGrid",
    ],
}


def _in_order(root: Any) -> None:
    for name, order in _ORDER.items():
        rank = {qn(f"w:{child}"): n for n, child in enumerate(order)}
        for element in list(root.iter(qn(name))):
            children = sorted(element, key=lambda child: rank.get(child.tag, len(rank)))
            for child in children:
                element.remove(child)
            element.extend(children)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _right_to_left(text: str) -> bool:
    """Whether the first letter of the text runs from right to left."""
    for ch in text:
        kind = unicodedata.bidirectional(ch)
        if kind in {"R", "AL"}:
            return True
        if kind == "L":
            return False
    return False


def pieces(text: str, right_to_left: bool) -> list[tuple[str, bool]]:
    """A text cut where its direction changes: each piece with whether it runs from right to left.

    Isolates, which word processors know badly, become pieces between direction marks: the inner pair keeps figures and points at
    the edges inside the piece, the outer pair keeps those beside it outside.
    """
    found: list[tuple[str, bool]] = []
    position = 0
    for match in _ISOLATED.finditer(text):
        found.append((text[position : match.start()], right_to_left))
        inner = _right_to_left(match[1])
        edge, inside = _MARKS[right_to_left], _MARKS[inner]
        found.append((f"{edge}{inside}{match[1]}{inside}{edge}", inner))
        position = match.end()
    found.append((text[position:], right_to_left))
    return [(piece, direction) for piece, direction in found if piece]


class _Writer:
    """One document being written."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rtl = sheet.direction == "rtl"
        self.document = docx.Document()
        self._styles()

    def _styles(self) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = (
            self.sheet.title[:255],
            self.sheet.sender[:255],
            self.sheet.language,
        )
        properties.comments = ""
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = SERIF, Pt(10.5)
        normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.3
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{attribute}"), SERIF)
        fonts.set(qn("w:cs"), ARABIC)
        normal.element.rPr.append(_element("w:szCs", val="24"))
        language = {"bidi": self.sheet.language} if self.rtl else {"val": self.sheet.language}
        normal.element.rPr.append(_element("w:lang", **language))
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(26)
        section.top_margin, section.bottom_margin = Mm(22), Mm(24)
        self._turn(section)

    def _turn(self, section: Any) -> None:
        if self.rtl:
            section._sectPr.append(_element("w:bidi"))

    def write(
        self, paragraph: Any, text: str, *, bold: bool = False, sans: bool = False, size: float = 0, grey: bool = False
    ) -> Any:
        """Append text to a paragraph, in runs by direction; line ends become breaks."""
        if self.rtl and paragraph._p.find(qn("w:pPr") + "/" + qn("w:bidi")) is None:
            paragraph._p.get_or_add_pPr().append(_element("w:bidi"))
        for piece, direction in pieces(text, self.rtl):
            run = paragraph.add_run()
            for n, part in enumerate(piece.split("\n")):
                if n:
                    run.add_break()
                run.add_text(part)
            run.bold = bold or None
            if sans:
                run.font.name = SANS
                run._r.rPr.rFonts.set(qn("w:cs"), ARABIC)
            if size:
                run.font.size = Pt(size)
                run._r.get_or_add_rPr().append(_element("w:szCs", val=str(round(size * 2.2))))
            if grey:
                run.font.color.rgb = _GREY
            if direction:
                if bold:
                    run._r.get_or_add_rPr().append(_element("w:bCs"))
                run._r.get_or_add_rPr().append(_element("w:rtl"))
        return paragraph

    def line(self, text: str, **looks: Any) -> Any:
        return self.write(self.document.add_paragraph(), text, **looks)

    def rule(self, paragraph: Any) -> None:
        borders = _element("w:pBdr")
        borders.append(_element("w:bottom", val="double", sz="4", space="4", color="9DA8A3"))
        paragraph._p.get_or_add_pPr().append(borders)

    def field(self, paragraph: Any, code: str) -> None:
        for kind, text in (("begin", ""), ("", code), ("end", "")):
            run = paragraph.add_run()
            run.font.size = Pt(8)
            if kind:
                run._r.append(_element("w:fldChar", fldCharType=kind))
            else:
                instruction = OxmlElement("w:instrText")
                instruction.set(qn("xml:space"), "preserve")
                instruction.text = text
                run._r.append(instruction)

    def footer(self) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        words = " · ".join(filter(None, [self.sheet.unsent, self.sheet.reference]))
        if words:
            self.write(paragraph, f"{words}   ", sans=True, size=8, grey=True)
        self.field(paragraph, "PAGE")
        self.write(paragraph, " / ", sans=True, size=8)
        self.field(paragraph, "NUMPAGES")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def letter(self) -> None:
        sheet = self.sheet
        head = self.line(sheet.sender, bold=True, sans=True, size=13)
        if sheet.sender_lines:
            head = self.line(" · ".join(sheet.sender_lines), sans=True, size=8.5, grey=True)
        self.rule(head)
        if sheet.reference:
            self.line(f"{sheet.reference_label}{sheet.colon} {sheet.reference}", sans=True, size=8.5, grey=True)
        self.line(sheet.dateline)
        self.line("\n".join([f"{sheet.to_label}{sheet.colon} {sheet.addressee}", *sheet.addressee_lines]), bold=True)
        if sheet.copies:
            self.line("\n".join([f"{sheet.copy_label}{sheet.colon} {sheet.copies[0]}", *sheet.copies[1:]]))
        subject = self.document.add_heading(level=1)
        self.write(subject, f"{sheet.subject_label}{sheet.colon} {sheet.subject}", bold=True, sans=True, size=11.5)
        for run in subject.runs:
            run.font.color.rgb = RGBColor(0, 0, 0)
        if sheet.salutation:
            self.line(sheet.salutation)
        for paragraph in sheet.paragraphs:
            self.line("\n".join(paragraph))
        closing = self.line(sheet.closing)
        closing.paragraph_format.space_before, closing.paragraph_format.space_after = Pt(16), Pt(40)
        closing.paragraph_format.keep_with_next = True
        if sheet.signatory:
            self.line(sheet.signatory, bold=True).paragraph_format.space_after = Pt(0)
        if sheet.signatory_title:
            self.line(sheet.signatory_title)
        if sheet.rows:
            self.line(f"{sheet.enclosure_label}{sheet.colon} {sheet.enclosure_title}", sans=True, size=8.5, grey=True)

    def enclosure(self) -> None:
        sheet = self.sheet
        section = self.document.add_section()
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(18)
        title = self.document.add_heading(level=2)
        self.write(title, f"{sheet.enclosure_label}. {sheet.enclosure_title}", bold=True, sans=True, size=12)
        for run in title.runs:
            run.font.color.rgb = RGBColor(0, 0, 0)
        table = self.document.add_table(rows=1, cols=len(sheet.columns), style="Table Grid")
        table.autofit = False
        if self.rtl:
            table._tbl.tblPr.append(_element("w:bidiVisual"))
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
        for cell, name in zip(table.rows[0].cells, sheet.columns, strict=True):
            self._fill(cell, Cell([name]), bold=True)
        for row in sheet.rows:
            added = table.add_row()
            added._tr.get_or_add_trPr().append(_element("w:cantSplit"))
            for cell, value in zip(added.cells, row, strict=True):
                self._fill(cell, value)
        for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
                cell.width = Mm(width)

    def _fill(self, cell: Any, value: Cell, *, bold: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1.1
        self.write(paragraph, "\n".join(value.lines), bold=bold, sans=True, size=8.5)
        if value.language:
            for run in paragraph.runs:
                name = "bidi" if _right_to_left(run.text) else "val"
                run._r.get_or_add_rPr().append(_element("w:lang", **{name: value.language}))


def word(sheet: Sheet) -> bytes:
    """The letter as DOCX."""
    writer = _Writer(sheet)
    writer.footer()
    writer.letter()
    if sheet.rows:
        writer.enclosure()
    for root in (writer.document.element, writer.document.sections[0].footer._element, writer.document.styles.element):
        _in_order(root)
    out = io.BytesIO()
    writer.document.save(out)
    return out.getvalue()
