"""Tables of assessments, read into plain rows: one row an answer, or one row an assessment with a column for each indicator.

area, date, indicator, answer, source, method, assessor, families, note          (one row an answer)
area, date, water, employment, Homes destroyed, ..., source, method, assessor    (a column an indicator: its code or its words)
#loc+code, #date, #indicator+code, #indicator+value, #meta+source               (HXL; a column an indicator: #indicator+water)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.places import bridge
from wayhome.places.importing.records import Fault, moment_of, number_of
from wayhome.places.importing.tables import Table, tables
from wayhome.places.models import Assessment, Indicator

_HEADS = {
    "area": "area", "place": "area", "location": "area", "village": "area", "settlement": "area", "pcode": "area",
    "p code": "area", "area code": "area", "place code": "area", "location code": "area",
    "area name": "name", "place name": "name", "location name": "name", "within": "within", "district": "within",
    "date": "on", "day": "on", "assessed on": "on", "date of assessment": "on",
    "indicator": "indicator", "indicator code": "indicator", "answer": "answer", "value": "answer", "indicator value": "answer",
    "source": "source", "organisation": "source", "organization": "source", "method": "method",
    "assessor": "assessor", "enumerator": "assessor", "families": "families", "households": "families",
    "note": "note", "remark": "note", "comment": "note",
}  # fmt: skip
_TAG = re.compile(r"\s*#[a-z][a-z0-9_]*(\s*\+[a-z0-9_]+)*\s*", re.I)
_PLACES = ("#loc", "#adm5", "#adm4", "#adm3", "#adm2", "#adm1")
MOST_ROWS = 200_000


@dataclass(slots=True)
class Row:
    """One assessment as a table gives it; `answers` are codes by indicator key. `rows` are the numbers of its rows."""

    area: int
    on: date
    source: str
    method: str
    assessor: str
    families: int | None = None
    note: str = ""
    answers: dict[int, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...]:
        return self.area, self.on, self.source, self.assessor, self.method


@dataclass(slots=True)
class Contents:
    """What a table holds: assessments, faults, heads of columns that were not used."""

    layout: str = ""
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Columns:
    """Where things stand: what each column is, and which column is which indicator."""

    said: dict[str, int] = field(default_factory=dict)
    indicators: dict[int, Indicator] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    first: int = 1

    @property
    def fits(self) -> bool:
        place = "area" in self.said or "name" in self.said
        return place and "on" in self.said and (bool(self.indicators) or {"indicator", "answer"} <= self.said.keys())


Resolve = Callable[[Iterable[tuple[str, str]]], Mapping[tuple[str, str], int | None]]


class Words:
    """Indicators, answers and methods by what people write for them: codes, and words in every language of the product."""

    def __init__(self, indicators: Iterable[Indicator], languages: Iterable[str]) -> None:
        self.indicators: dict[str, Indicator] = {}
        self.methods: dict[str, str] = {}
        self._answers: dict[int, dict[str, str]] = {}
        every = list(indicators)
        for language in languages:
            with translation.override(language):
                for one in every:
                    self.indicators.setdefault(key(str(one.words)), one)
                    own = self._answers.setdefault(one.pk, {})
                    for code, words in one.choices:
                        own.setdefault(key(str(words)), code)
                for value, words in Assessment.Method.choices:
                    self.methods.setdefault(key(str(words)), value)
        for one in every:
            self.indicators[key(one.code)] = one
            self._answers[one.pk] |= {key(answer["code"]): answer["code"] for answer in one.answers}
        self.methods |= {key(value): value for value in Assessment.Method.values}

    def answer(self, indicator: Indicator, text: str) -> str | None:
        """The code of an answer, or a number as text; None for what is neither."""
        if indicator.answers:
            return self._answers[indicator.pk].get(key(text))
        number = number_of(text.removesuffix("%"))
        return None if number is None else f"{number:g}"


def key(text: str) -> str:
    """What words are compared by: small letters, no marks, single spaces."""
    return bridge.text_key(text.replace("_", " ").replace("-", " "))


def unguarded(cell: str) -> str:
    """A cell without the mark that `core.tables` puts before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(("=", "+", "-", "@")) else cell


