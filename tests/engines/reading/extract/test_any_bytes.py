"""Whatever the bytes are: an `Extracted` that keeps its promises, or a `ReadingError`, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.engines.reading.extract import samples

from wayhome.core.sandbox import Bounds, Pool
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits, extract
from wayhome.engines.reading.types import Extracted

NAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.eml", "a.msg", "a.doc", "a", "a.bin"])
LIMITS = Limits(max_bytes=3_000_000, max_characters=500_000)
SECONDS = 10.0  # for one small file, on a busy machine
SETTINGS = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

START = st.sampled_from(
    [
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"From: a@b\nSubject: c\nMIME-Version: 1.0\n",
        b"<html><body>",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"{\\rtf1",
    ]
)


def checked(name: str, data: bytes) -> Extracted | None:
    begun = time.monotonic()
    try:
        extracted = extract(name, data, limits=LIMITS)
    except ReadingError as error:
        assert error.code and error.problem and error.remedy
        assert error.problem.endswith(".") and error.remedy.endswith(".")
        return None
    finally:
        assert time.monotonic() - begun < SECONDS
    keeps_its_promises(extracted)
    return extracted


def keeps_its_promises(extracted: Extracted) -> None:
    assert extracted.text.strip() or extracted.attachments
    assert "\0" not in extracted.text
    extracted.text.encode("utf-8")  # no lone surrogates
    last = 0
    for zone in extracted.zones:
        assert last <= zone.start < zone.end <= len(extracted.text)
        last = zone.end
    for value in (extracted.title, extracted.publisher, *extracted.senders, *extracted.recipients, *extracted.warnings):
        if value is not None:
            assert value and "\0" not in value
            value.encode("utf-8")
    assert len(extracted.attachments) <= LIMITS.max_attachments
    for name, content in extracted.attachments:
        assert name and "/" not in name and name.isprintable()
        assert isinstance(content, bytes)


@SETTINGS
@given(name=NAMES, start=START, rest=st.binary(max_size=2_000))
def test_random_bytes(name: str, start: bytes, rest: bytes) -> None:
    checked(name, start + rest)


@SETTINGS
@given(
    text=st.text(max_size=500),
    name=st.sampled_from(["a.txt", "a.md"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
@example(text="BM", name="a.txt", encoding="utf-8")
@example(text="00000\0", name="a.txt", encoding="utf-8")
@example(text="\ufeffx", name="a.txt", encoding="utf-8")
def test_any_text_comes_back_unchanged(text: str, name: str, encoding: str) -> None:
    if encoding == "utf-16" and text.startswith("\0"):
        return  # its mark and first character are the mark of UTF-32
    extracted = checked(name, text.encode(encoding))
    controls = sum(1 for char in text if (char < " " and char not in "\t\n\v\f\r\x1b") or char == "\x7f")
    if extracted is not None:
        own = text.removeprefix("\ufeff") if encoding == "utf-8" else text
        assert extracted.text == own.replace("\0", "\ufffd")
    else:
        assert not text.strip() or controls or text.startswith(("%PDF-", "PK", "{\\rtf", "\ufeff")), (
            "an ordinary text was refused"
        )


@SETTINGS
@given(body=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_any_words_in_a_mail_come_back(body: str) -> None:
    message = samples.mail(body=f"Begin {body} end.\n")
    extracted = checked("a.eml", message.as_bytes())
    assert extracted is not None
    # The email library itself breaks lines at U+2028 and its like.
    assert "".join(f"Begin {body} end.".split()) in "".join(extracted.text.split())


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.binary(min_size=1, max_size=60)),
        st.tuples(st.just("put"), st.floats(0, 1), st.binary(min_size=1, max_size=60)),
        st.tuples(st.just("end"), st.floats(0.2, 1), st.just(b"")),
    ),
    min_size=1,
    max_size=12,
)


def changed(data: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for kind, share, content in changes:
        at = int(share * len(data))
        if kind == "set":
            data = data[:at] + content + data[at + len(content) :]
        elif kind == "cut":
            data = data[:at] + data[at + len(content) :]
        elif kind == "put":
            data = data[:at] + content + data[at:]
        else:
            data = data[:at]
    return data


@pytest.mark.parametrize("name", ["a.docx", "a.eml", "a.html", "a.txt"])
@SETTINGS
@given(changes=CHANGES)
def test_changed_files(name: str, changes: list[tuple[str, float, bytes]]) -> None:
    original = {
        "a.docx": samples.letter_docx,
        "a.eml": samples.letter_mail,
        "a.html": samples.PAGE.encode,
        "a.txt": samples.RUSSIAN.encode,
    }[name]()
    checked(name, changed(original, changes))


@pytest.fixture(scope="module")
def pool():
    with Pool(1, Bounds(wall_seconds=SECONDS, cpu_seconds=SECONDS), warm="") as pool:
        yield pool


@SETTINGS
@given(changes=CHANGES)
def test_changed_pdf_files(pool: Pool, changes: list[tuple[str, float, bytes]]) -> None:
    # In a worker: PDFium is C++, and this test's point is that a crash there would not be one here.
    try:
        extracted = pool.run(
            "wayhome.engines.reading.extract:extract_within", "a.pdf", changed(samples.letter_pdf(), changes), LIMITS
        )
    except ReadingError as error:
        assert error.code not in ("took_too_long", "out_of_memory", "reader_failed")
    else:
        keeps_its_promises(extracted)
