"""Tables of wishes through the tabular engine: the file is read in a worker process, within bounds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.core.sandbox.bounds import MEGABYTE, Bounds
from wayhome.core.sandbox.process import Worker
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.tabular.dates import read_date
from wayhome.engines.tabular.folding import key
from wayhome.engines.tabular.types import DateHabit

MOST_ROWS = 20_000
_BOUNDS = Bounds(wall_seconds=60, cpu_seconds=60, memory_bytes=1024 * MEGABYTE, documents=1)


@dataclass(frozen=True, slots=True)
class Cells:
    """Titles of the columns, and rows with their numbers in the file."""

    titles: list[str]
    rows: list[tuple[int, list[str]]]


def read_cells(name: str, data: bytes, headings: Iterable[str]) -> Cells:
    """The table of a file. `headings`: keys of the headings that are understood.

    Raises:
        InvalidInput: the file is no table, is damaged or too large; says what to do.
    """
    suffix = Path(name).suffix[:8] if Path(name).suffix.isascii() else ""
    with tempfile.NamedTemporaryFile(suffix=suffix) as handle:
        handle.write(data)
        handle.flush()
        worker = Worker("", _BOUNDS)
        try:
            code, problem, remedy, titles, rows = worker.call(
                "wayhome.engines.tabular.cells:whole", (handle.name, "", MOST_ROWS, sorted(headings)), _BOUNDS
            )
        except ReadingError as error:
            raise InvalidInput(error.problem, error.remedy, code=error.code, field="file") from None
        finally:
            worker.close()
    if code != "read":
        raise InvalidInput(problem, remedy, code=code, field="file")
    if not rows:
        raise InvalidInput(_("The table has headings and no rows."), field="file")
    return Cells(list(titles), [(int(number), list(cells)) for number, cells in rows])


def folded(text: str) -> str:
    """The key of a heading or a word that stands for a value, in any case, script and writing."""
    return key(text)


def day(text: str, today: date) -> date | None:
    """A day as people write it, day first where it is open; None where it is no single day."""
    found = read_date(text, DateHabit(), today)
    return None if isinstance(found, str) or found.precision != "day" else found.first
