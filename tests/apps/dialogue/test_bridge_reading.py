"""From a stored file through a worker process, and the operator's second reader, to rows of the reading contract."""

from __future__ import annotations

import json
import threading
from types import SimpleNamespace

import pytest

from tests.core.test_extractor import Server, chat
from tests.engines.reading.extract import samples
from wayhome.core import files
from wayhome.dialogue import bridge


def stored(name: str, data: bytes) -> SimpleNamespace:
    return SimpleNamespace(name=name, sha256=files.store(data))


def test_a_stored_letter_is_read() -> None:
    result = bridge.read(stored("letter.docx", samples.letter_docx()))
    assert isinstance(result, bridge.Result)
    assert result.title == "Letter to the Minister of Return"
    assert any(finding.kind == "ask" for finding in result.findings)
    assert all(finding.quote == result.text[finding.start : finding.end] for finding in result.findings)
    assert result.params["extractor"] is None and not any("extractor" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", samples.encrypted_pdf(b"x"), "encrypted"),
        ("a.pdf", samples.scanned_pdf(), "no_text_layer"),
        ("a.txt", bytes(range(256)), "not_text"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_failure_with_a_remedy(name: str, data: bytes, code: str) -> None:
    result = bridge.read(stored(name, data))
    assert isinstance(result, bridge.Failure)
    assert result.code == code and result.remedy


def test_the_second_reader_adds_where_it_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    proposals = {
        "silences": [
            {"quote": "There is no reply on file", "kind": "no_reply"},
            {"quote": "They laughed at us", "kind": "refusal"},
        ]
    }
    with Server() as server:
        server.answer = lambda body: (200, chat(json.dumps(proposals)))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("WAYHOME_EXTRACTOR_URL", server.url)
        monkeypatch.setenv("WAYHOME_EXTRACTOR_MODEL", "small")
        result = bridge.read(stored("letter.txt", samples.LETTER.encode()))
        server.shutdown()
        thread.join()
    assert isinstance(result, bridge.Result)
    assert result.params["extractor"] == "small at 127.0.0.1"
    assert any("1 dropped because their passage is not in the text" in warning for warning in result.warnings)
    assert any(finding.quote.startswith("There is no reply on file") for finding in result.findings if finding.kind == "silence")
    assert len(server.requests) == 1


def test_settings_that_cannot_work_do_not_stop_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYHOME_EXTRACTOR_URL", "nonsense")
    assert isinstance(bridge.read(stored("letter.txt", samples.LETTER.encode())), bridge.Result)
