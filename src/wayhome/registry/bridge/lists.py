"""The only place of the registry that calls the tabular engine: a list is read in a worker process, within bounds.

with ListReader(path, choice) as reader:
    survey = reader.survey(today)
    for chunk in reader.chunks(plan, list_name): ...
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from wayhome.core.errors import InvalidInput
from wayhome.core.sandbox.bounds import MEGABYTE, Bounds
from wayhome.core.sandbox.process import Worker
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.tabular import Choice, Limits, Plan, Survey
from wayhome.registry.import_words import file_problem

CHUNK = 20_000  # rows
_ENGINE = "wayhome.engines.tabular.session"
_BOUNDS = Bounds(wall_seconds=600, cpu_seconds=600, memory_bytes=2048 * MEGABYTE, documents=10**9)


@dataclass(slots=True)
class Chunk:
    """Rows read: records in the engine's order, numbers of rows set apart, issues as tuples, counted remarks."""

    rows: int
    last: int
    records: list[tuple[Any, ...]]
    apart: list[int]
    issues: list[tuple[Any, ...]]
    notes: dict[tuple[str, str], list[Any]]
    passed_over: int


@dataclass(frozen=True, slots=True)
class Together:
    """What showed over all rows: issues, rows that stand twice, rows of households that nobody belongs to."""

    issues: list[tuple[Any, ...]]
    same: list[int]
    without_people: list[int]


class ListReader:
    """A worker process with one list open. Raises `InvalidInput` with words for a person where the file does not do."""

    def __init__(self, path: Path, choice: Choice, limits: Limits | None = None) -> None:
        self._path, self._choice, self._limits = str(path), choice, limits or Limits()
        self._worker = _take()
        self._reading: Generator[Chunk, None, None] | None = None

    def survey(self, today: date) -> Survey:
        """What the file holds."""
        found = self._call("survey", self._path, self._choice, today.isoformat(), self._limits)[1]
        assert isinstance(found, Survey)
        return found

    def chunks(
        self,
        plan: Plan,
        list_name: str,
        *,
        after: int = 0,
        skipped: list[int] | None = None,
        together: bool = False,
        most: int = CHUNK,
    ) -> Iterator[Chunk]:
        """The rows behind `after`, chunk by chunk; the next is read while the caller works on this one."""
        self._reading = self._chunks(plan, list_name, after, skipped or [], together, most)
        return self._reading

    def _chunks(
        self, plan: Plan, list_name: str, after: int, skipped: list[int], together: bool, most: int
    ) -> Generator[Chunk, None, None]:
        self._call("begin", self._path, self._choice, plan.as_json(), list_name, after, skipped, together, self._limits)
        with ThreadPoolExecutor(1, thread_name_prefix="list") as ahead:
            coming = ahead.submit(self._call, "chunk", most)
            while True:
                chunk = Chunk(*coming.result()[1:])
                if chunk.rows == 0:
                    return
                coming = ahead.submit(self._call, "chunk", most)
                yield chunk

    def finish(self) -> Together:
        """After all chunks were read with `together`."""
        return Together(*self._call("finish")[1:])

    def cells(self, rows: list[int]) -> tuple[list[str], list[tuple[int, list[str]]]]:
        """Titles of the columns, and rows as they stand in the file."""
        answer = self._call("cells", self._path, self._choice, rows, self._limits)
        return answer[1], answer[2]

    def memory(self) -> int:
        """Peak resident bytes of the worker so far."""
        return self._worker.peak_memory

    def close(self) -> None:
        """Let go of the worker process; a healthy one is kept for the next list."""
        if self._reading is not None:
            self._reading.close()  # waits for the chunk that is being read ahead
        if not self._worker.worn:
            try:
                self._worker.call(f"{_ENGINE}:end", (), _BOUNDS)
            except ReadingError:
                self._worker.close()
        _give_back(self._worker)

    def __enter__(self) -> ListReader:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _call(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        try:
            answer: tuple[Any, ...] = self._worker.call(f"{_ENGINE}:{name}", arguments, _BOUNDS)
        except ReadingError as error:
            problem, remedy = file_problem(error.code, {}, error.problem, error.remedy)
            raise InvalidInput(problem, remedy, code=error.code) from None
        if answer[0] == "refused":
            problem, remedy = file_problem(answer[1], answer[4], answer[2], answer[3])
            raise InvalidInput(problem, remedy, code=answer[1])
        return answer


_lock = threading.Lock()
_spare: list[Worker] = []


def _take() -> Worker:
    """The spare worker of this process, or a new one: starting one costs half a second."""
    with _lock:
        while _spare:
            worker = _spare.pop()
            if not worker.worn:
                return worker
    return Worker("", _BOUNDS)


def _give_back(worker: Worker) -> None:
    with _lock:
        if not worker.worn and not _spare:
            _spare.append(worker)
            return
    worker.close()


@atexit.register
def close_spare() -> None:
    """End the spare worker; the next list starts a new one."""
    with _lock:
        while _spare:
            _spare.pop().close()


def _after_fork() -> None:
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    while _spare:
        _spare.pop().abandon()  # it is the parent's


os.register_at_fork(after_in_child=_after_fork)
