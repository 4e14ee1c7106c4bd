"""Files made to cost a reader more than their size: the time stays in proportion."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.engines.reading.extract import samples

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import extract
from wayhome.engines.reading.extract.layout import Line, compose

HEAD = b"From: a@b.example\nSubject: s\nMessage-ID: <1@b>\nMIME-Version: 1.0\n"
FLOWED = HEAD + b"Content-Type: text/plain; format=flowed\n\n"

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "one word": ("a.txt", lambda: b"x" * 1_000_000),
    "old letters": ("a.txt", lambda: samples.RUSSIAN.encode("koi8-r") * 8_000),
    "hashes": ("a.md", lambda: b"# " * 300_000),
    "comments before a page": ("a", lambda: b"<!---->" * 100_000 + b"x"),
    "elements": ("a.html", lambda: b"<p>word " * 15_000),
    "nested elements": ("a.html", lambda: b"<table><tr><td>x" * 30_000),
    "one class": ("a.html", lambda: b'<div class="' + b"share-" * 150_000 + b'">We ask.</div>'),
    "line breaks": ("a.html", lambda: b"<p>" + b"word<br>" * 15_000),
    "cells": ("a.html", lambda: b"<table><tr>" + b"<td>x</td>" * 60_000),
    "quoted lines": ("a.eml", lambda: HEAD + b"\n" + b"> x\n\n" * 150_000),
    "signatures": ("a.eml", lambda: HEAD + b"\n" + b"-- \nx\n" * 100_000),
    "introductions": ("a.eml", lambda: HEAD + b"\n" + b"On 1 May 2023, " * 60_000),
    "flowed lines": ("a.eml", lambda: FLOWED + b"word word \n" * 100_000),
    "recipients": ("a.eml", lambda: b"To: " + b"a@b.example, " * 60_000 + b"\n" + HEAD + b"\nWe ask.\n"),
    "encoded words": ("a.eml", lambda: b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n" + HEAD + b"\nWe ask.\n"),
    "parts": (
        "a.eml",
        lambda: (
            HEAD
            + b"Content-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\nContent-Type: text/plain\n\nx\n" * 20_000
            + b"--b--\n"
        ),
    ),
    "quoted pages": (
        "a.eml",
        lambda: HEAD + b"Content-Type: text/html\n\n" + b"<blockquote>x</blockquote><p>y</p>" * 15_000,
    ),
    "paragraphs": ("a.docx", lambda: samples.body_docx("<w:p><w:r><w:t>We ask.</w:t></w:r></w:p>" * 30_000)),
    "rows": ("a.docx", lambda: samples.body_docx("<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 30_000 + "</w:tbl>")),
    "controls": ("a.docx", lambda: samples.body_docx("<w:tbl>" + "<w:sdt><w:tr/></w:sdt>" * 30_000 + "</w:tbl>")),
    "list items": (
        "a.docx",
        lambda: samples.body_docx('<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>' * 30_000),
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_time_stays_in_proportion(what: str) -> None:
    name, make = HOSTILE[what]
    data = make()
    begun = time.monotonic()
    try:
        assert extract(name, data).text
    except ReadingError as error:
        assert error.code in ("no_text", "damaged", "nested_too_deep", "zip_bomb")
    assert time.monotonic() - begun < 8, "a file of a megabyte may take a second or two on a busy machine"


def test_a_pdfs_lines_cost_what_they_are() -> None:
    lines = [
        Line("word " * 12 + "end-" if number % 3 else "x" * 200, 70, 520, number * 14, number * 14, 10)
        for number in range(20_000)
    ]
    begun = time.monotonic()
    text, _ = compose([lines, [Line("y" * 200_000)]])
    assert time.monotonic() - begun < 8
    assert len(text) > 1_000_000
