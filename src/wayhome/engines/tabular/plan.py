"""How a list is to be read: which column holds what, and the habits of the list. Made from guesses, changed by a person, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from wayhome.engines.tabular.types import DateHabit

NAME_FIELDS = ("given_name", "patronymic", "family_name", "full_name", "former_name", "latin_name")
KEY_FIELDS = ("record_id", "household_id", "head_id", "father_id", "mother_id")
BIRTH_FIELDS = ("birth_date", "birth_year", "birth_month", "birth_day", "age")
DATE_FIELDS = ("birth_date", "birth_year", "displaced_on", "registered_on")
WORD_FIELDS = ("sex", "relation", "is_head", "status", "displacement_reason")
TEXT_FIELDS = ("origin_place", "origin_admin", "present_place", "note")
KEPT_FIELDS = (
    *("mother_name", "birth_place", "marital_status", "nationality", "languages", "occupation", "intention", "consent"),
    "note",
)
"""Known columns that no table of the registry has a place for: they are kept beside the record, as written."""
OTHER_FIELDS = ("document_type", "document_number", "phone", "email", "specific_needs", "household_size")
KEEP, IGNORE = "keep", ""
FIELDS = tuple(
    dict.fromkeys(
        (*KEY_FIELDS, *NAME_FIELDS, *WORD_FIELDS, *BIRTH_FIELDS, *DATE_FIELDS, *OTHER_FIELDS, *TEXT_FIELDS, *KEPT_FIELDS)
    )
)
"""Every field a column can be read as. A column that is `keep` is kept beside the record; without a field it stays in the file."""
SEVERAL = frozenset(("phone", "note", "specific_needs", "origin_place", "present_place", "origin_admin", KEEP, IGNORE))
"""Fields that more than one column may fill; the others take the first that is filled."""
VOCABULARY = {"sex": "sex", "relation": "relation", "is_head": "yes", "status": "status", "displacement_reason": "cause"}
"""Field to the list of words that its values are read by."""


USUAL = DateHabit()


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column: its place, its title, the field it is read as and, for dates, how they are written."""

    index: int
    title: str
    field: str = IGNORE
    habit: DateHabit = USUAL


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a list.

    `at` is the day the list speaks of: ages count back from it and nothing in it is later. `name_order` tells what a full name's
    words are (`names.ORDERS`). `values` gives meanings to words of this list: field to folded word to value. `defaults` are
    values for rows where the list says nothing (field to value): the status of everybody in it, say. `needs` are the known
    codes of specific needs. `lenient` names issues that leave out the cell and not the row.
    """

    columns: tuple[ColumnPlan, ...]
    at: date
    name_order: str = "whole"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    lenient: frozenset[str] = frozenset()

    def of(self, name: str) -> list[ColumnPlan]:
        """The columns read as a field."""
        return [column for column in self.columns if column.field == name]

    def as_json(self) -> dict[str, Any]:
        """A form that is kept in a database, and `from_json` back."""
        return {
            "columns": [
                {
                    "index": column.index,
                    "title": column.title,
                    "field": column.field,
                    "order": column.habit.order,
                    "calendar": column.habit.calendar,
                    "serials": column.habit.serials,
                }
                for column in self.columns
            ],
            "at": self.at.isoformat(),
            "name_order": self.name_order,
            "values": {name: dict(words) for name, words in self.values.items()},
            "defaults": dict(self.defaults),
            "needs": sorted(self.needs),
            "lenient": sorted(self.lenient),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan of `as_json`. Raises `KeyError`, `ValueError` where it is not one."""
        columns = tuple(
            ColumnPlan(
                int(each["index"]),
                str(each["title"]),
                str(each["field"]),
                DateHabit(str(each["order"]), str(each["calendar"]), bool(each["serials"])),
            )
            for each in data["columns"]
        )
        return cls(
            columns,
            date.fromisoformat(data["at"]),
            str(data["name_order"]),
            {name: dict(words) for name, words in data["values"].items()},
            dict(data["defaults"]),
            frozenset(data["needs"]),
            frozenset(data["lenient"]),
        )

    def with_field(self, index: int, name: str) -> Plan:
        """The plan with one column read as another field."""
        return replace(
            self, columns=tuple(replace(column, field=name) if column.index == index else column for column in self.columns)
        )
