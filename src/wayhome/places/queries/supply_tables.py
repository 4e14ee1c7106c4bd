"""Works and supplies as tables, with the headings that bringing in knows: what goes out comes in again unchanged."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wayhome.accounts.models import Process
from wayhome.core.tables import csv_text
from wayhome.places.importing.supply import KINDS
from wayhome.places.models import CrewCapacity, ExchangeRate, Funding, HomeStock, HubSeats, ServiceCapacity, Work
from wayhome.places.queries.supply import code_of

Rows = Iterable[list[Any]]


def _area(row: Any) -> str:
    return row.area.code or f"#{row.area_id}"


def _works(process: Process) -> Rows:
    for row in Work.objects.of(process).select_related("area", "after", "crew", "implementer"):
        yield [
            code_of(row), row.kind, row.title, row.language, _area(row), row.scope, row.cost, row.currency, row.price_date,
            row.duration_months, code_of(row.after) if row.after else "", row.crew.code if row.crew else "",
            row.crew_units or None, row.resource, row.adds or None, row.implementer.name if row.implementer else "", row.state,
            row.progress or None, row.planned_start, row.started_on, row.finished_on, row.source, row.iati_identifier, row.sector,
        ]  # fmt: skip


def _funding(process: Process) -> Rows:
    for row in Funding.objects.of(process).filter(retired_at=None).select_related("work", "funder"):
        yield [
            code_of(row.work) if row.work else "", row.funder.name, row.funder.kind, row.amount, row.currency, row.price_date,
            row.stage, row.on, row.available_from, row.reference, row.source,
        ]  # fmt: skip


def _homes(process: Process) -> Rows:
    for row in HomeStock.objects.of(process).filter(retired_at=None).select_related("area"):
        yield [_area(row), row.as_of, row.none, row.minor, row.major, row.destroyed, row.occupied or None, row.source]


def _capacities(process: Process) -> Rows:
    for row in ServiceCapacity.objects.of(process).filter(retired_at=None).select_related("area"):
        yield [_area(row), row.service, row.as_of, row.places, row.used or None, row.source]


def _crews(process: Process) -> Rows:
    for row in CrewCapacity.objects.filter(crew__process=process).select_related("crew"):
        yield [row.crew.code, row.crew.name, row.starts_on, row.units, row.source]


def _seats(process: Process) -> Rows:
    for row in HubSeats.objects.filter(hub__process=process).select_related("hub__area"):
        yield [row.hub.code, _area(row.hub), row.starts_on, row.persons, row.source]


def _rates(process: Process) -> Rows:
    for row in ExchangeRate.objects.of(process):
        yield [row.base, row.quote, row.rate.normalize(), row.on, row.source]


_ROWS: dict[str, Callable[[Process], Rows]] = {
    "works": _works, "funding": _funding, "homes": _homes, "capacities": _capacities, "crews": _crews, "seats": _seats,
    "rates": _rates,
}  # fmt: skip


def as_csv(process: Process, kind: str) -> bytes:
    """One table as CSV in UTF-8 with its mark; no cell is a formula to a spreadsheet."""
    return csv_text(KINDS[kind].columns, (map(_plain, row) for row in _ROWS[kind](process))).encode()


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def as_workbook(process: Process) -> bytes:
    """All tables as one workbook, a sheet each. Text is written as text: nothing in it is ever a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    head = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for kind, columns in KINDS.items():
        sheet = book.add_worksheet(kind)
        sheet.freeze_panes(1, 1)
        for at, name in enumerate(columns.columns):
            sheet.write_string(0, at, name, head)
            sheet.set_column(at, at, 40 if name in {"title", "scope", "source"} else 14)
        for line, row in enumerate(_ROWS[kind](process), 1):
            for at, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, date):
                    sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int | Decimal):
                    sheet.write_number(line, at, float(value))
                else:
                    sheet.write_string(line, at, str(value))
    book.close()
    return out.getvalue()
