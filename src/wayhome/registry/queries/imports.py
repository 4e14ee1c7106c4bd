"""Imports as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404

from wayhome.accounts.models import Process
from wayhome.engines.tabular import vocabulary
from wayhome.engines.tabular.guessing import PROPOSED
from wayhome.engines.tabular.plan import VOCABULARY
from wayhome.registry import field_words
from wayhome.registry.actions.importing import interrupted, plan_of
from wayhome.registry.import_words import issue_words, kind_words
from wayhome.registry.models import Import, ImportIssue

TONES = {
    Import.State.UPLOADED: "draft",
    Import.State.CHECKING: "wait",
    Import.State.READY: "soon",
    Import.State.COMMITTING: "wait",
    Import.State.DONE: "ok",
    Import.State.UNDOING: "wait",
    Import.State.UNDONE: "still",
    Import.State.FAILED: "late",
}
_MOST_WORDS = 40


@dataclass(slots=True)
class ColumnRow:
    """One column on the page: what is chosen, what was guessed and why, how its dates are written."""

    index: int
    letter: str
    title: str
    samples: list[str]
    filled: int
    field: str
    reason: str = ""
    tone: str = ""
    tag: str = ""
    is_date: bool = False
    order: str = "dmy"
    calendar: str = "gregorian"
    habit: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the list that has no meaning yet, or was given one: with the values it may stand for."""

    name: str
    field: str
    text: str
    count: int
    chosen: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: words, how many, in which column, where first."""

    code: str
    level: str
    column: str
    words: str
    count: int
    rows: list[int]
    value: str = ""


def imports(process: Process) -> QuerySet[Import]:
    """All imports, newest first, without the parts that only one page needs."""
    return Import.objects.of(process).select_related("by").defer("survey", "mapping", "skipped", "summary")


def get(process: Process, number: int) -> Import:
    """One import of the process, or no such page."""
    source = Import.objects.of(process).select_related("by", "undone_by", "process").filter(number=number).first()
    if source is None:
        raise Http404
    return source


def tone(source: Import) -> str:
    """The tone of an import's state."""
    return "late" if interrupted(source) and source.problem else TONES[Import.State(source.state)]


def columns(source: Import) -> list[ColumnRow]:
    """The columns with what is chosen for each."""
    chosen = {column.index: column for column in plan_of(source).columns}
    remembered = bool(source.survey.get("remembered"))
    rows = []
    for data in source.survey.get("columns", []):
        plan = chosen.get(data["index"])
        row = ColumnRow(
            data["index"],
            data["letter"],
            data["title"],
            data["samples"],
            data["filled"],
            plan.field if plan else "",
            tag=data["tag"],
        )
        guess = next((each for each in data["guesses"] if each["field"] == row.field), None)
        if guess is not None and row.field:
            row.reason = field_words.reason_words(guess["reason"], guess["params"])
            row.tone = "ok" if guess["confidence"] >= 0.85 else "wait" if guess["confidence"] >= PROPOSED else "soon"
        elif row.field:
            row.reason, row.tone = "", "ok"
        if remembered and row.field:
            row.tone = "ok"
        row.is_date = row.field in field_words.DATES
        if plan is not None:
            row.order, row.calendar = plan.habit.order, plan.habit.calendar
        row.habit = data["habit"]
        rows.append(row)
    return rows


def words(source: Import) -> list[Word]:
    """Words of the list that the last check did not know, most frequent first, and those that were given a meaning."""
    meanings = plan_of(source).values
    found = []
    unknown = (
        source.issues.filter(code="unknown_word", field__in=list(VOCABULARY))
        .exclude(value="")
        .values("field", "value")
        .annotate(n=Count("pk"))
        .order_by("-n", "value")[:_MOST_WORDS]
    )
    seen = set()
    for row in unknown:
        choices = tuple(sorted(vocabulary.values(VOCABULARY[row["field"]])))
        chosen = meanings.get(row["field"], {}).get(row["value"], "")
        found.append(Word(f"word|{row['field']}|{row['value']}", row["field"], row["value"], row["n"], chosen, choices))
        seen.add((row["field"], row["value"]))
    for name, own in meanings.items():
        for text, value in own.items():
            if (name, text) not in seen and name in VOCABULARY:
                choices = tuple(sorted(vocabulary.values(VOCABULARY[name])))
                found.append(Word(f"word|{name}|{text}", name, text, 0, value, choices))
    return found


def kinds(source: Import) -> dict[str, list[Kind]]:
    """What the check found, by level, each kind once."""
    found: dict[str, list[Kind]] = {"error": [], "warning": [], "note": []}
    for row in source.summary:
        found[row["level"]].append(
            Kind(
                row["code"], row["level"], row["column"], kind_words(row["code"]), row["count"], row["rows"], row.get("value", "")
            )
        )
    return found


def issues(source: Import, *, code: str = "", column: str | None = None, level: str = "") -> QuerySet[ImportIssue]:
    """Findings row by row, of one kind or all."""
    rows = source.issues.all()
    if code:
        rows = rows.filter(code=code)
    if column is not None:
        rows = rows.filter(column=column)
    if level in {"error", "warning"}:
        rows = rows.filter(level=level)
    return rows.order_by("row", "pk")


def with_words(rows: list[ImportIssue]) -> list[ImportIssue]:
    """The same findings with `problem` and `remedy` in words."""
    for row in rows:
        row.problem, row.remedy = issue_words(row.code, row.params)  # type: ignore[attr-defined]
    return rows
