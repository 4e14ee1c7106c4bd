"""PDF, Word document and text: names in every script are there, hostile strings stand as they were written, fonts as listed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdfium2
import pytest

from wayhome.core.errors import InvalidInput
from wayhome.dialogue.models import LetterVersion
from wayhome.engines.reading.extract import extract
from wayhome.outputs.composing.language import codes
from wayhome.outputs.rendering.pdf import FONTS, pdf
from wayhome.outputs.rendering.plain import plain
from wayhome.outputs.rendering.sheet import sheet
from wayhome.outputs.rendering.word import word

ROOT = Path(__file__).resolve().parents[3]
NAMES = {
    "Armenian": "Թամար Այվելյան",
    "Azerbaijani": "Əliyev Rəşid Çingizoğlu",
    "Russian": "Министерство дорог Щёкино",
    "Arabic": "وزارة الطرق",
    "Georgian": "გზების სამინისტრო",
    "Hebrew": "משרד הדרכים",
    "Greek": "Υπουργείο Οδών",
    "Devanagari": "सड़क",
    "Ethiopic": "መንገድ",
    "Vietnamese": "Nguyễn Thị",
}
HOSTILE = [
    '#import "@preview/x:1.0.0": *',
    "{{ letter }} {% if %}",
    "</w:t></w:r><w:p/>",
    "]]> <!-- &amp; <b>",
    "$x^2$ *bold* _it_ @cite <label> // gone /* gone */",
    '\\u{41} \\ "quoted" `raw`',
    "= Not a heading",
    "#sys.inputs #panic()",
]


def row(number, action="Open the road", *, action_language="en", addressee="Regional Envoy", **clock):
    return {
        "number": number,
        "ask": number,
        "action": action,
        "language": action_language,
        "put": True,
        "addressee": addressee,
        "asked_on": "2027-02-04",
        "earlier": [
            {
                "communication": 1,
                "dated": "2027-02",
                "kind": "letter",
                "reference": "LVC/1",
                "ours": True,
                "elsewhere": False,
                "to": "",
            }
        ],
        "position": "made",
        "since": "2027-02-04",
        "outcome": "none",
        "clock": {"state": "silent", "since": "", "as_of": "2027-05-14", "due": "2027-06-01", "basis": "request", **clock},
    }


def version(code="en", paragraphs=("First.", "Second."), rows=None, **head):
    around = {
        "language": code,
        "sender": "Office of the Lirva Valley Community",
        "sender_address": "14 Weavers' Row\nSarn Ford",
        "sender_email": "office@lirva.example",
        "addressee": "Regional Envoy",
        "addressee_address": "",
        "copies": [],
        "reference": "LVC/31",
        "signatory": "Tamar Ayvelin",
        "signatory_title": "Chair",
        "place": "Sarn Ford",
        "dated": "2027-05-14",
        "answer_by": "2027-06-30",
        "answer_basis": "request",
        "answer_basis_text": "",
        "as_of": "2027-05-14",
        **head,
    }
    return LetterVersion(
        version=1,
        subject="Requests",
        salutation="Excellency,",
        paragraphs=list(paragraphs),
        closing="Respectfully,",
        head=around,
        enclosure=rows if rows is not None else [row(1)],
    )


def squeezed(text):
    """Letters and figures alone, composed: a PDF breaks lines and splits marks from their letters."""
    plain_text = unicodedata.normalize("NFKC", text)
    return "".join(ch for ch in plain_text if unicodedata.category(ch)[0] in "LN")


def pages(data):
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range() for page in document]


def there(name, text):
    """Whether the PDF's text has every word of the name; the reader gives words of mixed directions in another order."""
    found = squeezed(text)
    return all(squeezed(word) in found or squeezed(word)[::-1] in found for word in name.split())


