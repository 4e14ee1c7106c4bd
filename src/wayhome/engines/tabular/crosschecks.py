"""What only shows when rows are seen together: a number used twice, a person born after their child, households that go in circles.

Fed chunk by chunk; keeps a few numbers a person, never the records. `finish` names every row concerned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wayhome.engines.tabular.records import AT, Record
from wayhome.engines.tabular.types import Issue, Level

_YOUNGEST = 10  # years a parent is older than a child, at the least

_ROW, _DIGEST, _ID, _HOUSEHOLD = AT["row"], AT["digest"], AT["list_key"], AT["household_key"]
_HEAD, _FATHER, _MOTHER = AT["head_key"], AT["father_key"], AT["mother_key"]
_FROM, _TO, _RELATION = AT["birth_from"], AT["birth_to"], AT["relation"]


class CrossChecks:
    """Collects over all chunks of one list."""

    def __init__(self, titles: dict[str, str] | None = None) -> None:
        self._titles = titles or {}
        self._rows: dict[str, int] = {}
        self._digests: dict[int, int] = {}
        self._heads: dict[str, list[Any]] = {}
        self._children: dict[str, tuple[str, int]] = {}
        self._parents: dict[str, tuple[str, int]] = {}
        self._links: dict[str, dict[str, str]] = {"head_id": {}, "father_id": {}, "mother_id": {}}
        self._births: dict[str, tuple[str, str]] = {}
        self.issues: list[Issue] = []
        self.same_rows: set[int] = set()
        """Rows that stand in the file twice word for word: the first is taken."""

    def add(self, records: Iterable[Record]) -> None:
        """Look at the records of one chunk."""
        for record in records:
            row, person, household = record[_ROW], record[_ID], record[_HOUSEHOLD]
            digest = hash(record[_DIGEST])
            if digest in self._digests:
                self.same_rows.add(row)
                continue
            self._digests[digest] = row
            if person:
                if person in self._rows:
                    self._say("duplicate_id", row, "record_id", person, Level.ERROR, first=self._rows[person])
                    continue
                self._rows[person] = row
                for name, place in (("head_id", _HEAD), ("father_id", _FATHER), ("mother_id", _MOTHER)):
                    if record[place]:
                        self._links[name][person] = record[place]
                if self._links["father_id"] or self._links["mother_id"]:
                    self._births[person] = (record[_FROM], record[_TO])
            if household:
                self._in_household(record, household, row)

    def finish(self) -> list[Issue]:
        """Everything found, by row."""
        for household, (birth, row) in self._children.items():
            head = self._heads.get(household)
            if head and head[0]:
                self._compare(head[0], head[1], birth, row, "relation")
        for household, (birth, row) in self._parents.items():
            head = self._heads.get(household)
            if head and head[2]:
                self._compare(birth, row, head[2], head[1], "relation")
        for name in ("father_id", "mother_id"):
            for child, parent in self._links[name].items():
                if parent != child and parent in self._births and child in self._births:
                    self._compare(self._births[parent][0], self._rows[parent], self._births[child][1], self._rows[child], name)
        self._circles("head_id", "circular_household")
        for name in ("father_id", "mother_id"):
            self._circles(name, "circular_kinship")
        self.issues.sort(key=lambda issue: (issue.row, issue.code))
        return self.issues

    def _say(self, code: str, row: int, name: str, value: str, level: Level, **params: Any) -> None:
        self.issues.append(Issue(row, code, level, name, self._titles.get(name, ""), value, params))

    def _in_household(self, record: Record, household: str, row: int) -> None:
        relation = record[_RELATION]
        if relation == "head":
            known = self._heads.get(household)
            if known is not None:
                self._say("two_heads", row, "relation", household, Level.WARNING, first=known[1])
            else:
                self._heads[household] = [record[_FROM], row, record[_TO]]
        elif relation == "child" and record[_TO]:
            oldest = self._children.get(household)
            if oldest is None or record[_TO] < oldest[0]:
                self._children[household] = (record[_TO], row)
        elif relation == "parent" and record[_FROM]:
            youngest = self._parents.get(household)
            if youngest is None or record[_FROM] > youngest[0]:
                self._parents[household] = (record[_FROM], row)

    def _compare(self, parent_from: str, parent_row: int, child_to: str, child_row: int, name: str) -> None:
        """Dates are ISO text, which compares as dates do."""
        if not parent_from or not child_to:
            return
        if parent_from > child_to:
            for row, other in ((parent_row, child_row), (child_row, parent_row)):
                value = parent_from if row == parent_row else child_to
                self._say("born_after_child", row, name, value, Level.ERROR, other=other, parent=parent_from, child=child_to)
        elif int(child_to[:4]) - int(parent_from[:4]) < _YOUNGEST:
            self._say("parent_too_young", child_row, name, child_to, Level.WARNING, other=parent_row, years=_YOUNGEST)

    def _circles(self, name: str, code: str) -> None:
        links = self._links[name]
        settled: set[str] = set()
        for start in links:
            path: dict[str, int] = {}
            node = start
            while node in links and node not in settled and node not in path:
                path[node] = len(path)
                if links[node] == node:
                    break
                node = links[node]
            own_head = node in links and links[node] == node
            if node in path and (not own_head or name != "head_id"):
                circle = [each for each, place in path.items() if place >= path[node]]
                rows = sorted(self._rows[each] for each in circle)
                for each in circle:
                    others = ", ".join(str(row) for row in rows if row != self._rows[each])
                    self._say(code, self._rows[each], name, each, Level.ERROR, others=others)
            settled.update(path)
