"""Warm workers, shared by all threads of a process."""

from __future__ import annotations

import atexit
import os
import threading
import time
from typing import Any

from wayhome.core.sandbox.bounds import Bounds
from wayhome.core.sandbox.process import Worker
from wayhome.engines.reading.errors import ReadingError

WARM = "wayhome.core.sandbox.task:warm"


class Pool:
    """At most `size` workers, started when needed. `bounds` sets their memory ceiling and life; a call may lower its time."""

    def __init__(self, size: int, bounds: Bounds | None = None, *, warm: str = WARM) -> None:
        self.size = max(1, size)
        self.bounds = bounds or Bounds()
        self._warm = warm
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._starting = 0
        self._closed = False
        self._changed = threading.Condition()
        self.started = 0
        self.peak_memory = 0

    def run(self, name: str, *arguments: Any, bounds: Bounds | None = None) -> Any:
        """Call `module:function` in a worker. Raises `ReadingError`, also for a worker that hung, grew or crashed."""
        asked = bounds or self.bounds
        worker = self._take(asked.queue_seconds)
        try:
            return worker.call(name, arguments, asked)
        except ReadingError:
            raise
        except BaseException:
            worker.close()  # interrupted in the middle of an exchange: it must not answer the next caller
            raise
        finally:
            self._give_back(worker)

    def workers(self) -> list[int]:
        """Process numbers of the workers that live."""
        with self._changed:
            return [worker.pid for worker in (*self._idle, *self._busy)]

    def close(self) -> None:
        """End all workers; those at work are killed and their callers get an error."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.kill()  # its caller sees the end of its answers and tidies up
            self._changed.notify_all()
        for worker in idle:
            worker.close()

    def abandon(self) -> None:
        """In a forked child: let go of the parent's workers."""
        for worker in (*self._idle, *self._busy):
            worker.abandon()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _take(self, seconds: float) -> Worker:
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._idle and len(self._busy) + self._starting >= self.size:
                if self._closed or not self._changed.wait(deadline - time.monotonic()):
                    raise ReadingError(
                        "busy", "Other documents are being read and this one's turn did not come.", "Try again in a few minutes."
                    )
            if self._closed:
                raise ReadingError("busy", "The reader is being shut down.", "Try again in a minute.")
            if self._idle:
                worker = self._idle.pop()
                self._busy.add(worker)
                return worker
            self._starting += 1
        try:
            worker = Worker(self._warm, self.bounds)
        except BaseException:
            with self._changed:
                self._starting -= 1
                self._changed.notify()
            raise
        with self._changed:
            self._starting -= 1
            self.started += 1
            self._busy.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._changed:
            self._busy.discard(worker)
            self.peak_memory = max(self.peak_memory, worker.peak_memory)
            if not worker.worn and not self._closed:
                self._idle.append(worker)
                self._changed.notify()
                return
        worker.close()
        with self._changed:
            self._changed.notify()


_lock = threading.Lock()
_shared: Pool | None = None
_light: Pool | None = None


def shared() -> Pool:
    """The process's own pool."""
    global _shared  # noqa: PLW0603 - one pool per process is the point
    with _lock:
        if _shared is None:
            _shared = Pool(_size())
        return _shared


def light() -> Pool:
    """The process's own pool of one worker without language models: for calls that need none, ready in a moment."""
    global _light  # noqa: PLW0603
    with _lock:
        if _light is None:
            _light = Pool(1, warm="")
        return _light


def run(name: str, *arguments: Any, bounds: Bounds | None = None) -> Any:
    """Call `module:function` in one of the shared workers. Raises `ReadingError`."""
    return shared().run(name, *arguments, bounds=bounds)


def close() -> None:
    """End the shared workers; the next call starts new ones."""
    global _shared, _light
    with _lock:
        pools, _shared, _light = (_shared, _light), None, None
    for pool in pools:
        if pool is not None:
            pool.close()


def _size() -> int:
    wanted = os.environ.get("WAYHOME_READERS", "")
    return min(int(wanted), 64) if wanted.isdecimal() and int(wanted) > 0 else 2


def _after_fork() -> None:
    global _shared, _light, _lock  # noqa: PLW0603
    _lock = threading.Lock()
    pools, _shared, _light = (_shared, _light), None, None
    for pool in pools:
        if pool is not None:
            pool.abandon()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
