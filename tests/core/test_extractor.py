"""The optional extractor, against a real server that answers well, badly, slowly or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from wayhome.core.extractor import Extractor, configured, split
from wayhome.core.sandbox import Pool, read_document
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.types import Reading

TEXT = "The Community calls on the Ministry of Return to open the road. No reply came."
READING = Reading(TEXT, "en", True, None, None, None, None, warnings=("kept",))
GOOD = {"asks": [{"quote": "open the road", "addressees": ["Ministry of Return"]}, {"quote": "close the road"}], "silences": []}

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer: Answer = lambda body: (200, chat(json.dumps(GOOD)))
        self.drip = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers), body))
        status, content = self.server.answer(body)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if self.server.drip:
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    time.sleep(self.server.drip)
            else:
                self.wfile.write(content)
        except OSError:
            pass

    def log_message(self, *arguments: Any) -> None:
        pass


def chat(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def extractor(server: Server, **changes: Any) -> Extractor:
    return Extractor(**({"url": server.url, "model": "small", "key": "k-secret", "timeout": 5.0} | changes))


def test_proposals_are_added_with_their_origin_and_what_happened_is_said(server: Server) -> None:
    result = extractor(server)(READING)
    (ask,) = result.asks
    assert TEXT[ask.start : ask.end] == "open the road" and ask.explanation == "proposed by small at 127.0.0.1"
    assert result.warnings[0] == "kept"
    assert (
        "1 proposals added" in result.warnings[1] and "1 dropped because their passage is not in the text" in result.warnings[1]
    )
    ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer k-secret"
    assert body["model"] == "small" and body["temperature"] == 0 and TEXT in body["messages"][1]["content"]


def test_a_fenced_answer_and_a_server_without_json_mode(server: Server) -> None:
    server.answer = lambda body: (400, b"{}") if "response_format" in body else (200, chat(f"```json\n{json.dumps(GOOD)}\n```"))
    assert len(extractor(server)(READING).asks) == 1
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (500, b"boom k-secret", "status 500"),
        (401, b"", "status 401"),
        (302, b"", "status 302"),
        (200, b"", "not in the agreed form"),
        (200, b"\xff\xfe", "not in the agreed form"),
        (200, b"[]", "not in the agreed form"),
        (200, chat("I cannot help with that."), "not in the agreed form"),
        (200, chat("[1, 2]"), "not in the agreed form"),
        (200, chat("[" * 100_000), "not in the agreed form"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "not in the agreed form"),
        (200, b"x" * 3_000_000, "too long"),
    ],
)
def test_bad_answers_leave_the_reading_as_it_was(server: Server, status: int, content: bytes, said: str) -> None:
    server.answer = lambda body: (status, content)
    result = extractor(server)(READING)
    assert (result.asks, result.text) == ((), TEXT)
    assert len(result.warnings) == 2 and said in result.warnings[1] and "other findings are unaffected" in result.warnings[1]
    assert "k-secret" not in str(result)


def test_slow_and_absent_servers(server: Server) -> None:
    server.answer = lambda body: (time.sleep(2), (200, b""))[1]  # type: ignore[func-returns-value]
    begun = time.monotonic()
    assert "no answer in time" in extractor(server, timeout=0.3)(READING).warnings[1]
    server.answer = lambda body: (200, b"x" * 100)
    server.drip = 0.1
    assert "no answer within 0.4 s" in extractor(server, timeout=0.4)(READING).warnings[1]
    assert time.monotonic() - begun < 4
    assert "no connection" in extractor(server, url="http://127.0.0.1:1/v1")(READING).warnings[1]


def test_a_long_text_goes_in_parts_cut_between_paragraphs(server: Server) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "We wrote to the Ministry about the road. " * 20 for number in range(60))
    pieces = split(text)
    assert "".join(pieces) == text and all(len(piece) <= 12_000 for piece in pieces)
    assert all(piece.startswith("Paragraph") for piece in pieces)
    extractor(server)(Reading(text, "en", True, None, None, None, None))
    assert len(server.requests) == len(pieces)
    assert split("x" * 30_000) == ["x" * 12_000, "x" * 12_000, "x" * 6_000]


def test_with_a_document(server: Server) -> None:
    with Pool(1, warm="wayhome.core.sandbox.task:warm_text") as pool:
        outcome = read_document("a.txt", TEXT.encode(), pool=pool, extractor=extractor(server))
    assert outcome.error is None
    own = [ask for ask in outcome.reading.asks if not ask.explanation.startswith("proposed by")]
    added = [ask for ask in outcome.reading.asks if ask not in own]
    (said,) = [warning for warning in outcome.reading.warnings if "was sent this text" in warning]
    assert f"{len(added)} proposals added, {1 - len(added)} already found" in said


def test_off_unless_set_up() -> None:
    assert configured({}) is None
    assert configured({"WAYHOME_EXTRACTOR_URL": " "}) is None
    found = configured(
        {"WAYHOME_EXTRACTOR_URL": "http://127.0.0.1:8080/v1", "WAYHOME_EXTRACTOR_MODEL": "m", "WAYHOME_EXTRACTOR_TIMEOUT": "7"}
    )
    assert found == Extractor("http://127.0.0.1:8080/v1", "m", "", 7.0)


@pytest.mark.parametrize(
    "environment",
    [
        {"WAYHOME_EXTRACTOR_URL": "file:///etc/passwd", "WAYHOME_EXTRACTOR_MODEL": "m"},
        {"WAYHOME_EXTRACTOR_URL": "localhost:8080", "WAYHOME_EXTRACTOR_MODEL": "m"},
        {"WAYHOME_EXTRACTOR_URL": "http://127.0.0.1:8080/v1"},
    ],
)
def test_settings_that_cannot_work_say_so(environment: dict[str, str]) -> None:
    with pytest.raises(ReadingError) as caught:
        configured(environment)
    assert caught.value.code == "extractor_settings"
