"""Lists of people as they really come: spreadsheets, CSV of any habit, form exports, HXL -> records of people, nothing lost.

    with PeopleList(path) as people:
        survey = people.survey(today)                  # sheets, heading row, columns with samples and guesses
        plan = survey.plan(at=today)                   # a person changes it on a page
        preparer, together = Preparer(plan, "Lirva 2026"), CrossChecks()
        chunk = preparer.chunk(people.rows())          # records that can go in, rows set apart, issues
        together.add(chunk.records)
        issues = chunk.issues + together.finish()      # each with row, column, value, code and params for the words

Pure: no network, no database, no clock. Whatever the bytes are, opening raises `TabularError` or nothing, and reading rows gives
issues. Memory and time are bounded by `wayhome.core.sandbox` where files come from strangers.
"""

from __future__ import annotations

from wayhome.engines.tabular.crosschecks import CrossChecks
from wayhome.engines.tabular.dates import read_age, read_date
from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.lists import Choice, PeopleList, Survey
from wayhome.engines.tabular.plan import FIELDS, KEEP, ColumnPlan, Plan
from wayhome.engines.tabular.records import RECORD, Chunk, Preparer
from wayhome.engines.tabular.types import Column, Dated, DateHabit, Guess, Issue, Layout, Level, Row

__version__ = "1"

__all__ = [
    "FIELDS",
    "KEEP",
    "RECORD",
    "Choice",
    "Chunk",
    "Column",
    "ColumnPlan",
    "CrossChecks",
    "DateHabit",
    "Dated",
    "Guess",
    "Issue",
    "Layout",
    "Level",
    "Limits",
    "PeopleList",
    "Plan",
    "Preparer",
    "Row",
    "Survey",
    "TabularError",
    "read_age",
    "read_date",
]
