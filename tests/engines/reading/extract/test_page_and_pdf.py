"""Web pages without their wrapper; PDF with paragraphs, without running heads."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst
from tests.engines.reading.extract import samples

import wayhome
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits, extract


def test_a_news_page_keeps_its_article_and_loses_its_wrapper() -> None:
    extracted = extract("a.html", samples.PAGE.encode())
    assert extracted.text == (
        "Community writes again\n\nBy A. Writer, 2 May 2023\n\n"
        "The Lirva Valley Community sent a letter to the Secretary-General asking that a mission be sent to the valley before the winter "
        "begins.\n\nThe letter says:\n\nYour Excellency,\n\nWe ask you to send a mission. We call on the Ministry of Return:\n\n"
        "1. to open the road;\n2. to clear the mines.\n\nVillage | Families\nUpper Lirva | 120"
    )
    assert (extracted.title, extracted.publisher, extracted.published_on) == (
        "Community writes again",
        "Lirva Post",
        "2023-05-02",
    )
    assert [extracted.text[zone.start : zone.end] for zone in extracted.zones if zone.zone == "wrapper"] == [
        "Community writes again\n\nBy A. Writer, 2 May 2023"
    ]


LEAD = "The Lirva Valley Community has sent a letter to the Secretary-General about the return of its members, made to leave in 1989."
CALL = "It calls on the Ministry of Return to open the road to Upper Lirva and to clear the mines before the winter."
QUOTE = "“There is no reply on file to our letter of 11 March,” the Community says, and asks for a meeting."


def test_an_old_page_laid_out_with_tables() -> None:
    page = (
        "<html><body><table><tr><td colspan=3><font size=5>Valley Herald</font></td></tr><tr><td><a href=/>Home</a><br><a href=/n>News</a>"
        f"<br><a href=/s>Sport</a></td><td><b>Letter sent</b><br><br>{LEAD}<br><br>{CALL}<br><br>{QUOTE}</td><td><a href=1>Bridge closed for "
        "repairs</a><br><a href=2>School opens</a></td></tr><tr><td colspan=3>Copyright 2003 Valley Herald</td></tr></table></body></html>"
    )
    text = extract("a.html", page.encode()).text
    assert f"\n\nLetter sent\n\n{LEAD}\n\n{CALL}\n\n{QUOTE}\n\n" in f"{text}\n\n"
    assert "Sport" not in text and "Bridge" not in text


def test_a_page_with_things_between_its_paragraphs() -> None:
    page = (
        '<html><body class="single has-sidebar"><div class="top-bar"><a href="/login">Log in</a></div><div class="entry">'
        f'<h1>Letter sent</h1><div class="entry-meta">By A. Writer | 3 comments</div><div class="entry-content"><p>{LEAD}</p><p>{CALL}</p>'
        f'<div class="related-inline"><strong>Read also:</strong> <a href="3">Minister visits the valley</a></div><blockquote>{QUOTE}</blockquote>'
        '<div class="sharing"><h3>Share this:</h3><ul><li><a href="#">One</a></li></ul></div></div></div>'
        '<div id="comments"><h2>3 comments</h2><p>Great article, we call on everyone to share it with friends and relatives.</p></div>'
        '<div class="sidebar"><p>Subscribe to our newsletter and get the news of the valley every morning.</p></div>'
        '<div id="cookie-notice">This site uses cookies. By continuing you accept our privacy policy.</div></body></html>'
    )
    assert extract("a.html", page.encode()).text == f"Letter sent\n\nBy A. Writer | 3 comments\n\n{LEAD}\n\n{CALL}\n\n{QUOTE}"


def test_a_page_without_any_structure_is_read_whole() -> None:
    page = b"<p>We ask the Ministry to reply.<p>It has not replied<br>since 11 March.<pre>kept   as\n  it is</pre>"
    extracted = extract("a.html", page)
    assert extracted.text == "We ask the Ministry to reply.\n\nIt has not replied\nsince 11 March.\n\nkept   as\n  it is"


def test_a_paragraph_that_one_opinion_misses_stays_between_two_that_both_want() -> None:
    long = "The Community wrote to the Ministry of Return about the road to Upper Lirva and about its mines. " * 3
    page = f"<html><body><article><p>{long}</p><div><span>We ask for a reply.</span></div><p>{long}</p></article></body></html>"
    assert "We ask for a reply." in extract("a.html", page.encode()).text


def test_metadata_of_other_kinds() -> None:
    page = (
        '<html><head><title>A call for dialogue - Valley Herald</title><meta name="DC.date.issued" content="20240131"></head>'
        "<body><h1>A call for dialogue</h1><p>We call on the Ministry to reply.</p></body></html>"
    )
    extracted = extract("a.html", page.encode())
    assert (extracted.title, extracted.publisher, extracted.published_on) == (
        "A call for dialogue",
        "Valley Herald",
        "2024-01-31",
    )


def test_an_impossible_date_is_no_date() -> None:
    page = '<html><head><meta property="article:published_time" content="2024-02-31"></head><body><p>We call.</p></body></html>'
    assert extract("a.html", page.encode()).published_on is None


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r"])
def test_the_pages_own_word_on_its_encoding(charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>{samples.RUSSIAN}</p></body></html>'
    extracted = extract("a.html", page.encode(charset))
    assert extracted.text == samples.RUSSIAN
    assert extracted.warnings == ()


@pytest.mark.parametrize(
    "page", [b"<html></html>", b"<!-- only a comment -->", b"<html><body><script>var a = 1;</script></body></html>"]
)
def test_a_page_without_text(page: bytes) -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.html", page)
    assert caught.value.code == "no_text"


def test_a_hundred_thousand_nested_elements_do_no_harm() -> None:
    try:
        extracted = extract("a.html", b"<div>" * 100_000 + b"We ask you to reply.")
    except ReadingError as error:
        assert error.code in ("no_text", "damaged", "nested_too_deep")
    else:
        assert extracted.text == "We ask you to reply."


def test_a_pdf_has_paragraphs_whole_words_and_no_running_heads() -> None:
    extracted = extract("a.pdf", samples.letter_pdf())
    paragraphs = extracted.text.split("\n\n")
    assert paragraphs[:2] == ["Lirva Valley Community No. 12/4", "To the Minister"], (
        "the running head is said once: it is the letterhead"
    )
    assert [(zone.zone, zone.start, zone.end) for zone in extracted.zones] == [("letterhead", 0, len(paragraphs[0]))]
    assert len(set(paragraphs[2:11])) == 1, "nine times the same paragraph, over page breaks and hyphens"
    assert "extraordinarily incomprehensible interdepartmental responsibilities" in paragraphs[2]
    assert paragraphs[11:] == ["1. to open the road;", "2. to clear the mines."]
    assert "Page" not in extracted.text and extracted.text.count("12/4") == 1


SENTENCES = (
    "We write about the return of the displaced inhabitants of the valley, which was promised to them. We ask the Ministry of Return to open the "
    "road to Upper Lirva. It undertook to clear the mines before the winter and to give every family its house back. No reply came to our letters."
)


@pytest.mark.parametrize(
    "settings",
    [
        "#set par(justify: true)",
        "#set text(hyphenate: false)",
        "#set par(justify: true, first-line-indent: (amount: 1.5em, all: true), spacing: 0.65em)",
        "#set par(leading: 1.4em, spacing: 2.8em)",
        '#set page(columns: 2)\n#set text(lang: "en", hyphenate: true)',
        "#show: rest => pad(left: 3cm, rest)",
    ],
)
def test_paragraphs_come_back_however_they_are_set(settings: str) -> None:
    paragraphs = ["A call for dialogue", *(f"{number}th letter. {SENTENCES}" for number in range(11, 23)), "Yours", "Sabela Orun"]
    source = f'#set page("a4", numbering: "1 / 1")\n{settings}\n' + "\n\n".join(paragraphs)
    assert extract("a.pdf", samples.pdf(source)).text.split("\n\n") == paragraphs


def test_footnotes_do_not_cut_a_paragraph_that_runs_on() -> None:
    villages = ["Orun", "Tessel", "Varda", "Kesh", "Lume", "Anti", "Borel", "Dovin", "Esk", "Farro", "Gill", "Hest"]
    source = '#set page("a5")\n#set par(justify: true)\n' + "\n\n".join(
        f"{number}th letter. {SENTENCES}#footnote[Note on {village}.]" for number, village in enumerate(villages, 11)
    )
    paragraphs = extract("a.pdf", samples.pdf(source)).text.split("\n\n")
    letters = [one for one in paragraphs if "th letter." in one]
    assert len(letters) == 12 and all(one.endswith(f"No reply came to our letters.{at}") for at, one in enumerate(letters, 1))
    assert sum(one.count("Note ") for one in paragraphs if one not in letters) == 12


def test_hyphens_that_belong_to_a_word_stay() -> None:
    source = "#set page(width: 8cm, height: 12cm)\n#set text(size: 11pt, hyphenate: false)\nThe inter-agency mission went to Upper-\\\nLirva."
    text = extract("a.pdf", samples.pdf(source)).text
    assert "inter-agency" in text and "Upper-Lirva" in text


def test_scripts_survive() -> None:
    text = extract("a.pdf", samples.pdf(f"{samples.RUSSIAN}\n\n{samples.FRENCH}")).text
    assert samples.RUSSIAN in text
    assert samples.FRENCH.replace("’", "'") in text.replace("’", "'").replace("\u00a0", " ")


ARABIC = "نكتب إليكم بشأن عودة سكان الوادي المهجرين. نطلب من وزارة العودة أن تفتح الطريق إلى القرية قبل الشتاء. " * 3


def test_arabic_is_read_or_said_to_be_unreadable() -> None:
    """Fonts that build letters from strokes and dots leave crumbs in the text layer: better no text than that."""
    fonts = Path(wayhome.__file__).parent / "outputs" / "fonts"
    source = f'#set text(font: "Noto Naskh Arabic", lang: "ar", dir: rtl)\n{ARABIC}'
    data = bytes(typst.compile(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True))
    try:
        text = extract("a.pdf", data).text
    except ReadingError as error:
        assert error.code == "garbled_text_layer" and "OCR" in error.remedy
    else:
        assert text.replace("اآل", "الآ") == ARABIC.strip()


def test_the_password_protected_sample_is_a_real_one() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(samples.encrypted_pdf(b"secret"), password="secret")
    assert len(document) == 1


def test_a_password_protected_pdf_says_so() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.pdf", samples.encrypted_pdf(b"secret"))
    assert caught.value.code == "encrypted"
    assert "password" in caught.value.problem and "without one" in caught.value.remedy


def test_a_scan_says_that_it_has_no_text_layer() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.pdf", samples.scanned_pdf())
    assert caught.value.code == "no_text_layer"
    assert "no text layer" in caught.value.problem and "OCR" in caught.value.remedy


def test_a_scanned_annex_is_named_and_the_letter_read() -> None:
    extracted = extract("a.pdf", samples.scanned_pdf(2, "We ask the Ministry of Return to open the road to Upper Lirva."))
    assert extracted.text == "We ask the Ministry of Return to open the road to Upper Lirva."
    assert "2-3" in extracted.warnings[0]


def test_a_pdf_with_too_many_pages() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.pdf", samples.letter_pdf(), limits=Limits(max_pages=1))
    assert caught.value.code == "too_many_pages"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_pdf_that_is_cut_off(share: float) -> None:
    data = samples.letter_pdf()
    try:
        extracted = extract("a.pdf", data[: int(len(data) * share)])
    except ReadingError as error:
        assert error.code == "damaged"
    else:
        assert extracted.text.strip()
