"""Workbooks: XLSX and XLSM, the old XLS, XLSB and ODS. Values by calamine (dates and numbers typed), merged cells filled, formulas marked."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from wayhome.engines.tabular import guard
from wayhome.engines.tabular.delimited import too_wide
from wayhome.engines.tabular.errors import TabularError, damaged
from wayhome.engines.tabular.guard import Scan
from wayhome.engines.tabular.limits import MEGABYTE, Limits
from wayhome.engines.tabular.types import Cell, Row, SheetFacts

_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"))


class Workbook:
    """An opened workbook and the facts of its sheets. A sheet's cells are read when asked for."""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        self.path, self.kind, self.limits = path, kind, limits
        self._parts: dict[str, str] = {}
        if kind in {"xlsx", "ods", "xlsb"}:
            guard.check_package(path, limits)
        if kind == "ods":
            _check_ods(path, limits)
        if kind == "xlsx":
            self._parts = _sheet_parts(path)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
            metadata = self._book.sheets_metadata
        except PasswordError:
            raise guard.encrypted() from None
        except (CalamineError, OSError, ValueError) as error:
            if "assword" in str(error):
                raise guard.encrypted() from None
            raise damaged() from None
        self.names = [sheet.name for sheet in metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        self.hidden = {sheet.name for sheet in metadata if sheet.visible is not SheetVisibleEnum.Visible}
        if not self.names:
            raise TabularError("no_sheet", "The workbook has no sheet with cells.", "Check that it is the right file.")
        if len(self.names) > limits.max_sheets:
            raise TabularError(
                "too_many_sheets",
                f"The workbook has {len(self.names):,} sheets; at most {limits.max_sheets:,} can be read.",
                "Copy the sheets that hold the list into a new workbook.",
                limit=limits.max_sheets,
            )

    def sheet(self, name: str) -> WorkbookSheet:
        """Read one sheet. Raises `TabularError`."""
        scan = Scan()
        if self.kind == "xlsx" and name in self._parts:
            scan = guard.scan_sheet(self.path, self._parts[name], self.limits)
        try:
            sheet = self._book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError):
            raise damaged() from None
        return WorkbookSheet(sheet, scan, self.limits, name in self.hidden)


class WorkbookSheet:
    """One sheet, laid out as a grid by calamine."""

    def __init__(self, sheet: CalamineSheet, scan: Scan, limits: Limits, hidden: bool) -> None:
        self._sheet, self._scan, self._limits = sheet, scan, limits
        start = sheet.start or (0, 0)
        # Formulas without a stored result lie outside what the reader of values saw.
        self._width = max(start[1] + sheet.width, scan.columns if scan.formulas else 0)
        self.facts = SheetFacts(sheet.name, start[0] + sheet.height, self._width, hidden)
        if self._width > limits.max_columns:
            raise too_wide(self._width, limits)

    def rows(self) -> Iterator[Row]:
        """Rows that hold something, with merged cells filled from their first cell."""
        start = self._sheet.start or (0, 0)
        left = start[1]
        merges = _Merges(self._sheet.merged_cell_ranges or [], self._limits)
        formulas: dict[int, list[int]] = {}
        for row, column in self._scan.formulas:
            formulas.setdefault(row, []).append(column)
        number = start[0]
        for values in self._sheet.iter_rows():
            if not merges.touches(number) and number not in formulas:
                cells = (
                    (None,) * left + tuple([_plain(value) for value in values]) if left else tuple([_plain(v) for v in values])
                )
                marks = None
            else:
                listed: list[Cell] = [None] * left + [_plain(value) for value in values]
                listed += [None] * (self._width - len(listed))
                marks = merges.fill(number, listed)
                for column in formulas.get(number, ()):
                    if column < len(listed):
                        marks[column] = "formula" if listed[column] is not None else "formula_empty"
                cells = tuple(listed)
            number += 1
            if any(cell is not None for cell in cells) or marks:
                broken = {i: "error" for i, cell in enumerate(cells) if cell.__class__ is str and cell in _ERRORS}
                yield Row(number, cells, {**(marks or {}), **broken} or None)


class _Merges:
    """Merged ranges by row; a range's value is that of its first cell, which comes by before the others."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]], limits: Limits) -> None:
        self._starting: dict[int, list[tuple[int, int, int]]] = {}
        self._open: list[tuple[int, int, int, Cell]] = []
        for (top, left), (bottom, right) in ranges[: limits.max_marks]:
            if left < limits.max_columns:
                self._starting.setdefault(top, []).append((bottom, left, min(right, limits.max_columns)))

    def touches(self, row: int) -> bool:
        return row in self._starting or bool(self._open)

    def fill(self, row: int, cells: list[Cell]) -> dict[int, str]:
        """Fill the cells of one row in place and say which."""
        marks: dict[int, str] = {}
        self._open = [each for each in self._open if each[0] >= row]
        for _bottom, left, right, value in self._open:
            self._put(cells, left, right, value, marks, including_first=True)
        for bottom, left, right in self._starting.get(row, ()):
            value = cells[left] if left < len(cells) else None
            self._put(cells, left, right, value, marks, including_first=False)
            if bottom > row:
                self._open.append((bottom, left, right, value))
        return marks

    @staticmethod
    def _put(cells: list[Cell], left: int, right: int, value: Cell, marks: dict[int, str], *, including_first: bool) -> None:
        if value is None:
            return
        for column in range(left if including_first else left + 1, min(right + 1, len(cells))):
            if cells[column] is None:
                cells[column] = value
                marks[column] = "merged"


def _plain(value: Any) -> Cell:
    """A cell's value: nothing for empty text, whole numbers without a point, durations as text."""
    if value.__class__ is str:
        return value or None
    if value.__class__ is float:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, timedelta):
        return str(value)
    if value is None or isinstance(value, (str, int, float, bool, date, time)):
        return value
    return str(value)


def _sheet_parts(path: Path) -> dict[str, str]:
    """Sheet name to the part of the ZIP that holds it."""
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.casefold().lstrip("/"): name for name in package.namelist()}
            relations_of = {}
            for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                if part not in names:
                    raise damaged()
                with package.open(names[part]) as stream:
                    relations_of[part] = stream.read(16 * MEGABYTE).decode("utf-8", "replace")
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, NotImplementedError, zlib.error):
        raise damaged() from None
    targets = {}
    for found in _RELATION.finditer(relations_of["xl/_rels/workbook.xml.rels"]):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
    parts = {}
    for found in _SHEET.finditer(relations_of["xl/workbook.xml"]):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        real = names.get(targets.get(identity, "").casefold())
        if real:
            parts[unescape(attributes.get("name", ""))] = real
    return parts


_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d+)"')


def _check_ods(path: Path, limits: Limits) -> None:
    """An ODS file says "this cell, 16,384 times": filled cells repeated beyond reason are a bomb, empty ones at the end are usual."""
    filled = 0
    before = b""
    for chunk in guard.stream(path, "content.xml", limits):
        text = before + chunk
        for found in re.finditer(rb"<table:table-cell\b[^>]*office:value-type[^>]*>", text):
            repeated = _REPEATED.search(found[0])
            filled += int(repeated[2]) if repeated and len(repeated[2]) < 10 else 1
        if filled > limits.max_cells:
            raise guard.bomb("a cell is repeated beyond what a list of people needs")
        before = text[-512:]
