"""Errors of the reading engine. Each message says what is wrong and what to do about it, without a stack trace."""

from __future__ import annotations


class ReadingError(Exception):
    """A document could not be read. `code` is stable, `problem` and `remedy` are sentences for a person."""

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.code = code
        self.problem = problem
        self.remedy = remedy
