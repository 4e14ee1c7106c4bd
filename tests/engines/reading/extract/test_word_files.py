"""Word files: what the printed page shows, and nothing that harms."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from tests.engines.reading.extract import samples

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits, extract


def text_of(body: str) -> str:
    return extract("a.docx", samples.body_docx(body)).text


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_letterhead_lists_tables_and_footer() -> None:
    extracted = extract("a.docx", samples.letter_docx())
    assert extracted.text == (
        "Lirva Valley Community\n\nExcellency,\n\nWe ask the Ministry of Return:\n\n1. to open the road;\n\n2. to clear the mines.\n\n"
        "- to reply\n\nVillage | Families\nUpper Lirva | 120\n\nRespectfully yours\n\nRegistered under number 17"
    )
    assert extracted.title == "Letter to the Minister of Return"
    zones = {zone.zone: extracted.text[zone.start : zone.end] for zone in extracted.zones}
    assert zones == {"letterhead": "Lirva Valley Community", "boilerplate": "Registered under number 17"}


def test_tracked_changes_show_the_new_text() -> None:
    body = (
        f"<w:p>{run('We ask ')}<w:del>{run('nobody').replace('w:t', 'w:delText')}</w:del><w:ins>{run('the Ministry')}</w:ins>"
        f"{run(' to reply')}<w:moveFrom>{run(' never')}</w:moveFrom><w:moveTo>{run(' soon')}</w:moveTo></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('One ')}</w:p><w:p>{run('paragraph.')}</w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{run('deleted row')}</w:p></w:tc></w:tr></w:tbl>"
    )
    assert text_of(body) == "We ask the Ministry to reply soon\n\nOne paragraph."


def test_fields_hidden_text_comments_and_boxes() -> None:
    box = f"<wps:txbx><w:txbxContent><w:p>{run('In a box')}</w:p></w:txbxContent></wps:txbx>"
    body = (
        f"<w:p><w:r><w:instrText>PAGEREF secret</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        f"<w:hyperlink>{run('a link')}</w:hyperlink><w:r><w:noBreakHyphen/><w:t>up</w:t><w:br/><w:t>next</w:t></w:r></w:p>"
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text_of(body) == "a link-up\nnext\n\nIn a box"


def test_footnotes_follow_the_text_with_their_numbers() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Letter of 11 March 2023.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    data = samples.body_docx(f'<w:p>{run("We wrote")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" before.")}</w:p>')
    data = samples.with_part(data, "word/footnotes.xml", notes.encode())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        related = archive.read("word/_rels/document.xml.rels")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    related = related.replace(
        b"</Relationships>", b'<Relationship Id="rId99" Type="%s" Target="footnotes.xml"/></Relationships>' % kind
    )
    data = samples.with_part(data, "word/_rels/document.xml.rels", related)
    assert extract("a.docx", data).text == "We wrote[1] before.\n\n[1] Letter of 11 March 2023."


def test_numbers_of_lists_are_counted_level_by_level() -> None:
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
        '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2.%3"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )

    def item(level: int, text: str) -> str:
        return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>{run(text)}</w:p>'

    data = samples.body_docx(
        item(0, "Requests") + item(1, "one") + item(1, "two") + item(2, "deep") + item(0, "Urges") + item(1, "anew")
    )
    lines = extract("a.docx", samples.with_part(data, "word/numbering.xml", numbering.encode())).text.split("\n\n")
    assert lines == ["3. Requests", "(a) one", "(b) two", "3.b.I deep", "4. Urges", "(a) anew"]


def with_doctype(data: bytes, doctype: str, name: str = "word/document.xml", encoding: str = "utf-8") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = archive.read(name).decode().partition("?>")[2].lstrip()
    return samples.with_part(data, name, f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{root}'.encode(encoding))


LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a '"
    + "ha" * 50
    + "'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    ['<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE w SYSTEM "http://192.0.2.1/evil.dtd">', LAUGHS],
)
@pytest.mark.parametrize("name", ["word/document.xml", "word/_rels/document.xml.rels", "docProps/core.xml", "word/numbering.xml"])
def test_external_entities_and_entity_bombs_are_refused(doctype: str, name: str) -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", with_doctype(samples.letter_docx(), doctype, name))
    assert caught.value.code == "unsafe_xml"
    assert "trusted" in caught.value.remedy


def test_an_entity_hidden_in_another_encoding_is_refused_too() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", with_doctype(samples.letter_docx(), LAUGHS, encoding="utf-16"))
    assert caught.value.code == "unsafe_xml"


def bomb(size: int) -> bytes:
    buffer = io.BytesIO(samples.letter_docx())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/media/big.xml", "w") as stream:
        for _ in range(size // 1_000_000):
            stream.write(b" " * 1_000_000)
    return buffer.getvalue()


def test_a_zip_bomb_is_refused_by_total_size() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", bomb(300_000_000))
    assert caught.value.code == "zip_bomb" and "MB" in caught.value.problem


def test_a_zip_bomb_is_refused_by_ratio_and_by_entries() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", bomb(20_000_000))
    assert caught.value.code == "zip_bomb" and "would unpack" in caught.value.problem
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", samples.letter_docx(), limits=Limits(max_zip_entries=5))
    assert caught.value.code == "zip_bomb" and "parts" in caught.value.problem


def test_a_zip_that_lies_about_its_sizes_yields_no_more_than_it_declared() -> None:
    data = bytearray(bomb(20_000_000))
    needle = (20_000_000).to_bytes(4, "little")
    at = data.find(needle)
    while at >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
        at = data.find(needle, at + 4)
    try:
        assert "Respectfully" in extract("a.docx", bytes(data)).text
    except ReadingError as error:
        assert error.code in ("damaged", "zip_bomb")


def test_external_references_are_not_fetched_and_named() -> None:
    with zipfile.ZipFile(io.BytesIO(samples.letter_docx())) as archive:
        related = archive.read("word/_rels/document.xml.rels")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    added = b'<Relationship Id="rId88" Type="%simage" Target="http://192.0.2.1/pixel.png" TargetMode="External"/>' % kind
    added += b'<Relationship Id="rId89" Type="%shyperlink" Target="http://192.0.2.1/" TargetMode="External"/>' % kind
    data = samples.with_part(
        samples.letter_docx(), "word/_rels/document.xml.rels", related.replace(b"</Rel", added + b"</Rel", 1)
    )
    warnings = extract("a.docx", data).warnings
    assert len(warnings) == 1 and "1 files outside itself" in warnings[0]


def test_macros_are_ignored_and_named() -> None:
    data = samples.with_part(samples.letter_docx(), "word/vbaProject.bin", b"\0" * 100)
    extracted = extract("a.docm", data)
    assert "Respectfully" in extracted.text and "macros" in extracted.warnings[0]


def test_a_missing_part_costs_only_itself() -> None:
    data = samples.with_part(samples.letter_docx(), "word/styles.xml", None)
    assert "Respectfully yours" in extract("a.docx", data).text


def test_a_spreadsheet_under_a_word_name() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", buffer.getvalue())
    assert caught.value.code == "unsupported_office"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_word_file_that_is_cut_off(share: float) -> None:
    data = samples.letter_docx()
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", data[: int(len(data) * share)])
    assert caught.value.code == "damaged"
    assert "repair" in caught.value.remedy


def test_ten_thousand_nested_tables() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", samples.body_docx(body))
    assert caught.value.code in ("nested_too_deep", "damaged", "zip_bomb")


def test_an_empty_word_file() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.docx", samples.docx_bytes(docx.Document()))
    assert caught.value.code == "no_text"