def read(name: str, data: bytes, *, words: Words, resolve: Resolve, defaults: Mapping[str, str], today: date) -> Contents:
    """Read a file of assessments. `defaults` fill source, method and assessor where a table has no such column or cell.

    Raises: InvalidInput for a file that holds no such table, with what would make it one.
    """
    found, contents = tables(name, data), Contents()
    for table in found:
        columns = _columns(table, words)
        if columns.fits:
            contents.layout = contents.layout or ("answers" if "indicator" in columns.said else "columns")
            contents.unused += [head for head in columns.unused if head not in contents.unused]
            _read(table, columns, contents, words, resolve, defaults, today)
    if not contents.layout:
        raise InvalidInput(
            _("%(file)s is no table of assessments: its first row is “%(head)s”.")
            % {"file": name, "head": " · ".join(found[0].rows[0][:6])[:120]},
            _("Give it the columns area, date, indicator and answer, or one column for each indicator, or a row of HXL tags."),
            field="file",
        )
    return contents


def _columns(table: Table, words: Words) -> _Columns:
    for n, row in enumerate(table.rows[:25]):
        filled = [cell for cell in row if cell.strip()]
        if filled and sum(bool(_TAG.fullmatch(cell)) for cell in filled) * 2 > len(filled):
            return _by_tags(row, n + 1, words, table.rows[n - 1] if n else row)
    first = next((n for n, row in enumerate(table.rows) if sum(bool(cell.strip()) for cell in row) > 1), 0)
    found = _Columns(heads=table.rows[first], first=first + 1)
    for n, cell in enumerate(table.rows[first]):
        word = key(cell)
        if word in _HEADS and _HEADS[word] not in found.said:
            found.said[_HEADS[word]] = n
        elif word in words.indicators:
            found.indicators[n] = words.indicators[word]
        elif cell.strip():
            found.unused.append(cell.strip()[:60])
    return found


def _by_tags(tags: list[str], first: int, words: Words, heads: list[str]) -> _Columns:
    found = _Columns(heads=[head or tag for head, tag in zip(heads, tags, strict=False)], first=first)
    places: dict[tuple[str, bool], int] = {}
    for n, cell in enumerate(tags):
        name, *attributes = [part.strip().lower() for part in cell.strip().split("+")]
        own = set(attributes)
        if name in _PLACES and ("code" in own or "name" in own or not own):
            places.setdefault((name, "code" in own), n)
        elif name == "#date" and "end" not in own:
            found.said.setdefault("on", n)
        elif (
            name == "#indicator"
            and "value" not in own
            and (named := next((a for a in attributes if key(a) in words.indicators), ""))
        ):
            found.indicators[n] = words.indicators[key(named)]
        elif name == "#indicator" and "code" in own:
            found.said["indicator"] = n
        elif name == "#value" or (name == "#indicator" and own & {"value", "num"}):
            found.said.setdefault("answer", n)
        elif name == "#meta" and "source" in own:
            found.said.setdefault("source", n)
        elif name == "#meta" and "method" in own:
            found.said.setdefault("method", n)
        elif name == "#contact" or (name == "#meta" and "assessor" in own):
            found.said.setdefault("assessor", n)
        elif name in {"#population", "#reached", "#affected"} and own & {"hh", "families", "f"} - {"f"}:
            found.said.setdefault("families", n)
        elif name == "#description":
            found.said.setdefault("note", n)
        elif cell.strip():
            found.unused.append(cell.strip()[:60])
    for name in _PLACES:  # the lowest level that the table has says which area is meant
        if (name, True) in places or (name, False) in places:
            if (name, True) in places:
                found.said["area"] = places[name, True]
            if (name, False) in places:
                found.said["name"] = places[name, False]
            break
    return found


def _read(
    table: Table, columns: _Columns, contents: Contents, words: Words, resolve: Resolve, defaults: Mapping[str, str], today: date
) -> None:
    if len(table.rows) > MOST_ROWS:
        raise InvalidInput(
            _("%(file)s has more than %(rows)s rows.") % {"file": table.name, "rows": MOST_ROWS},
            _("Cut it into parts."),
            field="file",
        )
    found: dict[tuple[Any, ...], Row] = {}
    lines = [
        (n, [unguarded(cell) for cell in row])
        for n, row in enumerate(table.rows[columns.first :], start=columns.first + 1)
        if any(cell.strip() for cell in row)
    ]
    places = resolve({_place(columns, row) for _n, row in lines})
    for n, row in lines:
        said = {what: (row[at].strip() if at < len(row) else "") for what, at in columns.said.items()}
        before = len(contents.faults)

        def fault(what: str, problem: str, remedy: str, n: int = n) -> None:
            contents.faults.append(Fault(table.name, n, what, problem, remedy))

        area = _area(places, _place(columns, row), fault)
        on = _day(said["on"], columns.heads[columns.said["on"]], today, fault)
        source = " ".join((said.get("source") or defaults.get("source", "")).split())[:200]
        if not source:
            fault("source", _("No source is named."), _("Fill a column source, or write the source beside the file."))
        method = _method(said.get("method") or defaults.get("method", ""), words, fault)
        families = _families(said.get("families", ""), fault)
        answers = _answers(columns, row, said, words, fault)
        if len(contents.faults) > before or area is None or on is None:
            continue
        assessor = " ".join((said.get("assessor") or defaults.get("assessor", "")).split())[:150]
        made = Row(area, on, source, method, assessor, families, said.get("note", "")[:500])
        kept = found.setdefault(made.key, made)
        for pk, (answer, head) in answers.items():
            if kept.answers.setdefault(pk, answer) != answer:
                fault(
                    head,
                    _("Row %(row)s gives another answer of the same source for the same area, day and indicator.")
                    % {"row": kept.rows[0]},
                    _("Keep one of the two, or name two assessors."),
                )
        kept.families = families if kept.families is None else kept.families
        kept.rows.append(n)
    contents.rows += [row for row in found.values() if row.answers]


def _place(columns: _Columns, row: list[str]) -> tuple[str, str]:
    cells = [
        row[columns.said[what]].strip() if what in columns.said and columns.said[what] < len(row) else ""
        for what in ("area", "name", "within")
    ]
    return cells[0] or cells[1], cells[2]


Tell = Callable[[str, str, str], None]


def _area(places: Mapping[tuple[str, str], int | None], place: tuple[str, str], fault: Tell) -> int | None:
    if not place[0]:
        fault("area", _("No area is named."), _("Write its P-code, or its name."))
    elif places.get(place) is None:
        fault(
            "area", _("“%(text)s” is no area on file that is certain.") % {"text": place[0]},
            _("Write the P-code as the list of areas shows it, or decide about the words under “Places people wrote”."),
        )  # fmt: skip
    return places.get(place)


def _day(text: str, head: str, today: date, fault: Tell) -> date | None:
    moment = moment_of(text)
    if not moment or len(moment) != 10:
        fault(head, _("“%(text)s” is no day.") % {"text": text}, _("Write year, month and day: 2026-05-31."))
        return None
    on = date.fromisoformat(moment)
    if on > today or on.year < 1900:
        fault(head, _("%(day)s is still to come, or lies before 1900.") % {"day": moment}, _("Write the day of the assessment."))
        return None
    return on


def _method(text: str, words: Words, fault: Tell) -> str:
    found = words.methods.get(key(text)) if text else Assessment.Method.OTHER
    if found is None:
        names = ", ".join(str(said) for said in Assessment.Method.labels)
        fault("method", _("“%(text)s” is no method.") % {"text": text}, _("Write one of these: %(names)s.") % {"names": names})
    return found or Assessment.Method.OTHER


def _families(text: str, fault: Tell) -> int | None:
    if not text:
        return None
    number = number_of(text)
    if number is None or number < 0 or number != round(number) or number > 10_000_000:
        fault(
            "families", _("“%(text)s” is no number of families.") % {"text": text}, _("Write a whole number, or leave it empty.")
        )
        return None
    return round(number)


def _answers(columns: _Columns, row: list[str], said: Mapping[str, str], words: Words, fault: Tell) -> dict[int, tuple[str, str]]:
    """Answers by indicator key, each with the head of its column."""
    given: list[tuple[Indicator, str, str]] = []
    if "indicator" in columns.said:
        text, head = said["indicator"], columns.heads[columns.said["answer"]]
        indicator = words.indicators.get(key(text)) if text else None
        if indicator is None:
            fault(
                columns.heads[columns.said["indicator"]], _("“%(text)s” is no indicator of the version in force.") % {"text": text},
                _("Write its code or its words as the page of the index shows them."),
            )  # fmt: skip
        else:
            given.append((indicator, said["answer"], head))
    given += [
        (one, row[at].strip() if at < len(row) else "", columns.heads[at].strip()) for at, one in columns.indicators.items()
    ]
    found: dict[int, tuple[str, str]] = {}
    for indicator, text, head in given:
        if not text:
            continue  # not measured: never nought
        answer = words.answer(indicator, text)
        if answer is None:
            if indicator.answers:
                remedy = _("Its answers are: %(answers)s.") % {
                    "answers": ", ".join(f"{code} ({words_})" for code, words_ in indicator.choices)
                }
            else:
                remedy = _("Write a number, or leave the cell empty.")
            fault(
                head, _("“%(answer)s” is no answer to “%(indicator)s”.") % {"answer": text, "indicator": indicator.words}, remedy
            )
        else:
            found[indicator.pk] = answer, head
    return found
