"""Where the table begins in a sheet: titles above it, a heading over one or two rows, a row of HXL tags, then people."""

from __future__ import annotations

from datetime import date, datetime

from wayhome.engines.tabular.errors import TabularError
from wayhome.engines.tabular.headings import is_tag, read_heading
from wayhome.engines.tabular.limits import Limits
from wayhome.engines.tabular.sheet import Sheet, letter
from wayhome.engines.tabular.types import Cell, Column, Layout, Row

_LONGEST_HEADING = 200


def find_layout(sheet: Sheet, limits: Limits, header: int | None = None) -> Layout:
    """Find the heading. `header` names its row where a person chose it (0: the sheet has none). Raises `empty_sheet`."""
    top: list[Row] = []
    width = 0
    for row in sheet.rows():
        top.append(row)
        width = max(width, _filled_width(row.cells))
        if len(top) >= limits.header_rows * 2:
            break
    if not top:
        raise TabularError("empty_sheet", "The sheet is empty.", "Choose another sheet, or check that it is the right file.")
    tags = next((row for row in top[:25] if _is_tags(row)), None)
    if header is not None:
        heading = next((row for row in top if row.number == header), None) if header else None
    elif tags is not None:
        before = [row for row in top if row.number < tags.number]
        heading = before[-1] if before else None
    else:
        heading = _find_heading(top, limits)
    above = _above(top, heading)
    width = max(width, sheet.facts.columns if heading is None else _filled_width(heading.cells))
    columns = tuple(_column(index, heading, above, tags) for index in range(width))
    last = max(heading.number if heading else 0, tags.number if tags else 0)
    first = next((row.number for row in top if row.number > last), last + 1)
    return Layout(heading.number if heading else 0, tags.number if tags else 0, first, columns)


def _filled_width(cells: tuple[Cell, ...]) -> int:
    return max((i + 1 for i, cell in enumerate(cells) if cell is not None and str(cell).strip()), default=0)


def _texts(row: Row) -> list[str]:
    return [str(cell).strip() for cell in row.cells if cell is not None and str(cell).strip()]


def _is_tags(row: Row) -> bool:
    texts = _texts(row)
    return bool(texts) and sum(map(is_tag, texts)) >= max(1, 0.6 * len(texts)) and any(len(text) > 2 for text in texts)


def _find_heading(top: list[Row], limits: Limits) -> Row | None:
    """The row that reads most like headings: known phrases, different words, no numbers, more of them than in a title."""
    best: Row | None = None
    most = 0.0
    widest = max(len(_texts(row)) for row in top)
    for place, row in enumerate(top[: limits.header_rows]):
        texts = _texts(row)
        if not texts:
            continue
        merged = sum(1 for mark in (row.marks or {}).values() if mark == "merged")
        words = sum(
            1 for cell in row.cells if isinstance(cell, str) and 0 < len(cell.strip()) <= _LONGEST_HEADING and not _number(cell)
        )
        typed = sum(1 for cell in row.cells if isinstance(cell, (int, float, date, datetime)) and not isinstance(cell, bool))
        # A heading that is not known word for word counts less: a row of data may hold the word "male" or a name in it.
        known = sum(max((said.confidence for said in read_heading(text)), default=0.0) for text in set(texts) if len(text) <= 80)
        distinct = len(set(texts)) / len(texts)
        score = 2.0 * known + 0.5 * words * distinct - 1.0 * typed - 0.4 * merged - 0.02 * place
        if len(texts) < 0.34 * widest:
            score -= 3.0
        if score > most and words >= 0.5 * len(texts):
            best, most = row, score
    if best is None:
        return None
    known = sum(1 for text in set(_texts(best)) if any(said.confidence >= 0.6 for said in read_heading(text)))
    if known == 0 and best is not top[0] and not _differs(best, top):
        return None
    return best if known or _differs(best, top) else None


def _differs(row: Row, top: list[Row]) -> bool:
    """Whether rows below hold numbers or dates where this one holds words: a heading in a language that is not known here."""
    below = [each for each in top if each.number > row.number][:20]
    for index, cell in enumerate(row.cells):
        if not isinstance(cell, str) or not cell.strip() or _number(cell):
            continue
        kinds = [each.cells[index] for each in below if index < len(each.cells) and each.cells[index] is not None]
        numeric = sum(1 for kind in kinds if not isinstance(kind, str) or _number(kind))
        if kinds and numeric > 0.7 * len(kinds):
            return True
    return False


def _number(text: str) -> bool:
    stripped = text.strip()
    return any(ch.isdecimal() for ch in stripped) and all(ch.isdecimal() or ch in " .,-/+:" for ch in stripped)


def _above(top: list[Row], heading: Row | None) -> dict[int, str]:
    """Group headings in the row directly above, over several columns each."""
    if heading is None:
        return {}
    row = next((each for each in top if each.number == heading.number - 1), None)
    if row is None or len(_texts(row)) < 2:
        return {}
    groups: dict[int, str] = {}
    merged = {index for index, mark in (row.marks or {}).items() if mark == "merged"}
    for index, cell in enumerate(row.cells):
        own = heading.cells[index] if index < len(heading.cells) else None
        if isinstance(cell, str) and cell.strip() and own is not None and str(own).strip() and str(own) != cell:
            spans = index in merged or index + 1 in merged
            if spans or read_heading(cell.strip()):
                groups[index] = _clean(cell)
    return groups


def _column(index: int, heading: Row | None, above: dict[int, str], tags: Row | None) -> Column:
    cell = heading.cells[index] if heading and index < len(heading.cells) else None
    tag = tags.cells[index] if tags and index < len(tags.cells) else None
    tag_text = str(tag).strip() if tag is not None and is_tag(str(tag)) else ""
    return Column(index, letter(index), _clean(str(cell)) if cell is not None else "", above.get(index, ""), tag_text)


def _clean(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())[:_LONGEST_HEADING]
