"""Errors of the engine. `code` is stable; `problem` and `remedy` are sentences for a person; `where` names the part at fault."""

from __future__ import annotations


class ReadinessError(ValueError):
    """Something given does not hang together; nothing was worked out."""

    def __init__(self, code: str, problem: str, remedy: str, *, where: str = "") -> None:
        super().__init__(f"{problem} {remedy}")
        self.code = code
        self.problem = problem
        self.remedy = remedy
        self.where = where


class Stopped(ReadinessError):
    """The caller asked to stop; no reading is handed out."""

    def __init__(self, done: int) -> None:
        super().__init__("stopped", f"Stopped after {done} areas.", "Nothing was kept; start again when wanted.")
        self.done = done
