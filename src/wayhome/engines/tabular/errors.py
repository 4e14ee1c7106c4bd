"""Errors of the tabular engine: a file that cannot be read as a table at all. What is wrong with single rows is an `Issue`."""

from __future__ import annotations

from typing import Any


class TabularError(Exception):
    """A file could not be read. `code` and `params` are stable, for translation; `problem` and `remedy` are English sentences."""

    def __init__(self, code: str, problem: str, remedy: str, **params: Any) -> None:
        super().__init__(f"{problem} {remedy}")
        self.code = code
        self.problem = problem
        self.remedy = remedy
        self.params = params


def damaged(why: str = "") -> TabularError:
    """The error of a file whose inner structure is broken."""
    return TabularError(
        "damaged",
        f"The file is damaged and could not be opened{f' ({why})' if why else ''}.",
        "Open it in the spreadsheet program that made it, save it anew as XLSX or CSV, and give it again.",
        why=why,
    )
