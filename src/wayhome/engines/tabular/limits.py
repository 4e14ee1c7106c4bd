"""What a table may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file.

    `max_bytes` and `max_unpacked_bytes` count the file and what its ZIP parts unpack to, `max_ratio` their quotient once more
    than 50 MB come out. `max_cells` is rows times columns of one sheet of a workbook, empty cells included: a workbook is held
    in memory as a grid, a CSV file is not. `max_cell_characters` is one cell. `header_rows` is how far down headings are looked for.
    """

    max_bytes: int = 1024 * MEGABYTE
    max_unpacked_bytes: int = 4096 * MEGABYTE
    max_ratio: int = 150
    max_parts: int = 10_000
    max_sheets: int = 250
    max_columns: int = 2_000
    max_rows: int = 5_000_000
    max_cells: int = 60_000_000
    max_cell_characters: int = 32_767
    max_row_bytes: int = 8 * MEGABYTE
    max_marks: int = 200_000
    header_rows: int = 40
