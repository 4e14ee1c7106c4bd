"""Errors of the planning engine: what is wrong, in which file, row and field, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing an instance cannot be solved with. `row` counts the rows of data from 1 (0: the file as a whole); `code` is stable
    and `found` is the value as given, so that pages can say it in other languages; `problem` and `remedy` are sentences."""

    file: str
    row: int
    field: str
    found: str
    code: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}" if self.row else self.file
        found = f" (found “{self.found}”)" if self.found else ""
        return f"{where}{', ' + self.field if self.field else ''}: {self.problem}{found} {self.remedy}"


class InstanceError(Exception):
    """The tables are no instance; `problems` lists everything that is wrong. Nothing was solved."""

    def __init__(self, problems: Sequence[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        tail = [f"and {more} more of the same kinds"] if more else []
        super().__init__("\n".join([*map(str, self.problems), *tail]))


class PlanError(Exception):
    """A plan given (to keep, to check) does not belong to the instance. `problem` and `remedy` are sentences."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy
