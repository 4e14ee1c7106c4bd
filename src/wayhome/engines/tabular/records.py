"""Rows of a list as records of people: every cell read by its field, what is wrong said with row, column, value.

    preparer = Preparer(plan, list_name="Lirva 2026")
    chunk = preparer.chunk(rows)          # Chunk: records that can go in, rows set apart, issues, counts of remarks

Records are plain tuples in the order of `RECORD`, so that millions of them pass between processes cheaply; dates are ISO text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any

from wayhome.engines.tabular import contacts, names, vocabulary
from wayhome.engines.tabular.births import BirthReader
from wayhome.engines.tabular.dates import read_date
from wayhome.engines.tabular.folding import ascii_digits, key
from wayhome.engines.tabular.guessing import shown
from wayhome.engines.tabular.plan import BIRTH_FIELDS, KEEP, KEPT_FIELDS, VOCABULARY, ColumnPlan, Plan
from wayhome.engines.tabular.types import Cell, Dated, Issue, Level, Row

RECORD = (
    *("row", "digest", "list_key", "household_key", "head_key", "father_key", "mother_key"),
    *("given_name", "patronymic", "family_name", "other_names", "sex", "birth_from", "birth_to", "birth_precision", "birth_text"),
    *("relation", "status", "registered_on", "document_type", "document_number", "phones", "email"),
    *("origin_text", "present_text", "left_from", "left_to", "left_precision", "left_text", "cause", "needs", "size", "kept"),
)
AT = {name: place for place, name in enumerate(RECORD)}
LONGEST = {"name": 150, "text": 250, "key": 80, "phone": 40, "document": 60}

_KEPT, _HEAD, _ID = AT["kept"], AT["head_key"], AT["list_key"]
_HOUSEHOLD, _RELATION = AT["household_key"], AT["relation"]
_PHONE = re.compile(r"(?!00)\+?[0-9]{6,15}\Z")
_GUARDED = frozenset("=+-@")
_FORMULA = re.compile(r"=.|@[A-Za-z]+\(|[+\-][A-Za-z]+\d*[(*/+\-]|[+\-][\d.]+[*^+][\d(]|-[\d.]+-[\d(]")
_ROUNDED = re.compile(r"\d([.,]\d+)?[eEеЕ]\+\d+\Z")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
Record = tuple[Any, ...]
REPORT_PREFIX = "wayhome:"
"""Headings that begin so were written by a report of bad rows: they are passed over when the corrected file comes back."""


@dataclass(slots=True)
class Chunk:
    """What came of some rows. `apart`: rows with an error, as their cells; `notes`: (code, title) to [count, first row, first value]."""

    records: list[Record] = field(default_factory=list)
    apart: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    notes: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    rows: int = 0
    passed_over: int = 0
    """Rows of totals and repeated headings."""


class Preparer:
    """Reads rows by one plan. Values are read once and remembered, so equal cells cost one look-up."""

    def __init__(self, plan: Plan, list_name: str) -> None:
        self.plan = plan
        self._salt = list_name.encode()[:200] + b"\x1e"
        self._own = [column for column in plan.columns if not column.title.casefold().startswith(REPORT_PREFIX)]
        self._indexes = [column.index for column in self._own]
        self._titles = {column.index: column.title for column in plan.columns}
        self._heading = tuple(key(column.title) for column in self._own)
        self._by_field: dict[str, list[ColumnPlan]] = {}
        for column in self._own:
            if column.field:
                self._by_field.setdefault(column.field, []).append(column)
        self._births = BirthReader(plan, self._by_field)
        self._words: dict[str, dict[str, str]] = {
            name: {**vocabulary.words(words), **{value: value for value in vocabulary.values(words)}}
            for name, words in VOCABULARY.items()
        }
        for name, own in plan.values.items():
            self._words.setdefault(name, {}).update({key(word): value for word, value in own.items()})
        self._kept = [(column, column.title) for name in (*KEPT_FIELDS, KEEP) for column in self._by_field.get(name, ())]
        self._texts: dict[Cell, str] = {}
        self._clean: dict[Cell, str] = {}
        self._ordinary: set[str] = set()
        self._whole = self._indexes == list(range(len(plan.columns)))
        self._beside: dict[str, str] = {}
        self._blank = self._blank_record()
        self._readers = self._compile()
        self._chunk = Chunk()
        self._row = Row(0, ())
        self._failed = False
        self._born = ""

    def chunk(self, rows: Iterable[Row]) -> Chunk:
        """Read some rows. Never raises for what stands in them."""
        chunk = self._chunk = Chunk()
        for row in rows:
            chunk.rows += 1
            if self._passes_over(row):
                chunk.passed_over += 1
                continue
            self._row, self._failed = row, False
            record = self._record(row)
            if self._failed:
                chunk.apart.append((row.number, tuple([shown(cell) for cell in row.cells])))
            else:
                chunk.records.append(record)
        return chunk

    # --- one row ---

    def _record(self, row: Row) -> Record:
        if row.marks:
            self._marks(row)
        record = self._blank.copy()
        record[0] = row.number
        record[1] = self._digest(row.cells)
        self._beside = {}
        for place, width, read in self._readers:
            if width == 1:
                record[place] = read()
            else:
                record[place : place + width] = read()
        if self._beside:
            record[_KEPT] = self._beside
        head = record[_HEAD]
        if head:
            if not record[_HOUSEHOLD]:
                record[_HOUSEHOLD] = head  # a household is known by its head's number
            if head == record[_ID] and not record[_RELATION]:
                record[_RELATION] = "head"
        return tuple(record)

    def _compile(self) -> list[tuple[int, int, Callable[[], Any]]]:
        """For each field that the list has: where its value goes in a record, how many places it fills, and what reads it."""
        has = self._by_field.keys()
        readers: list[tuple[int, int, Callable[[], Any]]] = []

        def add(name: str, width: int, read: Callable[[], Any], *fields: str) -> None:
            if has & set(fields):
                readers.append((AT[name], width, read))

        keys = {"list_key": "record_id", "household_key": "household_id", "head_key": "head_id"}
        for name, source in {**keys, "father_key": "father_id", "mother_key": "mother_id"}.items():
            add(name, 1, partial(self._key, source), source)
        readers.append((AT["given_name"], 4, self._names))
        add("sex", 1, partial(self._word, "sex", beside=False), "sex")
        add("birth_from", 4, self._birth, *BIRTH_FIELDS)
        add("relation", 1, self._relation, "relation", "is_head")
        add("status", 1, partial(self._word, "status"), "status")
        add("registered_on", 1, lambda: self._dated("registered_on")[0], "registered_on")
        add("document_type", 1, partial(self._word_or_text, "document_type"), "document_type")
        add("document_number", 1, partial(self._limited, "document_number", LONGEST["document"]), "document_number")
        add("phones", 1, self._phones, "phone")
        add("email", 1, lambda: contacts.read_email(self._first("email")), "email")
        add("origin_text", 1, partial(self._place, "origin_place", "origin_admin"), "origin_place", "origin_admin")
        add("present_text", 1, partial(self._place, "present_place"), "present_place")
        add("left_from", 4, self._left, "displaced_on")
        add("cause", 1, partial(self._word, "displacement_reason"), "displacement_reason")
        add("needs", 1, self._needs, "specific_needs")
        add("size", 1, self._size, "household_size")
        if self._kept:
            readers.append((_KEPT, 1, self._keep))
        return readers

    def _digest(self, cells: tuple[Cell, ...]) -> str:
        """Identity of the row: the list and what its cells say, whatever the columns are read as."""
        try:
            joined = "\x1f".join(cells) if self._whole else None  # type: ignore[arg-type]
        except TypeError:  # typed cells of a workbook
            joined = None
        if joined is None:
            width = len(cells)
            joined = "\x1f".join([shown(cells[i]) if i < width else "" for i in self._indexes])
        return blake2b(self._salt + joined.rstrip("\x1f").encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _passes_over(self, row: Row) -> bool:
        """A line of totals, or the heading once more (as at the top of each printed page)."""
        cells = row.cells
        first = cells[0] if cells else None
        if first.__class__ is str and first and (first[0].isdecimal() or first in self._ordinary):
            return False
        texts = [shown(cell) for cell in cells if cell is not None and cell != ""]
        if not texts:
            return True
        folded = key(texts[0])
        if folded not in vocabulary.words("total") and folded not in self._heading:
            if first.__class__ is str and first and len(self._ordinary) < 200_000:
                self._ordinary.add(str(first))
            return False
        if len(texts) <= 3:
            return folded in vocabulary.words("total")
        own = zip(self._indexes, self._heading, strict=True)
        return all(key(shown(cells[i])) == heading for i, heading in own if i < len(cells))

    def _marks(self, row: Row) -> None:
        for index, mark in (row.marks or {}).items():
            title = self._titles.get(index, "")
            value = shown(row.cells[index]) if index < len(row.cells) else ""
            used = any(column.index == index and column.field for column in self._own)
            if mark == "quote":
                self.problem("quote_broken", Level.ERROR, "", "", " ".join(map(shown, row.cells))[:120])
            elif mark == "formula_empty" and used:
                self.problem("formula_without_result", Level.ERROR, "", title, "")
            elif mark == "error" and used:
                self.problem("cell_error", Level.ERROR, "", title, value)
            elif mark in {"formula", "merged"}:
                self.note(mark, title, value)

    def _blank_record(self) -> list[Any]:
        blank: list[Any] = [""] * len(RECORD)
        for name, value in (("other_names", ()), ("phones", ()), ("needs", ()), ("size", None), ("kept", None)):
            blank[AT[name]] = value
        for name, source in (("sex", "sex"), ("status", "status"), ("relation", "relation"), ("cause", "displacement_reason"),
                             ("origin_text", "origin_place"), ("present_text", "present_place")):  # fmt: skip
            blank[AT[name]] = self.plan.defaults.get(source, "")
        return blank

    # --- fields; each says what is wrong by `problem` and `note` ---

    def problem(self, code: str, level: Level, name: str, title: str, value: str, **params: Any) -> None:
        """Say that something is wrong with this row; an error sets it apart, unless the plan is lenient about it."""
        if level is Level.ERROR and code in self.plan.lenient:
            level = Level.WARNING
        if level is Level.ERROR:
            self._failed = True
        self._chunk.issues.append(Issue(self._row.number, code, level, name, title, value[:200], params))

    def note(self, code: str, title: str, value: str) -> None:
        """Count a remark; the first row and value stand for all."""
        seen = self._chunk.notes.get((code, title))
        if seen is None:
            self._chunk.notes[(code, title)] = [1, self._row.number, value[:200]]
        else:
            seen[0] += 1

    def _text(self, column: ColumnPlan) -> str:
        """A cell as text: nothing for words such as "n/a", white space single."""
        cells = self._row.cells
        if column.index >= len(cells):
            return ""
        cell = cells[column.index]
        if cell is None or cell == "":
            return ""
        seen = self._texts.get(cell) if cell.__class__ is str else None
        if seen is not None:
            return seen
        found = " ".join(shown(cell).replace("\u200b", "").split())
        if found[:1] == "'" and found[1:2] in _GUARDED:
            found = found[1:]  # the guard that exports put before what a spreadsheet would take for a formula
        if found[0:1] in _GUARDED and _FORMULA.match(found):
            self.problem("formula_as_text", Level.ERROR, column.field, column.title, found)
            return ""
        if found[-1:].isdecimal():
            return found  # numbers differ from row to row: nothing to remember, and no word for nothing
        if len(found) <= 40 and vocabulary.is_empty(found):
            found = ""
        if cell.__class__ is str and len(found) <= 60:
            if len(self._texts) > 300_000:
                self._texts.clear()
            self._texts[cell] = found
        return found

    def _first(self, name: str) -> str:
        columns = self._by_field.get(name)
        if not columns:
            return ""
        if len(columns) == 1:
            return self._text(columns[0])
        return next(filter(None, map(self._text, columns)), "")

    def _title(self, name: str) -> str:
        columns = self._by_field.get(name)
        return columns[0].title if columns else ""

    def _limited(self, name: str, most: int) -> str:
        text = self._first(name)
        if len(text) > most:
            self.problem("too_long", Level.ERROR, name, self._title(name), text, most=most, length=len(text))
            return text[:most]
        return text

    def _key(self, name: str) -> str:
        return ascii_digits(self._limited(name, LONGEST["key"]))

    def _name(self, name: str) -> str:
        columns = self._by_field.get(name)
        if not columns:
            return ""
        if len(columns) == 1 and columns[0].index < len(self._row.cells):
            seen = self._clean.get(self._row.cells[columns[0].index])
            if seen is not None:
                return seen
        text = self._first(name)
        if not text:
            return ""
        cleaned = names.clean(text)
        title = columns[0].title
        for code in cleaned.notes:
            if code in {"mixed_scripts", "digits", "signs"}:
                self.problem(f"name_{code}", Level.WARNING, name, title, text)
            else:
                self.note(f"name_{code}", title, f"{text} → {cleaned.text}" if code == "lookalike" else text)
        if len(cleaned.text) > LONGEST["name"]:
            self.problem("too_long", Level.ERROR, name, title, text, most=LONGEST["name"], length=len(cleaned.text))
            return cleaned.text[: LONGEST["name"]]
        if cleaned.text and not any(ch.isalpha() for ch in cleaned.text):
            return ""
        if not cleaned.notes and len(columns) == 1:
            if len(self._clean) > 300_000:
                self._clean.clear()
            self._clean[self._row.cells[columns[0].index]] = cleaned.text
        return cleaned.text

    def _names(self) -> tuple[str, str, str, tuple[tuple[str, str, str, str], ...]]:
        given, patronymic, family = self._name("given_name"), self._name("patronymic"), self._name("family_name")
        others: list[tuple[str, str, str, str]] = []
        if "full_name" in self._by_field:
            full = self._name("full_name")
            if full and not given and not family:
                parts = names.split(full, self.plan.name_order)
                given = parts.get("given_name") or parts.get("full_name", "")
                patronymic = patronymic or parts.get("patronymic", "")
                family = parts.get("family_name", "")
        if "former_name" in self._by_field and (former := self._name("former_name")) and former != family:
            others.append(("former", "", "", former))
        if "latin_name" in self._by_field and (latin := self._name("latin_name")):
            parts = names.split(latin, self.plan.name_order)
            others.append(
                (
                    "script",
                    parts.get("given_name") or parts.get("full_name", ""),
                    parts.get("patronymic", ""),
                    parts.get("family_name", ""),
                )
            )
        if not given and not family:
            title = self._title("full_name") or self._title("given_name") or self._title("family_name")
            self.problem("no_name", Level.ERROR, "given_name", title, "")
        return given, patronymic, family, tuple(others)

    def _word(self, name: str, *, beside: bool = True) -> str:
        """A value by its word. An unknown word is an error for sex; for the others it is kept beside the record (`beside`)."""
        text = self._first(name)
        if not text:
            return self.plan.defaults.get(name, "")
        words = self._words[name]
        value = words.get(text)
        if value is None:
            value = words.get(key(text))
            if value is None:
                value = self._by_parts(text, words)
            if value is not None:
                words[text] = value
        if value is None:
            allowed = ", ".join(sorted(vocabulary.values(VOCABULARY[name])))
            self.problem("unknown_word", Level.WARNING if beside else Level.ERROR, name, self._title(name), text, allowed=allowed)
            if beside:
                self._beside[self._title(name)] = text
            return ""
        return value

    @staticmethod
    def _by_parts(text: str, words: dict[str, str]) -> str | None:
        """ "brother/sister", "супруг(а)": words with alternatives that all mean the same; and a word before a remark."""
        bare = _IN_BRACKETS.sub("", text)
        parts = [part for part in bare.replace("\\", "/").split("/") if part.strip()]
        found = {words.get(key(part)) for part in parts}
        if len(found) == 1 and (value := next(iter(found))) is not None:
            return value
        return None

    def _relation(self) -> str:
        relation = self._word("relation") if "relation" in self._by_field else ""
        if not relation and "is_head" in self._by_field and self._word("is_head") == "yes":
            return "head"
        return relation

    def _keep(self) -> dict[str, str] | None:
        for column, title in self._kept:
            text = self._text(column)
            if text:
                self._beside[title] = text[:2_000]
        return self._beside or None

    def _word_or_text(self, name: str) -> str:
        text = self._first(name)
        if not text:
            return ""
        return (vocabulary.read(name, text) or text)[: LONGEST["document"]]

    def _dated(self, name: str) -> tuple[str, str, str, str]:
        """First and last day, precision and words of a date beside the birth date. What cannot be read stays as words."""
        for column in self._by_field.get(name, ()):
            cell = self._row.cells[column.index] if column.index < len(self._row.cells) else None
            if cell is None or cell == "" or not self._text(column):
                continue
            words = shown(cell)[:60]
            found = read_date(cell, column.habit, self.plan.at)
            if not isinstance(found, Dated):
                self.problem(found, Level.WARNING, name, column.title, words)
                return "", "", "", words
            if found.first > self.plan.at:
                self.problem("future_date", Level.ERROR, name, column.title, words, at=self.plan.at.isoformat())
            for code in found.notes:
                self.note(f"date_{code}", column.title, words)
            return found.first.isoformat(), found.last.isoformat(), found.precision, words
        return "", "", "", ""

    def _left(self) -> tuple[str, str, str, str]:
        """The displacement; nobody is displaced before they are born."""
        left = self._dated("displaced_on")
        if left[1] and self._born and left[1] < self._born:
            title = self._title("displaced_on")
            self.problem("displaced_before_birth", Level.ERROR, "displaced_on", title, left[3], born=self._born)
        return left

    def _birth(self) -> tuple[str, str, str, str]:
        birth = self._births.read(self._row, self)
        self._born = birth[0]
        return birth

    def _phones(self) -> tuple[str, ...]:
        found: list[str] = []
        for column in self._by_field.get("phone", ()):
            text = self._text(column)
            if not text:
                continue
            if _PHONE.match(text):
                found.append(text)
                continue
            if _ROUNDED.match(text):
                self.problem("number_rounded", Level.WARNING, "phone", column.title, text)
                continue
            cell = self._row.cells[column.index]
            read = contacts.read_phones(cell if isinstance(cell, float) else text)
            if not read:
                self.problem("not_a_phone", Level.WARNING, "phone", column.title, text)
                found.append(text[: LONGEST["phone"]])
            found += [phone.number for phone in read]
        return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))

    def _place(self, *fields: str) -> str:
        """What the list says of a place, the smallest part first; parts of several columns are joined."""
        parts: list[str] = []
        for name in fields:
            for column in self._by_field.get(name, ()):
                text = self._text(column)
                if text and text not in parts:
                    parts.append(text)
        if not parts:
            return self.plan.defaults.get(fields[0], "")
        joined = parts[0] if len(parts) == 1 else ", ".join(parts)
        if len(joined) > LONGEST["text"]:
            self.problem(
                "too_long", Level.ERROR, fields[0], self._title(fields[0]), joined, most=LONGEST["text"], length=len(joined)
            )
        return joined

    def _needs(self) -> tuple[str, ...]:
        found: list[str] = []
        for column in self._by_field.get("specific_needs", ()):
            text = self._text(column)
            for piece in text.replace(";", ",").replace("/", ",").replace("\n", ",").split(",") if text else ():
                code = piece.strip().upper().replace("–", "-").replace(" ", "-")
                if not code:
                    continue
                code = self.plan.values.get("specific_needs", {}).get(key(piece), code)
                words = piece.upper().replace("–", "-").split()
                # "DS PM" is one code written with a space; "DS-PM SM-CC" are two parted by one.
                codes = [code] if code in self.plan.needs or not self.plan.needs.issuperset(words) else words
                if codes == [code] and code not in self.plan.needs:
                    self.problem("unknown_code", Level.ERROR, "specific_needs", column.title, piece.strip())
                    continue
                found.extend(each for each in codes if each not in found)
        return tuple(found)

    def _size(self) -> int | None:
        text = ascii_digits(self._first("household_size"))
        if not text:
            return None
        if not text.isdecimal() or not 0 < int(text[:6]) <= 200:
            self.problem("not_a_size", Level.WARNING, "household_size", self._title("household_size"), text)
            return None
        return int(text)
