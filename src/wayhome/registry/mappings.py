"""How the columns of a list are kept in the database, compared with lists of the same headings, and recalled."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from wayhome.engines.tabular import Choice, ColumnPlan, Plan, Survey
from wayhome.engines.tabular.folding import key


def headings_key(survey: Survey) -> str:
    """The same for lists whose columns have the same titles in the same order, whatever their case and punctuation."""
    titles = "\x1f".join(key(column.title) for column in survey.layout.columns)
    return hashlib.blake2b(titles.encode(), digest_size=16).hexdigest()


def recalled(plan: Plan, mapping: Mapping[str, Any], survey: Survey) -> Plan:
    """The plan of the guesses with what a person chose the last time; habits of dates that this list itself proves stay its own."""
    earlier = Plan.from_json(mapping)
    proved = {guess.column.index for guess in survey.columns if guess.habit.reason in {"proved", "mixed"}}
    columns = tuple(
        ColumnPlan(
            column.index,
            column.title,
            before.field,
            dataclasses.replace(column.habit, calendar=before.habit.calendar) if column.index in proved else before.habit,
        )
        for column, before in zip(plan.columns, earlier.columns, strict=False)
    )
    return dataclasses.replace(
        plan,
        columns=columns if len(columns) == len(plan.columns) else plan.columns,
        name_order=earlier.name_order,
        values=earlier.values,
        defaults=earlier.defaults,
        lenient=earlier.lenient,
    )


def choice_as_json(choice: Choice) -> dict[str, Any]:
    """What a person chose of the file, for the database."""
    return dataclasses.asdict(choice)


def choice_of(data: Mapping[str, Any]) -> Choice:
    """And back; nothing chosen is an empty mapping."""
    header = data.get("header")
    return Choice(
        str(data.get("sheet", "")),
        int(header) if header is not None else None,
        str(data.get("encoding", "")),
        str(data.get("delimiter", "")),
    )


def survey_as_json(survey: Survey) -> dict[str, Any]:
    """What the page of the columns shows of a survey. Samples of what is sealed later are left out of the database."""
    columns = []
    for guess in survey.columns:
        best = guess.guesses[0].field if guess.guesses else ""
        columns.append(
            {
                "index": guess.column.index,
                "letter": guess.column.letter,
                "title": guess.column.title,
                "tag": guess.column.tag,
                "filled": guess.filled,
                "samples": [] if best in {"document_number", "specific_needs"} else list(guess.samples),
                "guesses": [
                    {"field": g.field, "confidence": g.confidence, "reason": g.reason, "params": dict(g.params)}
                    for g in guess.guesses
                ],
                "habit": {
                    "order": guess.habit.habit.order,
                    "calendar": guess.habit.habit.calendar,
                    "reason": guess.habit.reason,
                    "day_first": guess.habit.day_first,
                    "month_first": guess.habit.month_first,
                    "unclear": guess.habit.unclear,
                },
            }
        )
    return {
        "kind": survey.kind,
        "sheet": survey.sheet,
        "sheets": list(survey.sheets),
        "encoding": survey.encoding,
        "encoding_certain": survey.encoding_certain,
        "delimiter": survey.delimiter,
        "header": survey.layout.header,
        "tags": survey.layout.tags,
        "first": survey.layout.first,
        "joined_with": survey.joined_with,
        "rows_at_least": survey.rows_at_least,
        "rows_all": survey.rows_all,
        "columns": columns,
    }
