"""Plain text and Markdown: offsets refer to the file's own text, encodings are recognised or the assumption is said."""

from __future__ import annotations

import pytest
from tests.engines.reading.extract import samples

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits, extract


@pytest.mark.parametrize("text", ["  indented\r\n\r\nlast line \n\n", "one\ttwo\u2028three\x0cfour", "no end of line"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_the_text_is_the_files_own_character_for_character(name: str, text: str) -> None:
    extracted = extract(name, text.encode())
    assert extracted.text == text
    assert extracted.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [samples.LETTER, samples.FRENCH, samples.RUSSIAN, "الوزير المحترم، نطلب منكم الرد."])
def test_unicode_with_and_without_a_mark(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    extracted = extract("a.txt", data)
    assert extracted.text == text
    has_mark = encoding in ("utf-8-sig", "utf-16", "utf-32")
    assert bool(extracted.warnings) is not has_mark


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (samples.FRENCH, "cp1252", "Windows-1252"),
        (samples.LETTER, "cp1252", "Windows-1252"),
        ("Demandé", "cp1252", "Windows-1252"),
        (samples.FRENCH.replace("’", "'"), "mac_roman", "Mac Roman"),
        (samples.RUSSIAN, "cp1251", "Windows-1251"),
        (samples.RUSSIAN, "koi8-r", "KOI8"),
        (samples.RUSSIAN, "cp866", "866"),
        (samples.RUSSIAN, "iso8859-5", "8859-5"),
        ("Просим ответить.", "cp1251", "Windows-1251"),
        ("Просим ответить.", "koi8-r", "KOI8"),
        ("ОБРАЩЕНИЕ К МИНИСТРУ", "cp1251", "Windows-1251"),
        ("Відповіді досі немає, їхні права є.", "cp1251", "Windows-1251"),
        ("Sayın Bakan, ailelerin dönüşünü istiyoruz. Yanıt alınmadı, çağrımızı yineliyoruz.", "cp1254", "Windows-1254"),
        ("Poštovani gospodine, žalimo što odgovora još nema, pišemo već četvrti put, ćekamo.", "cp1250", "Windows-1250"),
        ("الوزير المحترم، نطلب منكم ضمان عودة الأسر.", "cp1256", "Windows-1256"),
    ],
)
def test_older_encodings_are_recognised_and_the_assumption_is_said(text: str, encoding: str, said: str) -> None:
    extracted = extract("a.txt", text.encode(encoding))
    assert extracted.text == text
    assert said in extracted.warnings[0]
    assert "UTF-8" in extracted.warnings[0]


def test_a_long_text_with_one_old_letter_at_its_end() -> None:
    text = "The Community wrote again. " * 4_000 + "\nRéponse demandée à l'été.\n"
    assert extract("a.txt", text.encode("cp1252")).text == text


def test_a_few_damaged_bytes_cost_only_themselves() -> None:
    data = samples.RUSSIAN.encode()
    damaged = data[:20] + b"\xff" + data[21:-1]
    extracted = extract("a.txt", damaged)
    assert extracted.text.count("\ufffd") <= 3
    assert "Ответа до сих пор" in extracted.text
    assert "damaged characters" in extracted.warnings[0] and "line 1" in extracted.warnings[0]


def test_nul_characters_keep_their_place() -> None:
    text = "The Ministry\0 has not replied to the letter of 11 March. " + samples.LETTER
    extracted = extract("a.txt", text.encode())
    assert extracted.text == text.replace("\0", "\ufffd")
    assert "NUL" in extracted.warnings[0]


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 100])
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.txt", data)
    assert caught.value.code in ("not_text", "undecodable")
    assert "save it as" in caught.value.remedy


def test_markdowns_heading_is_its_title() -> None:
    assert extract("a.md", b"\n# A call for *dialogue* #\n\ntext").title == "A call for *dialogue*"
    assert extract("a.txt", b"# A call\n").title is None


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b" \r\n\t", "no_text")])
def test_nothing_in_the_file(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.txt", data)
    assert caught.value.code == code


def test_limits_on_bytes_and_characters() -> None:
    with pytest.raises(ReadingError) as caught:
        extract("a.txt", b"x" * 1001, limits=Limits(max_bytes=1000))
    assert caught.value.code == "too_large"
    with pytest.raises(ReadingError) as caught:
        extract("a.txt", b"x" * 1001, limits=Limits(max_characters=1000))
    assert caught.value.code == "too_much_text"


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("letter.txt", samples.LETTER.encode(), "text/plain"),
        ("BMW.txt", b"BM is how this letter begins, and a bitmap too.", "text/plain"),
        ("memo.txt", b"From: the Office\nTo: the Minister\nSubject: return\n\nWe ask you to reply.", "text/plain"),
        ("about.txt", b"A PDF begins with %PDF-1.4, said the clerk.", "text/plain"),
        ("letter", samples.LETTER.encode(), "text/plain"),
        ("page", samples.PAGE.encode(), "text/html"),
        ("mail", samples.mail().as_bytes(), "message/rfc822"),
        ("letter.txt", samples.letter_pdf(), "application/pdf"),
        ("letter.pdf", samples.letter_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_content_says_what_a_file_is_before_its_name(name: str, data: bytes, media_type: str) -> None:
    assert extract(name, data).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "code", "hint"),
    [
        ("scan.png", samples.png(), "unsupported_image", "OCR"),
        ("letter.pdf", b"not a pdf at all", "damaged", "again"),
        ("letter.docx", b"not a zip at all", "damaged", "again"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported_doc", ".docx"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_1000001F".encode("utf-16-le"), "unsupported_msg", ".eml"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
        ("a.rtf", b"{\\rtf1 hello}", "unsupported_rtf", ".docx"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 30, "unsupported_archive", "Unpack"),
        ("a.gz", b"\x1f\x8b\x08\x00" + b"\0" * 300, "unsupported_archive", "Unpack"),
        ("a.mp3", b"ID3\x03" + b"\0" * 300, "unsupported_media", "Write down"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, data: bytes, code: str, hint: str) -> None:
    with pytest.raises(ReadingError) as caught:
        extract(name, data)
    assert caught.value.code == code
    assert hint in caught.value.remedy
