"""Tables out of files: CSV of any common delimiter and encoding, tab-separated dumps, XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput, TooLarge

MOST_COLUMNS = 500
MOST_ROWS = 2_000_000
MOST_UNPACKED = 1_000_000_000  # bytes that a workbook may unpack to
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(slots=True)
class Table:
    """One sheet or one text file: rows of cells as text, with the number of the first row as a spreadsheet counts."""

    name: str
    rows: list[list[str]]


def text_of(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else by its letters."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(data[:200_000]).best()
        return data.decode(best.encoding if best else "cp1252", errors="replace")


def tables(name: str, data: bytes) -> list[Table]:
    """The tables of a file.

    Raises: InvalidInput for a file that is no table or a damaged workbook, TooLarge over the bounds on rows and columns.
    """
    if data[:2] == b"PK":
        found = _workbook(name, data)
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        raise InvalidInput(_("%(file)s is a workbook of an old kind (XLS).") % {"file": name}, _("Save it as XLSX or CSV."))
    elif b"\x00" in data[:2000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(_("%(file)s is no table.") % {"file": name}, _("Choose a CSV, a tab-separated text or an XLSX file."))
    else:
        found = [_text_table(name, text_of(data))]
    for table in found:
        if len(table.rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in table.rows[:100]):
            raise TooLarge(
                _("%(file)s has more than %(rows)s rows or %(columns)s columns.")
                % {"file": name, "rows": MOST_ROWS, "columns": MOST_COLUMNS},
                _("Take out what is not about areas, or cut it into parts."),
            )
    found = [table for table in found if any(any(cell.strip() for cell in row) for row in table.rows)]
    if not found:
        raise InvalidInput(_("%(file)s is empty.") % {"file": name}, _("Choose a file with at least one row."))
    return found


def _text_table(name: str, text: str) -> Table:
    head = "\n".join(text.splitlines()[:20])
    delimiter = max("\t;,|", key=lambda mark: (head.count(mark), mark == ","))
    quoting = csv.QUOTE_NONE if delimiter == "\t" and '"' not in head else csv.QUOTE_MINIMAL
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting))
    except csv.Error as error:
        raise InvalidInput(
            _("%(file)s breaks off inside a cell: %(why)s.") % {"file": name, "why": error},
            _("Open it in a spreadsheet and save it again as CSV."),
        ) from error
    return Table(name, rows)


def _workbook(name: str, data: bytes) -> list[Table]:
    from python_calamine import CalamineWorkbook

    broken = InvalidInput(
        _("%(file)s is damaged: it cannot be opened as a workbook.") % {"file": name},
        _("Open it in a spreadsheet, save it again as XLSX or CSV, and choose the new file."),
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise TooLarge(_("%(file)s unpacks to more than a gigabyte.") % {"file": name}, _("Save it as CSV."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for sheet in book.sheet_names:
            page = book.get_sheet_by_name(sheet)
            if page.width > MOST_COLUMNS or page.height > MOST_ROWS:
                raise TooLarge(
                    _("Sheet %(sheet)s of %(file)s has %(rows)s rows and %(columns)s columns.")
                    % {"sheet": sheet, "file": name, "rows": page.height, "columns": page.width},
                    _("Take out what is not about areas, or cut it into parts."),
                )
            rows = [[_cell(value) for value in row] for row in page.to_python(skip_empty_area=False)]
            found.append(Table(f"{name} · {sheet}" if len(book.sheet_names) > 1 else name, rows))
        return found
    except TooLarge:
        raise
    except Exception as error:  # the reader raises what its own libraries raise
        raise broken from error


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
