"""Errors of the linking engine. Each message says what is wrong and what to do about it, without a stack trace."""

from __future__ import annotations


class LinkingError(Exception):
    """Records could not be linked. `code` is stable, `problem` and `remedy` are sentences for a person."""

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.code = code
        self.problem = problem
        self.remedy = remedy


class Stopped(LinkingError):
    """The caller asked to stop; nothing was written."""

    def __init__(self, stage: str) -> None:
        super().__init__("stopped", f"Linking was stopped before “{stage}”.", "Nothing was written; start it again when wanted.")
        self.stage = stage
