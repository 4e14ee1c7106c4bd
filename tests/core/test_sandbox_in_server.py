"""The sandbox inside a real threaded server, forked after loading: bad uploads get their error, the server stays up."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.engines.reading.extract import samples
from tests.engines.reading.extract.test_word_files import bomb

APP = """
import json
from urllib.parse import unquote
from wayhome.core.sandbox import Bounds, read_document, run
from wayhome.engines.reading.errors import ReadingError

def application(environ, start_response):
    data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    name = unquote(environ["PATH_INFO"]).lstrip("/")
    if name == "hang":
        try:
            run("time:sleep", 600, bounds=Bounds(wall_seconds=1))
        except ReadingError as error:
            answer = {"code": error.code}
    else:
        outcome = read_document(name, data)
        answer = {"code": outcome.error.code} if outcome.error else {"code": None, "asks": len(outcome.reading.asks)}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "upload_app.py").write_text(APP, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--chdir",
        str(tmp_path),
        "--preload",
        "--workers",
        "1",
        "--worker-class",
        "gthread",
    ]
    command += ["--threads", "6", "--timeout", "120", "--bind", f"127.0.0.1:{port}", "upload_app:application"]
    monkeypatch.setenv("WAYHOME_READERS", "2")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def post(address: str, data: bytes) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data=data, method="POST"), timeout=90) as answer:
                return json.loads(answer.read())
        except (ConnectionError, urllib.error.URLError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.slow
def test_uploads_from_many_threads_with_bad_ones_between(server: str) -> None:
    uploads = [
        ("letter.txt", samples.LETTER.encode(), None),
        ("hang", b"", "took_too_long"),
        ("bomb.docx", bomb(20_000_000), "zip_bomb"),
        ("locked.pdf", samples.encrypted_pdf(b"x"), "encrypted"),
        ("letter.docx", samples.letter_docx(), None),
        ("letter.pdf", samples.letter_pdf(), None),
        ("empty.txt", b"", "empty"),
        ("%3Cscript%3E.txt", samples.LETTER.encode(), None),
    ]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda one: post(f"{server}/{one[0]}", one[1]), uploads))
    assert [answer["code"] for answer in answers] == [code for _, _, code in uploads]
    assert answers[0]["asks"]
