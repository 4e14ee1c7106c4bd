"""Reading documents through the pool: one, a mail with what it carries, or thousands."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from wayhome.core.sandbox.bounds import Bounds
from wayhome.core.sandbox.pool import Pool, shared
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits
from wayhome.engines.reading.types import Extracted, Reading

READ = "wayhome.core.sandbox.task:read"
INSIDE = "!"  # between a mail's name and that of a file in it


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read. `sha256` of its bytes in hexadecimal; offsets in `reading` refer to `reading.text`."""

    name: str
    sha256: str
    extracted: Extracted
    reading: Reading
    error: Literal[None] = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read; `sha256` is None where it was not even opened."""

    name: str
    sha256: str | None
    error: ReadingError


Outcome = Read | Unread
Propose = Callable[[Reading], Reading]


def read_document(
    name: str,
    data: bytes,
    *,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    pool: Pool | None = None,
    extractor: Propose | None = None,
) -> Outcome:
    """Read one file in a worker process. A mail's attachments come back unread, as bytes, in `extracted.attachments`.

    `extractor` (see `wayhome.core.extractor`) may add proposals; it is called here, the worker has no network.
    """
    limits = limits or Limits()
    digest = hashlib.sha256(data).hexdigest()
    try:
        limits.check_size(len(data))
        extracted, reading = (pool or shared()).run(READ, name, data, limits, bounds=bounds)
    except ReadingError as error:
        return Unread(name, digest, error)
    return Read(name, digest, extracted, extractor(reading) if extractor else reading)


def read_tree(
    name: str,
    data: bytes,
    *,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    pool: Pool | None = None,
    extractor: Propose | None = None,
) -> Iterator[Outcome]:
    """Read a file, then what is attached to it, then what is attached to that, each named `outer!inner`.

    Attachments' bytes are dropped from the outcomes as soon as they are read. At most four times `limits.max_attachments`
    files are read below one file, and `limits.max_nesting` levels of mails.
    """
    limits = limits or Limits()
    waiting: deque[tuple[str, str, bytes, int]] = deque([(name, name, data, 0)])
    left = 4 * limits.max_attachments + 1
    while waiting:
        shown, plain, content, depth = waiting.popleft()
        if left == 0:
            yield Unread(shown, None, _too_many(len(waiting) + 1))
            return
        left -= 1
        outcome = read_document(plain, content, limits=limits, bounds=bounds, pool=pool, extractor=extractor)
        outcome = replace(outcome, name=shown)
        if isinstance(outcome, Unread):
            yield outcome
            continue
        inside = outcome.extracted.attachments
        outcome = replace(outcome, extracted=replace(outcome.extracted, attachments=()))
        yield outcome
        if inside and depth >= limits.max_nesting:
            yield from (Unread(f"{shown}{INSIDE}{each}", None, _too_deep(limits)) for each, _ in inside)
            continue
        # Depth first: a mail's own attachments follow it before the next file does.
        waiting.extendleft((f"{shown}{INSIDE}{each}", each, bytes_, depth + 1) for each, bytes_ in reversed(inside))


def read_many(
    sources: Iterable[Path | tuple[str, bytes]],
    *,
    jobs: int = 1,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    pool: Pool | None = None,
    extractor: Propose | None = None,
) -> Iterator[list[Outcome]]:
    """Read many files, given as paths or as (name, bytes): one list for each source, in order, attachments included.

    At most two sources for each job are in memory. The pool's size bounds how many are truly read at once.
    """
    limits = limits or Limits()
    pool = pool or shared()
    pending: deque[Future[list[Outcome]]] = deque()
    with ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="reading") as threads:
        try:
            for source in sources:
                pending.append(threads.submit(_read_source, source, limits, bounds, pool, extractor))
                if len(pending) >= 2 * max(1, jobs):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _read_source(
    source: Path | tuple[str, bytes], limits: Limits, bounds: Bounds | None, pool: Pool, extractor: Propose | None
) -> list[Outcome]:
    if isinstance(source, tuple):
        name, data = source
    else:
        name = str(source)
        try:
            data = load(source, limits)
        except ReadingError as error:
            return [Unread(name, None, error)]
    return list(read_tree(name, data, limits=limits, bounds=bounds, pool=pool, extractor=extractor))


def load(path: Path, limits: Limits) -> bytes:
    """A file's bytes; too large a file is refused by its size, before it is opened. Raises `ReadingError`."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadingError("not_a_file", "This is a folder.", "Name the files in it, for example with a * at the end.")
        if not stat.S_ISREG(status.st_mode):
            raise ReadingError("not_a_file", "This is no ordinary file.", "Save what it gives to a file and name that.")
        limits.check_size(status.st_size)
        with path.open("rb") as stream:
            data = stream.read(limits.max_bytes + 1)  # it may have grown since
    except FileNotFoundError:
        raise ReadingError("not_found", "There is no such file.", "Check the name and the folder.") from None
    except PermissionError:
        raise ReadingError("not_permitted", "You may not open this file.", "Ask its owner for permission to read it.") from None
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
        raise ReadingError(
            "not_opened", f"The file could not be opened ({reason}).", "Copy it to this machine's disk and try again."
        ) from None
    limits.check_size(len(data))
    return data


def _too_many(rest: int) -> ReadingError:
    return ReadingError(
        "too_many_attachments",
        f"The mail holds too many files in its attached mails; this one and {rest - 1} more were not read.",
        "Save those that matter and give them as files.",
    )


def _too_deep(limits: Limits) -> ReadingError:
    return ReadingError(
        "nested_too_deep",
        f"It lies more than {limits.max_nesting} mails deep and was not read.",
        "Save it from the mail that holds it and give it as a file.",
    )
