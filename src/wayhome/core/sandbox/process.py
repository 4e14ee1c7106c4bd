"""The caller's side of one worker process."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import wayhome
from wayhome.core.sandbox.bounds import Bounds
from wayhome.core.sandbox.frames import HEADER, MAX_ANSWER, pack, unpack_answer
from wayhome.engines.reading.errors import ReadingError

log = logging.getLogger("wayhome.sandbox")

_TICK = 0.25  # seconds between two looks at the worker's memory
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV")


class Worker:
    """A process that answers calls one after the other. Not for use by two threads at once: the pool sees to that."""

    def __init__(self, warm: str, bounds: Bounds) -> None:
        self.bounds = bounds
        self.calls = 0
        self.worn = False
        self._words = ""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "wayhome.core.sandbox.worker", warm, str(bounds.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=_environment(),
            start_new_session=True,  # an interrupt from the keyboard is the caller's to handle
        )
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self.base_memory = 0
        try:
            self._exchange(b"", bounds.start_seconds, None)
        except ReadingError as error:
            # Nobody's document was involved yet: what the process said is safe to show.
            said = (self.last_words().strip().splitlines() or [error.problem])[-1]
            raise ReadingError(
                "reader_not_started",
                f"The reading process could not be started ({said[:300]}).",
                "Run `make setup` again; if that does not help, send this message to whoever looks after the installation.",
            ) from None
        self.base_memory = self.memory()
        self.peak_memory = self.base_memory

    @property
    def pid(self) -> int:
        return self._process.pid

    def call(self, name: str, arguments: tuple[Any, ...], bounds: Bounds) -> Any:
        """Call `module:function`. Raises `ReadingError`; after one that killed the process `worn` is true."""
        self.calls += 1
        frame = pack((name, arguments, bounds.cpu_seconds, bounds.wall_seconds))
        kind, value = self._exchange(frame, bounds.wall_seconds, bounds)
        if self.calls >= self.bounds.documents or self.memory() > self.base_memory + self.bounds.memory_bytes // 2:
            self.worn = True
        if kind == "ok":
            return value
        if kind == "error":
            code, problem, remedy = value
            raise ReadingError(str(code), str(problem), str(remedy))
        if kind == "memory":
            self.worn = True
            raise out_of_memory(bounds)
        raise ReadingError(
            "reader_failed",
            f"The file could not be read: the reader failed on it ({value}).",
            "Save it anew from the program that made it, as PDF or plain text, and try again.",
        )

    def memory(self) -> int:
        """Resident memory in bytes; 0 where it cannot be told."""
        return resident(self._process.pid)

    def last_words(self) -> str:
        """The end of what the process wrote to standard error."""
        return self._words or self._end_of_log()

    def _end_of_log(self) -> str:
        try:
            size = self._log.seek(0, os.SEEK_END)
            self._log.seek(max(0, size - 2_000))
            return self._log.read().decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""

    def close(self) -> None:
        """End the process, whatever it does."""
        self.worn = True
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._words = self._words or self._end_of_log()
        self.abandon()

    def kill(self) -> None:
        """End the process; callable from another thread than the one that waits for its answer."""
        self.worn = True
        self._process.kill()

    def abandon(self) -> None:
        """Let go of the pipes without touching the process: in a forked child it is the parent's."""
        self.worn = True
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _exchange(self, frame: bytes, seconds: float, bounds: Bounds | None) -> tuple[str, Any]:
        """Send a frame and wait for the answer, with an eye on the clock and on memory."""
        deadline = time.monotonic() + seconds
        unsent = memoryview(frame)
        answer = bytearray()
        length: int | None = None
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if unsent:
                selector.register(self._in, selectors.EVENT_WRITE)
            next_look = time.monotonic() + _TICK
            while length is None or len(answer) < length:
                now = time.monotonic()
                if now >= deadline:
                    self.close()
                    raise took_too_long(seconds)
                if now >= next_look:
                    self._look(bounds)
                    next_look = now + _TICK
                for key, _ in selector.select(min(_TICK, deadline - now)):
                    if key.fd == self._in:
                        unsent = self._push(unsent)
                        if not unsent:
                            selector.unregister(self._in)
                        continue
                    chunk = self._pull()
                    if chunk is None:
                        continue
                    if not chunk:
                        raise self._died(bounds.cpu_seconds if bounds else seconds)
                    answer += chunk
                    if length is None and len(answer) >= HEADER.size:
                        (length,) = HEADER.unpack(answer[: HEADER.size])
                        del answer[: HEADER.size]
                        if length > MAX_ANSWER:
                            self.close()
                            raise out_of_memory(bounds or self.bounds)
        try:
            kind, value = unpack_answer(bytes(answer))
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, ImportError, IndexError):
            self.close()
            raise ReadingError(
                "reader_failed",
                "The reader's answer made no sense.",
                "Save the file anew from the program that made it and try again.",
            ) from None
        return str(kind), value

    def _push(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._in, unsent[:1_000_000]) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:
            return memoryview(b"")  # the end of its output, read next, tells why

    def _pull(self) -> bytes | None:
        try:
            return os.read(self._out, 1_000_000)
        except BlockingIOError:
            return None

    def _look(self, bounds: Bounds | None) -> None:
        if bounds is None:
            return
        memory = self.memory()
        self.peak_memory = max(self.peak_memory, memory)
        if memory > self.base_memory + bounds.memory_bytes:
            self.close()
            raise out_of_memory(bounds)

    def _died(self, seconds: float) -> ReadingError:
        code = self._process.wait()
        words = self.last_words()
        was_killed = self.worn
        self.close()
        if code in (-signal.SIGXCPU, -signal.SIGALRM):
            return took_too_long(seconds)
        if was_killed:
            return ReadingError("busy", "The reader was shut down while it worked on this file.", "Give the file again.")
        log.warning("a reading process ended with status %s", code)
        log.debug("its last words: %s", words)
        # The system kills with 9 what has taken too much of the machine's memory.
        if code == -signal.SIGKILL or "MemoryError" in words or "bad_alloc" in words:
            return out_of_memory(self.bounds)
        how = f"signal {-code}" if code < 0 else f"status {code}"
        return ReadingError(
            "reader_stopped",
            f"The reader stopped while it worked on this file ({how}); the file is damaged or made to do harm.",
            "Open it in the program that made it and save it anew, as PDF or plain text.",
        )


def took_too_long(seconds: float) -> ReadingError:
    """The error of a document whose time is up."""
    return ReadingError(
        "took_too_long",
        f"Reading took longer than {seconds:g} s and was stopped.",
        "Split the document into parts, or allow more time (--time-limit).",
    )


def out_of_memory(bounds: Bounds) -> ReadingError:
    """The error of a document that needs too much memory."""
    return ReadingError(
        "out_of_memory",
        f"Reading needed more than {bounds.memory_bytes // (1024 * 1024):,} MB of memory and was stopped.",
        "Split the document into parts, or allow more memory (--memory-limit).",
    )


def resident(pid: int) -> int:
    """Resident memory of a process in bytes, 0 where it cannot be told."""
    try:
        if sys.platform == "linux":
            return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        found = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False)
        return int(found.stdout.strip() or 0) * 1024
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return 0


def _environment() -> dict[str, str]:
    """No settings, keys or database address: a document's reader needs none."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    package = str(Path(wayhome.__file__).resolve().parent.parent)
    return kept | {
        "PYTHONPATH": package,
        "PYTHONHASHSEED": "0",  # the same file gives the same answer
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
