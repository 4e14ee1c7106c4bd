"""Rows set apart as a file that people correct and give again: the list's own columns, then what is wrong and what to do.

Cells are written as text, so that no spreadsheet turns a number or a date round, and none begins as a formula does. The added headings
begin with "Wayhome:", by which the corrected file is known: they are passed over when it comes back.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from wayhome.core.tables import safe_cell
from wayhome.registry import list_files, mappings
from wayhome.registry.bridge.lists import ListReader
from wayhome.registry.import_words import issue_words
from wayhome.registry.models import Import

_MOST = 100_000


def bad_rows(source: Import) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the file, in the order of the list. The cells come from the list itself, not from the report."""
    issues: dict[int, list[Any]] = defaultdict(list)
    for issue in source.issues.filter(level="error").order_by("row", "id")[: 4 * _MOST]:
        issues[issue.row].append(issue)
    wanted = sorted(issues)[:_MOST]
    titles, found = _cells(source, wanted)
    own = [place for place, title in enumerate(titles) if not title.casefold().startswith("wayhome:")]
    head = [
        *(titles[place] for place in own),
        f"Wayhome: {_('row')}",
        f"Wayhome: {_('what is wrong')}",
        f"Wayhome: {_('what to do')}",
    ]
    rows = []
    for number, cells in found:
        problems, remedies = [], []
        for issue in issues[number]:
            problem, remedy = issue_words(issue.code, issue.params)
            problems.append(f"{issue.column}: {problem}" if issue.column else problem)
            if remedy and remedy not in remedies:
                remedies.append(remedy)
        kept = [cells[place] if place < len(cells) else "" for place in own]
        rows.append([*kept, str(number), " ".join(problems), " ".join(remedies)])
    return head, rows


def reduce_to_bad_rows(source: Import) -> None:
    """Keep of a list's file only the rows that are still to be corrected; the file itself is then `list_files.forget`-able."""
    wanted = sorted(set(source.issues.filter(level="error").values_list("row", flat=True)))[:_MOST]
    titles, found = _cells(source, wanted) if wanted else ([], [])
    rest = json.dumps({"titles": titles, "rows": found}, ensure_ascii=False)
    list_files.keep_rest(source.process, source.digest, rest.encode())


def _cells(source: Import, wanted: list[int]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Headings and the wanted rows: from the file, or from what was kept of it when somebody in it was erased."""
    if list_files.is_whole(source.process_id, source.digest):
        with (
            list_files.opened(source.process, source.digest) as path,
            ListReader(path, mappings.choice_of(source.choice)) as reader,
        ):
            return reader.cells(wanted)
    kept = json.loads(list_files.rest(source.process, source.digest))
    return kept["titles"], [(number, cells) for number, cells in kept["rows"] if number in set(wanted)]


def write_bad_rows(source: Import, target: Path) -> int:
    """Write the file; XLSX unless the name ends in .csv. Returns the number of rows."""
    head, rows = bad_rows(source)
    if target.suffix.lower() == ".csv":
        with target.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow([safe_cell(cell) for cell in head])
            writer.writerows([safe_cell(cell) for cell in row] for row in rows)
        return len(rows)
    import xlsxwriter

    with xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@", "text_wrap": True})
        wrong = book.add_format({"num_format": "@", "text_wrap": True, "bg_color": "#fbeeee"})
        sheet = book.add_worksheet(_("Rows to correct")[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(head) - 4), 18, text)
        sheet.set_column(len(head) - 3, len(head) - 3, 8, text)
        sheet.set_column(len(head) - 2, len(head) - 1, 50, text)
        for column, cell in enumerate(head):
            sheet.write_string(0, column, safe_cell(cell), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, safe_cell(cell[:32_000]), wrong if column >= len(head) - 2 else text)
    return len(rows)
