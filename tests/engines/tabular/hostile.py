"""Files that do harm or are broken, made here: each with what the engine must say of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

HEADINGS = ["Record ID", "Family name", "Given name", "Date of birth", "Sex"]
GOOD = ["1", "Dorvan", "Mira", "31.12.1989", "f"]


def workbook(path: Path, rows: list[list[object]], *, then: Callable[[object, object], None] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("People")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, column, cell)
    if then:
        then(book, sheet)
    book.close()
    return path


def sheet_xml(inner: str) -> str:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{inner}</sheetData></worksheet>"
    )


def package(path: Path, xml: str | bytes, *, level: int = 6) -> Path:
    """A minimal workbook around one sheet's XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as pack:
        pack.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        )
        pack.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        pack.writestr(
            "xl/workbook.xml",
            '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        pack.writestr(
            "xl/_rels/workbook.xml.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        pack.writestr("xl/worksheets/sheet1.xml", xml)
    return path


def cell(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def _two_million_columns(path: Path) -> Path:
    return package(path, sheet_xml("<row r='1'>" + "<c><v>1</v></c>" * 2_000_000 + "</row>"))


def _two_million_column_name(path: Path) -> Path:
    return package(path, sheet_xml(f'<row r="1">{cell("A1", "Name")}{cell("DIGOH1", "x")}</row>'))


def _wide_csv(path: Path) -> Path:
    path.write_text(",".join("x" for _ in range(2_000_000)) + "\n", encoding="utf-8")
    return path


def _far_cell(path: Path) -> Path:
    return package(path, sheet_xml(f'<row r="1">{cell("A1", "Name")}</row><row r="1048576">{cell("ALL1048576", "x")}</row>'))


def _bomb(path: Path) -> Path:
    return package(path, b"<row>" + b" " * 200_000_000, level=9)


def _truncated(path: Path) -> Path:
    whole = workbook(path.with_suffix(".whole"), [HEADINGS, GOOD])
    path.write_bytes(whole.read_bytes()[:-400])
    return path


def _flipped(path: Path) -> Path:
    whole = bytearray(workbook(path.with_suffix(".whole"), [HEADINGS, *[GOOD] * 50]).read_bytes())
    start = whole.index(b"xl/worksheets/sheet1.xml") + 30
    for place in range(start, start + 120):
        whole[place] ^= 0xA5
    path.write_bytes(bytes(whole))
    return path


def _not_xml(path: Path) -> Path:
    return package(path, "<worksheet><sheetData><row r='1'><c r='A1'><v>1</row>")


def _picture(path: Path) -> Path:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    return path


def _pdf(path: Path) -> Path:
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj" * 100)
    return path


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _blank_sheet(path: Path) -> Path:
    return workbook(path, [])


def _locked(path: Path) -> Path:
    # An encrypted workbook is an OLE file with these streams; calamine reads its directory only.
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096)
    return path


def _other_archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("letter.docx", b"nothing")
    return path


def _endless_line(path: Path) -> Path:
    path.write_bytes(b"Name,Sex\n" + b"a" * 9_000_000)
    return path


def _lying_size(path: Path) -> Path:
    """An archive whose directory says a part is small when it is not."""
    buffer = io.BytesIO()
    inner = package(path.with_suffix(".inner"), sheet_xml("<row r='1'><c r='A1'><v>1</v></c></row>" + " " * 3_000_000))
    buffer.write(inner.read_bytes())
    data = bytearray(buffer.getvalue())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], set[str]]] = {
    "two_million_columns.xlsx": (_two_million_columns, {"too_many_columns"}),
    "column_two_million.xlsx": (_two_million_column_name, {"too_many_columns"}),
    "wide.csv": (_wide_csv, {"too_many_columns"}),
    "far_cell.xlsx": (_far_cell, {"too_sparse"}),
    "bomb.xlsx": (_bomb, {"zip_bomb"}),
    "truncated.xlsx": (_truncated, {"damaged"}),
    "flipped.xlsx": (_flipped, {"damaged"}),
    "not_xml.xlsx": (_not_xml, {"damaged", "empty_sheet"}),
    "picture.csv": (_picture, {"not_a_table"}),
    "letter.xlsx": (_pdf, {"not_a_table"}),
    "empty.csv": (_empty, {"empty_file"}),
    "blank.xlsx": (_blank_sheet, {"empty_sheet"}),
    "locked.xls": (_locked, {"damaged", "encrypted"}),
    "archive.xlsx": (_other_archive, {"not_a_table"}),
    "endless_line.csv": (_endless_line, {"line_too_long"}),
    "lying_size.xlsx": (_lying_size, {"damaged", "zip_bomb"}),
}