@pytest.mark.parametrize("code", codes())
def test_names_in_every_script_are_in_the_pdf(code):
    paper = sheet(
        version(
            code,
            paragraphs=[f"{name}." for name in NAMES.values()],
            rows=[row(n, addressee=name) for n, name in enumerate(NAMES.values(), 1)],
            copies=list(NAMES.values()),
        ),
        unsent=False,
    )
    text = "\n".join(pages(pdf(paper)))
    for script, name in NAMES.items():
        if script == "Devanagari":  # shaped: the reader gives ligatures and joined letters as it sees them
            assert len(set(squeezed(name)) & set(squeezed(text))) >= len(set(squeezed(name))) - 2, script
        else:
            assert there(name, text), script


ARABIC = (
    "لم يسجل أي رد على هذا الطلب حتى الآن، ونرجو إبلاغنا بالموقف.",
    "نطلب من الوزارة فتح الطريق إلى القرية ولا سيما قبل الشتاء، والسماح للأسر بزيارة المقبرة.",
)


def test_an_arabic_pdf_can_be_searched_and_read_again():
    data = pdf(sheet(version("ar", paragraphs=ARABIC, addressee="وزارة الطرق", signatory="لينا مراد"), unsent=False))

    def words(text):
        kept = unicodedata.normalize("NFKC", text).replace("\u200f", "")
        return "".join(ch for ch in kept if unicodedata.category(ch) != "Mn").split()

    shown = words("\n".join(pages(data)))
    for paragraph in ARABIC:
        wanted = words(paragraph)
        assert any(shown[at : at + len(wanted)] == wanted for at in range(len(shown))), paragraph
    for name in ("وزارة", "الطرق", "لينا", "مراد"):  # beside a label, and in bold
        assert name in shown
    read = words(extract("letter.pdf", data).text)
    assert [word for paragraph in ARABIC for word in words(paragraph) if word not in read] == []


@pytest.mark.parametrize("code", codes())
def test_the_pdf_is_tagged_and_says_its_language_and_title(code):
    data = pdf(sheet(version(code), unsent=False))
    assert f"/Lang({code})" in data.decode("latin-1").replace(" ", "")
    assert b"/MarkInfo" in data and b"/StructTreeRoot" in data
    assert b"pdfuaid:part" in data
    assert pypdfium2.PdfDocument(data).get_metadata_dict()["Title"] == "Requests"


def test_every_font_in_the_pdf_is_one_of_ours():
    data = pdf(sheet(version("hy", paragraphs=list(NAMES.values())), unsent=False))
    names = {name.split(b"+")[-1] for name in re.findall(rb"/BaseFont/([A-Za-z0-9+\-]+)", data)}
    assert names and all(name.startswith((b"Noto", b"Amiri")) for name in names), names


def test_the_same_letter_gives_the_same_bytes():
    assert pdf(sheet(version(), unsent=False)) == pdf(sheet(version(), unsent=False))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_stand_as_they_were_written(text):
    """In every place that a person fills: subject, words, names, references, asks, laws."""
    made = version(
        paragraphs=[text, f"before {text} after"],
        rows=[row(1, text, addressee=text, basis="law", basis_text=text)],
        sender=text,
        addressee=text,
        copies=[text],
        reference=text,
        signatory=text,
        signatory_title=text,
        place=text,
        sender_address=text,
    )
    made.subject = made.salutation = made.closing = text
    paper = sheet(made, unsent=True)
    from_pdf = squeezed("".join(pages(pdf(paper))))
    assert from_pdf.count(squeezed(text)) >= 12
    document = docx.Document(io.BytesIO(word(paper)))
    assert [p.text for p in document.paragraphs].count(text) >= 3
    cells = [cell.text for cell in document.tables[0].rows[1].cells]
    assert cells[1] == text and cells[3] == text
    assert plain(paper).count(text) >= 12


def test_control_characters_never_reach_a_file():
    from wayhome.outputs.composing import text

    typed = "a\x00b\x07c\ud800d\uffffe\r\nf\x0bg"
    assert text.clean(typed) == "abcde\nfg"
    paper = sheet(version(paragraphs=text.paragraphs(typed)), unsent=False)
    assert docx.Document(io.BytesIO(word(paper)))
    assert pdf(paper)


