"""A whole Wayhome, as `wayhome demo` serves it: data folder of its own, gunicorn, the worker that reads, the demo loaded.

Used by the browser tests of the whole and by `scripts/pictures.py`.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAYHOME = [sys.executable, "-m", "wayhome.cli"]
LEAD, EDITOR, WORKER, READER = (f"{name}@lirva.example" for name in ("maren.odal", "ilse.marr", "jonas.weld", "petra.lund"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """One installation that runs: where its pages are, the demo's password, its data folder."""

    home: Path
    port: int = field(default_factory=free_port)
    password: str = ""
    server: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WAYHOME_", "DJANGO_", "DATABASE_"))}
        return {**kept, "WAYHOME_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src"), "WAYHOME_PUBLIC_URL": self.url}

    def command(self, *words: str, typed: str = "") -> str:
        """What `wayhome WORDS` prints; raises with all it said when it fails."""
        done = subprocess.run(
            [*WAYHOME, *words], env=self.environment, input=typed, capture_output=True, text=True, cwd=self.home, check=False
        )
        if done.returncode:
            raise RuntimeError(f"wayhome {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> Running:
        """Load the demo and serve it; returns once the log-in page answers."""
        said = self.command("demo", "--load-only")
        found = re.search(r"the password\s+(\S+)", said)
        assert found, said
        self.password = found[1]
        with (self.home / "serve.log").open("w") as log:
            self.server = subprocess.Popen(
                [*WAYHOME, "serve", "--port", str(self.port)],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, text=True, cwd=self.home, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.server.poll() is not None:
                break
            if "Wayhome is at" in (self.home / "serve.log").read_text(encoding="utf-8"):
                return self
            time.sleep(0.2)
        raise RuntimeError("the server did not start: " + (self.home / "serve.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def ask(self, question: str, *given: object) -> list[tuple]:
        """Rows of the database, read only: what a test needs to know before it opens a page."""
        with sqlite3.connect(f"file:{self.home / 'wayhome.sqlite3'}?mode=ro", uri=True) as database:
            return database.execute(question, given).fetchall()

    def one(self, question: str, *given: object) -> object:
        rows = self.ask(question, *given)
        assert rows, f"nothing in the demo answers: {question}"
        return rows[0][0]
