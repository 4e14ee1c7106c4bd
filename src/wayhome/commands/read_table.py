"""A reading for a person at a terminal. Nothing from a document reaches the terminal unescaped."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wayhome.commands.sizes import visible
from wayhome.core.sandbox import Read
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.types import Reading

_QUOTE = 240  # characters of a passage shown; the whole is in the JSON


def show_reading(name: str, outcome: Read) -> None:
    """Print what was found in one document."""
    reading = outcome.reading
    head = Text(name, style="bold")
    facts = [
        reading.kind or "document",
        reading.language
        if reading.language_supported
        else f"{reading.language} (language not supported: dates and parties only)",
        f"published {reading.published_on}" if reading.published_on else "",
        visible(reading.publisher or ""),
        f"{len(reading.text):,} characters",
    ]
    parts: list[Text | Padding] = [head]
    if reading.title:
        parts.append(Text(visible(reading.title)))
    parts.append(Text(" · ".join(fact for fact in facts if fact), style="dim"))
    parts.extend(Text(f"Note: {visible(warning)}", style="yellow") for warning in _warnings(outcome))
    tables = [table for table in _tables(reading) if table.row_count]
    parts.extend(Padding(table, (1, 0, 0, 0), expand=False) for table in tables)
    if not tables:
        parts.append(Text("No asks, commitments, silences, communications or events found."))
    parts.append(Text(""))
    _console().print(Group(*parts))


def show_error(name: str, error: ReadingError) -> None:
    """Print why one document was not read, and what to do."""
    _console().print(
        Group(
            Text(name, style="bold"),
            Text(f"Not read: {visible(error.problem)}", style="red"),
            Text(visible(error.remedy)),
            Text(""),
        )
    )


def _console() -> Console:
    # A pipe has no width of its own: 120 columns keep passages readable there.
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 120)


def _warnings(outcome: Read) -> Iterable[str]:
    return dict.fromkeys((*outcome.extracted.warnings, *outcome.reading.warnings))


def _tables(reading: Reading) -> Iterable[Table]:
    def quote(start: int, end: int) -> str:
        text = " ".join(reading.text[start:end].split())
        return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 1]}…"

    yield _table(
        "Communications",
        ("Date", "Kind", "From", "To", "Answered"),
        (
            (
                one.date or "",
                f"{one.kind} (this document)" if one.this_document else one.kind,
                ", ".join(one.senders),
                ", ".join(one.recipients),
                {"yes": "yes", "no": "no", "unknown": ""}[one.answered],
            )
            for one in reading.communications
        ),
    )
    yield _table(
        "Asks",
        ("Asked of", "Passage", "By", "Due", "Sure"),
        (
            (", ".join(one.addressees), quote(one.start, one.end), one.asker or "", one.due or "", f"{one.confidence:.2f}")
            for one in reading.asks
        ),
    )
    yield _table(
        "Commitments",
        ("Whose", "Passage", "Kind", "Instrument", "Sure"),
        (
            (one.who or "", quote(one.start, one.end), one.kind, one.instrument or "", f"{one.confidence:.2f}")
            for one in reading.commitments
        ),
    )
    yield _table(
        "Silences and refusals",
        ("Whose", "Passage", "Kind", "Toward", "Sure"),
        (
            (one.who or "", quote(one.start, one.end), one.kind.replace("_", " "), one.toward or "", f"{one.confidence:.2f}")
            for one in reading.silences
        ),
    )
    yield _table("Statements", ("Speaker", "Passage"), ((one.speaker, quote(one.start, one.end)) for one in reading.statements))
    yield _table("Events", ("Date", "Passage"), ((one.date, quote(one.start, one.end)) for one in reading.events))


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False, expand=False)
    for column in columns:
        table.add_column(
            column, ratio=None, overflow="fold", no_wrap=column in ("Date", "Sure"), max_width=70 if column == "Passage" else 24
        )
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table