def test_a_character_that_no_font_has_is_named(settings, tmp_path):
    settings.WAYHOME_HOME = tmp_path
    with pytest.raises(InvalidInput) as caught:
        pdf(sheet(version(paragraphs=["道路"]), unsent=False))
    assert caught.value.code == "no_font"
    assert "道" in str(caught.value) and "路" in str(caught.value)
    assert "道路" in [
        p.text for p in docx.Document(io.BytesIO(word(sheet(version(paragraphs=["道路"]), unsent=False)))).paragraphs
    ]


def test_a_long_table_goes_over_pages_with_its_heads_and_numbers():
    paper = sheet(version(rows=[row(n, f"Thing number {n}") for n in range(1, 61)]), unsent=False)
    found = pages(pdf(paper))
    assert len(found) >= 4
    tables = found[1:]
    assert all("What is asked" in text for text in tables), "the head of the table is repeated"
    assert all(f"{n} / {len(found)}" in text for n, text in enumerate(found, 1))
    assert "Thing number 60" in tables[-1]


def test_what_is_not_approved_says_so_on_every_page():
    unsent = pages(pdf(sheet(version(rows=[row(n) for n in range(1, 40)]), unsent=True)))
    assert all("Draft, not sent" in text for text in unsent)
    assert not any("Draft" in text for text in pages(pdf(sheet(version(), unsent=False))))


def test_an_own_request_is_never_printed_as_law():
    for code in codes():
        own = sheet(version(code, rows=[row(1, basis="request", basis_text="Access Act, art. 9")]), unsent=False)
        assert "Access Act" not in plain(own)
        law = sheet(version(code, rows=[row(1, basis="law", basis_text="Access Act, art. 9")]), unsent=False)
        assert "Access Act, art. 9" in plain(law)


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def xml_of(data):
    return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))  # noqa: S314


def test_an_arabic_word_document_runs_from_right_to_left():
    root = xml_of(word(sheet(version("ar", paragraphs=["كتبنا إلى \u2068Regional Envoy\u2069 أمس."]), unsent=False)))
    written = [p for p in root.iter(f"{W}p") if "".join(t.text or "" for t in p.iter(f"{W}t")).strip()]
    assert all(p.find(f"{W}pPr/{W}bidi") is not None for p in written)
    assert root.find(f".//{W}tblPr/{W}bidiVisual") is not None
    runs = {t.text: r for r in root.iter(f"{W}r") for t in r.iter(f"{W}t") if t.text}
    (name,) = [r for text, r in runs.items() if "Regional Envoy" in text and "كتبنا" not in text and "\u200e" in text]
    assert name.find(f"{W}rPr/{W}rtl") is None
    assert runs["كتبنا إلى "].find(f"{W}rPr/{W}rtl") is not None
    assert "\u2068" not in "".join(runs)


def test_a_word_document_keeps_the_order_of_its_schema():
    order = ["pStyle", "keepNext", "pBdr", "bidi", "spacing", "jc", "rPr", "sectPr"]
    run_order = ["rFonts", "b", "bCs", "color", "sz", "szCs", "rtl", "lang"]
    root = xml_of(word(sheet(version("ar", copies=["A", "ب"]), unsent=True)))
    for name, wanted in (("pPr", order), ("rPr", run_order)):
        for element in root.iter(f"{W}{name}"):
            tags = [child.tag.removeprefix(W) for child in element]
            assert set(tags) <= set(wanted), tags
            assert tags == sorted(tags, key=wanted.index)


def test_the_heads_of_the_table_are_repeated_in_word():
    root = xml_of(word(sheet(version(), unsent=False)))
    assert root.find(f".//{W}trPr/{W}tblHeader") is not None


def test_fonts_are_the_listed_ones():
    said = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "fonts.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 4.5 * 1024 * 1024
