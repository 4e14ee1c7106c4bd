"""The worker process: `python -P -m wayhome.core.sandbox.worker WARM MEMORY`. Reads frames from standard input, one call each.

WARM is `module:function` to call before the first document (or empty), MEMORY the bytes a call may need beyond that.
Answers: `("ready", None)`, then `("ok", result)`, `("error", (code, problem, remedy))` or `("failed", what)` for each call.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import math
import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from wayhome.core.sandbox.frames import HEADER, pack
from wayhome.engines.reading.errors import ReadingError

try:
    import resource
except ImportError:  # a system without it: the caller's clock and memory watch still hold
    resource = None  # type: ignore[assignment]

_FORBIDDEN = frozenset(
    ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.posix_spawn")
)


def main(warm: str, memory: int) -> None:
    """Serve calls until standard input ends."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers, and nothing may wait for input.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    if warm:
        function(warm)()
    gc.collect()
    gc.freeze()
    _limit_memory(memory)
    sys.addaudithook(_refuse)
    _send(answers, ("ready", None))
    while (request := _receive(requests)) is not None:
        name, arguments, cpu_seconds, wall_seconds = request
        _limit_time(cpu_seconds, wall_seconds)
        _send(answers, _answer(name, arguments))
        del request, arguments
        _limit_time(None, None)


def function(name: str) -> Callable[..., Any]:
    """The function `module:name`."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


def _answer(name: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "ok", function(name)(*arguments)
    except ReadingError as error:
        return "error", (error.code, error.problem, error.remedy)
    except MemoryError:
        return "memory", None
    except RecursionError:
        return "failed", "RecursionError"
    except Exception as error:
        sys.excepthook(*sys.exc_info())  # for the log: standard error is kept by the caller
        return "failed", type(error).__name__


def _send(answers: BinaryIO, answer: tuple[str, Any]) -> None:
    try:
        frame = pack(answer)
    except MemoryError:
        frame = pack(("memory", None))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        frame = pack(("failed", type(error).__name__))
    answers.write(frame)
    answers.flush()


def _receive(requests: BinaryIO) -> Any:
    header = requests.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    content = requests.read(length)
    return pickle.loads(content) if len(content) == length else None  # noqa: S301 - the caller is our own process


def _limit_memory(memory: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _soften(resource.RLIMIT_FSIZE, 64 * 1024 * 1024)
    if sys.platform == "linux":  # elsewhere RLIMIT_AS does not hold; the caller watches resident memory
        with open("/proc/self/statm", encoding="ascii") as status:  # noqa: PTH123
            now = int(status.read().split()[0]) * resource.getpagesize()
        _soften(resource.RLIMIT_AS, now + memory)


def _limit_time(cpu_seconds: float | None, wall_seconds: float | None) -> None:
    """A ceiling on this process's CPU time, and an alarm in case the caller itself is gone; None lifts both."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, wall_seconds + 5 if wall_seconds else 0)
    if resource is None:
        return
    if cpu_seconds is None:
        _soften(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _soften(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + cpu_seconds))


def _soften(kind: int, wanted: int) -> None:
    """Set the soft limit, never above the hard one that the system already imposes."""
    assert resource is not None
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY and (wanted == resource.RLIM_INFINITY or wanted > hard):
        wanted = hard
    resource.setrlimit(kind, (wanted, hard))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not allowed while a document is read")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
